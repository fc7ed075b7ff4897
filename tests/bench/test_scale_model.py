"""The simulation of the line: what can be reckoned by hand comes out of it, and a seed gives one run."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from bench.country import Country, plan
from bench.scale.costs import UnitCosts, keep_costs, read_costs
from bench.scale.figures import put_figures
from bench.scale.simulation import Outcome, Plant, simulate
from rulebook.shelves import PageCost

COSTS = UnitCosts(
    measured_on=date(2026, 11, 27),
    machine="invented",
    command="",
    pages=3,
    read=(0.6, 0.8, 1.0),
    file=(0.2,),
    pages_of_paper=1.0,
    rest=0.0,
    prefect=0.0,
    database=0.0,
    object_bytes=0.0,
    objects=0.0,
)
FILES = 200


def run(workers: int, *, machines: int = 0, threads: int = 1, cores: int = 1, seed: int = 1) -> Outcome:
    plant = Plant(workers=workers, machines=machines, threads=threads, cores=cores)
    return simulate(COSTS, plant, arrivals=[0.0] * FILES, chance=random.Random(seed))  # noqa: S311


def test_one_worker_on_one_core_takes_what_its_files_cost() -> None:
    found = run(1)
    assert found.files == FILES
    assert found.wall == pytest.approx(found.cpu, rel=0.001)
    assert found.cpu == pytest.approx(FILES * 1.0, rel=0.05)


@pytest.mark.parametrize("workers", [2, 4])
def test_machines_of_their_own_share_the_work(workers: int) -> None:
    assert run(1).wall / run(workers).wall == pytest.approx(workers, rel=0.06)


def test_more_machines_than_the_one_writer_keeps_up_with_bring_nothing() -> None:
    sixteen, thirty = run(16), run(32)
    assert sixteen.rate == pytest.approx(1 / 0.2, rel=0.1)
    assert thirty.rate == pytest.approx(sixteen.rate, rel=0.05)
    assert sixteen.writer > 0.9


def test_workers_that_share_a_core_cost_no_more_cpu() -> None:
    assert run(4, machines=2).cpu == pytest.approx(run(2).cpu, rel=0.05)


def test_the_days_of_a_report_and_the_simulation_agree() -> None:
    cost = PageCost(pages=3, read=Fraction(4, 5), file=Fraction(1, 5))
    for cores in (1, 2, 4, 16):
        assert run(cores).rate == pytest.approx(float(cost.pages_a_second(cores)[0]), rel=0.1)


def test_a_file_that_comes_late_is_waited_for() -> None:
    found = simulate(COSTS, Plant(workers=1), arrivals=[0.0, 100.0], chance=random.Random(1))  # noqa: S311
    assert found.files == 2
    assert found.wall > 100.0
    assert found.waited < 2.0


def test_the_same_seed_is_the_same_run() -> None:
    assert run(3, seed=7) == run(3, seed=7)
    assert run(3, seed=7).wall != run(3, seed=8).wall


def test_kept_unit_costs_come_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("costs") / "costs.json"
    keep_costs(COSTS, path)
    assert read_costs(path) == COSTS


def test_figures_go_between_their_marks_and_nowhere_else(tmp_path_factory: pytest.TempPathFactory) -> None:
    page = tmp_path_factory.mktemp("page") / "trang.md"
    page.write_text("trước\n<!-- một -->\ncũ\n<!-- /một -->\nsau\n", encoding="utf-8")
    for text in ("1 2", "3 4\n"):
        put_figures(page, "một", text)
        kept = page.read_text(encoding="utf-8")
        assert kept == f"trước\n<!-- một -->\n\n```text\n{text.strip()}\n```\n\n<!-- /một -->\nsau\n"
    with pytest.raises(ValueError, match="no marks"):
        put_figures(page, "hai", "")


def test_a_country_needs_what_its_pages_and_papers_cost() -> None:
    country = Country(
        people=100,
        papers=1_000_000,
        pages_per_paper=2.0,
        years=1.0,
        stores=2,
        hours_per_day=10,
        days_per_year=100,
    )
    prices = {
        "machine": {"cores": 4, "price": 50.0, "years": 5, "power_kw": 1.0, "hall_per_kwh": 0.001},
        "disk": {"price_per_tb": 10.0, "years": 5, "copies": 2},
        "database": {"price_per_tb": 100.0, "years": 5, "copies": 2},
    }
    need = plan(country, replace(COSTS, object_bytes=500_000.0, objects=3.0), 5000.0, prices)
    # Two million pages in 3.6 million seconds, a CPU second each; a store files five a second at most.
    assert need.rate == pytest.approx(2e6 / 3.6e6)
    assert need.cores == pytest.approx(2e6 / 3.6e6)
    assert need.writer == pytest.approx(2e6 / 3.6e6 / 2 / 5)
    assert (need.machines, need.objects) == (2, 6e6)
    assert need.object_tb == pytest.approx(1.0)
    assert need.database_tb == pytest.approx(0.005)
    assert need.costs == pytest.approx({"machines": 20.0, "power": 2.0, "objects": 4.0, "database": 0.2})
