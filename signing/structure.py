"""The bytes of a signed PDF, looked at by ourselves before any library is believed.

Two programs that read the same damaged file may see two different documents. These checks therefore leave no
room: what is signed is everything except one hexadecimal string, and that string is the signature, all of it
and nothing else (ISO 32000-1, 12.8.1; ISO 19005-2, 6.4.3).
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Sequence
from enum import StrEnum

Buffer = bytes | mmap.mmap

_HEADER = b"%PDF-"
_END = b"%%EOF"
_ENDS = (b"", b"\n", b"\r", b"\r\n")
_HEX = re.compile(rb"<(?:[0-9A-Fa-f]{2})+>")
_CONTENTS = re.compile(rb"/Contents[\x00\t\n\x0c\r ]*\Z")
_KEY_WINDOW = 64
MAX_CONTENTS = 4 * 1024 * 1024
_MAX_GAP = 2 * MAX_CONTENTS + 2
_SEQUENCE = 0x30
_LONG_FORM = 0x80
_MAX_LENGTH_BYTES = 4


class Fault(StrEnum):
    """What is wrong with the bytes; each is a reason to call a signature failed."""

    NO_HEADER = "no_header"
    AFTER_END = "bytes_after_end"
    RANGE = "byte_range"
    GAP = "gap"
    CONTENTS = "contents"
    SIGNED_END = "signed_end"
    TRAILING_DATA = "trailing_data"
    REVISIONS = "revisions"


def file_faults(data: Buffer) -> tuple[Fault, ...]:
    """Check the frame of the file: it starts with its header and ends with its last end mark."""
    faults = []
    if data[: len(_HEADER)] != _HEADER:
        faults.append(Fault.NO_HEADER)
    if not _ends_cleanly(data, len(data)):
        faults.append(Fault.AFTER_END)
    return tuple(faults)


def signature_faults(data: Buffer, *, byte_range: Sequence[object], contents: bytes) -> tuple[Fault, ...]:
    """Check one signature against the bytes of its file.

    Args:
        data: the whole file.
        byte_range: value of ``/ByteRange``: offset and length, twice.
        contents: value of ``/Contents`` as the reader gave it.
    """
    numbers = _numbers(byte_range)
    if numbers is None:
        return (Fault.RANGE,)
    first, gap_end, tail = numbers
    if not 0 < first < gap_end <= gap_end + tail <= len(data) or gap_end - first > _MAX_GAP:
        return (Fault.RANGE,)
    faults = []
    gap = data[first:gap_end]
    if _HEX.fullmatch(gap) is None or not _CONTENTS.search(data[max(0, first - _KEY_WINDOW) : first]):
        faults.append(Fault.GAP)
    elif bytes.fromhex(gap[1:-1].decode("ascii")) != contents:
        faults.append(Fault.CONTENTS)
    if not _ends_cleanly(data, gap_end + tail):
        faults.append(Fault.SIGNED_END)
    if not only_padding_follows(contents):
        faults.append(Fault.TRAILING_DATA)
    return tuple(faults)


def signed_length(byte_range: Sequence[object]) -> int:
    """How many bytes from the start of the file a signature spans, its own string included; 0 if unclear."""
    numbers = _numbers(byte_range)
    return 0 if numbers is None else numbers[1] + numbers[2]


def end_marks(data: Buffer, start: int) -> int:
    """How many end-of-file marks stand at or after an offset."""
    count, at = 0, data.find(_END, start)
    while at >= 0:
        count, at = count + 1, data.find(_END, at + len(_END))
    return count


def only_padding_follows(contents: bytes) -> bool:
    """Whether a string holds one DER sequence and after it nothing but zeros."""
    length = _der_length(contents)
    return length is not None and length <= len(contents) and not any(contents[length:])


def _numbers(byte_range: Sequence[object]) -> tuple[int, int, int] | None:
    """``a, b, c`` of ``[0 a b c]``."""
    values = [int(value) for value in byte_range if isinstance(value, int) and not isinstance(value, bool)]
    if len(values) != 4 or len(byte_range) != 4 or values[0] != 0:
        return None
    return values[1], values[2], values[3]


def _ends_cleanly(data: Buffer, end: int) -> bool:
    window = data[max(0, end - 8) : end]
    at = window.rfind(_END)
    return at >= 0 and window[at + len(_END) :] in _ENDS


def _der_length(data: bytes) -> int | None:
    """Length of the first DER value with its frame; ``None`` if it is not a sequence of definite length."""
    if len(data) < 2 or data[0] != _SEQUENCE:
        return None
    if data[1] < _LONG_FORM:
        return 2 + data[1]
    size = data[1] - _LONG_FORM
    if not 0 < size <= _MAX_LENGTH_BYTES or len(data) < 2 + size:
        return None
    return 2 + size + int.from_bytes(data[2 : 2 + size], "big")
