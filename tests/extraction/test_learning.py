"""Which printed words a correction teaches, and that nothing else leaves the paper. People are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.document import understand_paper
from extraction.learning import LabelCandidate, find_label
from rulebook.paper_spec import Papers
from rulebook.papers import load_papers
from tests.extraction.writing import Piece, centred, page

HEAD: list[Piece | list[Piece]] = [centred("BỆNH VIỆN ĐA KHOA MẪU"), "", centred("GIẤY KHÁM SỨC KHỎE"), ""]
PAPERS = load_papers()
NAME, BORN, NUMBER = "Lý Thị Mẩy", "1990-03-02", "010190000017"
REST: list[Piece | list[Piece]] = [
    "Ngày sinh: 02/03/1990",
    "Giới tính: Nữ",
    "Số định danh cá nhân: 010190000017",
    "Kết luận: Đủ sức khỏe làm việc",
]


def _taught(
    papers: Papers,
    rows: list[Piece | list[Piece]],
    *,
    name: str = "full_name",
    value: str = NAME,
    others: tuple[str, ...] = (),
    type_: str = "health_certificate",
) -> str:
    found = find_label([page(rows)], papers.spec(type_), name, value=value, others=others)
    return found.printed if found else ""


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ("Người được khám: LÝ THỊ MẨY", "Người được khám"),
        ("1. Người được khám: Lý Thị Mẩy", "Người được khám"),
        ("a) Người được khám: Lý Thị Mẩy", "Người được khám"),
        ("- Người được khám Lý Thị Mẩy", "Người được khám"),
        ("Người được khám: ……… Lý Thị Mẩy", "Người được khám"),
        ("Khoa khám bệnh; người được khám: Lý Thị Mẩy", "người được khám"),
        ("Giới: Nữ người được khám: Lý Thị Mẩy", ""),
        ([(100, "Người được khám"), (300, "LÝ THỊ MẨY")], "Người được khám"),
        ([(100, "Khoa Nội"), (500, "Người được khám: Lý Thị Mẩy")], "Người được khám"),
        ("Người được khám: Lỷ Thị Mẩy", "Người được khám"),
    ],
)
def test_the_words_before_a_value_on_its_row_are_taught(
    papers: Papers, row: Piece | list[Piece], label: str
) -> None:
    others = ("Nữ", BORN, "02/03/1990", NUMBER)
    assert _taught(papers, [*HEAD, row, *REST], others=others) == label


def test_the_words_above_a_value_are_taught_where_it_opens_its_row(papers: Papers) -> None:
    assert _taught(papers, [*HEAD, "Người được khám", "LÝ THỊ MẨY", "", *REST]) == "Người được khám"


@pytest.mark.parametrize(
    ("name", "value", "row", "label"),
    [
        ("date_of_birth", BORN, "Chào đời: 02/03/1990", "Chào đời"),
        ("date_of_birth", BORN, "Chào đời: ngày 2 tháng 3 năm 1990", "Chào đời"),
        ("date_of_birth", BORN, "Chào đời ngày 02 tháng 03 năm 1990", "Chào đời ngày"),
        ("date_of_birth", BORN, "Chào đời: 02 - 3 - 1990", "Chào đời"),
        ("date_of_birth", BORN, "Chào đời: 02/04/1990", ""),
        ("sex", "female", "Phái: Nữ", "Phái"),
        ("sex", "male", "Phái: năm", ""),
        ("personal_id", NUMBER, "Mã công dân: 010 190 000 017", "Mã công dân"),
        ("personal_id", NUMBER, "Mã công dân: 010190000011", "Mã công dân"),
        ("personal_id", NUMBER, "Mã công dân: 010190000022", ""),
        ("conclusion", "Đủ sức khỏe làm việc trên cao và nơi kín", "Nhận định của bác sĩ: Đủ sức khỏe làm",
         "Nhận định của bác sĩ"),
    ],
)  # fmt: skip
def test_a_value_is_found_however_the_paper_writes_it(
    papers: Papers, name: str, value: str, row: str, label: str
) -> None:
    assert _taught(papers, [*HEAD, row], name=name, value=value) == label


@pytest.mark.parametrize(
    "row",
    [
        "Họ và tên: LÝ THỊ MẨY",
        "Họ vá tén: LÝ THỊ MẨY",
        "Họ và tên / Name in full: LÝ THỊ MẨY",
        "Họ, chữ: LÝ THỊ MẨY",
        "Người được khám số 4: Lý Thị Mẩy",
        "Con của Vàng Thị Sua: Lý Thị Mẩy",
        "VÀNG THỊ SUA và LÝ THỊ MẨY",
        "Mẩy tên gọi khác là: Lý Thị Mẩy",
        "Lý Thị Mẩy",
        "Tôi xin cam đoan những lời khai trên đây là của người: Lý Thị Mẩy",
        "A: Lý Thị Mẩy",
        "GIẤY KHÁM SỨC KHỎE Lý Thị Mẩy",
    ],
)
def test_known_labels_numbers_names_and_sentences_are_not_taught(papers: Papers, row: str) -> None:
    assert _taught(papers, [*HEAD, row]) == ""


def test_what_was_filled_in_elsewhere_is_never_taught(papers: Papers) -> None:
    rows = [*HEAD, "Bản Tả Phìn người khám: Lý Thị Mẩy"]
    assert _taught(papers, rows) == "Bản Tả Phìn người khám"
    assert _taught(papers, rows, others=("Tả Phìn",)) == ""
    assert _taught(papers, rows, others=("Xã Tả Phìn, tỉnh Lào Cai",)) == ""


def test_words_that_a_name_or_an_address_shares_with_a_form_are_not_taught(papers: Papers) -> None:
    rows = [*HEAD, "Người Hoa được khám: Lý Thị Mẩy"]
    assert _taught(papers, rows, others=("Vàng Thị Hoa",)) == ""
    assert _taught(papers, rows, others=("ỦY BAN NHÂN DÂN XÃ HOA LƯ",)) == "Người Hoa được khám"


def test_a_value_that_stands_behind_the_label_of_another_field_too_teaches_its_own_words(
    papers: Papers,
) -> None:
    rows: list[Piece | list[Piece]] = [
        centred("XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ"),
        "",
        "Nơi ở hiện tại: Thôn Sẻ Chải, xã Tả Củ Tỷ",
        "Chỗ ở lâu dài: Thôn Sẻ Chải, xã Tả Củ Tỷ",
    ]
    label = _taught(
        papers,
        rows,
        name="permanent_residence",
        value="Thôn Sẻ Chải, xã Tả Củ Tỷ",
        type_="residence_confirmation",
    )
    assert label == "Chỗ ở lâu dài"


def test_two_places_with_different_words_teach_nothing(papers: Papers) -> None:
    rows = [*HEAD, "Người được khám: Lý Thị Mẩy", "Người nhận giấy: Lý Thị Mẩy"]
    assert _taught(papers, rows) == ""


def test_the_name_under_a_signature_does_not_outweigh_the_row_of_the_form(papers: Papers) -> None:
    rows = [*HEAD, "Người được khám: Lý Thị Mẩy", "", (700, "Người khai"), (690, "Lý Thị Mẩy")]
    assert _taught(papers, rows) == "Người được khám"


def test_words_read_badly_are_not_taught(papers: Papers) -> None:
    made = page([*HEAD, "Người được khám: Lý Thị Mẩy"], confidence=0.4)
    assert find_label([made], papers.spec("health_certificate"), "full_name", value=NAME, others=()) is None


@pytest.mark.parametrize(
    ("type_", "name"),
    [("unknown", "full_name"), ("health_certificate", "document_number"), ("health_certificate", "no_field")],
)
def test_fields_that_no_label_leads_to_are_not_taught(papers: Papers, type_: str, name: str) -> None:
    rows = [*HEAD, "Người được khám: Lý Thị Mẩy"]
    assert _taught(papers, rows, type_=type_, name=name) == ""


def test_a_value_that_is_not_on_the_paper_teaches_nothing(papers: Papers) -> None:
    assert _taught(papers, [*HEAD, "Người được khám: Vàng Thị Sua"]) == ""
    assert _taught(papers, [*HEAD, "Người được khám: Lý Thị Mẩy"], value="") == ""
    assert _taught(papers, []) == ""


@given(
    st.lists(
        st.sampled_from(["Lý", "Thị", "Mẩy", "02", "Tên", "của", "trẻ", ":", "Nguyễn", "An", "x1"]),
        max_size=9,
    )
)
def test_no_candidate_ever_holds_a_digit_or_the_value(words: list[str]) -> None:
    found = find_label(
        [page([*HEAD, " ".join([*words, "Lý Thị Mẩy"])])],
        PAPERS.spec("health_certificate"),
        "full_name",
        value=NAME,
        others=("Nguyễn An",),
    )
    if found is not None:
        assert not any(mark.isdigit() for mark in found.printed)
        assert {"Lý", "Mẩy", "Nguyễn", "An"} & set(found.printed.split()) == set()
        assert len(found.printed.split()) <= 8


def test_with_the_label_taught_the_field_is_read(papers: Papers) -> None:
    rows = [*HEAD, "Người được khám: LÝ THỊ MẨY", *REST]
    understood = understand_paper([page(rows)], papers, type_="health_certificate")
    assert "full_name" in understood.questions
    found = find_label([page(rows)], papers.spec("health_certificate"), "full_name", value=NAME, others=())
    assert found == LabelCandidate(key="nguoiduockham", printed="Người được khám")
