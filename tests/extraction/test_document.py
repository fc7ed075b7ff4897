from __future__ import annotations

import json

import pytest

from dossier.documents import PartyRole
from dossier.fields import Evidence
from dossier.text import PageText
from extraction.document import Understood, understand
from extraction.wire import documents_json
from rulebook.paper_spec import Papers
from tests.extraction.papers import (
    BIRTH,
    CARD_BACK,
    CARD_FRONT,
    DECISION,
    LETTER,
    MARRIAGE,
    MOTTO,
    RECEIPT_NOTE,
    Rows,
)
from tests.extraction.writing import Piece, blank, centred, page


def _one(rows: Rows, papers: Papers, *, slope: float = 0.0) -> Understood:
    (paper,) = understand([page(rows, slope=slope)], papers)
    return paper


def _values(paper: Understood) -> dict[str, str]:
    return {field.name: field.value for field in paper.fields}


BIRTH_VALUES = {
    "document_number": "125/2019",
    "full_name": "Lê Minh Khôi",
    "date_of_birth": "2019-04-12",
    "date_of_birth_in_words": "Ngày mười hai tháng tư năm hai nghìn không trăm mười chín",
    "sex": "male",
    "ethnicity": "Kinh",
    "nationality": "Việt Nam",
    "place_of_birth": "Bệnh viện Đa khoa tỉnh Phú Thọ",
    "place_of_origin": "Xã Hy Cương, thành phố Việt Trì, tỉnh Phú Thọ",
    "personal_id": "025219000123",
    "mother_full_name": "Trần Thị Ngọc Hà",
    "mother_birth_year": "1992",
    "mother_ethnicity": "Mường",
    "mother_nationality": "Việt Nam",
    "mother_residence": "Xã Hy Cương, thành phố Việt Trì, tỉnh Phú Thọ",
    "father_full_name": "Lê Văn Dũng",
    "father_birth_year": "1990",
    "father_ethnicity": "Kinh",
    "father_nationality": "Việt Nam",
    "father_residence": "Xã Hy Cương, thành phố Việt Trì, tỉnh Phú Thọ",
    "declarant_full_name": "Lê Văn Dũng",
    "declarant_identity_paper": "Căn cước công dân số 025090000456",
    "registered_at": "Ủy ban nhân dân xã Hy Cương, thành phố Việt Trì, tỉnh Phú Thọ",
    "registration_date": "2019-04-25",
    "signer_full_name": "Phạm Hồng Sơn",
}


def test_every_field_of_a_birth_certificate_is_read(papers: Papers) -> None:
    paper = _one(BIRTH, papers)
    values = _values(paper)
    assert paper.type == "birth_certificate"
    assert values == BIRTH_VALUES
    assert paper.questions == ()


@pytest.mark.parametrize("slope", [-0.03, 0.03])
def test_a_slanted_page_reads_the_same(papers: Papers, slope: float) -> None:
    assert _values(_one(BIRTH, papers, slope=slope)) == BIRTH_VALUES


def test_a_child_owns_its_birth_certificate_and_the_parents_are_related(papers: Papers) -> None:
    parties = _one(BIRTH, papers).parties
    assert [(party.role, party.relation, party.name) for party in parties] == [
        (PartyRole.OWNER, "subject", "Lê Minh Khôi"),
        (PartyRole.RELATED, "mother", "Trần Thị Ngọc Hà"),
        (PartyRole.RELATED, "father", "Lê Văn Dũng"),
    ]


def test_a_sex_that_contradicts_the_number_is_asked(papers: Papers) -> None:
    rows = _swap(BIRTH, "025219000123", "025319000123")
    paper = _one(rows, papers)
    assert {"sex", "personal_id"} <= set(paper.questions)
    reasons = {field.name: field.reasons for field in paper.fields}
    assert "id.sex_conflict" in reasons["sex"]
    assert _values(paper)["personal_id"] == "025319000123"


def test_a_date_that_contradicts_its_words_is_asked_and_stays_as_printed(papers: Papers) -> None:
    rows = _swap(BIRTH, "12/04/2019", "18/04/2019")
    paper = _one(rows, papers)
    assert "date_of_birth" in paper.questions
    assert _values(paper)["date_of_birth"] == "2019-04-18"


def test_two_columns_that_share_their_labels_are_kept_apart(papers: Papers) -> None:
    paper = _one(MARRIAGE, papers)
    assert paper.type == "marriage_certificate"
    assert paper.questions == ()
    values = _values(paper)
    assert values["wife_full_name"] == "Trần Thị Ngọc Hà"
    assert values["husband_full_name"] == "Lê Văn Dũng"
    assert values["wife_date_of_birth"] == "1992-09-03"
    assert values["husband_date_of_birth"] == "1990-12-21"
    assert values["wife_ethnicity"] == "Mường"
    assert values["wife_residence"] == "Xã Hy Cương, thành phố Việt Trì, tỉnh Phú Thọ"
    assert values["husband_residence"] == "Xã Thanh Ba, huyện Thanh Ba, tỉnh Phú Thọ"
    assert values["wife_personal_id"] == "025192000789"
    assert values["husband_personal_id"] == "025090000456"
    assert values["registration_date"] == "2020-11-18"
    assert values["signer_full_name"] == "Phạm Hồng Sơn"


def test_both_spouses_own_the_marriage_certificate(papers: Papers) -> None:
    owners = [(party.role, party.relation, party.number) for party in _one(MARRIAGE, papers).parties]
    assert owners == [
        (PartyRole.OWNER, "wife", "025192000789"),
        (PartyRole.OWNER, "husband", "025090000456"),
    ]


