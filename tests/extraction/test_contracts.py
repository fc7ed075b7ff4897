"""Contracts, letters with a list of addressees, minutes with the person they are about, unknown slips."""

from __future__ import annotations

import pytest

from extraction.document import Understood, understand
from rulebook.paper_spec import Papers
from tests.extraction.contracts import LETTER, MINUTES, NOTARY, PARTIES, PLAIN, SLIP, TRANSFER
from tests.extraction.papers import Rows
from tests.extraction.writing import page


def _read(rows: Rows, papers: Papers) -> tuple[Understood, dict[str, str]]:
    (paper,) = understand([page(rows)], papers)
    return paper, {field.name: field.value for field in paper.fields}


@pytest.mark.parametrize("rows", [NOTARY, PLAIN, PARTIES], ids=["notary", "plain", "parties"])
def test_both_parties_are_found_however_their_part_is_headed(rows: Rows, papers: Papers) -> None:
    paper, values = _read(rows, papers)
    assert paper.type == "authorisation"
    assert values["party_a_full_name"] == "Đặng Văn Hòa"
    assert values["party_a_personal_id"] == "025080999101"
    assert values["party_b_full_name"] == "Bùi Thị Lan"
    assert values["party_b_personal_id"] == "025183999102"


def test_the_day_of_certification_is_that_of_the_witness_not_of_the_contract(papers: Papers) -> None:
    _, values = _read(NOTARY, papers)
    assert values["certification_date"] == "2024-03-06"
    assert values["certification_number"] == "1245"
    assert values["certifier"] == "Trần Quốc Khởi"
    assert values["subject"] == "Bên A ủy quyền cho Bên B quản lý và cho thuê căn nhà số 12"


def test_a_spouse_named_behind_the_first_party_is_not_the_second_party(papers: Papers) -> None:
    paper, values = _read(TRANSFER, papers)
    assert paper.type == "authorisation"
    assert values["party_a_full_name"] == "Đặng Văn Hòa"
    assert values["party_b_full_name"] == "Lò Văn Páng"
    assert values["party_b_personal_id"] == "011075999103"
    assert values["certification_date"] == "2023-08-19"
    assert values["certification_book"] == "01-SCT/HĐ,GD"


def test_every_addressee_of_a_letter_is_kept_as_printed(papers: Papers) -> None:
    paper, values = _read(LETTER, papers)
    assert paper.type == "official_letter"
    assert values["addressee"] == "- Các sở, ban, ngành; - Ủy ban nhân dân các xã, phường."


def test_minutes_tell_whom_they_are_about_and_who_led(papers: Papers) -> None:
    paper, values = _read(MINUTES, papers)
    assert paper.type == "minutes"
    assert values["summary"] == "Việc chấp hành pháp luật về an toàn thực phẩm"
    assert values["person_full_name"] == "Bùi Thị Lan"
    assert values["person_personal_id"] == "025183999102"
    assert values["signer_role"] == "TRƯỞNG ĐOÀN"
    assert values["signer_full_name"] == "Trần Quốc Khởi"


def test_a_slip_of_no_known_type_gives_what_is_printed_and_asks_for_its_type(papers: Papers) -> None:
    paper, values = _read(SLIP, papers)
    assert paper.type == "unknown"
    assert paper.questions == ("type",)
    assert values == {
        "document_number": "0012/PT",
        "issue_date": "2024-05-12",
        "full_name": "Bùi Thị Lan",
    }
