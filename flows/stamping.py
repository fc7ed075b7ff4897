"""Papers that were put down before they were stamped get their timestamp and, when filed, their seal.

In order of filing, a few at once. The long part, waiting for an authority, happens beside the store: no
writer is held up, and a finished copy lies in the folder ``stamping`` until it is taken over. Then, in a
moment: the copy becomes an object, and the next version of the document shows it and says so in the journal,
in one transaction that also takes it out of the queue. A killed process leaves a document as it was or as it
shall be.
"""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from dossier.documents import Document, DocumentState, SignatureStatus
from dossier.errors import MotlanError, RecordMissingError, SigningError, StoreBusyError, VersionConflictError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, Sha256
from dossier.stamping import STAMP_BACKOFF, PendingStamp
from dossier.trust import Trust
from flows.copies import sealed_key, stamped_key, status_of
from flows.fatal import fatal
from storage.lock import writer_lock
from storage.steps import StepRunner
from wiring.logs import kind_of
from wiring.services import Services

_FOLDER = "stamping"
_LOCK = "stamping.lock"
_PAGE = 64


class _Outcome(Enum):
    """What came of one document."""

    DONE = "done"
    FAILED = "failed"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What one pass over the queue did.

    Attributes:
        completed: documents that have their stamp now.
        failed: documents that could not get it now.
        busy: another process is at it; nothing was done.
    """

    completed: int = 0
    failed: int = 0
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """A finished copy beside the store: what it was made from, and whether it bears the seal."""

    path: Path
    source: Sha256
    sealed: bool
    status: SignatureStatus


class Completer:
    """Completes papers of one installation. One pass at a time; of several processes one at a time."""

    def __init__(self, services: Services, *, chance: Callable[[], float] = random.random) -> None:
        self._services = services
        self._chance = chance
        self._folder = services.settings.data / _FOLDER
        self._stopping = threading.Event()
        self._useless = threading.Event()

    def stop(self) -> None:
        """End a running pass soon: who waits for a stamp is cut off, and its document stays in the queue."""
        self._stopping.set()
        self._services.cut_off_stamper()

    def run(self, *, patient: bool = True) -> Passed:
        """One pass: everything that is due, the oldest first, until nothing is or no authority answers.

        Args:
            patient: leave alone what failed until its time comes.

        Raises:
            StoreError: the store itself cannot go on; nothing is lost.
        """
        if self._stopping.is_set():
            return Passed()
        if not self._due(0, patient=patient) and not self._left_over():
            return Passed()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        try:
            with writer_lock(self._folder / _LOCK):
                passed = self._pass(patient=patient)
                for path in self._left_over():
                    path.unlink()
                return passed
        except StoreBusyError:
            return Passed(busy=True)

    def _pass(self, *, patient: bool) -> Passed:
        self._useless.clear()
        self._finished().prepare()
        tried: set[DocumentId] = set()
        outcomes: list[_Outcome] = []
        with ThreadPoolExecutor(self._services.stamps_at_once, thread_name_prefix="stamping") as pool:
            while not (self._stopping.is_set() or self._useless.is_set()):
                page = [one for one in self._due(len(tried), patient=patient) if one.document not in tried]
                if not page:
                    break
                tried.update(one.document for one in page)
                outcomes += pool.map(self._complete, page)
        return Passed(completed=outcomes.count(_Outcome.DONE), failed=outcomes.count(_Outcome.FAILED))

    def _left_over(self) -> list[Path]:
        """Copies that nobody will take over: a process was killed when their papers were complete already."""
        if not self._folder.is_dir():
            return []
        found = [path for path in self._folder.iterdir() if path.name != _LOCK]
        return found if found and not self._services.store.records.stamps.backlog().count else []

    def _due(self, tried: int, *, patient: bool) -> list[PendingStamp]:
        now = self._services.clock()
        return list(self._services.store.records.stamps.due(now, limit=_PAGE + tried, patient=patient))

    def _complete(self, pending: PendingStamp) -> _Outcome:
        """One document, from its copy to its next version; what goes wrong with it alone stays with it."""
        if self._stopping.is_set() or self._useless.is_set():
            return _Outcome.LEFT
        try:
            return self._take_over(pending.document, self._make(pending.document))
        except CancelledError:
            return _Outcome.LEFT
        except (RecordMissingError, VersionConflictError):
            # Somebody saved it meanwhile; the next pass sees it as it is then.
            return _Outcome.LEFT
        except Exception as error:  # noqa: BLE001 - a defect that one odd paper brings out stays with it
            return self._failed(pending, error)

    def _failed(self, pending: PendingStamp, error: Exception) -> _Outcome:
        services = self._services
        ends = fatal(error, item=pending.document)
        if ends is not None:
            self._useless.set()
        if ends is not None and not isinstance(ends, SigningError):
            raise ends from error
        if self._stopping.is_set():
            # Cut off, not refused.
            return _Outcome.LEFT
        code = error.code if isinstance(error, MotlanError) else MotlanError.code
        wait = STAMP_BACKOFF.after(pending.attempts + 1, share=self._chance())
        services.store.records.stamps.failed(pending.document, code=code, next_try=services.clock() + wait)
        cause = error.cause if isinstance(error, MotlanError) and error.cause else kind_of(error)
        services.log.warning("stamp.failed", document=pending.document, code=code, cause=cause)
        return _Outcome.FAILED

    def _finished(self) -> StepRunner:
        """Does the long steps once; its files stay until they are taken over."""
        store = self._services.store
        return StepRunner(self._folder, blobs=store.blobs, records=store.records)

    def _make(self, document_id: DocumentId) -> _Copy:
        """The copy that the next version shall show: stamped; for a filed paper sealed as well."""
        services = self._services
        document = services.store.records.document(document_id)
        source = document.object_sha256
        if source is None:
            raise RecordMissingError(document_id)
        stamped = self._stamped(document, source)
        if document.state is not DocumentState.FILED:
            status = status_of(services, stamped)
            if status not in (SignatureStatus.PASSED, SignatureStatus.INDETERMINATE):
                raise SigningError(document_id, cause=status)
            return _Copy(path=stamped, source=source, sealed=False, status=status)

        def seal(target: Path) -> None:
            services.stamper.seal_as_organisation(stamped, target, at=services.clock(), item=document_id)
            status = status_of(services, target)
            if status is not SignatureStatus.PASSED:
                raise SigningError(document_id, cause=status)

        sealed = self._finished().run_temporary(_sealing(document_id, source), seal)
        return _Copy(path=sealed, source=source, sealed=True, status=SignatureStatus.PASSED)

    def _stamped(self, document: Document, source: Sha256) -> Path:
        """The officer's copy with its stamp; one that has it already is taken as it is."""
        services = self._services

        def stamp(target: Path) -> None:
            with services.store.blobs.path(source) as captured:
                if services.stamper.officer_is_stamped(captured, item=document.id):
                    shutil.copyfile(captured, target)
                else:
                    services.stamper.stamp_officer(captured, target, item=document.id)

        return self._finished().run_temporary(_stamping(document.id, source), stamp)

    def _take_over(self, document_id: DocumentId, copy: _Copy) -> _Outcome:
        services = self._services
        with services.saving():
            store = services.store
            current = store.records.document(document_id)
            if current.signature is not SignatureStatus.STAMP_PENDING or current.object_sha256 != copy.source:
                outcome = _Outcome.LEFT
            elif copy.sealed is not (current.state is DocumentState.FILED):
                # Filed while it was stamped: still in the queue, and its stamp is kept for the next pass.
                return _Outcome.LEFT
            else:
                version = current.version + 1
                key = (sealed_key if copy.sealed else stamped_key)(document_id, version=version)
                kept = store.steps.run(key, partial(_copy, copy.path))
                after = current.next_version(
                    object_sha256=kept.sha256,
                    object_size=kept.size,
                    signature=copy.status,
                    signature_checked_at=services.clock(),
                    trust=Trust.T4 if copy.sealed else current.trust,
                )
                store.records.save_document(after, events=(_told(services, after, sealed=copy.sealed),))
                outcome = _Outcome.DONE
        self._finished().forget((_stamping(document_id, copy.source), _sealing(document_id, copy.source)))
        return outcome


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def _stamping(document: DocumentId, source: Sha256) -> str:
    return f"stamping-{document}-{source}"


def _sealing(document: DocumentId, source: Sha256) -> str:
    return f"sealing-{document}-{source}"


def _told(services: Services, document: Document, *, sealed: bool) -> Event:
    return Event(
        kind=EventKind.DOCUMENT_STAMPED,
        at=services.clock(),
        actor=services.settings.actor,
        subject=document.id,
        dossier=document.dossier,
        details={
            "type": document.type,
            "version": document.version,
            "trust": str(document.trust),
            "level": "B-LTA" if sealed else "B-T",
        },
    )
