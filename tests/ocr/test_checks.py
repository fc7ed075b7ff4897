from __future__ import annotations

import cv2
import numpy as np

from dossier.geometry import Box
from dossier.text import Word
from ocr.arrays import GrayImage
from ocr.checks.blank import has_no_print, nothing_read
from ocr.checks.blur import check_blur, edge_width
from ocr.checks.dark import check_dark
from ocr.checks.resolution import check_resolution
from ocr.checks.skew import check_rotation, check_skew
from ocr.cleaning import text_image
from tests.ocr.pages import TEXT, draw_page

_PAGE = draw_page(dpi=200, size=(7.0, 9.0), lines=TEXT * 3)


def test_a_back_with_bleed_through_and_dirt_has_no_print() -> None:
    mirrored = _PAGE[:, ::-1]
    back = 238 - ((255 - mirrored.astype(np.int16)) // 9)
    dust = np.random.default_rng(3).integers(0, _PAGE.size, 60)
    back.reshape(-1)[dust] = 90
    text = text_image(back.astype(np.uint8), dpi=200, bilevel=False)
    assert has_no_print(text, dpi=200)


def test_a_page_with_a_few_words_is_not_blank() -> None:
    few = text_image(draw_page(("Đã thu phí.",), dpi=200, size=(7.0, 9.0)), dpi=200, bilevel=False)
    assert not has_no_print(few, dpi=200)
    words = [Word("Đã", Box(0, 0, 9, 9), 0.9)]
    assert not nothing_read(words, no_print=False)


def test_scraps_nobody_believes_are_no_text() -> None:
    scraps = [Word("l", Box(0, 0, 9, 9), 0.3), Word("~i", Box(0, 0, 9, 9), 0.4)]
    assert nothing_read(scraps, no_print=False)


def _soft(sigma: float) -> GrayImage:
    return np.asarray(cv2.GaussianBlur(_PAGE, (0, 0), sigma), dtype=np.uint8)


def test_blur_is_measured_in_millimetres_and_noted_when_it_harms() -> None:
    sharp, soft = edge_width(_PAGE, dpi=200), edge_width(_soft(3.0), dpi=200)
    assert 0 < sharp < 0.3 < soft
    assert check_blur(_PAGE, page=1, dpi=200, bilevel=False) == ()


def test_black_and_white_is_never_called_blurred() -> None:
    assert check_blur(_soft(6.0), page=1, dpi=200, bilevel=True) == ()


def test_dark_paper_is_noted_and_light_paper_is_not() -> None:
    assert [finding.code for finding in check_dark((_PAGE // 3).astype(np.uint8), page=1)] == ["page.dark"]
    assert check_dark(_PAGE, page=1) == ()


def test_low_resolution_gives_the_dpi() -> None:
    assert check_resolution(page=3, dpi=150)[0].value == 150
    assert check_resolution(page=3, dpi=200) == ()


def test_slant_and_turn_give_degrees() -> None:
    assert check_skew(page=1, skew_degrees=-3.2)[0].value == -3.2
    assert check_skew(page=1, skew_degrees=0.4) == ()
    assert check_rotation(page=1, turned=90)[0].value == 90
    assert check_rotation(page=1, turned=0) == ()
