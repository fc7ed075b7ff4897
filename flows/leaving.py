"""Threads beside a process are told to end together: the longest of their waits counts, not the sum."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager


@contextmanager
def leaving_together(told: threading.Event, *beside: AbstractContextManager[object]) -> Iterator[None]:
    """Enter each of these; leave all of them at the same time, once told or when the block ends.

    What kills a process that does not end counts from the moment it was told, also while the block still
    finishes what it began.

    Args:
        told: set when the process is to end; set here when the block ends.
        beside: what runs meanwhile; left in threads of their own.
    """
    failed: list[Exception] = []

    def leave(one: AbstractContextManager[object]) -> None:
        try:
            one.__exit__(None, None, None)
        except Exception as error:  # noqa: BLE001 - told by the thread that waits for all
            failed.append(error)

    def leave_all() -> None:
        told.wait()
        leaving = [threading.Thread(target=leave, args=(one,), name="leaving", daemon=True) for one in beside]
        for each in leaving:
            each.start()
        for each in leaving:
            each.join()

    with ExitStack() as entered:
        for one in beside:
            entered.enter_context(one)
        # From here on each is left by the thread below.
        entered.pop_all()
    thread = threading.Thread(target=leave_all, name="leaving together", daemon=True)
    thread.start()
    try:
        yield
    finally:
        told.set()
        thread.join()
    if failed:
        raise failed[0]
