"""Verify: is this file genuine? Plain words first, details to unfold. Nothing of the file is kept."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from starlette.datastructures import UploadFile
from starlette.responses import Response

from dossier.api_errors import RateLimitError, ServiceBusyError
from dossier.errors import InputError, PdfUnreadableError
from signing.report import Report
from signing.reporting.cleaning import shown
from signing.reporting.formats import render
from signing.reporting.view import view_of
from web.api.verifications import private_folder
from web.station.door import Screen
from web.station.pages import Page
from web.station.visit import Visit

_BUSY_SECONDS: Final = 5
_UNNAMED: Final = "file.pdf"


def screens() -> Sequence[Screen]:
    """The page, its verdict, and the verdict as a file to keep."""
    return [
        Screen(path="/verify", method="GET", page=Page.VERIFY, show=_ask),
        Screen(path="/verify", method="POST", page=Page.VERIFY, show=_judge, file=True, before=_need_turn),
        Screen(
            path="/verify/report",
            method="POST",
            page=Page.VERIFY,
            show=_report,
            file=True,
            before=_need_turn,
        ),
    ]


def _need_turn(visit: Visit) -> None:
    """Before a byte of the file is read: strangers share a rate for each address, as nobody knows them."""
    if visit.person is not None:
        return
    wait = visit.station.verify_rates.take(visit.peer)
    if wait:
        raise RateLimitError(seconds=wait)
    # A file that comes slowly takes a place of strangers, never one of the people at work.
    strangers = visit.station.strangers
    if not strangers.acquire(blocking=False):
        raise ServiceBusyError(seconds=_BUSY_SECONDS)
    visit.closing.callback(strangers.release)


def _ask(visit: Visit) -> Response:
    return visit.page("verify.html.j2", view=None, unreadable="")


def _judge(visit: Visit) -> Response:
    report = _verdict(visit)
    if isinstance(report, str):
        return _not_judged(visit, report)
    return visit.page("verify.html.j2", view=view_of(report, visit.lang), unreadable="")


def _report(visit: Visit) -> Response:
    report = _verdict(visit)
    if isinstance(report, str):
        return _not_judged(visit, report)
    name = {"vi": "bao-cao-kiem-tra", "en": "verification-report"}[visit.lang]
    return Response(
        render(report, ".pdf", visit.lang),
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )


def _not_judged(visit: Visit, why: str) -> Response:
    return visit.page("verify.html.j2", status=422, view=None, unreadable=why)


def _verdict(visit: Visit) -> Report | str:
    """The verdict on the file that came, or the key of the words why there is none."""
    file = visit.form.file
    if file is None:
        return "verify.no_file"
    room = visit.station.verify_room
    if not room.acquire(timeout=visit.station.verify_patience):
        raise ServiceBusyError(seconds=_BUSY_SECONDS)
    try:
        report = _judged(visit, file)
    except (PdfUnreadableError, InputError):
        return "verify.unreadable"
    finally:
        room.release()
    return replace(report, file=shown(file.filename or _UNNAMED))


def _judged(visit: Visit, file: UploadFile) -> Report:
    services = visit.context.services
    with ExitStack() as stack:
        path = Path(private_folder(services, stack)) / _UNNAMED
        with path.open("wb") as target:
            shutil.copyfileobj(file.file, target)
        # Not even the verdict is remembered: the next who brings the file learns nothing of this one.
        return services.verify_under(path, at=services.clock(), policy=None, asked_day=False, cached=False)
