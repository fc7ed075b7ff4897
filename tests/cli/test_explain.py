"""What people read of a paper that was understood."""

from __future__ import annotations

import pytest

from cli.explain import as_written, note, paper_lines
from dossier.errors import Lang
from dossier.fields import Evidence, Field
from dossier.geometry import Box
from dossier.text import Finding
from extraction.document import Understood
from rulebook.papers import load_papers

SPEC = load_papers().spec("identity_card")


def field(name: str, value: str, *, confidence: float = 0.99, **more: object) -> Field:
    made = {"printed": value, "page": 1, "box": Box(0, 0, 9, 9), **more}
    return Field(name=name, value=value, confidence=confidence, **made)  # type: ignore[arg-type]


def lines(*fields: Field, questions: tuple[str, ...] = (), lang: Lang = "vi", **more: object) -> list[str]:
    frame = {"type": "identity_card", "type_confidence": 0.99, "pages": (1,), "findings": (), **more}
    paper = Understood(fields=fields, questions=questions, parties=(), **frame)  # type: ignore[arg-type]
    return list(paper_lines(paper, SPEC, name="a.jpg", lang=lang))


def test_a_sure_field_is_shown_without_a_mark() -> None:
    assert lines(field("full_name", "Nguyễn Thị Ví Dụ"))[1:] == [
        "  Họ, chữ đệm và tên khai sinh: Nguyễn Thị Ví Dụ (99%)"
    ]


def test_doubt_is_told_with_what_may_have_been_meant() -> None:
    doubtful = field("nationality", "Việt Nan", confidence=0.41, suggestion="Việt Nam")
    assert lines(doubtful, questions=("nationality",))[1:] == [
        "  Quốc tịch: Việt Nan (41%)  ← cần người xem: đọc chưa chắc; có thể là: Việt Nam"
    ]


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("vi", "← cần người xem: Mã QR khác chữ in; trên giấy in: 15/01/1990"),
        ("en", "← to check: the code's value; the print says something else; the paper prints: 15/01/1990"),
    ],
)
def test_a_contradiction_is_told_with_both_values(lang: Lang, told: str) -> None:
    born = field(
        "date_of_birth",
        "1991-01-15",
        printed="15/01/1990",
        evidence=Evidence.QR,
        reasons=("qr.print_conflict", "id.year_agrees"),
    )
    (line,) = lines(born, questions=("date_of_birth",), lang=lang)[1:]
    assert line.endswith(told)
    assert "15/01/1991" in line


def test_a_missing_field_is_told_only_where_it_is_asked() -> None:
    assert lines(questions=("sex",))[1:] == ["  Giới tính: —  ← cần người xem: không có hoặc không đọc được"]


def test_what_a_scan_says_stays_on_one_short_line_and_steers_no_terminal() -> None:
    (line,) = lines(field("residence", "Tổ 4\n\x1b[31m" + "x" * 5000))[1:]
    assert "\n" not in line
    assert "\x1b" not in line
    assert len(line) < 250


def test_pages_that_follow_each_other_are_a_range() -> None:
    assert lines(pages=(3, 4, 5))[0].endswith(", tr. 3–5")
    assert lines(pages=(3, 7))[0].endswith(", tr. 3, 7")


def test_a_finding_nobody_knows_shows_its_code_and_one_about_the_batch_no_page() -> None:
    assert note(Finding("page.new_code", 2), "vi") == "tr. 2: page.new_code"
    assert note(Finding("batch.pages_differ", 0), "vi").startswith("cả lần đưa vào: Số trang")


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        ("2019-06-21", "date", "21/06/2019"),
        ("1950", "date", "1950"),
        ("male", "sex", "Nam"),
        ("female", "sex", "Nữ"),
        ("male", "text", "male"),
    ],
)
def test_values_stand_as_people_write_them(value: str, kind: str, written: str) -> None:
    assert as_written(value, kind) == written
