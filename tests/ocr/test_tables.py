from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from dossier.text import Word
from ocr.arrays import GrayImage
from ocr.coarse import coarse_ink
from ocr.layout import lines_of_engine
from ocr.tables import table_cells, with_whole_cells
from tests.ocr.pages import draw_page, engine_word, photographed
from tests.ocr.placed import placed

_DPI = 200
_MM = _DPI / 25.4
_SHEET = (1654, 2339)
_LEFTS, _TOPS = (150, 330, 800, 1100, 1500), (400, 480, 620, 700)


def _sheet() -> GrayImage:
    return np.full(_SHEET[::-1], 255, dtype=np.uint8)


def _grid(lefts: Sequence[int], tops: Sequence[int]) -> list[Box]:
    """The cells between lines at these places, row by row."""
    return [
        Box(left, top, right, bottom) for top, bottom in pairwise(tops) for left, right in pairwise(lefts)
    ]


def _drawn(cells: Sequence[Box], *, grey: int = 0) -> GrayImage:
    sheet = _sheet()
    for cell in cells:
        cv2.rectangle(sheet, (cell.left, cell.top), (cell.right, cell.bottom), grey, 2)
    return sheet


def _assert_same(found: Sequence[Box], drawn: Sequence[Box]) -> None:
    """The same cells, to some pixels, whatever their order."""
    assert len(found) == len(drawn)
    for one, other in zip(sorted(found, key=_place), sorted(drawn, key=_place), strict=True):
        assert one.as_list() == pytest.approx(other.as_list(), abs=8)


def _place(box: Box) -> tuple[int, int]:
    return round(box.top / 40), round(box.left / 40)


@pytest.mark.parametrize("grey", [0, 120])
def test_a_ruled_table_of_three_rows_and_four_columns_gives_its_cells(grey: int) -> None:
    cells = _grid(_LEFTS, _TOPS)
    assert len(cells) == 12
    _assert_same(table_cells(coarse_ink(_drawn(cells, grey=grey), dpi=_DPI)), cells)


def test_a_table_ruled_in_hairlines_gives_its_cells() -> None:
    sheet = _sheet()
    cells = _grid(_LEFTS, _TOPS)
    for cell in cells:
        cv2.rectangle(sheet, (cell.left, cell.top), (cell.right, cell.bottom), 170, 1)
    _assert_same(table_cells(coarse_ink(sheet, dpi=300)), cells)


def test_a_region_that_is_no_rectangle_is_no_cell() -> None:
    sheet = _sheet()
    corners = np.array([(300, 300), (1000, 300), (1000, 400), (450, 400), (450, 700), (300, 700)])
    cv2.polylines(sheet, [corners.astype(np.int32)], isClosed=True, color=0, thickness=3)
    assert table_cells(coarse_ink(sheet, dpi=_DPI)) == ()


def test_the_print_in_a_table_makes_no_cells_and_hides_none() -> None:
    cells = _grid(_LEFTS, _TOPS)
    sheet = _drawn(cells)
    for cell in cells:
        cv2.putText(sheet, "Ho ten", (cell.left + 20, cell.top + 55), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 3)
    _assert_same(table_cells(coarse_ink(sheet, dpi=_DPI)), cells)


def test_a_rule_with_small_gaps_still_closes_its_cells() -> None:
    cells = _grid(_LEFTS, _TOPS)
    sheet = _drawn(cells)
    sheet[:, 500:504] = 255
    _assert_same(table_cells(coarse_ink(sheet, dpi=_DPI)), cells)


def test_a_cell_within_another_comes_before_it() -> None:
    inner, outer = Box(700, 600, 1000, 700), Box(150, 400, 1500, 850)
    assert [cell.width for cell in table_cells(coarse_ink(_drawn([outer, inner]), dpi=_DPI))] == [
        pytest.approx(inner.width, abs=8),
        pytest.approx(outer.width, abs=8),
    ]


def test_boxes_for_single_digits_are_no_cells() -> None:
    side = round(6 * _MM)
    boxes = _grid([200 + side * index for index in range(13)], (500, 500 + side))
    assert table_cells(coarse_ink(_drawn(boxes), dpi=_DPI)) == ()


def test_the_frame_of_a_page_is_no_cell() -> None:
    frame = Box(40, 40, _SHEET[0] - 40, _SHEET[1] - 40)
    assert table_cells(coarse_ink(_drawn([frame]), dpi=_DPI)) == ()


def test_a_form_in_one_high_box_is_no_cell() -> None:
    assert table_cells(coarse_ink(_drawn([Box(200, 500, 1400, 1300)]), dpi=_DPI)) == ()


def test_a_page_of_text_has_no_cells() -> None:
    assert table_cells(coarse_ink(draw_page(dpi=_DPI), dpi=_DPI)) == ()


def test_a_photo_of_a_page_of_text_has_no_cells() -> None:
    corners = ((120.0, 90.0), (1300.0, 130.0), (1330.0, 900.0), (90.0, 880.0))
    photo, _ = photographed(draw_page(dpi=_DPI), corners, size=(1400, 1000))
    assert table_cells(coarse_ink(photo, dpi=_DPI)) == ()


def test_a_line_below_a_title_is_no_cell() -> None:
    sheet = draw_page(dpi=_DPI)
    cv2.line(sheet, (200, 500), (900, 500), 0, 2)
    assert table_cells(coarse_ink(sheet, dpi=_DPI)) == ()


_CELLS = _grid((100, 400, 700, 1000), (100, 220, 280, 340))


