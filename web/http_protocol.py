"""Uvicorn's HTTP/1.1 with patience that ends: slow heads and slow readers are cut off, too many turned away.

Uvicorn itself waits for ever for the head of a request, and for whoever does not take its answer, so a few
thousand sleeping connections (slow loris, slow read) would keep everybody else out. Requests are taken apart
by llhttp (``httptools``), in a quarter of the time that a reader in Python takes; it has no bounds of its own
for heads and trailers, so they are here.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from dossier.api_errors import RequestError, RequestSlowError, ServiceBusyError
from dossier.error_base import MotlanError

MOST_HEAD_BYTES: Final = 16 * 1024
_BUSY_SECONDS: Final = 1


class PatientProtocol(HttpToolsProtocol):
    """One connection. The limits are set by ``with_limits``."""

    head_seconds = 10.0
    take_seconds = 60.0
    most_connections = 512
    _deadline: asyncio.TimerHandle | None = None
    _untaken: asyncio.TimerHandle | None = None
    _heads = 0
    """Read to their end on this connection."""
    _messages = 0
    """Read to their end, body included."""
    _waits_for_head = True
    _is_begun = False
    """Whether a part of the next head is there."""
    _head_bytes = 0
    _trailer_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """See ``asyncio.Protocol``."""
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            self._end(503, ServiceBusyError(seconds=_BUSY_SECONDS))
        else:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """See ``asyncio.Protocol``."""
        self._stop_waiting()
        self._stop_offering()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See ``asyncio.Protocol``."""
        if self.transport.is_closing():
            return
        if self._waits_for_head:
            self._wait_for_head()
        heads, messages = self._heads, self._messages
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._heads != heads or not self._waits_for_head:
            self._stop_waiting()
            self._head_bytes = 0
        if self._is_begun:
            self._wait_for_head()
        # The last part of a body is no head, however large it is.
        if self._waits_for_head and self._messages == messages:
            self._count_head(len(data))

    def on_message_begin(self) -> None:
        """See ``httptools``."""
        super().on_message_begin()
        self._waits_for_head = self._is_begun = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """See ``httptools``: fields of the head, and those after a body, which nobody here reads."""
        if self._waits_for_head:
            super().on_header(name, value)
            return
        self._trailer_bytes += len(name) + len(value)
        if self._trailer_bytes > MOST_HEAD_BYTES:
            msg = "trailers are too large"
            raise ValueError(msg)

    def on_headers_complete(self) -> None:
        """See ``httptools``."""
        self._waits_for_head = self._is_begun = False
        self._heads += 1
        self._trailer_bytes = 0
        if self.parser.get_http_version() == "1.1" and sum(name == b"host" for name, _ in self.headers) != 1:
            # RFC 9112 section 3.2: such a request must be answered with 400.
            msg = "not one Host field"
            raise ValueError(msg)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """See ``httptools``."""
        super().on_message_complete()
        self._messages += 1
        self._waits_for_head = True

    def pause_writing(self) -> None:
        """See ``asyncio.Protocol``: the other side does not take what it asked for."""
        super().pause_writing()
        if self._untaken is None:
            self._untaken = self.loop.call_later(self.take_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """See ``asyncio.Protocol``: it takes it again."""
        self._stop_offering()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words stay out
        """What is no HTTP gets a problem, too; uvicorn calls this."""
        self._stop_waiting()
        self._end(400, RequestError(reason="HTTP"))

    def _wait_for_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.head_seconds, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _stop_offering(self) -> None:
        if self._untaken is not None:
            self._untaken.cancel()
            self._untaken = None

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > MOST_HEAD_BYTES:
            self._end(400, RequestError(reason="HTTP"))

    def _too_slow(self) -> None:
        self._deadline = None
        if self.transport.is_closing():
            return
        if self._is_answering:
            # The next request is slow; the one before it still gets its answer.
            self._wait_for_head()
        else:
            self._end(408, RequestSlowError(seconds=self.head_seconds))

    @property
    def _is_answering(self) -> bool:
        # Uvicorn has no cycle before the first request, whatever its types say.
        return bool(self.cycle) and not self.cycle.response_complete

    def _end(self, status: int, error: MotlanError) -> None:
        """Say why, and close."""
        if self._is_answering and self.cycle.response_started:
            self.transport.close()
            return
        content: dict[str, Any] = {
            "type": f"urn:motlan:error:{error.code}",
            "title": error.code,
            "status": status,
            "detail": error.sentence(),
            "instance": f"urn:uuid:{uuid.uuid4()}",
            "code": error.code,
            "next": error.next_step(),
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        retry = f"retry-after: {_BUSY_SECONDS}\r\n" if status == 503 else ""
        head = (
            f"content-type: application/problem+json\r\ncontent-length: {len(body)}\r\n{retry}"
            "connection: close\r\n\r\n"
        )
        self.transport.write(STATUS_LINE[status] + head.encode() + body)
        self.transport.close()


def with_limits(*, head_seconds: float, take_seconds: float, most_connections: int) -> type[PatientProtocol]:
    """The protocol with the limits of an installation: uvicorn makes its connections from a class.

    Args:
        head_seconds: within which the head of a request must have come.
        take_seconds: within which the other side must take more of its answer.
        most_connections: open at once.
    """
    limits = {
        "head_seconds": head_seconds,
        "take_seconds": take_seconds,
        "most_connections": most_connections,
    }
    return type("LimitedProtocol", (PatientProtocol,), limits)
