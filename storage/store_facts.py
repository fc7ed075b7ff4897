"""What a store knows, fact by fact, without how it came to know it: two stores that say the same are equal.

What differs by nature is left out: numbers of rows, sealed bytes (random), the numbers of versions, the
journal's own order and what it says about imports, and when a link that follows from papers was entered.
docs/decisions/0014 says why. Everything else is told: files, papers and every version of them, parties,
index, owners and who is one with whom, objects, steps, locks and stamps that are owed, acts, dossiers, what
the journals of desks hold, and the questions that are open.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, select

from dossier.documents import Document
from dossier.ids import BatchId, OwnerId
from dossier.same import SameAnswer, SamePair
from storage import batches as batch_rows
from storage import keeping_acts
from storage import schema as tables
from storage.admissions import words_place
from storage.applicants import persons_place
from storage.bodies import canonical_json, document_to_text, said_to_text
from storage.bundle_papers import MERGED
from storage.bundle_tables import (
    carried_heads,
    carried_ids,
    carried_journal,
    carried_versions,
    desks,
    merge_questions,
)
from storage.counter_tables import unnumbered_owners
from storage.documents import bodies, opened
from storage.handlings import personal_place
from storage.owner_rows import group_of, load
from storage.same_papers import answered
from storage.same_tables import same_pending
from storage.service_tables import emergency_grants
from storage.unnumbered import told_place
from storage.vault import vault_of

_ROWS: Final = 200
_KEY: Final = "store facts"
_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a store knows: of which kind, and what, in canonical JSON."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsOfKind:
    """How many facts of a kind there are, and their digest, in which their order makes no difference.

    The digest is keyed with the secret of the store: only stores of one secret can be compared, and nobody
    learns from it what a store knows.
    """

    kind: str
    count: int
    digest: str


def summary(connection: Connection) -> tuple[FactsOfKind, ...]:
    """The facts of a store, kind by kind, in constant memory."""
    key = vault_of(connection).reference(_KEY, _KEY).encode()
    sums: dict[str, tuple[int, int]] = {}
    for fact in facts_of(connection):
        value = int.from_bytes(hmac.digest(key, fact.text.encode(), hashlib.sha256), "big")
        count, total = sums.get(fact.kind, (0, 0))
        sums[fact.kind] = (count + 1, (total + value) % 2 ** (8 * _BYTES))
    return tuple(
        FactsOfKind(kind=kind, count=count, digest=total.to_bytes(_BYTES, "big").hex())
        for kind, (count, total) in sorted(sums.items())
    )


def facts_of(connection: Connection) -> Iterator[Fact]:
    """Every fact, kind by kind.

    Args:
        connection: reads one state of a store, with its keys.
    """
    ids = {row.serial: row.id for row in _walk(connection, tables.documents)}
    yield from _reception(connection)
    yield from _papers(connection, ids)
    yield from _indexes(connection, ids)
    yield from _owners(connection)
    yield from _dossiers(connection)
    yield from _keeping(connection)
    yield from _carried(connection, ids)


def _reception(connection: Connection) -> Iterator[Fact]:
    for row in _walk(connection, tables.batches):
        batch = batch_rows.load_batch(connection, BatchId(row.id))
        declared = batch_rows.load_declared_count(connection, batch.id)
        told = {
            **asdict(batch),
            "received_at": row.received_at,
            "declared": [declared.papers, declared.pages],
        }
        yield _fact("batch", told)
    for row in _walk(connection, tables.items):
        yield _fact("item", {**asdict(batch_rows.load_item(connection, row.id))})
    yield from _plain(connection, tables.batch_items, "batch_item")
    yield from _plain(connection, tables.steps, "step")


def _papers(connection: Connection, ids: dict[int, str]) -> Iterator[Fact]:
    merged = {
        (row.document_serial, row.version)
        for row in _walk(connection, carried_versions)
        if row.desk == MERGED
    }
    newest = {row.serial: row.version for row in _walk(connection, tables.documents)}
    rows = connection.execute(bodies().execution_options(yield_per=_ROWS))
    for row in rows:
        document = opened(connection, row)
        place = (row.document_serial, row.version)
        if newest[row.document_serial] == row.version:
            yield _fact("paper", _says(document))
        if place not in merged:
            yield _fact("version", _says(document))
    for row in _walk(connection, tables.document_objects):
        yield _fact("object", [ids[row.document_serial], row.sha256])


def _says(document: Document) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(document_to_text(replace(document, version=0)))
    return told


def _indexes(connection: Connection, ids: dict[int, str]) -> Iterator[Fact]:
    names = {row.id: row.name_ref for row in _walk(connection, tables.names)}
    for row in _walk(connection, tables.document_names):
        yield _fact("name", [ids[row.document_serial], names[row.name_id]])
    for row in _walk(connection, tables.name_tokens):
        yield _fact("name_token", [names[row.name_id], row.token])
    for table, kind in (
        (tables.document_index, "index"),
        (tables.parties, "party"),
        (tables.stamps_pending, "stamp_owed"),
        (same_pending, "comparison_owed"),
    ):
        for row in _walk(connection, table):
            told = row._asdict()
            yield _fact(kind, {**told, "document_serial": ids[told["document_serial"]]})
    for row in _walk(connection, tables.locks_pending):
        yield _fact("lock_owed", [ids[row.document_serial]])
    yield from _plain(connection, tables.dossier_reads, "read_for")


def _owners(connection: Connection) -> Iterator[Fact]:
    """Every owner with its records; what people decided about pairs, and pairs worth judging."""
    for row in _walk(connection, tables.owners):
        owner = load(connection, group_of(connection, OwnerId(row.id)).members)
        if owner.id != row.id:
            continue
        numbers = [
            [known.number, known.kind.value, str(known.since), known.document] for known in owner.numbers
        ]
        said = sorted(said_to_text(one) for one in owner.said)
        told = [owner.id, owner.kind.value, sorted(owner.members), sorted(map(str, numbers)), said]
        yield _fact("owner", told)
    vault = vault_of(connection)
    for row in _walk(connection, unnumbered_owners):
        unsealed = vault.unseal(row.told, place=told_place(row.owner_id))
        yield _fact("unnumbered_owner", {**row._asdict(), "told": unsealed})
    for row in _walk(connection, tables.owner_proposals):
        yield _fact("owner_pair", [row.id, *sorted((row.left_owner, row.right_owner))])
    for row in _walk(connection, tables.owner_links):
        if not row.document_id and not row.undoes:
            pair = sorted((row.left_owner, row.right_owner))
            yield _fact("owner_decision", [row.action, *pair, row.at, row.actor, row.because])


def _dossiers(connection: Connection) -> Iterator[Fact]:
    vault = vault_of(connection)
    for row in _walk(connection, tables.dossiers):
        persons = vault.unseal(row.persons, place=persons_place(row.code))
        yield _fact("dossier", {**row._asdict(), "persons": persons})
    for row in _walk(connection, tables.dossier_told):
        personal = vault.unseal(row.personal, place=personal_place(row.id))
        yield _fact("dossier_told", {**row._asdict(), "personal": personal})
    for row in _walk(connection, emergency_grants):
        words = vault.unseal(row.words, place=words_place(row.id))
        yield _fact("grant", {**row._asdict(), "words": words})
    yield from _plain(connection, tables.dossier_components, "declared")
    yield from _plain(connection, tables.dossier_counts, "counted")


def _keeping(connection: Connection) -> Iterator[Fact]:
    for act in keeping_acts.load(connection):
        details = {name: value for name, value in act.details.items() if name != "version"}
        told = {**asdict(act), "act": act.act.value, "at": act.at.isoformat(), "details": details}
        yield _fact("act", told)
    for pair in answered(connection):
        yield _fact("same_answer", _answer(pair))
    yield from _plain(connection, tables.destroyed_objects, "destroyed_object")


def _answer(pair: SamePair) -> list[str]:
    """Which of the two came first differs with the order in which bundles arrive."""
    instead = None
    if pair.answer in (SameAnswer.NEWER, SameAnswer.OLDER):
        instead = pair.later if pair.answer is SameAnswer.NEWER else pair.earlier
    said = "replaced" if instead else pair.answer.value
    return [*sorted((pair.earlier, pair.later)), said, str(instead), str(pair.answered_at), pair.answered_by]


def _carried(connection: Connection, ids: dict[int, str]) -> Iterator[Fact]:
    """What came in bundles, and the entries that the centre's journal got for it."""
    for row in _walk(connection, carried_versions):
        if row.desk != MERGED:
            yield _fact("carried_version", [ids[row.document_serial], row.desk, row.desk_version])
    yield from _plain(connection, carried_ids, "carried_id")
    yield from _plain(connection, carried_journal, "carried_entry")
    for row in _walk(connection, carried_heads):
        yield _fact("carried_head", [row.desk, row.entries, row.content, row.signature.hex()])
    for row in _walk(connection, tables.journal):
        event = json.loads(row.event)
        if event["details"].get("entry"):
            yield _fact("entry", event)
    for row in _walk(connection, desks):
        yield _fact("desk", [row.id, row.part, row.name])
    yield from _plain(connection, merge_questions, "question")


def _plain(connection: Connection, table: Table, kind: str) -> Iterator[Fact]:
    for row in _walk(connection, table):
        yield _fact(kind, row._asdict())


def _walk(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_ROWS)
    yield from connection.execute(query)


def _fact(kind: str, told: object) -> Fact:
    return Fact(kind, canonical_json(told))
