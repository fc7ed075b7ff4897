"""A PNG, or the deflated pixels of a PDF, in bands: some rows at a time, each set as a small PNG of its own.

Pillow and pdfium decode a picture whole; a colour page of A3 at 600 dpi then takes 200 MB for what is shrunk
right after. Rows are filtered by the row above (ISO 15948, clause 9): so a band begins with the last row of
the one before, stored plainly, and is decoded by Pillow as ever. It is not compressed again.
"""

from __future__ import annotations

import io
import itertools
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = struct.Struct(">IIBBBBB")
_BITS = 8
# Bytes of a pixel by colour type: grey, RGB, palette, grey and RGB with transparency.
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_GREY, _RGB = 0, 2
_COLOURS = {1: _GREY, 3: _RGB}
_BAND_ROWS = 256
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredRows:
    """Rows of 8-bit pixels, each behind the number of its filter, deflated.

    Attributes:
        width, height: pixels.
        kind: the colour type of PNG.
        deflated: the bytes, in any pieces.
        notes: whole chunks of a PNG that the pixels need: palette and transparency.
    """

    width: int
    height: int
    kind: int
    deflated: tuple[memoryview, ...]
    notes: bytes = b""

    @property
    def row(self) -> int:
        """Bytes of a row without its filter."""
        return self.width * _SAMPLES[self.kind]


def rows_of_png(data: bytes) -> FilteredRows | None:
    """The rows of a PNG file; None where they are interlaced or not of 8 bits."""
    if data[:8] != _SIGNATURE or data[12:16] != b"IHDR":
        return None
    width, height, bits, kind, _, _, interlaced = _HEAD.unpack_from(data, 16)
    if bits != _BITS or interlaced or kind not in _SAMPLES:
        return None
    view, pieces, notes = memoryview(data), [], []
    for name, start, end in _chunks(data):
        if name == b"IDAT":
            pieces.append(view[start:end])
        elif name in {b"PLTE", b"tRNS"}:
            notes.append(_chunk(name, data[start:end]))
    return FilteredRows(width=width, height=height, kind=kind, deflated=tuple(pieces), notes=b"".join(notes))


def exif_of_png(data: bytes) -> bytes:
    """The EXIF of a PNG, before its pixels or behind them, as Pillow likes it; empty where there is none."""
    return next((b"Exif\0\0" + data[start:end] for name, start, end in _chunks(data) if name == b"eXIf"), b"")


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name of every chunk, where its content begins and ends."""
    place = len(_SIGNATURE)
    while place + 12 <= len(data):
        start = place + 8
        end = start + int.from_bytes(data[place : place + 4])
        yield data[place + 4 : start], start, end
        place = end + 4


def rows_of_stream(data: bytes, *, width: int, height: int, colours: int) -> FilteredRows:
    """The rows of a deflated stream in a PDF with the predictors of PNG."""
    kind = _COLOURS[colours]
    return FilteredRows(width=width, height=height, kind=kind, deflated=(memoryview(data),))


def in_bands(rows: FilteredRows, *, whole: int) -> Iterator[Image.Image]:
    """The picture from top to bottom; every band but the last has a multiple of ``whole`` rows.

    Raises:
        OSError: the pixels end early or make no sense.
    """
    step = -(-_BAND_ROWS // whole) * whole
    above = bytes(rows.row)
    for band in inflated(rows.deflated, size=step * (rows.row + 1), total=rows.height * (rows.row + 1)):
        height = len(band) // (rows.row + 1)
        picture = Image.open(io.BytesIO(_small_file(rows, b"\0" + above + band, height + 1)))
        picture.load()
        above = picture.crop((0, height, rows.width, height + 1)).tobytes()
        yield picture.crop((0, 1, rows.width, height + 1))


def plain_bands(data: bytes, *, width: int, height: int, colours: int, whole: int) -> Iterator[Image.Image]:
    """The same for deflated rows without filters, in grey or RGB.

    Raises:
        OSError: the pixels end early or make no sense.
    """
    row = width * colours
    step = -(-_BAND_ROWS // whole) * whole
    mode = "L" if colours == 1 else "RGB"
    for band in inflated((memoryview(data),), size=step * row, total=height * row):
        yield Image.frombytes(mode, (width, len(band) // row), band)


def inflated(pieces: Iterable[memoryview], *, size: int, total: int) -> Iterator[bytes]:
    """What was deflated, in parts of ``size`` bytes and a last one, ``total`` in all.

    Raises:
        OSError: it ends early or makes no sense.
    """
    engine, waiting, given = zlib.decompressobj(), bytearray(), 0
    try:
        for piece in itertools.chain.from_iterable(_cut(piece) for piece in pieces):
            held: bytes | memoryview = piece
            while held and given < total:
                # Never more than a band: a white page is deflated a thousandfold.
                waiting += engine.decompress(held, size - len(waiting))
                held = engine.unconsumed_tail
                if len(waiting) == size:
                    yield bytes(waiting)
                    waiting.clear()
                    given += size
    except zlib.error as error:
        raise OSError(str(error)) from error
    if given + len(waiting) < total:
        msg = "truncated: the deflated pixels end early"
        raise OSError(msg)
    if given < total:
        yield bytes(waiting[: total - given])


def _cut(piece: memoryview) -> Iterator[memoryview]:
    return (piece[start : start + _CHUNK] for start in range(0, len(piece), _CHUNK))


def _small_file(rows: FilteredRows, filtered: bytes, height: int) -> bytes:
    head = _HEAD.pack(rows.width, height, _BITS, rows.kind, 0, 0, 0)
    parts = (
        _chunk(b"IHDR", head),
        rows.notes,
        _chunk(b"IDAT", zlib.compress(filtered, 0)),
        _chunk(b"IEND", b""),
    )
    return b"".join((_SIGNATURE, *parts))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))
