"""The archive: how it stands, fixity and repair, renewal and forecast; long work is only asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from starlette.responses import Response

from dossier.api_errors import RequestValueError
from dossier.archive_orders import Order, OrderKind, OrderState
from dossier.codes import office_of
from dossier.desk_errors import OrderWaitsError
from dossier.errors import MotlanError
from dossier.evidence import SignatureEvidence
from dossier.ids import Sha256
from flows.archive_desk.journal import state
from flows.archive_desk.orders import ask, orders_for
from flows.archive_desk.terms import is_theirs
from flows.stamp_alarm import alarming_backlog
from web.station.door import Screen
from web.station.pages import Page
from web.station.visit import Visit

_BAD: Final = 50
_DUE: Final = 50
_LAST: Final = 5
_LIMIT: Final = timedelta(days=365)
_SOON: Final = timedelta(days=180)
_UNTIL: Final = timedelta(days=3650)
_EVERYTHING: Final = tuple(OrderKind)


@dataclass(frozen=True, slots=True)
class PlaceState:
    """A place of the store: when it was looked at last, and since when some of it was not."""

    name: str
    newest: datetime | None
    oldest: datetime | None
    unchecked_since: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class BadObject:
    """An object that is damaged or missing somewhere: where, what was found, when."""

    sha256: Sha256
    place: str
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DueLine:
    """A document whose evidence is to be renewed."""

    evidence: SignatureEvidence
    label: str
    office: str
    late: bool


def screens() -> Sequence[Screen]:
    """The overview, fixity, renewal."""
    look, work = Page.ARCHIVE, Page.ARCHIVE_WORK
    return [
        Screen(path="/archive", method="GET", page=look, show=_overview),
        Screen(path="/archive/fixity", method="GET", page=look, show=_fixity),
        Screen(path="/archive/fixity", method="POST", page=work, show=_ask_fixity),
        Screen(path="/archive/renewal", method="GET", page=look, show=_renewal),
        Screen(path="/archive/renewal", method="POST", page=work, show=_ask_renewal),
    ]


def newest(visit: Visit, *kinds: OrderKind, limit: int = _LAST) -> Sequence[Order]:
    """The newest orders of some kinds that the person may be told of."""
    offices = visit.need_person().scopes.offices
    return orders_for(visit.context.services, kinds, offices=offices, limit=limit)


def parts(visit: Visit) -> Sequence[tuple[str, str]]:
    """Parts of the archive that the person may be on: address and key of its name."""
    every = (
        (Page.ARCHIVE, "/archive", "archive.overview"),
        (Page.ARCHIVE, "/archive/packages", "archive.packages"),
        (Page.ARCHIVE, "/archive/fixity", "archive.fixity"),
        (Page.ARCHIVE, "/archive/renewal", "archive.renewal"),
        (Page.DISPOSAL, "/archive/disposal", "archive.disposal"),
        (Page.JOURNAL, "/archive/journal", "archive.journal"),
    )
    return [(where, key) for page, where, key in every if visit.admits(page)]


def _overview(visit: Visit) -> Response:
    services = visit.context.services
    records, now = services.store.records, services.clock()
    return visit.page(
        "archive.html.j2",
        parts=parts(visit),
        orders=newest(visit, *_EVERYTHING, limit=10),
        places=_places(visit),
        bad=len(records.upkeep.fixity.bad(limit=_BAD)),
        most_bad=_BAD,
        due=len(records.evidence.due(until=now.date(), now=now, limit=_DUE)),
        most_due=_DUE,
        stamps=records.stamps.backlog(),
        late=alarming_backlog(services) is not None,
        chain=state(services),
        frozen=records.upkeep.frozen.error() is not None,
    )


# fixity


def _fixity(visit: Visit, error: MotlanError | None = None, *, asked: bool = False) -> Response:
    return visit.answer(
        "archive_fixity.html.j2",
        error,
        parts=parts(visit),
        places=_places(visit),
        bad=_bad(visit),
        most=_BAD,
        orders=newest(visit, OrderKind.FIXITY, OrderKind.REPAIR, limit=10),
        works=visit.admits(Page.ARCHIVE_WORK),
        asked=asked,
    )


def _places(visit: Visit) -> Sequence[PlaceState]:
    services = visit.context.services
    found = []
    for place in services.store.places:
        last, first, since = services.store.records.upkeep.fixity.span(place.name)
        waits_from = min((one for one in (first, since) if one is not None), default=None)
        late = waits_from is not None and services.clock() - waits_from > _LIMIT
        found.append(PlaceState(place.name, last, first, since, late))
    return found


def _bad(visit: Visit) -> Sequence[BadObject]:
    checks = visit.context.services.store.records.upkeep.fixity.bad_checks(limit=_BAD)
    return [BadObject(check.sha256, place, check.outcome, check.at) for place, check in checks]


def _ask_fixity(visit: Visit) -> Response:
    what = visit.form["what"]
    if what not in ("share", "all", "repair"):
        raise RequestValueError("what", expected="share, all, repair")
    kind = OrderKind.REPAIR if what == "repair" else OrderKind.FIXITY
    wanted = {} if what == "repair" else {"extent": what}
    try:
        ask(visit.context.services, kind, actor=visit.need_person().actor, wanted=wanted)
    except OrderWaitsError as error:
        return _fixity(visit, error)
    return _fixity(visit, asked=True)


# renewal and forecast


def _renewal(visit: Visit, error: MotlanError | None = None, *, asked: bool = False) -> Response:
    services, now = visit.context.services, visit.context.services.clock()
    rows = services.store.records.evidence.due(until=(now + _UNTIL).date(), now=now, limit=_DUE)
    last = next((one for one in newest(visit, OrderKind.FORECAST) if one.state is OrderState.DONE), None)
    return visit.answer(
        "archive_renewal.html.j2",
        error,
        parts=parts(visit),
        rows=[line for row in rows if (line := _due_line(visit, row)) is not None],
        most=_DUE,
        forecast=last,
        orders=newest(visit, OrderKind.RENEWAL, OrderKind.FORECAST),
        works=visit.admits(Page.ARCHIVE_WORK),
        today=services.today(),
        soon=(now + _SOON).date(),
        asked=asked,
    )


def _due_line(visit: Visit, row: SignatureEvidence) -> DueLine | None:
    """Nothing for a paper of another office."""
    services = visit.context.services
    document = services.store.records.document(row.document)
    if not is_theirs(document, visit.need_person().scopes.offices):
        return None
    late = row.due is not None and row.due <= services.today()
    return DueLine(row, services.papers.spec(document.type).label_vi, office_of(document.dossier), late)


def _ask_renewal(visit: Visit) -> Response:
    services, what = visit.context.services, visit.form["what"]
    try:
        if what == "forecast":
            ask(services, OrderKind.FORECAST, actor=visit.need_person().actor)
        else:
            wanted = {"until": _day(visit.form["until"]).isoformat()}
            ask(services, OrderKind.RENEWAL, actor=visit.need_person().actor, wanted=wanted)
    except OrderWaitsError as error:
        return _renewal(visit, error)
    return _renewal(visit, asked=True)


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise RequestValueError("until", expected="YYYY-MM-DD") from error
