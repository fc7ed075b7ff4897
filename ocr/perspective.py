"""A sheet photographed at a slant: find its four corners on the table, draw it as if seen from above.

A scanner sees every sheet from above, however askew it lies: its sides are parallel and nothing happens here.
All functions are pure; arrays are described in ``ocr.arrays``. Points are (x, y) in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
import numpy.typing as npt

from ocr.arrays import Homography, PageImage, shrunk

# Four by two: top left, top right, bottom right, bottom left, as the picture lies.
Corners = npt.NDArray[np.float64]
_Mask = npt.NDArray[np.uint8]

_LOOK_AT = 480
_PRINT_SHARE = 0.035
_PAPER_PERCENTILE = 80
_LEAST_SHARE, _LARGEST_SHARE = 0.2, 0.985
# How much of sheet and corners agree (area of both over area of either).
_FIT = 0.965
# How far inside the picture the corners lie; two of them may be cut off, by so much of the longer side.
_INSIDE = 0.004
_MOST_CUT_OFF, _CUT_OFF = 2, 0.04
# Paper is that much brighter or of that much other colour than what lies around it, on nearly all of a side.
_CONTRAST = 24
_CONTRAST_SHARE = 0.85
_STRIP = 0.014
# Neighbouring pixels of one sheet differ by no more.
_STEP = 3
# A sheet seen from above has corners of 90 degrees; the corners are found to some 0.2 degrees.
_SLANTED_DEGREES = 1.0
_STEEPEST_DEGREES = 32.0
# Long side by short side of A4; a steep photo changes it by so much.
_A4 = 2**0.5
_LIKE_A4 = 0.15
_A4_LONG_INCHES = 11.69


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatSheet:
    """A sheet drawn as seen from above.

    Attributes:
        pixels: grey or RGB, the sheet and nothing else.
        dpi: pixels per inch, as far as the shape of the sheet tells.
        matrix: maps points of the photo to points of ``pixels``.
    """

    pixels: PageImage
    dpi: int
    matrix: Homography


def flatten_photo(image: PageImage, *, dpi: int, small: PageImage | None = None) -> FlatSheet | None:
    """The sheet of a slanted photo, or None where there is none: every flat scan.

    Args:
        image: the page as stored.
        dpi: what it claims to have; kept where the shape of the sheet is none that is known.
        small: the same at a smaller size, where it is there already.
    """
    corners = find_sheet(image, small=small)
    if corners is None or not is_slanted(corners):
        return None
    width, height, found = _flat_size(corners, dpi=dpi)
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(corners.astype(np.float32), target), dtype=np.float64)
    flat = cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_LINEAR)
    return FlatSheet(pixels=np.asarray(flat, dtype=np.uint8), dpi=found, matrix=matrix)


def find_sheet(image: PageImage, *, small: PageImage | None = None) -> Corners | None:
    """The corners of the one sheet that lies within the picture, or None; see ``flatten_photo``."""
    height, width = image.shape[:2]
    scale = min(1.0, _LOOK_AT / max(height, width))
    source = image if small is None or max(small.shape[:2]) < _LOOK_AT else small
    small = shrunk(source, max(1, round(width * scale)), max(1, round(height * scale)))
    if min(small.shape[:2]) < _LOOK_AT // 8:
        return None
    smooth = _without_print(small)
    for like_paper in (_of_paper_colour, _grown_from_paper):
        corners = _believed_corners(like_paper(smooth), smooth)
        if corners is not None:
            grown = corners * np.array([width / small.shape[1], height / small.shape[0]])
            return np.asarray(grown, dtype=np.float64)
    return None


def is_slanted(corners: Corners) -> bool:
    """True when the sheet was not seen from above: a corner is no right angle."""
    return float(np.abs(_angles(corners) - 90.0).max()) >= _SLANTED_DEGREES


def _without_print(small: PageImage) -> PageImage:
    """Print, seals and lines closed over by the paper around them."""
    reach = max(3, round(max(small.shape[:2]) * _PRINT_SHARE)) | 1
    window = np.ones((reach, reach), dtype=np.uint8)
    return np.asarray(cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, window), 5), dtype=np.uint8)


def _of_paper_colour(smooth: PageImage) -> _Mask:
    """Everything of the colour that most of the middle has."""
    apart = _away_from_paper(smooth)
    threshold, _ = cv2.threshold(apart, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    return np.asarray(np.less_equal(apart, max(threshold, _CONTRAST / 2)), dtype=np.uint8)


def _grown_from_paper(smooth: PageImage) -> _Mask:
    """What is reached from the paper in the middle without a step: shade across the sheet has none."""
    apart = _away_from_paper(smooth)
    height, width = apart.shape
    top, left = height // 4, width // 4
    middle = apart[top : height - top, left : width - left]
    row, column = np.unravel_index(int(np.argmin(middle)), middle.shape)
    reached = np.zeros((height + 2, width + 2), dtype=np.uint8)
    step = (_STEP,) * 3
    seed = (int(column) + left, int(row) + top)
    cv2.floodFill(smooth.copy(), reached, seed, (0, 0, 0), step, step, 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8))
    return reached[1:-1, 1:-1]


def _away_from_paper(smooth: PageImage) -> _Mask:
    """How far every pixel is from the colour that most of the middle of the picture has; 0 to 255."""
    height, width = smooth.shape[:2]
    middle = smooth[height // 4 : height - height // 4, width // 4 : width - width // 4]
    # Plane by plane, as values beside each other take ten times as long.
    planes = [
        cv2.absdiff(plane, np.full_like(plane, int(np.percentile(part, _PAPER_PERCENTILE))))
        for plane, part in zip(cv2.split(smooth), cv2.split(middle), strict=True)
    ]
    return np.asarray(reduce(cv2.max, planes), dtype=np.uint8)


def _believed_corners(like_paper: _Mask, smooth: PageImage) -> Corners | None:
    """The corners of the largest piece of paper, when it is one whole sheet."""
    brush = np.ones((5, 5), dtype=np.uint8)
    pieces, _ = cv2.findContours(
        cv2.morphologyEx(like_paper, cv2.MORPH_OPEN, brush), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    if not pieces:
        return None
    hull = np.asarray(cv2.convexHull(max(pieces, key=cv2.contourArea)), dtype=np.float32)
    if not _LEAST_SHARE <= cv2.contourArea(hull) / like_paper.size <= _LARGEST_SHARE:
        return None
    corners = _corners(hull)
    return corners if corners is not None and _is_believed(corners, hull, smooth) else None


def _corners(hull: npt.NDArray[np.float32]) -> Corners | None:
    """Four corners of a hull: where the lines through its sides meet."""
    length = cv2.arcLength(hull, closed=True)
    for share in (0.02, 0.03, 0.045, 0.06):
        rough = cv2.approxPolyDP(hull, share * length, closed=True)
        if len(rough) == 4:
            break
    else:
        return None
    dense = _walk(hull.reshape(-1, 2))
    ends = np.asarray(rough, dtype=np.float64).reshape(4, 2)
    lines = [_side(dense, ends[index], ends[(index + 1) % 4]) for index in range(4)]
    met = [_meet(lines[index - 1], lines[index]) for index in range(4)]
    if any(point is None for point in met):
        return None
    return _ordered(np.array(met, dtype=np.float64))


def _walk(hull: npt.NDArray[np.float32]) -> Corners:
    """Points every half pixel along a closed outline."""
    following = np.roll(hull, -1, axis=0)
    pieces = []
    for start, end in zip(hull.astype(np.float64), following.astype(np.float64), strict=True):
        count = max(1, round(float(np.hypot(*(end - start))) * 2))
        pieces.append(start + (end - start) * (np.arange(count) / count)[:, None])
    return np.concatenate(pieces)


def _side(points: Corners, start: npt.NDArray[np.float64], end: npt.NDArray[np.float64]) -> list[float]:
    """The line through the outline between two rough corners: direction and a point."""
    along = (end - start) / max(1e-6, float(np.hypot(*(end - start))))
    offset = points - start
    run = offset @ along
    away = np.abs(offset @ np.array([-along[1], along[0]]))
    length = float(np.hypot(*(end - start)))
    near = (away <= 0.02 * length) & (run >= 0.08 * length) & (run <= 0.92 * length)
    chosen = points[near] if int(np.count_nonzero(near)) >= 8 else np.array([start, end])
    line = cv2.fitLine(chosen.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01)
    return [float(value) for value in np.asarray(line).ravel()]


def _meet(one: list[float], other: list[float]) -> tuple[float, float] | None:
    (ax, ay, px, py), (bx, by, qx, qy) = one, other
    cross = ax * by - ay * bx
    if abs(cross) < 0.3:
        return None
    step = ((qx - px) * by - (qy - py) * bx) / cross
    return (px + step * ax, py + step * ay)


def _ordered(corners: Corners) -> Corners:
    """From the top left on, clockwise as seen."""
    middle = corners.mean(axis=0)
    turns = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    clockwise = corners[np.argsort(turns)]
    return np.roll(clockwise, -int(np.argmin(clockwise.sum(axis=1))), axis=0)


def _angles(corners: Corners) -> npt.NDArray[np.float64]:
    """Degrees of the four corners."""
    before = np.roll(corners, 1, axis=0) - corners
    after = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(before[:, 0], before[:, 1]) * np.hypot(after[:, 0], after[:, 1])
    cosines = (before * after).sum(axis=1) / np.maximum(lengths, 1e-6)
    return np.asarray(np.degrees(np.arccos(np.clip(cosines, -1, 1))), dtype=np.float64)


def _is_believed(corners: Corners, hull: npt.NDArray[np.float32], smooth: PageImage) -> bool:
    """A whole sheet with something else on all four sides."""
    if (
        not _is_inside(corners, smooth.shape[:2])
        or float(np.abs(_angles(corners) - 90.0).max()) > _STEEPEST_DEGREES
    ):
        return False
    common, _ = cv2.intersectConvexConvex(corners.astype(np.float32), hull)
    either = cv2.contourArea(corners.astype(np.float32)) + cv2.contourArea(hull) - common
    return common >= _FIT * either and all(
        _stands_out(corners[index], corners[(index + 1) % 4], smooth) for index in range(4)
    )


def _is_inside(corners: Corners, shape: tuple[int, ...]) -> bool:
    """Whether corners lie within a picture of that height and width, but for some it just cuts off."""
    size = np.array([shape[1], shape[0]]) - 1
    inward = np.minimum(corners, size - corners).min(axis=1) / max(shape)
    return int(np.count_nonzero(inward < _INSIDE)) <= _MOST_CUT_OFF and float(inward.min()) >= -_CUT_OFF


def _stands_out(start: npt.NDArray[np.float64], end: npt.NDArray[np.float64], smooth: PageImage) -> bool:
    """Whether there is paper on the inner side of a line and something else on the outer side."""
    height, width = smooth.shape[:2]
    steps = np.linspace(0.06, 0.94, 60)[:, None]
    points = start + (end - start) * steps
    along = (end - start) / max(1e-6, float(np.hypot(*(end - start))))
    # Clockwise as seen: the outer side is to the left of the way.
    outward = np.array([along[1], -along[0]]) * max(2.5, _STRIP * max(height, width))
    seen = np.minimum(points, np.array([width, height]) - 1 - points).min(axis=1) >= np.abs(outward).max()
    if np.count_nonzero(seen) < len(points) / 2:
        return False
    points = points[seen]
    differences = np.abs(_colours(smooth, points - outward) - _colours(smooth, points + outward))
    return float(np.mean(differences.max(axis=1) >= _CONTRAST)) >= _CONTRAST_SHARE


def _colours(image: PageImage, points: Corners) -> npt.NDArray[np.int16]:
    height, width = image.shape[:2]
    rounded = np.rint(points).astype(np.int64)
    picked = image[rounded[:, 1].clip(0, height - 1), rounded[:, 0].clip(0, width - 1)]
    return np.asarray(picked.reshape(len(points), -1), dtype=np.int16)


def _flat_size(corners: Corners, *, dpi: int) -> tuple[int, int, int]:
    """Width, height and pixels per inch of the sheet seen from above, no pixel of the photo lost."""
    top, right, bottom, left = (
        float(np.hypot(*(corners[(index + 1) % 4] - corners[index]))) for index in range(4)
    )
    width, height = max(top, bottom), max(left, right)
    longer, shorter = max(width, height), min(width, height)
    if abs(longer / shorter / _A4 - 1) <= _LIKE_A4:
        # The slant makes one direction too short: it is stretched to the shape of the paper.
        longer, shorter = max(longer, shorter * _A4), max(shorter, longer / _A4)
        dpi = max(1, round(longer / _A4_LONG_INCHES))
    size = (shorter, longer) if height >= width else (longer, shorter)
    return round(size[0]), round(size[1]), dpi
