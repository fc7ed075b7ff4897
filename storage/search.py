"""Find papers: by item, by owner, by name, by what waits. Every question is one range of one index."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Select, select

from dossier.documents import Document, DocumentState, PartyRole
from dossier.ids import ItemId
from dossier.persons import search_form
from storage.bodies import document_from_text
from storage.documents import accented_form
from storage.schema import documents, name_tails, parties, versions

_AFTER_SPACE = "!"
"""The character after the space in code point order: closes the range of texts that start with a word."""


def _newest() -> Select[str]:
    return select(versions.c.body).join(
        documents,
        (documents.c.serial == versions.c.document_serial) & (documents.c.version == versions.c.version),
    )


def _read(connection: Connection, query: Select[str]) -> Sequence[Document]:
    return [document_from_text(body) for body in connection.execute(query).scalars()]


def of_item(connection: Connection, item: ItemId) -> Sequence[Document]:
    """Newest versions, by first page."""
    return _read(
        connection,
        _newest().where(documents.c.item_id == item).order_by(documents.c.first_page, documents.c.serial),
    )


def of_owner(
    connection: Connection, numbers: Sequence[str], *, types: Sequence[str], related: bool
) -> Sequence[Document]:
    """Papers of the bearer of these identity numbers, newest first. No number finds nothing."""
    if not numbers:
        return []
    serials = select(parties.c.document_serial).where(parties.c.number.in_(numbers))
    if not related:
        serials = serials.where(parties.c.role == PartyRole.OWNER.value)
    query = _newest().where(documents.c.serial.in_(serials)).order_by(documents.c.serial.desc())
    if types:
        query = query.where(documents.c.type.in_(types))
    return _read(connection, query)


def named(connection: Connection, name: str, *, limit: int) -> Sequence[Document]:
    """Papers with a party whose name holds these words in this order, newest first."""
    bare, accented = search_form(name), accented_form(name)
    if not bare:
        return []
    column, words = (name_tails.c.bare, bare) if bare == accented else (name_tails.c.accented, accented)
    serials = select(name_tails.c.document_serial).where(
        column >= f"{words} ", column < f"{words}{_AFTER_SPACE}"
    )
    return _read(
        connection,
        _newest().where(documents.c.serial.in_(serials)).order_by(documents.c.serial.desc()).limit(limit),
    )


def waiting(connection: Connection, *, limit: int) -> Sequence[Document]:
    """Papers that wait for a person, oldest first."""
    return _read(
        connection,
        _newest()
        .where(documents.c.state == DocumentState.WAITING.value)
        .order_by(documents.c.serial)
        .limit(limit),
    )
