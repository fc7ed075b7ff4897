"""Print as pixels: no font loses ink at the edge of the patch that a word is drawn on."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.truth.fonts import FAMILIES, Family, dressed
from samples.fonts import FACES, MM_PER_POINT, load
from samples.raster import MM_PER_INCH, SUPERSAMPLE, render
from samples.sheet import Sheet, Style

DPI = 300
# The tallest capitals, the deepest tail, letters that begin before their place when they slant.
WORDS = ("NGUYỄN", "CHIỂU", "BẢO", "XƯỞNG", "ẮNG", "jỵ", "ệ")


def _printed(word: str, face: str) -> float:
    """Ink of a word on a sheet, in pixels."""
    sheet = Sheet(width=60, height=20)
    sheet.write(20, 12, word, style=Style(face=face, size=14, colour=(0, 0, 0)))
    return float((255 - render(sheet, DPI)[:, :, 0].astype(np.float64)).sum() / 255)


def _drawn(word: str, face: str) -> float:
    """Ink of the same word drawn with room on all sides."""
    font = load(face, round(14 * MM_PER_POINT * DPI / MM_PER_INCH * SUPERSAMPLE))
    canvas = Image.new("L", (3000, 900), 0)
    ImageDraw.Draw(canvas).text((600, 450), word, font=font, fill=255, anchor="ls")
    return float(np.asarray(canvas, dtype=np.float64).sum() / 255 / SUPERSAMPLE**2)


def _kept(face: str) -> list[float]:
    return [_printed(word, face) / _drawn(word, face) for word in WORDS]


@pytest.mark.parametrize("face", sorted(FACES))
def test_all_ink_of_a_word_reaches_the_sheet(face: str) -> None:
    assert _kept(face) == pytest.approx([1.0] * len(WORDS), abs=0.001)


@pytest.mark.parametrize(
    "family", [family for family in FAMILIES if family.installed], ids=lambda one: one.name
)
def test_no_family_of_the_truth_set_loses_marks(family: Family) -> None:
    with dressed(family):
        for face in ("serif", "serif-bold", "serif-italic", "serif-bold-italic"):
            assert _kept(face) == pytest.approx([1.0] * len(WORDS), abs=0.001)
