"""Seals what an older version kept in clear: in batches, each one transaction, so that it may stop anywhere.

The migration has set the old rows aside (``plain_…`` tables). Each batch seals some, and moves the mark that
says how far it came, in one transaction; run again, it goes on from the mark. Only when every document reads
back from its sealed form are the old tables removed and the files of the database written anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    FromClause,
    Row,
    column,
    delete,
    func,
    insert,
    select,
    table,
    text,
    update,
)

from dossier.documents import Document, DocumentState
from dossier.errors import RecordDamagedError
from dossier.said import numbers_said
from storage import batches as batch_rows
from storage import documents as document_rows
from storage import keeping_acts
from storage.bodies import document_from_text
from storage.database import Database
from storage.owner_filing import keep_said
from storage.owner_rows import number_place, record_of
from storage.ready import Additions
from storage.schema import batches, counters, documents, facts, items, owner_numbers
from storage.sealing_state import (
    NAMESPACE,
    NAMESPACE_PLACE,
    STAGES,
    STATE,
    SealingState,
    state_from_text,
)
from storage.shredding import shred
from storage.vault import vault_of

Progress = Callable[[str, int, int], None]
"""Told which stage has done how many rows of how many."""

_BATCH: Final = 500

_PLAIN_VERSIONS: Final = table("plain_versions", column("document_serial"), column("version"), column("body"))
_PLAIN_NUMBERS: Final = table(
    "plain_owner_numbers",
    *(column(name) for name in ("number", "owner_id", "kind", "since", "document_id")),
)
_PLAIN_WORDS: Final = table("plain_act_words", column("act_serial"), column("words"))


def no_progress(stage: str, done: int, total: int) -> None:
    """Nobody is told."""


def seal_old_rows(
    database: Database,
    *,
    then: Callable[[Connection], None],
    progress: Progress = no_progress,
    batch: int = _BATCH,
) -> None:
    """Seal what waits; nothing when nothing does.

    Args:
        database: unlocked.
        then: makes owners of documents that have none yet, in the last writing transaction.
        progress: told after each batch.
        batch: rows in one transaction.
    """
    done = 0
    while (state := _state(database)) is not None:
        if state.stage == "files":
            database.compact()
            with database.writing() as connection:
                connection.execute(delete(facts).where(facts.c.name == STATE))
            return
        with database.writing() as connection:
            if state.stage == "owners":
                then(connection)
                _remove_plain(connection)
                count, after = 0, ""
            else:
                count, after = _STEPS[state.stage](connection, state.after, batch)
            _advance(connection, state, after=after)
            done = done + count if after else 0
            progress(state.stage, done, _total(connection, state.stage) if after else done)


def _state(database: Database) -> SealingState | None:
    with database.reading() as connection:
        found = connection.execute(select(facts.c.value).where(facts.c.name == STATE)).scalar()
    return state_from_text(found) if found else None


def _advance(connection: Connection, state: SealingState, *, after: str) -> None:
    """The same stage from the last row on, or the next stage when there was none."""
    following = SealingState(STAGES[STAGES.index(state.stage) + 1])
    reached = SealingState(state.stage, after) if after else following
    connection.execute(update(facts).where(facts.c.name == STATE).values(value=reached.as_text()))


def _seal_namespace(connection: Connection, _after: str, _batch: int) -> tuple[int, str]:
    plain = connection.execute(select(facts.c.value).where(facts.c.name == NAMESPACE)).scalar()
    sealed = vault_of(connection).seal(plain or "", place=NAMESPACE_PLACE)
    connection.execute(update(facts).where(facts.c.name == NAMESPACE).values(value=sealed))
    return 1, ""


def _seal_counters(connection: Connection, _after: str, _batch: int) -> tuple[int, str]:
    """All at once: a key that is changed row by row could be met again."""
    vault = vault_of(connection)
    rows = connection.execute(select(counters.c.prefix, counters.c.last)).all()
    connection.execute(delete(counters))
    changed = [{"prefix": document_rows.code_reference(vault, row.prefix), "last": row.last} for row in rows]
    if changed:
        connection.execute(insert(counters), changed)
    return len(rows), ""


def _seal_column(
    connection: Connection, where: Column[str], place: Callable[[str], str], *, after: str, batch: int
) -> tuple[int, str]:
    vault, row_ids = vault_of(connection), where.table.c.id
    rows = connection.execute(
        select(row_ids, where).where(row_ids > after).order_by(row_ids).limit(batch)
    ).all()
    for row_id, value in rows:
        sealed = vault.seal(value, place=place(row_id))
        connection.execute(update(where.table).where(row_ids == row_id).values({where.name: sealed}))
    return len(rows), rows[-1][0] if rows else ""


def _seal_batches(connection: Connection, after: str, batch: int) -> tuple[int, str]:
    return _seal_column(connection, batches.c.owner, batch_rows.owner_place, after=after, batch=batch)


def _seal_items(connection: Connection, after: str, batch: int) -> tuple[int, str]:
    return _seal_column(connection, items.c.name, batch_rows.name_place, after=after, batch=batch)


def _seal_numbers(connection: Connection, after: str, batch: int) -> tuple[int, str]:
    vault = vault_of(connection)
    key = _PLAIN_NUMBERS.c.number
    rows = connection.execute(select(_PLAIN_NUMBERS).where(key > after).order_by(key).limit(batch)).all()
    sealed = []
    for row in rows:
        reference = document_rows.number_reference(vault, row.number)
        values = {name: getattr(row, name) for name in ("owner_id", "kind", "since", "document_id")}
        number = vault.seal(row.number, place=number_place(reference))
        sealed.append({"number_ref": reference, "number": number, **values})
    if sealed:
        connection.execute(insert(owner_numbers), sealed)
    return len(rows), str(rows[-1].number) if rows else ""


def _seal_documents(connection: Connection, after: str, batch: int) -> tuple[int, str]:
    rows = connection.execute(
        select(documents)
        .where(documents.c.serial > int(after or 0))
        .order_by(documents.c.serial)
        .limit(batch)
    ).all()
    for row in rows:
        _seal_document(connection, row)
    return len(rows), str(rows[-1].serial) if rows else ""


def _seal_document(connection: Connection, row: Row[Any]) -> None:
    with Additions(connection) as adding:
        key = document_rows.make_key(adding, row.serial)
    old = connection.execute(
        select(_PLAIN_VERSIONS)
        .where(_PLAIN_VERSIONS.c.document_serial == row.serial)
        .order_by(_PLAIN_VERSIONS.c.version)
    ).all()
    with Additions(connection) as adding:
        for version in old:
            document_rows.write_version(adding, key, version.body, version=version.version)
    newest = document_rows.load(connection, row.id, version=None)
    if not old or newest != document_from_text(old[-1].body):
        raise RecordDamagedError(row.id)
    if row.result_code:
        reference = document_rows.code_reference(vault_of(connection), row.result_code)
        connection.execute(
            update(documents).where(documents.c.serial == row.serial).values(result_code=reference)
        )
    with Additions(connection) as adding:
        document_rows.index(adding, newest, serial=row.serial)
    if newest.state is DocumentState.FILED:
        _seal_said(connection, newest, serial=row.serial)


def _seal_said(connection: Connection, document: Document, *, serial: int) -> None:
    """What the paper says of owners that the older version knew; a store without owners makes them later."""
    key = document_rows.key_of(connection, serial)
    with Additions(connection) as adding:
        for position, entry in enumerate(numbers_said(document)):
            known = record_of(connection, entry.number)
            if known is not None:
                keep_said(adding, key, entry, record=known, position=position)


def _seal_acts(connection: Connection, after: str, batch: int) -> tuple[int, str]:
    key = _PLAIN_WORDS.c.act_serial
    rows = connection.execute(
        select(_PLAIN_WORDS).where(key > int(after or 0)).order_by(key).limit(batch)
    ).all()
    for row in rows:
        keeping_acts.keep_words(connection, row.act_serial, row.words)
    if rows:
        return len(rows), str(rows[-1].act_serial)
    connection.execute(text("DROP TABLE plain_act_words"))
    return 0, ""


def _shred_destroyed(connection: Connection, after: str, batch: int) -> tuple[int, str]:
    """Papers that were destroyed before: what their earlier versions said stayed readable then."""
    rows = connection.execute(
        select(documents.c.serial, documents.c.id)
        .where(
            documents.c.state == DocumentState.DESTROYED.value,
            documents.c.serial > int(after or 0),
        )
        .order_by(documents.c.serial)
        .limit(batch)
    ).all()
    for row in rows:
        shred(connection, row.id)
    return len(rows), str(rows[-1].serial) if rows else ""


def _remove_plain(connection: Connection) -> None:
    for name in ("plain_versions", "plain_owner_numbers"):
        connection.execute(text(f"DROP TABLE {name}"))


def _total(connection: Connection, stage: str) -> int:
    where: dict[str, FromClause] = {
        "batches": batches,
        "items": items,
        "documents": documents,
        "numbers": _PLAIN_NUMBERS,
        "acts": _PLAIN_WORDS,
    }
    count = select(func.count())
    if stage == "destroyed":
        count = count.where(documents.c.state == DocumentState.DESTROYED.value)
    return int(connection.execute(count.select_from(where.get(stage, documents))).scalar_one())


_STEPS: Final[dict[str, Callable[[Connection, str, int], tuple[int, str]]]] = {
    "namespace": _seal_namespace,
    "counters": _seal_counters,
    "batches": _seal_batches,
    "items": _seal_items,
    "numbers": _seal_numbers,
    "documents": _seal_documents,
    "acts": _seal_acts,
    "destroyed": _shred_destroyed,
}
