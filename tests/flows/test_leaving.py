"""What runs beside a process ends together with it: all at once, whatever one of them does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from flows.leaving import leaving_together

LONG = 60.0


class Beside:
    """Says when it was entered and left; leaving may wait or fail."""

    def __init__(self, barrier: threading.Barrier | None = None, failure: Exception | None = None) -> None:
        self.left = threading.Event()
        self._barrier, self._failure = barrier, failure

    @contextmanager
    def running(self) -> Iterator[None]:
        try:
            yield
        finally:
            self.left.set()
        if self._barrier is not None:
            self._barrier.wait(LONG)
        if self._failure is not None:
            raise self._failure


def test_all_are_left_at_the_same_time_when_the_block_ends() -> None:
    together = threading.Barrier(3)
    beside = [Beside(together) for _ in range(3)]
    told = threading.Event()
    # One after the other none of them would ever get past the barrier.
    with leaving_together(told, *(one.running() for one in beside)):
        assert not any(one.left.is_set() for one in beside)
    assert all(one.left.is_set() for one in beside)
    assert told.is_set()
    assert not together.broken


def test_all_are_left_once_told_while_the_block_still_finishes_what_it_began() -> None:
    beside, told = [Beside(), Beside()], threading.Event()
    with leaving_together(told, *(one.running() for one in beside)):
        told.set()
        assert all(one.left.wait(LONG) for one in beside)


def test_one_that_fails_to_end_keeps_no_other_one_and_is_told() -> None:
    together = threading.Barrier(2)
    bad, good = Beside(together, OSError("bad")), Beside(together)
    with (
        pytest.raises(OSError, match="bad"),
        leaving_together(threading.Event(), bad.running(), good.running()),
    ):
        pass
    assert good.left.is_set()


def test_those_that_were_entered_are_left_when_a_later_one_cannot_be() -> None:
    class Refused(AbstractContextManager[None]):
        def __enter__(self) -> None:
            raise OSError("refused")

        def __exit__(self, *_: object) -> None:
            """Never entered."""

    first, inside, told = Beside(), [], threading.Event()
    with pytest.raises(OSError, match="refused"), leaving_together(told, first.running(), Refused()):
        inside.append(True)
    assert inside == []
    assert first.left.is_set()
