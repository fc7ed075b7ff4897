"""Two scans of one sheet laid over each other: where the ink differs, and which seals only one of them bears.

All functions are pure. Both pages come upright. Corners of the print are matched (ORB) and the plane between
them is fitted without the outliers (RANSAC), so that shift, slant, scale and the bow of a photo make no
difference; where the print gives too little, the pages are laid by their intensities (ECC).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from dossier.geometry import Box
from ocr.arrays import GrayImage, Homography, PageImage, as_gray, shrunk
from ocr.deskew import MASK_DPI
from ocr.ink import any_ink

_FEATURES: Final = 4000
_RATIO: Final = 0.8
_LEAST_MATCHES: Final = 25
_RANSAC_PIXELS: Final = 4.0
_ECC_STEPS: Final = 60
_DARK: Final = 170
# Strokes move by so much between two scans, in pixels at 100 to the inch (1 mm is four).
_PLAY: Final = 3
_LEAST_SPOT: Final = 60
_SPOT_REACH: Final = 11
_MOST_SPOTS: Final = 40
_SATURATED: Final = 70
_SEAL_SIDE: Final = 50
_RULE: Final = 6

_Mask = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place where two scans differ.

    Attributes:
        box: on the earlier page, in its pixels.
        gone: only the earlier one bears ink there; otherwise only the later one does.
        seal: it is a large coloured spot.
    """

    box: Box
    gone: bool
    seal: bool


@dataclass(frozen=True, slots=True)
class Laid:
    """The later page as it lies on the earlier one, and where the two differ, the largest first."""

    later: PageImage
    spots: tuple[Spot, ...]


def lay_over(earlier: PageImage, later: PageImage, *, dpi: tuple[int, int]) -> Laid | None:
    """Lay a scan over an earlier one.

    Args:
        earlier: upright, colour or grey.
        later: the same.
        dpi: pixels per inch of both.

    Returns:
        Nothing when the two do not lie on each other anywhere: they are other sheets.
    """
    small = _reduced(earlier, dpi[0]), _reduced(later, dpi[1])
    inks = any_ink(small[0], dpi=MASK_DPI), any_ink(small[1], dpi=MASK_DPI)
    matrix = _plane(*inks)
    if matrix is None:
        return None
    height, width = inks[0].shape
    moved = _warped(inks[1], matrix, (width, height))
    spots = _spots(inks[0], moved, small[0], _warped(small[1], matrix, (width, height)))
    across, down = earlier.shape[1] / width, earlier.shape[0] / height
    full = np.diag((across, down, 1.0)) @ matrix
    back = full @ np.diag((small[1].shape[1] / later.shape[1], small[1].shape[0] / later.shape[0], 1.0))
    laid = _warped(later, back, (earlier.shape[1], earlier.shape[0]))
    return Laid(laid, tuple(_enlarged(spot, across, down) for spot in spots))


def side_by_side(left: PageImage, right: PageImage) -> bytes:
    """Two cuts of the same size beside each other, with a rule between, as PNG."""
    height = left.shape[0]
    rule = np.full((height, _RULE, 3), 96, dtype=np.uint8)
    joined = np.hstack((_coloured(left), rule, _coloured(right)))
    _, data = cv2.imencode(".png", joined[..., ::-1])
    return data.tobytes()


def _coloured(page: PageImage) -> PageImage:
    if page.ndim == 3:
        return page
    return np.asarray(cv2.cvtColor(page, cv2.COLOR_GRAY2RGB), dtype=np.uint8)


def _reduced(page: PageImage, dpi: int) -> PageImage:
    scale = MASK_DPI / dpi
    return shrunk(page, max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))


