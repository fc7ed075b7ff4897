from __future__ import annotations

import cv2
import numpy as np
import pytest

from dossier.text import PageText
from ocr.arrays import PageImage
from ocr.ink import any_ink
from ocr.occupied import Rectangle, occupied_rectangles
from ocr.textlayer import sheet_of

_DPI = 100
_PAPER = (243, 238, 226)


def _paper() -> PageImage:
    noise = np.random.default_rng(11).normal(0, 2.5, (280, 830, 1))
    return (np.array(_PAPER) + noise).clip(0, 255).astype(np.uint8)


def _occupied(pixels: PageImage) -> tuple[Rectangle, ...]:
    page = PageText(page=1, width=830, height=1170, dpi=_DPI)
    return occupied_rectangles(page, any_ink(pixels, dpi=_DPI), sheet_of(page), depth_mm=60)


@pytest.mark.parametrize(
    "colour", [(184, 115, 60), (200, 30, 40), (250, 215, 60), (40, 60, 170), (150, 150, 150), (20, 20, 20)]
)
def test_an_ornamental_frame_of_any_colour_is_seen(colour: tuple[int, int, int]) -> None:
    page = _paper()
    cv2.rectangle(page, (30, 30), (800, 500), colour, 4)
    found = _occupied(page)
    assert any(left < 40 and right > 560 for left, _, right, _ in found)
    inside = 72 / _DPI
    middle = [
        found
        for found in _occupied(page)
        if found[0] < 400 * inside < found[2] and found[3] < 842 - 60 * inside
    ]
    assert middle == []


def test_the_middle_of_a_filled_block_is_occupied() -> None:
    page = _paper()
    cv2.circle(page, (400, 120), 70, (200, 40, 45), -1)
    scale = 72 / _DPI
    at = (400 * scale, 1170 * scale - 120 * scale)
    assert any(left <= at[0] <= right and low <= at[1] <= top for left, low, right, top in _occupied(page))


def test_yellowed_and_evenly_shaded_paper_is_free() -> None:
    shade = np.linspace(0.62, 1.0, 830)[None, :, None]
    assert _occupied((_paper() * shade).astype(np.uint8)) == ()


def test_the_soft_shadow_of_the_lid_is_free() -> None:
    fade = np.clip(np.linspace(0.75, 1.3, 280), 0, 1)[:, None, None]
    assert _occupied((_paper() * fade).astype(np.uint8)) == ()
