"""What people at counters said of owners without a number and of papers scanned twice, folded in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from dossier.ids import DocumentId, OwnerId, owner_id, pair_id
from dossier.owners import kind_of
from dossier.persons import NumberKind, identity_number
from dossier.same import SameAnswer, SamePair
from dossier.unnumbered import Unnumbered
from storage.bodies import moment_from_text
from storage.bundle_ids import Names
from storage.bundle_papers import Fold
from storage.counter_tables import unnumbered_owners
from storage.documents import number_reference
from storage.newcomers import compare_unnumbered, match_reference, repeat_reference
from storage.owner_rows import number_place
from storage.same_papers import take_answer
from storage.schema import documents, owner_numbers, owners
from storage.unnumbered import told_from_text, told_place, told_to_text
from storage.vault import vault_of

Line = Mapping[str, Any]


def take_unnumbered(connection: Connection, fold: Fold, line: Line) -> None:
    """An owner whom a desk gave a number of the store: 60 random bits, so no other desk gave the same.

    Two desks that were told the same gave two numbers, and both stand on papers: two owners stay, which are
    proposed as one, and whoever tells it here again gets the number that was given first.

    Raises:
        KeyError, TypeError, ValueError: the line is none of ours.
    """
    number, at, told = str(line["number"]), str(line["at"]), told_from_text(line["told"])
    parsed = identity_number(number)
    if parsed is None or not parsed[1].is_ours:
        raise ValueError("unnumbered")
    moment_from_text(at)
    record, vault = owner_id(fold.namespace, number), vault_of(connection)
    _know_number(connection, record, number, parsed[1], at=at)
    known = select(unnumbered_owners.c.owner_id).where(unnumbered_owners.c.owner_id == record)
    if connection.execute(known).first() is not None:
        return
    connection.execute(
        insert(unnumbered_owners).values(
            owner_id=record,
            match_ref=match_reference(vault, told),
            repeat_ref=_repeat(connection, told, number, at=at),
            told=vault.seal(told_to_text(told), place=told_place(record)),
            at=at,
            actor=str(line["actor"]),
        )
    )
    compare_unnumbered(connection, record, namespace=fold.namespace)


def _know_number(connection: Connection, record: OwnerId, number: str, kind: NumberKind, *, at: str) -> None:
    """The number is known since it was given, or since the paper that was filed first and states it."""
    reference = number_reference(vault_of(connection), number)
    this = owner_numbers.c.number_ref == reference
    row = connection.execute(select(owner_numbers.c.since, owner_numbers.c.document_id).where(this)).first()
    if row is not None:
        if (at, "") < (row.since, row.document_id):
            connection.execute(update(owner_numbers).where(this).values(since=at, document_id=""))
        return
    connection.execute(insert(owners).values(id=record, kind=kind_of(kind).value))
    connection.execute(
        insert(owner_numbers).values(
            number_ref=reference,
            number=vault_of(connection).seal(number, place=number_place(reference)),
            owner_id=record,
            kind=kind.value,
            since=at,
            document_id="",
        )
    )


def _repeat(connection: Connection, told: Unnumbered, number: str, *, at: str) -> str:
    """What finds this owner when the same is told again; one that was given later gives way."""
    vault = vault_of(connection)
    plain, own = repeat_reference(vault, told), repeat_reference(vault, told, number=number)
    row = connection.execute(
        select(unnumbered_owners.c.owner_id, unnumbered_owners.c.at, owner_numbers)
        .join(owner_numbers, owner_numbers.c.owner_id == unnumbered_owners.c.owner_id)
        .where(unnumbered_owners.c.repeat_ref == plain)
    ).first()
    if row is None:
        return plain
    other = vault.unseal(row.number, place=number_place(row.number_ref))
    if (row.at, other) < (at, number):
        return own
    connection.execute(
        update(unnumbered_owners)
        .where(unnumbered_owners.c.owner_id == row.owner_id)
        .values(repeat_ref=repeat_reference(vault, told, number=other))
    )
    return plain


def take_same_answer(connection: Connection, fold: Fold, line: Line, names: Names) -> None:
    """What a person answered about two papers that may be one; of several answers the later counts.

    Raises:
        KeyError, TypeError, ValueError: the line is none of ours.
    """
    earlier, later = (DocumentId(names.ours(str(line[side]))) for side in ("earlier", "later"))
    known = select(documents.c.id).where(documents.c.id.in_([earlier, later]))
    if len(connection.execute(known).all()) != len({line["earlier"], line["later"]}):
        # One of them was destroyed at the desk before it came here.
        return
    take_answer(
        connection,
        SamePair(
            id=pair_id(fold.namespace, earlier, later),
            earlier=earlier,
            later=later,
            because=tuple(str(code) for code in line["because"]),
            found_at=moment_from_text(line["found_at"]),
            answer=SameAnswer(line["answer"]),
            answered_at=moment_from_text(line["at"]),
            answered_by=str(line["by"]),
        ),
    )
