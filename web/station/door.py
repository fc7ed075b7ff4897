"""The way to a page: which host, who it is, from where a form came, which page, then what was sent."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dossier.api_errors import (
    RateLimitError,
    RequestError,
    RequestMethodError,
    RequestPathError,
    ServiceBusyError,
)
from dossier.errors import MotlanError
from dossier.events import Event, EventKind
from dossier.staff_errors import PageRefusedError, SessionEndedError
from flows.staff import sessions
from web.api.problems import status_of
from web.station.body import Form, read_form
from web.station.pages import EVERYBODY, Page
from web.station.station import Lane, Station
from web.station.visit import Visit, language_of

Show = Callable[[Visit], Response]
"""What a page does: everything it needs is in the visit. Runs in a thread of its own."""

_SAFE: Final = frozenset({"GET", "HEAD"})
_BUSY_SECONDS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A page at an address.

    Attributes:
        path: its address.
        method: ``GET`` changes nothing, ``POST`` brings a form.
        page: what it is in the table of rights.
        show: what it does.
        file: whether a file may come with its form.
        lane: which threads answer it.
        many: whether several may, within the limits of the station.
        before: looked at once it is known who asks, before anything that was sent is read.
    """

    path: str
    method: str
    page: Page
    show: Show
    file: bool = False
    lane: Lane = Lane.COMMON
    many: bool = False
    before: Callable[[Visit], None] | None = None


def routes_of(station: Station, screens: Sequence[Screen]) -> list[Route]:
    """Addresses for the framework."""
    return [
        Route(
            screen.path,
            _endpoint(station, screen),
            methods=[screen.method],
            name=f"station.{screen.page.value}",
        )
        for screen in screens
    ]


def _endpoint(station: Station, screen: Screen) -> Callable[[Request], Awaitable[Response]]:
    threads = station.lanes.get(screen.lane)

    async def endpoint(request: Request) -> Response:
        visit = Visit(station, request, language_of(request), screen.page)
        try:
            await to_thread.run_sync(_arrive, visit, screen, limiter=threads)
            if screen.before is not None:
                screen.before(visit)
            if request.method not in _SAFE:
                visit.form = await _read(visit, screen)
                visit.check_form()
            return await to_thread.run_sync(screen.show, visit, limiter=threads)
        except MotlanError as error:
            return await run_in_threadpool(error_page, visit, error)
        finally:
            # What was sent is gone from the disk with the request.
            for file in visit.form.files:
                await file.close()
            visit.closing.close()

    return endpoint


async def _read(visit: Visit, screen: Screen) -> Form:
    """What was sent; forms of strangers come soon and few at a time, so slow ones keep nobody at work out."""
    limits = visit.context.services.settings.api
    if screen.many:
        station, request = visit.station.settings, visit.request
        return await read_form(
            request, most=station.tray_bytes, seconds=station.tray_seconds, files=station.tray_files
        )
    most, files = (limits.max_upload_bytes, 1) if screen.file else (limits.max_body_bytes, 0)
    if visit.person is not None or screen.file:
        # Whoever brings a file has taken a place for it before.
        return await read_form(visit.request, most=most, seconds=limits.body_seconds, files=files)
    places = visit.station.small_forms
    if not places.acquire(blocking=False):
        raise ServiceBusyError(seconds=_BUSY_SECONDS)
    try:
        seconds = min(limits.body_seconds, visit.station.small_form_seconds)
        return await read_form(visit.request, most=most, seconds=seconds, files=0)
    finally:
        places.release()


def knock(visit: Visit) -> None:
    """Before anything that a stranger sent is read: so many forms from one address.

    Raises:
        RateLimitError: more than that.
    """
    wait = visit.station.door_rates.take(visit.peer)
    if wait:
        raise RateLimitError(seconds=wait)


def _arrive(visit: Visit, screen: Screen) -> None:
    _check_host(visit)
    if screen.page is Page.ASSETS:
        return
    visit.check_origin()
    _meet(visit)
    services = visit.context.services
    if screen.page in EVERYBODY:
        return
    if visit.person is None:
        raise SessionEndedError
    wait = visit.context.rates.take(visit.person.actor)
    if wait:
        raise RateLimitError(seconds=wait)
    if not visit.admits(screen.page):
        services.store.records.record(
            Event(
                kind=EventKind.STATION_REFUSED,
                at=services.clock(),
                actor=visit.person.actor,
                details={"page": screen.page.value, "request": visit.id},
            )
        )
        raise PageRefusedError


def _meet(visit: Visit) -> None:
    """Find out who it is."""
    token = visit.request.cookies.get(visit.station.cookie(visit.request), "")
    services = visit.context.services
    visit.held = sessions.find(services, token)
    if visit.held is not None:
        visit.person = sessions.person_of(services, visit.held.session)
    if not visit.is_open:
        # Whoever stands in the door is nobody yet, whatever their roles will be.
        visit.person = None
    visit.met = True


def _check_host(visit: Visit) -> None:
    """Where the address is settled, no other name of this machine is answered (DNS rebinding)."""
    ours = visit.station.settings.url
    if ours and urlsplit(ours).netloc != visit.request.headers.get("host", ""):
        raise RequestPathError


def error_page(visit: Visit, error: MotlanError) -> Response:
    """An error as a page; who is not signed in is sent to the door first."""
    status = status_of(error)
    if isinstance(error, SessionEndedError) and visit.request.method in _SAFE and not visit.part:
        return visit.go(f"/sign-in?next={quote(visit.request.url.path, safe='/')}")
    if isinstance(error, SessionEndedError) and visit.part:
        return visit.go("/sign-in")
    headers = {"Retry-After": str(error.details.get("seconds", 2))} if status in (429, 503) else {}
    if visit.part:
        # In place of the whole page: whatever part was asked for is not what came.
        headers |= {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}
    return visit.page(
        "error.html.j2",
        status=status,
        headers=headers,
        code=error.code,
        sentence=visit.sentence(error) if status < 500 else visit.words("error.ours"),
        next_step=visit.next_step(error),
        ended=isinstance(error, SessionEndedError),
        request=visit.id,
    )


def _nothing_there(visit: Visit, error: MotlanError) -> Response:
    # A page for whoever is inside; when that cannot be found out, it is told all the same.
    with contextlib.suppress(MotlanError):
        _check_host(visit)
        _meet(visit)
    return error_page(visit, error)


def missing(station: Station) -> Callable[[Request, Exception], Awaitable[Response]]:
    """What is told about addresses that are not there, and methods that they do not take."""

    async def told(request: Request, error: Exception) -> Response:
        visit = Visit(station, request, language_of(request))
        status = error.status_code if isinstance(error, HTTPException) else 500
        kinds: dict[int, MotlanError] = {404: RequestPathError(), 405: RequestMethodError()}
        return await run_in_threadpool(_nothing_there, visit, kinds.get(status, RequestError(reason="HTTP")))

    return told
