"""Waits grow and stay bounded; a backlog is told when it is too large or too old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.backoff import Backoff
from dossier.stamping import AlarmLimits, Backlog

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SHARES = st.floats(0, 1, exclude_max=True)
BACKOFFS = st.builds(
    lambda first, times: Backoff(first_s=first, most_s=first * times),
    st.floats(0.1, 1000),
    st.floats(1, 1000),
)


@given(backoff=BACKOFFS, failures=st.integers(1, 10_000), share=SHARES)
def test_a_wait_is_never_longer_than_the_longest_and_never_shorter_than_half_the_first(
    backoff: Backoff, failures: int, share: float
) -> None:
    wait = backoff.after(failures, share=share).total_seconds()
    assert backoff.first_s / 2 - 1e-5 <= wait <= backoff.most_s + 1e-5


@given(backoff=BACKOFFS, failures=st.integers(1, 100), share=SHARES)
def test_more_failures_never_make_a_shorter_wait(backoff: Backoff, failures: int, share: float) -> None:
    assert backoff.after(failures, share=share) <= backoff.after(failures + 1, share=share)


def test_waits_double_and_nothing_is_waited_for_after_no_failure() -> None:
    backoff = Backoff(first_s=30, most_s=100)
    waits = [backoff.after(failures, share=0.0).total_seconds() for failures in range(5)]
    assert waits == [0, 15, 30, 50, 50]


@pytest.mark.parametrize(
    ("count", "hours", "told"),
    [(0, 0, False), (1, 1, False), (1, 24, True), (9, 1, False), (10, 0, True)],
)
def test_a_backlog_is_told_when_it_is_large_or_old(count: int, hours: int, told: bool) -> None:
    backlog = Backlog(count=count, oldest=NOW - timedelta(hours=hours) if count else None)
    assert AlarmLimits(count=10, hours=24).exceeded(backlog, now=NOW) is told
