"""Digits as recognition confuses them with letters."""

from __future__ import annotations

_LIKE = {
    "O": "0",
    "o": "0",
    "Q": "0",
    "D": "0",
    "l": "1",
    "I": "1",
    "i": "1",
    "|": "1",
    "!": "1",
    "Z": "2",
    "z": "2",
    "S": "5",
    "s": "5",
    "B": "8",
    "g": "9",
    "q": "9",
}

DIGIT = "[0-9OoQDlIi|!ZzSsBgq]"
"""A digit or a mark that is taken for one, as a regular expression."""

CORRECTED = "ocr.digit_corrected"
"""Reason code: a letter was taken for a digit."""


def as_digits(text: str) -> tuple[str, int]:
    """The text with letters turned into the digits they resemble, and how many were turned."""
    turned = "".join(_LIKE.get(mark, mark) for mark in text)
    return turned, sum(left != right for left, right in zip(text, turned, strict=True))
