"""Where a file goes that was refused: its bytes are kept as an object, a note says why and what to do.

``<data folder>/quarantine/<opaque id>/note.json``. The note names the file for the people who work with it,
and the name of a file is often that of a person: name and sentences are sealed with the store's own key,
which no rotation takes away. Neither the id nor any log line tells the name.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from dossier.errors import MotlanError, RecordMissingError
from dossier.ids import Sha256, is_id
from dossier.ports import BlobRef, Clock
from storage.bodies import moment_from_text, moment_to_text
from storage.filesystem import FileLayer, SystemFiles, store_errors, write_private_file
from storage.key_ring import ring_of_store
from storage.vault import Vault

_NOTE = "note.json"
_SEALED_MARK = "sealed"
"""A file of this name in the folder says that no note of an older version stands in clear."""

_WORDS = ("name", "message", "next_step")
"""What is sealed of a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineNote:
    """Why a file was refused.

    Attributes:
        id: the same bytes (or, without bytes, the same name) refused for the same reason are one note.
        at: when it was refused first.
        name: as handed in; shown to people, never logged.
        code: of the error.
        message: what happened, in Vietnamese.
        next_step: what to do, in Vietnamese.
        sha256: of the kept bytes, or nothing when there were none to keep.
        size: bytes, 0 when there were none to keep.
        resolved_at: when the file was taken after all on a later try; nothing while it is refused.
    """

    id: str
    at: datetime
    name: str
    code: str
    message: str
    next_step: str
    sha256: Sha256 | None = None
    size: int = 0
    resolved_at: datetime | None = None


class Quarantine:
    """The notes of one store."""

    def __init__(
        self,
        folder: Path,
        *,
        namespace: uuid.UUID,
        secret: bytes,
        clock: Clock,
        files: FileLayer | None = None,
    ) -> None:
        """Use a folder.

        Args:
            folder: of the notes.
            namespace: ids are derived in it.
            secret: of the store; notes are sealed with the key derived from it.
            clock: says when a file was refused.
            files: the file system.
        """
        self._folder = folder
        self._vault = Vault(secret=secret, ring=ring_of_store(secret))
        self._namespace = namespace
        self._clock = clock
        self._files: FileLayer = files or SystemFiles()

    def prepare(self) -> None:
        """Make the folder, and seal the notes that an older version left in clear.

        Raises:
            StoreFullError, StoreReadOnlyError.
        """
        with store_errors(self._folder.name):
            self._files.make_folder(self._folder)
            self._files.sync_folder(self._folder.parent)
        mark = self._folder / _SEALED_MARK
        if not mark.exists():
            for note in self.notes():
                self._write(note)
            write_private_file(self._files, mark, b"")

    def keep(self, error: MotlanError, *, name: str, content: BlobRef | None = None) -> QuarantineNote:
        """Write the note; one that is there already stays as it is, or is opened again if it was resolved.

        Args:
            error: why the file was refused.
            name: of the file, as shown to people.
            content: its bytes, kept in the blob store before; nothing when they could not be read.

        Raises:
            StoreFullError, StoreReadOnlyError.
        """
        note_id = self._id(error.code, content.sha256 if content else name)
        before = self._noted(note_id)
        if before is not None:
            return before if before.resolved_at is None else self._write(replace(before, resolved_at=None))
        return self._write(
            QuarantineNote(
                id=note_id,
                at=self._clock(),
                name=name,
                code=error.code,
                message=error.sentence("vi"),
                next_step=error.next_step("vi"),
                sha256=content.sha256 if content else None,
                size=content.size if content else 0,
            )
        )

    def find(self, code: str, sha256: Sha256) -> QuarantineNote | None:
        """The note on these bytes refused for this reason, resolved or not; no other note is read."""
        return self._noted(self._id(code, sha256))

    def resolve(self, code: str, sha256: Sha256) -> None:
        """Note that these bytes were taken after all; without such a note nothing is done.

        Raises:
            StoreFullError, StoreReadOnlyError.
        """
        note = self.find(code, sha256)
        if note is not None and note.resolved_at is None:
            self._write(replace(note, resolved_at=self._clock()))

    def note(self, note_id: str) -> QuarantineNote:
        """One note.

        Raises:
            RecordMissingError: there is none of that id.
            RecordDamagedError: it was changed, or is that of another store.
        """
        if not is_id(note_id):
            raise RecordMissingError(note_id)
        try:
            data = json.loads((self._folder / note_id / _NOTE).read_text("utf-8"))
        except FileNotFoundError as error:
            raise RecordMissingError(note_id) from error
        sealed = data.pop("sealed", "")
        if sealed:
            data |= json.loads(self._vault.unseal(sealed, place=_place(note_id)))
        resolved_at = data.get("resolved_at")
        moments = {
            "at": moment_from_text(data["at"]),
            "resolved_at": moment_from_text(resolved_at) if resolved_at else None,
        }
        return QuarantineNote(**{**data, **moments})

    def notes(self) -> Sequence[QuarantineNote]:
        """All notes, oldest first."""
        found = [self.note(path.parent.name) for path in self._folder.glob(f"*/{_NOTE}")]
        return sorted(found, key=lambda note: (note.at, note.id))

    def _id(self, code: str, what: str) -> str:
        return str(uuid.uuid5(self._namespace, f"quarantine\x1f{code}\x1f{what}"))

    def _noted(self, note_id: str) -> QuarantineNote | None:
        return self.note(note_id) if (self._folder / note_id / _NOTE).exists() else None

    def _write(self, note: QuarantineNote) -> QuarantineNote:
        moments = {
            "at": moment_to_text(note.at),
            "resolved_at": moment_to_text(note.resolved_at) if note.resolved_at else None,
        }
        told = {**asdict(note), **moments}
        words = json.dumps({word: told.pop(word) for word in _WORDS}, ensure_ascii=False)
        told["sealed"] = self._vault.seal(words, place=_place(note.id))
        text = json.dumps(told, indent=2)
        with store_errors(note.id):
            self._files.make_folder(self._folder / note.id)
            self._files.sync_folder(self._folder)
        write_private_file(self._files, self._folder / note.id / _NOTE, f"{text}\n".encode())
        return note


def _place(note_id: str) -> str:
    """What the sealed words of a note are bound to."""
    return f"quarantine/{note_id}/sealed"
