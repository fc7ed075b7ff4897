"""Laws of the plan: when a document is due follows from what its file says and from the rules alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.evidence import (
    LEAD_SHORTENED,
    MIN_LEAD_DAYS,
    RENEWABLE,
    EndReason,
    Life,
    RenewalRules,
    SignatureEvidence,
    plan,
    plan_again,
)
from dossier.ids import DocumentId, Sha256

MOMENTS = st.integers(0, 100 * 365 * 24).map(
    lambda hours: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
)
DIGESTS = ("sha256", "sha384", "sha512")
LIVES = st.builds(
    Life,
    level=st.sampled_from(["B-B", "B-T", "B-LT", "B-LTA"]),
    reason=st.sampled_from(sorted(set(EndReason) - {EndReason.DIGEST_ENDS, EndReason.UNSIGNED})),
    holds_until=MOMENTS,
    stamped_at=MOMENTS,
    stamp_ends=MOMENTS,
    digests=st.sets(st.sampled_from(DIGESTS), min_size=1).map(lambda found: tuple(sorted(found))),
    longest_days=st.integers(0, 4000),
)
ENDS = st.dictionaries(st.sampled_from(DIGESTS), st.dates(date(1, 1, 1), date(2090, 1, 1)))


def planned(
    life: Life, ends: dict[str, date] | None = None, *, lead: int = MIN_LEAD_DAYS
) -> SignatureEvidence:
    rules = RenewalRules(digest_ends=(ends or {}).get, lead_days=lead)
    return plan(DocumentId("a"), version=1, object_sha256=Sha256("0" * 64), life=life, rules=rules)


@given(life=LIVES, ends=ENDS, lead=st.integers(MIN_LEAD_DAYS, 3650))
def test_nothing_is_due_after_it_ended_or_before_it_was_stamped(
    life: Life, ends: dict[str, date], lead: int
) -> None:
    row = planned(life, ends, lead=lead)
    if row.due is None:
        assert row.reason not in RENEWABLE
        return
    assert row.ends is not None
    assert life.stamped_at is not None
    if life.stamped_at < row.ends:
        assert life.stamped_at.date() <= row.due <= row.ends.date()


@given(life=LIVES, ends=ENDS)
def test_the_end_of_a_digest_only_shortens(life: Life, ends: dict[str, date]) -> None:
    with_end, without = planned(life, ends), planned(life)
    assert with_end.ends is not None
    assert without.ends is not None
    assert with_end.ends <= without.ends
    assert (with_end.reason is EndReason.DIGEST_ENDS) == (with_end.ends < without.ends)


@given(life=LIVES, first=ENDS, second=ENDS)
def test_planning_again_is_planning(life: Life, first: dict[str, date], second: dict[str, date]) -> None:
    rules = RenewalRules(digest_ends=second.get)
    assert plan_again(planned(life, first), rules) == planned(life, second)
    assert planned(life, second).rules == rules.key(life.digests)


def life(ends: str, *, stamped: str = "2030-01-01", days: int = 90) -> Life:
    return Life(
        level="B-LTA",
        reason=EndReason.STAMP_ENDS,
        holds_until=datetime.fromisoformat(ends).replace(tzinfo=UTC),
        stamped_at=datetime.fromisoformat(stamped).replace(tzinfo=UTC),
        digests=("sha256",),
        longest_days=days,
    )


@pytest.mark.parametrize(
    ("days", "lead", "due"),
    [(90, 180, 270), (7, 180, 180), (7, 400, 400), (365, 180, 820)],
    ids=["twice 90 days and 90", "the lead", "a longer lead", "lists of a year"],
)
def test_due_is_the_end_less_twice_the_longest_list_and_ninety_days(days: int, lead: int, due: int) -> None:
    row = planned(life("2035-01-01", days=days), lead=lead)
    assert row.due == date(2035, 1, 1) - timedelta(days=due)
    assert row.notes == ()


def test_a_term_shorter_than_its_lead_is_used_for_its_first_half_and_noted() -> None:
    row = planned(life("2031-01-01", days=365))
    assert (row.due, row.notes) == (date(2030, 7, 2), (LEAD_SHORTENED,))


def test_a_file_without_evidence_is_due_from_its_stamp_on() -> None:
    without = replace(life("2033-01-01", stamped="2030-05-05"), level="B-T", reason=EndReason.NO_EVIDENCE)
    assert planned(without).due == date(2030, 5, 5)
