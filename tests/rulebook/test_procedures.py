"""The procedure tables of the package, and what becomes of a wrong one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dossier.errors import ProcedureUnknownError, RulebookError
from dossier.trust import Trust
from rulebook.procedure_tables import load_procedures
from rulebook.procedures import Anew, DataMode, Handling, Whose
from rulebook.vocabulary import VOCABULARY

# The high-volume procedures (domain of the one-stop shop, 2026).
CODES = (
    *("1.000656", "1.000689", "1.000894", "1.001193", "1.001266", "1.001612", "1.001699", "1.001776"),
    *("1.002755", "1.004194", "1.004222", "1.004873", "1.004884", "1.012753", "1.013225", "1.013226"),
    *("1.013227", "1.013228", "1.013978", "1.014027", "2.000575", "2.000635", "2.000720", "2.000815"),
    *("2.000884", "2.000908", "2.000986", "2.001035", "2.001263"),
)
SAMPLE_TYPES = {
    "birth_certificate",
    "marriage_certificate",
    "marital_status_certificate",
    "decision",
    "residence_confirmation",
    "household_business_certificate",
    "land_certificate",
    "identity_card",
}
HEAD = """code = "1.001193"
name_vi = "Thủ tục thử"

[[version]]
valid_from = 2025-07-01
source = "Căn cứ thử"

