"""What pages look like from far away, and how much red ink they bear."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from ocr.arrays import PageImage
from ocr.prints import PagePrint, likeness, page_print
from ocr.redink import red_ink_mm2

DPI = 100
MM = DPI / 25.4


def sheet(rows: range, *, seed: int = 1, tint: tuple[int, int, int] = (252, 250, 245)) -> Image.Image:
    """A page with lines of words of drawn lengths."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (827, 1169), tint)
    draw = ImageDraw.Draw(image)
    for row in rows:
        left = 80
        while left < 700:
            width = int(rng.integers(20, 90))
            draw.rectangle((left, 60 + 24 * row, min(747, left + width), 72 + 24 * row), fill=(25, 25, 25))
            left += width + 14
    return image


def pixels(image: Image.Image) -> PageImage:
    return np.asarray(image, dtype=np.uint8)


def printed(image: Image.Image, *, rotation: int = 0) -> PagePrint:
    return page_print(pixels(image), dpi=DPI, rotation=rotation)


def test_the_same_sheet_again_shifted_slanted_darker_or_upside_down_looks_the_same() -> None:
    first = sheet(range(36))
    shifted = Image.new("RGB", first.size, (252, 250, 245))
    shifted.paste(first, (9, 6))
    slanted = first.rotate(0.6, fillcolor=(252, 250, 245))
    darker = first.point(lambda value: int(value * 0.85))
    for again in (shifted, slanted, darker):
        assert likeness(printed(first), printed(again)) > 0.8
    turned = first.rotate(180)
    assert likeness(printed(first), printed(turned, rotation=180)) > 0.99


def test_other_sheets_and_empty_ones_look_different() -> None:
    half = sheet(range(12))
    assert likeness(printed(sheet(range(36))), printed(half)) < 0.5
    empty = sheet(range(0))
    assert likeness(printed(half), printed(empty)) == 0.0
    assert likeness(printed(empty), printed(empty)) == 1.0


@given(st.binary(min_size=48 * 34, max_size=48 * 34), st.binary(min_size=48 * 34, max_size=48 * 34))
def test_likeness_is_a_share_and_the_same_both_ways(left: bytes, right: bytes) -> None:
    one, other = PagePrint(left), PagePrint(right)
    assert 0.0 <= likeness(one, other) <= 1.0
    assert likeness(one, other) == pytest.approx(likeness(other, one))


def test_a_red_seal_is_measured_in_square_millimetres() -> None:
    image = sheet(range(36))
    ImageDraw.Draw(image).ellipse((400, 800, 400 + 30 * MM, 800 + 30 * MM), outline=(200, 30, 40), width=8)
    found = red_ink_mm2(pixels(image), dpi=DPI)
    # A ring of 30 mm and 2 mm: the area of a disc of 30 mm without one of 26 mm.
    assert found == pytest.approx(np.pi / 4 * (30**2 - 26**2), rel=0.15)


def test_a_colour_scan_without_red_has_none_and_grey_pages_say_nothing() -> None:
    tinted = pixels(sheet(range(36), tint=(252, 248, 236)))
    assert red_ink_mm2(tinted, dpi=DPI) == 0.0
    grey = pixels(sheet(range(36), tint=(250, 250, 250)))
    assert red_ink_mm2(grey, dpi=DPI) is None
    assert red_ink_mm2(grey[..., 0], dpi=DPI) is None
