"""Print beside a QR code: the code is taken as the truth, what is printed stays what is printed."""

from __future__ import annotations

import re
from dataclasses import replace

from dossier.fields import Evidence
from extraction.evidence import Candidate
from extraction.folding import alike, squash

_DOUBT_LEFT = 0.1
_NEAR = 0.75
_MISREAD_DIGITS = 2
_NEAR_FACTOR = 0.97
_CONFLICT_FACTOR = 0.7
_KINDS = re.compile(r"\b(?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tp\.?|tỉnh)\s")


def joined_by_code(print_: Candidate, code: Candidate) -> Candidate:
    """The candidate of a field that is printed and in a code.

    Where both say the same the print is surer. Where they differ the value is the code's and what is printed
    stays beside it: ``qr.corrected`` when the print is nearly that; ``qr.print_conflict``, which asks, when
    it is something else.
    """
    if _same(print_.value, code.value):
        sure = 1 - (1 - max(print_.confidence, code.confidence)) * _DOUBT_LEFT
        return replace(print_, confidence=sure, reasons=(*print_.reasons, "qr.agrees"))
    near = _is_nearly(print_.value, code.value)
    return replace(
        code,
        printed=print_.printed,
        page=print_.page,
        box=print_.box,
        confidence=code.confidence * (_NEAR_FACTOR if near else _CONFLICT_FACTOR),
        evidence=Evidence.QR,
        reasons=("qr.corrected" if near else "qr.print_conflict",),
    )


def _same(left: str, right: str) -> bool:
    """Equal but for case; addresses also but for the words of their levels, which codes leave out or add."""
    if "," in left and "," in right:
        return _bare(left) == _bare(right)
    return left.casefold() == right.casefold()


def _is_nearly(left: str, right: str) -> bool:
    """Whether one may be a misreading of the other. A number three digits off is another number."""
    if any(mark.isdigit() for mark in right) and "," not in right:
        far = sum(a != b for a, b in zip(left, right, strict=False))
        return len(left) == len(right) and far <= _MISREAD_DIGITS
    return alike(squash(left), squash(right)) >= _NEAR


def _bare(address: str) -> str:
    return re.sub(r"\W", "", _KINDS.sub("", f"{address.casefold()} "))
