"""Papers of before there were comparisons: gone through once, from the newest to the oldest, in large groups.

They have no fingerprints, so only the very same bytes or the same number can make two of them one paper. Both
are asked of an index for a whole group at once; the few papers that share them wait to be compared like new
ones. How far the walk is stands in one row of ``facts``: millions of papers wait without rows of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from dossier.errors import MotlanError
from storage.documents import GONE, bodies, opened
from storage.paper_numbers import paper_number_reference
from storage.same_tables import paper_prints, same_pending
from storage.schema import documents, facts, items, versions
from storage.vault import vault_of

MARK: Final = "papers compared down to"
"""A fact: from this serial on every paper was passed; not there when all were. Migration 0024 makes it."""
NO_PRINTS: Final = b""
"""Of a paper whose fingerprints nobody knows."""
_IS_LIVING: Final = documents.c.state.not_in(GONE)
_NEXT: Final = (
    select(documents.c.serial)
    .where(documents.c.serial < bindparam("mark"), _IS_LIVING)
    .order_by(documents.c.serial.desc())
    .limit(bindparam("most"))
)
_UNKNOWN: Final = (
    bodies()
    .outerjoin(paper_prints, paper_prints.c.document_serial == documents.c.serial)
    .where(
        documents.c.version == versions.c.version,
        documents.c.serial.between(bindparam("low"), bindparam("high")),
        _IS_LIVING,
        paper_prints.c.document_serial.is_(None),
    )
)
_OLDER, _NEWER = documents.alias("older"), documents.alias("newer")
_OLDER_ITEM, _NEWER_ITEM = items.alias("older_item"), items.alias("newer_item")
_SAME_BYTES: Final = (
    select(_NEWER.c.serial)
    .join(_NEWER_ITEM, _NEWER_ITEM.c.id == _NEWER.c.item_id)
    .where(
        _NEWER_ITEM.c.sha256 == _OLDER_ITEM.c.sha256,
        _NEWER.c.serial > _OLDER.c.serial,
        _NEWER.c.type == _OLDER.c.type,
        _NEWER.c.first_page == _OLDER.c.first_page,
        _NEWER.c.state.not_in(GONE),
    )
    .exists()
)
_BY_BYTES: Final = (
    select(_OLDER.c.serial)
    .join(_OLDER_ITEM, _OLDER_ITEM.c.id == _OLDER.c.item_id)
    .where(_OLDER.c.serial.between(bindparam("low"), bindparam("high")), _SAME_BYTES)
)
_MINE, _OTHER = paper_prints.alias("mine"), paper_prints.alias("other")
_BY_NUMBER: Final = select(_MINE.c.document_serial).where(
    _MINE.c.document_serial.between(bindparam("low"), bindparam("high")),
    _MINE.c.number_ref != "",
    # Also an older one: it was compared when it changed, before this one had its turn.
    select(_OTHER.c.document_serial)
    .where(
        _OTHER.c.number_ref == _MINE.c.number_ref,
        _OTHER.c.document_serial != _MINE.c.document_serial,
    )
    .exists(),
)
_WAITING: Final = select(same_pending.c.document_serial).where(
    same_pending.c.document_serial.between(bindparam("low"), bindparam("high"))
)


def walk(connection: Connection, *, most: int) -> int:
    """Go on with so many papers; gives how many were passed, none when all were.

    Args:
        connection: in a writing transaction, unlocked.
        most: papers in this group.
    """
    told = connection.execute(select(facts.c.value).where(facts.c.name == MARK)).scalar()
    if told is None:
        return 0
    serials = connection.execute(_NEXT, {"mark": int(told), "most": most}).scalars().all()
    if not serials:
        connection.execute(delete(facts).where(facts.c.name == MARK))
        return 0
    group = {"low": serials[-1], "high": serials[0]}
    known = _keep_numbers(connection, group)
    alike = {
        *connection.execute(_BY_BYTES, group).scalars(),
        *connection.execute(_BY_NUMBER, group).scalars(),
    }
    waiting = sorted(alike.intersection(known).difference(connection.execute(_WAITING, group).scalars()))
    if waiting:
        connection.execute(insert(same_pending), [{"document_serial": serial} for serial in waiting])
    connection.execute(update(facts).where(facts.c.name == MARK).values(value=str(serials[-1])))
    return len(serials)


def _keep_numbers(connection: Connection, group: dict[str, int]) -> Sequence[int]:
    """Let papers of a group that were never compared be found by their numbers; gives which they are.

    A damaged record is found by nobody and waits for nothing, so that it keeps nobody from the others.
    """
    vault, sound, rows = vault_of(connection), list[int](), list[dict[str, object]]()
    for row in connection.execute(_UNKNOWN, group).all():
        try:
            reference = paper_number_reference(vault, opened(connection, row))
            sound.append(row.document_serial)
        except MotlanError:
            reference = ""
        rows.append({"document_serial": row.document_serial, "number_ref": reference, "prints": NO_PRINTS})
    if rows:
        connection.execute(insert(paper_prints), rows)
    return sound
