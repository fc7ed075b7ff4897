"""Cards of which only one side was scanned: both sides make the paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.documents import Document, DocumentState, Item
from extraction.traits import traits_of
from flows.capture import load_reading
from wiring.services import Services

_CARDS: Final = frozenset({"identity_card"})
_ONE_SIDE: Final = frozenset({"front", "back"})


@dataclass(frozen=True, slots=True)
class LoneSide:
    """A page that shows one side of a card whose other side is not in the paper.

    Attributes:
        file: place of its file in the batch, from 1.
        page: 1-based.
        side: ``front`` or ``back``.
        numbers: identity numbers read on it; may be none.
    """

    file: int
    page: int
    side: str
    numbers: frozenset[str]

    def is_of(self, other: LoneSide) -> bool:
        """Whether both are the two sides of one card in two files, as far as the numbers on them tell."""
        apart = self.file != other.file and self.side != other.side
        return apart and bool(self.numbers & other.numbers)


def lone_sides(
    services: Services, item: Item, papers: Sequence[Document], *, file: int
) -> Sequence[LoneSide]:
    """Sides of identity cards whose other side is not in the paper.

    A paper that does not wait any more is as a person, or the machine for sure, left it: what shows no side
    that can be told is not doubted.

    Args:
        services: of this installation.
        item: the file.
        papers: that came of it.
        file: place of the file in the batch, from 1.
    """
    cards = [paper for paper in papers if paper.type in _CARDS and paper.state is not DocumentState.REFUSED]
    if not cards:
        return ()
    reading = load_reading(services, item.id)
    found = []
    for card in cards:
        traits = [traits_of(page, services.papers) for page in reading.texts(card.pages)]
        seen = [one for one in traits if one.side]
        if len({one.side for one in seen}) == 1 and seen[0].side in _ONE_SIDE:
            numbers = frozenset(number for one in seen for number in one.numbers)
            found.append(LoneSide(file, seen[0].page, seen[0].side, numbers))
    return tuple(found)


def once_for_each_card(sides: Sequence[LoneSide]) -> Iterator[tuple[LoneSide, LoneSide | None]]:
    """Each card once, in order: a side, and the other side where it lies in another file of the batch."""
    left = list(sides)
    while left:
        side = left.pop(0)
        other = next((one for one in left if side.is_of(one)), None)
        if other is not None:
            left.remove(other)
        yield side, other
