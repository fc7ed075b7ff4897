"""The station as an application, and what answers at an address: pages at ``/``, the service at ``/v1``."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from dossier.errors import MotlanError
from flows.staff.passwords import Passwords
from web.api.app import build_api
from web.api.context import Context
from web.api.shell import Shell
from web.station.assets import address_of, assets
from web.station.door import Screen, error_page, missing, routes_of
from web.station.pages import Page
from web.station.provider import Exchange, Provider
from web.station.screens import (
    account,
    accounts,
    archive,
    arrange,
    check,
    check_groups,
    citizen,
    counter,
    dashboard,
    disposal,
    home,
    intake,
    journal,
    packages,
    quality,
    search,
    second,
    sign_in,
    signing,
    verify,
)
from web.station.station import Station
from web.station.visit import Visit, language_of
from wiring.services import Services

_YEAR = 365 * 86_400
_WAITING = 8
"""For each request that is worked on, so many of people may be inside and wait."""
_MACHINES = ("/v1/", "/metrics")


class Site:
    """Sends what is for machines to their service, and everything else to the pages."""

    def __init__(
        self, api: FastAPI, station: Station, *, is_leaving: Callable[[], bool] = lambda: False
    ) -> None:
        """Stand before both; ``is_leaving`` says whether the process was told to end."""
        self.api = api
        self.station = station
        self._is_leaving = is_leaving
        self._pages = build_station(station)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        path = str(scope.get("path", ""))
        is_api = scope["type"] != "http" or path == "/v1" or path.startswith(_MACHINES)

        async def send_on(message: Message) -> None:
            # A proxy that keeps its connection would go on asking here, whoever is told to take no more.
            if message["type"] == "http.response.start" and self._is_leaving():
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        await (self.api if is_api else self._pages)(scope, receive, send_on)


def build_site(  # noqa: PLR0913 - what tests put in another's place
    services: Services,
    *,
    seconds: Callable[[], float] = time.monotonic,
    fetch: Callable[[], bytes] | None = None,
    exchange: Exchange | None = None,
    passwords: Passwords | None = None,
    verify_patience: float = 10.0,
    small_form_seconds: float = 5.0,
    wake: Callable[[], None] = lambda: None,
    is_leaving: Callable[[], bool] = lambda: False,
) -> Site:
    """The whole: the service for machines and the station on the same guard and limits.

    Args:
        services: of the installation; only looked with, so it may run beside whoever writes.
        seconds: that only grow, for rates and caches.
        fetch: gives the keys of the identity provider; its address in the settings by default.
        exchange: turns codes of the provider into tokens; its address in the settings by default.
        passwords: how they are hashed; with the parameters for people's accounts by default.
        verify_patience: seconds that a stranger's file waits for its turn.
        small_form_seconds: within which a stranger's form without a file must have come.
        wake: tells whoever saves checked papers that there is one more.
        is_leaving: whether the process was told to end.

    Raises:
        DemoKeyError, SettingsError: the key of the answers cannot be used.
    """
    api = build_api(services, seconds=seconds, fetch=fetch, is_leaving=is_leaving)
    context: Context = api.state.context
    has_provider = services.settings.station.provider is not None
    station = Station.of(
        context,
        passwords=passwords,
        provider=Provider(context, fetch=fetch, exchange=exchange) if has_provider else None,
        verify_patience=verify_patience,
        small_form_seconds=small_form_seconds,
        seconds=seconds,
        wake=wake,
    )
    return Site(api, station, is_leaving=is_leaving)


def all_screens() -> list[Screen]:
    """Every page of the station with its address."""
    return [
        *home.screens(),
        *sign_in.screens(),
        *account.screens(),
        *verify.screens(),
        *counter.screens(),
        *citizen.screens(),
        *dashboard.screens(),
        *check_groups.screens(),
        *check.screens(),
        *arrange.screens(),
        *signing.screens(),
        *archive.screens(),
        *packages.screens(),
        *disposal.screens(),
        *journal.screens(),
        *intake.screens(),
        *second.screens(),
        *quality.screens(),
        *accounts.screens(),
        *search.screens(),
        *_assets(),
    ]


def build_station(station: Station) -> Starlette:
    """The pages."""
    context = station.context
    app = Starlette(
        routes=routes_of(station, all_screens()),
        exception_handlers={HTTPException: missing(station)},
        middleware=[
            Middleware(
                Shell,
                services=context.services,
                room=context.room,
                seconds=context.seconds,
                observe=context.metrics.observe,
                tell=partial(_tell, station),
                # People wait a moment rather than come again: two hundred may press a key in one second.
                most=_WAITING * context.services.settings.api.concurrency,
            )
        ],
    )
    app.state.context = context
    app.router.redirect_slashes = False
    return app


def _tell(station: Station, error: MotlanError, scope: Scope) -> Response:
    """What a person is told when there is no room, or when something nobody foresaw happened."""
    request = Request(scope)
    return error_page(Visit(station, request, language_of(request)), error)


def _assets() -> list[Screen]:
    made = [
        Screen(path=one.address, method="GET", page=Page.ASSETS, show=partial(_asset, name))
        for name, one in assets().items()
    ]
    icon = Screen(path="/favicon.ico", method="GET", page=Page.ASSETS, show=_icon)
    return [*made, icon]


def _asset(name: str, _visit: Visit) -> Response:
    one = assets()[name]
    headers = {"Cache-Control": f"public, max-age={_YEAR}, immutable"}
    return Response(one.content, media_type=one.media_type, headers=headers)


def _icon(_visit: Visit) -> Response:
    return RedirectResponse(address_of("mark.svg"), status_code=302)
