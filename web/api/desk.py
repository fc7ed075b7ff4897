"""Reuse checks that came in at the same moment are answered together: one look, one entry into the journal.

The worker takes everything that waits, up to a bound: the more there is to do, the less each question costs.
One worker is enough: a second would halve what is taken together, and the interpreter runs one at a time.
While it waits for the database or the disk, the next questions are read from their connections.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from dossier.api_errors import ServiceBusyError
from dossier.errors import MotlanError
from web.api.checks import Check
from web.api.room import Room

MOST_TOGETHER: Final = 32
_WORKERS: Final = 1

Reply = bytes | MotlanError
"""The body of an answer, or why there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    check: Check
    since: float
    loop: asyncio.AbstractEventLoop
    reply: asyncio.Future[Reply]


class Desk:
    """Answers checks in threads of its own, which sleep while nobody asks."""

    def __init__(
        self,
        answer: Callable[[Sequence[Check]], Sequence[Reply]],
        *,
        room: Room,
        clock: Callable[[], float],
        most: int = MOST_TOGETHER,
        workers: int = _WORKERS,
    ) -> None:
        """Answer through a function.

        Args:
            answer: gives one reply for each check, in their order; what it raises is the reply to all.
            room: who is at the desk; a check that waited longer than it allows is not begun.
            clock: seconds that only grow.
            most: checks answered together.
            workers: threads.
        """
        self._answer = answer
        self._room = room
        self._clock = clock
        self._most = most
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="desk")
        self._guard = threading.Lock()
        self._queue: deque[_Waiting] = deque()
        self._working = 0

    async def ask(self, check: Check) -> bytes:
        """The body of the answer to a check, journalled.

        Raises:
            ServiceBusyError: there is no room, or it waited too long and was not begun.
            MotlanError: it is refused, or cannot be answered.
        """
        ticket = self._room.enter()
        if not ticket:
            raise ServiceBusyError(seconds=self._room.retry_seconds)
        try:
            return await self._asked(check)
        finally:
            self._room.leave(ticket)

    async def _asked(self, check: Check) -> bytes:
        loop = asyncio.get_running_loop()
        waiting = _Waiting(check, self._clock(), loop, loop.create_future())
        with self._guard:
            self._queue.append(waiting)
            starts = self._working < self._workers
            self._working += starts
        if starts:
            self._pool.submit(self._work)
        reply = await waiting.reply
        if isinstance(reply, MotlanError):
            raise reply
        return reply

    def _work(self) -> None:
        while taken := self._take():
            _tell(taken, self._replies(taken))

    def _take(self) -> Sequence[_Waiting]:
        """What waits, up to the bound; a worker that finds nothing has gone when it knows."""
        with self._guard:
            taken = [self._queue.popleft() for _ in range(min(self._most, len(self._queue)))]
            if not taken:
                self._working -= 1
            return taken

    def _replies(self, taken: Sequence[_Waiting]) -> Sequence[Reply]:
        latest = self._clock() - self._room.wait_seconds
        begun = [waiting for waiting in taken if waiting.since >= latest]
        given: Mapping[_Waiting, Reply] = {}
        if begun:
            try:
                told = self._answer([waiting.check for waiting in begun])
                given = dict(zip(begun, told, strict=True))
            except MotlanError as error:
                given = dict.fromkeys(begun, error)
            except Exception as error:  # noqa: BLE001 - a thread's last fence: those who wait must hear of it
                given = dict.fromkeys(begun, MotlanError(cause=type(error).__name__))
        return [given.get(waiting) or ServiceBusyError(seconds=1) for waiting in taken]


def _tell(taken: Sequence[_Waiting], replies: Sequence[Reply]) -> None:
    """Wake those who wait, each loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Reply], Reply]]] = {}
    for waiting, reply in zip(taken, replies, strict=True):
        by_loop.setdefault(waiting.loop, []).append((waiting.reply, reply))
    for loop, told in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_give, told)


def _give(told: Sequence[tuple[asyncio.Future[Reply], Reply]]) -> None:
    for future, reply in told:
        # Whoever hung up has cancelled it.
        if not future.done():
            future.set_result(reply)
