"""Timestamp services over HTTP on this machine that answer as a test says: well, late, wrong, not at all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from asn1crypto import tsp

from signing.keys import SigningKey
from signing.local_tsa import LocalTimeStamper

Manner = Literal["good", "down", "garbage", "endless", "silent", "html", "redirect", "refuses", "replays"]
# TimeStampResp with a status of 2 (rejection) and no token.
_REJECTION = bytes.fromhex("30053003020102")
_PIECE = bytes(65_536)


class Service:
    """One service.

    Attributes:
        url: where it is asked.
        manner: how it answers from now on.
        asked: how often it was asked.
        together: the most requests that were open at the same time.
    """

    def __init__(self, key: SigningKey, clock: Callable[[], datetime]) -> None:
        self.url = ""
        self.manner: Manner = "good"
        self.asked = 0
        self.together = 0
        self.leaving = threading.Event()
        self._open = 0
        self._lock = threading.Lock()
        self._first: bytes | None = None
        self._stamper = LocalTimeStamper(key, clock=clock)

    def answer(self, body: bytes) -> bytes:
        """The token, or the one that was given out first."""
        with self._lock:
            self._open += 1
            self.together = max(self.together, self._open)
        request = tsp.TimeStampReq.load(body)
        granted = asyncio.run(self._stamper.async_request_tsa_response(request)).dump()
        with self._lock:
            self._open -= 1
            self._first = self._first or granted
            return self._first if self.manner == "replays" else granted


@contextmanager
def served(key: SigningKey, *, clock: Callable[[], datetime], manner: Manner = "good") -> Iterator[Service]:
    """A running service on a free port."""
    service = Service(key, clock)
    service.manner = manner

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            service.asked += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            _answer(self, service, body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        service.url = f"http://127.0.0.1:{server.server_port}/tsa"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield service
        finally:
            service.leaving.set()
            server.shutdown()
            thread.join()


def _answer(handler: BaseHTTPRequestHandler, service: Service, body: bytes) -> None:
    match service.manner:
        case "good" | "replays":
            _send(handler, service.answer(body))
        case "garbage":
            _send(handler, b"0\x82\xff\xffnot a token")
        case "refuses":
            _send(handler, _REJECTION)
        case "html":
            _send(handler, b"<html>Dang nhap</html>", media_type="text/html")
        case "down":
            _send(handler, b"", status=503)
        case "redirect":
            handler.send_response(302)
            handler.send_header("Location", service.url)
            handler.end_headers()
        case "silent":
            # Until whoever asked has gone away, or the test is over.
            service.leaving.wait()
        case "endless":
            _send_without_end(handler, service)


def _send(
    handler: BaseHTTPRequestHandler,
    data: bytes,
    *,
    status: int = 200,
    media_type: str = "application/timestamp-reply",
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", media_type)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def _send_without_end(handler: BaseHTTPRequestHandler, service: Service) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/timestamp-reply")
    handler.end_headers()
    try:
        while not service.leaving.is_set():
            handler.wfile.write(_PIECE)
    except OSError:
        # Whoever asked has heard enough.
        return
