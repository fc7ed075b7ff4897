"""``python -m bench.reuse_service.load FILE``: asks and writes down; a process of its own, and a cheap one.

Requests leave on a schedule, whether or not earlier ones were answered (an open loop): a slow service does
not slow its own test down, and time is counted from when a request should have left. With a rate of 0 each
client asks again as soon as it was answered (a closed loop), which shows the most the service can do.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import resource
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 20.0


@dataclass(slots=True)
class _Done:
    asked: int
    status: int
    seconds: float
    retry_after: str
    body: bytes


class _Client(asyncio.Protocol):
    """One kept-open connection, one request at a time."""

    def __init__(self, load: _Load, key: str) -> None:
        self._load = load
        self._key = key
        self._came = b""
        self._asked = -1
        self._due = 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """See ``asyncio.Protocol``."""
        self._transport = transport
        self._load.free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """See ``asyncio.Protocol``."""
        del exc
        if self._asked >= 0:
            self._load.done(_Done(self._asked, 0, time.perf_counter() - self._due, "", b""))

    def ask(self, asked: int, body: bytes, due: float) -> None:
        """Send one question."""
        self._asked, self._due = asked, due
        head = (
            f"POST /v1/reuse-checks HTTP/1.1\r\nHost: bench\r\nAuthorization: {self._key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._transport.write(head.encode() + body)

    def data_received(self, data: bytes) -> None:
        """See ``asyncio.Protocol``."""
        self._came += data
        head, found, rest = self._came.partition(b"\r\n\r\n")
        if not found:
            return
        lines = head.lower().split(b"\r\n")
        told = dict(line.split(b": ", 1) for line in lines[1:])
        if len(rest) < int(told.get(b"content-length", b"0")):
            return
        now = time.perf_counter()
        done = _Done(
            self._asked,
            int(lines[0].split(b" ")[1]),
            now - self._due,
            told.get(b"retry-after", b"").decode(),
            rest,
        )
        self._came, self._asked = b"", -1
        self._load.done(done)
        self._load.free(self)


class _Load:
    def __init__(self, bodies: list[bytes], *, rate: float, seconds: float) -> None:
        self._questions: Iterator[tuple[int, bytes]] = itertools.cycle(enumerate(bodies))
        self._rate = rate
        self._seconds = seconds
        self._free: deque[_Client] = deque()
        self._due: deque[float] = deque()
        self._begun = 0.0
        self.answers: list[_Done] = []
        self.elapsed = 0.0
        self._open = 0

    async def run(self, host: str, port: int, keys: list[str]) -> None:
        loop = asyncio.get_running_loop()
        for key in keys:
            await loop.create_connection(lambda key=key: _Client(self, key), host, port)  # type: ignore[misc]
        self._begun = time.perf_counter()
        if self._rate:
            await self._scheduled()
        else:
            while self._free:
                self._send(time.perf_counter())
            await asyncio.sleep(self._seconds)
        self._rate = 0
        self._seconds = 0
        patience = time.perf_counter() + _PATIENCE_SECONDS
        while (self._open or self._due) and time.perf_counter() < patience:  # noqa: ASYNC110  nothing to miss
            await asyncio.sleep(0.02)

    async def _scheduled(self) -> None:
        for number in range(int(self._rate * self._seconds)):
            due = self._begun + number / self._rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self._due.append(due)
            while self._free and self._due:
                self._send(self._due.popleft())

    def free(self, client: _Client) -> None:
        """A client may ask again."""
        self._free.append(client)
        if self._due:
            self._send(self._due.popleft())
        elif not self._rate and self._begun and time.perf_counter() < self._begun + self._seconds:
            self._send(time.perf_counter())

    def done(self, done: _Done) -> None:
        """An answer came, or its connection broke."""
        self._open -= 1
        self.elapsed = time.perf_counter() - self._begun
        self.answers.append(done)

    def _send(self, due: float) -> None:
        asked, body = next(self._questions)
        self._open += 1
        self._free.popleft().ask(asked, body, due)


def main() -> None:
    """Read what to do from a file, do it, write what came beside it."""
    place = Path(sys.argv[1])
    told: dict[str, Any] = json.loads(place.read_text("utf-8"))
    load = _Load([body.encode() for body in told["bodies"]], rate=told["rate"], seconds=told["seconds"])
    asyncio.run(load.run(told["host"], told["port"], told["keys"]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    with place.with_suffix(".came").open("w", encoding="utf-8") as file:
        file.write(f"{used.ru_utime + used.ru_stime} {load.elapsed}\n")
        for each in load.answers:
            line = [each.asked, each.status, each.seconds, each.retry_after, each.body.decode()]
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
