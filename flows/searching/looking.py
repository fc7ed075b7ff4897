"""Searching: which papers have the words, where they stand, and the entry in the journal.

Bounded, however large the store: so many parts of the index, so many papers opened. A search that ends before
it is through says so, and goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.access import Access
from dossier.codes import is_office
from dossier.documents import Document
from dossier.events import Event, EventKind
from dossier.geometry import Box, bounding
from dossier.queries import PaperQuery
from dossier.searching import Indexed, SearchPlace, SearchRange, SearchTerm, SearchText
from flows.capture import load_reading
from flows.lookup import journal_shown, visible
from flows.searching.matching import Hit, Piece, best_line, hits_of, snippet
from wiring.services import Services

_STRETCH: Final = 20
"""Papers opened at once."""
_MOST_OPENED: Final = 100
_MOST_PARTS: Final = 1024
"""Parts of the index that one search looks at: half a million places."""
_MOST_OF_PERSON: Final = 200


@dataclass(frozen=True, slots=True)
class Eyes:
    """What whoever searches may see.

    Attributes:
        told: whether they may be told of a paper at all.
        sees: whether they may see a field of a paper; the empty name: all that stands on its pages.
    """

    told: Callable[[Document], bool]
    sees: Callable[[Document, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A paper that has what was asked for.

    Attributes:
        document: the paper.
        place: where it stands in the index.
        line: hits of one line, the first one first; none where only fields were hit.
        snippet: that line, marked.
        fields: names of the fields that were hit.
    """

    document: Document
    place: SearchPlace
    line: tuple[Hit, ...] = ()
    snippet: tuple[Piece, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found.

    Attributes:
        papers: the newest first, office by office.
        behind: where the next page begins; nothing when there is no more.
        opened: papers that had all words by the index and were looked at.
        cut: the search ended before the page was full, and there may be more.
    """

    papers: Sequence[Found]
    behind: SearchPlace | None
    opened: int
    cut: bool


def offices_within(known: Sequence[str], asked: str) -> Sequence[str]:
    """Those of some offices that are one office or below it; all of them where none is asked for."""
    below = f"{asked}." if is_office(asked) else None
    return [
        office for office in known if not asked or office == asked or (below and office.startswith(below))
    ]


def search_offices(  # noqa: PLR0913 - a search has these parts
    services: Services,
    terms: Sequence[SearchTerm],
    *,
    offices: Sequence[str],
    within: SearchRange,
    eyes: Eyes,
    access: Access,
    behind: SearchPlace | None = None,
    most: int = 10,
) -> SearchPage:
    """One page of the papers of some offices with all terms.

    Args:
        services: of this installation.
        terms: what is asked for.
        offices: agency parts of dossier codes, in order.
        within: types and days.
        eyes: what whoever asks may see.
        access: who asks and why.
        behind: where the page before ended.
        most: papers of one page.
    """
    found: list[Found] = []
    opened, parts = 0, 0
    goes_on: SearchPlace | None = None
    left = [office for office in offices if behind is None or office >= behind.office]
    for number, office in enumerate(left):
        at = behind.place if behind is not None and office == behind.office else None
        while True:
            stretch = services.store.records.words.candidates(
                terms, office, within=within, behind=at, limit=_STRETCH, most_parts=_MOST_PARTS - parts
            )
            parts += stretch.parts
            for one in stretch.papers:
                opened += 1
                at = one.place.place
                met = _met(one, terms, eyes, access)
                found += [met] if met else []
                if len(found) == most or opened == _MOST_OPENED:
                    goes_on = one.place
                    break
            if goes_on is not None or stretch.behind is None:
                break
            at = stretch.behind.place
            if parts >= _MOST_PARTS:
                goes_on = stretch.behind
                break
        if goes_on is None and parts >= _MOST_PARTS and number + 1 < len(left):
            # The next office begins anew.
            goes_on = SearchPlace(left[number + 1], _TOP)
        if goes_on is not None:
            break
    page = SearchPage(found, goes_on, opened, cut=goes_on is not None and len(found) < most)
    _journal(services, page, access)
    return page


_TOP: Final = 2**31 - 1
"""Above every place."""


def search_persons(  # noqa: PLR0913 - a search has these parts
    services: Services,
    terms: Sequence[SearchTerm],
    *,
    numbers: Sequence[str],
    within: SearchRange,
    eyes: Eyes,
    access: Access,
) -> SearchPage:
    """Papers of some persons with all terms: the newest 200 of each are looked at, whatever their offices."""
    found: list[Found] = []
    opened, cut = 0, False
    for number in numbers:
        query = PaperQuery(
            number=number, related=True, types=within.types, since=within.since, until=within.until
        )
        papers = services.store.records.find_documents(query, limit=_MOST_OF_PERSON)
        texts = services.store.records.words.texts([paper.id for paper in papers])
        cut = cut or len(papers) == _MOST_OF_PERSON
        for order, paper in enumerate(papers):
            opened += 1
            text = texts.get(paper.id) or SearchText(
                fields={field.name: field.value for field in paper.fields if field.value}
            )
            met = _met(Indexed(paper, text, SearchPlace("", order)), terms, eyes, access)
            if met is not None and met.document.id not in {one.document.id for one in found}:
                found.append(met)
    page = SearchPage(found, None, opened, cut)
    _journal(services, page, access)
    return page


def box_of(services: Services, document: Document, hit: Hit) -> Box | None:
    """Where a hit stands on its page; nothing where the page was read anew in between.

    Raises:
        LookupError, StoreError: the reading is no longer kept.
    """
    found = load_reading(services, document.item).texts((hit.page,))
    if not found or hit.page not in document.pages:
        return None
    reading = found[0]
    if not 0 <= hit.line < len(reading.lines):
        return None
    at, boxes = 0, list[Box]()
    for word in reading.lines[hit.line].words:
        if at < hit.end and hit.begin < at + len(word.text):
            boxes.append(word.box)
        at += len(word.text) + 1
    return bounding(boxes) if boxes else None


def _met(one: Indexed, terms: Sequence[SearchTerm], eyes: Eyes, access: Access) -> Found | None:
    document = one.document
    if not visible([document], access) or not eyes.told(document):
        return None
    hits = hits_of(one.text, terms, sees=lambda field: eyes.sees(document, field))
    if hits is None:
        return None
    line = best_line(hits)
    fields = dict.fromkeys(hit.field for hit in hits if hit.field)
    said: Sequence[Piece] = ()
    if line:
        lines = next(lines for page, lines in one.text.pages if page == line[0].page)
        said = snippet(lines[line[0].line], line)
    return Found(
        document=document, place=one.place, line=tuple(line), snippet=tuple(said), fields=tuple(fields)
    )


def _journal(services: Services, page: SearchPage, access: Access) -> None:
    """That somebody searched, and each paper they were shown; never for which words."""
    services.store.records.record(
        Event(
            kind=EventKind.PAPERS_SEARCHED,
            at=services.clock(),
            actor=access.actor,
            dossier=access.dossier,
            purpose=access.purpose,
            details={"count": len(page.papers), "opened": page.opened},
        )
    )
    journal_shown(services, [one.document for one in page.papers], access=access)
