"""The content of a page: its image, turned upright, and over it the words nobody sees."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

from dossier.text import Line, PageText, Word
from ocr.glyphless import ADVANCE, ASCENT, DESCENT, UNITS_PER_EM

_POINTS = 72
_DESCENT_SHARE = -DESCENT / (ASCENT - DESCENT)
_NARROWEST, _WIDEST = 1.0, 1000.0
# Words beside each other share that much of the lower one's height.
_LEVEL = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Size of the finished page in points.

    Attributes:
        width, height: of the upright image at its true size.
        band: white above the image.
    """

    width: float
    height: float
    band: float = 0.0


def sheet_of(page: PageText, *, band: float = 0.0) -> Sheet:
    """True size from pixels and dpi."""
    return Sheet(
        width=round(page.width * _POINTS / page.dpi, 3),
        height=round(page.height * _POINTS / page.dpi, 3),
        band=band,
    )


def page_content(page: PageText, sheet: Sheet, *, image: str, font: str) -> bytes:
    """The content stream. ``image`` and ``font`` are resource names without the slash."""
    matrix = " ".join(_number(value) for value in image_matrix(sheet, rotation=page.rotation))
    parts = [f"q {matrix} cm /{image} Do Q"]
    lines = (*page.lines, *page.stamps)
    if lines:
        parts.append("BT 3 Tr")
        for level in (level for line in lines for level in _levels(line)):
            parts.extend(_line(level, page, sheet, font=font))
        parts.append("ET")
    return ("\n".join(parts) + "\n").encode("ascii")


def image_matrix(sheet: Sheet, *, rotation: int) -> tuple[float, float, float, float, float, float]:
    """The matrix that draws the stored image, turned clockwise by ``rotation``, over the sheet."""
    width, height = sheet.width, sheet.height
    if rotation == 90:
        return (0.0, -height, width, 0.0, 0.0, height)
    if rotation == 180:
        return (-width, 0.0, 0.0, -height, width, height)
    if rotation == 270:
        return (0.0, height, -width, 0.0, width, 0.0)
    return (width, 0.0, 0.0, height, 0.0, 0.0)


def _levels(line: Line) -> list[Line]:
    """The line in parts of words that stand level: the cells of a table may hold several lines each."""
    parts: list[list[Word]] = []
    for word in line.words:
        if parts and word.box.vertical_overlap(parts[-1][-1].box) >= _LEVEL:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [Line(tuple(part), line.block) for part in parts]


def _line(line: Line, page: PageText, sheet: Sheet, *, font: str) -> list[str]:
    """Operators for one line: every word on the common base line, as wide as its box."""
    scale = _POINTS / page.dpi
    angle = math.radians(page.skew_degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    boxes = [word.box for word in line.words]
    words = [_level_box(box.centre, box.width, box.height, cos=cos, sin=sin) for box in boxes]
    height = statistics.median(box[3] for box in words)
    middle = statistics.median(box[1] for box in words)
    size = max(1.0, height * scale * UNITS_PER_EM / (ASCENT - DESCENT))
    baseline = middle + height / 2 - height * _DESCENT_SHARE
    parts = [f"/{font} {_number(size)} Tf"]
    for word, (centre, _, width, _) in zip(line.words, words, strict=True):
        codes = word.text.encode("utf-16-be")
        natural = len(codes) / 2 * ADVANCE / UNITS_PER_EM * size
        stretch = min(max(100 * width * scale / natural, _NARROWEST), _WIDEST)
        left = centre - width / 2
        # Back from the level frame (y down, turned by the slant) to points (y up).
        x = (left * cos + baseline * sin) * scale
        y = sheet.height - (baseline * cos - left * sin) * scale
        matrix = " ".join(_number(value) for value in (cos, sin, -sin, cos, x, y))
        parts.append(f"{matrix} Tm {_number(stretch)} Tz <{codes.hex().upper()}0020> Tj")
    return parts


def _level_box(
    centre: tuple[float, float], width: int, height: int, *, cos: float, sin: float
) -> tuple[float, float, float, float]:
    """A word's middle and size in the frame where its line runs level.

    The box on the page is the one around the slanted word: its sides are ``w cos + h sin`` and
    ``w sin + h cos``, which gives ``w`` and ``h`` back.
    """
    x, y = centre
    slant = abs(sin)
    divisor = cos * cos - slant * slant
    level_width = (width * cos - height * slant) / divisor
    level_height = (height * cos - width * slant) / divisor
    if level_width <= 1 or level_height <= 1:
        level_width, level_height = float(width), float(height)
    return (x * cos - y * sin, x * sin + y * cos, level_width, level_height)


def _number(value: float) -> str:
    """A PDF number: at most five decimals, never an exponent."""
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
