"""Maker and checker: what the project says, what an office may say instead, and which row holds when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dossier.errors import RulebookError
from rulebook.separation import SEPARATION_FILE, SignOwnCheck, load_separation

ROW = """[[separation]]
since = 2026-05-01
article = "Quyết định 12/QĐ-UBND"
verified = true
sign_own_check = "never"
"""


def test_the_project_lets_a_checker_sign_only_where_nobody_else_could() -> None:
    rules = load_separation()
    assert rules.sign_own_check(date(2026, 11, 20)) is SignOwnCheck.WHEN_ALONE
    assert rules.sign_own_check(date(2025, 12, 31)) is SignOwnCheck.ALWAYS


def test_an_office_states_its_own_rows_and_the_newest_that_holds_counts(tmp_path: Path) -> None:
    later = ROW.replace("2026-05-01", "2026-10-01").replace("never", "always")
    (tmp_path / SEPARATION_FILE).write_text(later + ROW, encoding="utf-8")
    rules = load_separation(tmp_path)
    days = (date(2026, 4, 30), date(2026, 5, 1), date(2026, 10, 1))
    assert [rules.sign_own_check(day) for day in days] == [
        SignOwnCheck.ALWAYS,
        SignOwnCheck.NEVER,
        SignOwnCheck.ALWAYS,
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"never"', '"sometimes"'),
        ("2026-05-01", '"2026-05-01"'),
        ("verified = true", 'verified = "yes"'),
        ("sign_own_check", "sign_own"),
        ("[[separation]]", "[[rows]]"),
    ],
)
def test_a_wrong_table_is_told(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / SEPARATION_FILE).write_text(ROW.replace(old, new), encoding="utf-8")
    with pytest.raises(RulebookError):
        load_separation(tmp_path)
