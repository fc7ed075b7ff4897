"""The journal: looking for entries in plain words, how the chain stands, and the proof of one entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.responses import Response, StreamingResponse

from dossier.archive_orders import OrderKind
from dossier.codes import is_dossier_code
from dossier.desk_errors import OrderValueError, OrderWaitsError
from dossier.errors import MotlanError, RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import is_id
from dossier.staff import ACTOR
from flows.archive_desk import journal
from flows.archive_desk.orders import ask
from web.station.door import Screen
from web.station.pages import Page
from web.station.screens.archive import newest, parts
from web.station.visit import Visit

_MOST: Final = 80
_KIND: Final = "journal_kind."


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as people read it: its kind in plain words, who did it, and the rest as it stands."""

    number: int
    event: Event
    said: str
    actor: str
    details: Sequence[tuple[str, str]]
    hash: str


def screens() -> Sequence[Screen]:
    """The search, one entry, its proof, and work on the whole chain."""
    look = Page.JOURNAL
    return [
        Screen(path="/archive/journal", method="GET", page=look, show=_show),
        Screen(path="/archive/journal", method="POST", page=look, show=_search),
        Screen(path="/archive/journal/check", method="POST", page=look, show=_check),
        Screen(path="/archive/journal/seal", method="POST", page=Page.ARCHIVE_WORK, show=_seal),
        Screen(path="/archive/journal/entries/{number}", method="GET", page=look, show=_entry),
        Screen(path="/archive/journal/entries/{number}/proof", method="GET", page=look, show=_proof),
    ]


def _show(
    visit: Visit,
    error: MotlanError | None = None,
    *,
    found: journal.Found | None = None,
    asked: bool = False,
) -> Response:
    services = visit.context.services
    return visit.answer(
        "archive_journal.html.j2",
        error,
        parts=parts(visit),
        chain=journal.state(services),
        orders=newest(visit, OrderKind.JOURNAL_CHECK, OrderKind.JOURNAL_SEAL),
        kinds=sorted(((kind.value, _said(visit, kind)) for kind in EventKind), key=lambda one: one[1]),
        form=visit.form,
        found=found,
        lines=[_line(visit, one.number, one.event, one.hash) for one in found.entries] if found else [],
        seals=visit.admits(Page.ARCHIVE_WORK),
        silently=services.signs_silently,
        asked=asked,
    )


def _search(visit: Visit) -> Response:
    """What is looked for travels in the form: somebody may type a person's number by mistake."""
    try:
        wanted = _wanted(visit)
    except OrderValueError as error:
        return _show(visit, error)
    told = visit.form["before"]
    before = int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else 0
    person = visit.need_person()
    found = journal.search(
        visit.context.services, wanted, actor=person.actor, offices=person.scopes.offices, before=before
    )
    return _show(visit, found=found)


def _wanted(visit: Visit) -> journal.Wanted:
    form = visit.form
    about, kind, actor = form["about"], form["kind"], form["actor"]
    if is_dossier_code(about.upper()):
        about = about.upper()
    if about and not is_id(about) and not is_dossier_code(about):
        reason = "ghi mã giấy tờ, mã lô, mã yêu cầu hoặc mã hồ sơ"
        raise OrderValueError(what="Nội dung cần tìm", reason=reason)
    if kind and kind not in list(EventKind):
        raise OrderValueError(what="Loại việc", reason="chọn trong danh sách")
    if len(actor) > _MOST:
        raise OrderValueError(what="Người làm", reason="mã quá dài")
    return journal.Wanted(
        about=about,
        kind=EventKind(kind) if kind else None,
        actor=_actor(visit, actor),
        first=_day(form["first"]),
        last=_day(form["last"]),
    )


def _actor(visit: Visit, told: str) -> str:
    """Somebody as the journal names them: by the opaque name, or by the login of an account kept here."""
    if not told or told.startswith((ACTOR, "key-", "oidc-")):
        return told
    account = visit.context.services.store.records.staff.by_login(told.casefold())
    return account.actor if account else told


def _day(told: str) -> date | None:
    if not told:
        return None
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise OrderValueError(what="Ngày", reason="ghi ngày có thật") from error


def _said(visit: Visit, kind: EventKind) -> str:
    return visit.words(f"{_KIND}{kind.value.replace('.', '_')}")


def _line(visit: Visit, number: int, event: Event, digest: str) -> Line:
    return Line(
        number=number,
        event=event,
        said=_said(visit, event.kind),
        actor=_name(visit, event.actor),
        details=[(name, str(value)) for name, value in sorted(event.details.items())],
        hash=digest,
    )


def _name(visit: Visit, actor: str) -> str:
    """The login behind an opaque name, for people who look after the journal; the name itself otherwise."""
    if not actor.startswith(ACTOR):
        return actor
    account = visit.context.services.store.records.staff.account(actor.removeprefix(ACTOR))
    return account.login if account else actor


def _number(visit: Visit) -> int:
    told = str(visit.request.path_params["number"])
    if not (told.isascii() and told.isdecimal() and len(told) < 19):
        raise RecordMissingError(told)
    return int(told)


def _entry(visit: Visit) -> Response:
    person, services = visit.need_person(), visit.context.services
    found = journal.entry(services, _number(visit), offices=person.scopes.offices)
    sealed = journal.state(services).sealed
    return visit.page(
        "archive_entry.html.j2",
        parts=parts(visit),
        line=_line(visit, found.number, found.event, found.hash),
        previous=found.previous,
        sealed=sealed is not None and sealed.entries >= found.number,
    )


def _proof(visit: Visit) -> Response:
    person, number = visit.need_person(), _number(visit)
    lines = journal.proof(visit.context.services, number, actor=person.actor, offices=person.scopes.offices)
    name = f"nhat-ky-{number}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse((f"{line}\n" for line in lines), media_type="application/jsonl", headers=headers)


def _check(visit: Visit) -> Response:
    return _ordered(visit, OrderKind.JOURNAL_CHECK)


def _seal(visit: Visit) -> Response:
    return _ordered(visit, OrderKind.JOURNAL_SEAL)


def _ordered(visit: Visit, kind: OrderKind) -> Response:
    try:
        ask(visit.context.services, kind, actor=visit.need_person().actor)
    except OrderWaitsError as error:
        return _show(visit, error)
    return _show(visit, asked=True)
