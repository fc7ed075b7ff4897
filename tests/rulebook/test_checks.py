"""What is wrong beyond the grammar of a table, and that all of it is told."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import pytest

from dossier.errors import ArgumentError, InputNotFoundError, RulebookError
from rulebook.papers import check_papers, load_papers
from rulebook.problems import Severity
from rulebook.whole import check_folder, check_rulebook
from tests.rulebook.tables import LIBRARY_CARD, office

VALIDITY = LIBRARY_CARD[LIBRARY_CARD.index("[[validity]]") : LIBRARY_CARD.index("[[party]]")]


def _codes(folder: Path, text: str) -> list[tuple[str, Severity]]:
    return [
        (problem.code, problem.severity)
        for problem in check_papers(office=office(folder, card=text)).problems
        if problem.source.name == "card.toml"
    ]


def _validity(*rules: str) -> str:
    return LIBRARY_CARD.replace(
        VALIDITY, "".join(f'[[validity]]\nkind = "unlimited"\narticle = "Mẫu"\n{rule}\n\n' for rule in rules)
    )


def test_the_tables_of_the_project_have_nothing_wrong() -> None:
    checked = check_rulebook(None)
    assert [problem for problem in checked.problems if problem.severity is Severity.ERROR] == []
    assert checked.tables >= 34


def test_every_problem_of_every_table_is_told_with_its_line(tmp_path: Path) -> None:
    first = LIBRARY_CARD.replace('kind = "code"', 'kind = "cod"').replace('label_vi = "Số thẻ"\n', "")
    second = (
        LIBRARY_CARD.replace('"library_card"', '"reader_pass"')
        .replace("THẺ", "GIẤY")
        .replace('role = "owner"', 'role = "boss"')
    )
    found = check_papers(office=office(tmp_path / "o", a=first, b=second, c="type = [")).problems
    told = [(problem.source.name, problem.line) for problem in found if problem.severity is Severity.ERROR]
    assert told == [("a.toml", 20), ("a.toml", 22), ("b.toml", 15), ("c.toml", 1)]


def test_one_label_for_two_fields_of_a_block_is_wrong(tmp_path: Path) -> None:
    twice = LIBRARY_CARD.replace('labels = ["Số định danh cá nhân"]', 'labels = ["SỐ THE"]').replace(
        'kind = "personal_id"\nlabels', 'kind = "code"\nlabels'
    )
    assert _codes(tmp_path / "o", twice) == [("rules.label_ambiguous", Severity.ERROR)]


def test_one_label_for_two_kinds_is_right_because_a_line_may_say_both(tmp_path: Path) -> None:
    twice = LIBRARY_CARD.replace('labels = ["Giá trị đến ngày"]', 'labels = ["Số thẻ"]')
    assert _codes(tmp_path / "o", twice) == []


def test_an_opening_and_the_whole_label_are_two_labels(tmp_path: Path) -> None:
    opened = LIBRARY_CARD.replace('labels = ["Số định danh cá nhân"]', 'labels = ["Số thẻ …"]').replace(
        'kind = "personal_id"\nlabels', 'kind = "code"\nlabels'
    )
    assert _codes(tmp_path / "o", opened) == []


def test_a_label_written_twice_is_a_note_and_does_not_stop_the_start(tmp_path: Path) -> None:
    twice = LIBRARY_CARD.replace('labels = ["Số thẻ"]', 'labels = ["Số thẻ", "SỐ THẺ:"]')
    assert _codes(tmp_path / "a", twice) == [("rules.label_repeated", Severity.NOTE)]
    assert load_papers(office=office(tmp_path / "b", card=twice)).knows("library_card")


def test_a_title_of_another_type_is_wrong(tmp_path: Path) -> None:
    text = LIBRARY_CARD.replace('titles = ["THẺ THƯ VIỆN"', 'titles = ["Giấy khai sinh"')
    assert _codes(tmp_path / "o", text) == [("rules.title_collision", Severity.ERROR)]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (("since = 2020-01-01",), "rules.validity_gap"),
        (("until = 2020-01-01",), "rules.validity_gap"),
        (("until = 2020-01-01", "since = 2020-01-03"), "rules.validity_gap"),
        (("until = 2020-01-01", "since = 2020-01-01"), "rules.validity_overlap"),
        (("", ""), "rules.validity_overlap"),
        (('when = "card_number"',), "rules.validity_gap"),
        (("", 'when = "card_number"'), "rules.validity_overlap"),
        ((), "rules.validity_gap"),
    ],
)
def test_terms_with_holes_or_two_answers_are_wrong(tmp_path: Path, rules: tuple[str, ...], code: str) -> None:
    assert _codes(tmp_path / "o", _validity(*rules)) == [(code, Severity.ERROR)]


@pytest.mark.parametrize(
    "rules",
    [
        ("until = 2020-01-01", "since = 2020-01-02"),
        ("since = 2020-01-02", "until = 2020-01-01"),
        ('when = "card_number"\nvalues = ["A1"]', ""),
        ('when = "card_number"\nuntil = 2019-01-01', "until = 2020-01-01", "since = 2020-01-02"),
    ],
)
def test_terms_that_meet_day_by_day_are_right(tmp_path: Path, rules: tuple[str, ...]) -> None:
    assert _codes(tmp_path / "o", _validity(*rules)) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('number = "personal_id"', 'number = "expiry_date"', "rules.party_kind"),
        ('number = "personal_id"', 'number = "personal_id"\nbirth = "card_number"', "rules.party_kind"),
        ('labels = ["Số thẻ"]', 'labels = ["Số thẻ"]\nask_below = 1.5', "rules.threshold"),
        ('labels = ["Số thẻ"]', "labels = [\"Số thẻ\"]\npattern = '(a+)+'", "rules.pattern_unsafe"),
        ('labels = ["Số thẻ"]', 'labels = ["Số thẻ"]\nlabel = "x"', "rules.invalid"),
        ('source = "', 'result_code = "KQ.15"\nsource = "', "rules.result_code"),
        ('source = "', 'retention = { years = 500, article = "x" }\nsource = "', "rules.invalid"),
        ('source = "', 'retention = { year = 5, article = "x" }\nsource = "', "rules.invalid"),
        ('source = "', 'image_sensitivity = "secret"\nsource = "', "rules.invalid"),
    ],
)
def test_each_check_has_its_code(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert (code, Severity.ERROR) in _codes(tmp_path / "o", LIBRARY_CARD.replace(old, new, 1))


def test_what_is_no_text_is_told_and_no_crash(tmp_path: Path) -> None:
    folder = office(tmp_path / "o")
    (folder / "papers" / "bad.toml").write_bytes(b'type = "x"\nsource = "\xff"\n')
    (folder / "papers" / "long.toml").write_bytes(b"#" * (600 * 1024))
    found = [
        (problem.source.name, problem.line)
        for problem in check_papers(office=folder).problems
        if problem.severity is Severity.ERROR
    ]
    assert found == [("bad.toml", 2), ("long.toml", 0)]


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ('type = "a"\ntype = "b"\n', 2, "đã ghi ở trên"),
        ("type = a\n", 1, "dấu ngoặc kép"),
        ('type = "a\n', 1, "TOML"),
        ("type\n", 1, "thiếu dấu ="),
        ("x = [1,", 1, "TOML"),
        ("x = 2026-02-30\n", 1, "ngày không có thật"),
        ("x = " + "9" * 5000, 0, "số quá dài"),
        ("x = " + "[" * 20000, 0, "lồng nhau quá sâu"),
    ],
)
def test_what_is_no_toml_is_told_in_vietnamese(tmp_path: Path, table: str, line: int, words: str) -> None:
    (problem,) = check_papers(office=office(tmp_path / "o", bad=table)).problems
    assert (problem.source.name, problem.line) == ("bad.toml", line)
    assert words in problem.message


def test_a_pipe_a_device_or_a_folder_named_like_a_table_is_told_and_not_waited_for(tmp_path: Path) -> None:
    papers = office(tmp_path / "o") / "papers"
    os.mkfifo(papers / "a.toml")
    (papers / "b.toml").symlink_to("/dev/zero")
    (papers / "c.toml").mkdir()
    (papers / "d.toml").symlink_to("nowhere")
    told = [(p.source.name, p.message) for p in check_papers(office=papers.parent).problems]
    assert told == [(f"{name}.toml", "không phải tệp thường") for name in "abcd"]


@pytest.mark.parametrize("period", ["months", "days"])
def test_a_term_longer_than_any_law_sets_is_refused(tmp_path: Path, period: str) -> None:
    rule = f'[[validity]]\nkind = "{period}"\nfield = "expiry_date"\narticle = "Mẫu"\n{period} = '
    (problem,) = check_papers(
        office=office(tmp_path / "long", card=LIBRARY_CARD.replace(VALIDITY, f"{rule}999999999\n"))
    ).problems
    assert problem.message == "kind: dài quá 100 năm"
    whole = office(tmp_path / "short", card=LIBRARY_CARD.replace(VALIDITY, f"{rule}120\n\n"))
    assert check_papers(office=whole).problems == ()


def test_files_that_look_like_tables_and_are_not_read_are_told(tmp_path: Path) -> None:
    folder = office(tmp_path / "o", card=LIBRARY_CARD)
    for name in ("beside.toml", "papers/card.toml.txt", "papers/CARD.TOML", "papers/new.toml.part"):
        (folder / name).write_text("x", encoding="utf-8")
    (folder / "papers" / "README.txt").write_text("x", encoding="utf-8")
    for problems in (check_folder(folder).problems, check_rulebook(folder).problems):
        told = [(problem.source.name, problem.severity) for problem in problems]
        assert sorted(told) == [
            ("CARD.TOML", Severity.NOTE), ("beside.toml", Severity.NOTE), ("card.toml.txt", Severity.NOTE),
        ]  # fmt: skip
        assert {problem.code for problem in problems} == {"rules.not_read"}


def test_tables_beside_thresholds_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "thresholds.toml").write_text("[default]\nother = 2.0\n", encoding="utf-8")
    wrong = LIBRARY_CARD.replace('label_vi = "Thẻ thư viện"\n', "")
    (tmp_path / "card.toml").write_text(wrong, encoding="utf-8")
    told = [(problem.source.name, problem.code) for problem in check_folder(tmp_path).problems]
    assert told == [("card.toml", "rules.invalid"), ("thresholds.toml", "rules.threshold")]


def test_a_folder_without_tables_is_worth_a_note_and_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "doc.txt").write_text("x", encoding="utf-8")
    (problem,) = check_folder(tmp_path).problems
    assert (problem.source, problem.code, problem.severity) == (tmp_path, "rules.no_tables", Severity.NOTE)
    with pytest.raises(ArgumentError, match="FOLDER"):
        check_folder(tmp_path / "doc.txt")


def test_a_table_saved_with_a_mark_before_it_is_read(tmp_path: Path) -> None:
    folder = office(tmp_path / "o")
    (folder / "papers" / "card.toml").write_bytes(b"\xef\xbb\xbf" + LIBRARY_CARD.encode())
    assert load_papers(office=folder).knows("library_card")


def test_a_folder_is_checked_before_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(LIBRARY_CARD.replace("article", "artikel"), encoding="utf-8")
    errors = [p for p in check_folder(tmp_path).problems if p.severity is Severity.ERROR]
    assert [problem.source.name for problem in errors] == ["card.toml", "card.toml"]
    whole = Path(str(files("rulebook"))) / "tables" / "papers"
    assert [p for p in check_folder(whole).problems if p.severity is Severity.ERROR] == []
    with pytest.raises(InputNotFoundError):
        check_folder(tmp_path / "nowhere")


def test_an_error_in_the_offices_table_stops_the_start(tmp_path: Path) -> None:
    folder = office(tmp_path / "o", card=_validity("since = 2020-01-01"))
    with pytest.raises(RulebookError) as caught:
        load_papers(office=folder)
    assert (caught.value.item, caught.value.details["line"]) == ("card.toml", 11)
