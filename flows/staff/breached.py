"""Passwords that were stolen somewhere: looked up in a list that the operator keeps, never over the network.

The list is a text file with a SHA-1 in capitals at the beginning of each line, in ascending order, as the
public collections of stolen passwords are handed out (``HASH:COUNT``). It may have tens of gigabytes: a
look-up reads some forty lines of it.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path
from typing import BinaryIO, Final

from dossier.errors import SettingsError

_DIGITS: Final = 40
_MOST_LINE: Final = 80
"""Bytes of the longest line: the hash, a count, an end."""


def is_breached(password: str, listed: Path) -> bool:
    """Whether a password stands in a list.

    Args:
        password: as typed.
        listed: the list.

    Raises:
        SettingsError: the list is not there, or is none.
    """
    text = unicodedata.normalize("NFC", password).encode()
    wanted = hashlib.sha1(text, usedforsecurity=False).hexdigest().upper().encode()
    try:
        with listed.open("rb") as stream:
            return _stands_in(stream, wanted)
    except OSError as error:
        raise SettingsError("MOTLAN_STATION_BREACHED_PASSWORDS", reason="không đọc được tệp") from error


def need_list(listed: Path) -> None:
    """Look once whether a file can be such a list, before somebody needs it.

    Raises:
        SettingsError: it cannot.
    """
    is_breached("", listed)


def _stands_in(stream: BinaryIO, wanted: bytes) -> bool:
    """Halve the file until the line is found: ``low`` begins a line, every line before it is smaller."""
    low, high = 0, os.fstat(stream.fileno()).st_size
    while low < high:
        start, line = _line_at(stream, (low + high) // 2, low)
        found = line[:_DIGITS]
        if found == wanted:
            return True
        if found < wanted:
            low = start + len(line)
        else:
            high = start
    return False


def _line_at(stream: BinaryIO, middle: int, low: int) -> tuple[int, bytes]:
    """The line that a place of the file stands in: where it begins, and all of it with its end."""
    before = max(low, middle - _MOST_LINE)
    stream.seek(before)
    start = before + stream.read(middle - before).rfind(b"\n") + 1
    stream.seek(start)
    line = stream.readline(2 * _MOST_LINE)
    if len(line) > _MOST_LINE or len(line.strip()) < _DIGITS or not _is_hash(line[:_DIGITS]):
        reason = "mỗi dòng phải là SHA-1 viết hoa, theo thứ tự tăng"
        raise SettingsError("MOTLAN_STATION_BREACHED_PASSWORDS", reason=reason)
    return start, line


def _is_hash(text: bytes) -> bool:
    return all(digit in b"0123456789ABCDEF" for digit in text)
