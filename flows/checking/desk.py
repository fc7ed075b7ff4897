"""What waits for a checker, and what is on whose table: nobody has a paper that another one has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dossier.access import Access, Purpose
from dossier.admission import covers
from dossier.check_errors import CheckHeldError, CheckNotHeldError, CheckOwnError
from dossier.checking import CheckHold, CheckLine, CheckQuery
from dossier.codes import office_of
from dossier.documents import Document
from dossier.errors import RecordMissingError
from dossier.ids import DocumentId, is_id
from dossier.moments import VIETNAM
from flows.lookup import read_document
from rulebook.paper_spec import Sensitivity
from wiring.services import Services

_LOOKED_AT: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Checker:
    """Somebody at the check station.

    Attributes:
        actor: opaque name for the journal.
        accounts: what they are called where they feed papers: the same, and their login.
        offices: that they work for, ``*`` for all of them.
        sees: classes of personal data they may see; a picture shows every field of a paper.
    """

    actor: str
    accounts: frozenset[str]
    offices: tuple[str, ...]
    sees: frozenset[Sensitivity]


def queue(  # noqa: PLR0913 - a look at the queue has these parts
    services: Services,
    checker: Checker,
    *,
    type_: str = "",
    office: str = "",
    after: int = 0,
    limit: int = 50,
) -> Sequence[CheckLine]:
    """Papers that wait for this person, the oldest first; holds that are too old count for nothing.

    Args:
        services: of this installation.
        checker: who looks.
        type_: papers of one type alone, empty for all.
        office: papers of one agency and those below it alone, empty for all of the person's.
        after: place of the last paper of the page before.
        limit: papers of one page.
    """
    query = _query(services, checker, type_=type_, office=office)
    found: list[CheckLine] = []
    while len(found) < limit:
        lines = services.store.records.checks.queue(query, after=after, limit=limit)
        found += [line for line in lines if sees_whole(services, checker, line.document)]
        if len(lines) < limit:
            break
        after = lines[-1].serial
    return found[:limit]


def take_next(services: Services, checker: Checker, *, type_: str = "", office: str = "") -> Document | None:
    """The paper on the person's table, else the oldest that is free; nothing when there is none.

    What was laid aside comes back only when somebody opens it from the queue, or when it changed.
    """
    checks = services.store.records.checks
    query = _query(services, checker, type_=type_, office=office)
    for held in checks.held_by(checker.actor, free_before=query.free_before):
        return services.store.records.document(held)
    after = 0
    while True:
        lines = checks.queue(query, after=after, limit=_LOOKED_AT)
        for line in lines:
            if _is_free(services, checker, line) and _take(services, checker, line.document):
                return line.document
        if len(lines) < _LOOKED_AT:
            return None
        after = lines[-1].serial


def take(services: Services, checker: Checker, document: DocumentId) -> Document:
    """Put one paper on the person's table, or go on with it.

    Raises:
        RecordMissingError: no such paper waits for them.
        CheckHeldError: somebody else has it.
        CheckOwnError: the person fed it, and another one must check it.
    """
    if not is_id(document):
        raise RecordMissingError(document)
    checks = services.store.records.checks
    line = checks.line(document)
    found = line.document
    if found.restricted or not covers(checker.offices, office_of(found.dossier) or "-"):
        raise RecordMissingError(document)
    if not sees_whole(services, checker, found):
        raise RecordMissingError(document)
    if services.settings.station.check_second_person and line.operator in checker.accounts:
        raise CheckOwnError
    mine = checks.held_by(checker.actor, free_before=free_before(services))
    if document in mine:
        return found
    if mine:
        # One paper lies on a table; the others go back.
        checks.leave(checker.actor)
    if not _take(services, checker, found):
        current = checks.line(document).hold
        since = current.since.astimezone(VIETNAM) if current else services.clock()
        raise CheckHeldError(since=f"{since:%H:%M}")
    return found


def leave(services: Services, checker: Checker) -> int:
    """Put everything back from the person's table; what they answered is kept. Gives how many there were."""
    return services.store.records.checks.leave(checker.actor)


def need_held(services: Services, checker: Checker, document: DocumentId) -> Document:
    """The paper, as long as it lies on this person's table.

    Raises:
        CheckNotHeldError: it does not.
    """
    held = services.store.records.checks.held_by(checker.actor, free_before=free_before(services))
    if document not in held:
        raise CheckNotHeldError
    return services.store.records.document(document)


def free_before(services: Services) -> datetime:
    """From when on a hold must have been used to count."""
    return services.clock() - timedelta(minutes=services.settings.station.check_minutes)


def counts(services: Services, hold: CheckHold | None) -> bool:
    """Whether a hold keeps others off the paper."""
    return hold is not None and bool(hold.holder) and hold.seen_at >= free_before(services)


def _query(services: Services, checker: Checker, *, type_: str, office: str) -> CheckQuery:
    return CheckQuery(
        offices=checker.offices,
        not_by=checker.accounts if services.settings.station.check_second_person else frozenset(),
        type_=type_,
        office=office,
        free_before=free_before(services),
    )


def upcoming(services: Services, checker: Checker, *, besides: DocumentId) -> DocumentId | None:
    """The paper that is likely to be next, taken by nobody yet; it is not shown, only made ready."""
    lines = services.store.records.checks.queue(_query(services, checker, type_="", office=""), limit=5)
    return next(
        (
            line.document.id
            for line in lines
            if line.document.id != besides and _is_free(services, checker, line)
        ),
        None,
    )


def _is_free(services: Services, checker: Checker, line: CheckLine) -> bool:
    aside = line.hold is not None and line.hold.aside == line.document.version
    return not aside and not counts(services, line.hold) and sees_whole(services, checker, line.document)


def sees_whole(services: Services, checker: Checker, document: Document) -> bool:
    """Whether the person may see every field that the picture of the paper shows."""
    fields = services.papers.spec(document.type).fields
    # A paper whose type nobody knows may show anything.
    shown = {field.sensitivity for field in fields} or set(Sensitivity)
    return shown <= checker.sees


def _take(services: Services, checker: Checker, document: Document) -> bool:
    hold = services.store.records.checks.take(
        document.id, checker.actor, at=services.clock(), free_before=free_before(services)
    )
    if hold.holder != checker.actor:
        return False
    access = Access(checker.actor, Purpose.OPERATION, document.dossier)
    read_document(services, document.id, access=access)
    return True
