"""Image streams of a PDF: stored bytes pass through where PDF/A-2 allows them, else a lossless coding.

The sizes and colour spaces follow ISO 32000-1, 8.9.5; what PDF/A-2 forbids is in ISO 19005-2, 6.1.7 and 6.2.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
from pikepdf import Name
from PIL import Image

from ocr.arrays import GrayImage, PageImage

_COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 259, 262, 266
_STRIP_OFFSETS, _STRIP_BYTES, _G4_OPTIONS = 273, 279, 293
_GROUP4 = 4
_PNG_HEAD = 8
# Scans are noisy: stronger levels take twice the time for some 3 % fewer bytes (measured on 300-dpi pages).
_DEFLATE_LEVEL = 4


def _image(  # noqa: PLR0913  the six facts every image dictionary states
    pdf: pikepdf.Pdf, data: bytes, *, width: int, height: int, colours: int, bits: int = 8
) -> pikepdf.Stream:
    stream = pikepdf.Stream(pdf, data)
    stream.Type = Name.XObject
    stream.Subtype = Name.Image
    stream.Width = width
    stream.Height = height
    stream.ColorSpace = Name.DeviceGray if colours == 1 else Name.DeviceRGB
    stream.BitsPerComponent = bits
    return stream


def jpeg(pdf: pikepdf.Pdf, data: bytes, *, width: int, height: int, colours: int) -> pikepdf.Stream:
    """The bytes of a JPEG file, unchanged."""
    stream = _image(pdf, data, width=width, height=height, colours=colours)
    stream.Filter = Name.DCTDecode
    return stream


def jpeg_of(pdf: pikepdf.Pdf, pixels: PageImage, *, quality: int) -> pikepdf.Stream:
    """Pixels that were drawn by us, as JPEG."""
    colours = 1 if pixels.ndim == 2 else 3
    ordered = pixels if colours == 1 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    done, coded = cv2.imencode(".jpg", ordered, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        msg = "a page image could not be coded as JPEG"
        raise ValueError(msg)
    return jpeg(pdf, coded.tobytes(), width=pixels.shape[1], height=pixels.shape[0], colours=colours)


def lossless(pdf: pikepdf.Pdf, bands: Iterable[PageImage], *, width: int, height: int) -> pikepdf.Stream:
    """Grey or RGB pixels, deflated after each row was made the difference to the row above (PNG "Up").

    Args:
        pdf: where the image goes.
        bands: the page from top to bottom, in one piece or several.
        width: of the page and each band, in pixels.
        height: of the page.
    """
    packer = zlib.compressobj(_DEFLATE_LEVEL)
    parts: list[bytes] = []
    colours = 1
    previous = np.zeros((1, 0), dtype=np.uint8)
    for rows in (piece for band in bands for piece in _pieces(band)):
        colours = rows.shape[1] // width
        above = np.concatenate([previous if previous.size else np.zeros_like(rows[:1]), rows[:-1]])
        coded = np.empty((rows.shape[0], rows.shape[1] + 1), dtype=np.uint8)
        coded[:, 0] = 2
        np.subtract(rows, above, out=coded[:, 1:])
        parts.append(packer.compress(coded.tobytes()))
        previous = rows[-1:]
    parts.append(packer.flush())
    stream = _image(pdf, b"".join(parts), width=width, height=height, colours=colours)
    stream.Filter = Name.FlateDecode
    stream.DecodeParms = _predictor(colours=colours, bits=8, columns=width)
    return stream


def _pieces(band: PageImage) -> Iterator[GrayImage]:
    """Some rows at a time, the colours of a row side by side."""
    rows = band.reshape(band.shape[0], -1)
    return (rows[top : top + 256] for top in range(0, rows.shape[0], 256))


def _predictor(*, colours: int, bits: int, columns: int) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Predictor=15, Colors=colours, BitsPerComponent=bits, Columns=columns)


def png(pdf: pikepdf.Pdf, data: bytes) -> pikepdf.Stream | None:
    """The compressed pixels of a PNG, unchanged; None where PDF cannot hold them (alpha, interlace)."""
    chunks = _png_chunks(data)
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        return None
    width, height, bits, colour, _, _, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    names = {kind for kind, _ in chunks}
    if interlace or colour not in {0, 2} or b"tRNS" in names or (bits == 16):
        return None
    colours = 1 if colour == 0 else 3
    body = b"".join(content for kind, content in chunks if kind == b"IDAT")
    stream = _image(pdf, body, width=width, height=height, colours=colours, bits=bits)
    stream.Filter = Name.FlateDecode
    stream.DecodeParms = _predictor(colours=colours, bits=bits, columns=width)
    return stream


def _png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    chunks: list[tuple[bytes, bytes]] = []
    position = _PNG_HEAD
    while position + 8 <= len(data):
        length = int.from_bytes(data[position : position + 4])
        kind = data[position + 4 : position + 8]
        chunks.append((kind, data[position + 8 : position + 8 + length]))
        position += length + 12
        if kind == b"IEND":
            return chunks
    return []


def group4(pdf: pikepdf.Pdf, image: Image.Image, path: Path) -> pikepdf.Stream | None:
    """The one G4 strip of a TIFF frame, unchanged; None where the frame is stored another way."""
    tags: dict[int, Any] = dict(getattr(image, "tag_v2", {}))
    offsets, counts = tags.get(_STRIP_OFFSETS, ()), tags.get(_STRIP_BYTES, ())
    plain = tags.get(_COMPRESSION) == _GROUP4 and tags.get(_FILL_ORDER, 1) == 1
    if not plain or len(offsets) != 1 or len(counts) != 1 or tags.get(_G4_OPTIONS, 0):
        return None
    with path.open("rb") as file:
        file.seek(offsets[0])
        data = file.read(counts[0])
    if len(data) != counts[0]:
        return None
    return _ccitt(pdf, data, width=image.width, height=image.height, black_is_1=tags.get(_PHOTOMETRIC) == 1)


def bilevel(pdf: pikepdf.Pdf, pixels: GrayImage) -> pikepdf.Stream:
    """Black and white pixels (0 and 255), coded as G4."""
    picture = Image.fromarray(pixels).convert("1", dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    picture.save(
        buffer,
        format="TIFF",
        compression="group4",
        tiffinfo={278: picture.height, _PHOTOMETRIC: 0},
    )
    with Image.open(buffer) as coded:
        tags: dict[int, Any] = dict(getattr(coded, "tag_v2", {}))
    start, count = tags[_STRIP_OFFSETS][0], tags[_STRIP_BYTES][0]
    data = buffer.getvalue()[start : start + count]
    return _ccitt(pdf, data, width=picture.width, height=picture.height, black_is_1=tags[_PHOTOMETRIC] == 1)


def _ccitt(pdf: pikepdf.Pdf, data: bytes, *, width: int, height: int, black_is_1: bool) -> pikepdf.Stream:
    stream = _image(pdf, data, width=width, height=height, colours=1, bits=1)
    stream.Filter = Name.CCITTFaxDecode
    stream.DecodeParms = pikepdf.Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=black_is_1)
    return stream
