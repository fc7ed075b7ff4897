"""Single lines as the line finder cuts them: ink on white, 48 pixels high, baseline and x-height in place."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from training.faces import Faces, load, x_height
from training.overlays import Bare, overlaid
from training.texts import Texts

Ink = npt.NDArray[np.uint8]

# What the program cuts: see ocr/net/crops.py, which must agree.
HEIGHT = 48
BASELINE = 35.0
X_HEIGHT = 15.0
SQUEEZE = 0.7
# Columns for each step of the network's answer, as ocr/net/ctc.py counts them.
STEP = 4
_PAD = 8
# Shares of lines whose label is smaller than its value, and whose long numbers stand in boxes.
_MIXED, _BOXED = 0.05, 0.2
_BOXED_DIGITS = 6
# Left edge, what is printed, in which font.
_Piece = tuple[float, str, ImageFont.FreeTypeFont]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line: ink (0 none, 255 full; 48 rows) and what it says."""

    ink: Ink
    text: str


class Lines:
    """Draws lines one after the other.

    Args:
        texts: what they say.
        faces: what they are set in.
        seed: the same seed draws the same lines.
    """

    def __init__(self, texts: Texts, faces: Faces, *, seed: int) -> None:
        self._texts = texts
        self._faces = faces
        self._rng = random.Random(seed)

    def draw(self) -> Drawn:
        """The next line."""
        rng = self._rng
        text = self._texts.draw()
        path = self._faces.printed(rng)
        if rng.random() < 0.03 and text.isascii():
            path = self._faces.written(rng)
        wanted = X_HEIGHT * rng.triangular(0.78, 1.28, 1.0)
        size = max(10, round(wanted / max(0.2, x_height(path, 64) / 64)))
        places, width = self._places(text, path, size)
        canvas = Image.new("L", (round(width) + 2 * _PAD + rng.randint(0, 24), HEIGHT), 0)
        pen = ImageDraw.Draw(canvas)
        base = BASELINE + rng.triangular(-4.0, 4.0, 0.0)
        left = _PAD + rng.uniform(-5, 5)
        self._neighbours(pen, path, size, base, canvas.width)
        for x, word, font in places:
            pen.text((left + x, base), word, font=font, fill=255, anchor="ls")
        self._box_sides(pen, places, left=left, base=base, height=wanted)
        line = Bare(canvas, base=base, left=left, right=left + width, height=wanted, face=path)
        overlaid(line, self._texts.draw(), rng)
        ink = np.asarray(canvas)
        squeeze = SQUEEZE * rng.triangular(0.82, 1.22, 1.0)
        squeezed = cv2.resize(
            ink, (max(16, round(ink.shape[1] * squeeze)), HEIGHT), interpolation=cv2.INTER_AREA
        )
        return Drawn(np.asarray(squeezed, dtype=np.uint8), text)

    def _places(self, text: str, path: Path, size: int) -> tuple[list[_Piece], float]:
        """Pieces with their left edges, and the width of all."""
        rng = self._rng
        font = load(path, size)
        words = text.split(" ")
        small = self._small(words, path, size)
        space = font.getlength(" ")
        if rng.random() < 0.35:
            space *= rng.uniform(0.8, 2.6)
        spread = rng.uniform(0.05, 0.25) * size if rng.random() < 0.02 else 0.0
        boxed = rng.random() < _BOXED
        places: list[_Piece] = []
        x = 0.0
        for word, set_in in zip(words, small, strict=True):
            if boxed and len(word) >= _BOXED_DIGITS and word.isdigit():
                x = self._boxed(word, x, set_in, places)
            elif spread:
                for letter in word:
                    places.append((x, letter, set_in))
                    x += set_in.getlength(letter) + spread
            else:
                places.append((x, word, set_in))
                x += set_in.getlength(word)
            x += space * (rng.uniform(1.5, 4.0) if rng.random() < 0.015 else 1.0)
        return places, max(1.0, x - space)

    def _small(self, words: list[str], path: Path, size: int) -> list[ImageFont.FreeTypeFont]:
        """The font of each word; at times the first ones, a label, are smaller than what follows."""
        rng = self._rng
        label = rng.randint(1, min(4, len(words))) if rng.random() < _MIXED else 0
        lesser = max(7, round(size * rng.uniform(0.45, 0.85)))
        face = self._faces.printed(rng) if label and rng.random() < 0.3 else path
        return [load(face, lesser) if index < label else load(path, size) for index in range(len(words))]

    def _boxed(self, word: str, x: float, font: ImageFont.FreeTypeFont, places: list[_Piece]) -> float:
        """Digits in boxes of one width; gives where the last box ends."""
        rng = self._rng
        side = font.getlength("0") * rng.uniform(1.2, 2.6)
        for digit in word:
            places.append((x + (side - font.getlength(digit)) / 2 + rng.uniform(-1, 1), digit, font))
            x += side
        return x

    def _box_sides(
        self, pen: ImageDraw.ImageDraw, places: list[_Piece], *, left: float, base: float, height: float
    ) -> None:
        """What is left of the boxes between single digits: whole sides, parts of them, or nothing."""
        rng = self._rng
        kept = rng.choice((0.0, 0.3, 0.7, 1.0))
        low, high = base - height * rng.uniform(1.5, 2.2), base + height * rng.uniform(0.2, 0.7)
        for (x, one, font), (after, two, _) in pairwise(places):
            if one.isdigit() and two.isdigit() and len(one) == len(two) == 1 and rng.random() < kept:
                middle = left + (x + font.getlength(one) + after) / 2
                ends = (low, high) if rng.random() < 0.6 else sorted((rng.uniform(low, high), high))
                pen.line((middle, ends[0], middle, ends[1]), fill=rng.randint(90, 255), width=1)

    def _neighbours(self, pen: ImageDraw.ImageDraw, path: Path, size: int, base: float, width: int) -> None:
        """The feet of the line above and the heads of the line below, as far as they reach in."""
        rng = self._rng
        if rng.random() < 0.45:
            return
        pitch = size * rng.uniform(1.02, 1.75)
        font = load(path, size)
        for shift in (-pitch, pitch):
            if rng.random() < 0.75:
                words = self._texts.draw()
                if width > 400:
                    words = f"{words} {self._texts.draw()}"
                pen.text(
                    (rng.uniform(-40, 40), base + shift),
                    words,
                    font=font,
                    fill=rng.choice((255, 255, 190)),
                    anchor="ls",
                )
