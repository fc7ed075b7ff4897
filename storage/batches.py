"""Batches, items and step results as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, text, update

from dossier.documents import Batch, Item, ItemState
from dossier.errors import RecordMissingError, VersionConflictError
from dossier.ids import BatchId, ItemId, Sha256
from dossier.legal_form import LegalForm, Origin
from dossier.totals import Count
from storage.bodies import moment_from_text, moment_to_text
from storage.named import named_anew
from storage.ready import Ready
from storage.schema import batch_items, batches, declared_counts, item_origins, items, steps
from storage.vault import Vault, vault_of

_ITEMS: Final = select(
    items, item_origins.c.operator, item_origins.c.device, item_origins.c.form, item_origins.c.compared
).outerjoin(item_origins, item_origins.c.item_id == items.c.id)
_STEP: Final = Ready(select(steps.c.sha256).where(steps.c.key == bindparam("wanted")))
# Both databases say it alike; the library has two different words for it.
_ADD_STEP: Final = Ready(
    text(
        f"INSERT INTO {steps.name} (key, sha256) VALUES (:key, :sha256) "  # noqa: S608  our table
        "ON CONFLICT (key) DO NOTHING RETURNING key"
    )
)


def owner_place(batch: str) -> str:
    """What the sealed owner of a batch is bound to."""
    return f"batches/{batch}/owner"


def name_place(item: str) -> str:
    """What the sealed name of a file is bound to."""
    return f"items/{item}/name"


def save_batch(connection: Connection, batch: Batch, *, members: Sequence[Item]) -> bool:
    """Add what is not there yet; what is there stays as it is. True when anything was added."""
    added = _add_batch(connection, batch)
    for item in members:
        added |= _add_item(connection, item)
        added |= _add_membership(connection, batch, item=item)
    return added


def _add_batch(connection: Connection, batch: Batch) -> bool:
    if connection.execute(select(batches.c.id).where(batches.c.id == batch.id)).first():
        return False
    connection.execute(
        insert(batches).values(
            id=batch.id,
            received_at=moment_to_text(batch.received_at),
            dossier=batch.dossier,
            procedure=batch.procedure,
            owner=vault_of(connection).seal(batch.owner, place=owner_place(batch.id)),
        )
    )
    return True


def _add_item(connection: Connection, item: Item) -> bool:
    if connection.execute(select(items.c.id).where(items.c.id == item.id)).first():
        return False
    connection.execute(
        insert(items).values(
            id=item.id,
            batch_id=item.batch,
            position=item.order,
            sha256=item.sha256,
            size=item.size,
            name=vault_of(connection).seal(item.name, place=name_place(item.id)),
            state=item.state.value,
            error_code=item.error_code,
            pages=item.pages,
        )
    )
    named_anew(connection, item.sha256)
    _add_origin(connection, item.id, item.origin)
    return True


def _add_origin(connection: Connection, item: ItemId, origin: Origin) -> None:
    if origin == Origin():
        return
    connection.execute(
        insert(item_origins).values(
            item_id=item,
            operator=origin.operator,
            device=origin.device,
            form=origin.form.value,
            compared=int(origin.compared),
        )
    )


def replace_origin(connection: Connection, item: ItemId, origin: Origin) -> None:
    """Let a file come from somewhere else: an earlier batch became known that it was handed in with."""
    connection.execute(delete(item_origins).where(item_origins.c.item_id == item))
    _add_origin(connection, item, origin)


def origin_to_list(origin: Origin) -> list[str | int]:
    """As bundles carry it."""
    return [origin.operator, origin.device, origin.form.value, int(origin.compared)]


def origin_from_list(told: Sequence[str | int]) -> Origin:
    """Raises ValueError."""
    operator, device, said, compared = told
    form = LegalForm(str(said))
    return Origin(operator=str(operator), device=str(device), form=form, compared=bool(compared))


def _add_membership(connection: Connection, batch: Batch, *, item: Item) -> bool:
    key = (batch_items.c.batch_id == batch.id) & (batch_items.c.item_id == item.id)
    if connection.execute(select(batch_items.c.position).where(key)).first():
        return False
    connection.execute(insert(batch_items).values(batch_id=batch.id, item_id=item.id, position=item.order))
    return True


def save_item(connection: Connection, item: Item) -> None:
    """Replace what may change: state, reason of refusal, pages.

    Raises:
        RecordMissingError: the item came with no batch.
    """
    changed = connection.execute(
        update(items)
        .where(items.c.id == item.id)
        .values(state=item.state.value, error_code=item.error_code, pages=item.pages)
    )
    if not changed.rowcount:
        raise RecordMissingError(item.id)


def load_batch(connection: Connection, batch: BatchId) -> Batch:
    """Raises RecordMissingError."""
    row = connection.execute(select(batches).where(batches.c.id == batch)).first()
    if row is None:
        raise RecordMissingError(batch)
    return Batch(
        id=BatchId(row.id),
        received_at=moment_from_text(row.received_at),
        dossier=row.dossier,
        procedure=row.procedure,
        owner=vault_of(connection).unseal(row.owner, place=owner_place(row.id)),
    )


def save_declared_count(connection: Connection, batch: BatchId, declared: Count) -> bool:
    """Replace what was declared for a batch. True when that is something new."""
    if load_declared_count(connection, batch) == declared:
        return False
    connection.execute(delete(declared_counts).where(declared_counts.c.batch_id == batch))
    connection.execute(
        insert(declared_counts).values(batch_id=batch, papers=declared.papers, pages=declared.pages)
    )
    return True


def load_declared_count(connection: Connection, batch: BatchId) -> Count:
    """What was declared last; nothing counted when nothing was."""
    row = connection.execute(select(declared_counts).where(declared_counts.c.batch_id == batch)).first()
    return Count(row.papers, row.pages) if row is not None else Count()


def load_item(connection: Connection, item: ItemId) -> Item:
    """Raises RecordMissingError."""
    row = connection.execute(_ITEMS.where(items.c.id == item)).first()
    if row is None:
        raise RecordMissingError(item)
    return _item(vault_of(connection), row)


def item_of_bytes(connection: Connection, sha256: Sha256, *, besides: ItemId) -> Item | None:
    """The item that came first with these bytes, other than the one named."""
    row = connection.execute(
        _ITEMS.join(batches, batches.c.id == items.c.batch_id)
        .where(items.c.sha256 == sha256, items.c.id != besides)
        .order_by(batches.c.received_at, items.c.id)
        .limit(1)
    ).first()
    return _item(vault_of(connection), row) if row is not None else None


def load_items(connection: Connection, batch: BatchId) -> Sequence[Item]:
    """Items of a batch in the order they were handed in."""
    rows = connection.execute(
        _ITEMS.join(batch_items, batch_items.c.item_id == items.c.id)
        .where(batch_items.c.batch_id == batch)
        .order_by(batch_items.c.position, items.c.id)
    )
    vault = vault_of(connection)
    return [_item(vault, row) for row in rows]


def _item(vault: Vault, row: Row[Any]) -> Item:
    return Item(
        id=ItemId(row.id),
        batch=BatchId(row.batch_id),
        order=row.position,
        sha256=Sha256(row.sha256),
        size=row.size,
        name=vault.unseal(row.name, place=name_place(row.id)),
        state=ItemState(row.state),
        error_code=row.error_code,
        pages=row.pages,
        origin=_origin(row),
    )


def _origin(row: Row[Any]) -> Origin:
    if row.operator is None:
        return Origin()
    return Origin(
        operator=row.operator,
        device=row.device,
        form=LegalForm(row.form),
        compared=bool(row.compared),
    )


def load_step(connection: Connection, key: str) -> Sha256 | None:
    """What the step produced, or nothing."""
    found = _STEP.scalar(connection, {"wanted": key})
    return Sha256(found) if found is not None else None


def is_step_result(connection: Connection, sha256: Sha256, *, kinds: Sequence[str]) -> bool:
    """Whether a step whose key begins with one of these words produced the object."""
    of_kind = or_(*(steps.c.key.startswith(kind, autoescape=True) for kind in kinds))
    return (
        connection.execute(select(steps.c.key).where(steps.c.sha256 == sha256, of_kind)).first() is not None
    )


def save_step(connection: Connection, key: str, *, result: Sha256) -> None:
    """Remember the first result of a step.

    Raises:
        VersionConflictError: there is another one.
    """
    added = _ADD_STEP.first(connection, {"key": key, "sha256": result})
    if added is not None:
        named_anew(connection, result)
    elif load_step(connection, key) != result:
        raise VersionConflictError(key)
