"""Find papers: by item, by owner, by name, by what waits. Every question is one range of one index.

Lists are cut by keys, never by counting: the next page begins after the last paper of the one before. Which
papers stand on a page is read from the indexes alone; only these are then opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
    union_all,
)

from dossier.documents import Document, DocumentState, PartyRole
from dossier.errors import RecordMissingError
from dossier.ids import DocumentId, ItemId
from dossier.queries import PaperQuery
from storage import names
from storage.desk_tables import sign_waits
from storage.documents import bodies, number_reference, opened
from storage.owner_rows import group_of_bearer
from storage.schema import (
    document_index,
    document_names,
    documents,
    name_tokens,
    owner_numbers,
    parties,
    versions,
)
from storage.vault import vault_of


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a paper stands in lists."""

    day: str
    serial: int


_OWN_ROLES: Final = (PartyRole.OWNER.value,)
_ALL_ROLES: Final = tuple(role.value for role in PartyRole)

_NEWEST: Final = bodies().where(documents.c.version == versions.c.version)

_BORNE: Final = parties.c.number_ref.in_(
    union_all(
        select(bindparam("reference", type_=String)),
        select(owner_numbers.c.number_ref).where(
            owner_numbers.c.owner_id.in_(bindparam("records", expanding=True))
        ),
    )
)
"""A number itself, whether or not the store has a record of it, and all numbers of its bearer's records."""

# Made once: making a statement costs more than asking it.
_OF_OWNER_ANY_TYPE: Final = _NEWEST.where(
    documents.c.serial.in_(
        select(parties.c.document_serial).where(
            _BORNE, parties.c.role.in_(bindparam("roles", expanding=True))
        )
    )
).order_by(documents.c.serial.desc())
_OF_OWNER: Final = _OF_OWNER_ANY_TYPE.where(documents.c.type.in_(bindparam("types", expanding=True)))
_OF_SERIALS: Final = _NEWEST.where(documents.c.serial.in_(bindparam("serials", expanding=True)))


def of_item(connection: Connection, item: ItemId) -> Sequence[Document]:
    """Newest versions, by first page; papers whose pages went into others are none of them."""
    is_there = documents.c.state != DocumentState.DISSOLVED.value
    query = _NEWEST.where(documents.c.item_id == item, is_there)
    return _read(connection, query.order_by(documents.c.first_page, documents.c.serial))


def of_owner(
    connection: Connection, number: str, *, types: Sequence[str], related: bool
) -> Sequence[Document]:
    """Papers of the bearer of an identity number, newest first. No number finds nothing."""
    if not number:
        return []
    rows = connection.execute(
        _OF_OWNER if types else _OF_OWNER_ANY_TYPE,
        {
            **_borne(connection, number),
            "roles": list(_ALL_ROLES if related else _OWN_ROLES),
            **({"types": list(types)} if types else {}),
        },
    )
    return [opened(connection, row) for row in rows]


def waiting(connection: Connection, *, limit: int) -> Sequence[Document]:
    """Papers that wait for a person, oldest first."""
    query = _NEWEST.where(documents.c.state == DocumentState.WAITING.value)
    return _read(connection, query.order_by(documents.c.serial).limit(limit))


def count_waiting(connection: Connection) -> int:
    """How many papers wait for a checker; none of them is read, and what waits for a signer is left out."""
    query = (
        select(func.count()).select_from(documents).where(documents.c.state == DocumentState.WAITING.value)
    )
    signers = select(func.count()).select_from(sign_waits)
    return int(connection.execute(query).scalar_one()) - int(connection.execute(signers).scalar_one())


def find(
    connection: Connection, query: PaperQuery, *, after: DocumentId | None, limit: int
) -> Sequence[Document]:
    """The papers of one page: without a name the newest filed first, with one as ``storage.names`` says.

    Raises:
        RecordMissingError: there is no paper ``after``, or it is none of those asked for.
    """
    if query.is_empty:
        return []
    place = _place(connection, after) if after is not None else None
    if query.name.strip():
        token = names.query_token(vault_of(connection), query.name, accents=query.accents)
        if token is None:
            return []
        page = _by_name(connection, query, token, place=place)
    else:
        page = _by_day(connection, query, place=place)
    serials = [row.document_serial for row in connection.execute(page.limit(limit))]
    found = {row.document_serial: row for row in connection.execute(_OF_SERIALS, {"serials": serials})}
    return [opened(connection, found[serial]) for serial in serials]


