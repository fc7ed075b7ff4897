"""The coach on drawn pages: each defect is told, a good page is left alone. Rates: bench/coach.py."""

from __future__ import annotations

import numpy as np
import pytest

from bench.coach_defects import DEFECTS
from dossier.coaching import ADVICE, Advice, Severity, worst
from dossier.geometry import Box
from ocr.arrays import PageImage
from ocr.checks.sides import find_cards
from ocr.checks.streak import streaks
from ocr.coach import look_at, same_page, same_side
from ocr.coaching_files import with_sides
from tests.ocr.pages import TEXT, coloured, draw_page

DPI = 200
PAGE = coloured(draw_page(TEXT * 4, dpi=DPI, size=(8.27, 11.69)))


def codes(pixels: PageImage, *, dpi: int = DPI) -> set[str]:
    return {one.code for one in look_at(pixels, dpi=dpi, page=1, longest_mm=297.0).advice}


def test_nothing_is_said_about_a_good_page() -> None:
    assert codes(PAGE) == set()
    assert codes(PAGE[:, :, 0]) == set()


@pytest.mark.parametrize("name", sorted(DEFECTS))
def test_each_defect_is_told(name: str) -> None:
    made = DEFECTS[name](PAGE, DPI, np.random.default_rng(5))
    assert made is not None
    assert f"coach.{name}" in codes(made)


def test_a_streak_is_told_where_it_is_and_a_ruled_line_is_none() -> None:
    dirty = PAGE.copy()
    dirty[:, 700:703] = (200, 190, 180)
    advice = [one for one in look_at(dirty, dpi=DPI, page=1).advice if one.code == "coach.streak"]
    assert len(advice) == 1
    assert advice[0].box is not None
    assert advice[0].box.left <= 701 <= advice[0].box.right
    assert (advice[0].box.top, advice[0].box.bottom) == (0, PAGE.shape[0])
    ruled = PAGE.copy()
    ruled[200:-200, 700:703] = 0
    assert streaks(ruled, dpi=DPI, depth=9.0) == ()


def test_a_box_is_in_pixels_of_the_page_as_it_was_scanned() -> None:
    fine = np.repeat(np.repeat(PAGE, 2, axis=0), 2, axis=1)
    fine[:, 1400:1406] = (200, 190, 180)
    (advice,) = (one for one in look_at(fine, dpi=2 * DPI, page=1).advice if one.code == "coach.streak")
    assert advice.box is not None
    assert abs(advice.box.left - 1400) <= 8


def test_few_pixels_to_the_inch_are_told_with_their_number() -> None:
    (advice,) = (one for one in look_at(PAGE, dpi=150, page=3).advice if one.code == "coach.low_resolution")
    assert "150 dpi" in advice.sentence("vi")
    assert advice.page == 3


def card(*, back: bool, seed: int) -> PageImage:
    """A card without meaning: a front with a portrait, a back with a zone of three lines."""
    rng = np.random.default_rng(seed)
    made = np.full((638, 1011, 3), 225, dtype=np.uint8)
    if back:
        made[80:220, 60:200] = 150
        for row in (420, 480, 540):
            for x in range(40, 970, 31):
                made[row : row + 34, x : x + int(rng.integers(8, 22))] = 20
    else:
        made[220:560, 60:310] = rng.integers(40, 200, (340, 250, 1), dtype=np.uint8)
        for row in range(150, 560, 60):
            for x in range(360, int(rng.integers(650, 960)), 26):
                made[row : row + 26, x : x + int(rng.integers(6, 18))] = 30
    return made


@pytest.mark.parametrize(
    ("backs", "again"), [((True, True), True), ((False, False), True), ((False, True), False)]
)
def test_the_same_side_of_a_card_twice_is_told(backs: tuple[bool, bool], again: bool) -> None:
    first, second = (
        look_at(card(back=back, seed=seed), dpi=300, page=page)
        for page, (seed, back) in enumerate(zip((3, 4), backs, strict=True), start=1)
    )
    assert len(first.cards) == len(second.cards) == 1
    assert same_side(second.cards[0], first.cards[0]) is again
    assert ("coach.wrong_side" in {one.code for one in with_sides(second, first).advice}) is again


def test_two_cards_on_a_sheet_are_found_from_the_top() -> None:
    sheet = np.full((3508, 2480, 3), 252, dtype=np.uint8)
    sheet[300:938, 700:1711] = card(back=False, seed=1)
    sheet[1300:1938, 700:1711] = card(back=True, seed=2)
    boxes = find_cards(sheet, dpi=300)
    assert [abs(box.top - top) < 40 for box, top in zip(boxes, (300, 1300), strict=True)] == [True, True]
    assert find_cards(PAGE, dpi=DPI) == ()


def test_two_pages_are_one_only_when_they_show_the_same() -> None:
    other = coloured(draw_page(TEXT[::-1] * 4, dpi=DPI, size=(8.27, 11.69)))
    one, same, another = (look_at(pixels, dpi=DPI, page=1) for pixels in (PAGE, np.roll(PAGE, 3, 0), other))
    assert same_page(same, one)
    assert not same_page(another, one)
    empty = look_at(np.full_like(PAGE, 250), dpi=DPI, page=1)
    assert not same_page(empty, empty)


def test_a_tiny_or_odd_picture_is_no_crash() -> None:
    for shape in ((1, 1), (3, 2000), (2000, 3, 3), (40, 40, 3)):
        look_at(np.full(shape, 128, dtype=np.uint8), dpi=300, page=1)


@pytest.mark.parametrize("code", sorted(ADVICE))
def test_every_advice_has_a_sentence_in_both_languages_and_a_form_for_programs(code: str) -> None:
    advice = Advice(code=code, page=2, value=3.0, box=Box(1, 2, 3, 4), about="KS-01")
    assert advice.sentence("vi").endswith(".")
    assert advice.sentence("en").endswith(".")
    assert "{" not in advice.sentence("vi") + advice.sentence("en")
    assert advice.as_json()["box"] == [1, 2, 3, 4]


def test_the_worst_advice_decides() -> None:
    blank, dark = Advice(code="coach.blank", page=1), Advice(code="coach.dark", page=1)
    assert worst((blank, dark)) is Severity.RESCAN
    assert worst(()) is None
