"""Sums of months that are kept: they say what the rows say, and are made anew when a row changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bench.report import FIRST, LAST, fill
from dossier.admission import Role, Scopes
from dossier.moments import VIETNAM
from flows.indicators import Wanted, make_report, month_figures
from flows.kept_counts import KeptCounts, months_of
from storage.dossier_counts import recount
from storage.schema import dossier_count_marks, dossiers
from wiring.services import Services
from wiring.settings import read_settings

DOSSIERS = 600


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    settings = read_settings({"MOTLAN_DATA": str(tmp_path_factory.mktemp("kept") / "data")})
    with Services(settings, clock=lambda: datetime(2026, 7, 1, 8, tzinfo=VIETNAM)) as made:
        made.create()
        fill(made, DOSSIERS)
        yield made


def test_months_of_a_period_begin_and_end_with_it() -> None:
    assert months_of(date(2026, 1, 15), date(2026, 3, 2)) == [
        (date(2026, 1, 15), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 2)),
    ]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(office="H26.3"),
        Wanted(
            scopes=Scopes(role=Role.OBSERVER, offices=("H26.1", "H26.2"), procedures=("1.004873", "2.000815"))
        ),
    ],
    ids=["all", "an office", "two procedures"],
)
def test_kept_sums_say_what_the_rows_say_the_first_time_and_later(services: Services, wanted: Wanted) -> None:
    kept = KeptCounts()
    for first, last in ((FIRST, LAST), (FIRST + timedelta(days=9), LAST - timedelta(days=20))):
        expected = make_report(services, first, last, wanted=wanted)
        assert expected.whole.plan.dossiers
        for _ in range(2):
            assert make_report(services, first, last, wanted=wanted, kept=kept) == expected


def test_months_together_have_all_dossiers_and_each_month_is_a_report_of_its_own(services: Services) -> None:
    months = month_figures(services, FIRST, LAST, wanted=Wanted(), kept=KeptCounts(), most=12)
    assert [one.first.month for one in months] == [1, 2, 3, 4, 5, 6]
    assert sum(one.figures.plan.dossiers for one in months) == DOSSIERS
    for one in months[:2]:
        assert one.figures == make_report(services, one.first, one.last, wanted=Wanted()).whole


def test_a_row_that_changed_counts_at_once_and_only_its_month_is_marked(services: Services) -> None:
    kept, records = KeptCounts(), services.store.records
    narrow = Wanted(scopes=Scopes(role=Role.OBSERVER, offices=("*",), procedures=("2.000908",)))
    before = make_report(services, FIRST, LAST, wanted=narrow, kept=kept)
    with records.upkeep.writing() as writing:
        connection = writing.connection
        marks = connection.execute(select(dossier_count_marks)).all()
        code = connection.execute(select(dossiers.c.code).order_by(dossiers.c.code).limit(1)).scalar_one()
        connection.execute(update(dossiers).where(dossiers.c.code == code).values(procedure="2.000908"))
        assert recount(connection, [code]) == 1
        changed = {*connection.execute(select(dossier_count_marks)).all()} - {*marks}
    assert [(one.office, one.month) for one in changed] == [
        (code.partition("-")[0], f"20{code.split('-')[1][:2]}-01")
    ]
    assert make_report(services, FIRST, LAST, wanted=Wanted(), kept=kept).whole.plan.dossiers == DOSSIERS
    after = make_report(services, FIRST, LAST, wanted=narrow, kept=kept)
    assert (before.whole.plan.dossiers, after.whole.plan.dossiers) == (0, 1)


def test_memory_is_bounded_and_the_figures_stay_right(services: Services) -> None:
    kept = KeptCounts(most_people=50)
    expected = make_report(services, FIRST, LAST, wanted=Wanted())
    for _ in range(2):
        assert make_report(services, FIRST, LAST, wanted=Wanted(), kept=kept) == expected
