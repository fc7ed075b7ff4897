from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.geometry import Box
from ocr.arrays import as_gray, turn_upright
from ocr.cleaning import ENGINE_DPI, straighten, text_image
from ocr.deskew import find_skew, ink_mask
from ocr.ink import divide_background, stretch, text_channel
from ocr.orientation import guess_upright
from tests.ocr.pages import TEXT, coloured, draw_page, font, skewed

_PAGE = draw_page(dpi=150, size=(7.0, 9.0), lines=TEXT * 3)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("degrees", [0.0, 4.0, -9.0])
def test_a_turned_page_is_known_from_the_shape_of_its_lines(turn: int, degrees: float) -> None:
    lying = turn_upright(skewed(_PAGE, degrees), (360 - turn) % 360)
    guess = guess_upright(ink_mask(lying, dpi=150))
    assert (guess.turn, guess.axis_sure) == (turn, True)


def test_an_upright_page_needs_no_second_witness() -> None:
    assert not guess_upright(ink_mask(_PAGE, dpi=150)).needs_proof


def test_a_card_on_a_large_sheet_has_too_few_lines_to_prove_how_it_lies() -> None:
    sheet = np.full((1750, 1240), 255, dtype=np.uint8)
    card = draw_page(dpi=150, size=(5.0, 2.0), lines=TEXT[:4])
    sheet[300 : 300 + card.shape[0], 200 : 200 + card.shape[1]] = card
    assert guess_upright(ink_mask(sheet, dpi=150)).needs_proof


def test_a_page_of_noise_is_never_sure() -> None:
    noise = np.random.default_rng(7).integers(0, 256, (900, 700)).astype(np.uint8)
    assert guess_upright(ink_mask(noise, dpi=100)).needs_proof


@settings(max_examples=12, deadline=None)
@given(st.integers(-149, 149))
def test_skew_is_found_to_a_tenth_of_a_degree(tenths: int) -> None:
    angle, _ = find_skew(ink_mask(skewed(_PAGE, tenths / 10), dpi=150))
    assert angle == pytest.approx(tenths / 10, abs=0.11)


def test_a_page_without_ink_has_no_skew() -> None:
    assert find_skew(np.zeros((100, 100), dtype=np.bool_)) == (0.0, 0.0)


def test_straightening_undoes_the_skew() -> None:
    clean = straighten(skewed(_PAGE, 5.0), dpi=150, skew=5.0)
    angle, _ = find_skew(ink_mask(clean.image, dpi=clean.dpi))
    assert abs(angle) <= 0.1
    assert clean.dpi == ENGINE_DPI


@pytest.mark.parametrize("skew", [0.0, -0.1, 3.0])
@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_a_mark_lies_where_the_way_to_the_cleaned_page_says(dpi: int, skew: float) -> None:
    page = np.full((1000, 700), 255, dtype=np.uint8)
    cv2.circle(page, (500, 800), 9, (0,), -1)
    clean = straighten(page, dpi=dpi, skew=skew)
    rows, columns = np.nonzero(clean.image < 128)
    x, y, _ = clean.forward @ np.array([500.0, 800.0, 1.0])
    assert (columns.mean(), rows.mean()) == pytest.approx((x, y), abs=0.3)
    assert np.count_nonzero(clean.image < 255) < 4000


@given(st.floats(-15, 15), st.sampled_from([100, 150, 200, 300, 400, 600]), st.integers(0, 380))
def test_boxes_come_back_to_where_they_were(skew: float, dpi: int, place: int) -> None:
    page = np.full((500, 400), 255, dtype=np.uint8)
    clean = straighten(page, dpi=dpi, skew=skew)
    point = clean.forward @ np.array([place, 250.0, 1.0])
    x, y = int(point[0]), int(point[1])
    box = clean.box_on_page(Box(max(x, 0), max(y, 0), max(x, 0) + 1, max(y, 0) + 1), width=400, height=500)
    assert abs(box.left - place) <= 6 or x < 0
    assert 0 <= box.left <= box.right <= 400
    assert 0 <= box.top <= box.bottom <= 500


def test_a_red_seal_and_a_blue_signature_leave_the_text_image() -> None:
    page = coloured(draw_page())
    cv2.circle(page, (600, 400), 90, (200, 40, 50), 8)
    cv2.line(page, (300, 520), (520, 470), (40, 50, 170), 5)
    text = text_image(page, dpi=150, bilevel=False)
    assert text[400, 690] > 200
    assert text[495, 410] > 150
    assert text[:380, :500].min() < 30


def test_black_print_under_a_red_seal_stays_dark() -> None:
    page = np.full((200, 200, 3), 250, dtype=np.uint8)
    page[130:200] = 0
    page[20:120, 60:160] = (205, 45, 50)
    page[60:105, 70:150] = (70, 20, 20)
    channel = text_channel(page, dpi=150)
    assert channel[100, 100] < 120 < channel[30, 65]


def test_a_title_printed_in_red_stays_in_the_text_image() -> None:
    from PIL import Image, ImageDraw  # noqa: PLC0415  only this test draws in colour

    sheet = Image.fromarray(coloured(draw_page(dpi=150, size=(7.0, 9.0))))
    ImageDraw.Draw(sheet).text((300, 700), "GIẤY KHAI SINH", font=font(50), fill=(190, 25, 35))
    text = text_image(np.asarray(sheet, dtype=np.uint8), dpi=150, bilevel=False)
    assert np.count_nonzero(text[700:760, 300:700] < 120) > 1000


def test_a_page_printed_in_colour_is_kept_whole() -> None:
    page = coloured(draw_page())
    blue = np.where(page < 128, np.array([30, 40, 160], dtype=np.uint8), page)
    assert text_channel(blue, dpi=150).min() < 90


def test_a_shadow_is_divided_out() -> None:
    page = draw_page()
    shade = np.linspace(0.35, 1.0, page.shape[1])
    shadowed = (page * shade).astype(np.uint8)
    even = divide_background(shadowed, dpi=150)
    assert even[10, 20] > 240
    assert even[10, -20] > 240


def test_an_empty_grey_page_is_not_blown_up() -> None:
    paper = np.full((200, 200), 235, dtype=np.uint8)
    paper[50, 50] = 180
    assert stretch(paper).min() > 100


def test_black_and_white_pages_are_taken_as_they_are() -> None:
    page = np.where(_PAGE < 128, 0, 255).astype(np.uint8)
    assert text_image(page, dpi=150, bilevel=True) is page


def test_turning_is_clockwise() -> None:
    page = np.array([[1, 2], [3, 4]], dtype=np.uint8)
    assert turn_upright(page, 90).tolist() == [[3, 1], [4, 2]]
    with pytest.raises(ValueError, match="45"):
        turn_upright(page, 45)


def test_grey_of_a_grey_page_is_the_page() -> None:
    assert as_gray(_PAGE) is _PAGE
