"""Pages of one batch that look and say the same: told to a person, never dropped by themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dossier.batches import Alike, AlikePages, ItemPage, PageRef
from dossier.documents import Item, ItemState
from dossier.errors import InputError
from extraction.alike import Saying, Words, saying_the_same, words_of
from flows.capture import load_reading
from flows.splitting import kept_split
from ocr.prints import PagePrint, likeness
from wiring.services import Services

_LOOKS_ALIKE: Final = 0.5
"""Least likeness of the pictures of one page scanned twice; with a note on it, half of it is enough."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A printed page: where it is, how it lies, what it says."""

    ref: PageRef
    rotation: int
    words: Words


def alike_pages(services: Services, items: Sequence[Item]) -> tuple[AlikePages, ...]:
    """Pairs among the printed pages of a batch, in order; what persons said of them is added later.

    Args:
        services: of this installation.
        items: files of the batch, in order; those that were not read are left out.
    """
    pages = [page for place, item in enumerate(items, start=1) for page in _pages(services, item, place)]
    pairs = saying_the_same([page.words for page in pages])
    prints = _prints(services, items, [pages[place] for pair in pairs for place in (pair.first, pair.second)])
    found = []
    for pair in pairs:
        first, second = pages[pair.first].ref, pages[pair.second].ref
        looks = _looks(prints.get(first), prints.get(second))
        if looks >= _LOOKS_ALIKE * (0.5 if pair.covered else 1.0):
            found.append(_alike(pair, first, second, looks=looks))
    return tuple(found)


def with_said(
    pairs: Sequence[AlikePages], items: Sequence[Item], said: Mapping[tuple[ItemPage, ItemPage], Alike]
) -> tuple[AlikePages, ...]:
    """The pairs of a batch of these files, with what persons said of each."""
    return tuple(
        replace(pair, said=said.get((item_page(items, pair.first), item_page(items, pair.second))))
        for pair in pairs
    )


def item_page(items: Sequence[Item], page: PageRef) -> ItemPage:
    """A page of a batch by its file's id."""
    return ItemPage(items[page.file - 1].id, page.page)


def _looks(left: PagePrint | None, right: PagePrint | None) -> float:
    """How alike two pages look; one that cannot be drawn any more is judged by its words alone."""
    return 1.0 if left is None or right is None else likeness(left, right)


def _alike(pair: Saying, first: PageRef, second: PageRef, *, looks: float) -> AlikePages:
    return AlikePages(
        first=first,
        second=second,
        likeness=round((pair.likeness + looks) / 2, 3),
        guess=Alike.NOTE if pair.covered else Alike.TWICE,
    )


def _pages(services: Services, item: Item, place: int) -> Sequence[_Page]:
    """Printed pages of a read file, without separator sheets: these are alike on purpose."""
    if item.state not in {ItemState.READ, ItemState.DONE}:
        return []
    stack = kept_split(services, item.id)
    sheets = {sheet.page for sheet in stack.separators} if stack is not None else set()
    return [
        _Page(PageRef(place, page.page), page.rotation, words_of(page))
        for page in load_reading(services, item.id).pages
        if page.words and page.page not in sheets
    ]


def _prints(services: Services, items: Sequence[Item], pages: Sequence[_Page]) -> dict[PageRef, PagePrint]:
    """What the pages look like, each file opened once."""
    wanted: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for page in pages:
        wanted[page.ref.file][page.ref.page] = page.rotation
    found: dict[PageRef, PagePrint] = {}
    for place, rotations in wanted.items():
        try:
            with services.store.blobs.path(items[place - 1].sha256) as source:
                prints = services.reader.prints(source, rotations)
        except InputError:
            continue
        found |= {PageRef(place, number): made for number, made in prints.items()}
    return found
