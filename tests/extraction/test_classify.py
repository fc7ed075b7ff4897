from __future__ import annotations

import pytest

from extraction.classify import classify
from extraction.layout import lay_out
from rulebook.paper_spec import Papers
from tests.extraction.papers import MOTTO, Rows
from tests.extraction.writing import centred, page


def _type(rows: Rows, papers: Papers) -> tuple[str, float]:
    guess = classify(lay_out(page(rows)), papers)
    return guess.type, guess.score


def test_every_title_of_the_rulebook_is_recognised_as_its_type(papers: Papers) -> None:
    for spec in papers.recognisable:
        for title in spec.titles:
            found, score = _type([*MOTTO, centred(title.replace("…", "KHÁC NỮA"))], papers)
            assert found == spec.type, title
            assert score >= 0.75


@pytest.mark.parametrize(
    ("printed", "type_"),
    [
        ("GlẤY KHAI SlNH", "birth_certificate"),
        ("GIAY CHUNG NHAN KET HON", "marriage_certificate"),
        ("GIẤY XÁC NHẬN TINH TRẠNG HÔN NHẬN", "marital_status_certificate"),
        ("XÁC NHẬN THÔNG TIN VỀ CƯ TRỦ", "residence_confirmation"),
    ],
)
def test_a_title_with_broken_letters_is_recognised(papers: Papers, printed: str, type_: str) -> None:
    assert _type([*MOTTO, centred(printed)], papers)[0] == type_


def test_a_title_over_several_rows_is_recognised(papers: Papers) -> None:
    rows: Rows = [
        *MOTTO,
        centred("GIẤY CHỨNG NHẬN"),
        centred("QUYỀN SỬ DỤNG ĐẤT,"),
        centred("QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT"),
    ]
    assert _type(rows, papers)[0] == "land_certificate"


@pytest.mark.parametrize(
    "title",
    [
        "GIẤY BIÊN NHẬN TIỀN ĐẶT CỌC",
        "GIẤY MỜI",
        "GIẤY CHỨNG NHẬN TIÊM CHỦNG",
        "SỔ TIẾT KIỆM",
        "GIẤY GIỚI THIỆU",
        "THẺ BẢO HIỂM Y TẾ",
    ],
)
def test_a_paper_of_no_known_type_is_unknown(papers: Papers, title: str) -> None:
    assert _type([*MOTTO, centred(title), "Họ và tên: Lê Văn Dũng"], papers)[0] == "unknown"


def test_a_title_named_in_a_sentence_is_no_title(papers: Papers) -> None:
    rows: Rows = [*MOTTO, "Đề nghị nộp bản sao giấy khai sinh và giấy chứng nhận kết hôn."]
    assert _type(rows, papers)[0] == "unknown"


def test_a_form_whose_title_was_not_read_is_told_by_its_phrases_but_less_surely(papers: Papers) -> None:
    rows: Rows = [
        *MOTTO,
        "Họ, chữ đệm, tên người mẹ: TRẦN THỊ HÀ",
        "Họ, chữ đệm, tên người cha: LÊ VĂN DŨNG",
        "Họ, chữ đệm, tên người đi khai sinh: LÊ VĂN DŨNG",
        "Nơi đăng ký khai sinh: xã Hy Cương",
        "Quê quán: Phú Thọ",
    ]
    found, score = _type(rows, papers)
    assert found == "birth_certificate"
    assert score < 0.9


def test_an_empty_page_is_unknown(papers: Papers) -> None:
    assert _type([], papers) == ("unknown", 0.5)
