"""The indicators of Decision 766 and what district plans count, from raw facts. All dossiers are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.errors import ArgumentError, RulebookError
from dossier.handling import Channel, DossierFacts, FileFacts, OfficeLevel, Status, StatusChange
from dossier.moments import VIETNAM
from rulebook.plan_figures import Backlog, PlanFigures, plan_figures
from rulebook.service_index import INDICATORS, Report, load_full_marks, service_index
from rulebook.time_limits import Punctuality

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
FULL = load_full_marks(LAST)
BIRTH = FileFacts(paper="birth_certificate", digitised=True)
REUSED = FileFacts(paper="birth_certificate", digitised=True, reused=1)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=VIETNAM)


def facts(order: int = 1, **changes: Any) -> DossierFacts:
    """A dossier received on 2 November, promised for the 5th and handled on the 4th, unless changed."""
    said: dict[str, Any] = {
        "code": f"H26.5.12-261102-{order:04}",
        "office": "H26.5.12",
        "level": OfficeLevel.COMMUNE,
        "procedure": "1.001193",
        "channel": Channel.ONLINE,
        "received_at": at(2),
        "promised_at": at(5, 17),
        "changes": (StatusChange(Status.RECEIVED, at(2)), StatusChange(Status.HANDLED, at(4))),
        "files": (BIRTH,),
        "result_link": True,
        "result_code": True,
        "synchronised": True,
    }
    return DossierFacts(**(said | changes))


def report(*dossiers: DossierFacts, **national: int) -> Report:
    return service_index(dossiers, FIRST, LAST, full_at=FULL, national=national)


def percent(number: str, *dossiers: DossierFacts) -> Decimal | None:
    return report(*dossiers).whole[number].percent


@pytest.mark.parametrize(
    ("number", "met", "missed"),
    [
        ("1.4", {}, {"synchronised": False}),
        ("2.1", {}, {"promised_at": at(3)}),
        ("3.3", {}, {"channel": Channel.DIRECT}),
        ("3.3", {"yields_paper": False, "result_code": False}, {"result_code": False}),
        ("4.1", {}, {"result_link": False}),
        ("4.2", {}, {"files": ()}),
        ("4.2", {}, {"result_link": False}),
        ("4.3", {}, {"files": ()}),
        ("4.4", {"files": (FileFacts(national_store=True),), "result_link": False}, {"result_link": False}),
        ("4.5", {"population": True}, {}),
        ("4.5", {"verified_account": True}, {}),
        ("4.5", {"portal_store": True}, {}),
        ("5.4", {}, {"disliked": True}),
        ("5.4", {}, {"promised_at": at(3)}),
    ],
)
def test_each_indicator_counts_what_its_formula_says(
    number: str, met: dict[str, Any], missed: dict[str, Any]
) -> None:
    assert percent(number, facts(**met)) == Decimal("100.00")
    assert percent(number, facts(**missed)) == Decimal("0.00")
    assert percent(number, facts(1, **met), facts(2, **met), facts(3, **(met | missed))) is not None


def test_shares_have_two_decimals_and_marks_stop_at_full() -> None:
    found = report(facts(1), facts(2), facts(3, files=())).whole["4.2"]
    assert (found.counted, found.of, found.percent) == (2, 3, Decimal("66.67"))
    assert found.marks == Fraction(2, 3) / Fraction(4, 5)
    assert report(facts()).whole["3.3"].marks == 1
    assert report(facts()).whole["4.1"].marks is None


def test_online_submission_is_multiplied_by_the_share_synchronised() -> None:
    dossiers = [facts(order, synchronised=order != 1) for order in (1, 2, 3, 4)]
    assert percent("3.3", *dossiers) == Decimal("75.00")


def test_the_portal_may_have_counted_more_dossiers_than_we_did() -> None:
    found = service_index([facts()], FIRST, LAST, full_at=FULL, national={"H26.5.12": 4})
    assert found.whole["1.4"].percent == Decimal("25.00")
    assert (
        service_index([facts()], FIRST, LAST, full_at=FULL, national={"H26.5.12": 0}).whole["1.4"].share == 1
    )


def test_without_dossiers_there_is_no_figure_and_without_reception_no_dossier() -> None:
    for found in (
        report(),
        report(facts(received_at=None)),
        report(facts(received_at=at(1) - timedelta(days=1))),
    ):
        assert {figure.percent for figure in found.whole.values()} == {None}
        assert found.offices == {}


def test_offices_and_levels_add_up() -> None:
    province = {"office": "H26", "level": OfficeLevel.PROVINCE}
    found = report(facts(1), facts(2, files=()), facts(3, **province))
    assert {office: index["4.2"].of for office, index in found.offices.items()} == {"H26": 1, "H26.5.12": 2}
    assert {level.value: index["4.2"].counted for level, index in found.levels.items()} == {
        "commune": 1,
        "province": 1,
    }
    assert set(found.whole) == set(INDICATORS)


def changed(*steps: tuple[Status, int]) -> tuple[StatusChange, ...]:
    return tuple(StatusChange(status, at(day)) for status, day in steps)


@pytest.mark.parametrize(
    ("changes", "late"),
    [
        (changed((Status.HANDLED, 5)), False),
        (changed((Status.HANDLED, 6)), True),
        (changed((Status.HANDLED, 5), (Status.RETURNED, 9)), False),
        (changed((Status.RETURNED, 6)), True),
        (changed((Status.STOPPED, 4)), False),
        (changed((Status.HANDLING, 3)), None),
        (changed((Status.SUPPLEMENT, 3), (Status.HANDLING, 6), (Status.HANDLED, 8)), False),
        (changed((Status.SUPPLEMENT, 3), (Status.HANDLING, 6), (Status.HANDLED, 9)), True),
        (changed((Status.SUPPLEMENT, 4)), False),
        (changed((Status.SUPPLEMENT, 6)), True),
        (changed((Status.SUPPLEMENT, 3), (Status.HANDLING, 4), (Status.SUPPLEMENT, 5)), True),
    ],
)
def test_time_of_the_citizen_is_deducted_and_a_second_request_is_late(
    changes: tuple[StatusChange, ...], late: bool | None
) -> None:
    assert facts(changes=changes).is_late is late
    assert facts(changes=tuple(reversed(changes))).is_late is late


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[[version]]\nsince = 2027-01-01\nsource = "S"\nverified = true',
        '[[version]]\nsource = "S"\nverified = true',
        '[[version]]\nsince = 2022-01-01\nsource = "S"\nverified = true\nfull_at = { "9.9" = 0.5 }',
        '[[version]]\nsince = 2022-01-01\nsource = "S"\nverified = true\nfull_at = { "4.2" = 80 }',
        "[[version]]\nsince = 2022-01-01",
    ],
)
def test_a_wrong_table_of_full_marks_is_told(tmp_path: Path, text: str) -> None:
    table = tmp_path / "766.toml"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError, match=r"766\.toml"):
        load_full_marks(LAST, source=table)


def figures(*dossiers: DossierFacts) -> PlanFigures:
    return plan_figures(dossiers, FIRST, LAST, now=at(20))


def test_people_who_brought_a_paper_twice_are_told_apart_from_those_whose_paper_was_reused() -> None:
    earlier = {"received_at": at(1) - timedelta(days=90)}
    found = figures(
        facts(1, owner="a", **earlier),
        facts(2, owner="a"),
        facts(3, owner="b", **earlier),
        facts(4, owner="b", files=(REUSED,)),
        facts(5, owner="c", files=(BIRTH, BIRTH)),
        facts(6),
    )
    assert (found.people, found.nothing_twice, found.reused) == (3, 2, 1)
    assert found.share_nothing_twice == Fraction(2, 3)
    assert figures().share_nothing_twice is None


def test_punctuality_channels_and_open_dossiers_are_counted() -> None:
    found = figures(
        facts(1),
        facts(2, changes=changed((Status.HANDLED, 5)), channel=Channel.POST),
        facts(3, changes=changed((Status.HANDLED, 6))),
        facts(4, changes=()),
        facts(5, changes=changed((Status.SUPPLEMENT, 4))),
        facts(6, changes=(), promised_at=None),
    )
    assert [found.punctuality[kind] for kind in Punctuality] == [1, 1, 1]
    assert found.share_of(Punctuality.LATE) == Fraction(1, 3)
    assert (found.open_in_time, found.open_late) == (2, 1)
    assert found.channels == {Channel.ONLINE: 5, Channel.POST: 1}
    assert figures().share_of(Punctuality.BEFORE) is None


def test_times_are_medians_without_what_the_citizen_took() -> None:
    found = figures(
        facts(1, waited=timedelta(minutes=5)),
        facts(2, waited=timedelta(minutes=20)),
        facts(
            3,
            waited=timedelta(minutes=6),
            changes=changed((Status.SUPPLEMENT, 3), (Status.HANDLING, 6), (Status.HANDLED, 8)),
        ),
    )
    assert (found.waiting, found.handling) == (timedelta(minutes=6), timedelta(days=2))
    assert (figures().waiting, figures().handling) == (None, None)


def test_dossiers_per_officer_are_for_a_whole_year() -> None:
    found = figures(facts(1, officer="x"), facts(2, officer="x"), facts(3, officer="y"), facts(4))
    assert found.per_officer_and_year == Fraction(3 * 365, 2 * 30)
    assert figures(facts()).per_officer_and_year is None


def test_a_backlog_tells_what_is_left_for_its_target() -> None:
    campaign = Backlog(year=2026, target=Fraction(4, 5), results=11, digitised=3)
    assert (campaign.share, campaign.left) == (Fraction(3, 11), 6)
    assert Backlog(year=2026, target=Fraction(1), results=0, digitised=0).share is None
    with pytest.raises(ArgumentError):
        Backlog(year=2026, target=Fraction(1, 2), results=1, digitised=2)
    with pytest.raises(ArgumentError):
        plan_figures([], LAST, FIRST, now=at(20))


FILES = st.lists(
    st.builds(
        FileFacts,
        paper=st.sampled_from(["", "birth_certificate", "land_certificate"]),
        digitised=st.booleans(),
        reused=st.integers(0, 2),
        national_store=st.booleans(),
    ),
    max_size=2,
).map(tuple)
CHANGES = st.lists(
    st.builds(StatusChange, st.sampled_from(Status), st.integers(1, 28).map(at)), max_size=4
).map(tuple)
DOSSIERS = st.lists(
    st.builds(
        facts,
        order=st.integers(1, 9999),
        office=st.sampled_from(["H26.5.12", "H26.5.13"]),
        owner=st.sampled_from(["", "a", "b"]),
        received_at=st.none() | st.integers(1, 28).map(at),
        promised_at=st.none() | st.integers(1, 28).map(at),
        channel=st.sampled_from(Channel),
        files=FILES,
        changes=CHANGES,
        result_link=st.booleans(),
        synchronised=st.booleans(),
        disliked=st.booleans(),
    ),
    max_size=4,
)


@settings(max_examples=50)
@given(DOSSIERS, st.data())
def test_shares_lie_between_none_and_all_add_up_by_office_and_know_no_order(
    dossiers: list[DossierFacts], data: st.DataObject
) -> None:
    found = report(*dossiers)
    for number, figure in found.whole.items():
        assert figure.share is None or 0 <= figure.share <= 1
        if number != "5.4":
            assert figure.counted == sum(index[number].counted for index in found.offices.values())
        assert figure.of == sum(index[number].of for index in found.offices.values())
    mixed = data.draw(st.permutations(dossiers))
    assert report(*mixed) == found
    assert figures(*mixed) == figures(*dossiers)


@settings(max_examples=50)
@given(DOSSIERS)
def test_one_more_reused_and_synchronised_dossier_never_lowers_what_it_meets(
    dossiers: list[DossierFacts],
) -> None:
    before, after = report(*dossiers), report(*dossiers, replace(facts(), population=True))
    for number in INDICATORS:
        old, new = before.whole[number].share, after.whole[number].share
        assert new is not None
        assert old is None or number in {"3.3", "5.4"} or new >= old
