"""Targets and campaigns of plans: dated tables, the office's on top."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from dossier.errors import RulebookError
from rulebook.plans import PLANS_FOLDER, check_office_plans, load_plans
from rulebook.problems import Problems

OFFICE = """
[[target]]
figure = "nothing_twice"
since = 2025-01-01
share = 0.9
source = "kế hoạch mẫu"

[[campaign]]
name = "Số hóa giấy khai sinh còn hiệu lực"
office = "H26.5"
types = ["birth_certificate"]
results = 1000
targets = { "2025" = 0.5, "2026" = 0.8 }
source = "kế hoạch mẫu"
"""


def office_with(folder: Path, text: str) -> Path:
    (folder / PLANS_FOLDER).mkdir(parents=True)
    (folder / PLANS_FOLDER / "ke-hoach.toml").write_text(text, "utf-8")
    return folder


def test_the_target_of_a_day_is_the_last_one_before_it_and_the_offices_counts(tmp_path: Path) -> None:
    plans = load_plans()
    assert plans.on(date(2020, 1, 1)) == {}
    assert plans.on(date(2024, 12, 31)) == {"nothing_twice": Fraction(3, 10)}
    assert plans.on(date(2025, 1, 1)) == {"nothing_twice": Fraction(4, 5)}
    own = load_plans(office=office_with(tmp_path, OFFICE))
    assert own.on(date(2026, 1, 1)) == {"nothing_twice": Fraction(9, 10)}


def test_a_campaign_is_measured_against_the_target_of_its_year(tmp_path: Path) -> None:
    (campaign,) = load_plans(office=office_with(tmp_path, OFFICE)).campaigns
    assert [campaign.stand(300, year=year).left for year in (2024, 2025, 2026, 2030)] == [0, 200, 500, 500]
    assert campaign.stand(5000, year=2026).share == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('figure = "nothing_twice"', 'figure = "everything"'),
        ("share = 0.9", "share = 1.9"),
        ("since = 2025-01-01", ""),
        ("results = 1000", "results = -1"),
        ('types = ["birth_certificate"]', "types = []"),
        ('"2025" = 0.5', '"năm 2025" = 0.5'),
        ('"2025" = 0.5', '"2025" = 5'),
        ('office = "H26.5"', 'office = "H26.5"\nofice = "x"'),
    ],
)
def test_a_wrong_plan_is_told_with_its_file(tmp_path: Path, before: str, after: str) -> None:
    folder = office_with(tmp_path, OFFICE.replace(before, after, 1))
    with pytest.raises(RulebookError, match=r"ke-hoach\.toml"):
        load_plans(office=folder)
    problems = Problems()
    assert check_office_plans(folder, problems) == 1
    assert len(problems.in_order()) == 1
