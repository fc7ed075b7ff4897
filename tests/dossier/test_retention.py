from __future__ import annotations

from datetime import UTC, date, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from dossier.retention import Retention, RetentionRule, judge

FILED = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
FIVE = RetentionRule(article="MẪU", years=5, verified=True)


def test_a_term_ends_with_the_last_day_of_its_last_year() -> None:
    running = judge(FIVE, filed_at=FILED, today=date(2031, 12, 31))
    assert (running.state, running.until) == (Retention.RUNNING, date(2031, 12, 31))
    ended = judge(FIVE, filed_at=FILED, today=date(2032, 1, 1))
    assert ended.state is Retention.ENDED
    assert ended.may_be_proposed


def test_the_year_of_filing_is_that_of_vietnam() -> None:
    new_year = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    assert judge(FIVE, filed_at=new_year, today=date(2026, 12, 31)).until == date(2032, 12, 31)


def test_what_nobody_knows_is_kept() -> None:
    for rule in (None, RetentionRule(article="MẪU", verified=True)):
        assert judge(rule, filed_at=FILED, today=date(2999, 1, 1)).state is Retention.UNKNOWN
    assert judge(FIVE, filed_at=None, today=date(2999, 1, 1)).state is Retention.UNKNOWN


def test_what_is_kept_for_good_never_ends() -> None:
    permanent = RetentionRule(article="MẪU", permanent=True, verified=True)
    assert judge(permanent, filed_at=FILED, today=date(2999, 1, 1)).state is Retention.PERMANENT


def test_nothing_is_proposed_by_a_rule_that_nobody_verified() -> None:
    guessed = RetentionRule(article="MẪU", years=5)
    verdict = judge(guessed, filed_at=FILED, today=date(2999, 1, 1))
    assert verdict.state is Retention.ENDED
    assert not verdict.may_be_proposed


@given(years=st.integers(1, 100), filed=st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_paper_is_kept_at_least_its_years_and_at_most_one_more(years: int, filed: date) -> None:
    until = judge(
        RetentionRule(article="MẪU", years=years),
        filed_at=datetime.combine(filed, time(3), UTC),
        today=date(2026, 1, 1),
    ).until
    assert until is not None
    assert years * 365 - 1 <= (until - filed).days <= (years + 1) * 366
