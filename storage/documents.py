"""Documents: every save is a version more; the citizen index holds what the newest one says."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from dossier.codes import digitised_result_code
from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError, VersionConflictError
from dossier.ids import DocumentId
from dossier.persons import search_form
from storage import stamps
from storage.bodies import document_from_text, document_to_text, storable
from storage.schema import counters, document_objects, documents, name_tails, parties, versions

_NUMBER_FIELDS: Final = (
    "document_number",
    "serial_number",
    "certification_number",
    "licence_number",
    "business_code",
    "enterprise_code",
    "passport_number",
    "dossier_code",
)
"""Where a paper prints its own number, by type (vocabulary)."""

_INDEXED_WORDS: Final = 16


def save(connection: Connection, document: Document, *, result_type_code: Callable[[str], str]) -> Document:
    """Save the next version with its index entries; see ``Records.save_document``.

    Raises:
        VersionConflictError: the saved version is not the one before.
    """
    row = connection.execute(
        select(documents.c.serial, documents.c.version, documents.c.result_code).where(
            documents.c.id == document.id
        )
    ).first()
    if document.version != (row.version if row else 0) + 1:
        raise VersionConflictError(document.id)
    if document.state is DocumentState.FILED and not document.result_code:
        code = row.result_code if row and row.result_code else None
        document = replace(
            document, result_code=code or _next_code(connection, document, result_type_code(document.type))
        )
    serial = _save_current(connection, document, serial=row.serial if row else None)
    connection.execute(
        insert(versions).values(
            document_serial=serial, version=document.version, body=document_to_text(document)
        )
    )
    _index(connection, document, serial=serial)
    stamps.follow(connection, document, serial=serial)
    _name_object(connection, document, serial=serial)
    return document


def load(connection: Connection, document: DocumentId, *, version: int | None) -> Document:
    """The newest or the named version.

    Raises:
        RecordMissingError: there is none.
    """
    wanted = documents.c.version if version is None else version
    body = connection.execute(
        select(versions.c.body)
        .join(documents, documents.c.serial == versions.c.document_serial)
        .where(documents.c.id == document, versions.c.version == wanted)
    ).scalar()
    if body is None:
        raise RecordMissingError(document)
    return document_from_text(body)


def serial_of(connection: Connection, document: DocumentId) -> int:
    """The row of a saved document."""
    return int(connection.execute(select(documents.c.serial).where(documents.c.id == document)).scalar_one())


def accented_form(text: str) -> str:
    """Lower case NFC with one space between words, accents kept."""
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def _save_current(connection: Connection, document: Document, *, serial: int | None) -> int:
    values: dict[str, object] = {
        "id": document.id,
        "version": document.version,
        "item_id": document.item,
        "first_page": min(document.pages, default=0),
        "type": document.type,
        "state": document.state.value,
        # Several rows without a code are no duplicates of each other.
        "result_code": document.result_code or None,
    }
    if serial is None:
        made = connection.execute(insert(documents).values(**values).returning(documents.c.serial))
        return int(made.scalar_one())
    connection.execute(update(documents).where(documents.c.serial == serial).values(**values))
    return serial


def _next_code(connection: Connection, document: Document, type_code: str) -> str:
    owner = next((party.number for party in document.owners if party.number), "")
    number = next((found for name in _NUMBER_FIELDS if (found := document.value(name))), "")

    def code(order: int) -> str:
        return digitised_result_code(owner=owner, type_code=type_code, number=number, order=order)

    prefix = code(1).rpartition(".")[0]
    last = connection.execute(select(counters.c.last).where(counters.c.prefix == prefix)).scalar()
    if last is None:
        connection.execute(insert(counters).values(prefix=prefix, last=1))
        return code(1)
    connection.execute(update(counters).where(counters.c.prefix == prefix).values(last=last + 1))
    return code(last + 1)


def _name_object(connection: Connection, document: Document, *, serial: int) -> None:
    if document.object_sha256 is None:
        return
    row = {"sha256": document.object_sha256, "document_serial": serial}
    is_same = (document_objects.c.sha256 == row["sha256"]) & (document_objects.c.document_serial == serial)
    if connection.execute(select(document_objects.c.sha256).where(is_same)).first() is None:
        connection.execute(insert(document_objects).values(**row))


def _index(connection: Connection, document: Document, *, serial: int) -> None:
    if document.version > 1:
        connection.execute(delete(parties).where(parties.c.document_serial == serial))
        connection.execute(delete(name_tails).where(name_tails.c.document_serial == serial))
    rows = [
        {
            "document_serial": serial,
            "position": position,
            "role": party.role.value,
            "relation": party.relation,
            "number": party.number,
            "name": storable(party.name),
            "name_search": search_form(storable(party.name)),
            "birth": party.birth,
        }
        for position, party in enumerate(document.parties)
    ]
    if rows:
        connection.execute(insert(parties), rows)
    tails = {tail: bare for party in document.parties for tail, bare in _tails(party.name)}
    if tails:
        connection.execute(
            insert(name_tails),
            [{"document_serial": serial, "accented": tail, "bare": bare} for tail, bare in tails.items()],
        )


def _tails(name: str) -> Sequence[tuple[str, str]]:
    """Every tail of the name that starts at a word, accented and bare, closed by a space."""
    words = accented_form(storable(name)).split()[:_INDEXED_WORDS]
    tails = [" ".join(words[start:]) for start in range(len(words))]
    return [(f"{tail} ", f"{search_form(tail)} ") for tail in tails]
