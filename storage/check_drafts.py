"""Answers of a checker that are not saved yet, as rows: sealed, kept for whoever holds the paper."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, update

from dossier.checking import CheckDraft
from dossier.ids import DocumentId
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.check_tables import check_drafts, check_holds
from storage.vault import vault_of

_FORGOTTEN: Final = timedelta(days=30)
"""Answers that nobody came back to for so long are no answers."""


def draft_id(document: DocumentId, actor: str) -> str:
    """The row of somebody's answers about a paper."""
    return f"{document}/{actor}"


def draft_place(row: str) -> str:
    """What answers are bound to."""
    return f"check_drafts/{row}/told"


def keep_draft(connection: Connection, draft: CheckDraft, *, free_before: datetime) -> bool:
    """Put answers of the holder in place of what was kept; see ``CheckTable.keep``."""
    held = connection.execute(
        update(check_holds)
        .where(
            check_holds.c.document_id == draft.document,
            check_holds.c.holder == draft.actor,
            check_holds.c.seen_at >= moment_to_text(free_before),
        )
        .values(seen_at=moment_to_text(draft.saved_at))
    )
    if not held.rowcount:
        return False
    old = check_drafts.c.saved_at < moment_to_text(draft.saved_at - _FORGOTTEN)
    connection.execute(delete(check_drafts).where(old))
    put_draft(connection, draft)
    return True


def put_draft(connection: Connection, draft: CheckDraft) -> None:
    """Put answers in place of what was kept, whoever holds the paper."""
    row = draft_id(draft.document, draft.actor)
    told = {
        "values": dict(draft.values),
        "stood_by": sorted(draft.stood_by),
        "unreadable": sorted(draft.unreadable),
        "type": draft.type_,
        "owner": draft.owner,
        "done": list(draft.done),
    }
    values = {
        "version": draft.version,
        "told": vault_of(connection).seal(canonical_json(told), place=draft_place(row)),
        "saved_at": moment_to_text(draft.saved_at),
    }
    changed = connection.execute(update(check_drafts).where(check_drafts.c.id == row).values(**values))
    if not changed.rowcount:
        about = {"id": row, "document_id": draft.document, "actor": draft.actor}
        connection.execute(insert(check_drafts).values(**about, **values))


def draft_of(connection: Connection, row: Row[Any]) -> CheckDraft:
    """The answers of a row of ``check_drafts``."""
    told = json.loads(vault_of(connection).unseal(row.told, place=draft_place(row.id)))
    return CheckDraft(
        document=DocumentId(row.document_id),
        version=row.version,
        actor=row.actor,
        values=told["values"],
        stood_by=frozenset(told["stood_by"]),
        unreadable=frozenset(told["unreadable"]),
        type_=told["type"],
        owner=told["owner"],
        done=tuple(told["done"]),
        saved_at=moment_from_text(row.saved_at),
    )
