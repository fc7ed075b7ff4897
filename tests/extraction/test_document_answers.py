"""What people type about a field becomes the value the vocabulary writes, or nothing."""

from __future__ import annotations

import pytest

from dossier.fields import Evidence, Field
from dossier.geometry import Box
from extraction.answers import asked_again, contradictions, read_answer
from extraction.document import understand, understand_paper
from rulebook.paper_spec import Kind, Papers
from tests.extraction.papers import BIRTH
from tests.extraction.writing import page


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (Kind.DATE, "31/12/2030", "2030-12-31"),
        (Kind.DATE, "ngày 5 tháng 3 năm 2021", "2021-03-05"),
        (Kind.DATE, "2030-12-31", "2030-12-31"),
        (Kind.DATE, "1975", "1975"),
        (Kind.YEAR, "1992", "1992"),
        (Kind.PERSONAL_ID, "079 186 999 401", "079186999401"),
        (Kind.PERSONAL_ID, "079186999401", "079186999401"),
        (Kind.SEX, "Nam", "male"),
        (Kind.SEX, "Nữ", "female"),
        (Kind.SEX, "male", "male"),
        (Kind.PERSON_NAME, "TRẦN  THỊ Thu hương", "Trần Thị Thu Hương"),
        (Kind.PERSON_NAME, "H'BIA Niê", "H'Bia Niê"),
        (Kind.CODE, "241 / QĐ-UBND", "241/QĐ-UBND"),
        (Kind.MONEY, "100.000.000 đồng", "100000000"),
        (Kind.MONEY, "100000000", "100000000"),
        (Kind.AREA, "1.250,5 m²", "1250.5"),
        (Kind.AREA, "1250.5", "1250.5"),
        (Kind.NUMBER, "02", "2"),
        (Kind.PLACE, "Xã Hy Cương ,  tỉnh Phú Thọ", "Xã Hy Cương, tỉnh Phú Thọ"),
        (Kind.MRZ, "IDVNM\nLE<<VAN", "IDVNM\nLE<<VAN"),
    ],
)
def test_what_people_type_becomes_the_normal_form(kind: Kind, typed: str, value: str) -> None:
    assert read_answer(kind, typed) == value
    assert read_answer(kind, value) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.DATE, "31/02/2030"),
        (Kind.DATE, "2030-02-31"),
        (Kind.DATE, "khoảng 31/12/2030"),
        (Kind.YEAR, "92"),
        (Kind.PERSONAL_ID, "07918699940"),
        (Kind.PERSONAL_ID, "O79186999401"),
        (Kind.SEX, "Việt Nam"),
        (Kind.PERSON_NAME, "079186999401"),
        (Kind.CODE, "không số"),
        (Kind.MONEY, "5 tỷ"),
        (Kind.MONEY, "100.5"),
        (Kind.AREA, "rộng"),
        (Kind.NUMBER, "hai"),
        (Kind.TEXT, "…"),
        (Kind.TEXT, "a" * 2001),
        (Kind.TEXT, " "),
    ],
)
def test_what_is_no_value_of_its_kind_is_nothing(kind: Kind, typed: str) -> None:
    assert read_answer(kind, typed) is None


def test_a_number_that_decides_whose_paper_it_is_is_asked_when_doubtful(papers: Papers) -> None:
    rows = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Họ và tên: Lê Văn Dũng",
        "Số định danh cá nhân: 025090000456",
    ]
    (paper,) = understand([page(rows, confidence=0.5)], papers)
    assert not papers.spec(paper.type).by_name["personal_id"].key
    assert "personal_id" in paper.questions


def test_a_type_that_a_person_names_is_certain(papers: Papers) -> None:
    paper = understand_paper([page(BIRTH)], papers, type_="marital_status_certificate")
    assert (paper.type, paper.type_confidence) == ("marital_status_certificate", 1.0)
    assert "marital_status" in paper.questions
    assert "type" not in paper.questions
    assert {field.name for field in paper.fields} <= set(papers.spec(paper.type).by_name)


def test_only_contradictions_that_a_person_brings_in_are_asked(papers: Papers) -> None:
    spec = papers.spec("birth_certificate")
    before = (_field("sex", "male"), _field("personal_id", "025219000123"))
    after = (_field("sex", "female", Evidence.PERSON), before[1])
    fields, asked = asked_again(before, after, spec)
    assert asked == {"sex", "personal_id"}
    assert contradictions(fields, spec).keys() == asked
    assert all("id.sex_conflict" in field.reasons for field in fields)
    mended, again = asked_again(fields, (before[0], fields[1]), spec)
    assert again == frozenset()
    assert all("id.sex_conflict" not in field.reasons for field in mended)
    assert asked_again(fields, fields, spec) == (fields, frozenset())


def _field(name: str, value: str, evidence: Evidence = Evidence.PRINT) -> Field:
    return Field(
        name=name,
        value=value,
        printed=value,
        confidence=0.95,
        page=1,
        box=Box(0, 0, 1, 1),
        evidence=evidence,
    )
