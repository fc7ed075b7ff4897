"""What an office does to a page: the paper ages, the scanner lid leaks light, the sheet lies askew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Grade = Literal["clean", "light", "worn", "bad"]
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """How worn one scanned page is; zero everywhere is a perfect scan.

    `skew` in degrees; `noise` as standard deviation of grey levels; `shade` and `bleed` as parts of
    full black; `fold` as parts of the page height; `turn` in degrees clockwise, a multiple of 90; `lid`
    is the colour of the scanner beyond the sheet; `holes` and `staple` are those of a binder.
    """

    skew: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    tint: tuple[int, int, int] = (255, 255, 255)
    shade: float = 0.0
    edge_shadow: float = 0.0
    fold: tuple[float, ...] = ()
    bleed: float = 0.0
    specks: int = 0
    turn: int = 0
    lid: tuple[int, int, int] = (246, 246, 245)
    holes: bool = False
    staple: bool = False


def wear_out(page: Pixels, wear: Wear, *, rng: np.random.Generator, behind: Pixels | None = None) -> Pixels:
    """Degrade one page; `behind` is the other side, whose ink shines through mirrored."""
    image = page.astype(np.float32)
    image *= np.array(wear.tint, np.float32) / 255
    if behind is not None and wear.bleed:
        image *= _bleed(behind, wear.bleed)[..., None]
    for place in wear.fold:
        _crease(image, place, rng)
    _soil(image, wear.specks, rng)
    _bind(image, wear)
    if wear.skew:
        image = _turn_slightly(image, wear.skew, wear.lid)
    if wear.blur:
        image = cv2.GaussianBlur(image, (0, 0), wear.blur).astype(np.float32)
    if wear.shade or wear.edge_shadow:
        image *= _light(image.shape[:2], wear, rng)[..., None]
    if wear.noise:
        image += _grain(image.shape[:2], wear.noise, rng)[..., None]
    result = np.clip(image, 0, 255).astype(np.uint8)
    return np.rot90(result, -wear.turn // 90).copy() if wear.turn else result


def _bleed(behind: Pixels, strength: float) -> Floats:
    """How much light the other side's ink takes away."""
    ink = 255 - cv2.cvtColor(np.ascontiguousarray(behind[:, ::-1]), cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(ink, (0, 0), max(1.5, behind.shape[1] / 1100)).astype(np.float32) / 255
    return np.asarray(1 - strength * soft, dtype=np.float32)


def _crease(image: Floats, place: float, rng: np.random.Generator) -> None:
    """A fold across the page: a dark hairline between two bright lips, wandering a little."""
    height, width = image.shape[:2]
    unit = height / 3508
    drift = cv2.resize(
        rng.normal(0, 2.2 * unit, (1, 14)).astype(np.float32), (width, 1), interpolation=cv2.INTER_CUBIC
    )[0]
    middle = place * height + drift
    top = max(int(place * height - 40 * unit), 0)
    bottom = min(int(place * height + 40 * unit), height)
    rows = np.arange(top, bottom, dtype=np.float32)[:, None]
    away = (rows - middle[None, :]) / unit
    dark = np.maximum(0, 1 - np.abs(away) / 2.6) * 62
    lips = np.maximum(0, 1 - np.abs(np.abs(away) - 9) / 8) * 9
    slope = np.maximum(0, 1 - np.abs(away - 20) / 20) * 10
    image[top:bottom] += (lips - dark - slope)[..., None]


def _soil(image: Floats, specks: int, rng: np.random.Generator) -> None:
    """Dust and toner specks."""
    height, width = image.shape[:2]
    unit = height / 3508
    for _ in range(specks):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        radius = max(1, round(float(rng.exponential(1.6)) * unit))
        level = float(rng.integers(70, 190))
        cv2.circle(image, (x, y), radius, (level, level, level), -1, cv2.LINE_AA)


def _bind(image: Floats, wear: Wear) -> None:
    """Two punched holes at the left edge, and a staple in the corner."""
    height, _width = image.shape[:2]
    mm = height / 297
    if wear.holes:
        for y in (height / 2 - 40 * mm, height / 2 + 40 * mm):
            cv2.circle(image, (round(11 * mm), round(y)), round(3 * mm), wear.lid, -1, cv2.LINE_AA)
            cv2.circle(image, (round(11 * mm), round(y)), round(3 * mm), (120, 120, 120), 2, cv2.LINE_AA)
    if wear.staple:
        ends = ((round(9 * mm), round(14 * mm)), (round(16 * mm), round(8 * mm)))
        cv2.line(image, *ends, (96, 98, 104), max(2, round(0.55 * mm)), cv2.LINE_AA)


def _turn_slightly(image: Floats, degrees: float, lid: tuple[int, int, int]) -> Floats:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    size = (width, height)
    turned = cv2.warpAffine(image, matrix, size, borderMode=cv2.BORDER_CONSTANT, borderValue=lid)
    return np.asarray(turned, dtype=np.float32)


def _light(shape: tuple[int, int], wear: Wear, rng: np.random.Generator) -> Floats:
    """Uneven light over the page, and a shadow along the edge where the lid stands open."""
    height, width = shape
    coarse = rng.random((4, 3)).astype(np.float32)
    field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    light = 1 - wear.shade * field
    across = np.minimum(np.arange(width, dtype=np.float32) / (0.22 * width), 1)
    light *= 1 - wear.edge_shadow * (1 - across[None, :]) ** 2
    return np.asarray(light, dtype=np.float32)


def _grain(shape: tuple[int, int], sigma: float, rng: np.random.Generator) -> Floats:
    """Sensor noise, a little softened as scanners do."""
    noise = rng.standard_normal(shape, dtype=np.float32) * sigma * 1.6
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.7), dtype=np.float32)


def dirty_blank(like: Pixels) -> Pixels:
    """The empty back of a sheet."""
    return np.full_like(like, 255)


def to_bilevel(page: Pixels) -> Pixels:
    """Black and white, as a fax or an old office scanner makes it; 0 or 255, height x width."""
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    side = max(31, grey.shape[1] // 40 | 1)
    local = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, side, 22)
    return np.asarray(local, dtype=np.uint8)