[[version.component]]
code = "A-01"
name_vi = "Giấy thử"
source = "Căn cứ thử"
types = ["birth_certificate"]
"""


def wrong(folder: Path, text: str, *, name: str = "1.001193.toml") -> tuple[int, str]:
    """Line and reason of the error a table stops the start with."""
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_procedures(VOCABULARY, tables=folder)
    assert caught.value.item == name
    return int(caught.value.details["line"]), str(caught.value.details["reason"])


def test_the_high_volume_procedures_are_in_force_and_use_all_sample_types() -> None:
    found = load_procedures(VOCABULARY)
    assert found.codes(date(2026, 11, 20)) == CODES
    used = {
        name
        for versions in found.versions.values()
        for version in versions
        for component in version.components
        for name in component.types
    }
    assert used >= SAMPLE_TYPES


def test_every_component_has_a_code_of_its_own_a_source_and_a_name() -> None:
    for versions in load_procedures(VOCABULARY).versions.values():
        for version in versions:
            codes = [component.code for component in version.components]
            assert len(set(codes)) == len(codes)
            assert all(component.name_vi and component.source for component in version.components)
            assert all(entry.source for component in version.components for entry in component.data)


def test_components_of_identity_papers_are_guarded_and_covered_by_the_population_database() -> None:
    found = load_procedures(VOCABULARY)
    cards = [
        component
        for code in CODES
        for component in found.on(code, date(2026, 11, 20)).components
        if "identity_card" in component.types
    ]
    assert len(cards) > 20
    for component in cards:
        assert component.dossier_wanted
        assert component.replaced_by(date(2025, 12, 31)) is None
        covered = component.replaced_by(date(2026, 1, 1))
        assert covered is not None
        assert (covered.code, covered.verified) == ("population", True)
        assert component.replaced_by(date(2026, 1, 1), unreadable={"population"}) is None


def test_what_was_not_read_in_its_source_is_marked_and_says_so() -> None:
    versions = [version for found in load_procedures(VOCABULARY).versions.values() for version in found]
    components = [component for version in versions for component in version.components]
    assert {component.verified for component in components} == {True, False}
    assert all(
        "chưa đối chiếu" in version.limit.source
        for version in versions
        if version.limit and not version.limit.verified
    )
    assert sum(version.unverified for version in versions) > 0


def test_a_criminal_record_certificate_is_switched_off_everywhere_from_the_day_of_the_law() -> None:
    found = load_procedures(VOCABULARY)
    wanted = [
        component
        for code in CODES
        for component in found.on(code, date(2026, 11, 20)).components
        if "criminal_record_certificate" in component.types
    ]
    assert [component.code for component in wanted] == ["NCN-03"]
    assert [wanted[0].switched_off(date(2026, *day)) for day in ((6, 30), (7, 1))] == [False, True]
    assert wanted[0].not_required_unless_vi == "luật hoặc nghị định quy định phải nộp"


def office(folder: Path, text: str) -> Path:
    (folder / "procedures").mkdir()
    (folder / "procedures" / "1.001193.toml").write_text(text, encoding="utf-8")
    return folder


def test_an_offices_table_speaks_from_its_first_day_and_not_before(tmp_path: Path) -> None:
    text = HEAD.replace("valid_from = 2025-07-01", "valid_from = 2027-03-01")
    found = load_procedures(VOCABULARY, office=office(tmp_path, text))
    before, after = (found.on("1.001193", date(2027, *day)) for day in ((2, 28), (3, 1)))
    assert (before.name_vi, before.valid_to, after.name_vi) == (
        "Đăng ký khai sinh",
        date(2027, 2, 28),
        "Thủ tục thử",
    )
    assert found.on("1.000894", date(2027, 3, 1)) == load_procedures(VOCABULARY).on(
        "1.000894", date(2027, 3, 1)
    )


def test_an_offices_table_from_the_first_day_takes_the_place_of_the_projects(tmp_path: Path) -> None:
    found = load_procedures(VOCABULARY, office=office(tmp_path, HEAD))
    assert [version.name_vi for version in found.versions["1.001193"]] == ["Thủ tục thử"]


def test_a_wrong_table_of_the_office_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as caught:
        load_procedures(VOCABULARY, office=office(tmp_path, HEAD.replace("types", "typos")))
    assert (caught.value.item, caught.value.details["line"]) == ("1.001193.toml", 12)


def test_the_day_of_reception_picks_the_version_both_ends_included() -> None:
    found = load_procedures(VOCABULARY)
    old, new = found.versions["1.004222"]
    assert found.on("1.004222", date(2025, 7, 1)) is old
    assert found.on("1.004222", date(2025, 12, 31)) is old
    assert found.on("1.004222", date(2026, 1, 1)) is new


@pytest.mark.parametrize(
    ("code", "day"), [("1.001193", date(2025, 6, 30)), ("9.999999", date(2026, 1, 1)), ("", date(2026, 1, 1))]
)
def test_a_procedure_that_is_not_in_force_is_an_error_that_names_the_day(code: str, day: date) -> None:
    with pytest.raises(ProcedureUnknownError) as caught:
        load_procedures(VOCABULARY).on(code, day)
    assert f"{day:%d/%m/%Y}" in caught.value.sentence()
    assert code not in load_procedures(VOCABULARY).codes(day)


def test_a_silent_table_gets_the_careful_way(tmp_path: Path) -> None:
    (tmp_path / "1.001193.toml").write_text(HEAD, encoding="utf-8")
    (component,) = load_procedures(VOCABULARY, tables=tmp_path).on("1.001193", date(2025, 7, 1)).components
    assert (component.status_check, component.unknown_term) == (Handling.PERSON, Handling.ASK)
    assert (component.trust, component.whose, component.anew) == (Trust.T5, (Whose.APPLICANT,), Anew.NO)
    assert not component.switched_off(date(2030, 1, 1))


def test_switch_off_and_databases_are_read_as_dates(tmp_path: Path) -> None:
    text = (
        HEAD
        + 'not_required_since = 2026-07-01\n[[version.component.data]]\ncode = "x"\ndatabase = "X"\n'
        + 'since = 2026-01-01\nmode = "look_first"\nsource = "S"\n'
    )
    (tmp_path / "1.001193.toml").write_text(text, encoding="utf-8")
    (component,) = load_procedures(VOCABULARY, tables=tmp_path).on("1.001193", date(2025, 7, 1)).components
    assert [component.switched_off(date(2026, month, 1)) for month in (6, 7)] == [False, True]
    assert component.data[0].mode is DataMode.LOOK_FIRST
    assert component.replaced_by(date(2026, 2, 1)) is None


@pytest.mark.parametrize(
    ("before", "after", "line", "reason"),
    [
        ('name_vi = "Giấy thử"\n', "", 8, "name_vi: thiếu"),
        ('name_vi = "Giấy thử"', 'name_vi = " "', 10, "name_vi: rỗng"),
        ('types = ["birth_certificate"]', 'typos = ["birth_certificate"]', 12, "typos: không biết khóa này"),
        ('"birth_certificate"', '"birth_paper"', 12, "types: không có loại giấy tờ birth_paper"),
        ('types = ["birth_certificate"]', "types = 3", 12, "types: cần danh sách chữ"),
        ('types = ["birth_certificate"]', "", 8, "types: thiếu"),
        ("valid_from = 2025-07-01", 'valid_from = "2025-07-01"', 5, "valid_from: cần ngày YYYY-MM-DD"),
        ("valid_from = 2025-07-01\n", "", 4, "valid_from: thiếu"),
        (
            "valid_from = 2025-07-01",
            "valid_from = 2025-07-01\nvalid_to = 2025-06-30",
            6,
            "valid_to: trước ngày bắt đầu",
        ),
        ('code = "1.001193"', 'code = "1.001194"', 1, "code: khác tên tệp"),
        ('code = "1.001193"', 'code = "KS"', 1, "code: không phải mã thủ tục"),
        ('code = "A-01"', f'code = "{"A" * 51}"', 9, "code: dài quá 50 ký tự"),
    ],
)
def test_a_wrong_table_stops_the_start_with_file_and_line(
    tmp_path: Path, before: str, after: str, line: int, reason: str
) -> None:
    assert before in HEAD
    assert wrong(tmp_path, HEAD.replace(before, after, 1)) == (line, reason)


@pytest.mark.parametrize(
    ("more", "line", "reason"),
    [
        ('trust = "T7"', 13, "trust: cần T1 đến T6"),
        ('whose = ["uncle"]', 13, "whose: 'uncle' is not a valid Whose"),
        ('scope = "moon"', 13, "scope: không có giá trị moon"),
        ('anew = "form"', 13, "anew: biểu mẫu điền mới không có giấy tờ thay thế"),
        ('unknown_term = "accept"', 13, "unknown_term: chưa rõ thời hạn thì không được coi là còn hiệu lực"),
        ('condition_fact = "x"', 13, "condition_fact: cần đủ condition_fact và condition_vi"),
        ("newest_wins = 1", 13, "newest_wins: cần bool"),
        ('[[version.component.data]]\ncode = "x"', 13, "since: thiếu"),
        ("unmapped = true", 13, "unmapped: chỉ khi chưa nêu loại giấy tờ nào"),
        ('not_required_unless_vi = "x"', 13, "not_required_unless_vi: cần not_required_since"),
        ("verified = 1", 13, "verified: cần bool"),
        ('[[version.limit]]\nsource = "S"\namount = 0', 15, "amount: cần số từ 1 đến 3660"),
        ('[[version.limit]]\nsource = "S"\ncut_off = "3 pm"', 15, 'cut_off: cần giờ dạng "15:00"'),
        ('[[version.limit]]\nsource = "S"\n[[version.limit]]\nsource = "S"', 13, "limit: chỉ một thời hạn"),
        (
            '[[version.component.stated_purpose]]\ntype = "birth_certificate"\nsource = "S"\nwords = []',
            16,
            "words: thiếu",
        ),
        (
            '[[version.component.stated_purpose]]\ntype = "decision"\nsource = "S"\nwords = ["x"]',
            13,
            "stated_purpose: loại giấy tờ lặp lại hoặc không thuộc thành phần",
        ),
        (
            '[[version.component]]\ncode = "A-01"\nname_vi = "B"\nsource = "S"\ntypes = ["decision"]',
            14,
            "code: trùng mã thành phần",
        ),
        (
            '[[version.component]]\nname_vi = "B"\nsource = "S"\ntypes = ["decision"]',
            13,
            "code: thiếu",
        ),
    ],
)
def test_a_wrong_line_added_is_named(tmp_path: Path, more: str, line: int, reason: str) -> None:
    assert wrong(tmp_path, HEAD + more + "\n") == (line, reason)


@pytest.mark.parametrize("end", ["", "valid_to = 2026-01-01\n"])
def test_versions_must_not_overlap(tmp_path: Path, end: str) -> None:
    first = HEAD.replace("valid_from = 2025-07-01\n", f"valid_from = 2025-07-01\n{end}")
    second = HEAD[HEAD.index("[[version]]") :].replace("2025-07-01", "2026-01-01")
    line, reason = wrong(tmp_path, first + second)
    assert reason == "valid_from: trùng thời gian với phiên bản trước"
    assert (first + second).splitlines()[line - 1] == "valid_from = 2026-01-01"


def test_a_file_that_is_not_toml_is_named_with_the_parsers_line(tmp_path: Path) -> None:
    line, _ = wrong(tmp_path, 'code = "1.001193"\nname_vi = \n')
    assert line == 2


def test_a_procedure_without_a_version_is_wrong(tmp_path: Path) -> None:
    assert wrong(tmp_path, 'code = "1.001193"\nname_vi = "X"\n') == (1, "version: thiếu")
