"""Raw pictures as ``scanimage`` writes them: netpbm P4 (bilevel), P5 (grey) and P6 (colour), 8 or 16 bit.

The header tells how many bytes must follow, so a page that did not come whole is told from one that did.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ocr.arrays import PageImage

_HEAD_BYTES = 512
_COLOURS = {b"P4": 1, b"P5": 1, b"P6": 3}
_MOST_SIDE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RawHead:
    """Header of a raw picture: where its pixels begin, and how they are laid out."""

    start: int
    width: int
    height: int
    colours: int
    depth: int
    bilevel: bool

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        if self.bilevel:
            return -(-self.width // 8)
        return self.width * self.colours * self.depth

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self.start + self.row_bytes * self.height


def raw_head(data: bytes) -> RawHead | None:
    """The header of a raw picture from the first bytes of its file; nothing where it is none."""
    magic = data[:2]
    if magic not in _COLOURS:
        return None
    bilevel = magic == b"P4"
    wanted = 2 if bilevel else 3
    numbers: list[int] = []
    place = 2
    while len(numbers) < wanted:
        while data[place : place + 1].isspace():
            place += 1
        if data[place : place + 1] == b"#":
            end = data.find(b"\n", place)
            if end < 0:
                return None
            place = end + 1
            continue
        start = place
        while data[place : place + 1].isdigit():
            place += 1
        if place == start or place >= len(data):
            return None
        numbers.append(int(data[start:place]))
    width, height, largest = (*numbers, 1)[:3]
    if not (0 < width <= _MOST_SIDE and 0 < height <= _MOST_SIDE and 0 < largest < 65_536):
        return None
    return RawHead(
        start=place + 1,
        width=width,
        height=height,
        colours=_COLOURS[magic],
        depth=2 if largest > 255 else 1,
        bilevel=bilevel,
    )


def is_whole(path: Path) -> bool:
    """Whether a file is a raw picture with all of its pixels."""
    try:
        with path.open("rb") as file:
            head = raw_head(file.read(_HEAD_BYTES))
        return head is not None and path.stat().st_size >= head.size
    except OSError:
        return False


def raw_pixels(data: bytes) -> tuple[PageImage, bool] | None:
    """Grey or RGB pixels, 8 bit, and whether it is bilevel; nothing where some are missing."""
    head = raw_head(data[:_HEAD_BYTES])
    if head is None or len(data) < head.size:
        return None
    rows = np.frombuffer(data, dtype=np.uint8, count=head.row_bytes * head.height, offset=head.start)
    rows = rows.reshape(head.height, head.row_bytes)
    if head.bilevel:
        bits = np.unpackbits(rows, axis=1)[:, : head.width]
        # A one is black in netpbm.
        return np.where(bits, 0, 255).astype(np.uint8), True
    if head.depth == 2:
        # Big-endian: the high byte comes first.
        rows = rows[:, ::2]
    shape = (head.height, head.width) if head.colours == 1 else (head.height, head.width, 3)
    return np.ascontiguousarray(rows).reshape(shape), False
