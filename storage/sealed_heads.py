"""Heads of the journal as they were sealed: small files that are signed and name each other.

heads/
├── 000000000042.json   {"at","entries","hash","previous"}, canonical JSON
└── 000000000042.p7s    the organisation's signature with a timestamp (CMS, detached)

``previous`` is the SHA-256 of the head before, so that the timestamp of the newest proves all of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from dossier.keeping_errors import JournalHeadError
from dossier.ports import JournalCheck
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.filesystem import FileLayer, SystemFiles, store_errors, write_private_file
from storage.heads import GENESIS

_NAME: Final = re.compile(r"^(\d{12})\.(json|p7s)$")
_HASH: Final = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedHead:
    """The journal at one moment.

    Attributes:
        entries: how many entries it has.
        hash: of the last one (hex SHA-256).
        at: when it was sealed, by the clock of this machine; aware, UTC.
        previous: SHA-256 of the content of the head before; zeros for the first.
    """

    entries: int
    hash: str
    at: datetime
    previous: str

    @property
    def content(self) -> bytes:
        """What is signed."""
        return canonical_json(
            {
                "at": moment_to_text(self.at),
                "entries": self.entries,
                "hash": self.hash,
                "previous": self.previous,
            }
        ).encode()

    @property
    def sha256(self) -> str:
        """By which the next head names it."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def check(self) -> JournalCheck:
        """What the chain must run through."""
        return JournalCheck(self.entries, self.hash)


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A head with its signature (CMS, DER)."""

    head: SealedHead
    signature: bytes


class HeadFolder:
    """The sealed heads in a folder."""

    def __init__(self, folder: Path, *, files: FileLayer | None = None) -> None:
        self._folder = folder
        self._files: FileLayer = files or SystemFiles()

    def save(self, kept: KeptHead) -> None:
        """Keep a head; the signature comes first, so that a head that is there is signed.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreError.
        """
        with store_errors(self._folder.name):
            self._files.make_folder(self._folder)
            self._files.sync_folder(self._folder.parent)
        name = f"{kept.head.entries:012d}"
        write_private_file(self._files, self._folder / f"{name}.p7s", kept.signature)
        write_private_file(self._files, self._folder / f"{name}.json", kept.head.content)

    def last(self) -> SealedHead | None:
        """The newest head.

        Raises:
            JournalHeadError: it is no head any more.
        """
        names = self._names()
        return self._head(names[-1]) if names else None

    def first_over(self, number: int) -> KeptHead | None:
        """The oldest head that covers an entry; nothing when none does yet.

        Raises:
            JournalHeadError: it is no head any more, or has no signature.
        """
        name = next((one for one in self._names() if int(one) >= number), None)
        return self._kept(name) if name is not None else None

    def all(self) -> Sequence[KeptHead]:
        """Every head, the oldest first.

        Raises:
            JournalHeadError: one is no head any more, or has no signature.
        """
        return tuple(self._kept(name) for name in self._names())

    def _kept(self, name: str) -> KeptHead:
        signature = self._folder / f"{name}.p7s"
        if not signature.is_file():
            raise JournalHeadError(str(int(name)), reason="thiếu tệp chữ ký")
        return KeptHead(self._head(name), signature.read_bytes())

    def _names(self) -> Sequence[str]:
        if not self._folder.is_dir():
            return ()
        found = [match for path in self._folder.iterdir() if (match := _NAME.match(path.name))]
        return sorted(match[1] for match in found if match[2] == "json")

    def _head(self, name: str) -> SealedHead:
        head = parse_head((self._folder / f"{name}.json").read_bytes(), item=str(int(name)))
        if head.entries != int(name):
            raise JournalHeadError(str(int(name)), reason="tên tệp không khớp với nội dung")
        return head


def parse_head(content: bytes, *, item: str) -> SealedHead:
    """A head from its bytes.

    Args:
        content: as signed.
        item: how to name it in an error.

    Raises:
        JournalHeadError: not the bytes of a head.
    """
    try:
        data = json.loads(content)
        head = SealedHead(
            entries=int(data["entries"]),
            hash=str(data["hash"]),
            at=moment_from_text(data["at"]),
            previous=str(data["previous"]),
        )
        sound = head.content == content and bool(_HASH.match(head.hash) and _HASH.match(head.previous))
    except (KeyError, TypeError, ValueError) as error:
        raise JournalHeadError(item, reason="nội dung đã bị sửa", cause=type(error).__name__) from error
    if not sound:
        raise JournalHeadError(item, reason="nội dung đã bị sửa")
    return head


def need_linked(heads: Sequence[KeptHead]) -> None:
    """Make sure that each head names the one before it.

    Args:
        heads: the oldest first.

    Raises:
        JournalHeadError: one is missing between two, or another was put in its place.
    """
    previous = GENESIS
    for kept in heads:
        if kept.head.previous != previous:
            reason = "thiếu đầu chuỗi liền trước, hoặc đầu chuỗi đó đã bị thay"
            raise JournalHeadError(str(kept.head.entries), reason=reason)
        previous = kept.head.sha256
