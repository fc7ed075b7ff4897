"""Whether the bytes of a scan go on to their end: what a writer that pauses has not written yet.

Only beginnings, ends and directories of a file are read, never its pages.
"""

from __future__ import annotations

import os
import struct
from enum import Enum
from typing import Final

_PDF: Final = b"%PDF-"
_TIFF: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_END_MARKS: Final = {
    # Within a picture FF is followed by 00 or a restart mark, so FF D9 is its end (ITU-T T.81, B.1.1).
    b"\xff\xd8\xff": b"\xff\xd9",
    b"\x89PNG\r\n\x1a\n": b"IEND",
    b"GIF8": b"\0;",
}
_TOLD_SIZES: Final = {b"BM": (2, 0), b"RIFF": (4, 8)}
"""Where four bytes tell the size (BMP, WebP), and by how much the file is longer."""

_HEAD_BYTES: Final = 1024
_TAIL_BYTES: Final = 65_536
_PDF_TAIL_BYTES: Final = 4096
"""Readers look for ``%%EOF`` in the last 1024 bytes (ISO 32000-2, Annex I); scanners pad more."""

_MOST_DIRECTORIES: Final = 20_000
_MOST_ENTRIES: Final = 4096
_TIFF_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 8: 2, 9: 4, 16: 8, 17: 8, 18: 8}
_OFFSETS_TO_COUNTS: Final = {273: 279, 324: 325}
"""StripOffsets and StripByteCounts, TileOffsets and TileByteCounts (TIFF 6.0)."""


class Ending(Enum):
    """What the end of a file says."""

    WHOLE = "whole"
    UNFINISHED = "unfinished"
    UNKNOWN = "unknown"
    """Of a kind that has no end mark, or of none we know."""


def ending(descriptor: int, size: int) -> Ending:
    """What the end of an open file of so many bytes says.

    Raises:
        OSError: it cannot be read.
    """
    head = os.pread(descriptor, _HEAD_BYTES, 0)
    if not head.strip(b"\0"):
        # Empty, or room that was reserved before the first byte was written.
        return Ending.UNFINISHED
    if _PDF in head:
        return _if(b"%%EOF" in _tail(descriptor, size, _PDF_TAIL_BYTES))
    if head.startswith(_TIFF):
        return _if(_Tiff(descriptor, size, head).is_whole())
    for start, mark in _END_MARKS.items():
        if head.startswith(start):
            return _if(mark in _tail(descriptor, size, _TAIL_BYTES))
    for start, (place, more) in _TOLD_SIZES.items():
        if head.startswith(start):
            return _if(int.from_bytes(head[place : place + 4], "little") + more <= size)
    return Ending.UNKNOWN


def _if(whole: bool) -> Ending:
    return Ending.WHOLE if whole else Ending.UNFINISHED


def _tail(descriptor: int, size: int, count: int) -> bytes:
    return os.pread(descriptor, count, max(0, size - count))


class _Tiff:
    """The directories of a TIFF or BigTIFF file, and whether all they point at lies within the file."""

    def __init__(self, descriptor: int, size: int, head: bytes) -> None:
        self._descriptor = descriptor
        self._size = size
        self._order = "<" if head[:2] == b"II" else ">"
        self._big = head[2:4] in (b"+\0", b"\0+")
        self._head = head

    def is_whole(self) -> bool:
        """Every directory, and every strip or tile of every page, lies within the file."""
        start = 8 if self._big else 4
        seen: set[int] = set()
        place = self._word(self._head[start : start + self._width])
        while place:
            if place in seen or len(seen) >= _MOST_DIRECTORIES:
                # A ring is damaged, not unfinished: reading tells it.
                return True
            seen.add(place)
            following = self._directory(place)
            if following is None:
                return False
            place = following
        return bool(seen)

    @property
    def _width(self) -> int:
        """Bytes of an offset."""
        return 8 if self._big else 4

    def _word(self, raw: bytes) -> int:
        return int.from_bytes(raw, "little" if self._order == "<" else "big")

    def _directory(self, place: int) -> int | None:
        """Where the next directory is (0: none), or nothing when this one or its page is not all there."""
        counter = 8 if self._big else 2
        count = self._word(self._at(place, counter))
        entry = 20 if self._big else 12
        raw = self._at(place + counter, count * entry + self._width) if count <= _MOST_ENTRIES else b""
        if not count or len(raw) < count * entry + self._width:
            return None
        entries = {
            self._word(raw[at : at + 2]): raw[at + 2 : at + entry] for at in range(0, count * entry, entry)
        }
        for offsets, counts in _OFFSETS_TO_COUNTS.items():
            if offsets in entries and not self._holds(entries[offsets], entries.get(counts)):
                return None
        return self._word(raw[count * entry :])

    def _holds(self, offsets: bytes, counts: bytes | None) -> bool:
        starts = self._values(offsets)
        lengths = self._values(counts) if counts is not None else [1] * len(starts or ())
        if starts is None or lengths is None:
            return False
        return all(
            start + length <= self._size and start > 0 for start, length in zip(starts, lengths, strict=False)
        )

    def _values(self, entry: bytes) -> list[int] | None:
        """The numbers of an entry after its tag: type, count, and the values or where they are."""
        width = _TIFF_SIZES.get(self._word(entry[:2]), 0)
        count = self._word(entry[2 : 2 + self._width])
        field = entry[2 + self._width :]
        if not width or width * count > self._size:
            return None
        raw = (
            field[: width * count]
            if width * count <= self._width
            else self._at(self._word(field), width * count)
        )
        if len(raw) < width * count:
            return None
        code = {1: "B", 2: "H", 4: "I", 8: "Q"}[width]
        return list(struct.unpack(f"{self._order}{count}{code}", raw))

    def _at(self, place: int, count: int) -> bytes:
        return os.pread(self._descriptor, count, place) if place + count <= self._size else b""
