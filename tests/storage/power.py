"""A whole store on a disk whose power can go: files, database and the head of the journal alike.

``Power`` counts every call that changes something lasting. Before the call that was chosen the machine stops;
what that call was doing may be on the disk by halves, in any order: names in unsynced folders go back, bytes
never synced are gone, sectors of the commit or the checkpoint under way are old or new by chance.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, event

from dossier.errors import RecordMissingError, StoreError
from dossier.ids import DocumentId, Sha256
from storage.copies import Copier
from storage.database import Database
from storage.filesystem import FileLayer, SystemFiles
from storage.fixity import Extent, Fixity
from storage.folder_place import folder_place
from storage.heads import Head, HeadFile
from storage.object_keys import ObjectKeys
from storage.places import Place
from storage.records import SqlRecords
from storage.repair import Repair, RepairOrder, RepairReport
from storage.sealed_blobs import SealedBlobs
from storage.sqlite import make_private_file
from tests.storage.builders import KEY, NAMESPACE, batch, document, item, party, record_id
from tests.storage.builders import event as journal_event
from tests.storage.copies import Hands, object_in, spoil
from tests.storage.faults import FaultyFiles, PowerCut

_SECTOR: Final = 512
_NUMBERS: Final = 10**9
_SYNCHRONOUS_FULL: Final = 2


class Power:
    """When it goes, and what is on the disk afterwards.

    Attributes:
        files: the file layer that the call is counted in.
        fell_in: what the power went in: ``file``, ``commit``, ``checkpoint`` or ``head``; empty before.
    """

    def __init__(self, folder: Path, chance: random.Random) -> None:
        (folder / "graves").mkdir()
        self.files = FaultyFiles(folder / "graves")
        self.fell_in = ""
        self._chance = chance
        self._database = folder / "store.sqlite3"
        self._log = folder / "store.sqlite3-wal"
        self._frozen: dict[Path, bytes] | None = None

    def step(self, kind: str, finish: Callable[[], None], *torn: Path) -> None:
        """A call that is not one of the file layer; when the power goes in it, some of its writes are done.

        Args:
            kind: for ``fell_in``.
            finish: does all of them.
            torn: the files they go to.
        """
        try:
            self.files.step()
        except PowerCut:
            if not self.fell_in:
                self.fell_in = kind
                self._tear(finish, torn)
            raise

    def commit(self, connection: Connection) -> None:
        """Called before each commit of the database."""
        raw: Any = connection.connection.dbapi_connection
        assert raw.execute("PRAGMA synchronous").fetchone() == (_SYNCHRONOUS_FULL,)
        self.step("commit", lambda: raw.execute("COMMIT"), self._log)

    def checkpoint(self) -> None:
        """Move the log into the database, as SQLite does by itself now and then."""
        with closing(sqlite3.connect(self._database)) as connection:

            def checkpoint() -> None:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

            self.step("checkpoint", checkpoint, self._database)
            checkpoint()

    def freeze(self) -> None:
        """Keep what is on the disk now; whatever the dying process still does counts for nothing."""
        if self._frozen is None:
            self._frozen = {path: _bytes_of(path) for path in (self._database, self._log)}

    def comes_back(self) -> None:
        """The disk as the next start of the machine finds it. Nobody holds a file of it open."""
        self.freeze()
        for path, content in (self._frozen or {}).items():
            path.write_bytes(content)
        self._database.with_name(f"{self._database.name}-shm").unlink(missing_ok=True)
        self.files.power_is_back()
        self.files.lose_unsynced()

    def _tear(self, finish: Callable[[], None], torn: tuple[Path, ...]) -> None:
        before = {path: _bytes_of(path) for path in (self._database, self._log, *torn)}
        finish()
        after = {path: _bytes_of(path) for path in torn}
        mixed = {path: self._mixed(before[path], content) for path, content in after.items()}
        for path, content in mixed.items():
            if path not in (self._database, self._log):
                path.write_bytes(content)
        self._frozen = {path: mixed.get(path, before[path]) for path in (self._database, self._log)}

    def _mixed(self, before: bytes, after: bytes) -> bytes:
        """Each sector old or new; a file that was to grow may have ended anywhere."""
        sectors = []
        for start in range(0, max(len(before), len(after)), _SECTOR):
            old, new = before[start : start + _SECTOR], after[start : start + _SECTOR]
            sectors.append(self._chance.choice((old, new)) if old else new)
        whole = b"".join(sectors)
        return whole[: self._chance.randint(len(before), len(whole))] if len(whole) > len(before) else whole


class PoweredHead:
    """``storage.heads.HeadFile``, each write of which the power can go in."""

    def __init__(self, path: Path, power: Power) -> None:
        self._path = path
        self._inner = HeadFile(path)
        self._power = power

    def read(self) -> Head | None:
        return self._inner.read()

    def advance(self, head: Head) -> None:
        self._power.step("head", lambda: self._inner.advance(head), self._path)
        self._inner.advance(head)


class Machine:
    """One store in a folder, and one process at a time that works on it.

    Attributes:
        kept: objects of papers whose taking in came back to the caller: none of them may be lost.
        enciphers: whether bytes are enciphered before a place sees them.
    """

    def __init__(self, folder: Path, *, enciphers: bool = False) -> None:
        self.folder = folder
        self.enciphers = enciphers
        self.clock = Hands()
        self.kept: list[Sha256] = []
        self._database = Database.on_disk(folder / "store.sqlite3")
        self._power: Power | None = None
        self._listens = False

    def make(self) -> None:
        """An empty store."""
        self.folder.mkdir()
        make_private_file(self.folder / "store.sqlite3")
        self._database.upgrade()
        HeadFile(self.folder / "journal.head").prepare(SystemFiles())
        self.start()

    def start(self, power: Power | None = None) -> None:
        """A new process; its power can go when one is given."""
        self._power = power
        if power is not None and not self._listens:
            with self._database.writing() as connection:
                event.listen(connection.engine, "commit", self._commits)
            self._listens = True
        head = self.folder / "journal.head"
        self.records = SqlRecords(
            self._database,
            heads=HeadFile(head) if power is None else PoweredHead(head, power),
            namespace=NAMESPACE,
            key=KEY,
            result_type_code=str,
        )
        files: FileLayer = SystemFiles() if power is None else power.files
        self.places: tuple[Place, Place] = (self._place("first", files), self._place("second", files))
        self.keys = ObjectKeys(self._database, clock=self.clock)
        self._work = self.folder / "work"
        self._work.mkdir(exist_ok=True)
        self._blobs(self.places[0]).prepare()

    def stop(self) -> None:
        """The process ends, in peace or not."""
        if self._power is not None:
            self._power.freeze()
        self._database.close()

    def take_in(self, number: int) -> None:
        """Keep a paper's bytes, then its records, each with its entry in the journal."""
        content = b"paper %d" % number
        source = self.folder / "scan"
        source.write_bytes(content)
        sha256 = self._blobs(self.places[0]).put(source).sha256
        name = f"paper {number % _NUMBERS}"
        kept = replace(item(name, order=number + 1), sha256=sha256, size=len(content))
        self.records.save_batch(batch(), [kept], events=[journal_event()])
        if not self.records.documents_of_item(kept.id):
            paper = replace(document(name, of=name), parties=(party(name, number=f"{number:012d}"),))
            self.records.save_document(paper, events=[journal_event()])
        if sha256 not in self.kept:
            self.kept.append(sha256)

    def copy(self) -> None:
        """What waits goes to the second place."""
        Copier(*self.places, upkeep=self.records.upkeep, clock=self.clock).run()

    def fixity(self) -> None:
        """Read everything in both places."""
        Fixity(
            self.places,
            self.records.upkeep,
            named_elsewhere=lambda _sha256: False,
            clock=self.clock,
            actor="quay-1",
            elapsed=self.clock.elapsed,
        ).run(Extent())

    def repair(self, order: RepairOrder = RepairOrder()) -> RepairReport:  # noqa: B008  a frozen value
        """Mend what is bad."""
        return Repair(
            self.places,
            self.records.upkeep,
            named_elsewhere=lambda _sha256: False,
            clock=self.clock,
            actor="quay-1",
        ).run(order)

    def spoil_some(self, chance: random.Random) -> None:
        """Some papers lose one of their two copies, or have a bit flipped in it."""
        for sha256 in self.kept:
            place = chance.choice(("first", "second", ""))
            if place:
                path = object_in(self.folder / place, self.stored(sha256))
                spoil(path) if chance.random() < 0.5 else path.unlink()

    def lost(self) -> list[Sha256]:
        """Papers that were kept and that no place can give any more, or no record names."""
        return [sha256 for sha256 in self.kept if not any(self.gives(place, sha256) for place in self.places)]

    def gives(self, place: Place, sha256: Sha256) -> bool:
        """Whether a place has the whole object, and it can be read."""
        try:
            self._blobs(place).check(sha256)
        except StoreError:
            return False
        return True

    def stored(self, sha256: Sha256) -> Sha256:
        """The name that places have for an object."""
        key = self.keys.find(sha256)
        return sha256 if key is None else key.stored

    def half_visible(self, number: int) -> bool:
        """Whether one way to a paper leads to it and another does not."""
        name = f"paper {number % _NUMBERS}"
        paper = DocumentId(record_id(name))
        try:
            self.records.document(paper)
        except RecordMissingError:
            there = False
        else:
            there = True
        ways = (
            self.records.documents_of_item(item(name).id),
            self.records.documents_of_owner(f"{number:012d}"),
            self.records.documents_named(name),
        )
        return any(bool(way) is not there for way in ways)

    def _blobs(self, place: Place) -> SealedBlobs:
        return SealedBlobs(place.blobs, self.keys, work=self._work, encipher=self.enciphers)

    def _place(self, name: str, files: FileLayer) -> Place:
        place = folder_place(name, self.folder / name, files=files)
        place.prepare()
        return place

    def _commits(self, connection: Connection) -> None:
        if self._power is not None:
            self._power.commit(connection)


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def put_back(template: Path, folder: Path) -> None:
    """A prepared store as it was prepared, in its own place."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
