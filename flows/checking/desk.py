"""What waits for a checker, and what is on whose table: nobody has a paper that another one has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dossier.access import Access, Purpose
from dossier.admission import covers
from dossier.check_errors import CheckHeldError, CheckNotHeldError, CheckOwnError, CheckSavingError
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
_SOON: Final = 5
LOOKED_THROUGH: Final = 200
"""Papers that are opened to find those of a group."""


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
    """The paper on the person's table, else one that came back to them, else the oldest that is free.

    What was laid aside comes back only when somebody opens it from the queue, or when it changed.
    """
    checks = services.store.records.checks
    query = _query(services, checker, type_=type_, office=office)
    held = checks.held_by(checker.actor, free_before=query.free_before)
    if len(held) > 1:
        # What is left of a group; it stays theirs while they work through it.
        checks.seen(checker.actor, at=services.shared_clock(), free_before=query.free_before)
    if held:
        return services.store.records.document(held[0])
    came_back = _take_back(services, checker)
    if came_back is not None:
        return came_back
    after = 0
    while True:
        free = checks.free(query, after=after, limit=_LOOKED_AT)
        for _, document in free:
            found = _theirs(services, checker, document, query)
            if found is not None and _take(services, checker, found):
                return found
        if len(free) < _LOOKED_AT:
            return None
        after = free[-1][0]


def _take_back(services: Services, checker: Checker) -> Document | None:
    """What came back to the person after its last answer; what waits no longer is let go."""
    saves = services.store.records.saves
    for save in saves.brought_back(checker.actor):
        try:
            return take(services, checker, save.document)
        except (RecordMissingError, CheckOwnError):
            saves.drop(save.document)
        except CheckHeldError:
            continue
    return None


def take_many(  # noqa: PLR0913 - a reach into the queue has these parts
    services: Services,
    checker: Checker,
    *,
    wanted: Callable[[Document], bool],
    most: int,
    type_: str = "",
    office: str = "",
) -> Sequence[Document]:
    """Free papers of a kind, the oldest first, put on the person's table beside what lies there.

    Args:
        services: of this installation.
        checker: who takes them.
        wanted: which.
        most: how many.
        type_: papers of one type alone, empty for all.
        office: papers of one agency and those below it alone, empty for all of the person's.

    Returns:
        Those that are theirs now; so many of the queue were looked at that there may be more.
    """
    query, taken = _query(services, checker, type_=type_, office=office), list[Document]()
    for _, document in services.store.records.checks.free(query, limit=LOOKED_THROUGH):
        found = _theirs(services, checker, document, query)
        if found is not None and wanted(found) and _take(services, checker, found):
            taken.append(found)
            if len(taken) == most:
                break
    return taken


def free_papers(
    services: Services, checker: Checker, *, type_: str = "", office: str = ""
) -> Sequence[Document]:
    """The oldest free papers of this person, a few hundred at most; nobody takes them by that."""
    query = _query(services, checker, type_=type_, office=office)
    free = services.store.records.checks.free(query, limit=LOOKED_THROUGH)
    found = (_theirs(services, checker, document, query) for _, document in free)
    return [document for document in found if document is not None]


def put_back(services: Services, checker: Checker, document: DocumentId) -> None:
    """Take one paper off the person's table; what they answered is kept."""
    services.store.records.checks.leave(checker.actor, document=document)


def take(services: Services, checker: Checker, document: DocumentId) -> Document:
    """Put one paper on the person's table, or go on with it.

    Raises:
        RecordMissingError: no such paper waits for them.
        CheckHeldError: somebody else has it.
        CheckSavingError: all of it was answered, and it is on its way into the records.
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
    if line.is_saving:
        raise CheckSavingError
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
    return services.shared_clock() - timedelta(minutes=services.settings.station.check_minutes)


def counts(services: Services, hold: CheckHold | None) -> bool:
    """Whether a hold keeps others off the paper."""
    return hold is not None and bool(hold.holder) and hold.seen_at >= free_before(services)


def may_have(services: Services, checker: Checker, document: Document) -> bool:
    """Whether a paper is for this person, whoever has it now."""
    theirs = covers(checker.offices, office_of(document.dossier) or "-")
    return theirs and not document.restricted and sees_whole(services, checker, document)


def _query(services: Services, checker: Checker, *, type_: str, office: str) -> CheckQuery:
    return CheckQuery(
        offices=checker.offices,
        not_by=checker.accounts if services.settings.station.check_second_person else frozenset(),
        type_=type_,
        office=office,
        free_before=free_before(services),
    )


def upcoming(
    services: Services, checker: Checker, *, besides: DocumentId, type_: str = "", office: str = ""
) -> Sequence[DocumentId]:
    """Papers that are likely to be next, taken by nobody yet; they are not shown, only made ready."""
    query = _query(services, checker, type_=type_, office=office)
    free = services.store.records.checks.free(query, limit=_SOON)
    return [document for _, document in free if document != besides]


def _theirs(services: Services, checker: Checker, document: DocumentId, query: CheckQuery) -> Document | None:
    """A paper that was free a moment ago, if it is one for this person."""
    try:
        found = services.store.records.checks.line(document, query=query).document
    except RecordMissingError:
        return None
    return found if sees_whole(services, checker, found) else None


def sees_whole(services: Services, checker: Checker, document: Document) -> bool:
    """Whether the person may see every field that the picture of the paper shows."""
    fields = services.papers.spec(document.type).fields
    # A paper whose type nobody knows may show anything.
    shown = {field.sensitivity for field in fields} or set(Sensitivity)
    return shown <= checker.sees


def _take(services: Services, checker: Checker, document: Document) -> bool:
    hold = services.store.records.checks.take(
        document.id, checker.actor, at=services.shared_clock(), free_before=free_before(services)
    )
    if hold.holder != checker.actor:
        return False
    access = Access(checker.actor, Purpose.OPERATION, document.dossier)
    read_document(services, document.id, access=access)
    return True
