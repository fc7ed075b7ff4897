"""Search by what stands on papers: the words, the snippet, and the place on the page.

The question travels in a form, since names and numbers stand in no address; a place on a page is four plain
numbers. Which papers may be told of is decided by the guard: an archivist's offices, or a dossier's persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from starlette.responses import Response

from dossier.api_errors import PeriodError, RequestPathError
from dossier.documents import Document
from dossier.errors import ArgumentError, MotlanError
from dossier.ids import DocumentId
from dossier.searching import SearchPlace, SearchRange
from flows.checking.answers import as_people_write
from flows.lookup import label, read_document
from flows.searching.looking import (
    Eyes,
    Found,
    SearchPage,
    box_of,
    offices_within,
    search_offices,
    search_persons,
)
from flows.searching.matching import Hit
from flows.searching.question import parse_question
from web.auth.guard import Named, Standing
from web.auth.matrix import Endpoint
from web.station.door import Screen
from web.station.grounds import (
    is_archivist,
    is_told,
    named_by,
    named_in_address,
    query_of,
    roles_of,
    sees,
    weigh,
)
from web.station.pages import Page
from web.station.station import Lane
from web.station.visit import Visit

_ON_PAGE: Final = 10
_MOST_SHOWN: Final = 6
_KEPT_SECONDS: Final = 300
_PLACE: Final = re.compile(r"^(\d{1,5})-(\d{1,5})-(\d{1,6})-(\d{1,6})\Z", re.ASCII)
_BEHIND: Final = re.compile(r"^([A-Z0-9.]{0,20})/(-?\d{1,10})\Z", re.ASCII)
_TYPED: Final = ("q", "dossier", "ground", "type", "office", "from", "to", "loose")


@dataclass(frozen=True, slots=True)
class Line:
    """A paper that was found, as it is listed.

    Attributes:
        found: the paper, its snippet, its hits.
        label: its type.
        fields: label and value of what may be seen: fields that were hit, then the key fields.
        place: where on which page, as an address says it; empty where only fields were hit.
        page: which page of the paper it is, from 1.
    """

    found: Found
    label: str
    fields: Sequence[tuple[str, str]]
    place: str
    page: int


def screens() -> Sequence[Screen]:
    """The question by a form; pictures of the places by their numbers."""
    return [
        Screen(path="/search", method="GET", page=Page.SEARCH, show=_ask),
        Screen(path="/search", method="POST", page=Page.SEARCH, show=_find),
        Screen(
            path="/papers/{document}/places/{place}",
            method="GET",
            page=Page.PAPER,
            show=_strip,
            lane=Lane.PICTURES,
        ),
        Screen(
            path="/papers/{document}/pages/{place}",
            method="GET",
            page=Page.PAPER,
            show=_page_picture,
            lane=Lane.PICTURES,
        ),
    ]


def _ask(visit: Visit) -> Response:
    return _page(visit)


def _find(visit: Visit) -> Response:
    form = visit.form
    try:
        named = named_by(visit, form["dossier"], form["ground"])
    except ArgumentError:
        return _page(visit, wrong={"dossier": "counter.wrong_dossier"})
    try:
        standing = weigh(visit, Endpoint.DOCUMENT_READ, named)
        found = _found(visit, standing)
    except MotlanError as error:
        return _page(visit, error=error)
    lines = [_line(visit, standing, one) for one in found.papers]
    return _page(visit, found=found, lines=lines, named=named)


def _found(visit: Visit, standing: Standing) -> SearchPage:
    services, form = visit.context.services, visit.form
    terms = parse_question(form["q"], services.papers, loose=bool(form["loose"]))
    within = SearchRange(
        types=(form["type"],) if services.papers.knows(form["type"]) else (),
        since=_day(form["from"]),
        until=_day(form["to"]),
    )
    eyes = Eyes(told=partial(is_told, visit, standing), sees=partial(sees, visit, standing))
    guard = visit.context.guard
    if standing.dossier is not None:
        numbers = list(standing.dossier.numbers)
        guard.admit_persons(standing, numbers)
        found = search_persons(
            services, terms, numbers=numbers, within=within, eyes=eyes, access=standing.access
        )
    else:
        guard.admit_persons(standing, [])
        found = search_offices(
            services,
            terms,
            offices=_offices(visit, standing, form["office"].upper()),
            within=within,
            eyes=eyes,
            access=standing.access,
            behind=_behind(form["behind"]),
            most=_ON_PAGE,
        )
    guard.looked(standing, [party.number for one in found.papers for party in one.document.owners])
    return found


def _offices(visit: Visit, standing: Standing, asked: str) -> Sequence[str]:
    """Offices with papers in them that the person covers, the one that was asked for and those below it."""
    covers = standing.caller.scopes.covers_office
    known = visit.context.services.store.records.words.offices()
    return [office for office in offices_within(known, asked) if covers(office or "-")]


def _behind(text: str) -> SearchPlace | None:
    told = _BEHIND.match(text)
    return SearchPlace(told[1], int(told[2])) if told else None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PeriodError(text[:10]) from error


def _line(visit: Visit, standing: Standing, found: Found) -> Line:
    document = found.document
    spec = visit.context.services.papers.spec(document.type)
    names = dict.fromkeys((*found.fields, *spec.key_fields))
    shown = [name for name in names if document.value(name) and sees(visit, standing, document, name)]
    hit = found.line
    return Line(
        found=found,
        label=spec.label_vi,
        fields=[(label(spec, name), as_people_write(document.value(name))) for name in shown[:_MOST_SHOWN]],
        place=f"{hit[0].page}-{hit[0].line}-{hit[0].begin}-{hit[-1].end}" if hit else "",
        page=document.pages.index(hit[0].page) + 1 if hit else 0,
    )


def _page(  # noqa: PLR0913 - what the page shows has these parts
    visit: Visit,
    *,
    found: SearchPage | None = None,
    lines: Sequence[Line] = (),
    named: Named | None = None,
    wrong: Mapping[str, str] | None = None,
    error: MotlanError | None = None,
) -> Response:
    papers = visit.context.services.papers
    types = sorted(((spec.type, spec.label_vi) for spec in papers.recognisable), key=lambda one: one[1])
    behind = found.behind if found else None
    return visit.answer(
        "search.html.j2",
        error,
        status=422 if wrong else 200,
        typed={name: visit.form[name][:300] for name in _TYPED},
        archivist=is_archivist(visit),
        one_stop=len(roles_of(visit)) > is_archivist(visit),
        types=types,
        found=found,
        lines=lines,
        query=query_of(named) if named else "",
        behind=f"{behind.office}/{behind.place}" if behind else "",
        first=not visit.form["behind"],
        wrong=wrong or {},
    )


# places on pages


def _strip(visit: Visit) -> Response:
    document, spot = _seen(visit)
    services, pictures = visit.context.services, visit.station.pictures
    with _drawn():
        box = box_of(services, document, spot)
        if box is None:
            raise RequestPathError
        return _picture(pictures.framed_strip(services, document, spot.page, box))


def _page_picture(visit: Visit) -> Response:
    document, spot = _seen(visit)
    services, pictures = visit.context.services, visit.station.pictures
    with _drawn():
        box = box_of(services, document, spot)
        return _picture(pictures.framed_page(services, document, spot.page, box))


@contextmanager
def _drawn() -> Iterator[None]:
    """Where what was read of a paper is not kept, there is nothing to draw by."""
    try:
        yield
    except (LookupError, StopIteration) as error:
        raise RequestPathError from error


def _seen(visit: Visit) -> tuple[Document, Hit]:
    """The paper of the address, which the person may see whole, and the place; the look is journalled."""
    spot = spot_of(str(visit.request.path_params["place"]))
    standing = weigh(visit, Endpoint.DOCUMENT_FILE, named_in_address(visit))
    guard, document = visit.context.guard, str(visit.request.path_params["document"])
    found = guard.admit_paper(standing, document)
    guard.admit_file(standing, found, original=False)
    if spot is None or spot.page not in found.pages:
        raise RequestPathError
    read_document(visit.context.services, DocumentId(document), access=standing.access)
    guard.looked(standing, [party.number for party in found.owners])
    return found, spot


def spot_of(text: str) -> Hit | None:
    """A place on a page that an address names; nothing where it names none."""
    told = _PLACE.match(text)
    if told is None:
        return None
    page, line, begin, end = map(int, told.groups())
    return Hit(page=page, line=line, begin=begin, end=end)


def spot_address(document: Document, place: str, named: Named) -> str:
    """Where the picture of a page with its place is."""
    return f"/papers/{document.id}/pages/{place}?{query_of(named)}"


def _picture(content: bytes) -> Response:
    headers = {"Cache-Control": f"private, max-age={_KEPT_SECONDS}", "Vary": "Cookie"}
    return Response(content, media_type="image/jpeg", headers=headers)
