"""Whole pages at 100 dpi with the map of their lines, for the line finder."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.faces import Faces
from training.layouts import dense_columns, foot, form, head, paragraph, scattered, table, title
from training.marks import disturb
from training.sheet import HEIGHT, Sheet
from training.texts import Texts

Map = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """Ink, bands of print and foreign marks; height by width, 0 to 255."""

    ink: Map
    bands: Map
    foreign: Map


class Pages:
    """Draws pages one after the other.

    Args:
        texts: what they say.
        faces: what they are set in.
        seed: the same seed draws the same pages.
    """

    def __init__(self, texts: Texts, faces: Faces, *, seed: int) -> None:
        self._texts = texts
        self._faces = faces
        self._rng = random.Random(seed)

    def draw(self) -> DrawnPage:
        """The next page."""
        rng = self._rng
        sheet = Sheet(self._texts, self._faces, rng)
        kind = rng.random()
        if kind < 0.12:
            scattered(sheet)
        elif kind < 0.2:
            dense_columns(sheet)
        else:
            if rng.random() < 0.7:
                head(sheet)
            while sheet.y < HEIGHT - 300:
                rng.choices((paragraph, form, table, title), (5, 3, 1.2, 1))[0](sheet)
                sheet.y += rng.uniform(0, 14)
            if rng.random() < 0.7:
                foot(sheet)
        disturb(sheet)
        return DrawnPage(np.asarray(sheet.ink), np.asarray(sheet.bands), np.asarray(sheet.foreign))
