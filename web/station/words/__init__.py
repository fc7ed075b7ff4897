"""The words of the station, one catalogue for each language; a test compares the two."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from dossier.errors import Lang

LANGUAGES: Final[tuple[Lang, ...]] = ("vi", "en")


class Words:
    """The words of one language."""

    def __init__(self, lang: Lang, told: Mapping[str, str]) -> None:
        """Speak by a catalogue: keys such as ``counter.title``."""
        self.lang = lang
        self._told = told

    def __call__(self, key: str, **values: object) -> str:
        """The words under a key, with named places filled in.

        Raises:
            KeyError: there are none; a test asks for every key that is used.
        """
        text = self._told[key]
        return text.format(**values) if values else text

    @property
    def known(self) -> frozenset[str]:
        """All keys."""
        return frozenset(self._told)


@cache
def words_of(lang: Lang) -> Words:
    """The words of a language."""
    text = (files("web.station") / "words" / f"{lang}.toml").read_text("utf-8")
    sections = tomllib.loads(text)
    return Words(
        lang,
        {f"{section}.{key}": value for section, told in sections.items() for key, value in told.items()},
    )
