"""What a builder writes a package into, whatever its outer form is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class PackageWriter(Protocol):
    """Takes the files of a package one after the other. Memory does not grow with their number or size.

    Errors of the place written to are those of the operating system (``OSError``); what the pieces raise
    passes through, and the package is then worth nothing.
    """

    def add(self, path: str, size: int, pieces: Iterable[bytes]) -> None:
        """Write one file.

        Args:
            path: relative, ASCII, parts divided by ``/``; never the same twice.
            size: bytes that the pieces have together.
            pieces: the content.

        Raises:
            ValueError: the pieces have another size.
        """

    def close(self) -> None:
        """Write what ends the package. Without it the package is incomplete."""


def counted(path: str, size: int, pieces: Iterable[bytes]) -> Iterable[bytes]:
    """The pieces; fails at the end when they have not the stated size."""
    seen = 0
    for piece in pieces:
        seen += len(piece)
        if seen > size:
            break
        yield piece
    if seen != size:
        msg = f"{path}: not {size} bytes"
        raise ValueError(msg)
