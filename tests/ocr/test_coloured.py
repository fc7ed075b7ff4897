from __future__ import annotations

import numpy as np
import pytest

from ocr.arrays import PageImage
from ocr.coloured import added_lines, coloured_ink
from ocr.engine import EngineWord
from tests.ocr.pages import coloured, draw_page, engine_word

_DPI = 200
_BLACK = draw_page(("Số định danh cá nhân", "Họ và tên"), dpi=_DPI, size=(5.0, 2.0))
_NUMBER = np.ascontiguousarray(np.roll(draw_page(("079186999401",), dpi=_DPI, size=(5.0, 2.0)), 200, axis=0))


def _printed(colour: tuple[int, int, int]) -> PageImage:
    """A page with black print, and below it a number in that colour."""
    page = coloured(_BLACK)
    page[_NUMBER < 128] = colour
    return page


@pytest.mark.parametrize("colour", [(200, 30, 40), (30, 40, 190), (20, 120, 50)])
def test_only_coloured_ink_is_dark(colour: tuple[int, int, int]) -> None:
    gray = coloured_ink(_printed(colour), dpi=_DPI)
    assert gray is not None
    assert gray.shape == _NUMBER.shape
    assert (gray[_NUMBER < 128] < 180).mean() > 0.9
    assert gray[:180].min() == 255


def test_a_page_in_black_and_white_or_grey_has_no_coloured_ink() -> None:
    assert coloured_ink(_BLACK, dpi=_DPI) is None
    assert coloured_ink(coloured(_BLACK), dpi=_DPI) is None


def test_a_coloured_ground_is_no_ink() -> None:
    page = np.full((400, 1000, 3), (255, 235, 170), dtype=np.uint8)
    page[_BLACK < 128] = 0
    assert coloured_ink(page, dpi=_DPI) is None


def test_a_speck_of_colour_is_not_worth_a_look() -> None:
    page = coloured(_BLACK)
    page[300:306, 500:506] = (200, 30, 40)
    assert coloured_ink(page, dpi=_DPI) is None


_PRINT = (
    engine_word("Số", (100, 50, 150, 80), block=0, line=0),
    engine_word("hộ", (160, 50, 210, 80), block=0, line=0),
)


def _line(*texts: str, top: int = 200, confidence: float = 0.95) -> list[EngineWord]:
    return [
        engine_word(
            text, (100 + 150 * at, top, 230 + 150 * at, top + 30), confidence=confidence, block=0, line=7
        )
        for at, text in enumerate(texts)
    ]


def test_a_clear_coloured_line_is_added_as_a_line_of_its_own() -> None:
    words = added_lines(_PRINT, _line("079186999401"))
    assert words[:2] == _PRINT
    assert words[2].text == "079186999401"
    assert (words[2].block, words[2].line) not in {(word.block, word.line) for word in _PRINT}


def test_what_was_read_already_is_not_added_again() -> None:
    assert added_lines(_PRINT, _line("Số", "hộ", top=52)) == _PRINT


def test_scraps_of_seals_and_short_words_are_not_added() -> None:
    assert added_lines(_PRINT, _line("ỈVĐƠ", "ẵn", confidence=0.5)) == _PRINT
    assert added_lines(_PRINT, _line("ký")) == _PRINT
    assert added_lines(_PRINT, _line("12")) == _PRINT


def test_an_empty_page_gets_coloured_lines_too() -> None:
    (word,) = added_lines((), _line("MẬT", "KHẨU")[1:])
    assert (word.text, word.line) == ("KHẨU", 0)
