"""Is a printed name one of the known ones, or an accent or a letter off exactly one of them?

Where the tone mark of a syllable stands does not matter (``Hoà`` is ``Hòa``), nor case, spaces and hyphens
(``Ê-đê`` is ``Ê Đê``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from rapidfuzz.distance import Levenshtein

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_OTHER = re.compile(r"[^a-z0-9]")
_NAME_LENGTH = 80
_LETTER_OFF = 6
"""Letters a name must have before a letter more, less or other counts as a misreading of it."""

Key = tuple[str, str]
_E = TypeVar("_E")


@lru_cache(maxsize=16384)
def letters(text: str) -> str:
    """Letters a to z and digits, without accents and case."""
    return _OTHER.sub("", _decomposed(text).translate({ord("đ"): "d"}))


@lru_cache(maxsize=16384)
def key(text: str) -> Key:
    """What two spellings of one name share: letters with their quality, and the tones in order."""
    marks = _decomposed(text)
    kept = "".join(
        mark for mark in marks if (mark.isalnum() or unicodedata.combining(mark)) and mark not in _TONES
    )
    return unicodedata.normalize("NFC", kept), "".join(mark for mark in marks if mark in _TONES)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text[:_NAME_LENGTH].lower())


@dataclass(frozen=True)
class Lexicon(Generic[_E]):
    """Names and what each stands for; one name may stand for several things."""

    entries: tuple[tuple[str, _E], ...]

    @classmethod
    def of(cls, entries: Iterable[tuple[str, _E]]) -> Lexicon[_E]:
        """A lexicon of these names."""
        return cls(tuple(entries))

    def known(self, text: str) -> tuple[_E, ...]:
        """What the name stands for as it is spelt; nothing when nobody is called so."""
        return self._by_key.get(key(text), ())

    def plain(self, text: str) -> tuple[_E, ...]:
        """The same whatever the accents."""
        return self._by_letters.get(letters(text), ())

    def near(self, text: str) -> str:
        """The one name an accent or a letter away; empty when it is known, when none is, or several."""
        plain = letters(text)
        if not plain or self.known(text):
            return ""
        same = self._spelt.get(plain, ())
        if same or len(plain) < _LETTER_OFF:
            return self._only(same)
        return self._only(
            name
            for other, names in self._spelt.items()
            if len(other) >= _LETTER_OFF and Levenshtein.distance(plain, other, score_cutoff=1) == 1
            for name in names
        )

    def _only(self, names: Iterable[str]) -> str:
        """The first of the names when all of them stand for the same."""
        found = list(names)
        meant = {self._by_key[key(name)] for name in found}
        return found[0] if len(meant) == 1 else ""

    @cached_property
    def _by_key(self) -> Mapping[Key, tuple[_E, ...]]:
        return _grouped((key(name), entry) for name, entry in self.entries)

    @cached_property
    def _by_letters(self) -> Mapping[str, tuple[_E, ...]]:
        return _grouped((letters(name), entry) for name, entry in self.entries)

    @cached_property
    def _spelt(self) -> Mapping[str, tuple[str, ...]]:
        return _grouped((letters(name), name) for name, _ in self.entries)


_K = TypeVar("_K")


def _grouped(pairs: Iterable[tuple[_K, _E]]) -> dict[_K, tuple[_E, ...]]:
    found: dict[_K, list[_E]] = {}
    for name, entry in pairs:
        kept = found.setdefault(name, [])
        if entry not in kept:
            kept.append(entry)
    return {name: tuple(kept) for name, kept in found.items()}
