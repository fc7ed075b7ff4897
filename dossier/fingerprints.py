"""The picture of a page as 256 bits: two scans of one sheet are found by it, no word can be read from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from dossier.errors import ArgumentError

BITS: Final = 256
"""Bits of a fingerprint; two of unrelated pages differ in about half of them."""
CANDIDATE_DISTANCE: Final = 72
"""Up to so many bits two pages may be one sheet; measured by ``bench/same_paper.py``."""
_DIGITS: Final = BITS // 4
_HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the ink of one page looks like from far away.

    Attributes:
        bits: a number below 2 ** 256; zero for a page without ink.
    """

    bits: int

    def __post_init__(self) -> None:
        if not 0 <= self.bits < 1 << BITS:
            raise ArgumentError("fingerprint", expected=f"số không âm có nhiều nhất {BITS} bit")

    @property
    def is_empty(self) -> bool:
        """Whether the page bears no ink: it is like no other, also not like another empty one."""
        return not self.bits

    def distance(self, other: Self) -> int:
        """Bits that differ, 0 to 256."""
        return (self.bits ^ other.bits).bit_count()

    def __str__(self) -> str:
        return f"{self.bits:0{_DIGITS}x}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Rebuild from ``str``.

        Raises:
            ArgumentError: the text is not 64 hexadecimal digits.
        """
        if len(text) != _DIGITS or not set(text) <= _HEX:
            raise ArgumentError("fingerprint", expected=f"{_DIGITS} chữ số thập lục phân")
        return cls(int(text, 16))


def distance(left: Fingerprint, right: Fingerprint) -> int:
    """Bits that differ, 0 to 256; a page without print is as far from everything as can be."""
    return BITS if left.is_empty or right.is_empty else left.distance(right)
