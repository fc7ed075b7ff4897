from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from dossier.text import Word
from ocr.layout import is_word, lines_of_engine, lines_of_words, without_leader
from tests.ocr.pages import engine_word
from tests.ocr.placed import placed, texts


def test_the_head_is_read_agency_then_national_title_then_number_then_place_and_date() -> None:
    body = "Căn cứ Luật Tổ chức chính quyền địa phương năm 2015 và các nghị định"
    assert texts(
        placed("UBND HUYỆN A", 100, 100), placed("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 600, 100),
        placed("XÃ B", 150, 150), placed("Độc lập - Tự do - Hạnh phúc", 650, 150),
        placed("Số: 1/QĐ", 120, 210), placed("B, ngày 1 tháng 2 năm 2024", 640, 210),
        placed("QUYẾT ĐỊNH về việc hỗ trợ lãi suất cho người dân", 300, 300),
        *[placed(body, 100, 400 + 50 * index) for index in range(12)],
    )[:7] == [
        "UBND HUYỆN A", "XÃ B",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        "Số: 1/QĐ", "B, ngày 1 tháng 2 năm 2024",
        "QUYẾT ĐỊNH về việc hỗ trợ lãi suất cho người dân",
    ]  # fmt: skip


def test_form_lines_with_two_fields_are_read_row_by_row() -> None:
    body = [
        placed("Nơi cư trú của người yêu cầu cấp giấy xác nhận tình trạng", 100, 100 + 50 * i)
        for i in range(8)
    ]
    fields = [placed("Giới tính: Nữ", 100, 520), placed("Dân tộc: Tày", 600, 520)]
    assert "Giới tính: Nữ Dân tộc: Tày" in texts(
        *body,
        *fields,
        *[placed("Quê quán của người ấy ở tỉnh Cao Bằng, phía bắc", 100, 570 + 50 * i) for i in range(8)],
    )


def test_the_foot_is_read_recipients_first_then_the_signer() -> None:
    body = [
        placed("Các đơn vị chịu trách nhiệm thi hành Quyết định này kể từ ngày ký", 100, 100 + 50 * i)
        for i in range(14)
    ]
    foot = [
        placed("Nơi nhận:", 100, 900), placed("CHỦ TỊCH", 700, 900),
        placed("- Như trên;", 100, 950), placed("- Lưu: VT.", 100, 1000), placed("Bế Ích Thuận", 690, 1000),
    ]  # fmt: skip
    assert texts(*body, *foot)[-5:] == ["Nơi nhận:", "- Như trên;", "- Lưu: VT.", "CHỦ TỊCH", "Bế Ích Thuận"]


def test_dotted_lines_of_forms_are_no_words() -> None:
    box = Box(0, 0, 200, 30)
    assert without_leader(Word("........", box, 0.5)) is None
    kept = without_leader(Word("CHỨ..........", box, 0.5))
    assert kept is not None
    assert (kept.text, kept.box.left) == ("CHỨ", 0)
    assert kept.box.right < 100


def test_full_stops_and_numbers_keep_their_dots() -> None:
    for text in ("Nam.", "1.000.000", "12/04/1991", "a...b", "v.v.", "-"):
        word = Word(text, Box(0, 0, 50, 20), 0.9)
        result = without_leader(word)
        assert result == word


def test_specks_are_no_words_and_doubtful_names_are() -> None:
    assert not is_word("~", 0.2)
    assert not is_word("Mùa", 0.05)
    assert is_word("Mùa", 0.2)
    assert is_word("-", 0.9)


def test_a_line_of_nothing_but_scraps_leaves() -> None:
    words = [
        engine_word("l/", (0, 0, 20, 20), confidence=0.2),
        engine_word("Ừ", (30, 0, 50, 20), confidence=0.2),
        engine_word("Bế", (0, 100, 40, 120), confidence=0.9, line=2),
    ]
    assert [line.text for line in lines_of_engine(words)] == ["Bế"]


def test_a_name_that_is_hardly_believed_stays_for_somebody_to_look_at() -> None:
    words = [
        engine_word("Vàng", (0, 0, 80, 30), confidence=0.07),
        engine_word("A", (90, 0, 110, 30), confidence=0.99),
        engine_word("Páo", (120, 0, 180, 30), confidence=0.99),
        engine_word("wU/", (300, 0, 340, 30), confidence=0.07),
    ]
    assert [line.text for line in lines_of_engine(words)] == ["Vàng A Páo"]


def test_a_line_for_machines_is_no_scrap_however_doubtful() -> None:
    line = "Q130926788VNM8609270F2707288064186992254<<44"
    words = [engine_word(line, (0, 0, 900, 30), confidence=0.2)]
    assert [found.text for found in lines_of_engine(words)] == [line]


@given(
    st.lists(
        st.tuples(st.integers(0, 1500), st.integers(0, 2000), st.integers(1, 300), st.integers(8, 60)),
        max_size=40,
    )
)
def test_ordering_loses_no_word_and_makes_none(places: list[tuple[int, int, int, int]]) -> None:
    words = [Word(f"w{index}", Box(x, y, x + w, y + h), 0.9) for index, (x, y, w, h) in enumerate(places)]
    lines = lines_of_words(words)
    assert sorted(word.text for line in lines for word in line.words) == sorted(word.text for word in words)
    blocks = [line.block for line in lines]
    assert blocks == sorted(blocks)
