"""What a backup consists of, written down so that every byte of it can be checked.

backup/
├── objects/ab/cd/<sha256>      shared by all backups of the folder: the next one copies only what is new
└── 20261102T083000Z-000000000042/
    ├── store.sqlite3           records, index and journal, as of one moment
    ├── objects.txt             hash and size of every object, a line each
    ├── files/                  the rest of the data folder: heads, rulebook, trust, quarantine, learning
    ├── keys.sealed             secrets of the store under a passphrase; only when asked for
    ├── manifest.json           hashes of all of these
    └── manifest.p7s            the organisation's signature over it; a backup without it is not complete
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from dossier.ids import Sha256
from dossier.keeping_errors import BackupError
from dossier.ports import BlobRef, JournalCheck
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.sources import CHUNK_BYTES

FORMAT: Final = 1
DATABASE: Final = "store.sqlite3"
OBJECTS: Final = "objects.txt"
KEYS: Final = "keys.sealed"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.p7s"
FILES: Final = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One backup.

    Attributes:
        at: when the records were copied; aware, UTC.
        schema: revision of the tables.
        journal: entries and head of the journal in it.
        objects: how many objects are listed.
        size: of all of them together, in bytes.
        files: SHA-256 of every file of the backup but the objects and the manifest, by path in its folder.
    """

    at: datetime
    schema: str
    journal: JournalCheck
    objects: int
    size: int
    files: Mapping[str, str]

    @property
    def content(self) -> bytes:
        """What is signed."""
        return canonical_json(
            {
                "format": FORMAT,
                "at": moment_to_text(self.at),
                "schema": self.schema,
                "journal": {"entries": self.journal.entries, "head": self.journal.head},
                "objects": self.objects,
                "bytes": self.size,
                "files": dict(self.files),
            }
        ).encode()

    @property
    def sha256(self) -> str:
        """By which the journal names the backup."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """Name of its folder; sorts by time."""
        return f"{self.at:%Y%m%dT%H%M%SZ}-{self.journal.entries:012d}"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        BackupError: it is not there, or no manifest of this version.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        data = json.loads(content)
        if data["format"] != FORMAT:
            raise BackupError(folder.name, reason="do phiên bản khác của chương trình tạo ra")
        manifest = Manifest(
            at=moment_from_text(data["at"]),
            schema=str(data["schema"]),
            journal=JournalCheck(int(data["journal"]["entries"]), str(data["journal"]["head"])),
            objects=int(data["objects"]),
            size=int(data["bytes"]),
            files={str(path): str(sha256) for path, sha256 in data["files"].items()},
        )
    except FileNotFoundError as error:
        raise BackupError(folder.name, reason="chưa hoàn tất, thiếu manifest.json") from error
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        raise BackupError(
            folder.name, reason="không đọc được manifest.json", cause=type(error).__name__
        ) from error
    if manifest.content != content or any(_leads_out(path) for path in manifest.files):
        raise BackupError(folder.name, reason="manifest.json đã bị sửa")
    return manifest


def complete_backups(folder: Path) -> list[Path]:
    """Folders of the complete backups in a folder, the oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path.parent for path in folder.glob(f"*Z-*/{SIGNATURE}"))


def listed_objects(folder: Path) -> Iterator[BlobRef]:
    """The objects of a backup, one by one.

    Raises:
        BackupError: a line is none.
    """
    with (folder / OBJECTS).open(encoding="ascii") as lines:
        for line in lines:
            sha256, _, size = line.rstrip("\n").partition(" ")
            if len(sha256) != hashlib.sha256().digest_size * 2 or not size.isdigit():
                raise BackupError(folder.name, reason=f"{OBJECTS} đã bị sửa")
            yield BlobRef(Sha256(sha256), int(size))


def object_place(folder: Path, sha256: str) -> Path:
    """Where the backups of a folder keep an object."""
    return folder / "objects" / sha256[:2] / sha256[2:4] / sha256


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal; constant memory."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _leads_out(path: str) -> bool:
    parts = Path(path).parts
    return not parts or Path(path).is_absolute() or ".." in parts