def _read(connection: Connection, query: Select[tuple[int, int, bytes, str, bytes]]) -> Sequence[Document]:
    return [opened(connection, row) for row in connection.execute(query)]


def _borne(connection: Connection, number: str) -> dict[str, object]:
    """What is to be filled into ``_BORNE``."""
    group = group_of_bearer(connection, number)
    records = list(group.members) if group is not None else []
    return {"reference": number_reference(vault_of(connection), number), "records": records}


def _bearing(connection: Connection, number: str, *, related: bool) -> Select[tuple[int]]:
    serials = select(parties.c.document_serial).where(_BORNE).params(_borne(connection, number))
    return serials if related else serials.where(parties.c.role == PartyRole.OWNER.value)


def _place(connection: Connection, after: DocumentId) -> _Place:
    row = connection.execute(
        select(document_index.c.day, document_index.c.document_serial)
        .join(documents, documents.c.serial == document_index.c.document_serial)
        .where(documents.c.id == after)
    ).first()
    if row is None:
        raise RecordMissingError(after)
    return _Place(row.day, row.document_serial)


def _by_day(connection: Connection, query: PaperQuery, *, place: _Place | None) -> Select[tuple[int]]:
    columns = document_index.c
    page = select(columns.document_serial).where(*_narrowed(connection, query))
    if place is not None:
        before = tuple_(columns.day, columns.document_serial) < tuple_(place.day, place.serial)
        page = page.where(before)
    return page.order_by(columns.day.desc(), columns.document_serial.desc())


def _by_name(
    connection: Connection, query: PaperQuery, token: int, *, place: _Place | None
) -> Select[tuple[int]]:
    serial = document_names.c.document_serial
    page = (
        select(serial)
        .join(name_tokens, name_tokens.c.name_id == document_names.c.name_id)
        .where(name_tokens.c.token == token, ~_under_a_later_name(token))
        .order_by(name_tokens.c.name_id.desc(), serial.desc())
    )
    narrowed = _narrowed(connection, query)
    if narrowed:
        page = page.join(document_index, document_index.c.document_serial == serial).where(*narrowed)
    if place is not None:
        name = _last_name(connection, token, place.serial)
        # Said of each table by itself: a pair from two of them is a range of no index.
        page = page.where(
            name_tokens.c.name_id <= name,
            document_names.c.name_id <= name,
            or_(document_names.c.name_id < name, serial < place.serial),
        )
    return page


def _under_a_later_name(token: int) -> ColumnElement[bool]:
    """A paper that bears several of the names stands under the latest of them, once."""
    other, theirs = document_names.alias("other"), name_tokens.alias("theirs")
    return exists().where(
        other.c.document_serial == document_names.c.document_serial,
        other.c.name_id > document_names.c.name_id,
        theirs.c.name_id == other.c.name_id,
        theirs.c.token == token,
    )


def _last_name(connection: Connection, token: int, serial: int) -> int:
    found = connection.execute(
        select(document_names.c.name_id)
        .join(name_tokens, name_tokens.c.name_id == document_names.c.name_id)
        .where(document_names.c.document_serial == serial, name_tokens.c.token == token)
        .order_by(document_names.c.name_id.desc())
        .limit(1)
    ).scalar()
    if found is None:
        raise RecordMissingError(str(serial))
    return int(found)


def _narrowed(connection: Connection, query: PaperQuery) -> list[ColumnElement[bool]]:
    """What must hold of a row of the index besides the name."""
    columns = document_index.c
    found: list[ColumnElement[bool]] = []
    if query.number:
        bearing = _bearing(connection, query.number, related=query.related)
        found.append(columns.document_serial.in_(bearing))
    if query.types:
        found.append(columns.type.in_(query.types))
    if query.dossier:
        found.append(columns.dossier == query.dossier)
    if query.office:
        found.append(columns.office == query.office)
    if query.since or query.until:
        since = query.since.isoformat() if query.since else "0"
        found.append(
            and_(columns.day >= since, columns.day <= (query.until.isoformat() if query.until else "9"))
        )
    return found
