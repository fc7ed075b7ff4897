from __future__ import annotations

import tomllib
import unicodedata

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from ocr.arrays import GrayImage
from ocr.coarse import coarse_ink
from ocr.engine import EngineWord
from ocr.stamps import TABLE, frames, lines_of, load_stamp_words, parted_stamps
from tests.ocr.pages import draw_page, engine_word
from tests.ocr.placed import placed

_DPI = 200
_MM = _DPI / 25.4
_FRAME = Box(900, 300, 1200, 400)


def _sheet() -> GrayImage:
    return np.full((2339, 1654), 255, dtype=np.uint8)


def _framed(*boxes: Box) -> GrayImage:
    sheet = _sheet()
    for box in boxes:
        cv2.rectangle(sheet, (box.left, box.top), (box.right, box.bottom), 0, 3)
    return sheet


def test_a_frame_that_stands_alone_is_found_where_it_is() -> None:
    (found,) = frames(coarse_ink(_framed(_FRAME), dpi=_DPI))
    assert found.as_list() == pytest.approx(_FRAME.as_list(), abs=8)


@pytest.mark.parametrize("degrees", [-4, -2.5, 1, 4])
def test_a_frame_a_little_askew_is_found_too(degrees: float) -> None:
    sheet = _framed(_FRAME)
    centre = (_FRAME.centre[0] - 30, _FRAME.centre[1])
    turn = cv2.getRotationMatrix2D(centre, degrees, 1.0)
    size = (sheet.shape[1], sheet.shape[0])
    turned = np.asarray(cv2.warpAffine(sheet, turn, size, borderValue=(255.0,)), dtype=np.uint8)
    (found,) = frames(coarse_ink(turned, dpi=_DPI))
    assert found.intersection_area(_FRAME) >= 0.95 * _FRAME.area
    assert found.area <= 1.6 * _FRAME.area


def test_a_frame_with_words_in_it_is_one_frame() -> None:
    sheet = _framed(_FRAME)
    cv2.putText(sheet, "SAO Y", (940, 370), cv2.FONT_HERSHEY_SIMPLEX, 1.8, 0, 6)
    assert len(frames(coarse_ink(sheet, dpi=_DPI))) == 1


def test_two_frames_apart_are_two() -> None:
    other = Box(200, 600, 450, 700)
    assert len(frames(coarse_ink(_framed(_FRAME, other), dpi=_DPI))) == 2


def test_cells_of_a_table_are_no_frames() -> None:
    cells = [
        Box(200 + 250 * x, 400 + 90 * y, 450 + 250 * x, 490 + 90 * y) for x in range(4) for y in range(3)
    ]
    assert frames(coarse_ink(_framed(*cells), dpi=_DPI)) == ()


def test_two_boxes_that_share_a_side_are_no_frames() -> None:
    assert frames(coarse_ink(_framed(_FRAME, Box(1200, 300, 1500, 400)), dpi=_DPI)) == ()


# In mm: longest 75 by 35, smallest 9 by 5.
@pytest.mark.parametrize(("width", "height"), [(190, 280), (90, 12), (70, 45), (20, 3.5), (7, 7)])
def test_what_is_too_large_or_too_small_for_a_stamp_is_no_frame(width: float, height: float) -> None:
    box = Box(60, 60, 60 + round(width * _MM), 60 + round(height * _MM))
    assert frames(coarse_ink(_framed(box), dpi=_DPI)) == ()


def test_a_region_that_is_no_rectangle_is_no_frame() -> None:
    sheet = _sheet()
    corners = np.array([(300, 300), (700, 300), (700, 360), (370, 360), (370, 520), (300, 520)])
    cv2.polylines(sheet, [corners.astype(np.int32)], isClosed=True, color=0, thickness=3)
    assert frames(coarse_ink(sheet, dpi=_DPI)) == ()


def test_print_and_round_seals_are_no_frames() -> None:
    sheet = draw_page(dpi=_DPI)
    cv2.circle(sheet, (900, 500), 130, 0, 4)
    assert frames(coarse_ink(sheet, dpi=_DPI)) == ()


def _line(text: str, left: int = 100, top: int = 100, *, line: int = 1) -> list[EngineWord]:
    return [
        engine_word(word.text, (word.box.left, word.box.top, word.box.right, word.box.bottom), line=line)
        for word in placed(text, left, top)
    ]


def _stamps(
    words: list[EngineWord], *, framed: tuple[Box, ...] = (), coloured: tuple[EngineWord, ...] = ()
) -> str:
    """What of these words is taken for stamps; the rest is checked to be all the others, in their order."""
    text, stamps = parted_stamps(words, framed=framed, coloured=lines_of(coloured))
    assert list(text) == [word for word in words if word not in stamps]
    return " ".join(word.text for word in stamps)


