"""Sides of cards by their look alone: where a card lies, and whether two pictures show the same side.

Two backs of one kind of card have their print, zone and chip in the same places, whoever they belong to; a
front and a back do not. So the layout is compared, coarsely, and nothing is read.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from dossier.geometry import Box
from ocr.arrays import GrayImage, PageImage, as_gray, shrunk

# ISO/IEC 7810 ID-1: 85.60 by 53.98 mm; the millimetre a scan is off, and a shadow around it.
_LONG_MM, _SHORT_MM, _SLACK_MM = 85.6, 53.98, 5.0
_DPI = 75
_CELLS = (40, 25)
_CLOSE_MM = 4.0
_RIM = 0.04

# Height by width of cells, 32-bit, mean 0 and length 1: the more print stands in a cell, the higher.
Layout = npt.NDArray[np.float32]


def find_cards(pixels: PageImage, *, dpi: int) -> tuple[Box, ...]:
    """Boxes of cards on the page, from the top, in its pixels; all of it where it is as large as a card."""
    millimetre = dpi / 25.4
    height, width = pixels.shape[:2]
    if _is_card(width / millimetre, height / millimetre):
        return (Box(0, 0, width, height),)
    scale = min(1.0, _DPI / dpi)
    gray = as_gray(shrunk(pixels, max(1, round(width * scale)), max(1, round(height * scale))))
    small = millimetre * scale
    paper = float(np.percentile(gray, 80))
    marked = np.less(cv2.GaussianBlur(gray, (0, 0), 1.0), paper - 6).astype(np.uint8)
    reach = max(3, round(_CLOSE_MM * small)) | 1
    joined = cv2.morphologyEx(marked, cv2.MORPH_CLOSE, np.ones((reach, reach), dtype=np.uint8))
    found, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = [cv2.boundingRect(outline) for outline in found]
    cards = [
        Box(round(x / scale), round(y / scale), round((x + w) / scale), round((y + h) / scale))
        for x, y, w, h in boxes
        if _is_card(w / small, h / small)
    ]
    return tuple(sorted(cards, key=lambda box: (box.top, box.left)))


def layout_of(pixels: PageImage, box: Box) -> Layout:
    """Where print and pictures stand on a card, without its rim; upended cards are laid level."""
    part = as_gray(pixels[box.top : box.bottom, box.left : box.right])
    if part.shape[0] > part.shape[1]:
        part = np.ascontiguousarray(np.rot90(part))
    rim_y, rim_x = round(part.shape[0] * _RIM), round(part.shape[1] * _RIM)
    inner = part[rim_y : part.shape[0] - rim_y, rim_x : part.shape[1] - rim_x]
    return _normal(_strokes(inner))


def likeness(one: Layout, other: Layout) -> float:
    """From -1 to 1; the larger of both ways up."""
    return max(float(np.sum(one * other)), float(np.sum(one * other[::-1, ::-1])))


def _is_card(width: float, height: float) -> bool:
    longer, shorter = max(width, height), min(width, height)
    return abs(longer - _LONG_MM) <= _SLACK_MM and abs(shorter - _SHORT_MM) <= _SLACK_MM


def _strokes(gray: GrayImage) -> npt.NDArray[np.float32]:
    """How much print, of any colour of paper, stands in each cell."""
    even = cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, np.ones((9, 9), dtype=np.uint8))
    cells = cv2.resize(even, _CELLS, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(cells.astype(np.float32), (0, 0), 0.8), dtype=np.float32)


def _normal(cells: npt.NDArray[np.float32]) -> Layout:
    centred = cells - cells.mean()
    length = float(np.sqrt(np.sum(centred * centred)))
    return np.asarray(centred / length if length > 0 else centred, dtype=np.float32)
