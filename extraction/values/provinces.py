"""Whether a text is the name of a province, old or new, whatever its case and accents."""

from __future__ import annotations

from functools import cache

from extraction.folding import squash
from rulebook.places import load_places


def is_province(text: str) -> bool:
    """Whether it is the whole name of one, without ``tỉnh`` or ``thành phố``."""
    return squash(text) in _names()


@cache
def _names() -> frozenset[str]:
    provinces = load_places().provinces
    return frozenset(squash(name) for province in provinces for name in (province.name, province.now))