@pytest.mark.parametrize("text", ["SAO Y BẢN CHÍNH", "SAO Y", "HỎA TỐC", "CÔNG VĂN ĐẾN", "ĐÃ THU LỆ PHÍ"])
def test_words_of_stamps_leave_the_text(text: str) -> None:
    words = [*_line("UBND XÃ LŨNG PÙ", line=1), *_line(text, top=200, line=2)]
    assert _stamps(words) == text


@pytest.mark.parametrize("text", ["SAO Y BẢN CHINH", "SA0 Y BÀN CHÍNH", "HỎA TÓC", "CÔNG VẰN ĐÊN"])
def test_words_of_stamps_leave_although_a_letter_is_misread(text: str) -> None:
    assert _stamps(_line(text)) == text


def test_words_of_stamps_with_most_letters_misread_stay() -> None:
    assert _stamps(_line("SÁC V BẠN CHINM")) == ""


def test_a_stamp_beside_a_line_of_print_leaves_without_the_print() -> None:
    print_ = _line("Căn cứ Luật Hộ tịch năm 2014;")
    words = [*print_, *_line("SAO Y BẢN CHÍNH", print_[-1].box.right + 100)]
    assert _stamps(words) == "SAO Y BẢN CHÍNH"


def test_words_of_stamps_within_a_sentence_stay() -> None:
    assert _stamps(_line("ĐỀ NGHỊ CẤP BẢN SAO Y BẢN CHÍNH CHO ÔNG SÙNG MÍ GIÀ")) == ""


@pytest.mark.parametrize("text", ["bản sao", "sao y bản chính", "Sao y bản chính", "Hỏa tốc", "khẩn"])
def test_words_in_small_letters_stay(text: str) -> None:
    words = _line(text)
    assert _stamps(words, framed=(Box(0, 0, 900, 900),), coloured=tuple(words)) == ""


@pytest.mark.parametrize("text", ["KHẨN", "ĐẾN"])
def test_short_words_are_stamps_only_in_a_frame_or_in_coloured_ink(text: str) -> None:
    words = [*_line(text), *_line("ngày 12 tháng 4", top=200, line=2)]
    assert _stamps(words) == ""
    assert _stamps(words, framed=(Box(90, 90, 300, 140),)) == text
    assert _stamps(words, framed=(Box(90, 400, 300, 450),)) == ""
    assert _stamps(words, coloured=tuple(words[:1])) == text
    assert _stamps(words, coloured=tuple(words[1:])) == ""


@pytest.mark.parametrize("text", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_secrecy_marks_always_stay_in_the_text(text: str) -> None:
    words = _line(text)
    assert _stamps(words, framed=(Box(0, 0, 900, 900),), coloured=tuple(words)) == ""


@pytest.mark.parametrize(
    "text", ["GIẤY KHAI SINH", "TRÍCH LỤC KHAI SINH", "QUYẾT ĐỊNH", "BẢN SAO", "CÔNG VĂN", "PHÓ CHỦ TỊCH"]
)
def test_titles_of_papers_stay_in_the_text(text: str) -> None:
    assert _stamps(_line(text)) == ""


def test_lines_with_coloured_words_are_named_by_block_and_line() -> None:
    assert lines_of([*_line("KHẨN", line=4), *_line("ĐẾN", line=7), *_line("SỐ", line=7)]) == {(1, 4), (1, 7)}


def test_every_entry_of_the_table_is_in_capitals_and_composed() -> None:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    entries = [*table["words"], *table["short"]]
    assert len(entries) == len(set(entries)) > 10
    for entry in entries:
        assert entry.isupper()
        assert unicodedata.is_normalized("NFC", entry)
        assert entry == " ".join(entry.split())


def test_the_table_names_no_mark_of_secrecy_and_no_word_twice() -> None:
    table = load_stamp_words()
    assert not any("MẬT" in entry for entry in (*table.words, *table.short))
    assert not table.short & set(table.words)


_TEXTS = st.sampled_from(
    ("SAO Y", "SAO", "Y", "KHẨN", "ĐẾN", "MẬT", "BẢN", "LƯU", "bản", "12/04", "HỎA", "TỐC")
)


@given(
    st.lists(st.tuples(_TEXTS, st.integers(0, 900), st.integers(0, 4)), max_size=20),
    st.frozensets(st.tuples(st.just(1), st.integers(0, 4))),
    st.booleans(),
)
def test_text_and_stamps_are_all_words_of_the_page(
    places: list[tuple[str, int, int]], coloured: frozenset[tuple[int, int]], in_frame: bool
) -> None:
    words = [
        engine_word(text, (left, 50 * line, left + 60, 50 * line + 30), line=line)
        for text, left, line in places
    ]
    framed = (Box(0, 0, 1000, 120),) if in_frame else ()
    text, stamps = parted_stamps(words, framed=framed, coloured=coloured)
    assert sorted(map(id, (*text, *stamps))) == sorted(map(id, words))
    assert list(text) == [word for word in words if any(word is kept for kept in text)]
