"""What filing a paper does to owners, in the transaction of the filing.

The bearer of each number is found or made, what the paper says of them is kept, records worth comparing are
proposed, and a paper that surely states two numbers of one person links their records.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, union_all

from dossier.documents import Document, DocumentState
from dossier.ids import DocumentId, OwnerId, owner_id, proposal_id
from dossier.names import name_key
from dossier.owners import LinkAction, OwnerKind, OwnerLink, kind_of, paper_token
from dossier.persons import NumberKind, identity_number, personal_id
from dossier.proposals import STATED, Proposal, Strength, propose
from dossier.said import NumberSaid, PairSaid, Reading, numbers_said, pairs_said
from storage.applicants import follow_links
from storage.bodies import moment_to_text, said_to_text, storable
from storage.counter_tables import unnumbered_owners
from storage.documents import bodies, key_of, number_reference, opened
from storage.documents import load as load_document
from storage.owner_rows import (
    UNNAMED,
    append,
    entries_between,
    group_of,
    load,
    load_each,
    number_place,
    record_of,
    said_place,
)
from storage.ready import Additions, Ready
from storage.schema import (
    documents,
    owner_names,
    owner_numbers,
    owner_proposals,
    owners,
    versions,
)
from storage.vault import RecordKey, vault_of

_MOST_COMPARED: Final = 50
"""Records of one family name, given name and birth year that a new one is compared with at most."""


PAPER_DIFFERS: Final = "merge.paper_differs"
"""Why a link was undone that nobody decided about: two stores read its paper differently."""

# Statements of every filing stand ready: to build one costs more than to run it.
_KNOWN_NUMBER: Final = Ready(
    select(owner_numbers.c.number_ref).where(owner_numbers.c.number_ref == bindparam("reference"))
)
_KINDS: Final = select(owner_numbers.c.kind).where(owner_numbers.c.owner_id == bindparam("record"))
_ALIKE: Final = (
    select(owner_names.c.owner_id)
    .join(owner_numbers, owner_numbers.c.owner_id == owner_names.c.owner_id)
    .where(
        owner_names.c.match_ref.in_(
            select(owner_names.c.match_ref).where(
                owner_names.c.owner_id == bindparam("record"), owner_names.c.match_ref != ""
            )
        ),
        owner_names.c.owner_id != bindparam("record"),
    )
    .group_by(owner_names.c.owner_id)
    .order_by(owner_names.c.owner_id)
    .limit(_MOST_COMPARED)
)
_ALIKE_UNNUMBERED: Final = (
    select(unnumbered_owners.c.owner_id)
    .where(
        unnumbered_owners.c.match_ref.in_(
            select(owner_names.c.match_ref).where(
                owner_names.c.owner_id == bindparam("record"), owner_names.c.match_ref != ""
            )
        ),
        unnumbered_owners.c.owner_id != bindparam("record"),
    )
    .order_by(unnumbered_owners.c.owner_id)
    .limit(_MOST_COMPARED)
)
# Two 12-digit numbers are two people: of the many of one name and year only the others matter.
_ALIKE_OLD: Final = _ALIKE.where(owner_numbers.c.kind != NumberKind.PERSONAL_ID.value)


def _with_unnumbered(alike: Select[str]) -> Ready:
    """The same, and owners without a number: one question to the server."""
    numbered, without = alike.subquery(), _ALIKE_UNNUMBERED.subquery()
    return Ready(union_all(select(numbered.c.owner_id), select(without.c.owner_id)))


_OTHERS: Final = _with_unnumbered(_ALIKE)
_OTHERS_OLD: Final = _with_unnumbered(_ALIKE_OLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A filed paper as the owners are told of it.

    Attributes:
        document: as saved.
        key: of its record, which knows its row.
        namespace: ids are derived in it.
        actor: who files it.
        at: when a link it makes is entered; without it the paper links nothing by itself.
    """

    document: Document
    key: RecordKey
    namespace: uuid.UUID
    actor: str
    at: datetime | None


def file(adding: Additions, filing: Filing) -> tuple[OwnerLink, ...]:
    """Keep what the paper says about owners, and no more what an earlier version said; twice is once.

    All that was collected until then is sent.

    Returns:
        The links it made.
    """
    connection = adding.connection
    if filing.document.version > 1:
        connection.execute(delete(owner_names).where(owner_names.c.document_serial == filing.key.serial))
    if filing.document.state is not DocumentState.FILED:
        adding.send()
        return ()
    touched: list[FoundRecord] = []
    for position, said in enumerate(numbers_said(filing.document)):
        if touched:
            # It may be the number before once more.
            adding.send()
        touched.append(_keep(adding, filing, said, position=position))
    adding.send()
    pairs = pairs_said(filing.document)
    links = [_state(connection, filing, pair) for pair in pairs]
    for found in touched:
        _compare(connection, found, namespace=filing.namespace)
        # No entry is about a record that this paper made, unless the paper itself states something.
        if pairs or not found.is_new:
            links += _look_again(connection, filing, found.id)
    made = tuple(link for link in links if link is not None)
    follow_links(connection, {end for link in made for end in (link.left, link.right)})
    return made


