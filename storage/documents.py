"""Documents: every save is a version more; the citizen index holds what the newest one says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, text, update

from dossier.bundles import order_in_part
from dossier.codes import digitised_result_code, office_of
from dossier.documents import Document, DocumentState
from dossier.errors import RecordDamagedError, RecordMissingError, VersionConflictError
from dossier.ids import DocumentId
from dossier.moments import VIETNAM
from dossier.persons import is_ours
from storage import names, sign_rows, stamps
from storage.bodies import document_from_text, document_to_text
from storage.centre import CENTRE, centre_from_text
from storage.named import named_anew
from storage.ready import Additions, Ready
from storage.schema import (
    counters,
    destroyed_versions,
    document_index,
    document_keys,
    document_objects,
    documents,
    facts,
    parties,
    versions,
)
from storage.vault import RecordKey, Vault, WrappedKey, vault_of

# Statements of every filing stand ready: to build one costs more than to run it.
_FOUND: Final = Ready(
    select(documents.c.serial, documents.c.version, documents.c.result_code).where(
        documents.c.id == bindparam("document")
    )
)
GONE: Final = tuple(state.value for state in DocumentState if state.is_gone)
"""States of papers that are none any more."""
_SERIAL: Final = select(documents.c.serial).where(documents.c.id == bindparam("id"))
_KEY: Final = select(document_keys).where(document_keys.c.document_serial == bindparam("serial"))
_IS_NAMED: Final = Ready(
    select(document_objects.c.sha256).where(
        document_objects.c.sha256 == bindparam("sha256"),
        document_objects.c.document_serial == bindparam("document_serial"),
    )
)
# Both databases say it alike; the library has two different words for it.
_NEXT_ORDER: Final = Ready(
    text(
        f"""INSERT INTO {counters.name} (prefix, last) VALUES (:prefix, 1)
        ON CONFLICT (prefix) DO UPDATE SET last = {counters.name}.last + 1
        RETURNING last, (SELECT value FROM {facts.name} WHERE name = '{CENTRE}')"""  # noqa: S608  our tables
    )
)
_ADD_DOCUMENT: Final = Ready(
    insert(documents).returning(documents.c.serial),
    columns=[column.name for column in documents.c if column is not documents.c.serial],
)


@dataclass(frozen=True, slots=True)
class Saved:
    """A document as it was saved, with the key of its record, which knows its row."""

    document: Document
    key: RecordKey


def save(adding: Additions, document: Document, *, result_type_code: Callable[[str], str]) -> Saved:
    """Save the next version with its index entries; see ``Records.save_document``.

    Args:
        adding: in the writing transaction; the rows are there once they are sent.
        document: the version.
        result_type_code: national result code for a paper type.

    Raises:
        VersionConflictError: the saved version is not the one before.
    """
    connection = adding.connection
    serial, version, code_kept = _FOUND.first(connection, {"document": document.id}) or (None, 0, None)
    is_new = serial is None
    if document.version != version + 1:
        raise VersionConflictError(document.id)
    if document.state is DocumentState.FILED and not document.result_code:
        code = _code_given(connection, document.id) if code_kept else None
        document = replace(
            document, result_code=code or _next_code(connection, document, result_type_code(document.type))
        )
    serial = _save_current(connection, document, serial=serial)
    key = make_key(adding, serial) if is_new else key_of(connection, serial)
    write_version(adding, key, document_to_text(document), version=document.version)
    index(adding, document, serial=serial, is_new=is_new)
    stamps.follow(adding, document, serial=serial, is_new=is_new)
    sign_rows.follow(adding, document, serial=serial, is_new=is_new)
    _name_object(adding, document, serial=serial, is_new=is_new)
    return Saved(document, key)


def write_version(adding: Additions, key: RecordKey, body: str, *, version: int) -> None:
    """Add a version of a document: its body, sealed."""
    sealed = key.seal(body, place=body_place(version))
    adding.add(versions, {"document_serial": key.serial, "version": version, "body": sealed})


def body_place(version: int) -> str:
    """What a body is bound to, besides its document."""
    return f"document_versions/{version}/body"


def key_of(connection: Connection, serial: int) -> RecordKey:
    """The key of a saved document.

    Raises:
        StoreKeyLostError: the key it is wrapped with is not in the ring.
        RecordDamagedError: it is gone or was changed.
    """
    row = connection.execute(_KEY, {"serial": serial}).first()
    if row is None:
        raise RecordDamagedError(f"document_keys/{serial}")
    return vault_of(connection).open_key(WrappedKey(row.key_id, row.wrapped), serial=serial)


def number_reference(vault: Vault, number: str) -> str:
    """What an identity number is looked up by; empty without a number."""
    return vault.reference("number", number)


def load(connection: Connection, document: DocumentId, *, version: int | None) -> Document:
    """The newest or the named version.

    Raises:
        RecordMissingError: there is none.
    """
    wanted = documents.c.version if version is None else version
    row = connection.execute(bodies().where(documents.c.id == document, versions.c.version == wanted)).first()
    if row is None:
        raise RecordMissingError(document)
    return opened(connection, row)


def version_before(connection: Connection, document: Document) -> Document | None:
    """The version that a new one follows, while it can still be read; nothing for a first one."""
    last = document.version - 1
    if last == 0:
        return None
    row = connection.execute(
        bodies().where(documents.c.id == document.id, versions.c.version == last)
    ).first()
    return opened(connection, row) if row is not None else None


def bodies() -> Select[tuple[int, int, bytes, str, bytes]]:
    """Versions of documents with what opens them, to be narrowed and given to ``opened``.

    Of the versions of a destroyed paper it is what is left of them.
    """
    is_left = (destroyed_versions.c.document_serial == versions.c.document_serial) & (
        destroyed_versions.c.version == versions.c.version
    )
    return (
        select(
            versions.c.document_serial,
            versions.c.version,
            func.coalesce(destroyed_versions.c.body, versions.c.body).label("body"),
            document_keys.c.key_id,
            document_keys.c.wrapped,
        )
        .join(documents, documents.c.serial == versions.c.document_serial)
        .join(document_keys, document_keys.c.document_serial == versions.c.document_serial)
        .outerjoin(destroyed_versions, is_left)
    )


def opened(connection: Connection, row: Row[Any]) -> Document:
    """The document in a row of ``bodies``.

    Raises:
        StoreKeyLostError, RecordDamagedError.
    """
    wrapped = WrappedKey(row.key_id, row.wrapped)
    key = vault_of(connection).open_key(wrapped, serial=row.document_serial)
    return document_from_text(key.unseal(row.body, place=body_place(row.version)))


def serial_of(connection: Connection, document: DocumentId) -> int:
    """The row of a saved document."""
    return int(connection.execute(_SERIAL, {"id": document}).scalar_one())


def code_reference(vault: Vault, code: str) -> str:
    """What the result code of a document, or the beginning of codes, is known by."""
    return vault.reference("result code", code)


def make_key(adding: Additions, serial: int) -> RecordKey:
    """A key for a document that has none yet."""
    key, wrapped = vault_of(adding.connection).new_key(serial)
    row = {"document_serial": serial, "key_id": wrapped.key_id, "wrapped": wrapped.wrapped}
    adding.add(document_keys, row)
    return key


def _code_given(connection: Connection, document: DocumentId) -> str:
    """The code that an earlier version was given: it stays with the document."""
    return load(connection, document, version=None).result_code


def _save_current(connection: Connection, document: Document, *, serial: int | None) -> int:
    values: dict[str, object] = {
        "id": document.id,
        "version": document.version,
        "item_id": document.item,
        "first_page": min(document.pages, default=0),
        "type": document.type,
        "state": document.state.value,
        # Several rows without a code are no duplicates of each other.
        "result_code": code_reference(vault_of(connection), document.result_code) or None,
    }
    if serial is None:
        return int(_ADD_DOCUMENT.scalar(connection, values))
    connection.execute(update(documents).where(documents.c.serial == serial).values(**values))
    return serial


def _next_code(connection: Connection, document: Document, type_code: str) -> str:
    # A number that only this store knows identifies nobody elsewhere: the part stays empty.
    numbers = (party.number for party in document.owners if party.number)
    owner = next((number for number in numbers if not is_ours(number)), "")
    number = document.own_number

    def code(order: int) -> str:
        return digitised_result_code(owner=owner, type_code=type_code, number=number, order=order)

    prefix = code_reference(vault_of(connection), code(1).rpartition(".")[0])
    ((last, joined),) = _NEXT_ORDER.rows(connection, {"prefix": prefix})
    centre = centre_from_text(joined)
    # A desk counts within its own part, so that no other desk and no centre gives the same code.
    return code(order_in_part(int(last), centre.part if centre is not None else 0))


def _name_object(adding: Additions, document: Document, *, serial: int, is_new: bool) -> None:
    if document.object_sha256 is None:
        return
    connection = adding.connection
    row = {"sha256": document.object_sha256, "document_serial": serial}
    if is_new or _IS_NAMED.first(connection, row) is None:
        adding.add(document_objects, row)
        named_anew(connection, document.object_sha256)


def index(adding: Additions, document: Document, *, serial: int, is_new: bool = False) -> None:
    """Let the document be found by what its newest version says; of a new one no earlier version does."""
    connection = adding.connection
    if document.version > 1:
        connection.execute(delete(parties).where(parties.c.document_serial == serial))
        connection.execute(delete(document_index).where(document_index.c.document_serial == serial))
    vault = vault_of(connection)
    rows = [
        {
            "document_serial": serial,
            "position": position,
            "role": party.role.value,
            "relation": party.relation,
            "number_ref": number_reference(vault, party.number),
        }
        for position, party in enumerate(document.parties)
    ]
    adding.add(parties, *rows)
    adding.add(document_index, {"document_serial": serial, **_looked_up_by(document)})
    found = [party.name for party in document.parties]
    names.index(adding, serial=serial, found=found, is_new=is_new)


def _looked_up_by(document: Document) -> dict[str, str]:
    return {
        "day": document.filed_at.astimezone(VIETNAM).date().isoformat() if document.filed_at else "",
        "type": document.type,
        "dossier": document.dossier,
        "office": office_of(document.dossier),
    }
