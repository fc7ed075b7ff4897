"""Many papers signed in one sitting: one after the other, each whole or not at all.

The long part, signing and waiting for timestamps, happens beside the store; then, in a moment, the signed
copy becomes an object and the paper is filed. A killed process leaves a paper as it was or filed: what was
signed is never signed again, the rest is back in the queue as soon as the batch is known to be dead.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dossier.desk_errors import SignNothingError, SignOwnError
from dossier.documents import Document, SignatureStatus
from dossier.errors import (
    KeyUnusableError,
    MotlanError,
    PinRefusedError,
    RecordMissingError,
    SigningDeclinedError,
    SigningError,
    SigningExpiredError,
    SigningServiceError,
    TokenMissingError,
    VersionConflictError,
)
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, Sha256, is_id
from dossier.review import waits_for_signer
from dossier.signing_desk import SignBatch
from flows.behind import compare_waiting
from flows.copies import sealed_key, status_of
from flows.fatal import fatal
from flows.issue import file_signed
from flows.signing_desk.queue import Signer, free_before, line_of
from storage.steps import StepRunner
from wiring.logs import kind_of
from wiring.services import Services

if TYPE_CHECKING:
    from signing.signer import DocumentSigner

MOST: Final = 500
"""Papers of one batch."""
_FOLDER: Final = "signing-desk"
_DEAD: Final = timedelta(minutes=10)
"""A batch that did nothing for so long has no process any more; a timestamp takes 2.5 minutes at most."""
_LEFT: Final = timedelta(hours=1)
_FAR: Final = timedelta(days=1)
_TRIES: Final = 3
_STOPS: Final = (
    KeyUnusableError,
    PinRefusedError,
    TokenMissingError,
    SigningServiceError,
    SigningDeclinedError,
    SigningExpiredError,
)
"""The next paper would meet these as well, or ask somebody who has just declined."""


@dataclass(slots=True)
class Sitting:
    """The office's key, open for one batch. Close it when the batch is over."""

    signer: DocumentSigner
    _stack: ExitStack

    @classmethod
    def open(cls, services: Services, *, pin: str | None) -> Sitting:
        """Open the key.

        Args:
            services: of this installation.
            pin: of the token; ``None`` where the program can sign without one.

        Raises:
            PinRefusedError: it is wrong; it is not tried again.
            KeyUnusableError, DemoKeyError, TokenMissingError: the key cannot be used here and now.
        """
        with ExitStack() as stack:
            signer = stack.enter_context(services.signing_for_a_person(pin))
            return cls(signer, stack.pop_all())

    def close(self) -> None:
        """Forget PIN and session."""
        self._stack.close()


def begin(
    services: Services, signer: Signer, documents: Sequence[str]
) -> tuple[SignBatch, Sequence[DocumentId]]:
    """Keep a batch of the marked papers that are free and this person's to sign.

    Raises:
        SignNothingError: there is none among them.
    """
    end_dead(services)
    now = services.shared_clock()
    batch = SignBatch(id=str(uuid.uuid4()), actor=signer.actor, began_at=now, seen_at=now)
    wanted = [DocumentId(one) for one in dict.fromkeys(documents) if is_id(one)][:MOST]
    event = Event(
        kind=EventKind.SIGNING_BEGUN,
        at=now,
        actor=signer.actor,
        subject=batch.id,
        details={"marked": len(wanted)},
    )
    held = services.store.records.signing.begin(
        batch,
        [one for one in wanted if _is_theirs(services, signer, one)],
        free_before=free_before(services),
        events=(event,),
    )
    if not held:
        raise SignNothingError
    return batch, held


def work_through(
    services: Services,
    sitting: Sitting,
    batch: SignBatch,
    documents: Sequence[DocumentId],
    *,
    go_on: Callable[[], bool] = lambda: True,
) -> SignBatch | None:
    """Sign paper after paper and end the batch; what goes wrong with one alone stays with it.

    Args:
        services: of this installation.
        sitting: the key, open.
        batch: as ``begin`` gave it.
        documents: that it holds.
        go_on: asked before each paper; false leaves the rest in the queue.

    Returns:
        The batch as it ended; nothing when somebody else ended it.
    """
    table, code = services.store.records.signing, ""
    try:
        runner = _runner(services)
        for document in documents:
            if not go_on():
                code = "desk.stopped"
                break
            if table.holds(batch.id, document, at=services.shared_clock()):
                _sign(services, sitting, runner, batch, document)
        with services.saving():
            compare_waiting(services)
    except MotlanError as error:
        code = error.code
        services.log.warning("signing.ended", code=error.code, cause=error.cause or kind_of(error))
    except Exception as error:  # noqa: BLE001 - a thread's last fence; the trouble goes to the log
        code = MotlanError.code
        services.log.warning("signing.ended", code=code, cause=kind_of(error))
    return end(services, batch.id, code=code)


def end(services: Services, batch: str, *, code: str = "") -> SignBatch | None:
    """End a batch: what it still holds is free again."""
    table, now = services.store.records.signing, services.clock()
    found = table.batch(batch)
    if found is None or found.ended_at is not None:
        return None
    event = Event(
        kind=EventKind.SIGNING_ENDED,
        at=now,
        actor=found.actor,
        subject=batch,
        details={
            "wanted": found.wanted,
            "signed": found.signed,
            "failed": found.failed,
            **({"code": code} if code else {}),
        },
    )
    return table.end(batch, at=now, code=code, events=(event,))


