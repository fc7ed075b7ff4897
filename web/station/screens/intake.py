"""Intake: files and scanned pages for one dossier, handed in as a batch, and what becomes of each of them.

Nothing is read here. What was sent is durable before the page says so; the process that serves does the rest
(``flows.trays``), and the page shows what the records tell, live by server-sent events or after a reload.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response

from dossier.api_errors import ServiceBusyError
from dossier.codes import parse_dossier_code, parse_procedure_code
from dossier.errors import ArgumentError, MotlanError, ProcedureUnknownError
from dossier.ids import is_id
from dossier.moments import VIETNAM
from dossier.persons import parse_owner
from dossier.scan_errors import ScannerNotFoundError
from dossier.tray_errors import TrayMissingError, TrayNoFileError, TrayOfficeError, TrayStreamsError
from dossier.trays import Tray, TrayWish
from flows.admission import find_dossier
from flows.staff import sessions
from flows.trays import desk
from flows.trays.desk import Operator
from flows.trays.pictures import small_picture_of
from flows.trays.scanners import ScannerChoice
from web.station.door import Screen
from web.station.pages import Page, admits
from web.station.screens.counter import procedures_found
from web.station.screens.intake_view import Said, Shown, line_of, shown
from web.station.station import Lane
from web.station.streams import Followed, following
from web.station.visit import Visit

_LINES: Final = 30
_MOST_COUNT: Final = 9999
_KEPT_SECONDS: Final = 3600
_BUSY_SECONDS: Final = 5
_FIELDS: Final = ("dossier", "procedure", "owner")
_RESOLUTIONS: Final = (200, 300, 400, 600)
_DUPLEX: Final = "both"
_GRAY: Final = "gray"

Act = Callable[[Tray], None]


def screens() -> Sequence[Screen]:
    """The list, one batch, and everything that is done with it."""
    page, one = Page.INTAKE, "/intake/{tray}"
    return [
        Screen(path="/intake", method="GET", page=page, show=_list),
        Screen(path="/intake", method="POST", page=page, show=_begin),
        Screen(path="/intake/procedures", method="GET", page=page, show=_procedures),
        Screen(path=one, method="GET", page=page, show=_tray),
        Screen(path=f"{one}/events", method="GET", page=page, show=_events),
        Screen(
            path=f"{one}/files",
            method="POST",
            page=page,
            show=_files,
            file=True,
            many=True,
            before=_need_room,
        ),
        Screen(path=f"{one}/files/{{file}}/back", method="POST", page=page, show=_file_back),
        Screen(path=f"{one}/scan", method="POST", page=page, show=_scan),
        Screen(path=f"{one}/scanners", method="POST", page=page, show=_look_for_scanners),
        Screen(
            path=f"{one}/pages/{{file}}/{{number}}",
            method="GET",
            page=page,
            show=_picture,
            lane=Lane.PICTURES,
        ),
        Screen(path=f"{one}/pages/{{number}}/back", method="POST", page=page, show=_page_back),
        Screen(path=f"{one}/hand-in", method="POST", page=page, show=_hand_in),
        Screen(path=f"{one}/open", method="POST", page=page, show=_open_again),
        Screen(path=f"{one}/discard", method="POST", page=page, show=_discard),
    ]


def _operator(visit: Visit) -> Operator:
    person = visit.need_person()
    return Operator(actor=person.actor, offices=person.scopes.offices, procedures=person.scopes.procedures)


def _found(visit: Visit) -> Tray:
    told = str(visit.request.path_params["tray"])
    if not is_id(told):
        raise TrayMissingError
    return desk.find(visit.context.services, _operator(visit), told)


# the list, and a new batch


def _list(visit: Visit) -> Response:
    return _listed(visit, {})


def _listed(visit: Visit, wrong: Mapping[str, str], error: MotlanError | None = None) -> Response:
    services, now = visit.context.services, visit.context.services.clock()
    before = _moment(visit.request.query_params.get("before", ""))
    found = desk.mine(services, _operator(visit), before=before, limit=_LINES)
    today = now.astimezone(VIETNAM).date()
    lines = [line_of(visit, tray) for tray in found]
    typed = {name: visit.form[name][:200] for name in _FIELDS}
    return visit.answer(
        "intake.html.j2",
        error,
        status=422 if wrong else 200,
        today=[line for line in lines if line.began_on == today],
        earlier=[line for line in lines if line.began_on != today],
        more=found[-1].began_at.isoformat().replace("+00:00", "Z") if len(found) == _LINES else "",
        done=visit.request.query_params.get("done", ""),
        typed=typed,
        wrong=wrong,
        found=procedures_found(visit, typed["procedure"]),
    )


def _moment(told: str) -> datetime | None:
    """Where a list goes on; anything else begins anew."""
    try:
        found = datetime.fromisoformat(told)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _procedures(visit: Visit) -> Response:
    words = visit.request.query_params.get("procedure", "")[:200]
    return visit.page("procedures.html.j2", found=procedures_found(visit, words))


def _begin(visit: Visit) -> Response:
    wrong: dict[str, str] = {}
    services, dossier = visit.context.services, _dossier(visit, wrong)
    procedure = _procedure(visit, dossier, wrong)
    owner = _owner(visit, wrong)
    if wrong:
        return _listed(visit, wrong)
    try:
        tray = desk.begin(
            services,
            _operator(visit),
            dossier=dossier,
            procedure=procedure,
            owner=owner,
        )
    except TrayOfficeError:
        return _listed(visit, {"dossier": "intake.wrong_office"})
    except MotlanError as error:
        return _listed(visit, {}, error)
    return visit.go(f"/intake/{tray.id}")


def _dossier(visit: Visit, wrong: dict[str, str]) -> str:
    try:
        return str(parse_dossier_code(visit.form["dossier"]))
    except ArgumentError:
        wrong["dossier"] = "intake.wrong_dossier"
        return ""


def _procedure(visit: Visit, dossier: str, wrong: dict[str, str]) -> str:
    """What was typed; of a dossier that was received already, what it was received for."""
    services, typed = visit.context.services, visit.form["procedure"]
    if not typed:
        known = find_dossier(services, dossier) if dossier else None
        return known.procedure if known is not None else ""
    try:
        short = parse_procedure_code(typed.partition(" ")[0])
        services.procedures.on(short, services.today())
    except ProcedureUnknownError:
        wrong["procedure"] = "counter.unknown_procedure"
    except ArgumentError:
        found = procedures_found(visit, typed)
        if len(found) == 1:
            return found[0][0]
        wrong["procedure"] = "counter.several_procedures" if found else "counter.unknown_procedure"
    else:
        return short
    return ""


def _owner(visit: Visit, wrong: dict[str, str]) -> str:
    if not visit.form["owner"]:
        return ""
    try:
        return parse_owner(visit.form["owner"])
    except ArgumentError:
        wrong["owner"] = "counter.wrong_number"
        return ""


def _count(visit: Visit, name: str, wrong: dict[str, str]) -> int:
    told = visit.form[name]
    if not told:
        return 0
    if told.isascii() and told.isdecimal() and int(told) <= _MOST_COUNT:
        return int(told)
    wrong[name] = "intake.wrong_count"
    return 0


# one batch


def _tray(visit: Visit) -> Response:
    tray = _found(visit)
    return _show(visit, shown(visit, tray))


def _show(visit: Visit, what: Shown, error: MotlanError | None = None, said: Sequence[Said] = ()) -> Response:
    """The whole page, or the part of it that changes."""
    return visit.answer(
        "tray_state.html.j2" if visit.part else "tray.html.j2",
        error,
        status=422 if said and all(one.wrong for one in said) else 200,
        shown=what,
        said=said,
        resolutions=_RESOLUTIONS,
        most_files=visit.station.settings.tray_files,
        most_megabytes=visit.station.settings.tray_bytes // 1_000_000,
        scanners=_scanners(visit),
        looked=visit.station.scanners.has_looked,
    )


def _scanners(visit: Visit) -> Sequence[ScannerChoice]:
    return visit.station.scanners.choices(visit.context.services)


def _again(visit: Visit, error: MotlanError | None = None, said: Sequence[Said] = ()) -> Response:
    return _show(visit, shown(visit, _found(visit)), error, said)


def _events(visit: Visit) -> Response:
    tray, person, held = _found(visit), visit.need_person(), visit.need_held()
    services, streams = visit.context.services, visit.station.streams
    if not streams.has_room(person.actor):
        raise TrayStreamsError

    def lasts() -> bool:
        now = sessions.lasts(services, held)
        return now is not None and admits(Page.INTAKE, now.scopes.roles)

    def show() -> str:
        return visit.text(
            "tray_state.html.j2",
            shown=shown(visit, _found(visit)),
            scanners=_scanners(visit),
            said=(),
            error="",
            error_next="",
        )

    followed = Followed(
        revision=lambda: services.store.records.trays.revision(tray.id), show=show, lasts=lasts
    )
    return following(streams, person.actor, followed, last_id=visit.request.headers.get("last-event-id", ""))


def _need_room(visit: Visit) -> None:
    """Before a byte of a large form is read: so many come at once, and none where the disk is nearly full."""
    visit.context.services.need_room()
    person = visit.need_person()
    give_back = visit.station.uploads.take(person.actor, office=" ".join(sorted(person.scopes.offices)))
    if give_back is None:
        raise ServiceBusyError(seconds=_BUSY_SECONDS)
    visit.closing.callback(give_back)


def _files(visit: Visit) -> Response:
    tray = _found(visit)
    if not visit.form.files:
        return _again(visit, TrayNoFileError())
    said = []
    for sent in visit.form.files:
        name = desk.shown_name(sent.filename or "")
        try:
            before = {file.number for file in visit.context.services.store.records.trays.files(tray.id)}
            kept = desk.add(visit.context.services, tray, name=name, size=sent.size or 0, stream=sent.file)
            said.append(Said(name, visit.words("intake.same" if kept.number in before else "intake.kept")))
        except MotlanError as error:
            said.append(Said(name, visit.sentence(error), next=visit.next_step(error), wrong=True))
    return _again(visit, said=said)


def _number(visit: Visit, name: str) -> int:
    told = str(visit.request.path_params[name])
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else -1


def _file_back(visit: Visit) -> Response:
    return _done(
        visit, lambda tray: desk.take_file_back(visit.context.services, tray, _number(visit, "file"))
    )


def _page_back(visit: Visit) -> Response:
    back = visit.form["back"] != "no"
    return _done(
        visit,
        lambda tray: desk.take_page_back(visit.context.services, tray, _number(visit, "number"), back=back),
    )


def _done(visit: Visit, act: Act) -> Response:
    """Do something with a batch; what it looks like now, or why it could not be done."""
    tray = _found(visit)
    try:
        act(tray)
    except MotlanError as error:
        return _again(visit, error)
    return _again(visit) if visit.part else visit.go(f"/intake/{tray.id}")


def _scan(visit: Visit) -> Response:
    form = visit.form
    resolution = int(form["resolution"]) if form["resolution"] in map(str, _RESOLUTIONS) else 300
    instead = form["instead"]
    wish = TrayWish(
        scanner=form["scanner"][:400],
        duplex=form["sides"] == _DUPLEX,
        resolution=resolution,
        mode="gray" if form["mode"] == _GRAY else "color",
        instead=int(instead) if instead.isascii() and instead.isdecimal() and len(instead) < 5 else 0,
    )
    if wish.scanner not in {choice.name for choice in _scanners(visit)}:
        return _again(visit, ScannerNotFoundError(wish.scanner[:80] or "—"))
    return _done(visit, lambda tray: desk.press(visit.context.services, tray, wish))


def _look_for_scanners(visit: Visit) -> Response:
    tray = _found(visit)
    visit.station.scanners.look()
    return visit.go(f"/intake/{tray.id}")


def _picture(visit: Visit) -> Response:
    tray = _found(visit)
    found = small_picture_of(
        visit.context.services, tray, file=_number(visit, "file"), number=_number(visit, "number")
    )
    headers = {"Cache-Control": f"private, max-age={_KEPT_SECONDS}", "Vary": "Cookie"}
    return Response(found, media_type="image/jpeg", headers=headers)


def _hand_in(visit: Visit) -> Response:
    wrong: dict[str, str] = {}
    papers, pages = _count(visit, "papers", wrong), _count(visit, "pages", wrong)
    if wrong:
        return _again(
            visit, said=[Said(visit.words("intake.counts"), visit.words("intake.wrong_count"), wrong=True)]
        )
    return _done(visit, lambda tray: desk.hand_in(visit.context.services, tray, papers=papers, pages=pages))


def _open_again(visit: Visit) -> Response:
    return _done(visit, lambda tray: desk.open_again(visit.context.services, tray))


def _discard(visit: Visit) -> Response:
    tray = _found(visit)
    if visit.form["sure"] != "yes":
        return _again(
            visit, said=[Said(visit.words("intake.discard"), visit.words("intake.sure"), wrong=True)]
        )
    try:
        desk.discard(visit.context.services, tray)
    except MotlanError as error:
        return _again(visit, error)
    return visit.go("/intake?done=discarded")
