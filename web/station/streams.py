"""Server-sent events (HTML Living Standard, section 9.2): what changes is pushed to whoever looks.

A stream is a coroutine that sleeps; between two looks it holds neither a thread nor a connection to the
database. It ends with the session, after some minutes (the browser comes back by itself), and when the
process is told to stop.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

MOST_OF_ONE: Final = 4
"""Streams of one person: as many tabs as somebody looks at."""
MOST: Final = 64
LOOK_SECONDS: Final = 1.0
_BEAT_SECONDS: Final = 15.0
"""Proxies cut off what says nothing for a minute; the session is looked at as often."""
_LASTS_SECONDS: Final = 600.0
_RETRY_MILLISECONDS: Final = 3000


class Streams:
    """Who follows what. Safe for threads."""

    def __init__(
        self, *, most: int = MOST, most_of_one: int = MOST_OF_ONE, beat_seconds: float = _BEAT_SECONDS
    ) -> None:
        """Let so many follow, and so many of one person; each says something as often as the beat."""
        self.beat_seconds = beat_seconds
        self._most = most
        self._most_of_one = most_of_one
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()
        self._leaving = threading.Event()

    def has_room(self, actor: str) -> bool:
        """Whether somebody may follow one thing more."""
        with self._lock:
            return self._open[actor] < self._most_of_one and self._open.total() < self._most

    @contextmanager
    def place(self, actor: str) -> Iterator[bool]:
        """A place for as long as the block runs; whether there was one."""
        with self._lock:
            taken = self._open[actor] < self._most_of_one and self._open.total() < self._most
            self._open[actor] += taken
        try:
            yield taken
        finally:
            with self._lock:
                self._open[actor] -= taken
                if not self._open[actor]:
                    del self._open[actor]

    def leave(self) -> None:
        """Have every stream end: the process is about to stop."""
        self._leaving.set()

    @property
    def is_leaving(self) -> bool:
        """Whether streams are to end."""
        return self._leaving.is_set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What somebody follows. All are called in a thread of the pool and are short.

    Attributes:
        revision: a number that grows with every change; below 0 when there is nothing to follow any more.
        show: the page's part as it is now.
        lasts: whether whoever follows may still do so.
    """

    revision: Callable[[], int]
    show: Callable[[], str]
    lasts: Callable[[], bool]


def following(streams: Streams, actor: str, followed: Followed, *, last_id: str) -> StreamingResponse:
    """The answer that goes on.

    Args:
        streams: of the station.
        actor: who follows.
        followed: what.
        last_id: what the browser had last (``Last-Event-ID``), so that it is not sent twice.
    """
    last = int(last_id) if last_id.isascii() and last_id.isdecimal() and len(last_id) < 19 else -1
    return StreamingResponse(
        _events(streams, actor, followed, last=last),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(streams: Streams, actor: str, followed: Followed, *, last: int) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    with streams.place(actor) as taken:
        yield f"retry: {_RETRY_MILLISECONDS}\n\n"
        now = loop.time()
        until, beat = now + _LASTS_SECONDS, now + streams.beat_seconds
        while taken and not streams.is_leaving and now < until:
            if now >= beat:
                if not await run_in_threadpool(followed.lasts):
                    yield _event("ended", "")
                    return
                yield ": \n\n"
                beat = now + streams.beat_seconds
            revision = await run_in_threadpool(followed.revision)
            if revision < 0:
                yield _event("ended", "")
                return
            if revision != last:
                yield _event("changed", await run_in_threadpool(followed.show), id_=revision)
                last = revision
            await asyncio.sleep(LOOK_SECONDS)
            now = loop.time()


def _event(name: str, data: str, *, id_: int | None = None) -> str:
    """One event; each line of the data stands by itself."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    known = f"id: {id_}\n" if id_ is not None else ""
    return f"event: {name}\n{known}{lines}\n"
