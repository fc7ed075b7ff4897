"""Databases as earlier versions of the program filled them: the old steps of the schema, the old rows.

What is in a store of today is written down in an old database the way the old program wrote it.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, select, text

import storage.migrations
from dossier.documents import Document, DocumentState
from dossier.names import name_key
from dossier.persons import personal_id, search_form
from dossier.said import numbers_said
from storage.batches import name_place, owner_place
from storage.bodies import document_to_text
from storage.database import Database
from storage.documents import bodies, opened
from storage.keeping_acts import words_place
from storage.key_ring import ring_of_store
from storage.layout import Layout
from storage.names import accented_form
from storage.owner_rows import number_place
from storage.schema import act_words, batches, facts, items, keeping_acts, metadata, owner_numbers, versions
from storage.sealing_state import NAMESPACE, NAMESPACE_PLACE
from storage.vault import Vault, vault_of

OLD_REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0012", "0023")
SEALED_FROM = "0007"
"""The schema from which on personal data is sealed; later schemas have more tables."""

_COPIED = {
    "0001": ("batch_items", "documents", "steps", "result_code_counters", "journal"),
    "0002": ("owners", "owner_links", "owner_proposals"),
    "0003": ("declared_counts",),
    "0004": ("stamps_pending",),
    "0005": ("evidence",),
    "0006": ("copies", "fixity", "document_objects"),
}


def write_old(today: Database, old: Database, *, revision: str) -> None:
    """Fill an empty database as the program of that revision would have.

    Args:
        today: unlocked, with the records.
        old: empty.
        revision: of the old schema.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrations.__path__[0])))
    with today.reading() as source, old.writing() as target:
        config.attributes["connection"] = target
        command.upgrade(config, revision)
        if revision >= SEALED_FROM:
            there = frozenset(inspect(target).get_table_names())
            for known in metadata.sorted_tables:
                if known.name not in there:
                    continue
                if known.name == "keeping_acts" and "act_words" not in there:
                    _acts(source, target)
                else:
                    _copy(source, target, known.name)
            return
        _facts(source, target)
        _reception(source, target)
        for step in OLD_REVISIONS[: OLD_REVISIONS.index(revision) + 1]:
            for table in _COPIED[step]:
                _copy(source, target, table)
        _documents(source, target)
        if revision > "0001":
            _owner_numbers(source, target)


def put_back(folder: Path, *, revision: str) -> None:
    """Turn a store folder of today, closed, into one of that revision."""
    layout = Layout(folder)
    made = layout.database.with_name("old.sqlite3")
    today, old = Database.on_disk(layout.database), Database.on_disk(made)
    secret = bytes.fromhex(layout.key.read_text("ascii"))
    today.unlock(Vault(secret=secret, ring=ring_of_store(secret)))
    write_old(today, old, revision=revision)
    old.compact()
    today.close()
    old.close()
    for path in folder.glob(f"{layout.database.name}*"):
        path.unlink()
    made.rename(layout.database)


def _acts(source: Connection, target: Connection) -> None:
    """With what they said in clear, in their own rows."""
    vault = vault_of(source)
    query = select(keeping_acts, act_words.c.words).join(act_words)
    rows = [dict(row._mapping) for row in source.execute(query)]
    for row in rows:
        row["details"] = vault.unseal(row.pop("words"), place=words_place(row["serial"]))
    _write(target, "keeping_acts", rows)


def _copy(source: Connection, target: Connection, name: str) -> None:
    """As far as the old table has the columns."""
    known = {column["name"] for column in inspect(target).get_columns(name)}
    columns = [column for column in metadata.tables[name].columns if column.name in known]
    _write(target, name, [dict(row._mapping) for row in source.execute(select(*columns))])


def _write(target: Connection, name: str, rows: list[dict[str, object]]) -> None:
    if rows:
        columns = ", ".join(rows[0])
        places = ", ".join(f":{column}" for column in rows[0])
        # Names of tables and columns are ours.
        target.execute(text(f"INSERT INTO {name} ({columns}) VALUES ({places})"), rows)  # noqa: S608


