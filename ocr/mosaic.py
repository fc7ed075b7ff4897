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
_MARGIN = 24
# Softening joins what scaling frayed; the engine then puts fewer marks where none are.
_SOFTENING = 0.7


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
                if piece.top - _MARGIN / 2 <= middle < piece.top + piece.box.height * piece.scale + _MARGIN / 2:
                    own.append(_moved(word, piece))
                    break
        return tuple(tuple(sorted(own, key=lambda word: word.box.left)) for own in found)


def build_mosaic(page: GrayImage, boxes: Sequence[tuple[Box, float]]) -> Mosaic:
    """Cut-outs of a page, each scaled, stacked with white between.

    Args:
        page: the image the boxes lie in.
        boxes: box and scale of each cut-out; at least one, each with an extent.
    """
    cuts = [_scaled(page[box.top : box.bottom, box.left : box.right], scale) for box, scale in boxes]
    width = max(cut.shape[1] for cut in cuts) + 2 * _MARGIN
    height = sum(cut.shape[0] for cut in cuts) + (len(cuts) + 1) * _MARGIN
    image = np.full((height, width), _WHITE, dtype=np.uint8)
    pieces: list[Piece] = []
    top = _MARGIN
    for cut, (box, scale) in zip(cuts, boxes, strict=True):
        image[top : top + cut.shape[0], _MARGIN : _MARGIN + cut.shape[1]] = cut
        pieces.append(Piece(box, _MARGIN, top, scale))
        top += cut.shape[0] + _MARGIN
    return Mosaic(image, tuple(pieces))


def _scaled(cut: GrayImage, scale: float) -> GrayImage:
    size = (max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    soft = cv2.GaussianBlur(cv2.resize(cut, size, interpolation=way), (0, 0), _SOFTENING)
    return np.asarray(soft, dtype=np.uint8)


def _moved(word: EngineWord, piece: Piece) -> EngineWord:
    def across(x: int) -> int:
        return min(max(piece.box.left + math.floor((x - piece.left) / piece.scale + 0.5), piece.box.left), piece.box.right)

    def down(y: int) -> int:
        return min(max(piece.box.top + math.floor((y - piece.top) / piece.scale + 0.5), piece.box.top), piece.box.bottom)

    box = Box(across(word.box.left), down(word.box.top), across(word.box.right), down(word.box.bottom))
    return EngineWord(text=word.text, box=box, confidence=word.confidence, block=word.block, line=word.line)
