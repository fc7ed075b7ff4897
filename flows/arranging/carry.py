"""Doing what was asked: turned pages are read, changed papers captured and understood, then all is saved.

Until the last step nothing but copies on their way is there, so whoever is killed in between has changed
nothing; the next run begins anew and takes the copies that are finished. The last step is one transaction.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from dossier.arrange_errors import ArrangingStaleError
from dossier.arranging import ArrangedVersion, Arranging, Outcomes
from dossier.documents import Document, DocumentState
from dossier.errors import MotlanError, VersionConflictError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, Sha256
from dossier.keeping import Act, KeepingAct
from extraction.secrecy import refuse_secrets
from extraction.stack_json import stack_to_json
from flows.arranging.papers import prepare, stack_after
from flows.arranging.results import arranged_key
from flows.arranging.view import ArrangedFile, file_of, follows
from flows.behind import compare_waiting
from flows.capture import reading_key
from flows.copies import officer_key
from flows.fatal import fatal
from flows.priority import at_counter
from flows.splitting import split_key
from ocr.long_readings import lines_of
from ocr.records import FileReading
from wiring.logs import kind_of
from wiring.services import Services


class Step(StrEnum):
    """What was just finished."""

    READ = "read"
    PREPARED = "prepared"
    KEPT = "kept"
    DONE = "done"


Heard = Callable[[Step], None]
"""Told of each step, for whoever wants to follow."""


def _silent(_step: Step) -> None:
    """Nobody follows."""


def carry_out(services: Services, wanted: Arranging, *, heard: Heard = _silent) -> Arranging:
    """Do it, or say why it cannot be done; done before, nothing happens.

    Args:
        services: of this installation, outside ``writing``.
        wanted: as it was asked.
        heard: told of each step.

    Returns:
        The arrangement as it stands then.

    Raises:
        MotlanError: what the next arrangement would meet as well (``flows.fatal``); this one waits on.
    """
    try:
        _carry(services, wanted, heard)
    except Exception as error:
        if fatal(error, item=wanted.item) is not None:
            raise
        _refuse(services, wanted, error)
    found = services.store.records.arrangements.newest(wanted.item)
    return found if found is not None else wanted


def _carry(services: Services, wanted: Arranging, heard: Heard) -> None:
    records = services.store.records
    if records.arrangements.newest(wanted.item) != wanted:
        return
    file, found = _as_seen(services, wanted)
    reading = _turned(services, file, wanted)
    heard(Step.READ)
    versions = []
    for one in found.changed:
        # Each for itself: whoever checks other papers must not wait for all of them.
        with at_counter(services), services.writing():
            versions.append(prepare(services, file, reading, wanted, one))
        heard(Step.PREPARED)
    versions += [_dissolved(services, wanted, document, into) for document, into in found.gone]
    with at_counter(services), services.writing():
        # A back may have been taken into a paper meanwhile.
        file, found = _as_seen(services, wanted)
        results = _kept(services, file, reading, wanted, versions)
        heard(Step.KEPT)
        _apply(services, wanted, found, versions, results)
        heard(Step.DONE)
        services.store.steps.forget([officer_key(one.document.id) for one in versions])
        compare_waiting(services)
    services.log.info("pages.arranged", item=wanted.item, papers=len(found.papers), changed=len(versions))


def _as_seen(services: Services, wanted: Arranging) -> tuple[ArrangedFile, Outcomes]:
    """The file and what follows for its papers, as long as that is what the person saw.

    Raises:
        ArrangingStaleError: it is not.
        PlanError, ArrangingRefusedError, BatchClosedError: it is not possible any more.
    """
    file = file_of(services, wanted.item)
    found = follows(services, file, wanted.plan)
    if {paper.id: paper.version for paper in found.touched} != dict(wanted.seen):
        raise ArrangingStaleError
    return file, found


def _turned(services: Services, file: ArrangedFile, wanted: Arranging) -> FileReading:
    """The reading with the turned pages read anew, as they lie now.

    Raises:
        InputSecretError: a page bears a secrecy mark that nobody could read before.
    """
    turns = wanted.plan.turns
    if not turns:
        return file.reading
    rotations = {
        page.page: (page.rotation + turns[page.page]) % 360 for page in file.reading.texts(sorted(turns))
    }
    with services.store.blobs.path(file.item.sha256) as source:
        anew = services.reader.read_turned(source, rotations, name=file.item.name)
    refuse_secrets([one.page for one in anew.values()], file.item.name)
    return file.reading.with_pages(anew)


def _dissolved(
    services: Services, wanted: Arranging, document: Document, into: Sequence[DocumentId]
) -> ArrangedVersion:
    """A paper of which nothing is left: its versions stay, and the journal says where its pages went."""
    last = replace(
        document.remnant(),
        version=document.version + 1,
        state=DocumentState.DISSOLVED,
        pages=(),
        object_sha256=None,
        object_size=0,
    )
    event = Event(
        kind=EventKind.DOCUMENT_DISSOLVED,
        at=services.clock(),
        actor=wanted.actor,
        subject=document.id,
        dossier=document.dossier,
        details={"version": last.version, "into": " ".join(into), "number": wanted.number},
    )
    return ArrangedVersion(document=last, events=(event,))


def _kept(
    services: Services,
    file: ArrangedFile,
    reading: FileReading,
    wanted: Arranging,
    versions: Sequence[ArrangedVersion],
) -> Mapping[str, Sha256]:
    """How the file is read and split from now on, as objects, by the names of their steps."""
    stack = stack_after(file, reading, wanted.plan, [one.document for one in versions])
    number = _times_done(services, wanted) + 1
    told = {
        reading_key(file.item.id): "".join(lines_of(reading)),
        split_key(file.item.id): json.dumps(stack_to_json(stack), ensure_ascii=False),
    }
    found = {}
    for key, text in told.items():
        with tempfile.NamedTemporaryFile(dir=services.store.work, prefix="arranged-") as draft:
            draft.write(text.encode())
            draft.flush()
            kept = services.store.blobs.put(Path(draft.name))
        found[arranged_key(key, number)] = kept.sha256
    return found


def _times_done(services: Services, wanted: Arranging) -> int:
    """How often the file was arranged; what was refused is not among them."""
    number, records = 0, services.store.records
    while records.step_result(arranged_key(split_key(wanted.item), number + 1)) is not None:
        number += 1
    return number


def _apply(
    services: Services,
    wanted: Arranging,
    found: Outcomes,
    versions: Sequence[ArrangedVersion],
    results: Mapping[str, Sha256],
) -> None:
    at = services.clock()
    counts = {
        "number": wanted.number,
        "papers": len(found.papers),
        "changed": len(found.changed),
        "dissolved": len(found.gone),
        "turned": len(wanted.plan.turns),
        "aside": len(wanted.plan.aside),
    }
    act = KeepingAct(
        case=wanted.item,
        act=Act.PAGES_ARRANGED,
        target=wanted.item,
        at=at,
        actor=wanted.actor,
        details={"plan": wanted.plan.as_text(), "reason": wanted.reason},
    )
    event = _event(EventKind.PAGES_ARRANGED, wanted, at=at, details=counts)
    services.store.records.arrangements.apply(
        wanted, versions, results=results, act=act, events=[event], at=at
    )


def _refuse(services: Services, wanted: Arranging, error: Exception) -> None:
    code = error.code if isinstance(error, MotlanError) else MotlanError.code
    if isinstance(error, VersionConflictError):
        code = ArrangingStaleError.code
    services.log.warning("pages.refused", item=wanted.item, code=code, cause=kind_of(error))
    at = services.clock()
    event = _event(EventKind.PAGES_REFUSED, wanted, at=at, details={"number": wanted.number, "code": code})
    services.store.records.arrangements.refuse(wanted, code=code, at=at, events=[event])


def _event(kind: EventKind, wanted: Arranging, *, at: datetime, details: Mapping[str, str | int]) -> Event:
    return Event(kind=kind, at=at, actor=wanted.actor, subject=wanted.item, details=details)
