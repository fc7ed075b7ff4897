"""Pages of one batch that look and say the same: told to a person, never dropped by themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.batches import Alike, AlikePages, ItemPage, PageRef
from dossier.documents import Item, ItemState
from dossier.errors import InputError
from dossier.text import PageText
from extraction.alike import Saying, saying_the_same
from flows.capture import load_reading
from flows.splitting import kept_split
from ocr.prints import PagePrint, likeness
from wiring.services import Services

_LOOKS_ALIKE: Final = 0.5
"""Least likeness of the pictures of one page scanned twice; with a note on it, half of it is enough."""


@dataclass(frozen=True, slots=True)
class _Page:
    ref: PageRef
    item: Item
    text: PageText

    @property
    def key(self) -> ItemPage:
        return ItemPage(self.item.id, self.text.page)


def alike_pages(
    services: Services, items: Sequence[Item], said: Mapping[tuple[ItemPage, ItemPage], Alike]
) -> tuple[AlikePages, ...]:
    """Pairs among the printed pages of a batch, in order, with what persons said of them.

    Args:
        services: of this installation.
        items: files of the batch, in order; those that were not read are left out.
        said: what persons said of pairs so far.
    """
    pages = [page for place, item in enumerate(items, start=1) for page in _pages(services, item, place)]
    pairs = saying_the_same([page.text for page in pages])
    prints = _prints(services, [pages[place] for pair in pairs for place in (pair.first, pair.second)])
    found = []
    for pair in pairs:
        first, second = pages[pair.first], pages[pair.second]
        looks = likeness_of(prints.get(first.key), prints.get(second.key))
        if looks >= _LOOKS_ALIKE * (0.5 if pair.covered else 1.0):
            found.append(_alike(pair, first, second, looks=looks, said=said))
    return tuple(found)


def likeness_of(left: PagePrint | None, right: PagePrint | None) -> float:
    """How alike two pages look; a page that cannot be drawn any more is judged by its words alone."""
    return 1.0 if left is None or right is None else likeness(left, right)


def _alike(
    pair: Saying,
    first: _Page,
    second: _Page,
    *,
    looks: float,
    said: Mapping[tuple[ItemPage, ItemPage], Alike],
) -> AlikePages:
    return AlikePages(
        first=first.ref,
        second=second.ref,
        likeness=round((pair.likeness + looks) / 2, 3),
        guess=Alike.NOTE if pair.covered else Alike.TWICE,
        said=said.get((first.key, second.key)),
    )


def _pages(services: Services, item: Item, place: int) -> Sequence[_Page]:
    """Printed pages of a read file, without separator sheets: these are alike on purpose."""
    if item.state not in {ItemState.READ, ItemState.DONE}:
        return []
    stack = kept_split(services, item.id)
    sheets = {sheet.page for sheet in stack.separators} if stack is not None else set()
    return [
        _Page(PageRef(place, page.page), item, page)
        for page in load_reading(services, item.id).pages
        if page.words and page.page not in sheets
    ]


def _prints(services: Services, pages: Sequence[_Page]) -> dict[ItemPage, PagePrint]:
    """What the pages look like, each file opened once."""
    wanted: defaultdict[str, dict[int, _Page]] = defaultdict(dict)
    for page in pages:
        wanted[page.item.id][page.text.page] = page
    found: dict[ItemPage, PagePrint] = {}
    for of_file in wanted.values():
        item = next(iter(of_file.values())).item
        try:
            with services.store.blobs.path(item.sha256) as source:
                prints = services.reader.prints(source, [page.text for page in of_file.values()])
        except InputError:
            continue
        found |= {of_file[number].key: made for number, made in prints.items()}
    return found
