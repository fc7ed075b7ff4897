"""What surrounds every request: its id, the headers that protect, shedding of what is too much, the log.

Pure ASGI, outside everything of the framework that could fail. The log has id, address by name, status and
time; never a path, a header or a body.
"""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_to_bytes

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dossier.api_errors import RequestNulError, ServiceBusyError
from dossier.errors import MotlanError
from web.api.problems import problem
from web.api.reuse import CHECKS
from web.api.room import Room
from wiring.logs import kind_of
from wiring.services import Services

REQUEST_HEADER: Final = "Motlan-Request-Id"

_HEADERS: Final = (
    # Answers are about people: no cache on the way keeps them, no page of a browser shows them.
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"interest-cohort=()"),
)
_HSTS: Final = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
_STREAM: Final = b"text/event-stream"
_BUSY_SECONDS: Final = 1
_PROBED: Final = frozenset({"/v1/health", "/v1/ready"})
_TELL_SECONDS: Final = 1.0


class Shell:
    """Wraps the application; so many requests as the settings allow are inside, checks by themselves."""

    def __init__(  # noqa: PLR0913 - what surrounds a request has these parts
        self,
        app: ASGIApp,
        services: Services,
        *,
        room: Room,
        seconds: Callable[[], float] = time.monotonic,
        observe: Callable[[str, int, float], None],
        tell: Callable[[MotlanError, Scope], Response] | None = None,
        most: int | None = None,
    ) -> None:
        """Wrap an application of an installation.

        Args:
            app: what is wrapped.
            services: of the installation.
            room: for reuse checks.
            seconds: that only grow.
            observe: told of every request: name of the address, status, seconds.
            tell: makes the answer to whoever is turned away or failed; a problem by default.
            most: requests inside, waiting ones among them; as many as the settings allow by default.
        """
        self._app = app
        self._services = services
        self._most = most or services.settings.api.concurrency
        self._seconds = seconds
        self._observe = observe
        self._tell_by = tell or _as_problem
        self._inside = 0
        self._room = room
        self._turned_away = 0
        self._told_at = -math.inf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = str(uuid.uuid4())
        scope.setdefault("state", {})["request"] = request
        began, answered = self._seconds(), 0

        async def send_on(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = message["status"]
                message["headers"] = self._protected(message["headers"], request, scope)
            await send(message)

        if _has_nul(scope):
            await self._tell(RequestNulError(), scope, receive, send_on)
            self._observe("none", answered, self._seconds() - began)
            return
        # What is turned away has not been read: it costs next to nothing and is quickly over.
        if wait := self._full(scope):
            await self._tell(ServiceBusyError(seconds=wait), scope, receive, send_on)
            self._observe("none", answered, self._seconds() - began)
            self._note_turned_away()
            return
        # A check takes a place at the desk, once it is there as a whole: who only begins one holds up nobody.
        counts = not _is_check(scope)
        self._inside += counts
        streams_since: float | None = None

        async def send_out(message: Message) -> None:
            nonlocal counts, streams_since
            if _is_stream(message):
                # It lasts for minutes and does next to nothing: it takes nobody's place. Their number is
                # bounded by whoever opens them.
                self._inside -= counts
                counts, streams_since = False, self._seconds()
            await send_on(message)

        with self._services.tracer.span("request", request=request) as span:
            try:
                await self._app(scope, receive, send_out)
            except Exception as error:  # noqa: BLE001 - the last fence: no traceback with values gets out
                self._services.log.warning("api.failed", item=request, code=kind_of(error))
                if not answered:
                    await self._tell(MotlanError(), scope, receive, send_on)
            finally:
                self._inside -= counts
            name = str(getattr(scope.get("route"), "name", "none"))
            span.rename(f"request {name}")
            span.note(status=answered)
        took = (self._seconds() if streams_since is None else streams_since) - began
        self._observe(name, answered, took)
        self._services.log.info(
            "api.request",
            item=request,
            code=name,
            status=answered,
            milliseconds=round(took * 1000),
        )

    def _full(self, scope: Scope) -> int:
        """0 when there is room, else whole seconds to come again after.

        Probers are let in: a process that is only busy must not be taken for one that hangs.
        """
        if scope["path"] in _PROBED:
            return 0
        if _is_check(scope):
            return self._room.retry_seconds if self._room.is_full else 0
        return _BUSY_SECONDS if self._inside >= self._most else 0

    def _note_turned_away(self) -> None:
        """A line a second at most: a log that grows with every request turned away makes it worse."""
        self._turned_away += 1
        if self._seconds() - self._told_at >= _TELL_SECONDS:
            self._services.log.warning("api.turned_away", count=self._turned_away)
            self._turned_away, self._told_at = 0, self._seconds()

    async def _tell(self, error: MotlanError, scope: Scope, receive: Receive, send: Send) -> None:
        await self._tell_by(error, scope)(scope, receive, send)

    def _protected(
        self, headers: list[tuple[bytes, bytes]], request: str, scope: Scope
    ) -> list[tuple[bytes, bytes]]:
        given = {name.lower() for name, _ in headers}
        added = [(name, value) for name, value in _HEADERS if name not in given]
        if any(name.lower() == b"content-type" and value.startswith(_STREAM) for name, value in headers):
            # A proxy that gathers answers would hand events on in heaps.
            added.append((b"x-accel-buffering", b"no"))
        if scope["scheme"] == "https" or self._services.settings.api.behind_proxy:
            added.append(_HSTS)
        return [*headers, *added, (REQUEST_HEADER.lower().encode(), request.encode())]


def _has_nul(scope: Scope) -> bool:
    """Whether the address holds the one character that a server of databases takes nowhere."""
    return "\0" in scope["path"] or b"\0" in unquote_to_bytes(scope["query_string"])


def _as_problem(error: MotlanError, scope: Scope) -> Response:
    return problem(error, request=scope["state"]["request"], lang="vi")


def _is_stream(message: Message) -> bool:
    """Whether an answer begins that goes on for as long as somebody looks (server-sent events)."""
    told = message.get("headers", ()) if message["type"] == "http.response.start" else ()
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/event-stream") for name, value in told
    )


def _is_check(scope: Scope) -> bool:
    """Whether it is a reuse check: those share their work, so many may wait; others take a thread each."""
    return bool(scope["path"] == CHECKS and scope["method"] == "POST")