def _plane(earlier: GrayImage, later: GrayImage) -> Homography | None:
    """Maps points of the later page to points of the earlier one."""
    finder = cv2.ORB.create(nfeatures=_FEATURES)
    points, marks = finder.detectAndCompute(earlier, None)
    others, other_marks = finder.detectAndCompute(later, None)
    if min(len(points), len(others)) >= _LEAST_MATCHES:
        pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(other_marks, marks, k=2)
        good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < _RATIO * pair[1].distance]
        if len(good) >= _LEAST_MATCHES:
            source = np.array([others[match.queryIdx].pt for match in good], dtype=np.float32)
            target = np.array([points[match.trainIdx].pt for match in good], dtype=np.float32)
            matrix, inliers = cv2.findHomography(source, target, cv2.RANSAC, _RANSAC_PIXELS)
            if int(np.count_nonzero(inliers)) >= _LEAST_MATCHES:
                return np.asarray(matrix, dtype=np.float64)
    return _by_intensity(earlier, later)


def _by_intensity(earlier: GrayImage, later: GrayImage) -> Homography | None:
    warp = np.eye(2, 3, dtype=np.float32)
    height, width = earlier.shape
    same_size = np.asarray(cv2.resize(later, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _ECC_STEPS, 1e-4)
    mask = np.full_like(earlier, 255)
    try:
        likeness, found = cv2.findTransformECC(earlier, same_size, warp, cv2.MOTION_EUCLIDEAN, stop, mask, 5)
    except cv2.error:
        # It does not converge: the two have nothing in common.
        return None
    if likeness < 0.5:
        return None
    matrix = np.vstack((found, (0.0, 0.0, 1.0))).astype(np.float64)
    return np.asarray(
        np.linalg.inv(matrix) @ np.diag((width / later.shape[1], height / later.shape[0], 1.0)),
        dtype=np.float64,
    )


def _warped(image: PageImage, matrix: Homography, size: tuple[int, int]) -> PageImage:
    white = 255.0 if image.ndim == 2 else (255.0, 255.0, 255.0)
    moved = cv2.warpPerspective(
        image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=white
    )
    return np.asarray(moved, dtype=np.uint8)


def _spots(earlier: GrayImage, later: GrayImage, colours: PageImage, others: PageImage) -> Sequence[Spot]:
    ours, theirs = _dark(earlier), _dark(later)
    play = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _PLAY + 1, 2 * _PLAY + 1))
    found: list[Spot] = []
    for gone, ink, other, picture in ((True, ours, theirs, colours), (False, theirs, ours, others)):
        alone = cv2.subtract(ink, cv2.dilate(other, play))
        found += _grouped(np.asarray(alone, dtype=np.uint8), picture, gone=gone)
    found.sort(key=lambda spot: (-spot.seal, -spot.box.area))
    return found[:_MOST_SPOTS]


def _dark(ink: GrayImage) -> _Mask:
    return np.less(ink, _DARK).astype(np.uint8)


def _grouped(alone: _Mask, picture: PageImage, *, gone: bool) -> list[Spot]:
    """Ink without a counterpart, near pieces together; dust is left out."""
    reach = cv2.getStructuringElement(cv2.MORPH_RECT, (_SPOT_REACH, _SPOT_REACH))
    joined = cv2.morphologyEx(alone, cv2.MORPH_CLOSE, reach)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    sizes = np.bincount(labels.ravel(), weights=alone.ravel(), minlength=count)
    found = []
    for index in range(1, count):
        if sizes[index] < _LEAST_SPOT:
            continue
        left, top, width, height = (int(value) for value in stats[index][:4])
        box = Box(left, top, left + width, top + height)
        found.append(Spot(box=box, gone=gone, seal=_is_seal(picture, box)))
    return found


def _is_seal(picture: PageImage, box: Box) -> bool:
    """Large, and its ink is coloured."""
    if picture.ndim == 2 or min(box.width, box.height) < _SEAL_SIDE:
        return False
    cut = picture[box.top : box.bottom, box.left : box.right]
    spread = cut.max(axis=2).astype(np.int16) - cut.min(axis=2)
    ink = as_gray(cut) < 200
    return bool(np.count_nonzero(ink & (spread > _SATURATED)) > 0.3 * max(1, int(np.count_nonzero(ink))))


def _enlarged(spot: Spot, across: float, down: float) -> Spot:
    box = spot.box
    larger = Box(
        round(box.left * across), round(box.top * down), round(box.right * across), round(box.bottom * down)
    )
    return Spot(box=larger, gone=spot.gone, seal=spot.seal)
