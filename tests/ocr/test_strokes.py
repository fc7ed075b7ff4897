from __future__ import annotations

import cv2
import numpy as np

from ocr.arrays import GrayImage
from ocr.checks.blank import has_no_print
from ocr.cleaning import text_image
from ocr.strokes import darkened, made_solid
from tests.ocr.pages import TEXT, draw_page

_DPI = 200
_PAGE = draw_page(TEXT * 2, dpi=_DPI, size=(7.0, 6.5))


def _bilevel(threshold: int, *, noise: float) -> GrayImage:
    grain = np.random.default_rng(8).normal(0, noise, _PAGE.shape)
    soft = cv2.GaussianBlur(_PAGE, (0, 0), 0.7) + grain
    return np.where(soft < threshold, 0, 255).astype(np.uint8)


def _faint(strength: float, *, blur: float = 0.0) -> GrayImage:
    page = _PAGE if blur == 0 else np.asarray(cv2.GaussianBlur(_PAGE, (0, 0), blur), dtype=np.uint8)
    grain = np.random.default_rng(9).normal(0, 3, _PAGE.shape)
    return np.clip(245 - (255.0 - page) * strength + grain, 0, 255).astype(np.uint8)


def test_sound_black_and_white_print_is_taken_as_it_is() -> None:
    page = _bilevel(140, noise=2)
    assert made_solid(page, dpi=_DPI) is page


def test_thin_broken_strokes_become_thicker_and_whole() -> None:
    page = _bilevel(60, noise=45)
    solid = made_solid(page, dpi=_DPI)
    pieces = cv2.connectedComponents((page < 128).astype(np.uint8))[0]
    joined = cv2.connectedComponents((solid < 128).astype(np.uint8))[0]
    assert joined < 0.7 * pieces
    assert np.count_nonzero(solid < 128) > np.count_nonzero(page < 128)


def test_an_empty_black_and_white_page_stays() -> None:
    white = np.full((300, 200), 255, dtype=np.uint8)
    assert made_solid(white, dpi=_DPI) is white


def test_faint_print_becomes_dark_and_is_not_called_blank() -> None:
    for strength in (0.2, 0.3, 0.4):
        text = text_image(_faint(strength), dpi=_DPI, bilevel=False)
        assert not has_no_print(text, dpi=_DPI)
        assert text[_PAGE < 30].mean() < 90
        assert np.median(text) > 240


def test_the_other_side_shining_through_is_not_taken_for_faint_print() -> None:
    assert darkened(_faint(0.22, blur=2.5), dpi=_DPI) is None
    assert darkened(_faint(0.1), dpi=_DPI) is None


def test_dark_print_and_empty_paper_are_not_faint() -> None:
    assert darkened(_PAGE, dpi=_DPI) is None
    assert darkened(np.full((900, 700), 240, dtype=np.uint8), dpi=_DPI) is None


def test_a_little_black_print_on_a_grainy_sheet_is_not_faint() -> None:
    sheet = np.random.default_rng(3).normal(228, 12, (3500, 2480)).clip(150, 255).astype(np.uint8)
    card = _PAGE[:350]
    place = (slice(100, 100 + card.shape[0]), slice(100, 100 + card.shape[1]))
    sheet[place] = np.minimum(sheet[place], card)
    assert darkened(sheet, dpi=_DPI) is None
