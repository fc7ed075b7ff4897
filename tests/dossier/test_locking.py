"""How long an object must be locked: known terms, unknown ones, permanent ones, and prolonging in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.locking import FOR_EVER, LockNeed, LockPlan, joined, need_of
from dossier.retention import RetentionRule, judge

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
PLAN = LockPlan()
YEAR = timedelta(days=365)

needs = st.builds(
    LockNeed,
    until=st.none() | st.just(FOR_EVER) | st.dates(date(2000, 1, 1), date(2200, 1, 1)),
    is_open=st.booleans(),
    hold=st.booleans(),
)
moments = st.integers(0, 36_525 * 86_400).map(lambda seconds: NOW - 6 * YEAR + timedelta(seconds=seconds))


def need_by(rule: RetentionRule | None, *, filed: datetime | None = NOW) -> LockNeed:
    return need_of(judge(rule, filed_at=filed, today=date(2026, 11, 2)), hold=False)


def test_what_a_rule_asks_of_the_lock() -> None:
    ten = RetentionRule(article="MẪU", years=10, verified=True)
    assert need_by(ten) == LockNeed(until=date(2036, 12, 31))
    assert need_by(RetentionRule(article="MẪU", permanent=True)) == LockNeed(until=FOR_EVER)
    # By a rule that nobody verified nothing is destroyed, so its end is no end.
    unverified = RetentionRule(article="MẪU", years=10)
    assert need_by(unverified) == LockNeed(until=date(2036, 12, 31), is_open=True)
    for unknown in (None, RetentionRule(article="MẪU", verified=True)):
        assert need_by(unknown) == LockNeed(is_open=True)
    assert need_by(ten, filed=None) == LockNeed(is_open=True)


def test_a_lock_lasts_to_the_end_of_the_last_day_in_vietnam() -> None:
    owed = PLAN.owed(LockNeed(until=date(2036, 12, 31)), standing=None, now=NOW)
    assert owed == datetime(2036, 12, 31, 17, 0, tzinfo=UTC)
    assert PLAN.next_look(LockNeed(until=date(2036, 12, 31)), standing=owed, now=NOW) is None


def test_what_has_no_end_is_prolonged_a_year_at_a_time() -> None:
    need, standing, now = LockNeed(until=FOR_EVER), None, NOW
    ends = []
    for _ in range(5):
        standing = PLAN.owed(need, standing=standing, now=now)
        assert standing is not None
        ends.append(standing - now)
        look = PLAN.next_look(need, standing=standing, now=now)
        assert look is not None
        now = look + timedelta(seconds=1)
    assert ends == [PLAN.far] * 5
    assert now - NOW == 5 * YEAR + timedelta(seconds=5)


def test_a_term_longer_than_any_lock_is_reached_by_prolonging() -> None:
    need = LockNeed(until=date(2096, 12, 31))
    first = PLAN.owed(need, standing=None, now=NOW)
    assert first == NOW + PLAN.far
    later = NOW + 45 * YEAR
    assert PLAN.owed(need, standing=first, now=later) == datetime(2096, 12, 31, 17, 0, tzinfo=UTC)


def test_an_unknown_term_is_locked_for_a_short_span_so_that_it_may_become_known() -> None:
    assert PLAN.owed(LockNeed(is_open=True), standing=None, now=NOW) == NOW + PLAN.near
    assert PLAN.owed(LockNeed(is_open=True), standing=NOW + 10 * YEAR, now=NOW) is None


def test_nothing_is_asked_for_when_the_term_is_over() -> None:
    over = LockNeed(until=date(2020, 12, 31))
    assert PLAN.owed(over, standing=None, now=NOW) is None
    assert PLAN.next_look(over, standing=NOW + YEAR, now=NOW) is None


def test_a_server_that_refuses_distant_ends_is_asked_for_nearer_ones_until_it_is_hopeless() -> None:
    plan: LockPlan | None = PLAN
    spans = []
    while plan is not None:
        spans.append(plan.far // YEAR)
        plan = plan.shorter()
    assert spans == [30, 15, 7, 3, 2]


@given(needs, needs, needs)
def test_an_object_gets_what_each_of_its_papers_asks_for(
    one: LockNeed, two: LockNeed, three: LockNeed
) -> None:
    both = joined([one, two])
    assert both == joined([two, one])
    assert joined([both, three]) == joined([one, joined([two, three])])
    assert joined([one, one]) == one
    for now in (NOW, NOW + 20 * YEAR):
        ends = [PLAN.owed(need, standing=None, now=now) for need in (one, two)]
        expected = max((end for end in ends if end is not None), default=None)
        assert PLAN.owed(both, standing=None, now=now) == expected
    assert joined([]) == LockNeed()


@given(needs, moments, st.none() | moments)
def test_a_lock_is_never_shortened_and_once_set_is_enough(
    need: LockNeed, now: datetime, standing: datetime | None
) -> None:
    owed = PLAN.owed(need, standing=standing, now=now)
    if owed is not None:
        assert owed > now
        assert standing is None or owed > standing
        assert PLAN.owed(need, standing=owed, now=now) is None
    look = PLAN.next_look(need, standing=owed or standing, now=now)
    assert look is None or look > now


@given(needs, moments)
def test_a_lock_that_is_looked_at_when_it_should_be_never_runs_out_before_its_term(
    need: LockNeed, now: datetime
) -> None:
    standing = PLAN.owed(need, standing=None, now=now)
    for _ in range(8):
        if standing is None:
            return
        look = PLAN.next_look(need, standing=standing, now=now)
        if look is None:
            assert not need.is_open
            assert need.until is not None
            assert need.until < FOR_EVER
            assert standing.date() >= need.until
            return
        assert look < standing
        now = look
        standing = PLAN.owed(need, standing=standing, now=now) or standing


def test_a_hold_alone_asks_for_no_date() -> None:
    assert PLAN.owed(LockNeed(hold=True), standing=None, now=NOW) is None


@pytest.mark.parametrize("microsecond", [1, 999_999])
def test_dates_of_locks_are_whole_seconds(microsecond: int) -> None:
    owed = PLAN.owed(LockNeed(until=FOR_EVER), standing=None, now=NOW.replace(microsecond=microsecond))
    assert owed is not None
    assert owed.microsecond == 0
