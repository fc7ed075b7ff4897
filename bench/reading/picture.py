"""The comparison as a bar chart, drawn with Pillow: CER, word F1 and CPU seconds by grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from bench.reading.report import Row, rows
from bench.reading.run import WayResult
from bench.reading.ways import LABELS, WayName
from samples.fonts import load

_INKS: Mapping[WayName, tuple[int, int, int]] = {
    "tesseract": (150, 150, 158),
    "ocrmypdf": (222, 158, 60),
    "ours": (196, 40, 52),
}
_SIZE = (460, 300)
_MARGIN = 60
_DARK = (40, 40, 44)


class _Panel(NamedTuple):
    """Title, key of the row, and how a value is written over its bar."""

    title: str
    key: Literal["cer", "word_f1", "cpu"]
    form: str


_PANELS = (
    _Panel("CER (thấp hơn là tốt hơn)", "cer", "{:.3f}"),
    _Panel("F1 của từ (cao hơn là tốt hơn)", "word_f1", "{:.3f}"),
    _Panel("Giây CPU mỗi trang", "cpu", "{:.1f}"),
)


def draw(results: Sequence[WayResult], path: Path) -> None:
    """Write a PNG with three panels side by side.

    Raises:
        OSError: the file cannot be written.
    """
    width = len(_PANELS) * (_SIZE[0] + _MARGIN) + _MARGIN
    image = Image.new("RGB", (width, _SIZE[1] + 3 * _MARGIN), "white")
    pen = ImageDraw.Draw(image)
    by_way = {result.way: rows(result) for result in results}
    for index, panel in enumerate(_PANELS):
        _panel(pen, _MARGIN + index * (_SIZE[0] + _MARGIN), by_way, panel)
    x = _MARGIN
    for way in by_way:
        pen.rectangle((x, image.height - 34, x + 16, image.height - 18), fill=_INKS[way])
        pen.text((x + 24, image.height - 36), LABELS[way], font=_face(16), fill=_DARK)
        x += 330
    image.save(path, "PNG")


def _panel(
    pen: ImageDraw.ImageDraw, left: int, by_way: Mapping[WayName, Sequence[Row]], panel: _Panel
) -> None:
    top, foot = _MARGIN, _MARGIN + _SIZE[1]
    pen.text((left, 18), panel.title, font=_face(20), fill=_DARK)
    grades = [row["grade"] for row in next(iter(by_way.values()), ())]
    values = {way: [row[panel.key] for row in found] for way, found in by_way.items()}
    most = max((value for found in values.values() for value in found), default=0.0) or 1.0
    group = _SIZE[0] / max(1, len(grades))
    bar = group * 0.8 / max(1, len(by_way))
    for place, grade in enumerate(grades):
        for turn, (way, found) in enumerate(values.items()):
            x = left + place * group + turn * bar
            y = foot - (_SIZE[1] - 20) * found[place] / most
            pen.rectangle((x, y, x + bar - 2, foot), fill=_INKS[way])
            words = panel.form.format(found[place])
            pen.text((x + bar / 2, y - 2), words, font=_face(11), fill=_DARK, anchor="mb")
        pen.text(
            (left + place * group + group * 0.4, foot + 20), grade, font=_face(15), fill=_DARK, anchor="ms"
        )
    pen.line((left, foot, left + _SIZE[0], foot), fill=_DARK, width=1)
    pen.line((left, top, left, foot), fill=_DARK, width=1)


def _face(pixels: int) -> ImageFont.FreeTypeFont:
    return load("sans", pixels)
