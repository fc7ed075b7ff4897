"""From the image of a page to its fingerprint: nearly the same bits for every scan of one sheet.

All functions are pure. Only what is as large as a letter counts, whatever its colour: seals, rules, frames
and pictures come and go with the way a page was scanned, the print stays. The letters are laid around their
middle on a square of fixed size in millimetres, so that margins and resolution make no difference, and the
signs of the lowest waves of that picture (discrete cosine transform) are the bits. Two forms that are filled
in for two people look alike from that far: a small distance makes a candidate, never a verdict.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from dossier.fingerprints import BITS, Fingerprint
from ocr.arrays import GrayImage, PageImage, shrunk
from ocr.deskew import MASK_DPI, find_skew
from ocr.ink import any_ink

# What follows is in pixels at 100 to the inch (four a millimetre) and in grey levels.
_PALE = 180
_DARK = 150
_LOWEST, _HIGHEST = 4, 28
_NARROWEST, _WIDEST = 2, 90
_SMALLEST = 8
_LEAST_LETTERS = 6
_LEAST_SKEW = 0.1
_REACH = 400
_SIDE = 64
_STEP = 2 * _REACH / _SIDE

_Mask = npt.NDArray[np.bool_]


def _lowest_waves() -> npt.NDArray[np.intp]:
    """Places of the slowest waves, in order, without the one that only says how much print there is."""
    places = [(down, across) for down in range(_SIDE) for across in range(_SIDE) if down or across]
    places.sort(key=lambda place: (sum(place), place))
    return np.array([down * _SIDE + across for down, across in places[:BITS]], dtype=np.intp)


_WAVES = _lowest_waves()


def page_ink(pixels: PageImage, *, dpi: int) -> GrayImage:
    """The ink of a page as stored, of every colour, at 100 pixels to the inch: all that is needed of it."""
    scale = MASK_DPI / dpi
    size = (max(1, round(side * scale)) for side in (pixels.shape[1], pixels.shape[0]))
    return any_ink(shrunk(pixels, *size), dpi=MASK_DPI)


def ink_fingerprint(ink: GrayImage, *, skew: float) -> Fingerprint:
    """The fingerprint of a page.

    Args:
        ink: of ``page_ink``, turned upright.
        skew: how far its lines slant, degrees, counter-clockwise positive.
    """
    letters = _letters(_straight(ink, skew))
    if letters is None:
        return Fingerprint(0)
    waves = cv2.dct(_around_middle(letters)).ravel()[_WAVES]
    bits = np.packbits(waves > np.median(waves)).tobytes()
    return Fingerprint(int.from_bytes(bits, "big"))


def scan_fingerprint(pixels: PageImage, *, dpi: int) -> Fingerprint:
    """The fingerprint of a page that was scanned the right way up; how far it slants is found here."""
    ink = page_ink(pixels, dpi=dpi)
    skew, _ = find_skew(np.less(ink, _DARK))
    return ink_fingerprint(ink, skew=skew)


def _straight(ink: GrayImage, skew: float) -> GrayImage:
    if abs(skew) < _LEAST_SKEW:
        return ink
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
    turned = cv2.warpAffine(ink, matrix, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=255.0)
    return np.asarray(turned, dtype=np.uint8)


def _letters(ink: GrayImage) -> _Mask | None:
    """What is as large as letters and short words; nothing when there are too few to tell anything."""
    mask = np.less(ink, _PALE).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    kept = (height >= _LOWEST) & (height <= _HIGHEST) & (width >= _NARROWEST) & (width <= _WIDEST)
    kept &= stats[:, cv2.CC_STAT_AREA] >= _SMALLEST
    kept[0] = False
    if np.count_nonzero(kept) < _LEAST_LETTERS:
        return None
    letters: _Mask = kept[labels]
    return letters


def _around_middle(letters: _Mask) -> npt.NDArray[np.float32]:
    """How densely the print stands around its middle, in a square of fixed size."""
    across, down = np.count_nonzero(letters, axis=0), np.count_nonzero(letters, axis=1)
    total = int(across.sum())
    x = float(across @ np.arange(across.size)) / total
    y = float(down @ np.arange(down.size)) / total
    first = _STEP / 2 - _REACH
    matrix = np.array(((_STEP, 0.0, x + first), (0.0, _STEP, y + first)))
    reach = round(_STEP)
    soft = cv2.blur(letters.astype(np.float32), (reach, reach))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    square = cv2.warpAffine(soft, matrix, (_SIDE, _SIDE), flags=flags, borderMode=cv2.BORDER_CONSTANT)
    return np.sqrt(np.asarray(square, dtype=np.float32))
