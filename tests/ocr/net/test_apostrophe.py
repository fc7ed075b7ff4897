from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dossier.geometry import Box
from ocr.arrays import GrayImage
from ocr.net.apostrophe import with_apostrophe

_FONT = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"


def _printed(text: str) -> tuple[GrayImage, Box]:
    font = ImageFont.truetype(_FONT, 48)
    left, top, right, bottom = font.getbbox(text)
    image = Image.new("L", (round(right) + 40, round(bottom) + 40), 255)
    ImageDraw.Draw(image).text((20, 20), text, font=font, fill=0)
    box = Box(20 + round(left), 20 + round(top), 20 + round(right), 20 + round(bottom))
    return np.asarray(image), box


@pytest.mark.parametrize(
    ("printed", "read"), [("H'Bia", "HBia"), ("H'BIA", "HBIA"), ("M'gar", "Mgar"), ("K'Bang", "KBang")]
)
def test_an_apostrophe_that_is_printed_is_put_back(printed: str, read: str) -> None:
    image, box = _printed(printed)
    assert with_apostrophe(read, image, box) == printed


@pytest.mark.parametrize("text", ["HBia", "Mlô", "HĐND", "KBuôr", "Mrông"])
def test_nothing_is_put_where_nothing_is_printed(text: str) -> None:
    image, box = _printed(text)
    assert with_apostrophe(text, image, box) == text


@pytest.mark.parametrize("text", ["Nhà", "Khánh", "Nghĩa", "Hà", "hbia", "Người"])
def test_words_that_may_begin_so_are_not_looked_at(text: str) -> None:
    image, box = _printed("H'Bia")
    assert with_apostrophe(text, image, box) == text
