"""Single lines as the line finder cuts them: ink on white, 48 pixels high, baseline and x-height in place."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from training.faces import Faces, load, x_height
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
        font = load(path, size)
        places, width = self._places(text, font)
        canvas = Image.new("L", (round(width) + 2 * _PAD + rng.randint(0, 24), HEIGHT), 0)
        pen = ImageDraw.Draw(canvas)
        base = BASELINE + rng.triangular(-4.0, 4.0, 0.0)
        left = _PAD + rng.uniform(-5, 5)
        self._neighbours(pen, path, size, base, canvas.width)
        for x, word in places:
            pen.text((left + x, base), word, font=font, fill=255, anchor="ls")
        self._rules(pen, base=base, left=left, right=left + width, height=wanted, edge=canvas.width)
        ink = np.asarray(canvas)
        squeeze = SQUEEZE * rng.triangular(0.82, 1.22, 1.0)
        squeezed = cv2.resize(
            ink, (max(16, round(ink.shape[1] * squeeze)), HEIGHT), interpolation=cv2.INTER_AREA
        )
        return Drawn(np.asarray(squeezed, dtype=np.uint8), text)

    def _places(self, text: str, font: ImageFont.FreeTypeFont) -> tuple[list[tuple[float, str]], float]:
        """Words with their left edges, and the width of all."""
        rng = self._rng
        space = font.getlength(" ")
        if rng.random() < 0.35:
            space *= rng.uniform(0.8, 2.6)
        spread = rng.uniform(0.05, 0.25) * font.size if rng.random() < 0.02 else 0.0
        places: list[tuple[float, str]] = []
        x = 0.0
        for word in text.split(" "):
            if spread:
                for letter in word:
                    places.append((x, letter))
                    x += font.getlength(letter) + spread
            else:
                places.append((x, word))
                x += font.getlength(word)
            x += space * (rng.uniform(1.5, 4.0) if rng.random() < 0.015 else 1.0)
        return places, max(1.0, x - space)

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

    def _rules(
        self, pen: ImageDraw.ImageDraw, *, base: float, left: float, right: float, height: float, edge: int
    ) -> None:
        """What papers have beside print: dotted lines, rules, box sides, arcs of seals, strokes of pens."""
        rng = self._rng
        pick = rng.random()
        grey = rng.randint(90, 255)
        if pick < 0.05:
            y = base + rng.uniform(1, 3)
            step = rng.uniform(3, 6)
            start = rng.choice((left, right, left - 5))
            for index in range(int(max(0.0, edge - start) / step)):
                x = start + index * step
                radius = rng.uniform(0.4, 0.9)
                pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=grey)
        elif pick < 0.11:
            y = base + rng.choice((rng.uniform(2, 6), rng.uniform(6, 12), -height * rng.uniform(2.2, 2.7)))
            pen.line(
                (rng.uniform(0, left + 10), y, rng.uniform(right - 10, edge), y),
                fill=grey,
                width=rng.choice((1, 1, 2)),
            )
        elif pick < 0.15:
            for x in (rng.uniform(0, left - 2), rng.uniform(right + 3, right + 12)):
                if rng.random() < 0.6:
                    pen.line((x, 0, x, HEIGHT), fill=grey, width=rng.choice((1, 2)))
        elif pick < 0.20:
            radius = rng.uniform(60, 160)
            x, y = rng.uniform(-50, edge + 50), rng.choice((-1, 1)) * rng.uniform(0, radius) + HEIGHT / 2
            grey = rng.randint(40, 170)
            pen.ellipse(
                (x - radius, y - radius, x + radius, y + radius), outline=grey, width=rng.choice((1, 2, 3))
            )
        elif pick < 0.23:
            points = [(rng.uniform(0, edge), rng.uniform(-20, HEIGHT + 20)) for _ in range(rng.randint(2, 5))]
            pen.line(points, fill=rng.randint(30, 150), width=rng.choice((1, 2)), joint="curve")
        elif pick < 0.31:
            self._signature(pen, x=rng.choice((left, right)) + rng.uniform(-60, 60), y=base)

    def _signature(self, pen: ImageDraw.ImageDraw, *, x: float, y: float) -> None:
        """Loops of a pen that run into the beginning or the end of a name, as dark as the print or paler."""
        rng = self._rng
        wide, high = rng.uniform(8, 40), rng.uniform(10, 45)
        turns, drift = rng.uniform(0.7, 3.5), rng.uniform(-25, 25)
        lean, phase = rng.uniform(-0.8, 0.8), rng.uniform(0, 2 * math.pi)
        points = []
        for step in range(48):
            angle = phase + turns * 2 * math.pi * step / 48
            down = high * math.sin(angle)
            points.append((x + wide * math.cos(angle) + lean * down + drift * step / 48, y - 15 + down))
        pen.line(points, fill=rng.randint(60, 255), width=rng.choice((1, 2, 2, 3)), joint="curve")
