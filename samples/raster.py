"""A sheet as pixels: clean print before any wear."""

from __future__ import annotations

import itertools
import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from samples.fonts import MM_PER_POINT, load, width_mm
from samples.sheet import Colour, Mark, Panel, Sheet, Stroke, Text

Pixels = NDArray[np.uint8]
MM_PER_INCH = 25.4
SUPERSAMPLE = 3


def render(sheet: Sheet, dpi: int) -> Pixels:
    """Draw a sheet in colour at a resolution; height x width x 3, RGB."""
    scale = dpi / MM_PER_INCH
    size = (round(sheet.width * scale), round(sheet.height * scale))
    image = Image.new("RGB", size, sheet.tint)
    for op in sheet.ops:
        draw = ImageDraw.Draw(image)
        match op:
            case Text():
                _draw_text(image, op, scale)
            case Stroke():
                _draw_stroke(draw, op, scale)
            case Panel():
                corner = ((op.x + op.width) * scale, (op.y + op.height) * scale)
                draw.rectangle((op.x * scale, op.y * scale, *corner), fill=op.colour)
            case Mark():
                image = _press(image, op, scale)
    return np.array(image)


def _draw_text(image: Image.Image, op: Text, scale: float) -> None:
    """Word by word at exact places, drawn large and shrunk, as printers and scanners see no pixel grid."""
    face, size = op.style.face, op.style.size
    font = load(face, round(size * MM_PER_POINT * scale * SUPERSAMPLE))
    x = op.x
    space = width_mm(" ", face, size) + op.gap
    for word in op.content.split(" "):
        if word:
            _draw_word(image, word, font, at=(x * scale, op.y * scale), colour=op.style.colour)
        x += width_mm(word, face, size) + space


def _draw_word(
    image: Image.Image,
    word: str,
    font: ImageFont.FreeTypeFont,
    *,
    at: tuple[float, float],
    colour: Colour,
) -> None:
    """One word; its baseline begins at ``at``, in pixels of the image; the font is drawn larger and shrunk.

    Many fonts state an ascent that is lower than the marks on their capitals, and slanting letters begin
    before their place: there is room for the ink itself.
    """
    ascent, descent = font.getmetrics()
    before, above, behind, below = font.getbbox(word, anchor="ls")
    extra = (max(0, math.ceil(-before)), max(0, math.ceil(-above) - ascent))
    left, top = at[0] - extra[0] / SUPERSAMPLE, at[1] - (ascent + extra[1]) / SUPERSAMPLE
    column, line = math.floor(left) - 1, math.floor(top) - 1
    width = extra[0] + max(font.getlength(word), behind)
    height = extra[1] + ascent + max(descent, below)
    small = (math.ceil(width / SUPERSAMPLE + 5), math.ceil(height / SUPERSAMPLE + 4))
    mask = Image.new("L", (small[0] * SUPERSAMPLE, small[1] * SUPERSAMPLE), 0)
    inside = ((at[0] - column) * SUPERSAMPLE, (at[1] - line) * SUPERSAMPLE - ascent)
    ImageDraw.Draw(mask).text(inside, word, font=font, fill=255)
    image.paste(colour, (column, line), mask.reduce(SUPERSAMPLE))


def _draw_stroke(draw: ImageDraw.ImageDraw, op: Stroke, scale: float) -> None:
    width = max(1, round(op.width * scale))
    points = [(x * scale, y * scale) for x, y in op.points]
    if op.dash is None:
        draw.line(points, fill=op.colour, width=width, joint="curve")
        return
    on, off = (part * scale for part in op.dash)
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        length = math.hypot(x1 - x0, y1 - y0)
        for index in range(int(length // (on + off))):
            near, far = index * (on + off) / length, (index * (on + off) + on) / length
            ends = [(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part) for part in (near, far)]
            draw.line(ends, fill=op.colour, width=width)


def _press(image: Image.Image, op: Mark, scale: float) -> Image.Image:
    """Ink laid over what is there: it darkens, it never lightens."""
    width, height = round(op.width * scale), round(op.height * scale)
    page = np.array(image)
    left, top = round(op.x * scale), round(op.y * scale)
    shrink = op.mask.shape[1] > width
    mode = cv2.INTER_AREA if shrink else cv2.INTER_NEAREST
    mask = cv2.resize(op.mask, (width, height), interpolation=mode).astype(np.float32) / 255
    y0, y1 = max(top, 0), min(top + height, page.shape[0])
    x0, x1 = max(left, 0), min(left + width, page.shape[1])
    part = mask[y0 - top : y1 - top, x0 - left : x1 - left, None]
    ink = np.array(op.colour, np.float32) / 255
    under = page[y0:y1, x0:x1].astype(np.float32)
    page[y0:y1, x0:x1] = (under * (1 - part * (1 - ink))).astype(np.uint8)
    return Image.fromarray(page)
