"""Old and new tone placement, ``hòa`` and ``hoà``: a repaired word follows its page."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Literal

from ocr.language.syllables import counting_form, split_syllable
from ocr.language.tokens import take_apart

Placement = Literal["old", "new", "same"]

_OPEN = frozenset(("oa", "oe", "uy"))


@functools.lru_cache(maxsize=16384)
def placement_of(text: str) -> Placement:
    """Where a printed word has its tone; ``same`` where both ways of writing agree."""
    core = take_apart(text).core
    syllable = split_syllable(core)
    if syllable is None or not syllable.tone or syllable.rhyme not in _OPEN:
        return "same"
    return "new" if counting_form(core) == core.lower() else "old"


def page_placement(texts: Iterable[str]) -> Placement:
    """The way most words of a page are written; ``old``, as most laws are, where none tells."""
    found = [placement_of(text) for text in texts]
    return "new" if found.count("new") > found.count("old") else "old"
