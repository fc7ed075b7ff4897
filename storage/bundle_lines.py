"""A desk's records as the lines of a bundle: whole, what was sealed opened, without the keys of the store.

Lines travel enciphered. They name people and files, because the centre seals them anew under keys of its own
and derives ids of its own (``dossier.ids``): nothing that another store made up is taken over by a centre.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, not_, or_, select

from dossier.documents import DocumentState
from dossier.ids import BatchId, DocumentId, Sha256
from dossier.owners import LinkAction
from storage import batches as batch_rows
from storage import keeping_acts
from storage.admissions import words_place
from storage.applicants import persons_place
from storage.bodies import canonical_json, document_to_text, moment_to_text
from storage.bundle_tables import bundle_marks
from storage.counter_tables import unnumbered_owners
from storage.documents import bodies, opened
from storage.handlings import personal_place
from storage.named import named_page, which_destroyed
from storage.owner_rows import number_place
from storage.pieces import in_pieces
from storage.same_papers import answered
from storage.schema import (
    batches,
    documents,
    dossier_components,
    dossier_told,
    dossiers,
    items,
    owner_links,
    owner_numbers,
    steps,
    versions,
)
from storage.schema import keeping_acts as act_rows
from storage.service_tables import emergency_grants
from storage.unnumbered import told_place
from storage.vault import vault_of

_AT_ONCE: Final = 500
_ROWS: Final = 200
_MARK: Final = "bundle mark"
_NEVER: Final = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record that the centre does not know as it is now.

    Attributes:
        kind, key: which record.
        mark: keyed reference of what it says now.
        line: canonical JSON.
    """

    kind: str
    key: str
    mark: str
    line: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    kind: str
    key: str
    says: str
    make: Callable[[], dict[str, object]]


Reference = Callable[[str], str]


def unsent(connection: Connection, *, reference: Reference, full: bool) -> Iterator[Outgoing]:
    """Every record that differs from what was acknowledged, those first that others rest on.

    Args:
        connection: reads one state of the desk's store.
        reference: opaque reference of an identity number, as the desk's journal names people.
        full: every record, whatever was acknowledged.
    """
    for candidates in (
        _numbers(connection, reference),
        _unnumbered(connection),
        _batches(connection),
        _items(connection),
        _documents(connection),
        _same_answers(connection),
        _steps(connection),
        _acts(connection),
        _decisions(connection),
        _dossiers(connection),
        _told(connection),
        _declared(connection),
        _grants(connection),
    ):
        yield from _not_acknowledged(connection, candidates, full=full)


def unsent_objects(connection: Connection, *, full: bool) -> Iterator[Outgoing]:
    """The same for the objects that records name, in the order of their hashes."""
    yield from _not_acknowledged(connection, _objects(connection), full=full)


def _not_acknowledged(
    connection: Connection, candidates: Iterator[_Candidate], *, full: bool
) -> Iterator[Outgoing]:
    vault = vault_of(connection)
    for some in in_pieces(candidates, _AT_ONCE):
        known = select(bundle_marks.c.key, bundle_marks.c.acknowledged).where(
            bundle_marks.c.kind == some[0].kind, bundle_marks.c.key.in_([one.key for one in some])
        )
        acknowledged: dict[str, str] = {row.key: row.acknowledged for row in connection.execute(known)}
        for one in some:
            mark = vault.reference(_MARK, one.says)
            if full or acknowledged.get(one.key, _NEVER) != mark:
                yield Outgoing(one.kind, one.key, mark, canonical_json({"kind": one.kind, **one.make()}))


def _whole(kind: str, key: str, says: dict[str, object]) -> _Candidate:
    return _Candidate(kind, key, canonical_json(says), lambda: says)


def _numbers(connection: Connection, reference: Reference) -> Iterator[_Candidate]:
    """Every identity number that the store can tell, with what the desk calls its bearer."""
    vault = vault_of(connection)
    told: set[str] = set()

    def candidate(number: str, owner: str) -> Iterator[_Candidate]:
        ref = reference(number) if number else ""
        if ref and (ref not in told):
            told.add(ref)
            yield _whole("number", ref, {"number": number, "owner": owner, "ref": ref})

    for row in _walk(connection, owner_numbers):
        yield from candidate(vault.unseal(row.number, place=number_place(row.number_ref)), row.owner_id)
    for row in _walk(connection, dossiers):
        for _, number in json.loads(vault.unseal(row.persons, place=persons_place(row.code))):
            yield from candidate(number, "")
    for row in _walk(connection, batches):
        yield from candidate(vault.unseal(row.owner, place=batch_rows.owner_place(row.id)), "")


