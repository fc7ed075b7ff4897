"""The first page: what waits for whoever is inside, by their roles; the language; the list of shortcuts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from dossier.staff import StaffRole
from flows.archive_desk.terms import undecided
from flows.quality.judging import waiting
from flows.signing_desk.queue import COUNTED
from flows.stamp_alarm import alarming_backlog
from flows.trays.desk import MOST_OPEN
from flows.upkeep import late_copies
from web.station.door import Screen, knock
from web.station.pages import Page
from web.station.visit import NAVIGATION, Visit

_MOST: Final = 50
"""Up to how many damaged files and due papers are counted, as on the pages of the archive."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the first page.

    Attributes:
        key: of its words; they take ``count``.
        count: how much waits.
        path: where it is done; empty while the station has no page for it.
        pressing: whether it is late.
        most: up to how much is counted; from there on it is "so much or more".
    """

    key: str
    count: int
    path: str = ""
    pressing: bool = False
    most: int | None = None


def screens() -> Sequence[Screen]:
    """Its addresses."""
    return [
        Screen(path="/", method="GET", page=Page.HOME, show=_show),
        Screen(path="/language", method="POST", page=Page.LANGUAGE, show=_speak, before=knock),
        Screen(path="/shortcuts", method="GET", page=Page.SHORTCUTS, show=_shortcuts),
    ]


def _show(visit: Visit) -> Response:
    roles = visit.need_person().scopes.roles
    tiles = [
        (page, path, key) for page, path, key in NAVIGATION if page is not Page.HOME and visit.admits(page)
    ]
    return visit.page(
        "home.html.j2",
        roles=[role for role in StaffRole if role in roles],
        waiting=list(_waiting(visit, roles)),
        tiles=tiles,
    )


def _waiting(visit: Visit, roles: frozenset[StaffRole]) -> Iterator[Waiting]:
    """Counts alone: nobody's data is read for them."""
    services = visit.context.services
    if visit.admits(Page.INTAKE):
        count = services.store.records.trays.count_open(visit.need_person().actor, most=MOST_OPEN)
        yield Waiting("home.waiting_trays", count, "/intake")
    yield from _to_check(visit, roles)
    if StaffRole.SIGNER in roles:
        count = services.store.records.signing.count(most=COUNTED)
        yield Waiting("home.waiting_signatures", count, "/signing", most=COUNTED)
    if roles & {StaffRole.SIGNER, StaffRole.ARCHIVIST}:
        count = services.store.records.stamps.backlog().count
        path = "/signing/stamps" if StaffRole.SIGNER in roles else "/archive"
        yield Waiting("home.waiting_stamps", count, path, pressing=alarming_backlog(services) is not None)
    yield from _to_keep(visit, roles)
    if StaffRole.ADMINISTRATOR in roles:
        accounts = services.store.records.staff.accounts()
        unfinished = sum(one.is_enabled and one.must_change for one in accounts)
        yield Waiting("home.waiting_accounts", unfinished, "/accounts")


def _to_check(visit: Visit, roles: frozenset[StaffRole]) -> Iterator[Waiting]:
    """At the tables of checkers: what came back first, then what waits for a first, second and third look."""
    services = visit.context.services
    if StaffRole.CHECKER in roles:
        back = len(services.store.records.saves.brought_back(visit.need_person().actor))
        if back:
            yield Waiting("home.waiting_back", back, "/check", pressing=True)
    if roles & {StaffRole.CHECKER, StaffRole.SCANNER}:
        path = "/check" if StaffRole.CHECKER in roles else ""
        yield Waiting("home.waiting_papers", services.store.records.count_waiting(), path)
    if visit.admits(Page.SECOND):
        second, third = waiting(services)
        if StaffRole.CHECKER in roles:
            yield Waiting("home.waiting_second", second, "/second")
        yield Waiting("home.waiting_third", third, "/second")


def _to_keep(visit: Visit, roles: frozenset[StaffRole]) -> Iterator[Waiting]:
    """Of the store: what is damaged, late, or waits for somebody's decision."""
    services = visit.context.services
    records, now = services.store.records, services.clock()
    if StaffRole.ARCHIVIST in roles:
        late = late_copies(services)
        count = late.waiting + late.blocked if late else 0
        yield Waiting("home.waiting_copies", count, pressing=late is not None)
        bad = len(records.upkeep.fixity.bad(limit=_MOST))
        yield Waiting("home.waiting_bad", bad, "/archive/fixity", pressing=bad > 0, most=_MOST)
        due = len(records.evidence.due(until=now.date(), now=now, limit=_MOST))
        yield Waiting("home.waiting_renewal", due, "/archive/renewal", pressing=due > 0, most=_MOST)
    if visit.admits(Page.DISPOSAL_DECISION):
        count = undecided(services, offices=visit.need_person().scopes.offices)
        yield Waiting("home.waiting_disposal", count, "/archive/disposal")


def _speak(visit: Visit) -> Response:
    lang, back = visit.form["lang"], visit.form["back"]
    # Back to a page of ours, never to what somebody else wrote into the form.
    ours = back.startswith("/") and not back.startswith("//") and "\\" not in back and back.isprintable()
    safe = back if ours else "/"
    return visit.speak(visit.go(safe), "en" if lang == "en" else "vi")


def _shortcuts(visit: Visit) -> Response:
    return visit.page("shortcuts.html.j2")
