"""Pages that are no ordinary paper: what the checks of a page say about them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from dossier.geometry import Box
from dossier.text import Finding, Line, Word
from ocr.arrays import PageImage
from ocr.checks.foreign import check_foreign, vietnamese_share
from ocr.checks.pen import check_handwriting, doubted, pen_ink, penned_rows
from ocr.checks.unread import check_unread, half_tones
from samples import odd

WHITE, BLUE, BLACK = (255, 255, 255), (28, 52, 150), (25, 24, 26)
LABEL = Box(40, 0, 140, 20)


def form(*, rows: int, colour: tuple[int, int, int] = BLUE, left: int = 170) -> tuple[PageImage, list[Line]]:
    """A page of 100 dpi with printed labels, and strokes of a colour on the first rows."""
    page = np.full((600, 600, 3), WHITE, dtype=np.uint8)
    lines = []
    for index in range(8):
        top = 40 + 60 * index
        cv2.putText(page, "Label:", (40, top + 20), cv2.FONT_HERSHEY_SIMPLEX, 0.7, BLACK, 2)
        lines.append(Line((Word("Label:", Box(40, top, 140, top + 22), 0.99),)))
        if index < rows:
            x = np.arange(0, 150)
            points = np.column_stack([left + x, top + 10 + 8 * np.sin(x / 4)]).astype(np.int32)
            cv2.polylines(page, [points.reshape(-1, 1, 2)], isClosed=False, color=colour, thickness=2)
    return page, lines


def rows_found(page: PageImage, lines: list[Line]) -> int:
    ink = pen_ink(page, dpi=100)
    return 0 if ink is None else penned_rows(ink, lines, width=page.shape[1], height=page.shape[0])


@pytest.mark.parametrize("rows", [0, 1, 3, 8])
def test_rows_with_blue_strokes_behind_a_label_are_counted(rows: int) -> None:
    assert rows_found(*form(rows=rows)) == rows


def test_black_strokes_and_strokes_before_the_label_do_not_count() -> None:
    assert rows_found(*form(rows=8, colour=BLACK)) == 0
    page, lines = form(rows=8, left=200)
    tops = [line.box.top for line in lines]
    behind = [Line((Word("Label:", Box(480, top, 580, top + 22), 0.99),)) for top in tops]
    assert rows_found(page, behind) == 0


def test_blue_fringes_of_black_print_are_no_pen() -> None:
    page, lines = form(rows=0)
    for line in lines:
        for left in range(170, 320, 14):
            page[line.box.top + 8 : line.box.top + 9, left : left + 3] = BLUE
    assert rows_found(page, lines) == 0


def test_grey_pages_have_no_blue_ink() -> None:
    assert pen_ink(np.full((300, 300), 40, dtype=np.uint8), dpi=100) is None


def test_a_signature_over_several_rows_is_no_filled_form() -> None:
    page, lines = form(rows=0)
    cv2.ellipse(page, (400, 200), (120, 110), 0, 0, 360, BLUE, 3)
    ink = pen_ink(page, dpi=100)
    assert check_handwriting(ink, lines, page=1, width=600, height=600) == ()


def test_a_filled_form_is_noted_with_its_rows() -> None:
    page, lines = form(rows=5)
    ink = pen_ink(page, dpi=100)
    assert check_handwriting(ink, lines, page=3, width=600, height=600) == (
        Finding("page.handwriting", 3, 5.0),
    )


def test_words_in_blue_ink_are_never_sure_and_printed_ones_stay() -> None:
    page, lines = form(rows=1)
    ink = pen_ink(page, dpi=100)
    assert ink is not None
    written = Word("Hoa", Box(170, 40, 320, 62), 0.98)
    (line,) = doubted([Line((*lines[0].words, written))], ink, width=600, height=600)
    assert [word.confidence for word in line.words] == [0.99, 0.5]


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("This is to certify that the person named below was born in our town last year", True),
        ("Hiermit wird bescheinigt dass die genannte Person in unserer Gemeinde wohnt und lebt", True),
        ("Ủy ban nhân dân xã xác nhận các nội dung sau đây là đúng với sổ gốc", False),
        ("Họ và tên / Full name: NGUYỄN THỊ VÍ DỤ Ngày sinh / Date of birth Quốc tịch / Nationality", False),
    ],
)
def test_a_page_of_another_language_is_noted(text: str, *, foreign: bool) -> None:
    words = [Word(part, LABEL, 0.99) for part in text.split()]
    assert [found.code for found in check_foreign(words, page=1)] == (["page.foreign"] if foreign else [])


def test_numbers_machine_readable_lines_and_few_words_are_of_no_language() -> None:
    words = ["IDVNM0010912345600<<5", "12/QĐ", "0912"] * 9 + ["Certificate", "of", "birth"]
    assert vietnamese_share([Word(text, LABEL, 0.99) for text in words]) is None


def never() -> bool:
    pytest.fail("print of the other side was asked about in vain")


def test_a_photograph_has_half_tones_and_pages_have_not() -> None:
    assert half_tones(odd.cat(), dpi=200) > 0.15
    for page in (odd.empty_page(), odd.ideograms(), odd.unlisted()):
        assert half_tones(page, dpi=200) < 0.02


def test_an_empty_sheet_on_a_smooth_dark_desk_is_no_picture() -> None:
    desk = np.full((1200, 900, 3), (94, 72, 52), dtype=np.uint8)
    desk[200:1000, 150:750] = (240, 238, 230)
    assert half_tones(desk, dpi=100) < 0.06


def test_why_nothing_was_read_is_told() -> None:
    assert check_unread(3, page=2, toned=0.0, shows_through=never) == (Finding("page.blank", 2, 1.0),)
    assert check_unread(3, page=2, toned=0.3, shows_through=never) == (Finding("page.picture", 2, 0.3),)
    assert check_unread(700, page=2, toned=0.0, shows_through=lambda: False) == (
        Finding("page.no_text", 2, 700.0),
    )


def test_print_of_the_other_side_leaves_a_page_blank() -> None:
    assert check_unread(700, page=1, toned=0.0, shows_through=lambda: True) == (
        Finding("page.blank", 1, 1.0),
    )
