"""The promise about errors: what is promised, how it stands, and the certificate of each batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response

from dossier.admission import covers
from dossier.api_errors import ServiceBusyError
from dossier.errors import MotlanError, RecordMissingError
from dossier.ids import BatchId, is_id
from dossier.quality import Lot, Promise, Route, Step, Tally
from dossier.quality_errors import PromiseError, WholeKeyingError
from flows.quality import promises
from flows.quality.bounds import Plan, plan
from flows.quality.certificates import (
    Certificate,
    DrawCheck,
    Standing,
    certificate,
    certificate_json,
    check_draw,
    standing_of,
)
from flows.quality.drawing import draw_due
from flows.quality.judging import Figures, figures, waiting, want_whole, whole_of, window_of
from flows.quality.signed import can_be_signed, signed
from flows.quality.steps import newest_step
from web.station.door import Screen
from web.station.pages import Page
from web.station.station import Lane
from web.station.visit import Visit

_LOTS: Final = 50
_STEPS: Final = 10
_BUSY_SECONDS: Final = 2
_EXAMPLES: Final = (2_000, 5_000, 10_000, 20_000, 50_000)
_DEFAULTS: Final[Mapping[str, str]] = {
    "error": "1",
    "confidence": "95",
    "share": "10",
    "days": "30",
    "office": "",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A batch of the list."""

    lot: Lot
    population: int
    sample: int
    errors: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise and how it stands now."""

    promise: Promise
    routes: Mapping[Route, Figures]
    whole: Figures
    plan: Plan
    step: Step | None


def screens() -> Sequence[Screen]:
    """The page, certificates, and what a manager does."""
    page = Page.QUALITY
    return [
        Screen(path="/quality", method="GET", page=page, show=_show),
        Screen(path="/quality/batches/{batch}", method="GET", page=page, show=_certificate),
        Screen(path="/quality/batches/{batch}/check", method="POST", page=page, show=_checked),
        Screen(path="/quality/batches/{batch}/json", method="GET", page=page, show=_json),
        Screen(path="/quality/batches/{batch}/pdf", method="GET", page=page, show=_pdf, lane=Lane.PICTURES),
        Screen(
            path="/quality/batches/{batch}/signed",
            method="GET",
            page=page,
            show=_signed,
            lane=Lane.PICTURES,
        ),
        Screen(path="/quality/promise", method="GET", page=Page.PROMISE, show=_form),
        Screen(path="/quality/promise", method="POST", page=Page.PROMISE, show=_promise),
        Screen(path="/quality/draw", method="POST", page=Page.PROMISE, show=_draw),
        Screen(path="/quality/batches/{batch}/whole", method="POST", page=Page.PROMISE, show=_whole),
    ]


def _show(visit: Visit) -> Response:
    services, asked = visit.context.services, visit.request.query_params
    before = asked.get("before", "")[:80]
    lots = _lots(visit, before)
    second, third = waiting(services)
    return visit.page(
        "quality.html.j2",
        kept=[_kept(visit, one) for one in _concerning(visit)],
        rows=[_row(visit, lot) for lot in lots],
        second=second,
        third=third,
        sets=visit.admits(Page.PROMISE),
        done=asked.get("done", ""),
        steps=_steps(visit),
        more=urlencode({"before": services.store.records.quality.place_of(lots[-1])})
        if len(lots) == _LOTS
        else "",
    )


def _concerning(visit: Visit) -> Sequence[Promise]:
    offices = visit.need_person().scopes.offices
    found = promises.current_promises(visit.context.services)
    return [one for one in found if promises.concerns(offices, one.office)]


def _lots(visit: Visit, before: str) -> Sequence[Lot]:
    """Batches of the person's offices, the newest first."""
    records, offices = visit.context.services.store.records.quality, visit.need_person().scopes.offices
    return records.lots(before=before, limit=_LOTS, offices=offices)


def _steps(visit: Visit) -> Sequence[Step]:
    """The newest steps that hold for papers of the person's offices."""
    offices = visit.need_person().scopes.offices
    steps = reversed(visit.context.services.store.records.quality.steps())
    theirs = (step for step in steps if step.group and promises.concerns(offices, step.office))
    return list(islice(theirs, _STEPS))


def _kept(visit: Visit, promise: Promise) -> Kept:
    services = visit.context.services
    tallies = window_of(services, promise)
    return Kept(
        promise=promise,
        routes={route: figures(tallies.get(route, Tally()), promise.confidence) for route in Route},
        whole=figures(whole_of(tallies), promise.confidence),
        plan=promises.long_run_plan(promise),
        step=newest_step(services.store.records.quality.steps(), promise.office),
    )


