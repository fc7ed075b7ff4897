"""What is remembered of each document while a package is written: on a spool, not in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file that is in the package: path from its root, digest, bytes, media type."""

    path: str
    sha256: str
    size: int
    mime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """A document that is in the package; moments are written as in the package.

    Attributes:
        id, stem, item, sha256, size, created, signature: as in ``PackagedDocument``.
        signature_at: empty when it bears no signature.
        ead_sha256, ead_size: of its descriptive metadata.
    """

    id: str
    stem: str
    item: str
    sha256: str
    size: int
    created: str
    signature: str
    signature_at: str
    ead_sha256: str
    ead_size: int


class Spool:
    """Documents in the order they were added, read again as often as needed."""

    def __init__(self, file: BinaryIO) -> None:
        """Use an empty file that is readable and writable; it holds ids and digests only."""
        self._file = file
        self.count = 0

    def add(self, document: KeptDocument) -> None:
        """Remember a document; never while the spool is being read."""
        self._file.write(json.dumps(asdict(document)).encode() + b"\n")
        self.count += 1

    def __iter__(self) -> Iterator[KeptDocument]:
        self._file.seek(0)
        for line in self._file:
            yield KeptDocument(**json.loads(line))
