"""What a QR code and a machine-readable zone do to the fields that are printed beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dossier.fields import Evidence, Field
from dossier.geometry import Box
from dossier.text import Code, PageText
from extraction.document import understand_paper
from rulebook.paper_spec import Papers
from tests.extraction.papers import CARD_FRONT
from tests.extraction.writing import page

CODE = "001190123456|012345678|Nguyễn Thị Ví Dụ|15011990|Nữ|Tổ 4, phường Láng Hạ, Đống Đa, Hà Nội|10052021"
CODE_BOX = Box(800, 60, 900, 160)
PASSPORT = [
    "HỘ CHIẾU / PASSPORT",
    "Số hộ chiếu / Passport No: C8501235",
    "Họ và tên / Full name: NGUYỄN THỊ VÍ DỤ",
    "Ngày sinh / Date of birth: 15/01/1990",
    "Ngày cấp / Date of issue: 15/01/2020",
    "Có giá trị đến / Date of expiry: 15/01/2030",
    "P<VNMNGUYEN<<THI<VI<DU<<<<<<<<<<<<<<<<<<<<<<",
    "C8501234<1VNM9001158F3001156001190123456<<00",
]


def _card(text: str, *, printed: str = "001190123456", name: str = "NGUYỄN THỊ VÍ DỤ") -> PageText:
    rows = [
        row if not isinstance(row, tuple) else (row[0], row[1].replace("001190123456", printed))
        for row in CARD_FRONT
    ]
    rows = [(350, name) if row == (350, "NGUYỄN THỊ VÍ DỤ") else row for row in rows]
    return replace(page(rows), codes=(Code(text, "QRCode", CODE_BOX),))


def _fields(
    papers: Papers, read: PageText, type_: str = "identity_card"
) -> tuple[dict[str, Field], tuple[str, ...]]:
    paper = understand_paper([read], papers, type_=type_)
    return {field.name: field for field in paper.fields}, paper.questions


def test_a_code_that_agrees_makes_the_print_surer(papers: Papers) -> None:
    with_code, _ = _fields(papers, _card(CODE))
    without, _ = _fields(papers, _card("https://example.invalid"))
    assert with_code["full_name"].reasons[:1] == ("qr.agrees",)
    assert with_code["full_name"].evidence is Evidence.PRINT
    assert with_code["full_name"].confidence > without["full_name"].confidence
    assert "qr.agrees" in with_code["residence"].reasons


def test_print_that_is_nearly_the_code_is_corrected_and_what_is_printed_stays(papers: Papers) -> None:
    fields, questions = _fields(papers, _card(CODE, printed="001190123458", name="NGUYỄN THỊ VÍ DỰ"))
    number, name = fields["personal_id"], fields["full_name"]
    assert (number.value, number.printed) == ("001190123456", "001190123458")
    assert (name.value, name.printed) == ("Nguyễn Thị Ví Dụ", "NGUYỄN THỊ VÍ DỰ")
    assert "qr.corrected" in number.reasons
    assert "qr.corrected" in name.reasons
    assert number.evidence is name.evidence is Evidence.QR
    assert not {"personal_id", "full_name"} & set(questions)


def test_print_that_is_another_person_is_asked(papers: Papers) -> None:
    fields, questions = _fields(papers, _card(CODE, name="TRẦN VĂN KHÁC"))
    assert (fields["full_name"].value, fields["full_name"].printed) == ("Nguyễn Thị Ví Dụ", "TRẦN VĂN KHÁC")
    assert "qr.print_conflict" in fields["full_name"].reasons
    assert "full_name" in questions


@pytest.mark.parametrize(("printed", "asked"), [("001190123499", False), ("001190123999", True)])
def test_a_number_more_than_two_digits_off_is_another_number(
    papers: Papers, printed: str, *, asked: bool
) -> None:
    fields, questions = _fields(papers, _card(CODE, printed=printed))
    number = fields["personal_id"]
    assert (number.value, number.printed) == ("001190123456", printed)
    assert ("qr.print_conflict" in number.reasons) is asked
    assert ("personal_id" in questions) is asked


def test_what_is_only_in_the_code_is_a_field_that_stands_there(papers: Papers) -> None:
    fields, _ = _fields(papers, _card(CODE))
    assert fields["old_identity_number"].value == "012345678"
    assert fields["old_identity_number"].box == CODE_BOX
    assert fields["old_identity_number"].evidence is Evidence.QR


def test_a_code_that_contradicts_itself_changes_nothing(papers: Papers) -> None:
    broken, _ = _fields(papers, _card(CODE.replace("|Nữ|", "|Nam|")))
    none, _ = _fields(papers, _card(""))
    assert broken == none


def test_the_zone_of_a_passport_sets_a_misread_number_right(papers: Papers) -> None:
    fields, _ = _fields(papers, page(PASSPORT), "passport")
    assert (fields["passport_number"].value, fields["passport_number"].printed) == ("C8501234", "C8501235")
    assert "mrz.corrected" in fields["passport_number"].reasons
    assert "mrz.agrees" in fields["date_of_birth"].reasons
    assert "mrz.agrees" in fields["expiry_date"].reasons
    assert "mrz.name_agrees" in fields["full_name"].reasons
    assert fields["personal_id"].value == "001190123456"
    assert fields["sex"].value == "female"