def _unnumbered(connection: Connection) -> Iterator[_Candidate]:
    """Owners who have no number of the state, under the number that the store gave them."""
    vault = vault_of(connection)
    for row in _walk(connection, unnumbered_owners):
        yield _whole(
            "unnumbered",
            row.owner_id,
            {
                "number": _number_of(connection, row.owner_id),
                "told": vault.unseal(row.told, place=told_place(row.owner_id)),
                "at": row.at,
                "actor": row.actor,
            },
        )


def _batches(connection: Connection) -> Iterator[_Candidate]:
    for row in _walk(connection, batches):
        batch = batch_rows.load_batch(connection, BatchId(row.id))
        declared = batch_rows.load_declared_count(connection, batch.id)
        found = batch_rows.load_items(connection, batch.id)
        gone = which_destroyed(connection, [item.sha256 for item in found])
        members = [
            {
                "id": item.id,
                "sha256": item.sha256,
                "size": item.size,
                "name": item.name,
                "gone": item.sha256 in gone,
                "origin": batch_rows.origin_to_list(item.origin),
            }
            for item in found
        ]
        yield _whole(
            "batch",
            batch.id,
            {
                "id": batch.id,
                "received_at": moment_to_text(batch.received_at),
                "dossier": batch.dossier,
                "procedure": batch.procedure,
                "owner": batch.owner,
                "items": members,
                "declared": [declared.papers, declared.pages],
            },
        )


def _items(connection: Connection) -> Iterator[_Candidate]:
    for row in _walk(connection, items):
        yield _whole(
            "item",
            row.id,
            {"id": row.id, "state": row.state, "error_code": row.error_code, "pages": row.pages},
        )


def _documents(connection: Connection) -> Iterator[_Candidate]:
    for row in _walk(connection, documents):
        destroyed = row.state == DocumentState.DESTROYED.value

        def make(found: Row[Any] = row, gone: bool = destroyed) -> dict[str, object]:
            return _destroyed(found) if gone else _paper(connection, found)

        kind = "destroyed" if destroyed else "document"
        yield _Candidate("document", row.id, f"{kind}/{row.id}/{row.version}", make)


def _destroyed(row: Row[Any]) -> dict[str, object]:
    return {"kind": "destroyed", "id": row.id}


def _paper(connection: Connection, row: Row[Any]) -> dict[str, object]:
    """All versions, each as its canonical text."""
    rows = connection.execute(
        bodies().where(versions.c.document_serial == row.serial).order_by(versions.c.version)
    )
    texts = [document_to_text(opened(connection, version)) for version in rows]
    item = batch_rows.load_item(connection, row.item_id)
    first = batch_rows.load_batch(connection, item.batch)
    return {
        "id": DocumentId(row.id),
        "sha256": item.sha256,
        "dossier": first.dossier,
        "versions": texts,
    }


def _same_answers(connection: Connection) -> Iterator[_Candidate]:
    """What people answered about papers that may be one; what nobody answered, the centre finds by itself.

    Nothing about a paper that is destroyed here: whether the centre has it depends on what came first.
    """
    for pair in answered(connection, living=True):
        yield _whole(
            "same",
            pair.id,
            {
                "earlier": pair.earlier,
                "later": pair.later,
                "because": list(pair.because),
                "found_at": moment_to_text(pair.found_at),
                "answer": pair.answer.value,
                "at": moment_to_text(pair.answered_at) if pair.answered_at else None,
                "by": pair.answered_by,
            },
        )


def _steps(connection: Connection) -> Iterator[_Candidate]:
    for some in in_pieces(_walk(connection, steps), _AT_ONCE):
        gone = which_destroyed(connection, [Sha256(row.sha256) for row in some])
        for row in some:
            if row.sha256 not in gone:
                yield _whole("step", row.key, {"key": row.key, "sha256": row.sha256})


