"""What was read beside what it was corrected to, letter by letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

_LEAST: Final = 0.6
"""Texts that have less in common are shown one after the other: letters picked from both say nothing."""


class Kind(StrEnum):
    """What became of a piece."""

    SAME = "same"
    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters that stand together and had one fate."""

    kind: Kind
    text: str


def difference(read: str, corrected: str, *, capitals: bool = False) -> Sequence[Piece]:
    """The pieces of both texts in order; none where they say the same.

    Without the inserted ones they are the first text, without the deleted ones the second, but for capitals,
    where those make no difference. Letters with their marks are one (NFC).

    Args:
        read: as the machine read it.
        corrected: as it counts now.
        capitals: whether a capital differs from its small letter.
    """
    before, after = (unicodedata.normalize("NFC", text) for text in (read, corrected))
    small = (before, after) if capitals else (_small(before), _small(after))
    if not before or small[0] == small[1]:
        return ()
    matcher = SequenceMatcher(None, *small, autojunk=False)
    if after and matcher.ratio() < _LEAST:
        return (Piece(Kind.DELETED, before), Piece(Kind.INSERTED, after))
    return tuple(_pieces(matcher, before, after))


def _small(text: str) -> str:
    """In small letters, each in its place."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _pieces(matcher: SequenceMatcher[str], before: str, after: str) -> Iterator[Piece]:
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(Kind.SAME, after[k:m])
            continue
        if j > i:
            yield Piece(Kind.DELETED, before[i:j])
        if m > k:
            yield Piece(Kind.INSERTED, after[k:m])
