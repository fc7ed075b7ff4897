"""What people put on a finished paper that is no text of it: pen notes, initials, red stamps."""

from __future__ import annotations

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw

from bench.truth.chance import Chance
from bench.truth.space import room
from samples.fonts import load
from samples.marks import Mask, signature
from samples.sheet import BLUE_INK, SEAL_RED, Colour, Mark, Sheet

_PENS: tuple[Colour, ...] = (BLUE_INK, (40, 40, 46), (30, 60, 180))
_STAMPS = ("HỎA TỐC", "KHẨN", "SAO Y BẢN CHÍNH", "ĐẾN", "BẢN LƯU")
_PIXELS_PER_MM = 20


def add_hands(sheet: Sheet, chance: Chance) -> None:
    """Perhaps a scrawl, initials, a stamp; each where the paper is empty."""
    if chance.maybe(0.45):
        width = float(chance.rng.uniform(22, 48))
        _put(sheet, chance, scrawl(chance, width), size=(width, 9.0), colour=chance.pick(_PENS))
    if chance.maybe(0.3):
        _put(sheet, chance, signature(chance.rng), size=(13.0, 7.0), colour=chance.pick(_PENS))
    if chance.maybe(0.25):
        mask = stamp_of(chance.pick(_STAMPS), chance)
        size = (mask.shape[1] / _PIXELS_PER_MM, mask.shape[0] / _PIXELS_PER_MM)
        _put(sheet, chance, mask, size=size, colour=SEAL_RED)


def scrawl(chance: Chance, width: float) -> Mask:
    """Something like quick handwriting that spells nothing: waves with loops and a few tall strokes."""
    rng = chance.rng
    steps = int(width * 14)
    t = np.linspace(0, width * 1.1, steps)
    tall = 0.5 + 0.5 * np.repeat(rng.random(math.ceil(steps / 18)), 18)[:steps]
    x = t + 0.9 * np.sin(t * 2.9 + float(rng.uniform(0, 3)))
    y = np.cos(t * 2.9) * tall + 0.25 * np.sin(t * 0.7) + 0.5 * np.sin(t * 5.3) * tall
    image = np.zeros((9 * _PIXELS_PER_MM, round(width * _PIXELS_PER_MM)), np.uint8)
    columns = (x - x.min()) / (x.max() - x.min()) * (image.shape[1] - 30) + 15
    rows = image.shape[0] * (0.5 + 0.22 * y)
    points = np.column_stack([columns, rows]).astype(np.int32)
    breaks = {int(place) for place in rng.integers(0, steps, max(2, steps // 90))}
    for index in range(steps - 1):
        if not any(index - gap in range(6) for gap in breaks):
            start, end = points[index], points[index + 1]
            ends = (int(start[0]), int(start[1])), (int(end[0]), int(end[1]))
            cv2.line(image, *ends, 235, 6 + index // 40 % 3, cv2.LINE_AA)
    return image


def stamp_of(words: str, chance: Chance) -> Mask:
    """A framed word in uneven ink, a little askew."""
    face = load("sans-bold", 5 * _PIXELS_PER_MM)
    width = math.ceil(face.getlength(words)) + 4 * _PIXELS_PER_MM
    image = Image.new("L", (width, 9 * _PIXELS_PER_MM), 0)
    pen = ImageDraw.Draw(image)
    edge = _PIXELS_PER_MM // 2
    pen.rectangle((edge, edge, width - edge, image.height - edge), outline=255, width=_PIXELS_PER_MM // 2)
    pen.text((width / 2, image.height / 2), words, font=face, fill=255, anchor="mm")
    turned = image.rotate(float(chance.rng.uniform(-4, 4)), resample=Image.Resampling.BICUBIC, expand=True)
    grain = chance.rng.random((turned.height, turned.width), dtype=np.float32)
    return np.asarray(np.asarray(turned) * np.where(grain < 0.9, 0.85, 0.3), dtype=np.uint8)


def _put(sheet: Sheet, chance: Chance, mask: Mask, *, size: tuple[float, float], colour: Colour) -> None:
    width, height = size
    place = room(sheet, chance, width=width, height=height)
    if place is not None:
        left, top = place
        sheet.ops.append(Mark(x=left, y=top, width=width, height=height, mask=mask, colour=colour))
