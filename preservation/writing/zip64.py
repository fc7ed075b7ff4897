"""ZIP files of any number and size of entries, in constant memory (PKWARE APPNOTE 6.3.10; ISO/IEC 21320-1).

The standard library keeps every entry in memory until the end. Here the central directory grows in a spool
that the caller gives, and each local header is completed by going back once its entry is written.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, Final

from preservation.writing.writer import counted

_STORED: Final = 0
_DEFLATED: Final = 8
_UTF8: Final = 0x0800
_ZIP64_VERSION: Final = 45
_PLAIN_VERSION: Final = 20
_UNIX: Final = 3 << 8
_FILE_MODE: Final = 0o100644 << 16
_LIMIT: Final = 0xFFFFFFFF
_FEW: Final = 0xFFFF
_ZIP64_EXTRA: Final = 0x0001
_COPY: Final = 1 << 20
# XML and text shrink to a tenth; scans are compressed already, and stored bytes can be verified in place.
_SHRINKING: Final = (".xml", ".xsd", ".txt")

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END = struct.Struct("<4sHHHHLLH")
_END64 = struct.Struct("<4sQHHLLQQQQ")
_LOCATOR64 = struct.Struct("<4sLQL")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A file in the ZIP; ``crc`` and ``packed`` are known only when it is written."""

    name: bytes
    method: int
    size: int
    start: int
    crc: int = 0
    packed: int = 0

    @property
    def large(self) -> bool:
        """Needs numbers of 64 bits; deflate can make bytes that do not shrink a little longer."""
        return self.size + (self.size >> 8) + 1024 >= _LIMIT


class ZipWriter:
    """``PackageWriter`` into one ZIP. The same entries and moment give the same bytes."""

    def __init__(self, target: BinaryIO, *, directory: BinaryIO, prefix: str, at: datetime) -> None:
        """Begin at the start of an empty target.

        Args:
            target: seekable.
            directory: empty spool for the central directory, readable and writable.
            prefix: name of the one folder that holds everything.
            at: date and time of all entries, as local time.
        """
        self._target = target
        self._directory = directory
        self._prefix = prefix
        self._time = at.hour << 11 | at.minute << 5 | at.second // 2
        self._date = (at.year - 1980) << 9 | at.month << 5 | at.day
        self._count = 0
        self._end = 0

    def add(self, path: str, size: int, pieces: Iterable[bytes]) -> None:
        """See ``PackageWriter``."""
        entry = _Entry(
            name=f"{self._prefix}/{path}".encode("ascii"),
            method=_DEFLATED if path.endswith(_SHRINKING) else _STORED,
            size=size,
            start=self._end,
        )
        self._target.write(self._local(entry))
        crc, packed = self._body(counted(path, size, pieces), entry.method)
        entry = replace(entry, crc=crc, packed=packed)
        self._end = self._target.tell()
        self._target.seek(entry.start)
        self._target.write(self._local(entry))
        self._target.seek(self._end)
        self._directory.write(self._listed(entry))
        self._count += 1

    def close(self) -> None:
        """See ``PackageWriter``."""
        start = self._end
        self._directory.seek(0)
        while piece := self._directory.read(_COPY):
            self._target.write(piece)
        end = self._target.tell()
        length = end - start
        if self._count >= _FEW or start >= _LIMIT or length >= _LIMIT:
            self._target.write(
                _END64.pack(
                    b"PK\x06\x06",
                    _END64.size - 12,
                    _UNIX | _ZIP64_VERSION,
                    _ZIP64_VERSION,
                    0,
                    0,
                    self._count,
                    self._count,
                    length,
                    start,
                )
            )
            self._target.write(_LOCATOR64.pack(b"PK\x06\x07", 0, end, 1))
        few = min(self._count, _FEW)
        self._target.write(
            _END.pack(b"PK\x05\x06", 0, 0, few, few, min(length, _LIMIT), min(start, _LIMIT), 0)
        )

    def _body(self, pieces: Iterable[bytes], method: int) -> tuple[int, int]:
        """CRC-32 of the content, and how many bytes were written for it."""
        shrink = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS) if method == _DEFLATED else None
        crc = written = 0
        for piece in pieces:
            crc = zlib.crc32(piece, crc)
            packed = piece if shrink is None else shrink.compress(piece)
            self._target.write(packed)
            written += len(packed)
        if shrink is not None:
            rest = shrink.flush()
            self._target.write(rest)
            written += len(rest)
        return crc, written

    def _local(self, entry: _Entry) -> bytes:
        """The header before the content; as long before its last numbers are known as after."""
        large = entry.large
        extra = struct.pack("<HHQQ", _ZIP64_EXTRA, 16, entry.size, entry.packed) if large else b""
        return (
            _LOCAL.pack(
                b"PK\x03\x04",
                _ZIP64_VERSION if large else _PLAIN_VERSION,
                _UTF8,
                entry.method,
                self._time,
                self._date,
                entry.crc,
                _LIMIT if large else entry.packed,
                _LIMIT if large else entry.size,
                len(entry.name),
                len(extra),
            )
            + entry.name
            + extra
        )

    def _listed(self, entry: _Entry) -> bytes:
        """The entry of the central directory."""
        numbers = [number for number in (entry.size, entry.packed, entry.start) if number >= _LIMIT]
        extra = (
            struct.pack(f"<HH{len(numbers)}Q", _ZIP64_EXTRA, 8 * len(numbers), *numbers) if numbers else b""
        )
        return (
            _CENTRAL.pack(
                b"PK\x01\x02",
                _UNIX | _ZIP64_VERSION,
                _ZIP64_VERSION if numbers else _PLAIN_VERSION,
                _UTF8,
                entry.method,
                self._time,
                self._date,
                entry.crc,
                min(entry.packed, _LIMIT),
                min(entry.size, _LIMIT),
                len(entry.name),
                len(extra),
                0,
                0,
                0,
                _FILE_MODE,
                min(entry.start, _LIMIT),
            )
            + entry.name
            + extra
        )
