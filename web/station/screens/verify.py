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


def _ask(visit: Visit) -> Response:
    return visit.page("verify.html.j2", view=None, unreadable="")


def _judge(visit: Visit) -> Response:
    file = visit.form.file
    if file is None:
        return visit.page("verify.html.j2", status=422, view=None, unreadable="verify.no_file")
    try:
        report = _verdict(visit, file)
    except (PdfUnreadableError, InputError):
        return visit.page("verify.html.j2", status=422, view=None, unreadable="verify.unreadable")
    return visit.page("verify.html.j2", view=view_of(report, visit.lang), unreadable="")


def _report(visit: Visit) -> Response:
    file = visit.form.file
    if file is None:
        return visit.page("verify.html.j2", status=422, view=None, unreadable="verify.no_file")
    try:
        report = _verdict(visit, file)
    except (PdfUnreadableError, InputError):
        return visit.page("verify.html.j2", status=422, view=None, unreadable="verify.unreadable")
    name = {"vi": "bao-cao-kiem-tra", "en": "verification-report"}[visit.lang]
    return Response(
        render(report, ".pdf", visit.lang),
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )


def _verdict(visit: Visit, file: UploadFile) -> Report:
    room, services = visit.station.verify_room, visit.context.services
    if not room.acquire(timeout=visit.station.verify_patience):
        raise ServiceBusyError(seconds=_BUSY_SECONDS)
    try:
        with ExitStack() as stack:
            path = Path(private_folder(services, stack)) / _UNNAMED
            with path.open("wb") as target:
                shutil.copyfileobj(file.file, target)
            # Not even the verdict is remembered: the next who brings the file learns nothing of this one.
            report = services.verify_under(
                path, at=services.clock(), policy=None, asked_day=False, cached=False
            )
    finally:
        room.release()
    return replace(report, file=shown(file.filename or _UNNAMED))
