"""The way into an address: who asks, how often, which kind of body, how large, how slow. In this order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final, get_type_hints

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from dossier.api_errors import (
    RateLimitError,
    RequestMediaTypeError,
    RequestNulError,
    RequestSlowError,
    RequestTooLargeError,
)
from web.api.context import Context
from web.auth.caller import Caller

JSON: Final = "application/json"
PDF: Final = "application/pdf"

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class CallerRoute(APIRoute):
    """An address for known callers without a body, or with one that it reads itself."""

    media_type = ""

    def get_route_handler(self) -> Handler:
        """See ``APIRoute``."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            await self.prove(request)
            if self.media_type:
                need_media_type(request, self.media_type)
            await self.take_body(request)
            return await inner(request)

        return handle

    async def prove(self, request: Request) -> None:
        """Find out who asks."""
        await prove_caller(request)

    async def take_body(self, request: Request) -> None:
        """Nothing to take."""


class WatchedRoute(CallerRoute):
    """An address of figures, which has to answer also while the records, and with them the keys, are away."""

    async def prove(self, request: Request) -> None:
        """Find out who asks; with the records away, by who asked within the hour."""
        context = context_of(request)
        watcher = context.authenticator.watcher(request.headers.get("authorization", ""))
        if watcher is not None and (await run_in_threadpool(context.readiness.look)).is_without_records:
            take_turn(request, watcher)
            return
        await prove_caller(request)


class JsonRoute(CallerRoute):
    """An address for known callers with a JSON body, read within the limits before it is looked at."""

    media_type = JSON

    async def take_body(self, request: Request) -> None:
        """Read it whole; the framework finds it there."""
        parts: list[bytes] = []

        async def keep(part: bytes) -> None:
            parts.append(part)

        await receive(request, keep, most=context_of(request).services.settings.api.max_body_bytes)
        # Where ``Request.body`` keeps it; it would read it again otherwise.
        request._body = b"".join(parts)  # noqa: SLF001
        if _has_nul(request._body):  # noqa: SLF001
            raise RequestNulError


class LeanRoute(JsonRoute):
    """A JSON address asked very often: its function takes the request and the described body, nothing else.

    The framework would look for parameters of a dozen other kinds in each request; the rest is as at the
    other addresses, the description too.
    """

    def get_route_handler(self) -> Handler:
        """See ``APIRoute``."""
        shape: type[BaseModel] = get_type_hints(self.endpoint)["asked"]
        answer: Callable[[Request, BaseModel], Coroutine[Any, Any, Response]] = self.endpoint

        async def handle(request: Request) -> Response:
            await prove_caller(request)
            need_media_type(request, self.media_type)
            await self.take_body(request)
            try:
                asked = shape.model_validate_json(await request.body())
            except ValidationError as error:
                raise RequestValidationError(
                    [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
                ) from None
            return await answer(request, asked)

        return handle


class PdfRoute(CallerRoute):
    """An address for known callers with a PDF as body."""

    media_type = PDF


def _has_nul(body: bytes) -> bool:
    """Whether a string in JSON holds the one character that a server of databases takes nowhere."""
    if b"\\u0000" not in body:
        # As it stands it is no JSON at all.
        return False
    try:
        return any("\0" in text for text in _texts(json.loads(body)))
    except (ValueError, RecursionError):
        # Told by whoever reads it.
        return False


def _texts(told: object) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for name, value in told.items():
            yield name
            yield from _texts(value)
    elif isinstance(told, list):
        for value in told:
            yield from _texts(value)


def context_of(request: Request) -> Context:
    """The service that a request came to."""
    found: Context = request.app.state.context
    return found


async def prove_caller(request: Request) -> None:
    """Find out who asks and whether it is their turn; everything that waits does so in a thread."""
    context = context_of(request)
    header = request.headers.get("authorization", "")
    peer = request.client.host if request.client else ""
    caller = context.authenticator.known(header)
    if caller is None:
        caller = await run_in_threadpool(context.authenticator.caller, header, peer=peer)
    take_turn(request, caller)


def take_turn(request: Request, caller: Caller) -> None:
    """Let a caller in whose turn it is.

    Raises:
        RateLimitError: it asks too often.
    """
    wait = context_of(request).rates.take(caller.id)
    if wait:
        raise RateLimitError(seconds=wait)
    request.state.caller = caller


def need_media_type(request: Request, wanted: str) -> None:
    """Refuse other kinds of bodies.

    Raises:
        RequestMediaTypeError: it says that it is another kind, or says nothing.
    """
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told != wanted:
        raise RequestMediaTypeError(expected=wanted)


async def receive(request: Request, keep: Callable[[bytes], Coroutine[Any, Any, None]], *, most: int) -> int:
    """Give a body on, part by part; gives its size.

    Raises:
        RequestTooLargeError: it is larger than ``most`` bytes, by what it says or by what comes.
        RequestSlowError: it does not come in time.
    """
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdecimal() and int(told) > most:
        raise RequestTooLargeError(limit=most)
    seconds = context_of(request).services.settings.api.body_seconds
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise RequestTooLargeError(limit=most)
                await keep(part)
    except (TimeoutError, ClientDisconnect) as error:
        raise RequestSlowError(seconds=seconds) from error
    return size
