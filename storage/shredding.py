"""What is left of a destroyed paper: its record loses the key, and the shape of its history a new one.

All versions of a document are sealed with one key. When the paper is destroyed that key goes, and with it
every field, person and name that any version told, in each copy of the database made from then on. What the
law wants kept (which paper, of what type, when filed, under which hashes) is sealed anew, version by version,
with the key that the last version gets. The tables that only grow stay as they are: their bodies are noise.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, delete, insert, select, update

from dossier.ids import DocumentId
from storage import archive_orders, keeping_acts, same_papers, word_index
from storage.arrange_tables import arrangements, arranging_place
from storage.batches import name_place
from storage.bodies import canonical_json, document_to_text
from storage.check_tables import check_drafts, check_holds, check_saves
from storage.documents import GONE, bodies, body_place, load, make_key, opened, serial_of
from storage.quality_tables import quality_keys
from storage.ready import Additions
from storage.schema import destroyed_versions, document_keys, documents, items, versions
from storage.vault import vault_of


def shred(connection: Connection, document: DocumentId) -> None:
    """Take the key of a document away for good and keep the remnants of its versions; twice is once.

    With the last paper of a file the name goes that the file was handed in under, and what papers said whose
    pages went into others.

    Args:
        connection: in a writing transaction.
        document: a saved one. Its next version is sealed with the new key.
    """
    serial = serial_of(connection, document)
    known = select(destroyed_versions.c.version).where(destroyed_versions.c.document_serial == serial)
    if connection.execute(known.limit(1)).first() is not None:
        return
    before = load(connection, document, version=None)
    of_document = bodies().where(versions.c.document_serial == serial).order_by(versions.c.version)
    left = [
        (row.version, document_to_text(opened(connection, row).remnant()))
        for row in connection.execute(of_document).all()
    ]
    # First: what the paper was found by is sealed with the key that goes.
    word_index.forget(connection, serial)
    connection.execute(delete(document_keys).where(document_keys.c.document_serial == serial))
    with Additions(connection) as adding:
        key = make_key(adding, serial)
    connection.execute(
        insert(destroyed_versions),
        [
            {
                "document_serial": serial,
                "version": version,
                "body": key.seal(text, place=body_place(version)),
            }
            for version, text in left
        ],
    )
    same_papers.forget(connection, serial)
    _forget_said(connection, document)
    _forget_arranged(connection, before.item)
    keeping_acts.forget_words(connection, [document, before.item])
    archive_orders.withdraw(connection, document, dossier=before.dossier)
    _forget_file(connection, serial)


def _forget_said(connection: Connection, document: DocumentId) -> None:
    """What people typed about the paper at the desks is sealed with another key than its own."""
    for table in (check_drafts, check_saves, check_holds):
        connection.execute(delete(table).where(table.c.document_id == document))
    said = (quality_keys.c.document_id == document, quality_keys.c.told != "")
    connection.execute(update(quality_keys).where(*said).values(told="", second_read=0))


def _forget_arranged(connection: Connection, item: str) -> None:
    """Why pages of a file were arranged may say what any of its papers says."""
    for row in connection.execute(select(arrangements).where(arrangements.c.item_id == item)).all():
        place = arranging_place(row.id)
        told = json.loads(vault_of(connection).unseal(row.told, place=place))
        sealed = vault_of(connection).seal(canonical_json({**told, "reason": ""}), place=place)
        connection.execute(update(arrangements).where(arrangements.c.id == row.id).values(told=sealed))


def _forget_file(connection: Connection, serial: int) -> None:
    item = connection.execute(select(documents.c.item_id).where(documents.c.serial == serial)).scalar_one()
    living = select(documents.c.serial).where(
        documents.c.item_id == item,
        documents.c.serial != serial,
        documents.c.state.not_in(GONE),
    )
    if connection.execute(living.limit(1)).first() is None:
        for other, paper in keeping_acts.dissolved(connection, item):
            if other != serial:
                shred(connection, paper)
        unnamed = vault_of(connection).seal("", place=name_place(item))
        connection.execute(items.update().where(items.c.id == item).values(name=unnamed))
