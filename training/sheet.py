"""A page while it is drawn: its ink, the bands of its print, its foreign marks, and a pen for each."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw

from training.faces import Faces, load, x_height
from training.texts import Texts

# What the program gives the finder: see ocr/net/finder.py, which must agree.
DPI = 100
# About A4, in multiples of 32.
WIDTH, HEIGHT = 832, 1184


class Sheet:
    """An empty page and the chance choices that hold for all of it.

    Attributes:
        ink, bands, foreign: grey images, 0 none to 255 full.
        pen, other: draw on ``ink`` and on ``foreign``.
        face, body: what running text is set in, and its size in pixels.
        left, right, y: margins of what is drawn next, and how far down the page is full.
    """

    def __init__(self, texts: Texts, faces: Faces, rng: random.Random) -> None:
        self.ink = Image.new("L", (WIDTH, HEIGHT), 0)
        self.bands = Image.new("L", (WIDTH, HEIGHT), 0)
        self.foreign = Image.new("L", (WIDTH, HEIGHT), 0)
        self.pen = ImageDraw.Draw(self.ink)
        self._band = ImageDraw.Draw(self.bands)
        self.other = ImageDraw.Draw(self.foreign)
        self.texts = texts
        self.faces = faces
        self.rng = rng
        self.face = faces.printed(rng)
        self.body = points(rng.choice((11, 12, 13, 13, 14, 14, 14)))
        self.left = rng.uniform(50, 125)
        self.right = WIDTH - rng.uniform(40, 90)
        self.y = rng.uniform(40, 100)

    def put(self, text: str, x: float, base: float, *, size: float, face: Path | None = None) -> None:
        """Print one run of words."""
        path = face or self.face
        pixels = max(6, round(size))
        font = load(path, pixels)
        width = font.getlength(text)
        self.pen.text((x, base), text, font=font, fill=255, anchor="ls")
        high = max(2.0, x_height(path, pixels))
        self._band.rectangle((round(x), round(base - high), round(x + width) - 1, round(base) - 1), fill=255)

    def centred(self, text: str, middle: float, base: float) -> None:
        """Print a run of body size about that middle."""
        if text.strip():
            width = self.width_of(text, self.body)
            self.put(text, min(middle - width / 2, WIDTH - width - 5), base, size=self.body)

    def width_of(self, text: str, size: float, *, face: Path | None = None) -> float:
        """How wide a run of words comes out."""
        return load(face or self.face, max(6, round(size))).getlength(text)

    def fitting(self, width: float, size: float) -> str:
        """Words that fill about that width."""
        font = load(self.face, max(6, round(size)))
        words = ""
        while font.getlength(words) < width:
            words = f"{words} {self.texts.draw()}".strip()
        taken = words.split()
        while taken and font.getlength(" ".join(taken)) > width:
            taken.pop()
        return " ".join(taken)


def points(size: float) -> float:
    """Points of print as pixels of the page."""
    return size * (DPI / 72)