def fill(connection: Connection, *, namespace: uuid.UUID, actor: str, at: datetime) -> tuple[OwnerLink, ...]:
    """Make the owners of a store whose papers were filed before there were any.

    Returns:
        The links it made; none, and nothing else, when there are owners already.
    """
    if connection.execute(select(owners.c.serial).limit(1)).first() is not None:
        return ()
    rows = connection.execute(
        bodies()
        .where(
            documents.c.version == versions.c.version,
            documents.c.state == DocumentState.FILED.value,
        )
        .order_by(documents.c.serial)
        .execution_options(yield_per=200)
    )
    made: list[OwnerLink] = []
    for row in rows:
        document = opened(connection, row)
        filing = Filing(
            document=document,
            key=key_of(connection, row.document_serial),
            namespace=namespace,
            actor=actor,
            at=at,
        )
        made += file(Additions(connection), filing)
    return tuple(made)


def link_by_another(
    connection: Connection, undone: OwnerLink, *, namespace: uuid.UUID, actor: str, at: datetime
) -> OwnerLink | None:
    """Link two records by another paper that states the same, once the paper of their link is in question.

    So that it makes no difference which of the papers came first.
    """
    for stated in group_of(connection, undone.left).history:
        if stated.document is None or stated.document == undone.document:
            continue
        if {stated.left, stated.right} != {undone.left, undone.right}:
            continue
        reading = reading_now(connection, stated) or Reading.DOUBTFUL
        judged = _certain(connection, stated.left, stated.right, paper=stated.document, reading=reading)
        if judged is not None:
            link = replace(stated, action=LinkAction.LINK, at=at, actor=actor, because=judged.because)
            return append(connection, link, namespace=namespace)
    return None


def propose_pair(connection: Connection, left: OwnerId, right: OwnerId, *, namespace: uuid.UUID) -> None:
    """Keep a pair as worth judging, once."""
    identity = proposal_id(namespace, left, right)
    known = select(owner_proposals.c.serial).where(owner_proposals.c.id == identity)
    if connection.execute(known).first() is None:
        left, right = sorted((left, right))
        connection.execute(insert(owner_proposals).values(id=identity, left_owner=left, right_owner=right))


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """The record of a number, found or made."""

    id: OwnerId
    kind: NumberKind
    is_new: bool


def find_or_make(adding: Additions, filing: Filing, number: str, kind: NumberKind) -> FoundRecord:
    """The record of a number. Writers take their turn, so nobody makes it in between.

    Args:
        adding: holds no number that was not sent.
        filing: the paper that states it.
        number: as the paper prints it.
        kind: of number.
    """
    connection = adding.connection
    record = owner_id(filing.namespace, number)
    vault = vault_of(connection)
    reference = number_reference(vault, number)
    is_new = _KNOWN_NUMBER.first(connection, {"reference": reference}) is None
    if is_new:
        since = filing.document.filed_at or filing.at
        adding.add(owners, {"id": record, "kind": kind_of(kind).value})
        adding.add(
            owner_numbers,
            {
                "number_ref": reference,
                "number": vault.seal(number, place=number_place(reference)),
                "owner_id": record,
                "kind": kind.value,
                "since": moment_to_text(since) if since else "",
                "document_id": filing.document.id,
            },
        )
    return FoundRecord(record, kind, is_new)


def _keep(adding: Additions, filing: Filing, entry: NumberSaid, *, position: int) -> FoundRecord:
    found = find_or_make(adding, filing, entry.number, entry.kind)
    keep_said(adding, filing.key, entry, record=found.id, position=position)
    return found


def keep_said(
    adding: Additions, key: RecordKey, entry: NumberSaid, *, record: OwnerId, position: int
) -> None:
    """Keep what a paper says of the bearer of a number, sealed with the key of the paper."""
    said = replace(
        entry.said,
        **{name: storable(getattr(entry.said, name)) for name in ("name", "mother", "father", "residence")},
    )
    adding.add(
        owner_names,
        {
            "document_serial": key.serial,
            "position": position,
            "owner_id": record,
            "match_ref": vault_of(adding.connection).reference("match", _match_key(entry)),
            "said": key.seal(said_to_text(said), place=said_place(position)),
        },
    )


def _match_key(entry: NumberSaid) -> str:
    if kind_of(entry.kind) is OwnerKind.ORGANISATION:
        return ""
    parsed = personal_id(entry.number)
    year = entry.said.birth[:4] or (str(parsed.birth_year) if parsed else "")
    key = name_key(storable(entry.said.name))
    return f"{key} {year}" if key and year else ""


