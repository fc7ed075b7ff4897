"""Parts of files and files one has already: Range, If-None-Match, If-Range (RFC 9110 sections 13 and 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"^bytes=(?P<first>[0-9]{0,19})-(?P<last>[0-9]{0,19})$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a file from ``first`` up to and including ``last``, counted from 0."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """In bytes."""
        return self.last - self.first + 1


class OutsideError(ValueError):
    """No byte of what was asked for is in the file."""


def asked_part(header: str, size: int) -> Part | None:
    """The part that a ``Range`` header asks for.

    Nothing means the whole file: there is no header, it is of another form, or it asks for several parts,
    which a server may answer so.

    Args:
        header: as it came, empty when there is none.
        size: of the file in bytes.

    Raises:
        OutsideError: the part begins behind the end.
    """
    match = _RANGE.match(header.replace(" ", ""))
    if match is None or not (match["first"] or match["last"]):
        return None
    if not match["first"]:
        wanted = int(match["last"])
        if wanted == 0 or size == 0:
            raise OutsideError
        return Part(max(0, size - wanted), size - 1)
    first = int(match["first"])
    last = min(int(match["last"]), size - 1) if match["last"] else size - 1
    if match["last"] and int(match["last"]) < first:
        return None
    if first >= size:
        raise OutsideError
    return Part(first, last)


def same_tag(header: str, tag: str) -> bool:
    """Whether an ``If-None-Match`` header names the tag; weak ones compare alike."""
    named = [each.strip().removeprefix("W/") for each in header.split(",")]
    return "*" in named or tag in named