def _acts(connection: Connection) -> Iterator[_Candidate]:
    """The acts of each case together, in order."""
    cases = select(act_rows.c.case_id).distinct().order_by(act_rows.c.case_id)
    for case in connection.execute(cases.execution_options(yield_per=_ROWS)).scalars():
        acts = [
            [act.act.value, act.target, moment_to_text(act.at), act.actor, dict(act.details)]
            for act in keeping_acts.load(connection, case=case)
        ]
        yield _whole("acts", case, {"case": case, "acts": acts})


def _decisions(connection: Connection) -> Iterator[_Candidate]:
    """What people decided last about pairs of owners; what papers say, the centre finds by itself.

    That an owner without a number got one of the state is a person's word too, on the ground of a paper.
    """
    given = select(unnumbered_owners.c.owner_id)
    is_said = (owner_links.c.action == LinkAction.LINK.value) & or_(
        owner_links.c.left_owner.in_(given), owner_links.c.right_owner.in_(given)
    )
    newer = owner_links.alias("newer")
    overruled = (
        select(newer.c.serial)
        .where(
            newer.c.document_id == "",
            newer.c.serial > owner_links.c.serial,
            or_(
                (newer.c.left_owner == owner_links.c.left_owner)
                & (newer.c.right_owner == owner_links.c.right_owner),
                (newer.c.left_owner == owner_links.c.right_owner)
                & (newer.c.right_owner == owner_links.c.left_owner),
            ),
        )
        .exists()
    )
    query = (
        select(owner_links)
        .where(or_(owner_links.c.document_id == "", is_said), not_(overruled))
        .order_by(owner_links.c.serial)
    )
    for row in connection.execute(query.execution_options(yield_per=_ROWS)):
        yield _whole(
            "decision",
            row.id,
            {
                "id": row.id,
                "action": row.action,
                "left": _number_of(connection, row.left_owner),
                "right": _number_of(connection, row.right_owner),
                "at": row.at,
                "actor": row.actor,
                "because": row.because,
            },
        )


def _number_of(connection: Connection, owner: str) -> str:
    query = select(owner_numbers.c.number, owner_numbers.c.number_ref).where(
        owner_numbers.c.owner_id == owner
    )
    row = connection.execute(query.order_by(owner_numbers.c.number_ref)).first()
    if row is None:
        return ""
    return vault_of(connection).unseal(row.number, place=number_place(row.number_ref))


def _dossiers(connection: Connection) -> Iterator[_Candidate]:
    vault = vault_of(connection)
    for row in _walk(connection, dossiers):
        yield _whole(
            "dossier",
            row.code,
            {
                "code": row.code,
                "procedure": row.procedure,
                "received_on": row.received_on,
                "persons": json.loads(vault.unseal(row.persons, place=persons_place(row.code))),
                "registered_by": row.registered_by,
                "registered_at": row.registered_at,
                "closed_at": row.closed_at,
            },
        )


def _told(connection: Connection) -> Iterator[_Candidate]:
    vault = vault_of(connection)
    for row in _walk(connection, dossier_told):
        yield _whole(
            "told",
            row.id,
            {
                "code": row.code,
                "at": row.at,
                "by": row.told_by,
                "facts": row.facts,
                "officer": row.officer_ref,
                "personal": vault.unseal(row.personal, place=personal_place(row.id)),
            },
        )


def _declared(connection: Connection) -> Iterator[_Candidate]:
    for row in _walk(connection, dossier_components):
        yield _whole(
            "declared",
            row.code,
            {"code": row.code, "body": row.body, "by": row.declared_by, "at": row.declared_at},
        )


def _grants(connection: Connection) -> Iterator[_Candidate]:
    vault = vault_of(connection)
    for row in _walk(connection, emergency_grants):
        yield _whole(
            "grant",
            row.id,
            {
                "id": row.id,
                "caller": row.caller,
                "document": row.document_id,
                "reason": row.reason,
                "words": vault.unseal(row.words, place=words_place(row.id)),
                "at": row.at,
                "ends_at": row.ends_at,
            },
        )


def _objects(connection: Connection) -> Iterator[_Candidate]:
    after = ""
    while page := named_page(connection, after=after):
        for sha256 in page:
            yield _whole("object", sha256, {"sha256": Sha256(sha256)})
        after = page[-1]


def _walk(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_ROWS)
    yield from connection.execute(query)
