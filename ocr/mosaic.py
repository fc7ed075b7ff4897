"""Pieces of a page one below the other in a single image, so that one engine call reads them all again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from dossier.geometry import Box
from ocr.arrays import GrayImage
from ocr.engine import EngineWord

_WHITE = 255
_INK = 190
_MARGIN = 24
# Softening joins what scaling frayed; the engine then puts fewer marks where none are.
_SOFTENING = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What to cut from a page: a box, so many pixels around it where only its own print counts, a scale."""

    box: Box
    rim: int
    scale: float


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a cut-out of the page lies in the mosaic: its box on the page, its top-left corner, its scale."""

    box: Box
    left: int
    top: int
    scale: float


@dataclass(frozen=True, slots=True)
class Mosaic:
    """The image and its pieces, from top to bottom."""

    image: GrayImage
    pieces: tuple[Piece, ...]

    def on_page(self, words: Sequence[EngineWord]) -> tuple[tuple[EngineWord, ...], ...]:
        """Words read in the mosaic, piece by piece, with boxes on the page; left to right."""
        found: list[list[EngineWord]] = [[] for _ in self.pieces]
        for word in words:
            middle = word.box.centre[1]
            for piece, own in zip(self.pieces, found, strict=True):
                if (
                    piece.top - _MARGIN / 2
                    <= middle
                    < piece.top + piece.box.height * piece.scale + _MARGIN / 2
                ):
                    own.append(_moved(word, piece))
                    break
        return tuple(tuple(sorted(own, key=lambda word: word.box.left)) for own in found)


def build_mosaic(page: GrayImage, cuts: Sequence[Cut]) -> Mosaic:
    """Cut-outs of a page, each scaled, stacked with white between.

    Args:
        page: the image the boxes lie in.
        cuts: at least one, each with an extent.
    """
    parts = [_part(page, cut) for cut in cuts]
    width = max(part.shape[1] for part, _ in parts) + 2 * _MARGIN
    height = sum(part.shape[0] for part, _ in parts) + (len(parts) + 1) * _MARGIN
    image = np.full((height, width), _WHITE, dtype=np.uint8)
    pieces: list[Piece] = []
    top = _MARGIN
    for (part, box), cut in zip(parts, cuts, strict=True):
        image[top : top + part.shape[0], _MARGIN : _MARGIN + part.shape[1]] = part
        pieces.append(Piece(box, _MARGIN, top, cut.scale))
        top += part.shape[0] + _MARGIN
    return Mosaic(image, tuple(pieces))


def _part(page: GrayImage, cut: Cut) -> tuple[GrayImage, Box]:
    """The scaled cut-out, and its box on the page with the rim."""
    height, width = page.shape
    box = Box(
        max(0, cut.box.left - cut.rim),
        max(0, cut.box.top - cut.rim),
        min(width, cut.box.right + cut.rim),
        min(height, cut.box.bottom + cut.rim),
    )
    own = page[box.top : box.bottom, box.left : box.right].copy()
    _clear_neighbours(own, top=cut.box.top - box.top, bottom=cut.box.bottom - box.top)
    return _scaled(own, cut.scale), box


def _clear_neighbours(part: GrayImage, *, top: int, bottom: int) -> None:
    """Whiten what reaches in from the lines above and below and does not touch the line itself."""
    _, ink = cv2.threshold(part, _INK, _WHITE, cv2.THRESH_BINARY_INV)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    start, end = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    foreign = ((start == 0) & (end <= top)) | ((end == part.shape[0]) & (start >= bottom))
    foreign[0] = False
    if count > 1 and foreign.any():
        part[foreign[labels]] = _WHITE


def _scaled(cut: GrayImage, scale: float) -> GrayImage:
    size = (max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    soft = cv2.GaussianBlur(cv2.resize(cut, size, interpolation=way), (0, 0), _SOFTENING)
    return np.asarray(soft, dtype=np.uint8)


def _moved(word: EngineWord, piece: Piece) -> EngineWord:
    def across(x: int) -> int:
        return min(
            max(piece.box.left + math.floor((x - piece.left) / piece.scale + 0.5), piece.box.left),
            piece.box.right,
        )

    def down(y: int) -> int:
        return min(
            max(piece.box.top + math.floor((y - piece.top) / piece.scale + 0.5), piece.box.top),
            piece.box.bottom,
        )

    box = Box(across(word.box.left), down(word.box.top), across(word.box.right), down(word.box.bottom))
    return EngineWord(text=word.text, box=box, confidence=word.confidence, block=word.block, line=word.line)
