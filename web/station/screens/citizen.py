"""The citizen's papers: by number or name, for a dossier being handled or on the ground of archiving.

What may be seen is what the service for machines would show: the guard weighs the ground, each paper is
admitted by itself, and every look is journalled under the person it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from dossier.admission import Role
from dossier.documents import Document
from dossier.errors import ArgumentError, MotlanError
from dossier.ids import DocumentId
from dossier.persons import identity_number
from dossier.queries import PaperQuery
from flows.citizen import Look, looks_at
from flows.lookup import find_admitted, label, read_document
from flows.uses import PaperUses, UsedMonth, procedures_of, used_months
from web.api.papers import drawn_copy, paper_told, reading_response
from web.auth.guard import Named, Standing
from web.auth.matrix import Endpoint, Ownership
from web.station.door import Screen
from web.station.grounds import (
    is_archivist,
    is_told,
    named_by,
    named_in_address,
    ownership,
    query_of,
    roles_of,
    sees,
    weigh,
)
from web.station.pages import Page
from web.station.screens.search import spot_address, spot_of
from web.station.visit import Visit

_MOST: Final = 100
_MOST_USES: Final = 40
_LONGEST_NUMBER: Final = 19
_LEAST_NAME: Final = 2
"""A letter would find everybody."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paper in the list.

    Attributes:
        paper: itself.
        label: its type.
        own: whether it is the person's; else it only names them.
        uses: for how many procedures it counts today, and for how many a person looks first.
    """

    paper: Document
    label: str
    own: bool
    uses: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Who used a person's data: looks, what their dossiers are about, months; where the next page begins."""

    looks: Sequence[Look]
    procedures: Mapping[str, str]
    months: Sequence[UsedMonth]
    before: int

    @property
    def most(self) -> int:
        """Looks of the busiest month."""
        return max((month.looks for month in self.months), default=0) or 1


def screens() -> Sequence[Screen]:
    """The question by a form, since numbers and names stand in no address; papers by their ids."""
    return [
        Screen(path="/citizen", method="GET", page=Page.CITIZEN, show=_ask),
        Screen(path="/citizen", method="POST", page=Page.CITIZEN, show=_find),
        Screen(path="/papers/{document}", method="GET", page=Page.PAPER, show=_paper),
        Screen(path="/papers/{document}/reading", method="GET", page=Page.PAPER, show=_reading),
    ]


def _ask(visit: Visit) -> Response:
    return _page(visit)


def _find(visit: Visit) -> Response:
    form = visit.form
    try:
        named = named_by(visit, form["dossier"], form["ground"])
    except ArgumentError:
        return _page(visit, wrong={"dossier": "counter.wrong_dossier"})
    found = identity_number(form["who"])
    number, name = (found[0], "") if found else ("", form["who"])
    try:
        standing = weigh(visit, Endpoint.DOCUMENT_READ, named)
        queries = _queries(visit, standing, number, name)
        lines, more = _lines(visit, standing, queries)
        # Where no paper may be seen, nothing is told of the person at all.
        timeline = _timeline(visit, standing, number) if lines else None
    except MotlanError as error:
        return _page(visit, error=error)
    return _page(visit, lines=lines, more=more, timeline=timeline, named=named)


def _page(  # noqa: PLR0913 - what the page shows has these parts
    visit: Visit,
    *,
    lines: Sequence[Line] | None = None,
    more: bool = False,
    timeline: Timeline | None = None,
    named: Named | None = None,
    wrong: Mapping[str, str] | None = None,
    error: MotlanError | None = None,
) -> Response:
    person = visit.need_person()
    return visit.answer(
        "citizen.html.j2",
        error,
        status=422 if wrong else 200,
        typed={name: visit.form[name][:200] for name in ("dossier", "ground", "who")},
        archivist=is_archivist(visit),
        one_stop=Role.ONE_STOP in roles_of(visit),
        lines=lines,
        more=more,
        timeline=timeline,
        ground=named,
        names=person.scopes.fields.value != "none",
        today=visit.context.services.today(),
        wrong=wrong or {},
    )


