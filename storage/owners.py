"""Owners of one store: look them up, judge what may be one person, and decide it. Only links ever change."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, Row, or_, select

from dossier.access import Access
from dossier.errors import OwnerConflictError, OwnerLaterLinkError, OwnerLinkedError, OwnerMissingError
from dossier.events import Event, EventKind
from dossier.ids import LinkId, OwnerId, ProposalId
from dossier.owner_words import in_words
from dossier.owners import LinkAction, Owner, OwnerLink, active, later_links, members
from dossier.proposals import Proposal, Strength, is_news, objections, propose
from storage import owner_rows
from storage.applicants import follow_links
from storage.database import Database
from storage.owner_filing import reading_now
from storage.owner_rows import UNNAMED, Group, entries_between, group_of, load
from storage.schema import owner_proposals
from storage.writing import Writing

_EVENTS = {
    LinkAction.LINK: EventKind.OWNER_LINKED,
    LinkAction.REFUSE: EventKind.OWNER_REFUSED,
    LinkAction.UNLINK: EventKind.OWNER_UNLINKED,
}


class SqlOwners:
    """``dossier.ports.Owners`` beside the records, in the same database and the same journal."""

    def __init__(
        self,
        database: Database,
        *,
        writing: Callable[[], AbstractContextManager[Writing]],
        namespace: uuid.UUID,
        reference: Callable[[str], str],
    ) -> None:
        """Make the owners of an open database.

        Args:
            database: with the tables of this program.
            writing: opens a writing transaction.
            namespace: ids are derived in it.
            reference: opaque reference of an identity number.
        """
        self._database = database
        self._writing = writing
        self._namespace = namespace
        self._reference = reference

    def owner(self, owner: OwnerId) -> Owner:
        """See ``Owners``."""
        with self._database.reading() as connection:
            return load(connection, group_of(connection, owner).members)

    def owner_of(self, number: str) -> Owner | None:
        """See ``Owners``."""
        with self._database.reading() as connection:
            record = owner_rows.record_of(connection, number)
            return None if record is None else load(connection, group_of(connection, record).members)

    def owners(self, *, after: OwnerId | None = None, limit: int = 50) -> Sequence[Owner]:
        """See ``Owners``."""
        with self._database.reading() as connection:
            return list(islice(_heads(connection, after), limit))

    def history(self, owner: OwnerId) -> Sequence[OwnerLink]:
        """See ``Owners``."""
        with self._database.reading() as connection:
            return group_of(connection, owner).history

    def proposals(self, *, after: ProposalId | None = None, limit: int = 50) -> Sequence[Proposal]:
        """See ``Owners``."""
        query = select(owner_proposals).order_by(owner_proposals.c.serial)
        if after is not None:
            place = select(owner_proposals.c.serial).where(owner_proposals.c.id == after)
            query = query.where(owner_proposals.c.serial > place.scalar_subquery())
        with (
            self._database.reading() as connection,
            connection.execute(query.execution_options(yield_per=200)) as rows,
        ):
            return list(islice(_open(connection, rows), limit))

    def proposals_of(self, owner: OwnerId) -> Sequence[Proposal]:
        """See ``Owners``."""
        with self._database.reading() as connection:
            group = group_of(connection, owner)
            rows = connection.execute(
                select(owner_proposals)
                .where(
                    or_(
                        owner_proposals.c.left_owner.in_(group.members),
                        owner_proposals.c.right_owner.in_(group.members),
                    )
                )
                .order_by(owner_proposals.c.serial)
            ).all()
            return list(_open(connection, rows))

    def confirm(self, proposal: ProposalId, *, access: Access, at: datetime) -> OwnerLink:
        """See ``Owners``."""
        with self._writing() as writing:
            left, right = _pair(writing.connection, proposal)
            ours, theirs = (group_of(writing.connection, record) for record in (left, right))
            if right in ours.members:
                between = [link for link in active(ours.history) if {link.left, link.right} == {left, right}]
                return (between or active(ours.history))[-1]
            judged = _judged(writing.connection, ours, theirs)
            if judged is None or judged.strength is Strength.WEAK:
                both = (load(writing.connection, group.members) for group in (ours, theirs))
                why = objections(*both) or ("owner.no_evidence",)
                raise OwnerConflictError(proposal, cause=" ".join(why), reason=in_words(why, "vi"))
            decision = _entry(LinkAction.LINK, left, right, at=at, actor=access.actor)
            return self._decide(writing, replace(decision, because=judged.because), access)

    def refuse(self, proposal: ProposalId, *, access: Access, at: datetime) -> OwnerLink:
        """See ``Owners``."""
        with self._writing() as writing:
            left, right = _pair(writing.connection, proposal)
            ours, theirs = (group_of(writing.connection, record) for record in (left, right))
            if right in ours.members:
                raise OwnerLinkedError(proposal)
            judged = _judged(writing.connection, ours, theirs)
            said_no = [entry for entry in entries_between(ours, theirs) if entry.action is LinkAction.REFUSE]
            if said_no and (judged is None or not is_news(judged, said_no)):
                return said_no[-1]
            decision = _entry(LinkAction.REFUSE, left, right, at=at, actor=access.actor)
            because = judged.because if judged is not None else ()
            return self._decide(writing, replace(decision, because=because), access)

    def unmerge(self, link: LinkId, *, access: Access, at: datetime) -> OwnerLink:
        """See ``Owners``."""
        with self._writing() as writing:
            undone = owner_rows.entry_of(writing.connection, link)
            if undone.action is not LinkAction.LINK:
                raise OwnerMissingError(link)
            group = group_of(writing.connection, undone.left)
            already = [entry for entry in group.history if entry.undoes == link]
            if already:
                return already[-1]
            later = later_links(undone, group.history)
            if later:
                raise OwnerLaterLinkError(link, later=later[0].id)
            because = _seen(writing.connection, undone, group)
            decision = _entry(LinkAction.UNLINK, undone.left, undone.right, at=at, actor=access.actor)
            return self._decide(writing, replace(decision, because=because, undoes=link), access)

    def _decide(self, writing: Writing, entry: OwnerLink, access: Access) -> OwnerLink:
        kept = owner_rows.append(writing.connection, entry, namespace=self._namespace)
        follow_links(writing.connection, (kept.left, kept.right))
        writing.add([link_event(writing.connection, kept, reference=self._reference, access=access)])
        return kept


def link_event(
    connection: Connection,
    link: OwnerLink,
    *,
    reference: Callable[[str], str],
    access: Access | None = None,
) -> Event:
    """What the journal is told of an entry: ids and references, who and why.

    Args:
        connection: that sees the entry.
        link: the entry.
        reference: opaque reference of an identity number.
        access: who decided and why; nothing when a paper decided.
    """
    left, right = (
        reference(load(connection, {record}).numbers[0].number) for record in (link.left, link.right)
    )
    details = {"other": right, "because": " ".join(link.because)}
    if link.undoes is not None:
        details["undoes"] = link.undoes
    return Event(
        kind=_EVENTS[link.action],
        at=link.at,
        actor=link.actor,
        subject=link.id,
        owner_ref=left,
        dossier=access.dossier if access else "",
        purpose=access.purpose if access else "",
        details=details,
    )


def _entry(action: LinkAction, left: OwnerId, right: OwnerId, *, at: datetime, actor: str) -> OwnerLink:
    return OwnerLink(id=UNNAMED, order=0, action=action, left=left, right=right, at=at, actor=actor)


def _pair(connection: Connection, proposal: ProposalId) -> tuple[OwnerId, OwnerId]:
    row = connection.execute(select(owner_proposals).where(owner_proposals.c.id == proposal)).first()
    if row is None:
        raise OwnerMissingError(proposal)
    return OwnerId(row.left_owner), OwnerId(row.right_owner)


def _judged(connection: Connection, left: Group, right: Group) -> Proposal | None:
    """What the two sides say together, papers that state both numbers included."""
    papers = [
        entry.document
        for entry in entries_between(left, right)
        if entry.document is not None and reading_now(connection, entry) is not None
    ]
    return propose(load(connection, left.members), load(connection, right.members), papers=papers)


def _seen(connection: Connection, undone: OwnerLink, group: Group) -> tuple[str, ...]:
    """What speaks for a link at the moment it is undone: no reason to propose it again."""
    rest = tuple(entry for entry in group.history if entry.id != undone.id)
    sides = [Group(members(end, rest), group.history) for end in (undone.left, undone.right)]
    judged = _judged(connection, *sides)
    return tuple(dict.fromkeys((*undone.because, *(judged.because if judged is not None else ()))))


def _heads(connection: Connection, after: OwnerId | None) -> Iterator[Owner]:
    """Owners, each once, in the order their oldest record became known."""
    for record in owner_rows.records_after(connection, after):
        owner = load(connection, group_of(connection, record).members)
        if owner.id == record:
            yield owner


def _open(connection: Connection, rows: Iterable[Row[tuple[object, ...]]]) -> Iterator[Proposal]:
    """Proposals that a person should still decide, one for each two owners."""
    told: set[frozenset[OwnerId]] = set()
    for row in rows:
        left, right = group_of(connection, row.left_owner), group_of(connection, row.right_owner)
        both = left.members | right.members
        if row.right_owner in left.members or both in told:
            continue
        judged = _judged(connection, left, right)
        if judged is None or judged.strength is Strength.WEAK:
            continue
        if is_news(judged, entries_between(left, right)):
            told.add(both)
            yield replace(judged, id=ProposalId(row.id))
