"""Defects of scanning, put on good pages: what happens at a desk with a feeder, in strengths by lot."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from ocr.arrays import PageImage
from samples.degrade import Wear, wear_out

# Gives the page with the defect, or nothing where it cannot have it.
Defect = Callable[[PageImage, int, np.random.Generator], PageImage | None]

_INCH_MM = 25.4
_LID = 42


def as_colour(page: PageImage) -> PageImage:
    """Three channels."""
    return page if page.ndim == 3 else np.repeat(page[:, :, None], 3, axis=2)


def blank(page: PageImage, dpi: int, rng: np.random.Generator) -> PageImage | None:
    """The empty back, the print of the front shining through."""
    del dpi
    empty = np.full_like(as_colour(page), 250)
    wear = Wear(bleed=float(rng.uniform(0.0, 0.12)), noise=2.0, specks=int(rng.integers(0, 60)))
    return wear_out(empty, wear, rng=rng, behind=as_colour(page))


def blurred(page: PageImage, dpi: int, rng: np.random.Generator) -> PageImage | None:
    """Out of focus by a quarter to half a millimetre."""
    sigma = float(rng.uniform(0.2, 0.45)) * dpi / _INCH_MM
    return np.asarray(cv2.GaussianBlur(page, (0, 0), sigma), dtype=np.uint8)


def bright(page: PageImage, dpi: int, rng: np.random.Generator) -> PageImage | None:
    """Washed out: a fifth to a third of the ink is left."""
    del dpi
    left = float(rng.uniform(0.15, 0.33))
    return np.asarray(255 - (255 - page.astype(np.float32)) * left, dtype=np.uint8)


def corner(page: PageImage, dpi: int, rng: np.random.Generator) -> PageImage | None:
    """A corner folded away over a dark lid."""
    made = page.copy()
    height, width = made.shape[:2]
    legs = rng.uniform(12, 40, 2) * dpi / _INCH_MM
    x, y = (0, 0) if rng.random() < 0.5 else (width - 1, 0)
    y = y if rng.random() < 0.5 else height - 1
    across = x + (legs[0] if x == 0 else -legs[0])
    down = y + (legs[1] if y == 0 else -legs[1])
    points = np.array([(x, y), (across, y), (x, down)], dtype=np.int32)
    cv2.fillPoly(made, [points], (_LID, _LID, _LID))
    return made


def cut(page: PageImage, dpi: int, rng: np.random.Generator) -> PageImage | None:
    """The sheet lay too far out: the left ends of lines are missing."""
    gray = page if page.ndim == 2 else page.min(axis=2)
    inked = (gray < 110).sum(axis=0) > 0.006 * gray.shape[0]
    columns = np.flatnonzero(inked)
    if columns.size < gray.shape[1] // 3:
        return None
    start = int(np.percentile(columns, 4)) + round(float(rng.uniform(3, 14)) * dpi / _INCH_MM)
    return np.ascontiguousarray(page[:, start:])


def dark(page: PageImage, dpi: int, rng: np.random.Generator) -> PageImage | None:
    """Far too little light."""
    del dpi
    return np.asarray(page.astype(np.float32) * float(rng.uniform(0.25, 0.42)), dtype=np.uint8)


def fold(page: PageImage, dpi: int, rng: np.random.Generator) -> PageImage | None:
    """Folded across, as letters are."""
    del dpi
    wear = Wear(fold=(float(rng.uniform(0.2, 0.8)),))
    made = wear_out(as_colour(page), wear, rng=rng)
    return made if page.ndim == 3 else np.ascontiguousarray(made[:, :, 0])


def skew(page: PageImage, dpi: int, rng: np.random.Generator) -> PageImage | None:
    """Drawn in askew by 3.5 to 9 degrees."""
    del dpi
    degrees = float(rng.uniform(3.5, 9.0)) * (1 if rng.random() < 0.5 else -1)
    return wear_out(as_colour(page), Wear(skew=degrees), rng=rng)


def streak(page: PageImage, dpi: int, rng: np.random.Generator) -> PageImage | None:
    """A speck on the strip of glass of the feeder: a line over the whole length, in its own colour."""
    made = as_colour(page).astype(np.float32)
    width = max(1, round(float(rng.uniform(0.08, 0.5)) * dpi / _INCH_MM))
    place = int(rng.integers(round(made.shape[1] * 0.04), round(made.shape[1] * 0.96)))
    change = rng.uniform(18, 120) * rng.uniform(0.5, 1.0, 3)
    made[:, place : place + width] -= change
    return np.clip(made, 0, 255).astype(np.uint8)


def too_long(page: PageImage, dpi: int, rng: np.random.Generator) -> PageImage | None:
    """Two sheets drawn in one behind the other."""
    del dpi
    return np.concatenate([page, page[: round(page.shape[0] * float(rng.uniform(0.4, 0.9)))]])


def upside_down(page: PageImage, dpi: int, rng: np.random.Generator) -> PageImage | None:
    """Put in with the foot first, or sideways."""
    del dpi
    return np.ascontiguousarray(np.rot90(page, k=int(rng.choice((2, 2, 1, 3)))))


DEFECTS: Mapping[str, Defect] = {
    "blank": blank,
    "blurred": blurred,
    "bright": bright,
    "corner": corner,
    "cut": cut,
    "dark": dark,
    "fold": fold,
    "skew": skew,
    "streak": streak,
    "too_long": too_long,
    "upside_down": upside_down,
}
