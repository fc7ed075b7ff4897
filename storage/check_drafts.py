"""Answers of a checker that are not saved yet, as rows: sealed, kept for whoever holds the paper."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, insert, update

from dossier.checking import CheckDraft
from dossier.ids import DocumentId
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.check_tables import check_drafts, check_holds
from storage.vault import vault_of

_FORGOTTEN: Final = timedelta(days=30)
"""Answers that nobody came back to for so long are no answers."""


# Made once: putting a statement together takes longer than running it.
_SEEN: Final = (
    update(check_holds)
    .where(
        check_holds.c.document_id == bindparam("paper"),
        check_holds.c.holder == bindparam("who"),
        check_holds.c.seen_at >= bindparam("free"),
    )
    .values(seen_at=bindparam("now"))
)
_CHANGE: Final = (
    update(check_drafts)
    .where(check_drafts.c.id == bindparam("row"))
    .values(version=bindparam("version"), told=bindparam("told"), saved_at=bindparam("saved_at"))
)
_ADD: Final = insert(check_drafts)
_OLD: Final = delete(check_drafts).where(check_drafts.c.saved_at < bindparam("old"))


def draft_id(document: DocumentId, actor: str) -> str:
    """The row of somebody's answers about a paper."""
    return f"{document}/{actor}"


def draft_place(row: str) -> str:
    """What answers are bound to."""
    return f"check_drafts/{row}/told"


def keep_draft(connection: Connection, draft: CheckDraft, *, free_before: datetime) -> bool:
    """Put answers of the holder in place of what was kept; see ``CheckTable.keep``."""
    told = {
        "paper": draft.document,
        "who": draft.actor,
        "free": moment_to_text(free_before),
        "now": moment_to_text(draft.saved_at),
    }
    if not connection.execute(_SEEN, told).rowcount:
        return False
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
    if not connection.execute(_CHANGE, {"row": row, **values}).rowcount:
        about = {"id": row, "document_id": draft.document, "actor": draft.actor}
        connection.execute(_ADD, {**about, **values})


def forget_old_drafts(connection: Connection, *, at: datetime) -> None:
    """Let answers go that nobody came back to for a month."""
    connection.execute(_OLD, {"old": moment_to_text(at - _FORGOTTEN)})


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
