from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import RulebookError
from rulebook.requests import KINDS, load_deadlines
from rulebook.workday_tables import load_working_days

CALENDAR = load_working_days()


def test_a_request_of_a_friday_is_answered_by_tuesday() -> None:
    assert load_deadlines(date(2026, 11, 20)).answer_by(date(2026, 11, 20)) == date(2026, 11, 24)


def test_days_nobody_works_do_not_count() -> None:
    rules = load_deadlines(date(2026, 2, 13))
    # Friday before the lunar new year; Monday to Friday are free.
    assert rules.answer_by(date(2026, 2, 13)) == date(2026, 2, 24)


def test_each_kind_has_its_days() -> None:
    rules = load_deadlines(date(2026, 11, 2))
    assert [rules.carry_out[kind] for kind in KINDS] == [10, 10, 15, 15, 20]
    assert rules.carry_out_by(date(2026, 11, 2), "erase") == date(2026, 11, 30)


def test_before_the_law_there_are_no_deadlines() -> None:
    with pytest.raises(RulebookError):
        load_deadlines(date(2025, 12, 31))


@pytest.mark.parametrize(
    "text", ["", "deadlines = 3", "[[deadlines]]\nsince = 2026-01-01\narticle='x'\nverified=true\nanswer=0"]
)
def test_a_wrong_table_is_told(tmp_path: Path, text: str) -> None:
    table = tmp_path / "deadlines.toml"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError):
        load_deadlines(date(2026, 11, 2), source=table)


@given(day=st.dates(date(2026, 1, 1), date(2027, 12, 31)), count=st.integers(1, 40))
def test_a_last_day_is_worked_and_more_days_are_never_sooner(day: date, count: int) -> None:
    rules = load_deadlines(day, calendar=CALENDAR)
    last = rules.after(day, count)
    assert rules.calendar.is_worked(last)
    assert day < last < rules.after(day, count + 1)
