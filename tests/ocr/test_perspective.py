from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from ocr.arrays import turn_upright, turning
from ocr.cleaning import straighten, text_image
from ocr.deskew import find_skew, ink_mask
from ocr.limits import ReadLimits
from ocr.pages import PageTools, read_page
from ocr.perspective import find_sheet, flatten_photo, is_slanted
from ocr.sources import open_source
from tests.ocr.pages import (
    TEXT,
    FixedEngine,
    StillClock,
    coloured,
    draw_page,
    engine_word,
    photographed,
    save,
    skewed,
)

_PAGE = draw_page(dpi=150, size=(8.27, 11.69), lines=TEXT * 3)
_CORNERS = ((170.0, 120.0), (1010.0, 190.0), (1090.0, 1420.0), (90.0, 1490.0))
_SIZE = (1200, 1600)


@pytest.mark.parametrize("table", [30, 90, 150])
@pytest.mark.parametrize("colour", [True, False])
def test_the_corners_of_a_sheet_on_a_table_are_found(table: int, *, colour: bool) -> None:
    page = coloured(_PAGE) if colour else _PAGE
    photo, _ = photographed(page, _CORNERS, size=_SIZE, table=table)
    corners = find_sheet(photo)
    assert corners is not None
    assert np.abs(corners - np.array(_CORNERS)).max() < 8


def test_a_sheet_whose_corner_the_picture_just_cuts_off_is_found() -> None:
    corners = ((170.0, -12.0), (1010.0, 90.0), (1090.0, 1420.0), (90.0, 1490.0))
    photo, _ = photographed(coloured(_PAGE), corners, size=_SIZE)
    found = find_sheet(photo)
    assert found is not None
    assert np.abs(found - np.array(corners)).max() < 12


def test_a_sheet_that_the_picture_cuts_off_by_more_is_left_as_it_is() -> None:
    corners = ((170.0, -300.0), (1010.0, -250.0), (1090.0, 1420.0), (90.0, 1490.0))
    photo, _ = photographed(coloured(_PAGE), corners, size=_SIZE)
    assert find_sheet(photo) is None


def test_a_slanted_photo_comes_out_flat_level_and_with_the_resolution_of_its_paper() -> None:
    photo, _ = photographed(coloured(_PAGE), _CORNERS, size=_SIZE)
    sheet = flatten_photo(photo, dpi=300)
    assert sheet is not None
    height, width = sheet.pixels.shape[:2]
    assert height / width == pytest.approx(2**0.5, abs=0.01)
    assert sheet.dpi == pytest.approx(height / 11.69, abs=1)
    text = text_image(sheet.pixels, dpi=sheet.dpi, bilevel=False)
    assert abs(find_skew(ink_mask(text, dpi=sheet.dpi))[0]) <= 0.3


def test_no_flat_scan_is_taken_for_a_photo() -> None:
    lid = cv2.copyMakeBorder(_PAGE, 200, 200, 200, 200, cv2.BORDER_CONSTANT, value=(255,))
    dark = 255 - cv2.copyMakeBorder(255 - _PAGE, 200, 200, 200, 200, cv2.BORDER_CONSTANT, value=(200,))
    noise = np.random.default_rng(3).integers(0, 256, (900, 700)).astype(np.uint8)
    assert flatten_photo(_PAGE, dpi=150) is None
    assert flatten_photo(skewed(_PAGE, 7.0), dpi=150) is None
    assert flatten_photo(np.asarray(lid, dtype=np.uint8), dpi=150) is None
    assert flatten_photo(noise, dpi=100) is None
    for degrees in (0.0, 3.0, -8.0):
        matrix = cv2.getRotationMatrix2D((800, 1100), degrees, 1.0)
        askew = cv2.warpAffine(dark, matrix, (dark.shape[1], dark.shape[0]), borderValue=(55.0,))
        assert flatten_photo(np.asarray(askew, dtype=np.uint8), dpi=150) is None


def test_a_sheet_that_only_lies_askew_is_not_slanted() -> None:
    turned = np.array([(100, 50), (900, 120), (795, 1320), (-5, 1250)], dtype=np.float64)
    assert not is_slanted(turned)


@given(st.sampled_from([0, 90, 180, 270]), st.integers(0, 39), st.integers(0, 29))
def test_points_turn_with_the_image(degrees: int, x: int, y: int) -> None:
    image = np.zeros((30, 40), dtype=np.uint8)
    image[y, x] = 1
    row, column = np.argwhere(turn_upright(image, degrees))[0]
    middle = turning(40, 30, degrees) @ np.array([x + 0.5, y + 0.5, 1.0])
    assert middle.tolist() == [column + 0.5, row + 0.5, 1.0]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_of_a_flat_sheet_are_given_on_the_photo_as_shown(rotation: int) -> None:
    photo, matrix = photographed(_PAGE, _CORNERS, size=_SIZE)
    sheet = flatten_photo(photo, dpi=150)
    assert sheet is not None
    clean = straighten(turn_upright(sheet.pixels, rotation), dpi=sheet.dpi, skew=0.0)
    flat = sheet.pixels.shape
    clean = clean.of_photo(sheet.matrix, flat=flat, width=_SIZE[0], height=_SIZE[1], rotation=rotation)
    stored = matrix @ np.array([620.0, 875.0, 1.0])
    shown = turning(*_SIZE, rotation) @ (stored / stored[2])
    x, y, weight = clean.forward @ shown
    box = Box(int(x / weight), int(y / weight), int(x / weight) + 1, int(y / weight) + 1)
    width, height = _SIZE if rotation % 180 == 0 else _SIZE[::-1]
    back = clean.box_on_page(box, width=width, height=height)
    assert abs(back.left - shown[0]) <= 3
    assert abs(back.top - shown[1]) <= 3


def test_a_photo_is_read_flat_and_told_in_pixels_of_the_photo(tmp_path: Path) -> None:
    photo, matrix = photographed(coloured(_PAGE), _CORNERS, size=_SIZE)
    path = save(photo, tmp_path / "photo.png", dpi=72)
    place = matrix @ np.array([60.0, 60.0, 1.0])
    # The word lies where the first line begins on the flat page, as the engine sees it.
    engine = FixedEngine(words=(engine_word("Căn", (100, 100, 180, 140)),))
    tools = PageTools(engine=engine, limits=ReadLimits(), clock=StillClock())
    with open_source(path, name="photo.png", limits=ReadLimits()) as source:
        page = read_page(source, 1, tools=tools, name="photo.png").page
    assert (page.width, page.height) == _SIZE
    box = page.words[0].box
    assert box.left == pytest.approx(place[0] / place[2], abs=25)
    assert box.top == pytest.approx(place[1] / place[2], abs=25)
