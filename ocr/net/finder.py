"""Where the printed lines of a page are: baseline, x-height, left and right end."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from ocr.arrays import GrayImage
from ocr.net.boxed import with_digits
from ocr.net.closer import Frame, around, is_cut_off, is_inside, is_same
from ocr.net.levels import levelled
from ocr.net.session import FloatArray, Network
from ocr.net.spots import LineSpot

FINDER_DPI = 100
_MULTIPLE = 32
# Below this there is ink; paper around all ink is looked at that far, in pixels at FINDER_DPI.
_PAPER = 245
_AROUND = 48
# What has more pixels (A4 has 970,000) is looked at in parts of about so many, so that memory does not grow
# with the page.
_MOST_PIXELS, _PART_PIXELS, _OVERLAP = 1_050_000, 650_000, 96
_SURE = 0.5
# In pixels at FINDER_DPI: 4-point print has an x-height of 2.5, a headline of 60 points one of 40.
_X_HEIGHT = (2.2, 48.0)
# A full stop alone is no line; a single 1 is.
_NARROWEST = 0.35
# Parts of one line lie level and hardly further apart than words do.
_LEVEL = 0.35
_LIKE = 0.6
_GAP = 1.8
_BOX_GAP = 3.2
# Where at least so many lines are smaller than that (7 points), a second, closer look is worth its time.
_SMALL, _FEW = 4.6, 6
_CLOSER, _LARGE = 2.0, 10.0
_LARGEST_PART = 0.45
_LINE_LONG, _LINE_SURE = 6.0, 0.82
_RIM = 240
_DIGIT = 1.7
_STEEPEST = 0.12
# A dash before a line or a stop after it stands this many x-heights off at most.
_SIGN_GAP = 1.7
_INK = 170
_UPRIGHT = 2.4

Band = npt.NDArray[np.bool_]


class LineFinder:
    """Finds lines by the network ``finder``."""

    def __init__(self) -> None:
        self._network = Network("finder")

    def find(self, image: GrayImage, *, dpi: int) -> tuple[LineSpot, ...]:
        """Printed lines from top to bottom, in pixels of ``image`` (cleaned, upright, lines level)."""
        spots = self._at(image, FINDER_DPI / dpi)
        small = [spot for spot in spots if _is_small_print(spot, dpi=dpi)]
        if len(small) >= _FEW:
            spots = self._with_small_print(image, spots, small, factor=_CLOSER * FINDER_DPI / dpi)
        return tuple(sorted(spots, key=lambda spot: spot.base))

    def _with_small_print(
        self, image: GrayImage, spots: list[LineSpot], small: list[LineSpot], *, factor: float
    ) -> list[LineSpot]:
        """Cards carry print of 4 points: the part of the page where it stands is looked at more closely."""
        frame = around(spots, small, image, rim=_RIM / factor)
        if (frame[2] - frame[0]) * (frame[3] - frame[1]) > _LARGEST_PART * image.size:
            return spots
        closer = self._within(image, frame, factor)
        if any(is_cut_off(spot, frame, factor) for spot in closer):
            frame = (0, frame[1], image.shape[1], frame[3])
            closer = self._within(image, frame, factor)
        # Large print, as lines for machines are, shows better from afar.
        large = [spot for spot in spots if spot.x_height * factor >= _CLOSER * _LARGE]
        closer = [spot for spot in closer if not any(is_same(spot, other) for other in large)]
        outside = [
            spot
            for spot in spots
            if spot not in large
            and not (is_inside(spot, frame) and (spot in small or spot.sure < _LINE_SURE))
            and not any(is_same(spot, other) for other in closer)
        ]
        return [*outside, *large, *closer]

    def _within(self, image: GrayImage, frame: Frame, factor: float) -> list[LineSpot]:
        """What is found in a part of the image at so many times its size, where it lies in the image."""
        left, top, right, bottom = frame
        part = np.ascontiguousarray(image[top:bottom, left:right])
        return [
            replace(spot, left=spot.left + left, right=spot.right + left, base=spot.base + top)
            for spot in self._at(part, factor)
        ]

    def _at(self, image: GrayImage, factor: float) -> list[LineSpot]:
        """What is found in the image at so many times its size."""
        size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
        # In one step, as in training: halved first, which costs a third, the network finds fewer lines.
        small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        spots = with_digits(joined(spots_of(self._bands(small))), small)
        spots = levelled([with_ends(spot, small) for spot in spots])
        across = image.shape[1] / small.shape[1]
        return [spot.scaled(across) for spot in spots]

    def version(self) -> str:
        """Of the weights."""
        return self._network.note("version")

    def _bands(self, small: GrayImage) -> FloatArray:
        """The map of the printed lines, as high and wide as the image: 0 to 1."""
        bands = np.zeros(small.shape, dtype=np.float32)
        rows, columns = _inked(small)
        width = max(1, columns.stop - columns.start)
        most = _MOST_PIXELS // width
        if rows.stop - rows.start > most:
            most = max(_MULTIPLE, (_PART_PIXELS // width - 2 * _OVERLAP) // _MULTIPLE * _MULTIPLE)
        for first in range(rows.start, rows.stop, most):
            last = min(rows.stop, first + most)
            top, foot = max(rows.start, first - _OVERLAP), min(rows.stop, last + _OVERLAP)
            seen = self._seen(small[top:foot, columns])
            bands[first:last, columns] = seen[first - top : last - top]
        return bands

    def _seen(self, part: GrayImage) -> FloatArray:
        height, width = part.shape
        padded = np.zeros(
            (-(-height // _MULTIPLE) * _MULTIPLE, -(-width // _MULTIPLE) * _MULTIPLE), np.float32
        )
        padded[:height, :width] = 1.0 - part.astype(np.float32) / 255.0
        scores = self._network.run(padded[None, None])[0, 0, :height, :width]
        return np.asarray(1.0 / (1.0 + np.exp(-scores)), dtype=np.float32)


def _inked(small: GrayImage) -> tuple[slice, slice]:
    """Rows and columns with ink and some white around; they begin where the network's own grid does."""
    ink = np.less(small, _PAPER)
    ends = []
    for inked in (ink.any(axis=1), ink.any(axis=0)):
        places = np.flatnonzero(inked)
        first, last = (int(places[0]), int(places[-1]) + 1) if places.size else (0, 0)
        ends.append(slice(max(0, first - _AROUND) // _MULTIPLE * _MULTIPLE, min(inked.size, last + _AROUND)))
    return ends[0], ends[1]


def _is_small_print(spot: LineSpot, *, dpi: int) -> bool:
    """A line, not a speck, smaller than the map shows well."""
    is_line = spot.right - spot.left >= _LINE_LONG * spot.x_height and spot.sure >= _LINE_SURE
    return is_line and spot.x_height * FINDER_DPI / dpi < _SMALL


def spots_of(chances: FloatArray) -> list[LineSpot]:
    """One spot for each joined band of the map (height by width, 0 to 1)."""
    mask = (chances > _SURE).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    spots: list[LineSpot] = []
    for index in range(1, count):
        left, top, width, height, _ = (int(value) for value in stats[index])
        part = (slice(top, top + height), slice(left, left + width))
        spot = _spot(labels[part] == index, np.asarray(chances[part], dtype=np.float32), left=left, top=top)
        if spot is not None:
            spots.append(spot)
    return spots


def _spot(band: Band, chances: FloatArray, *, left: int, top: int) -> LineSpot | None:
    """Baseline and x-height of one band, by the chances of its pixels and of those at its rim."""
    columns = np.flatnonzero(band.any(axis=0))
    weights = np.where(band, chances, 0.0)
    thick = weights[:, columns].sum(axis=0)
    high = float(np.median(thick))
    width = float(columns[-1] - columns[0] + 1)
    if not _X_HEIGHT[0] <= high <= _X_HEIGHT[1] or width < _NARROWEST * high:
        return None
    rows = np.arange(band.shape[0], dtype=np.float64)[:, None] + 0.5
    middle = (weights[:, columns] * rows).sum(axis=0) / np.maximum(thick, 1e-6)
    level = np.abs(thick - high) <= 0.5 * high
    slope, offset = _fit(columns[level].astype(np.float64), middle[level], high=high)
    base = offset + high / 2
    if band.shape[0] > 2.4 * high + abs(slope) * width + 2:
        return None
    return LineSpot(
        left=float(left),
        right=float(left) + width,
        base=float(top) + base,
        slope=slope,
        x_height=high,
        sure=float(weights[:, columns].sum() / max(1, int(band.sum()))),
    )


def _fit(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], *, high: float) -> tuple[float, float]:
    """Slope and value at 0 of the line through the middles; short bands lie level."""
    if x.size < 8 * high:
        return 0.0, float(np.median(y)) if y.size else 0.0
    slope, offset = np.polyfit(x, y, 1)
    if abs(slope) > _STEEPEST:
        return 0.0, float(np.median(y))
    return float(slope), float(offset)


def with_ends(spot: LineSpot, image: GrayImage) -> LineSpot:
    """The line with the dash or the stop that stands before or after what was found."""
    high = spot.x_height
    left = _furthest(_core(image, spot, spot.left - _SIGN_GAP * high, spot.left)[::-1])
    right = _furthest(_core(image, spot, spot.right, spot.right + _SIGN_GAP * high))
    return replace(spot, left=spot.left - left, right=spot.right + right, base=spot.base_at(spot.left - left))


def _core(image: GrayImage, spot: LineSpot, start: float, end: float) -> Band:
    """Which columns have ink between baseline and x-height, and none that goes on beyond as a rule does."""
    x0, x1 = max(0, round(start)), min(image.shape[1], round(end))
    middle = spot.base_at((start + end) / 2)
    high = spot.x_height
    rows = np.less(image[max(0, round(middle - high)) : max(1, round(middle) + 1), x0:x1], _INK)
    tall = np.less(image[max(0, round(middle - 2 * high)) : max(1, round(middle + high)), x0:x1], _INK)
    if rows.size == 0:
        return np.zeros(0, dtype=np.bool_)
    upright = tall.sum(axis=0) > _UPRIGHT * high
    found: Band = rows.any(axis=0) & ~upright
    return found


def _furthest(columns: Band) -> int:
    """Columns from the line to the far end of the first stretch of ink; 0 where it is as long as a rule."""
    inked = np.flatnonzero(columns)
    if inked.size == 0 or columns[-1]:
        return 0
    return int(inked[-1]) + 1


def joined(spots: list[LineSpot]) -> list[LineSpot]:
    """Parts of one line that the map shows apart are one spot."""
    ordered = sorted(spots, key=lambda spot: spot.left)
    done: list[LineSpot] = []
    for spot in ordered:
        place = _place(done, spot)
        if place is None:
            done.append(spot)
        else:
            done[place] = _union(done[place], spot)
    return done


def _place(done: list[LineSpot], spot: LineSpot) -> int | None:
    best: tuple[float, int] | None = None
    for index, other in enumerate(done):
        high = max(other.x_height, spot.x_height)
        gap = spot.left - other.right
        level = abs(other.base_at(spot.left) - spot.base) <= _LEVEL * high
        like = min(other.x_height, spot.x_height) >= _LIKE * high
        # Digits in boxes stand further apart than words.
        narrow = max(other.right - other.left, spot.right - spot.left) <= _DIGIT * high or _is_row(
            other, high
        )
        reach = _BOX_GAP if narrow and spot.right - spot.left <= _DIGIT * high else _GAP
        if level and like and -high <= gap <= reach * high and (best is None or gap < best[0]):
            best = (gap, index)
    return None if best is None else best[1]


def _is_row(spot: LineSpot, high: float) -> bool:
    """True for digits in boxes that were joined before: it was noted how many."""
    return spot.boxed > 1 and spot.x_height <= 2 * high


def _union(one: LineSpot, two: LineSpot) -> LineSpot:
    wide, narrow = (one, two) if one.right - one.left >= two.right - two.left else (two, one)
    left, right = min(one.left, two.left), max(one.right, two.right)
    return replace(
        wide,
        left=left,
        right=right,
        base=wide.base_at(left),
        sure=math.fsum((wide.sure, narrow.sure)) / 2,
        boxed=one.boxed + two.boxed if two.left - one.right > _GAP * one.x_height else 1,
    )
