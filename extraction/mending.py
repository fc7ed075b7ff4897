"""A surname whose accents were misread: the frequent one with the same letters is taken, with its reason.

``Nguyên Thị Hoa`` is ``Nguyễn Thị Hoa``. What is printed stays beside it. Names that could be meant as they
were read are left alone: many peoples of Vietnam have surnames that no table knows (Hờ, Vì, Ksor).
"""

from __future__ import annotations

from dataclasses import replace

from extraction.evidence import Candidate
from rulebook.names import load_names

CORRECTED = "name.surname_corrected"
"""Reason code: the accents of the surname were misread."""

_EVERYWHERE = 5.0
"""Per cent of the people: a surname that frequent has no neighbour that could be meant instead."""

_DOUBTED = 0.7
_SHAPE = 0.6


def mended_name(found: Candidate, *, first: float) -> Candidate:
    """The candidate, its surname put right where only one can be meant.

    Args:
        found: a person's name.
        first: confidence of the surname's word, 0 to 1.
    """
    surname, _, rest = found.value.partition(" ")
    likely, share = load_names().surnames.likely(surname)
    if not rest or not likely or likely == surname or (share < _EVERYWHERE and first >= _DOUBTED):
        return found
    signs = replace(found.signs, shape=found.signs.shape * _SHAPE) if found.signs is not None else None
    return replace(
        found,
        value=f"{likely} {rest}",
        confidence=found.confidence * _SHAPE,
        reasons=(*found.reasons, CORRECTED),
        signs=signs,
    )
