"""Uvicorn's HTTP/1.1 with patience that ends: slow heads and slow readers are cut off, too many turned away.

Uvicorn itself waits for ever for the head of a request, and for whoever does not take its answer, so a few
thousand sleeping connections (slow loris, slow read) would keep everybody else out.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from dossier.api_errors import RequestError, RequestSlowError, ServiceBusyError
from dossier.error_base import MotlanError

MOST_HEAD_BYTES: Final = 16 * 1024
_BUSY_SECONDS: Final = 1


class PatientProtocol(H11Protocol):
    """One connection. The limits are set by ``with_limits``."""

    head_seconds = 10.0
    take_seconds = 60.0
    most_connections = 512
    _deadline: asyncio.TimerHandle | None = None
    _untaken: asyncio.TimerHandle | None = None

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
        if self.conn.their_state is h11.IDLE and self._deadline is None:
            self._wait_for_head()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()

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
        self._deadline = self.loop.call_later(self.head_seconds, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _stop_offering(self) -> None:
        if self._untaken is not None:
            self._untaken.cancel()
            self._untaken = None

    def _too_slow(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self._end(408, RequestSlowError(seconds=self.head_seconds))

    def _end(self, status: int, error: MotlanError) -> None:
        """Say why, and close."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
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
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        if status == 503:
            headers.append((b"retry-after", str(_BUSY_SECONDS).encode()))
        events: tuple[h11.Event, ...] = (
            h11.Response(status_code=status, headers=headers),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
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