def end_dead(services: Services) -> int:
    """End batches whose process died; gives how many there were."""
    stale = services.store.records.signing.stale(before=services.shared_clock() - _DEAD)
    return sum(end(services, batch, code="desk.interrupted") is not None for batch in stale)


def _is_theirs(services: Services, signer: Signer, document: DocumentId) -> bool:
    try:
        line_of(services, signer, document)
    except (RecordMissingError, SignOwnError):
        return False
    return True


def sweep_copies(services: Services) -> int:
    """Remove copies of papers that a killed batch left beside the store; gives how many went.

    While no batch is open they are nobody's; while one is, those that are too old to be its own.
    """
    folder, gone = services.settings.data / _FOLDER, 0
    if not folder.is_dir():
        return 0
    # Asked first: a batch that begins after it makes copies that are younger.
    now = services.clock()
    is_open = services.store.records.signing.stale(before=services.shared_clock() + _FAR)
    before = (now - _LEFT if is_open else now).timestamp()
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                gone += 1
    return gone


def _runner(services: Services) -> StepRunner:
    folder = services.settings.data / _FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    sweep_copies(services)
    return StepRunner(folder, blobs=services.store.blobs, records=services.store.records)


def _sign(
    services: Services, sitting: Sitting, runner: StepRunner, batch: SignBatch, document_id: DocumentId
) -> None:
    """One paper; raises only what the next paper would meet as well."""
    try:
        for last in reversed(range(_TRIES)):
            try:
                _sign_and_file(services, sitting, runner, batch, document_id)
            except VersionConflictError:
                # A timestamp came in meanwhile, say: the newer version is signed instead, unless its pages
                # are others now, which the signer has not seen; then it is the batch's no longer.
                if not services.store.records.signing.holds(
                    batch.id, document_id, at=services.shared_clock()
                ):
                    return
                if last:
                    continue
                raise
            return
    except RecordMissingError:
        # Given back or corrected meanwhile: it does not wait any more.
        return
    except MotlanError as error:
        if isinstance(error, _STOPS) or fatal(error, item=document_id) is not None:
            raise
        _failed(services, batch, document_id, error)
    except Exception as error:
        ends = fatal(error, item=document_id)
        if ends is not None:
            raise ends from error
        _failed(services, batch, document_id, error)


def _failed(services: Services, batch: SignBatch, document: DocumentId, error: Exception) -> None:
    code = error.code if isinstance(error, MotlanError) else MotlanError.code
    cause = error.cause if isinstance(error, MotlanError) and error.cause else kind_of(error)
    services.log.warning("signing.failed", document=document, code=code, cause=cause)
    services.store.records.signing.failed(batch.id, document, code=code)


def _sign_and_file(
    services: Services, sitting: Sitting, runner: StepRunner, batch: SignBatch, document_id: DocumentId
) -> None:
    document = services.store.records.document(document_id)
    source = document.object_sha256
    if not waits_for_signer(document) or source is None:
        raise RecordMissingError(document_id)
    keys = (f"stamped-{batch.id}-{source}", f"signed-{batch.id}-{source}")
    try:
        made = _copy_of(services, sitting, runner, document, source=source, keys=keys)
        with services.saving():
            _file(services, batch, document, made)
    finally:
        runner.forget(keys)


def _copy_of(  # noqa: PLR0913 - a copy is made from these
    services: Services,
    sitting: Sitting,
    runner: StepRunner,
    document: Document,
    *,
    source: Sha256,
    keys: tuple[str, str],
) -> Path:
    """The signed copy beside the store: stamped, signed by the office, complete and verified."""

    def stamp(target: Path) -> None:
        with services.store.blobs.path(source) as captured:
            if sitting.signer.officer_is_stamped(captured, item=document.id):
                shutil.copyfile(captured, target)
            else:
                sitting.signer.stamp_officer(captured, target, item=document.id)

    stamped = runner.run_temporary(keys[0], stamp)

    def seal(target: Path) -> None:
        sitting.signer.seal_as_organisation(stamped, target, at=services.clock(), item=document.id)
        status = status_of(services, target)
        if status is not SignatureStatus.PASSED:
            raise SigningError(document.id, cause=status)

    return runner.run_temporary(keys[1], seal)


def _file(services: Services, batch: SignBatch, document: Document, made: Path) -> None:
    store = services.store
    current = store.records.document(document.id)
    if current.version != document.version:
        raise VersionConflictError(document.id)
    after = current.next_version()
    kept = store.steps.run(
        sealed_key(document.id, version=after.version), lambda target: _copied(made, target)
    )
    event = Event(
        kind=EventKind.DOCUMENT_SIGNED,
        at=services.clock(),
        actor=batch.actor,
        subject=document.id,
        dossier=document.dossier,
        details={"type": document.type, "version": after.version, "batch": batch.id},
    )
    file_signed(services, after, kept, events=(event,))


def _copied(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
