"""Ruled tables: where their cells are, and the rows of cells as rows of text.

A cell whose text takes two lines is read whole before the cell beside it, not line by line across the table.
Everything works in the engine's deskewed image.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from dossier.geometry import Box
from dossier.text import Word
from ocr.coarse import COARSE_DPI, CoarseInk
from ocr.rules import Axis, brush, opened
from ocr.segments import Segment, rows_of, segment_of
from ocr.shapes import Mask

_MM = COARSE_DPI / 25.4
_ACROSS_MM, _UPRIGHT_MM = 10.0, 5.0
_GAP_MM = 1.0
# Digit boxes are smaller than cells; frames of a page, and forms in one box, are larger.
_SMALLEST_MM = (6.5, 4.5)
_LARGEST_SHARE = (0.97, 0.25)
_FULL = 0.8
# Cells of one row of a table.
_SAME_ROW = 0.7
_MOST_LINES = 4
_HOLE_OF = 3


def table_cells(page: CoarseInk) -> tuple[Box, ...]:
    """The cells of the tables on a page, in pixels of its image; a cell within another comes before it."""
    size = page.ink.shape[1], page.ink.shape[0]
    grid = _runs(page.ink, _ACROSS_MM, axis=1) | _runs(page.ink, _UPRIGHT_MM, axis=0)
    outlines, tree = cv2.findContours(grid, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    cells = []
    for index, outline in enumerate(outlines):
        if np.asarray(tree)[0, index, _HOLE_OF] < 0:
            continue
        rectangle = cv2.boundingRect(outline)
        _, _, width, height = rectangle
        if _is_cell(width, height, size) and cv2.contourArea(outline) >= _FULL * width * height:
            cells.append(page.box_on_image(rectangle))
    return tuple(sorted(cells, key=lambda cell: cell.area))


def _runs(ink: Mask, length: float, *, axis: Axis) -> Mask:
    """Straight runs along an axis with small gaps closed; lengths in mm."""
    gap = brush(round(_GAP_MM * _MM), axis=axis)
    closed = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, gap), dtype=np.uint8)
    long = opened(closed, round(length * _MM), axis=axis)
    return np.asarray(cv2.dilate(long, np.ones((3, 3), dtype=np.uint8)), dtype=np.uint8)


def _is_cell(width: int, height: int, page: tuple[int, int]) -> bool:
    small = width < _SMALLEST_MM[0] * _MM or height < _SMALLEST_MM[1] * _MM
    large = width > _LARGEST_SHARE[0] * page[0] or height > _LARGEST_SHARE[1] * page[1]
    return not (small or large)


def with_whole_cells(lines: Sequence[Sequence[Word]], cells: Sequence[Box]) -> list[list[Word]]:
    """Lines of words, parted at the sides of cells; a row of cells with text of several lines is one line.

    Args:
        lines: words that stand beside each other, left to right.
        cells: of the tables of the page.
    """
    parts = [part for line in lines for part in _parted(line, cells)]
    held: dict[Box, list[Segment]] = {}
    for part in parts:
        cell = _cell_of(part[0].box, cells)
        if cell is not None:
            held.setdefault(cell, []).append(segment_of(part))
    joined: list[list[Word]] = []
    done: set[Box] = set()
    for cell in held:
        row = _row_of(cell, list(held))
        lengths = [len(rows_of(held[other])) for other in row]
        if done & set(row) or not 1 < max(lengths) <= _MOST_LINES or not _stand_apart(row):
            continue
        joined.append([word for other in row for word in _words_of(held[other])])
        done.update(row)
    return [part for part in parts if _cell_of(part[0].box, cells) not in done] + joined


def _words_of(cell: Sequence[Segment]) -> list[Word]:
    return [word for line in rows_of(cell) for part in line for word in part.words]


def _parted(line: Sequence[Word], cells: Sequence[Box]) -> list[list[Word]]:
    parts: list[list[Word]] = []
    before: Box | None = None
    for word in line:
        cell = _cell_of(word.box, cells)
        if not parts or cell != before:
            parts.append([])
        parts[-1].append(word)
        before = cell
    return parts


def _cell_of(box: Box, cells: Sequence[Box]) -> Box | None:
    x, y = box.centre
    return next((cell for cell in cells if cell.left <= x < cell.right and cell.top <= y < cell.bottom), None)


def _row_of(cell: Box, cells: Sequence[Box]) -> list[Box]:
    """The cells beside one, itself among them, left to right."""
    beside = [
        other
        for other in cells
        if cell.vertical_overlap(other) >= _SAME_ROW and _are_alike(cell.height, other.height)
    ]
    return sorted(beside, key=lambda other: other.left)


def _are_alike(one: int, other: int) -> bool:
    return min(one, other) >= _SAME_ROW * max(one, other)


def _stand_apart(row: Sequence[Box]) -> bool:
    return all(one.right <= other.left for one, other in pairwise(row))