def _compare(connection: Connection, found: FoundRecord, *, namespace: uuid.UUID) -> None:
    """Propose the records of the same name and year that may be this one."""
    record = found.id
    kinds = (
        {found.kind.value} if found.is_new else set(connection.execute(_KINDS, {"record": record}).scalars())
    )
    others = _alike(connection, record, only_old=NumberKind.PERSONAL_ID.value in kinds)
    if not others:
        return
    ours = load(connection, {record})
    for other in load_each(connection, others):
        proposal = propose(ours, other)
        if proposal is not None and proposal.strength > Strength.WEAK:
            propose_pair(connection, record, other.id, namespace=namespace)


def _alike(connection: Connection, record: OwnerId, *, only_old: bool) -> Sequence[OwnerId]:
    found = (_OTHERS_OLD if only_old else _OTHERS).rows(connection, {"record": record})
    return [OwnerId(each) for (each,) in dict.fromkeys(found)]


def _state(connection: Connection, filing: Filing, pair: PairSaid) -> OwnerLink | None:
    """Enter that the paper gives two numbers to one person; the link, when it made one."""
    if filing.at is None:
        return None
    left, right = (_record(connection, filing, number) for number in (pair.number, pair.earlier))
    paper = filing.document.id
    between = entries_between(group_of(connection, left), group_of(connection, right))
    # What was undone while its paper was in question is stated anew by the paper that is filed again.
    loosened = {entry.undoes for entry in between if PAPER_DIFFERS in entry.because}
    if any(
        entry.document == paper and {entry.left, entry.right} == {left, right} and entry.id not in loosened
        for entry in between
    ):
        return None
    propose_pair(connection, left, right, namespace=filing.namespace)
    judged = _certain(connection, left, right, paper=paper, reading=pair.reading)
    entry = OwnerLink(
        id=UNNAMED,
        order=0,
        action=LinkAction.LINK if judged is not None else LinkAction.STATED,
        left=left,
        right=right,
        at=filing.at,
        actor=filing.actor,
        because=judged.because if judged is not None else (STATED, paper_token(paper)),
        document=paper,
    )
    kept = append(connection, entry, namespace=filing.namespace)
    return kept if judged is not None else None


def _look_again(connection: Connection, filing: Filing, record: OwnerId) -> Iterator[OwnerLink]:
    """Links that an earlier paper's statement makes, now that more is known of a record.

    So that the order in which the papers of a person are filed makes no difference.
    """
    if filing.at is None:
        return
    for stated in group_of(connection, record).history:
        if stated.action is not LinkAction.STATED or stated.document is None:
            continue
        reading = reading_now(connection, stated) or Reading.DOUBTFUL
        judged = _certain(connection, stated.left, stated.right, paper=stated.document, reading=reading)
        if judged is not None:
            link = replace(
                stated,
                action=LinkAction.LINK,
                at=filing.at,
                actor=filing.actor,
                because=judged.because,
            )
            yield append(connection, link, namespace=filing.namespace)


def reading_now(connection: Connection, stated: OwnerLink) -> Reading | None:
    """How surely the newest version of an entry's paper states the two numbers; nothing: not at all."""
    if stated.document is None:
        return None
    paper = load_document(connection, stated.document, version=None)
    wanted = {stated.left, stated.right}
    pairs = pairs_said(paper) if paper.state is DocumentState.FILED else ()
    return max(
        (
            pair.reading
            for pair in pairs
            if {record_of(connection, pair.number), record_of(connection, pair.earlier)} == wanted
        ),
        default=None,
    )


def _certain(
    connection: Connection, left: OwnerId, right: OwnerId, *, paper: DocumentId, reading: Reading
) -> Proposal | None:
    """What speaks for two records, when a paper makes it certain and nobody said otherwise."""
    ours, theirs = group_of(connection, left), group_of(connection, right)
    if right in ours.members or any(_is_decided(entry) for entry in entries_between(ours, theirs)):
        return None
    both = load(connection, ours.members), load(connection, theirs.members)
    alone = propose(*both)
    sure = reading is Reading.SURE or (
        reading is Reading.FAIR and alone is not None and alone.strength >= Strength.LIKELY
    )
    judged = propose(*both, papers=[paper], sure=sure)
    return judged if judged is not None and judged.strength is Strength.CERTAIN else None


def _is_decided(entry: OwnerLink) -> bool:
    """Whether a person said that the two are two; that a paper is in question says nothing about them."""
    return entry.action in (LinkAction.REFUSE, LinkAction.UNLINK) and PAPER_DIFFERS not in entry.because


def _record(connection: Connection, filing: Filing, number: str) -> OwnerId:
    """The record of a number as a paper prints it."""
    parsed = identity_number(number)
    kind = parsed[1] if parsed is not None else NumberKind.OLD_CARD
    with Additions(connection) as adding:
        return find_or_make(adding, filing, number, kind).id
