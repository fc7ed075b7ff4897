"""One event loop in a thread of its own, for a library that is asynchronous only.

Calls may come from several threads; work that waits (a timestamp service) overlaps, work that computes takes
turns. The loop starts with the first call and again after a fork, because threads do not survive one.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

Result = TypeVar("Result")


class BackgroundLoop:
    """Runs coroutines for callers that are not asynchronous; close it when done."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._process = os.getpid()
        self._waiting: set[Future[Any]] = set()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine to its end and hand its result or error to the caller."""
        future = asyncio.run_coroutine_threadsafe(work, self._running())
        self._waiting.add(future)
        try:
            return future.result()
        finally:
            self._waiting.discard(future)

    def cancel(self) -> None:
        """End what runs now; who waits for it gets ``concurrent.futures.CancelledError``."""
        for future in tuple(self._waiting):
            future.cancel()

    def close(self) -> None:
        """Stop the thread; a later call starts a new one."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
            if loop is None or thread is None:
                return
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._process != os.getpid():
                self._process = os.getpid()
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="motlan-signing", daemon=True
                )
                self._thread.start()
            return self._loop
