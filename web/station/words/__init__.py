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

    def trouble(self, code: str) -> str:
        """What a stored code of an error means to people: its own words, those of its family, or any."""
        family = code.partition(".")[0]
        told = (f"trouble.{one}" for one in (code.replace(".", "_"), family))
        return self._told[next((key for key in told if key in self._told), "trouble.other")]

    def detail(self, name: str) -> str:
        """What a detail of an entry of the journal is; its name where no words are known."""
        return self._told.get(f"detail.{name}", name)

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
