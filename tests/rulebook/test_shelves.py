"""How many days lie on shelves: from what a page cost here, cores at work, and the one writer of a store."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from dossier.errors import ArgumentError, RulebookError
from rulebook.plans import PLANS_FOLDER, load_plans
from rulebook.shelves import PageCost, Shelves, days_of, page_cost

SHELVES = Shelves(
    name="mẫu", office="", dossiers=8640, pages=Fraction(10), cores=2, hours=Fraction(24), example=True
)
OWN = """
[[backlog]]
name = "Kho lưu trữ mẫu"
office = "H26.5"
dossiers = 1200
pages = 2.5
cores = 8
hours = 10
source = "kiểm kê mẫu"
"""


def office_with(folder: Path, text: str) -> Path:
    (folder / PLANS_FOLDER).mkdir(parents=True)
    (folder / PLANS_FOLDER / "ton.toml").write_text(text, "utf-8")
    return folder


def test_days_shrink_with_machines_until_the_one_writer_is_what_holds_them_up() -> None:
    cost = PageCost(pages=40, read=Fraction(3, 4), file=Fraction(1, 4))
    # Two cores: two pages a second. The writer files four a second, which is what eight cores read.
    one, four, sixteen = days_of(SHELVES, cost)
    assert (one.machines, one.days, one.one_writer) == (1, Fraction(1, 2), False)
    assert (four.machines, four.days, four.one_writer) == (4, Fraction(1, 4), True)
    assert (sixteen.machines, sixteen.days, sixteen.one_writer) == (16, Fraction(1, 4), True)


def test_a_page_costs_what_all_pages_cost_together_and_nothing_is_told_before_the_first() -> None:
    cost = page_cost(pages=4, read=3.0, file=1.0)
    assert cost == PageCost(pages=4, read=Fraction(3, 4), file=Fraction(1, 4))
    assert page_cost(pages=0, read=0.0, file=0.0) is None


def test_the_example_of_the_project_counts_until_an_office_tells_its_own(tmp_path: Path) -> None:
    (example,) = load_plans().shelves
    assert (example.dossiers, example.pages, example.cores, example.hours) == (
        461_997,
        Fraction(10),
        2,
        Fraction(24),
    )
    assert example.example
    (own,) = load_plans(office=office_with(tmp_path, OWN)).shelves
    assert (own.office, own.dossiers, own.pages, own.cores, own.hours) == (
        "H26.5",
        1200,
        Fraction(5, 2),
        8,
        Fraction(10),
    )
    assert not own.example


@pytest.mark.parametrize(
    ("before", "after"),
    [("dossiers = 1200", "dossiers = -1"), ("pages = 2.5", ""), ("cores = 8", "cores = 0"), ("= 10", "= 25")],
)
def test_a_wrong_backlog_is_told_with_its_file(tmp_path: Path, before: str, after: str) -> None:
    with pytest.raises(RulebookError, match=r"ton\.toml"):
        load_plans(office=office_with(tmp_path, OWN.replace(before, after, 1)))


def test_shelves_without_hours_are_refused() -> None:
    with pytest.raises(ArgumentError):
        Shelves(name="mẫu", office="", dossiers=1, pages=Fraction(1), cores=1, hours=Fraction(0))


def test_a_store_that_only_read_so_far_has_no_writer_to_wait_for() -> None:
    cost = page_cost(pages=2, read=2.0, file=0.0)
    assert cost is not None
    assert cost.pages_a_second(16) == (Fraction(16), False)
