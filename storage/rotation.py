"""Moves everything that is sealed to the key in use, in batches, beside the work of the day.

A batch is one short transaction, so others write in between, and whoever stops it loses nothing: run
again, it finds what is left. New rows are sealed with the key in use from the moment the ring has it; only
once nothing uses an old key any more may that leave the ring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, func, not_, select, update

from storage import archive_orders as orders
from storage import keeping_acts
from storage.admissions import words_place
from storage.applicants import persons_place
from storage.arrange_tables import arrangements, arranging_place
from storage.batches import name_place, owner_place
from storage.campaign_tables import campaign_boxes, campaigns
from storage.campaigns import campaign_name_place, label_place, next_file_place
from storage.check_drafts import draft_place
from storage.check_tables import check_drafts
from storage.counter_tables import unnumbered_owners
from storage.database import Database
from storage.desk_tables import archive_orders
from storage.handlings import personal_place
from storage.object_keys import place_of
from storage.owner_rows import number_place
from storage.quality_keys import key_told_place
from storage.quality_tables import quality_keys
from storage.schema import (
    act_words,
    batches,
    document_keys,
    dossier_told,
    dossiers,
    facts,
    items,
    object_keys,
    owner_numbers,
)
from storage.sealing_state import NAMESPACE, NAMESPACE_PLACE
from storage.service_tables import emergency_grants, webhooks
from storage.staff import kept_place, totp_place
from storage.staff import told_place as staff_told_place
from storage.staff_tables import staff_accounts, staff_sessions
from storage.tray_bodies import file_place, tray_place
from storage.tray_tables import tray_files, trays
from storage.unnumbered import told_place
from storage.vault import WrappedKey, key_place, vault_of
from storage.webhooks import secret_place, url_place

Told = Callable[[int], None]
"""Told how many values were moved so far."""

_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A column of short sealed values, the column its rows are known by, and what they are bound to."""

    value: Column[Any]
    row: Column[Any]
    place: Callable[[Any], str]


_COLUMNS: Final = (
    _Sealed(batches.c.owner, batches.c.id, owner_place),
    _Sealed(items.c.name, items.c.id, name_place),
    _Sealed(owner_numbers.c.number, owner_numbers.c.number_ref, number_place),
    _Sealed(dossiers.c.persons, dossiers.c.code, persons_place),
    _Sealed(emergency_grants.c.words, emergency_grants.c.id, words_place),
    _Sealed(webhooks.c.url, webhooks.c.id, url_place),
    _Sealed(webhooks.c.secret, webhooks.c.id, secret_place),
    _Sealed(act_words.c.words, act_words.c.act_serial, keeping_acts.words_place),
    _Sealed(dossier_told.c.personal, dossier_told.c.id, personal_place),
    _Sealed(campaigns.c.name, campaigns.c.id, campaign_name_place),
    _Sealed(campaign_boxes.c.label, campaign_boxes.c.id, label_place),
    _Sealed(campaign_boxes.c.next_file, campaign_boxes.c.id, next_file_place),
    _Sealed(unnumbered_owners.c.told, unnumbered_owners.c.owner_id, told_place),
    _Sealed(staff_accounts.c.told, staff_accounts.c.id, staff_told_place),
    _Sealed(staff_accounts.c.totp, staff_accounts.c.id, totp_place),
    _Sealed(staff_sessions.c.kept, staff_sessions.c.token_hash, kept_place),
    _Sealed(check_drafts.c.told, check_drafts.c.id, draft_place),
    _Sealed(arrangements.c.told, arrangements.c.id, arranging_place),
    _Sealed(archive_orders.c.wanted, archive_orders.c.id, orders.wanted_place),
    _Sealed(archive_orders.c.result, archive_orders.c.id, orders.result_place),
    _Sealed(trays.c.told, trays.c.id, tray_place),
    _Sealed(tray_files.c.told, tray_files.c.id, file_place),
    _Sealed(quality_keys.c.told, quality_keys.c.serial, key_told_place),
)


