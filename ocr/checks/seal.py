"""Papers that should carry a round seal and show none."""

from __future__ import annotations

import cv2
import numpy as np

from dossier.geometry import Box
from dossier.text import Finding
from ocr.arrays import GrayImage, PageImage, as_gray, shrunk
from ocr.ink import divide_background
from ocr.shapes import outlines, parts

_DPI = 75
# Round seals measure 30 to 42 mm (Circular 07/2010/TT-BCA); the state emblem on certificates is smaller.
_SEAL_MM = (26.0, 46.0)
# Red is that much brighter than green and blue; orange and pink paper stays below.
_RED = 40
_GAP_MM = 2.5
_ROUND = (0.86, 1.08)
_SQUARE = 1.25
# A ring in black: ink on so much of a circle, and paper right outside of it.
_INK = 170
_RING = 0.72
_FREE = 0.45
_ANGLES = 180
_CANDIDATES = 12
_ARC_MM, _BENT_MM = 10.0, 3.0


def find_seals(pixels: PageImage, *, dpi: int) -> tuple[Box, ...]:
    """Boxes, in pixels of the page as stored, of round seals: red ones, else black rings.

    Args:
        pixels: the page, grey or RGB, any way up.
        dpi: its pixels per inch.
    """
    scale = min(1.0, _DPI / dpi)
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = shrunk(pixels, *size)
    millimetre = dpi * scale / 25.4
    found = _red_seals(small, millimetre) if small.ndim == 3 else []
    boxes = found or _black_rings(divide_background(as_gray(small), dpi=round(dpi * scale)), millimetre)
    return tuple(Box(*(round(side / scale) for side in box)) for box in boxes)


def check_seal(pixels: PageImage, *, page: int, dpi: int, expected: bool) -> tuple[Finding, ...]:
    """``page.no_seal`` where a seal is expected and none is seen."""
    if not expected or find_seals(pixels, dpi=dpi):
        return ()
    return (Finding("page.no_seal", page, 1.0),)


def _red_seals(small: PageImage, millimetre: float) -> list[tuple[int, int, int, int]]:
    red, green, blue = cv2.split(small)
    redness = cv2.subtract(red, cv2.max(green, blue))
    _, ink = cv2.threshold(redness, _RED, 1, cv2.THRESH_BINARY)
    reach = max(3, round(_GAP_MM * millimetre))
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), dtype=np.uint8))
    low, high = (size * millimetre for size in _SEAL_MM)
    found = []
    # A seal may stand within a red frame.
    for outline in outlines(np.asarray(joined, dtype=np.uint8)):
        left, top, width, height = cv2.boundingRect(outline)
        if not low <= max(width, height) <= high or max(width, height) > _SQUARE * min(width, height):
            continue
        disc = cv2.contourArea(cv2.convexHull(outline)) / (np.pi / 4 * width * height)
        if _ROUND[0] <= disc <= _ROUND[1]:
            found.append((left, top, left + width, top + height))
    return found


def _black_rings(even: GrayImage, millimetre: float) -> list[tuple[int, int, int, int]]:
    arcs = _long_curves(np.less(even, _INK).astype(np.uint8), millimetre)
    if cv2.countNonZero(arcs) == 0:
        return []
    low, high = (round(size * millimetre / 2) for size in _SEAL_MM)
    circles = cv2.HoughCircles(
        cv2.GaussianBlur(arcs, (0, 0), 1.0),
        cv2.HOUGH_GRADIENT,
        dp=2,
        minDist=low,
        param1=140,
        param2=40,
        minRadius=low,
        maxRadius=high,
    )
    if circles is None:
        return []
    ink = np.greater(arcs, 0)
    return [
        (max(0, round(x - r)), max(0, round(y - r)), round(x + r), round(y + r))
        for x, y, r in np.asarray(circles).reshape(-1, 3)[:_CANDIDATES].tolist()
        if _is_ring(ink, x, y, r)
    ]


def _long_curves(ink: GrayImage, millimetre: float) -> GrayImage:
    """Only what is joined over a centimetre and is no straight line: print has gone, arcs are left."""
    kept = np.zeros_like(ink)
    for area, own in parts(ink, longest=_ARC_MM * millimetre, shortest=_BENT_MM * millimetre):
        kept[area][own] = 255
    return kept


def _is_ring(ink: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], x: float, y: float, radius: float) -> bool:
    """Whether there is ink nearly all along a circle about there, and little right outside."""
    on, outside = 0.0, 1.0
    for change in (-2, -1, 0, 1, 2):
        share = _share(ink, x, y, radius + change)
        if share > on:
            on, outside = share, _share(ink, x, y, radius + change + 4)
    return on >= _RING and outside <= _FREE


def _share(ink: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], x: float, y: float, radius: float) -> float:
    angles = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)
    columns = np.rint(x + radius * np.cos(angles)).astype(np.int64)
    rows = np.rint(y + radius * np.sin(angles)).astype(np.int64)
    inside = (rows >= 1) & (rows < ink.shape[0] - 1) & (columns >= 1) & (columns < ink.shape[1] - 1)
    if int(np.count_nonzero(inside)) < _ANGLES // 2:
        return 0.0
    rows, columns = rows[inside], columns[inside]
    near = ink[rows, columns] | ink[rows - 1, columns] | ink[rows + 1, columns]
    near |= ink[rows, columns - 1] | ink[rows, columns + 1]
    return float(near.mean())
