"""When a person is told of a look, by a dated table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dossier.errors import RulebookError
from rulebook.disclosure import load_disclosure

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

NEWER = """
[[disclosure]]
since = 2026-01-01
article = "MẪU"
verified = false
purpose = "khan_cap"
days = 30

[[disclosure]]
since = 2027-01-01
article = "MẪU"
verified = false
purpose = "khan_cap"
days = 5
"""


def test_a_look_in_an_emergency_waits_and_every_other_is_told_at_once() -> None:
    rules = load_disclosure()
    assert rules.told_from("giai_quyet_thu_tuc", AT) == AT
    assert not rules.waiting("", AT, now=AT)
    assert rules.waiting("khan_cap", AT, now=AT + timedelta(days=29))
    assert not rules.waiting("khan_cap", AT, now=AT + timedelta(days=30))


def test_the_rule_of_the_day_of_the_look_counts(tmp_path: Path) -> None:
    table = tmp_path / "disclosure.toml"
    table.write_text(NEWER, encoding="utf-8")
    rules = load_disclosure(table)
    later = datetime(2027, 2, 1, tzinfo=UTC)
    assert rules.told_from("khan_cap", AT) == AT + timedelta(days=30)
    assert rules.told_from("khan_cap", later) == later + timedelta(days=5)


@pytest.mark.parametrize(
    ("written", "instead"),
    [("days = 30", "days = 0"), ("days = 30", 'days = "x"'), ("khan_cap", "tò_mò"), ("since", "from")],
)
def test_a_wrong_table_is_refused(tmp_path: Path, written: str, instead: str) -> None:
    table = tmp_path / "disclosure.toml"
    table.write_text(NEWER.replace(written, instead), encoding="utf-8")
    with pytest.raises(RulebookError):
        load_disclosure(table)