def rotate(database: Database, *, told: Told, batch: int = _BATCH) -> int:
    """Move everything to the key in use.

    Args:
        database: unlocked with a ring that holds every key that is still used.
        told: after each batch.
        batch: values in one transaction.

    Returns:
        How many values were moved.

    Raises:
        StoreKeyLostError: something is sealed with a key that the ring does not hold; what was moved stays.
    """
    moved = 0
    for step in (
        _rotate_namespace,
        _rotate_records,
        _rotate_objects,
        *(_rotator(column) for column in _COLUMNS),
    ):
        last: Any = None
        while True:
            with database.writing() as connection:
                count, last = step(connection, last, batch)
            moved += count
            told(moved)
            if last is None:
                break
    return moved


def usage(connection: Connection) -> Mapping[str, int]:
    """How many values are sealed with each key, by its id."""
    found: Counter[str] = Counter()
    for wrapped_with in (document_keys.c.key_id, object_keys.c.key_id):
        for row in connection.execute(select(wrapped_with, func.count()).group_by(wrapped_with)):
            found[row[0]] += int(row[1])
    find = func.strpos if connection.dialect.name == "postgresql" else func.instr
    for sealed, these in (
        (facts.c.value, facts.c.name == NAMESPACE),
        *((column.value, column.value != "") for column in _COLUMNS),
    ):
        key_id = func.substr(sealed, 1, find(sealed, ":") - 1).label("key_id")
        for row in connection.execute(select(key_id, func.count()).where(these).group_by("key_id")):
            found[row[0]] += row[1]
    return dict(sorted(found.items()))


def _rotate_namespace(connection: Connection, _last: object, _batch: int) -> tuple[int, object]:
    vault = vault_of(connection)
    sealed = connection.execute(select(facts.c.value).where(facts.c.name == NAMESPACE)).scalar() or ""
    if not sealed or sealed.startswith(f"{vault.current}:"):
        return 0, None
    again = vault.seal(vault.unseal(sealed, place=NAMESPACE_PLACE), place=NAMESPACE_PLACE)
    connection.execute(update(facts).where(facts.c.name == NAMESPACE).values(value=again))
    return 1, None


def _rotate_records(connection: Connection, last: Any, batch: int) -> tuple[int, Any]:
    vault, serial = vault_of(connection), document_keys.c.document_serial
    rows = connection.execute(
        select(document_keys)
        .where(serial > (last or 0), document_keys.c.key_id != vault.current)
        .order_by(serial)
        .limit(batch)
    ).all()
    for row in rows:
        again = vault.wrap_again(WrappedKey(row.key_id, row.wrapped), place=key_place(row.document_serial))
        connection.execute(
            update(document_keys)
            .where(serial == row.document_serial)
            .values(key_id=again.key_id, wrapped=again.wrapped)
        )
    return len(rows), rows[-1].document_serial if rows else None


def _rotate_objects(connection: Connection, last: Any, batch: int) -> tuple[int, Any]:
    vault, ref = vault_of(connection), object_keys.c.ref
    rows = connection.execute(
        select(object_keys)
        .where(ref > (last or ""), object_keys.c.key_id != vault.current)
        .order_by(ref)
        .limit(batch)
    ).all()
    for row in rows:
        again = vault.wrap_again(WrappedKey(row.key_id, row.wrapped), place=place_of(row))
        connection.execute(
            update(object_keys).where(ref == row.ref).values(key_id=again.key_id, wrapped=again.wrapped)
        )
    return len(rows), rows[-1].ref if rows else None


def _rotator(column: _Sealed) -> Callable[[Connection, Any, int], tuple[int, Any]]:
    def rotate_some(connection: Connection, last: Any, batch: int) -> tuple[int, Any]:
        vault = vault_of(connection)
        rows = connection.execute(
            select(column.row, column.value)
            .where(
                *(() if last is None else (column.row > last,)),
                column.value != "",
                not_(column.value.startswith(f"{vault.current}:", autoescape=True)),
            )
            .order_by(column.row)
            .limit(batch)
        ).all()
        for row_id, sealed in rows:
            place = column.place(row_id)
            again = vault.seal(vault.unseal(sealed, place=place), place=place)
            connection.execute(
                update(column.value.table).where(column.row == row_id).values({column.value.name: again})
            )
        return len(rows), rows[-1][0] if rows else None

    return rotate_some