def _facts(source: Connection, target: Connection) -> None:
    vault = vault_of(source)
    rows = [dict(row._mapping) for row in source.execute(select(facts))]
    for row in rows:
        if row["name"] == NAMESPACE:
            row["value"] = vault.unseal(row["value"], place=NAMESPACE_PLACE)
    _write(target, "facts", rows)


def _reception(source: Connection, target: Connection) -> None:
    vault = vault_of(source)
    rows = [dict(row._mapping) for row in source.execute(select(batches))]
    _write(
        target,
        "batches",
        [row | {"owner": vault.unseal(row["owner"], place=owner_place(row["id"]))} for row in rows],
    )
    rows = [dict(row._mapping) for row in source.execute(select(items))]
    _write(
        target,
        "items",
        [row | {"name": vault.unseal(row["name"], place=name_place(row["id"]))} for row in rows],
    )


def _documents(source: Connection, target: Connection) -> None:
    newest: dict[int, Document] = {}
    for row in source.execute(bodies().order_by(versions.c.document_serial, versions.c.version)):
        document = opened(source, row)
        newest[row.document_serial] = document
        _write(
            target,
            "document_versions",
            [
                {
                    "document_serial": row.document_serial,
                    "version": row.version,
                    "body": document_to_text(document),
                }
            ],
        )
    target.execute(text("DELETE FROM result_code_counters"))
    for serial, document in newest.items():
        if document.result_code:
            _code(target, serial, document.result_code)
        _parties(target, serial, document)
        _tails(target, serial, document)
        if document.state is DocumentState.FILED:
            _owner_names(source, target, serial, document)


def _code(target: Connection, serial: int, code: str) -> None:
    target.execute(
        text("UPDATE documents SET result_code = :code WHERE serial = :serial"),
        {"code": code, "serial": serial},
    )
    prefix, _, order = code.rpartition(".")
    target.execute(text("DELETE FROM result_code_counters WHERE prefix = :prefix"), {"prefix": prefix})
    _write(target, "result_code_counters", [{"prefix": prefix, "last": int(order)}])


def _parties(target: Connection, serial: int, document: Document) -> None:
    rows: list[dict[str, object]] = [
        {
            "document_serial": serial,
            "position": position,
            "role": party.role.value,
            "relation": party.relation,
            "number": party.number,
            "name": party.name,
            "name_search": search_form(party.name),
            "birth": party.birth,
        }
        for position, party in enumerate(document.parties)
    ]
    _write(target, "parties", rows)


def _tails(target: Connection, serial: int, document: Document) -> None:
    tails: dict[str, str] = {}
    for party in document.parties:
        words = accented_form(party.name).split()
        for start in range(len(words)):
            tail = " ".join(words[start:])
            tails[f"{tail} "] = f"{search_form(tail)} "
    _write(
        target,
        "name_tails",
        [{"document_serial": serial, "accented": tail, "bare": bare} for tail, bare in tails.items()],
    )


def _owner_names(source: Connection, target: Connection, serial: int, document: Document) -> None:
    if not target.dialect.has_table(target, "owner_names"):
        return
    vault = vault_of(source)
    for position, entry in enumerate(numbers_said(document)):
        owner = source.execute(
            select(owner_numbers.c.owner_id).where(
                owner_numbers.c.number_ref == vault.reference("number", entry.number)
            )
        ).scalar_one()
        parsed, said = personal_id(entry.number), entry.said
        year = said.birth[:4] or (str(parsed.birth_year) if parsed else "")
        key = name_key(said.name)
        row: dict[str, object] = {
            "document_serial": serial,
            "position": position,
            "owner_id": owner,
            "match_key": f"{key} {year}" if key and year else "",
            "name": said.name,
            "birth": said.birth,
            "sex": said.sex,
            "mother": said.mother,
            "father": said.father,
            "residence": said.residence,
        }
        _write(target, "owner_names", [row])


def _owner_numbers(source: Connection, target: Connection) -> None:
    vault = vault_of(source)
    rows: list[dict[str, object]] = []
    for row in source.execute(select(owner_numbers)):
        values = dict(row._mapping)
        reference = values.pop("number_ref")
        rows.append(values | {"number": vault.unseal(row.number, place=number_place(reference))})
    _write(target, "owner_numbers", rows)
