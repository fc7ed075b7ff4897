"""The data folder: what stands where, and what may stand there.

data/
├── motlan-store.json   written last: a folder without it is no store yet
├── writer.lock         held by the one writer
├── copies.lock        held by whoever makes second copies
├── locks.lock         held by whoever prolongs locks
├── bytes.lock         held by whoever takes plain bytes of enciphered objects away; shared by backups
├── counter.lock       shared by those who hand papers in at the counter: work of campaigns gives way
├── store.key           secret of the store (32 bytes, hex), readable by its owner only
├── store.sqlite3       records, citizen index, journal
├── journal.head        the head of the journal once more
├── heads/              heads of the journal, sealed day by day
├── lost-heads/         heads of entries that a database lost; there only after ``motlan journal recover``
├── objects/            the bytes, by hash
├── work/               results on their way into the store
├── scans/              pages that came out of a scanner and were not handed in yet, enciphered
├── packages/           packages that people at the station asked for, for a month
├── signing-desk/       copies that are being signed for a person; taken over or made again
├── stamping/           copies on their way to their timestamp
├── trays/              files that were sent to the station and were not handed in yet, enciphered
├── quarantine/         why files were refused
├── rulebook/           the office's own tables; may be there before the store is made
├── trust/, keys/       certificates that the office trusts, keys of records; may be there before as well
├── run/                socket, holders' locks; an image or a volume brings it before the store is made
├── prefect/            runs of the orchestrator
├── logs/, tmp/         lines of the program, and what it prints for somebody to take away
├── demo-pki/, demo-answer-key.pem    keys worth nothing, of demonstrations
├── learning/           words that stood before corrected values, and what was decided about them
├── watch/              what was taken from watched folders, and work in hand, sealed
└── cache/              what can be made again at any time: verdicts on signatures
"""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dossier.database_errors import StoreFolderOwnerError
from dossier.errors import SchemaError, StoreError, StoreFolderTakenError, StoreMissingError
from storage.filesystem import PRIVATE_FOLDER, FileLayer, store_errors, write_private_file

LAYOUT: Final = 1
_EVERYBODY: Final = 0o777
_OWN_NAMES: Final = frozenset(
    {
        "motlan-store.json",
        "writer.lock",
        "copies.lock",
        "locks.lock",
        "bytes.lock",
        "counter.lock",
        "store.key",
        "journal.head",
        "restore.json",
        "demo-answer-key.pem",
        "cache",
        "demo-pki",
        "heads",
        "keys",
        "learning",
        "logs",
        "lost-heads",
        "objects",
        "packages",
        "prefect",
        "quarantine",
        "rulebook",
        "run",
        "scans",
        "signing-desk",
        "stamping",
        "tmp",
        "trays",
        "trust",
        "watch",
        "work",
    }
)
"""What the program makes in its data folder, or is brought there before the store is made."""
RUNNING: Final = "run"
"""Of processes alone, nothing kept: images and volumes of containers bring it into an empty folder."""
DATABASE: Final = "store.sqlite3"
"""File name of the database."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The places in a data folder."""

    folder: Path

    @property
    def marker(self) -> Path:
        """Says that the store is complete, and which layout it has."""
        return self.folder / "motlan-store.json"

    @property
    def lock(self) -> Path:
        """The lock file of the writer."""
        return self.folder / "writer.lock"

    @property
    def copies_lock(self) -> Path:
        """The lock file of whoever makes second copies."""
        return self.folder / "copies.lock"

    @property
    def locks_lock(self) -> Path:
        """The lock file of whoever prolongs locks of objects."""
        return self.folder / "locks.lock"

    @property
    def bytes_lock(self) -> Path:
        """The lock file of whoever takes plain bytes away, and of those who copy what records name."""
        return self.folder / "bytes.lock"

    @property
    def counter_lock(self) -> Path:
        """The lock file that those share who hand papers in at the counter."""
        return self.folder / "counter.lock"

    @property
    def key(self) -> Path:
        """The secret of the store."""
        return self.folder / "store.key"

    @property
    def database(self) -> Path:
        """Records, index, journal."""
        return self.folder / DATABASE

    @property
    def head(self) -> Path:
        """The head of the journal, kept a second time."""
        return self.folder / "journal.head"

    @property
    def lost_heads(self) -> Path:
        """Heads of entries that a database lost."""
        return self.folder / "lost-heads"

    @property
    def heads(self) -> Path:
        """The sealed heads of the journal."""
        return self.folder / "heads"

    @property
    def objects(self) -> Path:
        """The blob store."""
        return self.folder / "objects"

    @property
    def work(self) -> Path:
        """Results on their way."""
        return self.folder / "work"

    @property
    def scans(self) -> Path:
        """Scans that are not handed in yet."""
        return self.folder / "scans"

    @property
    def trays(self) -> Path:
        """Files at the station that are not handed in yet."""
        return self.folder / "trays"

    @property
    def quarantine(self) -> Path:
        """Notes on refused files."""
        return self.folder / "quarantine"

    @property
    def learning(self) -> Path:
        """What was learned from corrections."""
        return self.folder / "learning"

    def make_folder(self, files: FileLayer) -> None:
        """Make the data folder, private, with the folders above it.

        Raises:
            StoreFolderTakenError: it holds files that are not ours.
            StoreFolderOwnerError: it belongs to another account, and others may look into it.
            StoreReadOnlyError, StoreFullError.
        """
        with store_errors(str(self.folder)):
            folder = self.folder.absolute()
            missing = [parent for parent in folder.parents if not parent.exists()]
            for made in (*reversed(missing), folder):
                files.make_folder(made)
                files.sync_folder(made.parent)
            foreign = [path for path in self.folder.iterdir() if not is_own(path.name)]
            if foreign and not self.marker.exists():
                raise StoreFolderTakenError(str(self.folder))
            self._make_private()

    def _make_private(self) -> None:
        """Only the owner may change a mode: the root of a mounted volume is often another account's."""
        if stat.S_IMODE(self.folder.stat().st_mode) & _EVERYBODY == PRIVATE_FOLDER:
            return
        try:
            self.folder.chmod(PRIVATE_FOLDER)
        except PermissionError as error:
            cause = f"{type(error).__name__}: {error.strerror}"
            raise StoreFolderOwnerError(str(self.folder), cause=cause) from error

    def mark_complete(self, files: FileLayer) -> None:
        """Say that everything a store needs is there.

        Raises:
            StoreReadOnlyError, StoreFullError.
        """
        write_private_file(files, self.marker, f"{json.dumps({'layout': LAYOUT})}\n".encode())

    def check_complete(self) -> None:
        """Refuse a folder that is no store.

        Raises:
            StoreMissingError: nothing has been made here, or not to the end.
            SchemaError: another version of the program made it.
        """
        with store_errors(str(self.folder)):
            if not self.marker.is_file():
                raise StoreMissingError(str(self.folder))
            marker = self.marker.read_bytes()
        try:
            layout = json.loads(marker)["layout"]
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError(self.marker.name, cause="not readable") from error
        if layout != LAYOUT:
            raise SchemaError(self.marker.name, cause=f"layout {layout}, program {LAYOUT}")


def is_own(name: str) -> bool:
    """Whether a name in a data folder is ours: side files of the database count, and drafts of any."""
    return name.removesuffix(".part") in _OWN_NAMES or name.startswith(DATABASE)
