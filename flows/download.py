"""The file of a paper, checked against its hash and ready to be read from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dossier.access import Access
from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.ids import DocumentId, Sha256
from dossier.keeping_errors import ObjectDestroyedError
from flows.lookup import read_document
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was found to be what its record says: its hash and its size in bytes."""

    document: Document
    sha256: Sha256
    size: int
    path: Path


@contextmanager
def kept_file(
    services: Services, document: DocumentId, *, original: bool, access: Access
) -> Iterator[KeptFile]:
    """The signed copy, or the untouched file it came in, for as long as the block runs.

    Raises:
        RecordMissingError: no such paper, or it has no file yet.
        ObjectDestroyedError: it was destroyed by a decision.
        AccessRefusedError: it was restricted, and the purpose is none that still sees it.
        ObjectMissingError, ObjectDamagedError: the store does not have it as it was.
    """
    found = read_document(services, document, access=access)
    if found.state is DocumentState.DESTROYED:
        raise ObjectDestroyedError(document)
    wanted = services.store.records.item(found.item).sha256 if original else found.object_sha256
    if wanted is None:
        raise RecordMissingError(document)
    kept = services.store.blobs.check(wanted)
    with services.store.blobs.path(wanted) as path:
        yield KeptFile(found, kept.sha256, kept.size, path)
