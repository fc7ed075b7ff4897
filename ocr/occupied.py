"""Where the top of the first page is taken: the signer must not put a mark over words or dark regions."""

from __future__ import annotations

import cv2
import numpy as np

from dossier.text import PageText
from ocr.arrays import GrayImage, stretches
from ocr.textlayer import Sheet

Rectangle = tuple[float, float, float, float]

_POINTS_PER_MM = 72 / 25.4
_CELL_MM = 2.0
# A fifth darker or more coloured than the paper around it: a person sees that.
_DARK = 200
# Of a cell in ink: dust and paper grain stay below, a thin ruled line stays above.
_DARK_SHARE = 0.04
_BELIEVED = 0.3


def occupied_rectangles(
    page: PageText, ink: GrayImage, sheet: Sheet, *, depth_mm: float
) -> tuple[Rectangle, ...]:
    """Rectangles (left, bottom, right, top) in points, origin bottom-left, within the top ``depth_mm``.

    Args:
        page: words of the page.
        ink: the upright page, ink of any colour dark, paper even white.
        sheet: its size in points.
        depth_mm: how far down to look, from the top of the image.
    """
    scale = 72 / page.dpi
    limit = depth_mm * _POINTS_PER_MM
    words = [
        (
            box.left * scale,
            sheet.height - box.bottom * scale,
            box.right * scale,
            sheet.height - box.top * scale,
        )
        for box in (word.box for word in page.words if word.confidence >= _BELIEVED)
        if box.top * scale < limit
    ]
    return tuple(
        (round(left, 2), round(bottom, 2), round(right, 2), round(top, 2))
        for left, bottom, right, top in [*words, *_dark_cells(ink, sheet, limit=limit, scale=scale)]
    )


def _dark_cells(ink: GrayImage, sheet: Sheet, *, limit: float, scale: float) -> list[Rectangle]:
    """Runs of dark cells of 2 mm, row by row."""
    cell = max(1, round(_CELL_MM * _POINTS_PER_MM / scale))
    band = ink[: max(cell, round(limit / scale))]
    rows, columns = band.shape[0] // cell, band.shape[1] // cell
    if rows == 0 or columns == 0:
        return []
    dark_pixels = np.asarray(band[: rows * cell, : columns * cell] < _DARK).astype(np.float32)
    share = cv2.resize(dark_pixels, (columns, rows), interpolation=cv2.INTER_AREA)
    found: list[Rectangle] = []
    for row in range(rows):
        top = sheet.height - row * cell * scale
        found.extend(
            (float(start) * cell * scale, top - cell * scale, float(end) * cell * scale, top)
            for start, end in stretches(share[row] >= _DARK_SHARE)
        )
    return found
