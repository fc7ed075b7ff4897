"""From the picture a feeder gives to the bytes that are kept for ever, and the pixels that are looked at.

A JPEG, PNG or TIFF is kept as it is. A raw picture is coded once, and never again on its way to the store:
as JPEG of the wished quality, or without loss as PNG.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from dossier.errors import InputError
from dossier.scan_errors import ScanPageDamagedError
from ocr.arrays import PageImage
from ocr.feeders.netpbm import raw_pixels
from ocr.limits import ReadLimits
from ocr.records import FileKind
from ocr.sources import open_source

LOSSLESS = 100
# Deflate: the fastest level is within a few per cent of the strongest on noisy scans.
_PNG_LEVEL = 1
_INCH_UNIT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page as it will be kept, and as it is seen.

    Attributes:
        data: the file.
        kind: what ``data`` is.
        pixels: grey or RGB, as stored.
        dpi: pixels per inch.
        bilevel: only black and white are stored.
    """

    data: bytes
    kind: FileKind
    pixels: PageImage
    dpi: int
    bilevel: bool


def picture_of(path: Path, *, dpi: int, page: int, quality: int, limits: ReadLimits) -> Picture:
    """Take a fed picture.

    Args:
        path: PNM, JPEG, PNG or TIFF with one page.
        dpi: pixels per inch of a raw picture, and of another that does not say.
        page: number of the page, for messages.
        quality: of JPEG, 50 to 99; ``LOSSLESS`` for PNG.
        limits: what is refused.

    Raises:
        ScanPageDamagedError: the picture is not whole or makes no sense.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ScanPageDamagedError(str(page), cause=type(error).__name__) from error
    raw = raw_pixels(data)
    if raw is not None:
        pixels, bilevel = raw
        kept, kind = _coded(pixels, bilevel=bilevel, dpi=dpi, quality=quality)
        return Picture(data=kept, kind=kind, pixels=pixels, dpi=dpi, bilevel=bilevel)
    try:
        with open_source(path, name=str(page), limits=limits) as source:
            if source.kind == "pdf" or source.page_count != 1:
                raise ScanPageDamagedError(str(page), cause=f"{source.kind} of {source.page_count} pages")
            found = source.page(1)
            return Picture(
                data=data, kind=source.kind, pixels=found.pixels, dpi=found.size.dpi, bilevel=found.bilevel
            )
    except InputError as error:
        raise ScanPageDamagedError(str(page), cause=error.code) from error


def pixels_of(data: bytes, *, page: int, draft: Path, limits: ReadLimits) -> tuple[PageImage, int, bool]:
    """Pixels and dpi of a page that was kept, and whether it is bilevel; ``draft`` is a file to open it from.

    Raises:
        ScanPageDamagedError: it cannot be decoded.
    """
    draft.write_bytes(data)
    try:
        with open_source(draft, name=str(page), limits=limits) as source:
            found = source.page(1)
            return found.pixels, found.size.dpi, found.bilevel
    except InputError as error:
        raise ScanPageDamagedError(str(page), cause=error.code) from error


def _coded(pixels: PageImage, *, bilevel: bool, dpi: int, quality: int) -> tuple[bytes, FileKind]:
    if bilevel or quality >= LOSSLESS:
        return _png(pixels, bilevel=bilevel, dpi=dpi), "png"
    ordered = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    done, coded = cv2.imencode(".jpg", ordered, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        msg = "a page could not be coded as JPEG"
        raise ValueError(msg)
    return with_density(coded.tobytes(), dpi=dpi), "jpeg"


def with_density(jpeg: bytes, *, dpi: int) -> bytes:
    """The same JPEG with its pixels per inch in the JFIF header (ITU-T T.871, 10.1); pixels untouched."""
    if jpeg[2:4] != b"\xff\xe0" or jpeg[6:11] != b"JFIF\0":
        return jpeg
    return jpeg[:13] + struct.pack(">BHH", _INCH_UNIT, dpi, dpi) + jpeg[18:]


def _png(pixels: PageImage, *, bilevel: bool, dpi: int) -> bytes:
    target = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    if bilevel:
        image = image.convert("1", dither=Image.Dither.NONE)
    image.save(target, format="PNG", compress_level=_PNG_LEVEL, dpi=(dpi, dpi))
    return target.getvalue()
