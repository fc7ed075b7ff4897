"""The words of the station: a folder for each language, a catalogue for each screen; a test compares them."""

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
    told: dict[str, str] = {}
    for catalogue in (files("web.station") / "words" / lang).iterdir():
        for section, words in tomllib.loads(catalogue.read_text("utf-8")).items():
            told |= {f"{section}.{key}": value for key, value in words.items()}
    return Words(lang, told)
