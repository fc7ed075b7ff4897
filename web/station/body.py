"""Bodies of forms, read within the limits of the service before anything of them is looked at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from dossier.api_errors import (
    RequestError,
    RequestMediaTypeError,
    RequestNulError,
    RequestSlowError,
    RequestTooLargeError,
)

FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
_MOST_FIELDS: Final = 200
_MOST_TEXT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: the last value of each field, and the files in order."""

    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    files: tuple[UploadFile, ...] = ()

    @property
    def file(self) -> UploadFile | None:
        """The first file; nothing when none was sent."""
        return self.files[0] if self.files else None

    def __getitem__(self, name: str) -> str:
        """A field; empty when it was not sent."""
        return self.fields.get(name, "").strip()

    def exact(self, name: str) -> str:
        """A field as it was typed, spaces included."""
        return self.fields.get(name, "")


async def read_form(request: Request, *, most: int, seconds: float, files: int) -> Form:
    """The form of a request.

    Args:
        request: whose body was not read yet.
        most: bytes of all of it.
        seconds: within which it must have come.
        files: how many may come with it. They lie in files without a name, so they are gone from the disk
            with the process at the latest.

    Raises:
        RequestMediaTypeError: it is no form.
        RequestTooLargeError, RequestSlowError: more bytes, or slower.
        RequestError: it is broken.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    pieces = _pieces(request, most=most, seconds=seconds)
    if kind == FORM:
        text = b"".join([piece async for piece in pieces])
        try:
            pairs = parse_qsl(
                text.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
            )
        except ValueError as error:
            raise RequestError(reason="biểu mẫu") from error
        return Form(_bounded(pairs))
    if kind != MULTIPART or not files:
        raise RequestMediaTypeError(expected=MULTIPART if files else FORM)
    parser = MultiPartParser(request.headers, pieces, max_files=files, max_fields=_MOST_FIELDS)
    try:
        data = await parser.parse()
    except (MultiPartException, KeyError, UnicodeError) as error:
        raise RequestError(reason="biểu mẫu") from error
    texts = [(name, value) for name, value in data.multi_items() if isinstance(value, str)]
    sent = [value for _, value in data.multi_items() if isinstance(value, UploadFile)]
    # A browser sends a file without a name where none was chosen.
    return Form(_bounded(texts), tuple(file for file in sent if file.filename))


def _bounded(pairs: list[tuple[str, str]]) -> Mapping[str, str]:
    if any("\0" in name + value for name, value in pairs):
        raise RequestNulError
    if any(len(value) > _MOST_TEXT for _, value in pairs):
        raise RequestError(reason="biểu mẫu")
    return MappingProxyType(dict(pairs))


async def _pieces(request: Request, *, most: int, seconds: float) -> AsyncGenerator[bytes, None]:
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdecimal() and int(told) > most:
        raise RequestTooLargeError(limit=most)
    size, loop, stream = 0, asyncio.get_running_loop(), request.stream()
    until = loop.time() + seconds
    while True:
        try:
            piece = await asyncio.wait_for(anext(stream), until - loop.time())
        except StopAsyncIteration:
            return
        except (TimeoutError, ClientDisconnect) as error:
            raise RequestSlowError(seconds=seconds) from error
        size += len(piece)
        if size > most:
            raise RequestTooLargeError(limit=most)
        yield piece
