"""Papers of a desk folded into those of the centre: every version is kept, one counts.

A paper is the same paper here as there when it is the same pages of the same bytes in the same dossier, so
its id here follows from what it is. The versions of each desk are appended as they are; where more than one
store has versions of its own, ``dossier.merging`` makes one more of the newest of each. That one depends on
these versions alone, not on the order in which they came.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from dossier.bundles import Question, QuestionKind, code_in_part
from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, ItemId
from dossier.merging import Head, merge
from dossier.owners import LinkAction, OwnerLink, paper_token
from dossier.persons import NumberKind
from dossier.said import numbers_said, pairs_said
from storage import changes, lock_rows, owner_filing, owner_rows, same_papers, word_index
from storage import documents as document_rows
from storage.applicants import follow_links
from storage.bodies import document_to_text, moment_to_text
from storage.bundle_desks import ask, unask
from storage.bundle_tables import carried_versions
from storage.documents import key_of, number_reference, serial_of
from storage.dossier_counts import recount_paper
from storage.owner_filing import Filing
from storage.owners import link_event
from storage.ready import Additions
from storage.schema import documents as papers
from storage.schema import owner_links, owner_numbers
from storage.vault import vault_of

MERGED = ""
"""What stands for the desk of a version that was made by merging."""

# Put together once: every paper of a bundle asks.
_ADD_VERSION = insert(carried_versions)
_KNOWN_SINCE = select(owner_numbers.c.since, owner_numbers.c.document_id).where(
    owner_numbers.c.number_ref == bindparam("reference")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """What folding needs to know.

    Attributes:
        desk: its id.
        part: its part of the running numbers.
        at, actor: when and by whom it is taken here.
        namespace: of this store.
        reference: opaque reference of an identity number.
    """

    desk: str
    part: int
    at: datetime
    actor: str
    namespace: uuid.UUID
    reference: Callable[[str], str]


def take_paper(
    connection: Connection, fold: Fold, document: DocumentId, item: ItemId, versions: Sequence[Document]
) -> Sequence[Event]:
    """Fold the versions of one paper; those that are here already are left alone.

    Args:
        connection: in a writing transaction.
        fold: whose they are.
        document: the id of the paper here.
        item: the file it came in, here.
        versions: all the desk has, the oldest first, as they stand there.

    Returns:
        What the journal is told: that versions were merged, and links that followed.
    """
    before = _newest(connection, document)
    known = _known_of(connection, document, fold.desk) if before is not None else 0
    fresh = [version for version in versions if version.version > known]
    if not fresh:
        return ()
    if before is not None and before.state is DocumentState.DESTROYED:
        # Destroyed here by a decision: it does not come back through the back door.
        ask(connection, Question(kind=QuestionKind.DESTROYED, subject=document, differs=("here",)))
        return ()
    number, saved = (before.version if before is not None else 0), fresh[-1]
    for version in fresh:
        number += 1
        saved = _append(connection, _ours(version, document, item, number=number, fold=fold))
        _note(connection, saved, desk=fold.desk, desk_version=version.version)
        _remember_numbers(connection, fold, saved)
    told: Sequence[Event] = ()
    if before is not None:
        told, saved = _settle(connection, fold, document, item)
    filed = any(one.state is DocumentState.FILED for one in (saved, *fresh))
    return (*told, *_follow(connection, fold, before, saved, filed=filed))


def _ours(version: Document, document: DocumentId, item: ItemId, *, number: int, fold: Fold) -> Document:
    code = code_in_part(version.result_code, fold.part) if version.result_code else ""
    return replace(version, id=document, item=item, version=number, result_code=code)


def _append(connection: Connection, version: Document) -> Document:
    """A version that has its code already: filed papers of desks do."""
    with Additions(connection) as adding:
        return document_rows.save(adding, version, result_type_code=str).document


def _settle(
    connection: Connection, fold: Fold, document: DocumentId, item: ItemId
) -> tuple[Sequence[Event], Document]:
    """Make the version that counts, where several stores have one."""
    heads = _heads(connection, document)
    newest = document_rows.load(connection, document, version=None)
    if len(heads) == 1:
        return (), newest
    merged = merge([Head(head, _text(head)) for head in heads])
    made = _append(connection, replace(merged.document, item=item, version=newest.version + 1))
    _note(connection, made, desk=MERGED, desk_version=0)
    if merged.differs:
        ask(connection, Question(kind=QuestionKind.DOCUMENT, subject=document, differs=merged.differs))
    else:
        unask(connection, QuestionKind.DOCUMENT, document)
    event = Event(
        kind=EventKind.DOCUMENT_MERGED,
        at=fold.at,
        actor=fold.actor,
        subject=document,
        dossier=made.dossier,
        details={
            "version": made.version,
            "stores": len(heads),
            "differs": len(merged.differs),
            "desk": fold.desk,
        },
    )
    return (event,), made


def _heads(connection: Connection, document: DocumentId) -> Sequence[Document]:
    """The newest version of each desk and of this store; what somebody here decided covers all before it."""
    serial = serial_of(connection, document)
    newest = connection.execute(select(papers.c.version).where(papers.c.serial == serial)).scalar_one()
    rows = connection.execute(select(carried_versions).where(carried_versions.c.document_serial == serial))
    desk_of = {row.version: row.desk for row in rows}
    own = max((number for number in range(1, newest + 1) if number not in desk_of), default=0)
    last: dict[str, int] = {"here": own} if own else {}
    for number in range(own + 1, newest + 1):
        if desk_of[number] != MERGED:
            last[desk_of[number]] = number
    return [document_rows.load(connection, document, version=number) for number in sorted(last.values())]


def _text(head: Document) -> str:
    """What a version says, whatever its number is here."""
    return document_to_text(replace(head, version=0))


def _follow(
    connection: Connection, fold: Fold, before: Document | None, saved: Document, *, filed: bool
) -> Sequence[Event]:
    """Feed, figures, locks, comparison and owners follow what counts now, once for all versions that came.

    Args:
        connection: in the writing transaction.
        fold: whose versions they are.
        before: what counted before them, if anything did.
        saved: what counts now.
        filed: any of them was filed, so its bytes are to be locked, whatever counts.
    """
    serial = serial_of(connection, saved.id)
    recount_paper(connection, saved.id, [saved.dossier])
    adding = Additions(connection)
    changes.follow(adding, before, saved, at=fold.at)
    if saved.state is not DocumentState.DESTROYED:
        same_papers.pend(adding, serial, is_new=before is None)
        word_index.pend(adding, serial, is_new=before is None)
    if filed:
        lock_rows.pend(adding, serial, at=fold.at, is_new=before is None)
    filing = Filing(
        document=saved,
        key=key_of(connection, serial),
        namespace=fold.namespace,
        actor=fold.actor,
        at=saved.filed_at or fold.at,
    )
    links = [*owner_filing.file(adding, filing)]
    if saved.state is not DocumentState.FILED:
        links += _loosen(connection, fold, saved.id)
    return [link_event(connection, link, reference=fold.reference) for link in links]


def _loosen(connection: Connection, fold: Fold, document: DocumentId) -> Sequence[OwnerLink]:
    """Links that rest on a paper about which two stores differ count no longer, until a person decides.

    Where another paper states the same, they rest on that one.
    """
    undone = select(owner_links.c.undoes).where(owner_links.c.undoes.is_not(None))
    query = select(owner_links.c.id).where(
        owner_links.c.document_id == document,
        owner_links.c.action == LinkAction.LINK.value,
        owner_links.c.id.not_in(undone),
    )
    loosened = []
    for found in connection.execute(query.order_by(owner_links.c.serial)).scalars().all():
        link = owner_rows.entry_of(connection, found)
        entry = replace(
            link,
            action=LinkAction.UNLINK,
            at=fold.at,
            actor=fold.actor,
            because=(owner_filing.PAPER_DIFFERS, paper_token(document)),
            document=None,
            undoes=link.id,
        )
        loosened.append(owner_rows.append(connection, entry, namespace=fold.namespace))
        again = owner_filing.link_by_another(
            connection, link, namespace=fold.namespace, actor=fold.actor, at=fold.at
        )
        if again is not None:
            loosened.append(again)
        follow_links(connection, (entry.left, entry.right))
    return loosened


def _remember_numbers(connection: Connection, fold: Fold, version: Document) -> None:
    """Every number that a filed version states has its record, known since the first of them was filed."""
    if version.state is not DocumentState.FILED or version.filed_at is None:
        return
    filing = Filing(
        document=version,
        key=key_of(connection, serial_of(connection, version.id)),
        namespace=fold.namespace,
        actor=fold.actor,
        at=version.filed_at,
    )
    since = moment_to_text(version.filed_at)
    told = {said.number: said.kind for said in numbers_said(version)}
    for pair in pairs_said(version):
        told |= {pair.number: NumberKind.PERSONAL_ID, pair.earlier: NumberKind.OLD_CARD}
    for number, kind in told.items():
        with Additions(connection) as adding:
            owner_filing.find_or_make(adding, filing, number, kind)
        this = owner_numbers.c.number_ref == number_reference(vault_of(connection), number)
        row = connection.execute(select(owner_numbers.c.since, owner_numbers.c.document_id).where(this)).one()
        if (since, version.id) < (row.since, row.document_id):
            connection.execute(update(owner_numbers).where(this).values(since=since, document_id=version.id))


def _newest(connection: Connection, document: DocumentId) -> Document | None:
    try:
        return document_rows.load(connection, document, version=None)
    except RecordMissingError:
        return None


def _known_of(connection: Connection, document: DocumentId, desk: str) -> int:
    """The newest version of the desk that was taken before; 0 for none."""
    query = select(carried_versions.c.desk_version).where(
        carried_versions.c.document_serial == serial_of(connection, document), carried_versions.c.desk == desk
    )
    return max(connection.execute(query).scalars(), default=0)


def version_here(connection: Connection, document: DocumentId, desk: str, version: int) -> int:
    """Which number a version of a desk has here; 0 when it did not come."""
    query = (
        select(carried_versions.c.version)
        .join(papers, papers.c.serial == carried_versions.c.document_serial)
        .where(
            papers.c.id == document,
            carried_versions.c.desk == desk,
            carried_versions.c.desk_version == version,
        )
    )
    return connection.execute(query).scalar() or 0


def _note(connection: Connection, saved: Document, *, desk: str, desk_version: int) -> None:
    connection.execute(
        _ADD_VERSION,
        {
            "document_serial": serial_of(connection, saved.id),
            "version": saved.version,
            "desk": desk,
            "desk_version": desk_version,
        },
    )