def _queries(visit: Visit, standing: Standing, number: str, name: str) -> Sequence[PaperQuery]:
    """What is asked of the index: persons of the dossier, or papers of the caller's offices."""
    guard = visit.context.guard
    if standing.dossier is not None:
        numbers = [number] if number else list(standing.dossier.numbers)
        guard.admit_persons(standing, numbers)
        return [PaperQuery(number=each, name=name) for each in numbers]
    guard.admit_persons(standing, [number] if number else [])
    if not number and len(name) < _LEAST_NAME:
        return []
    return [PaperQuery(number=number, name=name)]


def _lines(visit: Visit, standing: Standing, queries: Sequence[PaperQuery]) -> tuple[Sequence[Line], bool]:
    """Papers that may be listed, each once, and whether there may be more of them."""
    services, lines, more = visit.context.services, dict[DocumentId, Line](), False
    uses = PaperUses(services)
    for query in queries:
        found = find_admitted(
            services,
            query,
            access=standing.access,
            told=lambda paper: is_told(visit, standing, paper),
            most=_MOST,
        )
        more = more or found.more
        numbers = [party.number for paper in found.papers for party in paper.owners]
        visit.context.guard.looked(standing, numbers)
        for paper in found.papers:
            own = ownership(visit, standing, paper) is not Ownership.NAMED
            lines[paper.id] = Line(paper, services.papers.spec(paper.type).label_vi, own, uses.counts(paper))
    return list(lines.values()), more


def _timeline(visit: Visit, standing: Standing, number: str) -> Timeline | None:
    """Who of the archivist's offices used the person's data: for whoever keeps and proves.

    Not for a counter with one dossier.
    """
    if standing.dossier is not None or not number:
        return None
    services, covers, told = (
        visit.context.services,
        standing.caller.scopes.covers_office,
        visit.form["before"],
    )
    found = looks_at(
        services,
        number,
        access=standing.access,
        before=int(told) if told.isascii() and told.isdecimal() and len(told) < _LONGEST_NUMBER else 0,
        told=lambda look: bool(look.offices) and all(covers(office) for office in look.offices),
    )
    months = used_months(services, found.looks)
    return Timeline(found.looks, procedures_of(services, found.looks), months, found.before)


# one paper


def _paper(visit: Visit) -> Response:
    named, standing = _stand(visit, Endpoint.DOCUMENT_READ)
    context, document = visit.context, DocumentId(str(visit.request.path_params["document"]))
    context.guard.admit_paper(standing, document)
    found = read_document(context.services, document, access=standing.access)
    context.guard.looked(standing, [party.number for party in found.owners])
    told: dict[str, Any] = dict(paper_told(context, standing, found, ()))
    spec = context.services.papers.spec(found.type)
    return visit.page(
        "paper.html.j2",
        paper=found,
        told=told,
        fields=[(label(spec, name), value) for name, value in told["fields"].items()],
        withheld=[label(spec, name) for name in told["withheld"]],
        ground=named,
        query=query_of(named),
        uses=PaperUses(context.services).of(found)[:_MOST_USES],
        spot=_spot(visit, standing, found, named),
    )


def _spot(visit: Visit, standing: Standing, paper: Document, named: Named) -> tuple[str, int]:
    """Address of the picture of the page on which a search found something, for whoever may see the page."""
    place = visit.request.query_params.get("place", "")
    spot = spot_of(place)
    if spot is None or spot.page not in paper.pages or not sees(visit, standing, paper, ""):
        return "", 0
    return spot_address(paper, place, named), paper.pages.index(spot.page) + 1


def _reading(visit: Visit) -> Response:
    _, standing = _stand(visit, Endpoint.DOCUMENT_FILE)
    context, document = visit.context, str(visit.request.path_params["document"])
    found = context.guard.admit_paper(standing, document)
    context.guard.admit_file(standing, found, original=False)
    with ExitStack() as stack:
        made = stack.enter_context(drawn_copy(context, standing, found.id))
        context.guard.looked(standing, [party.number for party in made.document.owners])
        return reading_response(context, standing, made, stack)


def _stand(visit: Visit, endpoint: Endpoint) -> tuple[Named, Standing]:
    """The ground that the address names, weighed."""
    named = named_in_address(visit)
    return named, weigh(visit, endpoint, named)