def _row(visit: Visit, lot: Lot) -> Row:
    records, told = visit.context.services.store.records.quality, whole_of(lot.tallies)
    standing = standing_of(lot, records.group(lot.group) if lot.group else None)
    return Row(lot, told.population, told.sample, told.errors, standing)


def _form(visit: Visit, error: MotlanError | None = None) -> Response:
    form = visit.form.fields
    newest = next(iter(_concerning(visit)), None)
    return visit.answer(
        "promise.html.j2",
        error,
        values={name: form.get(name, default) for name, default in _DEFAULTS.items()},
        examples=[(part, plan(10_000_000, error=part, confidence=950_000)) for part in _EXAMPLES],
        population=whole_of(window_of(visit.context.services, newest)).population if newest else 0,
        days=newest.days if newest else 0,
        everywhere=promises.may_promise(visit.need_person().scopes.offices, ""),
    )


def _promise(visit: Visit) -> Response:
    form, person = visit.form, visit.need_person()
    days = form["days"]
    try:
        promises.need_reach(person.scopes.offices, form["office"])
        promises.promise(
            visit.context.services,
            office=form["office"],
            error=promises.read_percent(form["error"]),
            confidence=promises.read_percent(form["confidence"]),
            share=promises.read_percent(form["share"]),
            days=int(days) if days.isascii() and days.isdecimal() and len(days) < 5 else 0,
            actor=person.actor,
        )
    except PromiseError as error:
        return _form(visit, error)
    return visit.go("/quality?done=promised")


def _draw(visit: Visit) -> Response:
    draw_due(visit.context.services)
    return visit.go("/quality?done=drawn")


def _found(visit: Visit) -> Certificate:
    """The certificate of a batch of the person's offices.

    Raises:
        RecordMissingError: there is none.
    """
    batch = str(visit.request.path_params["batch"])
    if not is_id(batch):
        raise RecordMissingError
    found = certificate(visit.context.services, BatchId(batch))
    if not covers(visit.need_person().scopes.offices, found.lot.office or "-"):
        raise RecordMissingError
    return found


def _checked(visit: Visit) -> Response:
    """Draw once more and compare: every paper of the batch is opened for it, so one at a time asks for it."""
    found, room = _found(visit), visit.station.draw_checks
    if found.group is None:
        return _certificate(visit)
    if not room.acquire(blocking=False):
        return _certificate(visit, ServiceBusyError(seconds=_BUSY_SECONDS))
    try:
        return _certificate(visit, draw=check_draw(visit.context.services, found.lot.batch))
    finally:
        room.release()


def _certificate(
    visit: Visit, error: MotlanError | None = None, *, draw: DrawCheck | None = None
) -> Response:
    found = _found(visit)
    return visit.answer(
        "certificate.html.j2",
        error,
        found=found,
        draw=draw,
        own=whole_of(found.lot.tallies),
        can_be_signed=can_be_signed(visit.context.services, found),
        may_whole=visit.admits(Page.PROMISE) and found.standing in (Standing.NOT_MET, Standing.UNKNOWN),
        done=visit.request.query_params.get("done", ""),
    )


def _json(visit: Visit) -> Response:
    found = _found(visit)
    named = f'attachment; filename="chung-nhan-{found.lot.batch}.json"'
    return JSONResponse(certificate_json(found), headers={"Content-Disposition": named})


def _pdf(visit: Visit) -> Response:
    found = _found(visit)
    return _to_keep(_sheet(visit, found), f"chung-nhan-{found.lot.batch}.pdf", "application/pdf")


def _signed(visit: Visit) -> Response:
    found, services = _found(visit), visit.context.services
    if not can_be_signed(services, found):
        raise RecordMissingError
    name = f"chung-nhan-{found.lot.batch}"
    content = signed(services, found, _sheet(visit, found), name=f"{name}.pdf")
    return _to_keep(content, f"{name}.zip", "application/zip")


def _sheet(visit: Visit, found: Certificate) -> bytes:
    # The library that sets pages takes its time to load.
    from signing.reporting.sheet import pdf_sheet  # noqa: PLC0415
    from web.station.certificate_sheet import sheet_of  # noqa: PLC0415

    demo = visit.context.services.uses_demo_keys
    return pdf_sheet(sheet_of(visit.words, found, demo=demo), visit.lang)


def _to_keep(content: bytes, name: str, kind: str) -> Response:
    named = f'attachment; filename="{name}"'
    return Response(content, media_type=kind, headers={"Content-Disposition": named})


def _whole(visit: Visit) -> Response:
    found = _found(visit)
    try:
        want_whole(visit.context.services, found.lot.group, actor=visit.need_person().actor)
    except WholeKeyingError as error:
        return _certificate(visit, error)
    return visit.go(f"/quality/batches/{found.lot.batch}?done=whole")