def _told(lines: Sequence[Sequence[Word]], cells: Sequence[Box] = _CELLS) -> list[str]:
    return [" ".join(word.text for word in line) for line in with_whole_cells(lines, cells)]


def test_a_header_in_two_lines_is_read_cell_by_cell() -> None:
    upper = [*placed("Họ và tên", 110, 110), *placed("Ngày, tháng,", 410, 110), *placed("Nơi", 710, 110)]
    lower = [*placed("người khai", 110, 160), *placed("năm sinh", 410, 160), *placed("cư trú", 710, 160)]
    assert _told([upper, lower]) == ["Họ và tên người khai Ngày, tháng, năm sinh Nơi cư trú"]


def test_a_cell_in_one_line_beside_one_in_two_lines_keeps_its_place() -> None:
    upper, middle = (
        placed("Ngày, tháng,", 410, 110),
        [*placed("STT", 110, 140), *placed("Nơi sinh", 710, 140)],
    )
    lower = placed("năm sinh", 410, 170)
    assert _told([upper, middle, lower]) == ["STT Ngày, tháng, năm sinh Nơi sinh"]


def test_rows_with_one_line_in_each_cell_are_parted_at_their_sides_and_not_joined() -> None:
    row = [*placed("Vừ Thị Mỷ", 110, 230), *placed("12/04/1990", 410, 230), *placed("Lũng Pù", 710, 230)]
    assert _told([row]) == ["Vừ Thị Mỷ", "12/04/1990", "Lũng Pù"]


def test_words_outside_of_all_cells_stay_in_their_lines() -> None:
    above, beside = placed("Danh sách người được cấp", 120, 20), placed("ngoài bảng", 1010, 235)
    row = [*placed("Vừ Thị Mỷ", 110, 235), *beside]
    assert _told([above, row]) == ["Danh sách người được cấp", "Vừ Thị Mỷ", "ngoài bảng"]


def test_without_cells_the_lines_stay_as_they_are() -> None:
    lines = [placed("Vừ Thị Mỷ", 110, 230), placed("Lũng Pù", 110, 290)]
    assert with_whole_cells(lines, ()) == lines


def test_a_cell_with_more_lines_than_four_stays_line_by_line() -> None:
    column = Box(100, 100, 400, 400)
    for count in (4, 5):
        lines = [placed(f"dòng {index}", 110, 110 + 50 * index) for index in range(count)]
        whole = [" ".join(f"dòng {index}" for index in range(4))]
        assert _told(lines, [column]) == (whole if count == 4 else [f"dòng {index}" for index in range(5)])


def test_words_of_a_cell_within_another_belong_to_the_inner_one() -> None:
    inner, outer = Box(500, 100, 700, 220), Box(100, 90, 720, 230)
    upper = [*placed("Phần ghi của", 110, 110), *placed("Mã số", 510, 110)]
    lower = [*placed("cơ quan", 110, 160), *placed("hồ sơ", 510, 160)]
    assert sorted(_told([upper, lower], [inner, outer])) == ["Mã số", "Phần ghi của", "cơ quan", "hồ sơ"]


def test_a_page_with_a_table_is_read_cell_by_cell_in_its_header_and_row_by_row_below() -> None:
    header = (
        ("Họ và tên", 110, 110),
        ("Ngày, tháng,", 410, 110),
        ("người khai", 110, 160),
        ("năm sinh", 410, 160),
    )
    rows = (
        ("Vừ Thị Mỷ", 110, 235),
        ("12/04/1990", 410, 235),
        ("Sùng Mí Già", 110, 295),
        ("03/02/1987", 410, 295),
    )
    words = [
        engine_word(word.text, (word.box.left, word.box.top, word.box.right, word.box.bottom), line=top)
        for text, left, top in (*header, *rows)
        for word in placed(text, left, top)
    ]
    assert [line.text for line in lines_of_engine(words, cells=_CELLS)] == [
        "Họ và tên người khai Ngày, tháng, năm sinh",
        "Vừ Thị Mỷ 12/04/1990",
        "Sùng Mí Già 03/02/1987",
    ]


_SPOTS = st.tuples(st.integers(0, 1050), st.integers(0, 380), st.integers(5, 120))


@st.composite
def _lines(draw: st.DrawFn) -> list[list[Word]]:
    """Lines of words from left to right, in the cells and around them."""
    spots = draw(st.lists(st.lists(_SPOTS, min_size=1, max_size=5), max_size=12))
    return [
        [Word("chữ", Box(left, top, left + width, top + 20), 0.9) for left, top, width in sorted(line)]
        for line in spots
    ]


def _ids(lines: Sequence[Sequence[Word]]) -> list[int]:
    return sorted(id(word) for line in lines for word in line)


@given(_lines())
def test_no_word_is_lost_or_doubled_in_a_table(lines: list[list[Word]]) -> None:
    assert _ids(with_whole_cells(lines, _CELLS)) == _ids(lines)


def test_no_word_is_doubled_in_a_cell_beside_several_lower_ones() -> None:
    high, low = Box(100, 100, 400, 280), _grid((400, 700), (100, 160, 220, 280))
    lines = [
        placed("Vừ Thị Mỷ,", 110, 130), placed("xã Lũng Pù", 110, 180),
        placed("Ruộng", 410, 115), placed("Nương", 410, 175), placed("Vườn", 410, 235),
    ]  # fmt: skip
    assert _ids(with_whole_cells(lines, [*low, high])) == _ids(lines)
