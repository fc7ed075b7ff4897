"""Keeping the archive verifiable: look at what is new, renew what is due, leave the rest alone. No Prefect.

Each document's new file is a step named by document and version, so a run that was killed goes on where it
was. The new file becomes the document's next version; the old one stays in the store. Nothing is held in
memory but a page of rows, and the data folder is given free between turns, so that papers can be taken in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from dossier.documents import Document, DocumentState, SignatureStatus
from dossier.errors import MotlanError, RenewalRefusedError, SigningError
from dossier.events import Event, EventKind
from dossier.evidence import EndReason, Life, SignatureEvidence, plan, plan_again
from dossier.ids import DocumentId, Sha256
from flows.copies import renewed_key
from flows.fatal import fatal
from signing.horizon import Horizon, read_horizon
from wiring.logs import kind_of
from wiring.services import Services

_DAY = timedelta(days=1)
_PAGE = 200
_TURN = 8
"""Documents renewed before another writer gets its turn."""


class Action(StrEnum):
    """What was done with one document."""

    PLANNED = "planned"
    """It would be renewed; this was a rehearsal."""
    RENEWED = "renewed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One document of a run.

    Attributes:
        document: its id.
        action: what was done.
        due: the day from which it was to be renewed; ``None`` where it could not be looked at.
        because: why it would have ended; empty where it could not be looked at.
        next_due: when it is due again; ``None`` unless renewed.
        error: what went wrong, for a failed one.
    """

    document: DocumentId
    action: Action
    due: date | None = None
    because: EndReason | None = None
    next_due: date | None = None
    error: MotlanError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How many documents a run is going to look at and to renew."""

    new: int
    due: int


Listener = Callable[[Expected | Outcome | None], None]
"""Hears first what is expected, then ``None`` for each document looked at, and each outcome."""


@dataclass(slots=True)
class RenewalRun:
    """What a run has done so far.

    Attributes:
        looked_at: documents whose files were read because nobody had looked at them.
        counts: how many documents ended how.
    """

    looked_at: int = 0
    counts: Counter[Action] = field(default_factory=Counter)


def renew(
    services: Services, *, until: date, limit: int | None, dry_run: bool, listen: Listener
) -> RenewalRun:
    """Look at documents that nobody looked at, then renew those due by a day.

    A document that fails is told and does not stop the others.

    Args:
        services: of this installation; not inside ``writing``.
        until: that day included.
        limit: renew at most so many; ``None`` for all.
        dry_run: tell what is due; only the plan itself is brought up to date.
        listen: hears of everything.

    Raises:
        MotlanError: what makes going on useless: no timestamp service, a full disk, an unusable key. What was
            done stays done.
    """
    run = RenewalRun()
    evidence = services.store.records.evidence
    bring_up_to_date(services)
    waiting = evidence.count_missing()
    listen(Expected(new=waiting, due=evidence.count_due(until=until, now=services.clock())))
    for failed in _look_at_new(services, run, listen=listen):
        _tell(run, failed, listen)
    if waiting:
        listen(Expected(new=waiting, due=evidence.count_due(until=until, now=services.clock())))
    for outcome in _work_through(services, until=until, limit=limit, dry_run=dry_run):
        _tell(run, outcome, listen)
    return run


def bring_up_to_date(services: Services) -> int:
    """Plan again what was planned by other rules; no file is read. Gives how many rows that were."""
    evidence, rules = services.store.records.evidence, services.renewal_rules
    changed = 0
    for digests, key in evidence.plans():
        if key == rules.key(digests):
            continue
        while rows := evidence.planned(digests, key):
            evidence.save([plan_again(row, rules) for row in rows])
            changed += len(rows)
    return changed


def _tell(run: RenewalRun, outcome: Outcome, listen: Listener) -> None:
    run.counts[outcome.action] += 1
    listen(outcome)


def _look_at_new(services: Services, run: RenewalRun, *, listen: Listener) -> Iterator[Outcome]:
    """Make the missing rows, a page at a time; gives the documents that could not be looked at."""
    evidence = services.store.records.evidence
    after: DocumentId | None = None
    while page := evidence.missing(after=after, limit=_PAGE):
        rows = []
        for document in page:
            try:
                row = _look_at(services, document)
            except Exception as error:  # noqa: BLE001  told below, unless it concerns the others as well
                yield _failure(services, document.id, error)
            else:
                rows += [] if row is None else [row]
            run.looked_at += 1
            listen(None)
        evidence.save(rows)
        after = page[-1].id


def _look_at(services: Services, document: Document) -> SignatureEvidence | None:
    sha256 = document.object_sha256
    if document.state is not DocumentState.FILED or sha256 is None:
        return None
    life = _life_of(services, document, sha256)
    return plan(
        document.id, version=document.version, object_sha256=sha256, life=life, rules=services.renewal_rules
    )


def _life_of(services: Services, document: Document, sha256: Sha256) -> Life:
    if document.signature is SignatureStatus.UNSIGNED:
        return Life(level="", reason=EndReason.UNSIGNED)
    with services.store.blobs.path(sha256) as path:
        life = life_from(read_horizon(path, item=document.id))
    if document.signature is SignatureStatus.PASSED or life.reason is EndReason.UNSIGNED:
        return life
    checked = document.signature_checked_at or services.clock()
    return Life(level=life.level, reason=EndReason.NOT_PASSED, holds_until=checked, digests=life.digests)


def life_from(horizon: Horizon) -> Life:
    """What the plan keeps of a file's horizon."""
    if horizon.level is None or horizon.end is None:
        return Life(level="", reason=EndReason.UNSIGNED)
    return Life(
        level=horizon.level.label,
        reason=EndReason(horizon.end.value),
        holds_until=horizon.holds_until,
        stamped_at=horizon.stamped_at,
        stamp_ends=horizon.stamp_ends,
        digests=horizon.digests,
        longest_days=-(-horizon.longest_validity // _DAY),
    )


def _work_through(services: Services, *, until: date, limit: int | None, dry_run: bool) -> Iterator[Outcome]:
    """Renew what is due, the longest due first, a turn at a time."""
    done = 0
    after: SignatureEvidence | None = None
    size = _PAGE if dry_run else _TURN
    while limit is None or done < limit:
        wanted = size if limit is None else min(size, limit - done)
        rows = services.store.records.evidence.due(
            until=until, now=services.clock(), after=after, limit=wanted
        )
        if not rows:
            return
        if dry_run:
            yield from (_outcome(row, Action.PLANNED) for row in rows)
        else:
            yield from _turn(services, rows)
        done += len(rows)
        after = rows[-1]


def _turn(services: Services, rows: Sequence[SignatureEvidence]) -> list[Outcome]:
    outcomes = []
    with services.writing():
        services.need_room()
        for row in rows:
            try:
                outcomes.append(_renew_one(services, row))
            except Exception as error:  # noqa: BLE001  told below, unless it concerns the others as well
                outcomes.append(_failure(services, row.document, error, row=row))
    return outcomes


def _renew_one(services: Services, row: SignatureEvidence) -> Outcome:
    """Make the new file, verify the bytes that were kept, and save them as the next version."""
    records = services.store.records
    document = records.document(row.document)
    if document.version != row.version or document.object_sha256 != row.object_sha256:
        # Somebody saved a newer version since the plan was made: that one is looked at by the next run.
        raise RenewalRefusedError(row.document, reason="giấy tờ vừa có bản mới")
    key = renewed_key(document.id, version=document.version)
    kept = services.store.steps.run(key, lambda target: _produce(services, row, target))
    with services.store.blobs.path(kept.sha256) as path:
        # Also for a file that an earlier run made and was killed before it saved the record.
        report = services.verify(path, at=services.clock())
        if report.conclusion != "passed":
            raise SigningError(document.id, cause=report.conclusion)
        life = life_from(read_horizon(path, item=document.id))
    saved = records.save_document(
        document.next_version(
            object_sha256=kept.sha256,
            object_size=kept.size,
            signature=SignatureStatus.PASSED,
            signature_checked_at=services.clock(),
        ),
        events=(_event(services, document, row, life),),
    )
    after = plan(
        document.id,
        version=saved.version,
        object_sha256=kept.sha256,
        life=life,
        rules=services.renewal_rules,
    )
    records.evidence.save([after])
    services.store.steps.forget((key,))
    return _outcome(row, Action.RENEWED, next_due=after.due)


def _produce(services: Services, row: SignatureEvidence, target: Path) -> None:
    """The new file; refused where it would not last longer than the old one."""
    with services.store.blobs.path(row.object_sha256) as source:
        made = services.archivist.renew(source, target, item=row.document)
    after = plan(
        row.document,
        version=row.version,
        object_sha256=row.object_sha256,
        life=life_from(made.after),
        rules=services.renewal_rules,
    )
    if row.ends is not None and (after.ends is None or after.ends <= row.ends):
        raise RenewalRefusedError(row.document, reason="dấu thời gian mới không kéo dài thời hạn")


def _event(services: Services, document: Document, row: SignatureEvidence, life: Life) -> Event:
    return Event(
        kind=EventKind.DOCUMENT_RENEWED,
        at=services.clock(),
        actor=services.settings.actor,
        subject=document.id,
        dossier=document.dossier,
        details={
            "version": document.version + 1,
            "because": row.reason.value,
            "level": life.level,
            "digests": ",".join(life.digests),
        },
    )


def _outcome(row: SignatureEvidence, action: Action, *, next_due: date | None = None) -> Outcome:
    return Outcome(document=row.document, action=action, due=row.due, because=row.reason, next_due=next_due)


def _failure(
    services: Services, document: DocumentId, error: Exception, *, row: SignatureEvidence | None = None
) -> Outcome:
    """What to tell of a document that failed.

    Raises:
        MotlanError: the next document would meet the same trouble.
    """
    useless = fatal(error, item=document)
    if useless is not None:
        raise useless from error
    services.log.warning("renewal.failed", document=document, cause=kind_of(error))
    told = error if isinstance(error, MotlanError) else MotlanError(document, cause=kind_of(error))
    return Outcome(
        document=document,
        action=Action.FAILED,
        due=row.due if row else None,
        because=row.reason if row else None,
        error=told,
    )
