"""The report of a period agrees with the figures it is made of, and holds no dossiers."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings

from dossier.handling import DossierFacts, OfficeLevel
from rulebook.period_report import Figures, PeriodReport, period_report
from rulebook.plan_figures import plan_figures
from rulebook.service_index import load_full_marks, service_index
from tests.rulebook.test_service_index import BIRTH, DOSSIERS, FIRST, LAST, at, facts

NOW = at(20)
FULL = load_full_marks(LAST)


def report(dossiers: list[DossierFacts] | Iterator[DossierFacts]) -> PeriodReport:
    return period_report(dossiers, FIRST, LAST, now=NOW, full_at=FULL)


@settings(max_examples=100)
@given(DOSSIERS)
def test_one_pass_tells_what_the_index_and_the_plan_tell_by_themselves(dossiers: list[DossierFacts]) -> None:
    found = report(sorted(dossiers, key=lambda one: one.owner))
    index = service_index(dossiers, FIRST, LAST, full_at=FULL)
    assert found.whole.index == index.whole
    assert {office: figures.index for office, figures in found.offices.items()} == index.offices
    assert {level: figures.index for level, figures in found.levels.items()} == index.levels
    assert found.whole.plan == plan_figures(dossiers, FIRST, LAST, now=NOW)


def test_a_person_counts_once_in_each_place_and_twice_handed_in_counts_where_it_was() -> None:
    first, second, third = (
        facts(1, owner="a", office="H26.5.12", files=(BIRTH,)),
        facts(2, owner="a", office="H26.5.13", files=(BIRTH,), received_at=at(3)),
        facts(3, owner="a", office="H26", level=OfficeLevel.PROVINCE, files=(), received_at=at(4)),
    )
    found = report([first, second, third])
    places: list[tuple[str, Figures]] = [("all", found.whole), *found.levels.items(), *found.offices.items()]
    told = {name: (figures.plan.people, figures.plan.nothing_twice) for name, figures in places}
    assert told == {
        "all": (1, 0),
        "commune": (1, 0),
        "province": (1, 1),
        "H26.5.12": (1, 1),
        "H26.5.13": (1, 0),
        "H26": (1, 1),
    }


def test_memory_does_not_grow_with_the_dossiers() -> None:
    def many(count: int) -> Iterator[DossierFacts]:
        pattern = facts(1, files=(BIRTH,))
        for number in range(count):
            yield replace(
                pattern,
                code=f"H26.5.12-261102-{number:06d}",
                owner=f"{number // 2:032x}",
                officer=f"o{number % 40}",
                waited=timedelta(minutes=number % 30),
            )

    def peak(count: int) -> int:
        tracemalloc.start()
        found = report(many(count))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found.whole.plan.dossiers == count
        assert found.whole.plan.people == count // 2
        return most

    small = peak(300)
    assert peak(1500) < small * 1.5
