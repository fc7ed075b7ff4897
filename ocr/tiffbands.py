"""A TIFF frame in bands: a few strips at a time, each set written as a small TIFF of its own.

Pillow and OpenCV decode a frame whole; a page of 600 dpi then takes hundreds of megabytes for what is shrunk
right after. Strips are independent of each other in every compression, so any run of them is a picture.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PIL import Image, TiffImagePlugin

_WIDTH, _LENGTH, _STRIP_OFFSETS, _ROWS_PER_STRIP, _STRIP_BYTES, _PLANES, _TILE_WIDTH = (
    256, 257, 273, 278, 279, 284, 322,
)  # fmt: skip
_BITS, _COMPRESSION, _SAMPLES = 258, 259, 277
# Bits, compression, photometry, fill order, samples, G3 and G4 options, predictor, palette, extra samples,
# sample format, JPEG tables, YCbCr coefficients, subsampling, positioning and reference levels.
_KEPT = (258, 259, 262, 266, 277, 292, 293, 317, 320, 338, 339, 347, 529, 530, 531, 532)
_OLD_JPEG = 6
_HEAD = 8
_BAND_ROWS = 512
_FEWEST_STRIPS = 2


def in_bands(image: Image.Image, path: Path, *, whole: int) -> Iterator[io.BytesIO] | None:
    """The current frame as small TIFF files from top to bottom; None where it cannot be cut.

    Args:
        image: the opened TIFF, at the wanted frame.
        path: its file.
        whole: every band but the last has a multiple of so many rows.
    """
    tags: dict[int, Any] = dict(getattr(image, "tag_v2", {}))
    plain = tags.get(_PLANES, 1) == 1 and _TILE_WIDTH not in tags and tags.get(_COMPRESSION) != _OLD_JPEG
    strips = _strips(tags, image) if plain else None
    if strips is None or len(strips.lengths) < _FEWEST_STRIPS:
        return None
    step = max(1, _BAND_ROWS // strips.rows)
    while step * strips.rows % whole:
        step += 1
    return _bands(image, path, strips, step=step)


@dataclass(frozen=True, slots=True)
class _Strips:
    """Where the strips of a frame lie in the file, in bytes, and how many rows each has but the last."""

    offsets: Sequence[int]
    lengths: Sequence[int]
    rows: int


def _strips(tags: Mapping[int, Any], image: Image.Image) -> _Strips | None:
    """The strips as the file says; plain pixels in one piece are cut by rows. None where they are not all."""
    offsets, lengths = tags.get(_STRIP_OFFSETS, ()), tags.get(_STRIP_BYTES, ())
    rows = min(int(tags.get(_ROWS_PER_STRIP, image.height)), image.height)
    bits = tags.get(_BITS, (1,))
    row = -(-image.width * sum(bits[:1]) * int(tags.get(_SAMPLES, 1)) // 8)
    if tags.get(_COMPRESSION, 1) == 1 and len(offsets) == 1 and lengths == (row * image.height,):
        return _Strips(range(offsets[0], offsets[0] + lengths[0], row), [row] * image.height, 1)
    if rows < 1 or not len(offsets) == len(lengths) == -(-image.height // rows):
        return None
    return _Strips(offsets, lengths, rows)


def _bands(image: Image.Image, path: Path, strips: _Strips, *, step: int) -> Iterator[io.BytesIO]:
    tags: dict[int, Any] = dict(getattr(image, "tag_v2", {}))
    prefix = getattr(image, "tag_v2").prefix  # noqa: B009  Pillow's base class does not know it
    with path.open("rb") as file:
        for first in range(0, len(strips.lengths), step):
            part = slice(first, first + step)
            pieces = []
            for offset, length in zip(strips.offsets[part], strips.lengths[part], strict=True):
                file.seek(offset)
                pieces.append(file.read(length))
            height = min(step * strips.rows, image.height - first * strips.rows)
            yield _small_file(tags, prefix, pieces, size=(image.width, height), rows=strips.rows)


def _small_file(
    tags: dict[int, Any], prefix: bytes, strips: list[bytes], *, size: tuple[int, int], rows: int
) -> io.BytesIO:
    directory = TiffImagePlugin.ImageFileDirectory_v2(prefix=prefix)
    for tag in _KEPT:
        if tag in tags:
            directory[tag] = tags[tag]
    directory[_WIDTH], directory[_LENGTH] = size
    directory[_ROWS_PER_STRIP] = rows
    lengths = [len(strip) for strip in strips]
    # Pillow counts them from the end of the directory.
    directory[_STRIP_OFFSETS] = tuple(itertools.accumulate(lengths[:-1], initial=0))
    directory[_STRIP_BYTES] = tuple(lengths)
    order: Literal["little", "big"] = "little" if prefix == b"II" else "big"
    head = prefix + (42).to_bytes(2, order) + _HEAD.to_bytes(4, order)
    return io.BytesIO(head + directory.tobytes(_HEAD) + b"".join(strips))
