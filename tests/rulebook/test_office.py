"""An office's own types, words it adds to types that are there, and how sure it wants to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossier.errors import RulebookError
from extraction.document import understand
from rulebook.paper_spec import Kind, ThresholdFrom, ask_below
from rulebook.papers import load_papers
from tests.extraction.writing import centred, page
from tests.rulebook.tables import LIBRARY_CARD, office

CARD = page(
    [
        centred("ỦY BAN NHÂN DÂN XÃ MẪU SƠN"),
        "",
        centred("THẺ THƯ VIỆN"),
        "",
        "Số thẻ: TV-0042",
        "Bạn đọc: Lý Thị Mẩy",
        "Số định danh cá nhân: 002190000017",
        "Giá trị đến ngày: 31/12/2027",
        "Phòng đọc mở cửa các ngày trong tuần",
    ]
)
ADDED = """
extends = "birth_certificate"
titles = ["GIẤY CHỨNG NHẬN KHAI SINH (MẪU XÃ)"]

[[field]]
name = "full_name"
labels = [{ text = "Tên gọi của trẻ", since = 2020-01-01, form = "Mẫu xã" }]

[[field]]
name = "full_name"
labels = ["Tên trẻ"]

[[block]]
name = "mother"
anchors = ["Thông tin người mẹ"]
"""


def test_a_type_dropped_in_as_one_file_is_read_without_code(tmp_path: Path) -> None:
    papers = load_papers(office=office(tmp_path / "o", card=LIBRARY_CARD))
    (paper,) = understand([CARD], papers)
    assert paper.type == "library_card"
    assert paper.type_confidence > 0.9
    assert {field.name: field.value for field in paper.fields} == {
        "card_number": "TV-0042",
        "reader_full_name": "Lý Thị Mẩy",
        "personal_id": "002190000017",
        "expiry_date": "2027-12-31",
    }
    assert paper.questions == ()
    assert [(party.role, party.number) for party in paper.parties] == [("owner", "002190000017")]


def test_without_the_file_the_same_page_is_unknown() -> None:
    (paper,) = understand([CARD], load_papers())
    assert paper.type == "unknown"


def test_the_types_of_the_project_stay_as_they_are_beside_it(tmp_path: Path) -> None:
    plain, with_office = load_papers(), load_papers(office=office(tmp_path / "o", card=LIBRARY_CARD))
    assert {name: with_office.specs[name] for name in plain.specs} == dict(plain.specs)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('type = "library_card"', 'type = "Library"', "tên loại"),
        ('type = "library_card"', 'type = "passport"', "extends"),
        ('type = "library_card"', 'type = "default"', "khác default"),
        ('label_vi = "Thẻ thư viện"', 'label_vi = "Thẻ\\nthư viện"', "xuống dòng"),
        ('name = "card_number"', 'name = "owner"', "tên trường"),
        ('name = "card_number"', 'name = "Số thẻ"', "tên trường"),
        ('article = "Quy chế thư viện xã"', "", "thiếu"),
    ],
)
def test_an_own_type_keeps_the_rules_of_all_types(tmp_path: Path, old: str, new: str, word: str) -> None:
    with pytest.raises(RulebookError, match=r"card\.toml") as caught:
        load_papers(office=office(tmp_path / "o", card=LIBRARY_CARD.replace(old, new, 1)))
    assert word in caught.value.sentence()


def test_an_office_adds_words_to_a_type_and_nothing_else(tmp_path: Path) -> None:
    before = load_papers().specs["birth_certificate"]
    after = load_papers(office=office(tmp_path / "o", added=ADDED)).specs["birth_certificate"]
    assert after.by_name["full_name"].labels == (
        *before.by_name["full_name"].labels,
        "Tên gọi của trẻ",
        "Tên trẻ",
    )
    assert after.by_name["full_name"].variants[-2].form == "Mẫu xã"
    assert after.titles[-1] == "GIẤY CHỨNG NHẬN KHAI SINH (MẪU XÃ)"
    assert after.blocks[0].anchors[-1] == "Thông tin người mẹ"
    assert after.extended_by == ("added.toml",)
    assert (after.key_fields, after.validity, after.parties) == (
        before.key_fields,
        before.validity,
        before.parties,
    )


def test_an_own_type_can_be_extended_too(tmp_path: Path) -> None:
    more = 'extends = "library_card"\n[[field]]\nname = "card_number"\nlabels = ["Mã thẻ"]\n'
    papers = load_papers(office=office(tmp_path / "o", a_more=more, card=LIBRARY_CARD))
    assert papers.specs["library_card"].by_name["card_number"].labels == ("Số thẻ", "Mã thẻ")


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('extends = "birth_certificat"\n', 1, "không có loại"),
        ('extends = "birth_certificate"\nresult_code = "KQ.G15.000099"\n', 2, "không biết khóa"),
        (
            'extends = "birth_certificate"\n[[field]]\nname = "weight"\nlabels = ["Nặng"]\n',
            3,
            "không có trường",
        ),
        ('extends = "birth_certificate"\n[[field]]\nname = "full_name"\n', 2, "thiếu"),
        (
            'extends = "birth_certificate"\n[[field]]\nname = "full_name"\nlabels = ["Tên"]\nkey = false\n',
            5,
            "không biết khóa",
        ),
        (
            'extends = "birth_certificate"\n[[field]]\nname = "document_number"\nlabels = ["Số hiệu"]\n',
            3,
            "không được tìm theo nhãn",
        ),
        (
            'extends = "birth_certificate"\n[[field]]\nname = "full_name"\nlabels = ["Dân tộc"]\n',
            4,
            "dùng cho cả",
        ),
        ('extends = "birth_certificate"\n[[block]]\nname = "aunt"\nanchors = ["Dì"]\n', 3, "không có phần"),
        ('extends = "birth_certificate"\ntitles = ["HỘ CHIẾU"]\n', 2, "trùng với loại"),
    ],
)
def test_words_that_do_not_fit_are_refused_with_their_line(
    tmp_path: Path, text: str, line: int, word: str
) -> None:
    if "Dân tộc" in text:
        # Another kind of value under one label is allowed; make it the same kind.
        text = text.replace("full_name", "nationality")
    with pytest.raises(RulebookError) as caught:
        load_papers(office=office(tmp_path / "o", added=text))
    assert word in caught.value.sentence()
    assert (caught.value.item, caught.value.details["line"]) == ("added.toml", line)


def test_an_office_says_how_sure_a_field_has_to_be(tmp_path: Path) -> None:
    thresholds = "[default]\nkey = 0.85\nother = 0.6\n\n[birth_certificate]\nfull_name = 0.95\nsex = 1\n"
    papers = load_papers(office=office(tmp_path / "o", thresholds=thresholds))
    fields = papers.specs["birth_certificate"].by_name
    assert (fields["full_name"].ask_below, fields["full_name"].threshold_from) == (0.95, ThresholdFrom.OFFICE)
    assert fields["sex"].ask_below == 1.0
    assert fields["personal_id"].ask_below == 0.85
    assert fields["ethnicity"].ask_below == 0.6
    assert papers.specs["passport"].by_name["full_name"].ask_below == 0.85


def test_what_a_table_says_wins_over_the_offices_default_but_not_over_its_word(tmp_path: Path) -> None:
    card = LIBRARY_CARD.replace('labels = ["Số thẻ"]', 'labels = ["Số thẻ"]\nask_below = 0.99')
    folder = office(tmp_path / "a", card=card, thresholds="[default]\nkey = 0.5\n")
    field = load_papers(office=folder).specs["library_card"].by_name["card_number"]
    assert (field.ask_below, field.threshold_from) == (0.99, ThresholdFrom.TABLE)
    folder = office(tmp_path / "b", card=card, thresholds="[library_card]\ncard_number = 0.5\n")
    assert load_papers(office=folder).specs["library_card"].by_name["card_number"].ask_below == 0.5


def test_without_a_file_the_program_decides() -> None:
    field = load_papers().specs["birth_certificate"].by_name["full_name"]
    assert (field.ask_below, field.threshold_from) == (ask_below(Kind.PERSON_NAME), ThresholdFrom.PROGRAM)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("[default]\nkey = 1.2\n", 2, "khoảng"),
        ("[default]\nkey = true\n", 2, "cần số"),
        ("[default]\nkey = nan\n", 2, "khoảng"),
        ("[default]\nkeys = 0.5\n", 2, "không biết khóa"),
        ("[birth]\nfull_name = 0.5\n", 1, "không có loại"),
        ("[birth_certificate]\nname = 0.5\n", 2, "không có trường"),
        ("birth_certificate = 0.5\n", 1, "cần bảng"),
    ],
)
def test_a_wrong_threshold_stops_the_start_with_its_line(
    tmp_path: Path, text: str, line: int, word: str
) -> None:
    with pytest.raises(RulebookError) as caught:
        load_papers(office=office(tmp_path / "o", thresholds=text))
    assert word in caught.value.sentence()
    assert (caught.value.item, caught.value.details["line"]) == ("thresholds.toml", line)


def test_a_paper_is_asked_as_the_office_wants(tmp_path: Path) -> None:
    sure = load_papers(office=office(tmp_path / "a", card=LIBRARY_CARD))
    strict = load_papers(
        office=office(tmp_path / "b", card=LIBRARY_CARD, thresholds="[library_card]\ncard_number = 0.999\n")
    )
    assert understand([CARD], sure)[0].questions == ()
    assert understand([CARD], strict)[0].questions == ("card_number",)
