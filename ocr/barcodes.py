"""QR codes and bar codes: read from a page image, and drawn as modules. The only home of zxing-cpp.

What a code says is untrusted text: anybody can print one. It is bounded, and control characters are dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import zxingcpp

from dossier.geometry import Box
from dossier.text import Code
from ocr.arrays import GrayImage, Homography, reduced

_MOST_CODES = 20
_MOST_CHARACTERS = 2000
# Bars of a label are hardly finer than the modules of a card, 0.3 mm: half of 300 dpi still shows these.
_HALF_FROM_DPI = 280
_SQUARE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_OTHERS = zxingcpp.BarcodeFormats(
    [
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.Code39,
        zxingcpp.BarcodeFormat.PDF417,
    ]
)
_LEAST_SIDE = 24


def read_codes(gray: GrayImage, *, dpi: int) -> tuple[Code, ...]:
    """QR codes and the usual bar codes of a page image, whichever way it lies.

    Args:
        gray: the page as stored; neither cleaned nor turned.
        dpi: its pixels per inch.

    Returns:
        At most 20 codes of at most 2,000 characters, in the order found, with boxes in pixels of ``gray``.
    """
    if min(gray.shape) < _LEAST_SIDE:
        return ()
    factor = 2 if dpi >= _HALF_FROM_DPI else 1
    found = [*_found(gray, _SQUARE, factor=1), *_found(reduced(gray, factor), _OTHERS, factor=factor)]
    return tuple(found[:_MOST_CODES])


def codes_on_page(codes: Sequence[Code], matrix: Homography, *, width: int, height: int) -> tuple[Code, ...]:
    """The codes with boxes of the upright page image of that size, to which ``matrix`` maps."""
    return tuple(
        Code(code.text, code.format, _moved(code.box, matrix, width=width, height=height)) for code in codes
    )


def qr_modules(text: str) -> npt.NDArray[np.bool_]:
    """A QR code (ISO/IEC 18004) with the highest error correction as a square of modules, true is dark.

    A third of it may be torn off or dirty; the white rim of four modules is left to whoever draws it.
    """
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="H")
    image = np.array(made.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8)
    return np.asarray(image < 128, dtype=np.bool_)


def _found(image: GrayImage, formats: zxingcpp.BarcodeFormats, *, factor: int) -> Iterator[Code]:
    height, width = image.shape
    read = zxingcpp.read_barcodes(
        np.ascontiguousarray(image),
        formats=formats,
        try_invert=False,
        try_downscale=formats is _SQUARE,
        text_mode=zxingcpp.TextMode.Plain,
    )
    for code in read:
        text = _bounded(code.text)
        if text:
            box = _box(code.position, width=width, height=height, factor=factor)
            yield Code(text, code.format.name, box)


def _bounded(text: str) -> str:
    """At most so many characters, without those that no reader sees but a terminal obeys."""
    kept = (mark for mark in text[:_MOST_CHARACTERS] if unicodedata.category(mark)[0] != "C")
    return unicodedata.normalize("NFC", "".join(kept))[:_MOST_CHARACTERS]


def _box(position: zxingcpp.Position, *, width: int, height: int, factor: int) -> Box:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    across = [min(max(corner.x, 0), width) for corner in corners]
    down = [min(max(corner.y, 0), height) for corner in corners]
    return Box(min(across) * factor, min(down) * factor, max(across) * factor, max(down) * factor)


def _moved(box: Box, matrix: Homography, *, width: int, height: int) -> Box:
    corners = np.array([(x, y, 1.0) for x in (box.left, box.right) for y in (box.top, box.bottom)])
    points = corners @ matrix.T
    flat = points[:, :2] / points[:, 2:]
    low = np.clip(np.floor(flat.min(axis=0) + 0.5), 0, (width, height)).astype(int).tolist()
    high = np.clip(np.floor(flat.max(axis=0) + 0.5), low, (width, height)).astype(int).tolist()
    return Box(low[0], low[1], high[0], high[1])
