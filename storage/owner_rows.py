"""Owners read from their rows: a record, the records that are one with it, and the history of their links."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import BindParameter, Connection, Row, bindparam, func, insert, or_, select, union_all

from dossier.errors import OwnerMissingError
from dossier.ids import DocumentId, LinkId, OwnerId, link_id
from dossier.owners import LinkAction, Owner, OwnerKind, OwnerLink, OwnerNumber, joined, members
from dossier.persons import NumberKind
from dossier.said import Said
from storage import unnumbered
from storage.bodies import moment_from_text, moment_to_text, said_from_text
from storage.documents import number_reference
from storage.schema import document_keys, owner_links, owner_names, owner_numbers, owners
from storage.value_lists import ListStatement
from storage.vault import WrappedKey, vault_of

_PAGE: Final = 200

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

UNNAMED: Final = LinkId("")
"""Id of an entry before ``append`` gives it one."""


_RECORDS: Final[BindParameter[str]] = bindparam("records", expanding=True)

# Made once: every look-up of a person asks these, and making a statement costs more than asking it.
_RECORD: Final = select(owner_numbers.c.owner_id).where(owner_numbers.c.number_ref == bindparam("reference"))
_ENTRIES: Final = ListStatement(
    select(owner_links).where(
        or_(owner_links.c.left_owner.in_(_RECORDS), owner_links.c.right_owner.in_(_RECORDS))
    )
)
_REFERENCES: Final[BindParameter[str]] = bindparam("references", expanding=True)
_BEARERS: Final = ListStatement(
    union_all(
        select(owner_numbers.c.number_ref, owner_numbers.c.owner_id, owner_links)
        .outerjoin(owner_links, owner_links.c.left_owner == owner_numbers.c.owner_id)
        .where(owner_numbers.c.number_ref.in_(_REFERENCES)),
        select(owner_numbers.c.number_ref, owner_numbers.c.owner_id, owner_links)
        .join(owner_links, owner_links.c.right_owner == owner_numbers.c.owner_id)
        .where(owner_numbers.c.number_ref.in_(_REFERENCES)),
    )
)
"""The records of numbers, with every entry about them: a server is asked once where it would be twice."""


@dataclass(frozen=True, slots=True)
class Group:
    """Records that are one owner, and every entry about any of them."""

    members: frozenset[OwnerId]
    history: tuple[OwnerLink, ...]


def number_place(reference: str) -> str:
    """What a sealed number is bound to."""
    return f"owner_numbers/{reference}/number"


def said_place(position: int) -> str:
    """What a sealed statement is bound to, besides its document."""
    return f"owner_names/{position}/said"


def record_of(connection: Connection, number: str) -> OwnerId | None:
    """The record of an identity number."""
    reference = number_reference(vault_of(connection), number)
    found = connection.execute(_RECORD, {"reference": reference}).scalar()
    return OwnerId(found) if found is not None else None


def group_of(connection: Connection, record: OwnerId) -> Group:
    """The records that are one with this one now."""
    group = _Growing(record)
    for entry in _entries(connection, {record}):
        group.learn(entry)
    _grow(connection, [group])
    return group.grown()


def group_of_bearer(connection: Connection, number: str) -> Group | None:
    """The records that are the bearer of an identity number; nothing when the store has no record."""
    reference = number_reference(vault_of(connection), number)
    return groups_of_bearers(connection, [reference]).get(reference)


def groups_of_bearers(connection: Connection, references: Iterable[str]) -> dict[str, Group]:
    """The records that are the bearers of identity numbers, by reference; without those nobody knows."""
    groups: dict[str, _Growing] = {}
    for row in _BEARERS.rows(connection, "references", references):
        group = groups.setdefault(row.number_ref, _Growing(OwnerId(row.owner_id)))
        if row.id is not None:
            group.learn(_entry(row))
    _grow(connection, groups.values())
    return {reference: group.grown() for reference, group in groups.items()}


def numbers_of(connection: Connection, number: str) -> tuple[str, ...]:
    """All numbers of the bearer of a number, that number first; itself alone when the store has no record."""
    group = group_of_bearer(connection, number)
    if group is None:
        return (number,)
    found = _numbers(connection, group.members).values()
    others = sorted(known.number for numbers in found for known in numbers)
    return (number, *(other for other in others if other != number))


def load(connection: Connection, records: Collection[OwnerId]) -> Owner:
    """Records as the one owner they are.

    Raises:
        OwnerMissingError: none of them exists.
    """
    found = load_each(connection, records)
    if not found:
        raise OwnerMissingError(next(iter(records), ""))
    return joined(found)


def load_each(connection: Connection, records: Collection[OwnerId]) -> Sequence[Owner]:
    """Each of the records alone, the oldest first.

    The oldest is the one whose number was stated by the paper that was filed first, and not the one whose row
    came first: bundles of two desks make the same owner, whichever of them is imported first.
    """
    numbers = _numbers(connection, records)
    said = _said(connection, records)
    rows = connection.execute(select(owners.c.id, owners.c.kind).where(owners.c.id.in_(records)))
    found = [
        Owner(
            id=OwnerId(row.id),
            kind=OwnerKind(row.kind),
            members=(OwnerId(row.id),),
            numbers=numbers.get(row.id, ()),
            said=tuple(said.get(row.id, ())),
        )
        for row in rows
    ]
    return sorted(found, key=_age)


def _age(owner: Owner) -> tuple[datetime, OwnerId]:
    known = [number.since for number in owner.numbers if number.since is not None]
    return min(known, default=_LONG_AGO), owner.id


def records_after(connection: Connection, after: OwnerId | None) -> Iterator[OwnerId]:
    """Ids of records, the oldest first, from the one after ``after`` on."""
    query = select(owners.c.id).order_by(owners.c.serial)
    if after is not None:
        query = query.where(
            owners.c.serial > select(owners.c.serial).where(owners.c.id == after).scalar_subquery()
        )
    # Closed here: whoever has seen enough stops in the middle.
    with connection.execute(query.execution_options(yield_per=_PAGE)) as rows:
        for found in rows.scalars():
            yield OwnerId(found)


def entry_of(connection: Connection, link: LinkId) -> OwnerLink:
    """One entry of the history.

    Raises:
        OwnerMissingError: there is none of that id.
    """
    row = connection.execute(select(owner_links).where(owner_links.c.id == link)).first()
    if row is None:
        raise OwnerMissingError(link)
    return _entry(row)


def entries_between(left: Group, right: Group) -> tuple[OwnerLink, ...]:
    """The entries about a record of one side and a record of the other, in their order."""
    return tuple(
        entry
        for entry in left.history
        if (entry.left in left.members and entry.right in right.members)
        or (entry.left in right.members and entry.right in left.members)
    )


def append(connection: Connection, entry: OwnerLink, *, namespace: uuid.UUID) -> OwnerLink:
    """Add an entry to the history; its id and its place are given here."""
    left, right = sorted((entry.left, entry.right))
    earlier = connection.execute(
        select(func.count())
        .select_from(owner_links)
        .where(owner_links.c.left_owner == left, owner_links.c.right_owner == right)
    ).scalar_one()
    added = connection.execute(
        insert(owner_links)
        .values(
            id=link_id(namespace, left, right, turn=earlier + 1),
            action=entry.action.value,
            left_owner=left,
            right_owner=right,
            at=moment_to_text(entry.at),
            actor=entry.actor,
            because=" ".join(entry.because),
            document_id=entry.document or "",
            undoes=entry.undoes,
        )
        .returning(owner_links)
    ).one()
    return _entry(added)


class _Growing:
    """A group whose history becomes known step by step."""

    def __init__(self, record: OwnerId) -> None:
        self.members = frozenset({record})
        self.asked = self.members
        self._record = record
        self._history: dict[int, OwnerLink] = {}

    def learn(self, entry: OwnerLink) -> None:
        """An entry about one of the members."""
        self._history[entry.order] = entry

    def frontier(self) -> frozenset[OwnerId]:
        """Members whose entries were not asked for yet."""
        self.members = members(self._record, self._history.values())
        return self.members - self.asked

    def grown(self) -> Group:
        """The group, once there is no frontier."""
        return Group(self.members, tuple(self._history[order] for order in sorted(self._history)))


def _grow(connection: Connection, groups: Collection[_Growing]) -> None:
    """Ask for the entries of new members, of all groups together, until no member is new."""
    growing = {group: new for group in groups if (new := group.frontier())}
    while growing:
        entries = _entries(connection, frozenset().union(*growing.values()))
        for group, asked in growing.items():
            group.asked |= asked
            for entry in entries:
                if entry.left in asked or entry.right in asked:
                    group.learn(entry)
        growing = {group: new for group in growing if (new := group.frontier())}


def _entries(connection: Connection, records: Collection[OwnerId]) -> Sequence[OwnerLink]:
    return [_entry(row) for row in _ENTRIES.rows(connection, "records", records)]


def _entry(row: Row[tuple[object, ...]]) -> OwnerLink:
    return OwnerLink(
        id=LinkId(row.id),
        order=row.serial,
        action=LinkAction(row.action),
        left=OwnerId(row.left_owner),
        right=OwnerId(row.right_owner),
        at=moment_from_text(row.at),
        actor=row.actor,
        because=tuple(row.because.split()),
        document=DocumentId(row.document_id) if row.document_id else None,
        undoes=LinkId(row.undoes) if row.undoes else None,
    )


def _numbers(connection: Connection, records: Collection[OwnerId]) -> dict[str, tuple[OwnerNumber, ...]]:
    rows = connection.execute(select(owner_numbers).where(owner_numbers.c.owner_id.in_(records)))
    vault = vault_of(connection)
    clear = [(vault.unseal(row.number, place=number_place(row.number_ref)), row) for row in rows]
    found: dict[str, tuple[OwnerNumber, ...]] = {}
    for text, row in sorted(clear, key=lambda pair: pair[0]):
        number = OwnerNumber(
            number=text,
            kind=NumberKind(row.kind),
            since=moment_from_text(row.since) if row.since else None,
            document=DocumentId(row.document_id) if row.document_id else None,
        )
        found[row.owner_id] = (*found.get(row.owner_id, ()), number)
    return found


def _said(connection: Connection, records: Collection[OwnerId]) -> dict[str, list[Said]]:
    """What papers say about each record: every statement once, in the order it was first made."""
    rows = connection.execute(
        select(owner_names, document_keys.c.key_id, document_keys.c.wrapped)
        .join(document_keys, document_keys.c.document_serial == owner_names.c.document_serial)
        .where(owner_names.c.owner_id.in_(records))
        .order_by(owner_names.c.document_serial, owner_names.c.position)
    )
    vault = vault_of(connection)
    found: dict[str, dict[Said, None]] = {}
    for row in rows:
        key = vault.open_key(WrappedKey(row.key_id, row.wrapped), serial=row.document_serial)
        said = said_from_text(key.unseal(row.said, place=said_place(row.position)))
        found.setdefault(row.owner_id, {})[said] = None
    for owner, told in unnumbered.told_of(connection, records).items():
        found.setdefault(owner, {})[Said(name=told.name, birth=told.birth)] = None
    return {owner: list(said) for owner, said in found.items()}
