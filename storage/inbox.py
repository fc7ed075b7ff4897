"""Intake: files are listed, copied, hashed, counted and confirmed. One bad file never stops the rest."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dossier.documents import Batch, Item
from dossier.errors import InputEmptyError, InputError, InputFileTooLargeError, InputNotFoundError
from dossier.ids import BatchId, ItemId, batch_id, item_id
from dossier.legal_form import LegalForm, Origin, device_name, parse_account
from dossier.ports import BlobRef, BlobStore, Clock
from storage.listing import Candidate, Refused, Skipped, list_inputs
from storage.quarantine import Quarantine
from storage.sources import input_error

_TENTH_MEGABYTE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the person who hands files in says about them; each may be empty.

    ``papers`` and ``pages`` (those that bear print) are what that person counted, 0 when nobody did.
    ``operator`` is the account of who fed the papers (an id such as ``ha.tran``, never a written-out name),
    ``device`` the name of the scanner that took them. ``form`` is the legal form of every paper and
    ``compared`` says that each was compared with its original.
    """

    dossier: str = ""
    procedure: str = ""
    owner: str = ""
    papers: int = 0
    pages: int = 0
    operator: str = ""
    device: str = ""
    form: LegalForm = LegalForm.UNSTATED
    compared: bool = False

    @property
    def origin(self) -> Origin:
        """What is kept with each file.

        Raises:
            ArgumentError: the operator's account is none.
        """
        return Origin(
            operator=parse_account(self.operator),
            device=device_name(self.device),
            form=self.form,
            compared=self.compared,
        )


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file with the bytes of one that came before it in the same call."""

    name: str
    same_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What came of the files handed in. Every file is in exactly one of the lists.

    Attributes:
        batch: nothing when no file was taken.
        items: in the order handed in, numbered from 1; their bytes are kept.
        duplicates: files that are the same item as an earlier one.
        refused: files that could not be taken, with the reason and the id of the quarantine note (none for a
            path that names nothing).
        skipped: files in a folder that are no scans, or ours, or the system's.
    """

    batch: Batch | None
    items: tuple[Item, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    refused: tuple[Refused, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def files(self) -> int:
        """How many files were looked at."""
        return len(self.items) + len(self.duplicates) + len(self.refused) + len(self.skipped)


class Inbox:
    """Takes files into one store."""

    def __init__(
        self,
        blobs: BlobStore,
        *,
        quarantine: Quarantine,
        namespace: uuid.UUID,
        clock: Clock,
        max_file_bytes: int | None = None,
    ) -> None:
        """Take files into these blobs; a file of more than ``max_file_bytes`` is refused before any copy."""
        self._max_file_bytes = max_file_bytes
        self._blobs = blobs
        self._quarantine = quarantine
        self._namespace = namespace
        self._clock = clock

    def take_in(
        self,
        paths: Sequence[Path],
        *,
        declared: Declaration | None = None,
        exclude: Sequence[Path] = (),
        base: Path | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> Intake:
        """Keep the bytes of every file and make the records of the batch; the caller saves these.

        Args:
            paths: files and folders, as named by a person.
            declared: dossier, procedure and owner they are handed in for.
            exclude: folders never searched (the data folder).
            base: a folder above all paths, below which the names of files begin.
            progress: called with the name of each file before it is copied.

        Raises:
            ArgumentError: what is declared breaks its grammar; nothing was taken then.
            StoreError: the store itself cannot go on (full, read-only). Run again with the same files later.
        """
        declared = declared or Declaration()
        origin = declared.origin
        taken: dict[ItemId, tuple[str, BlobRef]] = {}
        duplicates: list[Duplicate] = []
        refused: list[Refused] = []
        skipped: list[Skipped] = []
        for found in list_inputs(paths, exclude=exclude, base=base):
            kept = self._keep(found, progress=progress) if isinstance(found, Candidate) else found
            if isinstance(kept, Skipped):
                skipped.append(kept)
            elif isinstance(kept, Refused):
                refused.append(self._note(kept))
            else:
                name, ref = kept
                item = item_id(self._namespace, ref.sha256, dossier=declared.dossier)
                if item in taken:
                    duplicates.append(Duplicate(name, same_as=taken[item][0]))
                else:
                    taken[item] = kept
        batch = self._batch(taken, declared) if taken else None
        return Intake(
            batch=batch,
            items=_items(taken, batch.id, origin) if batch else (),
            duplicates=tuple(duplicates),
            refused=tuple(refused),
            skipped=tuple(skipped),
        )

    def _keep(
        self, found: Candidate, *, progress: Callable[[str], None] | None
    ) -> tuple[str, BlobRef] | Refused:
        if progress is not None:
            progress(found.name)
        try:
            size = found.path.lstat().st_size
            if not size:
                return Refused(found.name, InputEmptyError(found.name))
            if self._max_file_bytes is not None and size > self._max_file_bytes:
                return Refused(found.name, _too_large(found.name, size=size, limit=self._max_file_bytes))
            return found.name, self._blobs.put(found.path)
        except InputError as error:
            # The store knows the file by its last name only; a person needs the folder too.
            return Refused(found.name, type(error)(found.name, cause=error.cause, **error.details))
        except OSError as error:
            return Refused(found.name, input_error(error, found.name))

    def _note(self, refused: Refused) -> Refused:
        """A name that names nothing is a slip of the pen, not a file to come back to."""
        if isinstance(refused.error, InputNotFoundError):
            return refused
        return replace(refused, note=self._quarantine.keep(refused.error, name=refused.name).id)

    def _batch(self, taken: dict[ItemId, tuple[str, BlobRef]], declared: Declaration) -> Batch:
        return Batch(
            id=batch_id(self._namespace, taken, dossier=declared.dossier),
            received_at=self._clock(),
            dossier=declared.dossier,
            procedure=declared.procedure,
            owner=declared.owner,
        )


def _too_large(name: str, *, size: int, limit: int) -> InputFileTooLargeError:
    """Megabytes with one decimal; rounded apart, so that the size never reads like the limit."""
    return InputFileTooLargeError(
        name, size=math.ceil(size / _TENTH_MEGABYTE) / 10, limit=math.floor(limit / _TENTH_MEGABYTE) / 10
    )


def _items(taken: dict[ItemId, tuple[str, BlobRef]], batch: BatchId, origin: Origin) -> tuple[Item, ...]:
    return tuple(
        Item(
            id=item,
            batch=batch,
            order=order,
            sha256=ref.sha256,
            size=ref.size,
            name=name,
            origin=origin,
        )
        for order, (item, (name, ref)) in enumerate(taken.items(), start=1)
    )
