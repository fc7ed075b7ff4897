"""The lists of ``words.toml``, in their order."""

from __future__ import annotations

import tomllib
from pathlib import Path

_TABLES = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def _words(table: str, name: str) -> tuple[str, ...]:
    return tuple(str(word) for word in _TABLES[table][name])


ONSETS = _words("syllables", "onsets")
NUCLEI = _words("syllables", "nuclei")
FINALS = _words("syllables", "finals")
HIGHLAND_ONSETS = _words("highland", "onsets")
HIGHLAND_NUCLEI = _words("highland", "nuclei")
HIGHLAND_FINALS = _words("highland", "finals")
HIGHLAND_CLANS = _words("highland", "clans")
BEFORE_HIGHLAND = _words("highland", "before")
SURNAMES = _words("people", "surnames")
MIDDLES = _words("people", "middles")
GIVENS = _words("people", "givens")
PEOPLES = _words("people", "peoples")
PROVINCES = _words("places", "provinces")
LABELS = _words("papers", "labels")
TITLES = _words("papers", "titles")
KINDS = _words("papers", "kinds")
OFFICES = _words("papers", "offices")
ENGLISH = _words("foreign", "english")
ENGLISH_LABELS = _words("foreign", "labels")
