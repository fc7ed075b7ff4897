"""Cards of which only one side was scanned: both sides make the paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dossier.documents import Document, DocumentState, Item
from extraction.traits import traits_of
from flows.capture import load_reading
from wiring.services import Services

_CARDS: Final = frozenset({"identity_card"})
_ONE_SIDE: Final = frozenset({"front", "back"})


def lone_sides(services: Services, item: Item, papers: Sequence[Document]) -> tuple[int, ...]:
    """Pages that show one side of an identity card whose other side is not in the paper.

    A paper that does not wait any more is as a person, or the machine for sure, left it: what shows no side
    that can be told is not doubted.
    """
    cards = [paper for paper in papers if paper.type in _CARDS and paper.state is not DocumentState.REFUSED]
    if not cards:
        return ()
    pages = {page.page: page for page in load_reading(services, item.id).pages}
    found = []
    for card in cards:
        sides = {number: traits_of(pages[number], services.papers).side for number in card.pages}
        seen = {side for side in sides.values() if side}
        if len(seen) == 1 and seen <= _ONE_SIDE:
            found.append(next(number for number, side in sides.items() if side))
    return tuple(found)
