"""Print that an engine passed over: rows of letter shapes on the page that no word covers."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from dossier.geometry import Box
from ocr.arrays import GrayImage

_DPI = 100
_INK = 150
# A capital is 1.5 to 8 mm high; what is joined across is a line of at least two letters.
_HEIGHT_MM = (1.5, 8.0)
_NARROWEST_MM = 3.0
_WORD_SPACE_MM = 3.0
_FULLEST = 0.8
_LETTERS = 2
_MOST = 5


def unread_rows(image: GrayImage, covered: Sequence[Box], *, dpi: int) -> tuple[Box, ...]:
    """Boxes, in pixels of ``image``, of rows of print outside all ``covered`` boxes; the widest first."""
    scale = _DPI / dpi
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    ink = (cv2.resize(image, size, interpolation=cv2.INTER_AREA) < _INK).astype(np.uint8)
    for box in covered:
        rows = slice(max(0, int(box.top * scale) - 2), int(box.bottom * scale) + 3)
        ink[rows, max(0, int(box.left * scale) - 1) : int(box.right * scale) + 2] = 0
    found = [_back(row, scale, image.shape) for row in _rows(_letters(ink))]
    return tuple(sorted(found, key=lambda box: -box.width)[:_MOST])


def _letters(ink: GrayImage) -> GrayImage:
    """Only the shapes that can be letters or joined letters."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    low, high = (millimetres * _DPI / 25.4 for millimetres in _HEIGHT_MM)
    tall, wide = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    kept = (tall >= low) & (tall <= high) & (wide <= 3 * high)
    kept &= stats[:, cv2.CC_STAT_AREA] <= _FULLEST * np.maximum(1, tall * wide)
    kept[0] = False
    table = np.zeros(count, dtype=np.uint8)
    table[kept] = 1
    return np.asarray(table[labels], dtype=np.uint8)


def _rows(letters: GrayImage) -> list[Box]:
    reach = max(3, round(_WORD_SPACE_MM * _DPI / 25.4))
    joined = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((3, reach), dtype=np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(joined, dtype=np.uint8), connectivity=8)
    _, high = (millimetres * _DPI / 25.4 for millimetres in _HEIGHT_MM)
    rows: list[Box] = []
    for left, top, width, height, _area in stats[1:].tolist():
        shapes, _ = cv2.connectedComponents(letters[top : top + height, left : left + width])
        if width >= _NARROWEST_MM * _DPI / 25.4 and height <= high and shapes > _LETTERS:
            rows.append(Box(left, top, left + width, top + height))
    return rows


def _back(row: Box, scale: float, shape: tuple[int, ...]) -> Box:
    """To pixels of the image, with room for the marks above and below."""
    rim = max(2, round(0.3 * row.height))
    return Box(
        max(0, round((row.left - rim) / scale)),
        max(0, round((row.top - rim) / scale)),
        min(shape[1], round((row.right + rim) / scale)),
        min(shape[0], round((row.bottom + rim) / scale)),
    )