def test_a_decision_is_read_by_its_zones(papers: Papers) -> None:
    paper = _one(DECISION, papers)
    assert paper.type == "decision"
    assert paper.questions == ()
    assert _values(paper) == {
        "document_number": "77/QĐ-UBND",
        "issue_date": "2026-03-05",
        "place": "Hy Cương",
        "issuer": "ỦY BAN NHÂN DÂN XÃ HY CƯƠNG",
        "summary": "Về việc hỗ trợ nhà ở đối với hộ ông Lê Văn Dũng",
        "signer_role": "CHỦ TỊCH",
        "signer_full_name": "Phạm Hồng Sơn",
        "person_full_name": "Lê Văn Dũng",
        "person_personal_id": "025090000456",
    }


def test_a_letter_is_told_by_its_subject_and_addressee(papers: Papers) -> None:
    paper = _one(LETTER, papers)
    values = _values(paper)
    assert paper.type == "official_letter"
    assert values["document_number"] == "512/STP-HCTP"
    assert values["summary"] == "tra cứu thông tin hộ tịch"
    assert values["issuer"] == "SỞ TƯ PHÁP"
    assert values["addressee"] == "Ủy ban nhân dân xã Hy Cương"


def test_front_and_back_of_a_card_on_two_pages_are_one_paper(papers: Papers) -> None:
    (paper,) = understand([page(CARD_FRONT), page(CARD_BACK, number=2)], papers)
    assert paper.type == "identity_card"
    assert paper.pages == (1, 2)
    assert paper.questions == ()
    values = _values(paper)
    assert values["personal_id"] == "001190123456"
    assert values["full_name"] == "Nguyễn Thị Ví Dụ"
    assert values["sex"] == "female"
    assert values["place_of_origin"] == "Hy Cương, Việt Trì, Phú Thọ"
    assert values["residence"] == "Tổ 4, phường Láng Hạ, quận Đống Đa, thành phố Hà Nội"
    assert values["issue_date"] == "2021-05-10"
    assert values["expiry_date"] == "2030-01-15"


def test_front_and_back_of_a_card_on_one_sheet_are_one_paper(papers: Papers) -> None:
    (paper,) = understand([page([*CARD_FRONT, "", "", *CARD_BACK])], papers)
    assert paper.type == "identity_card"
    assert _values(paper)["personal_id"] == "001190123456"


def test_the_machine_readable_zone_corrects_a_misread_number_and_says_so(papers: Papers) -> None:
    front = _swap(CARD_FRONT, "001190123456", "001190128456")
    (paper,) = understand([page(front), page(CARD_BACK, number=2)], papers)
    number = next(field for field in paper.fields if field.name == "personal_id")
    assert number.value == "001190123456"
    assert number.printed == "001190128456"
    assert number.evidence is Evidence.MRZ
    assert "mrz.corrected" in number.reasons


def test_an_unknown_layout_stays_unknown_with_what_it_prints(papers: Papers) -> None:
    paper = _one(RECEIPT_NOTE, papers)
    assert paper.type == "unknown"
    assert "type" in paper.questions
    assert _values(paper) == {
        "issue_date": "2025-10-28",
        "full_name": "Lê Văn Dũng",
        "personal_id": "025090000456",
    }


def test_an_application_for_a_paper_is_not_the_paper(papers: Papers) -> None:
    rows: Rows = [
        *MOTTO,
        centred("TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN"),
        "Kính gửi: UBND xã Hy Cương",
    ]
    assert _one(rows, papers).type == "application_form"


def test_a_missing_key_field_is_asked(papers: Papers) -> None:
    rows = [row for row in BIRTH if "Số định danh cá nhân" not in str(row)]
    paper = _one(rows, papers)
    assert "personal_id" in paper.questions
    assert "personal_id" not in _values(paper)


def test_words_read_badly_are_asked(papers: Papers) -> None:
    (paper,) = understand([page(BIRTH, confidence=0.35)], papers)
    assert {"full_name", "document_number"} <= set(paper.questions)


def test_a_blank_file_is_one_unknown_paper(papers: Papers) -> None:
    (paper,) = understand([blank(1)], papers)
    assert paper.type == "unknown"
    assert paper.fields == ()
    assert paper.questions == ("type",)
    assert [finding.code for finding in paper.findings] == ["page.blank"]


def test_no_page_gives_no_paper(papers: Papers) -> None:
    assert understand([], papers) == ()


def test_the_wire_form_is_plain_json(papers: Papers) -> None:
    documents = documents_json(understand([page(BIRTH)], papers))
    assert json.loads(json.dumps(documents)) == documents
    assert documents[0]["pages"] == [1]
    name = documents[0]["fields"]["full_name"]
    assert name["value"] == "Lê Minh Khôi"
    assert name["printed"] == "LÊ MINH KHÔI"
    assert len(name["box"]) == 4
    assert 0.7 < name["confidence"] <= 1


def test_the_box_of_a_field_lies_on_its_words(papers: Papers) -> None:
    made: PageText = page(BIRTH)
    (paper,) = understand([made], papers)
    name = next(field for field in paper.fields if field.name == "full_name")
    words = [word.text for word in made.words if word.box.intersection_area(name.box) > 0]
    assert words == ["LÊ", "MINH", "KHÔI"]


def _swap(rows: Rows, old: str, new: str) -> Rows:
    def swapped(piece: Piece) -> Piece:
        return piece.replace(old, new) if isinstance(piece, str) else (piece[0], piece[1].replace(old, new))

    return [[swapped(piece) for piece in row] if isinstance(row, list) else swapped(row) for row in rows]
