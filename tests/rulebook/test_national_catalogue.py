"""Editions over time: what passed stays, twice is once, and a dossier keeps the version of its day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import RulebookError
from rulebook.catalogue_kept import from_json, to_json
from rulebook.catalogue_rules import ComponentRules, with_catalogue
from rulebook.national_catalogue import (
    Change,
    Difference,
    Edition,
    History,
    Kept,
    Listed,
    ListedComponent,
    Outcome,
    take_in,
)
from rulebook.papers import load_papers
from rulebook.procedure_tables import load_procedures
from rulebook.procedures import Anew, Procedures

PAPERS = load_papers()
TABLES = load_procedures(tuple(PAPERS.specs))
DAY = date(2026, 11, 26)
BIRTH = ListedComponent("A1", "Giấy khai sinh")
FORM = ListedComponent("A2", "Tờ khai cấp thẻ")


def listed(
    code: str = "1.999001",
    *components: ListedComponent,
    name: str = "Thủ tục thử",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Listed:
    return Listed(
        code=code,
        name_vi=name,
        valid_from=valid_from,
        valid_to=valid_to,
        components=components or (BIRTH,),
    )


def edition(day: date = DAY, name: str = "1") -> Edition:
    return Edition(name=name, counts_from=day, imported=day, sha256="0" * 64)


def imported(
    history: History, *entries: Listed, day: date = DAY, whole: bool = False, name: str = "1"
) -> Outcome:
    return take_in(history, edition(day, name), entries, whole=whole)


def procedures(history: History, tables: Procedures = Procedures({})) -> Procedures:  # noqa: B008 - frozen
    return with_catalogue(tables, history, PAPERS)


def test_the_same_edition_twice_is_no_change() -> None:
    first = imported(History(), listed(), listed("1.999002", valid_from=date(2027, 1, 1)))
    again = imported(
        first.history, listed(), listed("1.999002", valid_from=date(2027, 1, 1)), day=date(2026, 12, 3)
    )
    assert [found.change for found in first.differences] == [Change.ADDED, Change.ADDED]
    assert (again.differences, again.history) == ((), first.history)


def test_a_procedure_of_tomorrow_counts_from_tomorrow() -> None:
    history = imported(History(), listed(valid_from=DAY + timedelta(days=1))).history
    found = procedures(history)
    assert found.codes(DAY) == ()
    assert found.codes(DAY + timedelta(days=1)) == ("1.999001",)


def test_changed_components_close_the_version_and_are_told_by_name() -> None:
    before = imported(History(), listed("1.999001", BIRTH, FORM)).history
    renamed = ListedComponent("A1", "Bản sao giấy khai sinh")
    outcome = imported(
        before, listed("1.999001", renamed, ListedComponent("A3", "Ảnh")), day=date(2026, 12, 1)
    )
    assert outcome.differences == (
        Difference(
            code="1.999001",
            name_vi="Thủ tục thử",
            change=Change.CHANGED,
            day=date(2026, 12, 1),
            added=("Ảnh",),
            removed=("Tờ khai cấp thẻ",),
            changed=("Bản sao giấy khai sinh",),
        ),
    )
    found = procedures(outcome.history)
    assert found.on("1.999001", date(2026, 11, 30)).valid_to == date(2026, 11, 30)
    assert [one.code for one in found.on("1.999001", date(2026, 11, 30)).components] == ["A1", "A2"]
    assert [one.code for one in found.on("1.999001", date(2026, 12, 1)).components] == ["A1", "A3"]


def test_a_procedure_that_a_whole_catalogue_does_not_list_ends_and_otherwise_is_told() -> None:
    before = imported(History(), listed(), listed("1.999002")).history
    part = imported(before, listed(), day=date(2026, 12, 1))
    assert (part.differences, part.not_listed) == ((), ("1.999002",))
    whole = imported(before, listed(), day=date(2026, 12, 1), whole=True)
    assert [(found.code, found.change) for found in whole.differences] == [("1.999002", Change.REMOVED)]
    assert procedures(whole.history).codes(date(2026, 11, 30)) == ("1.999001", "1.999002")
    assert procedures(whole.history).codes(date(2026, 12, 1)) == ("1.999001",)


def test_an_end_in_the_file_ends_the_procedure() -> None:
    before = imported(History(), listed()).history
    outcome = imported(before, listed(valid_to=date(2026, 12, 31)))
    assert [(found.change, found.until) for found in outcome.differences] == [
        (Change.CHANGED, date(2026, 12, 31))
    ]
    assert procedures(outcome.history).codes(date(2027, 1, 1)) == ()
    ended = imported(before, listed(valid_to=date(2026, 11, 1)), day=date(2026, 12, 1))
    assert [found.change for found in ended.differences] == [Change.REMOVED]
    assert procedures(ended.history).codes(date(2026, 11, 30)) == ("1.999001",)


def test_two_versions_in_one_file_follow_each_other() -> None:
    entries = (listed(valid_from=date(2026, 1, 1)), listed("1.999001", FORM, valid_from=date(2027, 1, 1)))
    history = imported(History(), *entries).history
    assert [(kept.first, kept.last) for kept in history.versions["1.999001"]] == [
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), None),
    ]
    assert imported(history, *entries, day=date(2026, 12, 5)).differences == ()


def test_a_plan_for_tomorrow_may_be_taken_back() -> None:
    before = imported(History(), listed(valid_from=date(2027, 1, 1))).history
    outcome = imported(before, listed("1.999002"), whole=True)
    assert {found.change for found in outcome.differences} == {Change.ADDED, Change.REMOVED}
    assert list(outcome.history.versions) == ["1.999002"]


def test_a_table_speaks_before_the_catalogue_and_ends_with_it() -> None:
    entry = listed("1.001193", BIRTH, name="Tên trong danh mục", valid_to=date(2026, 12, 31))
    found = procedures(imported(History(), entry).history, TABLES)
    assert found.on("1.001193", DAY) is not None
    assert found.on("1.001193", DAY).name_vi == "Đăng ký khai sinh"
    assert found.on("1.001193", date(2026, 12, 31)).valid_to == date(2026, 12, 31)
    assert "1.001193" not in found.codes(date(2027, 1, 1))
    assert len(found.versions) == len(list(found.versions)) == len(TABLES.versions)


@pytest.mark.parametrize(
    ("component", "anew", "types", "unmapped"),
    [
        (ListedComponent("1", "Giấy khai sinh"), Anew.NO, ("birth_certificate",), False),
        (ListedComponent("1", "GIẤY  CHỨNG SINH"), Anew.SINGLE_USE, ("live_birth_notice",), False),
        (ListedComponent("1", "Tờ khai cấp thẻ"), Anew.FORM, (), False),
        (ListedComponent("1", "Đơn đề nghị"), Anew.FORM, (), False),
        (ListedComponent("1", "Giấy tờ khác"), Anew.NO, (), True),
        (ListedComponent("1", "X", (), ("KQ.G15.000032",)), Anew.NO, ("marriage_certificate",), False),
        (ListedComponent("1", "X", (), ("KQ.G01.000001",)), Anew.NO, (), False),
        (ListedComponent("1", "Tờ khai", ("decision",)), Anew.NO, ("decision",), False),
    ],
)
def test_a_listed_component_becomes_a_careful_rule(
    component: ListedComponent, anew: Anew, types: tuple[str, ...], unmapped: bool
) -> None:
    rules = ComponentRules(PAPERS)
    kept = Kept(first=DAY, last=None, edition="1", listed=listed("1.999001", component))
    (rule,) = rules.procedure(kept).components
    assert (rule.anew, rule.types, rule.unmapped) == (anew, types, unmapped)
    assert rules.is_mapped(component) is not unmapped
    assert not rule.verified
    assert rule.read_by_person == (types == ("decision",))


def test_what_the_law_switched_off_is_off_in_the_catalogue_too() -> None:
    kept = Kept(
        first=DAY,
        last=None,
        edition="1",
        listed=listed("1.999001", ListedComponent("1", "Phiếu lý lịch tư pháp")),
    )
    (rule,) = ComponentRules(PAPERS).procedure(kept).components
    assert rule.switched_off(date(2026, 7, 1))
    assert rule.dossier_wanted


@pytest.mark.parametrize(
    "text", ["", "{}", '{"format": 2}', "[", '{"format":1,"editions":[1],"procedures":{}}']
)
def test_a_damaged_catalogue_is_told_with_its_file(text: str) -> None:
    with pytest.raises(RulebookError, match=r"national\.json"):
        from_json(text, item="national.json")


COMPONENTS = st.lists(
    st.sampled_from([BIRTH, FORM, ListedComponent("A3", "Ảnh")]), unique=True, max_size=3
).map(tuple)
OFFSETS = st.none() | st.integers(-40, 90).map(lambda days: DAY + timedelta(days=days))


@st.composite
def editions(draw: st.DrawFn) -> tuple[tuple[Listed, ...], bool]:
    found = {}
    for code in draw(st.lists(st.sampled_from(["1.999001", "1.999002", "1.999003"]), max_size=4)):
        first, last = draw(OFFSETS), draw(OFFSETS)
        if first is not None and last is not None and last < first:
            first, last = last, first
        entry = Listed(
            code=code,
            name_vi=draw(st.sampled_from(["A", "B"])),
            valid_from=first,
            valid_to=last,
            components=draw(COMPONENTS),
        )
        found[code, first] = entry
    ordered = sorted(found.values(), key=lambda entry: (entry.code, entry.valid_from or date.min))
    return tuple(ordered), draw(st.booleans())


@given(st.lists(editions(), min_size=1, max_size=4), st.integers(0, 30))
def test_no_edition_changes_a_day_before_it_counts_and_each_twice_is_once(
    imports: list[tuple[tuple[Listed, ...], bool]], step: int
) -> None:
    history, day = History(), DAY
    for number, (entries, whole) in enumerate(imports):
        outcome = imported(history, *entries, day=day, whole=whole, name=str(number))
        for code, kept in history.versions.items():
            for back in range(1, 45):
                before = _on(kept, day - timedelta(days=back))
                after = _on(outcome.history.versions.get(code, ()), day - timedelta(days=back))
                assert before in {None, after}
        for versions in outcome.history.versions.values():
            for one, other in pairwise(versions):
                assert one.last is not None
                assert one.last < other.first
        again = imported(outcome.history, *entries, day=day, whole=whole, name="again")
        assert again.history is outcome.history
        kept_text = to_json(outcome.history)
        assert to_json(from_json(kept_text, item="national.json")) == kept_text
        history, day = outcome.history, day + timedelta(days=step)


def _on(kept: tuple[Kept, ...], day: date) -> Listed | None:
    return next((one.listed for one in kept if one.in_force(day)), None)
