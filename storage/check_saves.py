"""Papers that are answered and not saved yet: ``dossier.checking.SaveTable``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from dossier.checking import CheckDraft, CheckSave
from dossier.ids import DocumentId
from storage.bodies import moment_from_text, moment_to_text
from storage.check_drafts import forget_old_drafts, keep_draft, put_draft
from storage.check_tables import check_drafts, check_holds, check_saves
from storage.database import Database
from storage.writing import Writing


class SqlSaves:
    """``dossier.checking.SaveTable`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    def hand_over(self, draft: CheckDraft, *, free_before: datetime) -> bool:
        """See ``SaveTable``."""
        with self._writing() as writing:
            connection, paper = writing.connection, draft.document
            if not keep_draft(connection, draft, free_before=free_before):
                return False
            forget_old_drafts(connection, at=draft.saved_at)
            now = moment_to_text(draft.saved_at)
            connection.execute(delete(check_saves).where(check_saves.c.document_id == paper))
            connection.execute(
                insert(check_saves).values(
                    document_id=paper, actor=draft.actor, since=now, due_at=now, code=""
                )
            )
            # Nobody's any more, but the row stays: it may be laid aside when it is saved.
            held = check_holds.c.document_id == paper
            connection.execute(update(check_holds).where(held).values(holder=""))
            return True

    def due(self, *, at: datetime, limit: int) -> Sequence[CheckSave]:
        """See ``SaveTable``."""
        wanted = select(check_saves).where(
            check_saves.c.code == "", check_saves.c.due_at <= moment_to_text(at)
        )
        with self._database.reading() as connection:
            rows = connection.execute(
                wanted.order_by(check_saves.c.due_at, check_saves.c.document_id).limit(limit)
            )
            return [_save(row) for row in rows]

    def of(self, document: DocumentId) -> CheckSave | None:
        """See ``SaveTable``."""
        with self._database.reading() as connection:
            row = connection.execute(select(check_saves).where(check_saves.c.document_id == document)).first()
            return _save(row) if row is not None else None

    def later(self, save: CheckSave, *, due_at: datetime) -> None:
        """See ``SaveTable``."""
        with self._writing() as writing:
            writing.connection.execute(
                update(check_saves)
                .where(check_saves.c.document_id == save.document, check_saves.c.code == "")
                .values(due_at=moment_to_text(due_at))
            )

    def come_back(self, save: CheckSave, *, code: str, draft: CheckDraft | None) -> None:
        """See ``SaveTable``."""
        with self._writing() as writing:
            connection, same = writing.connection, check_saves.c.document_id == save.document
            connection.execute(update(check_saves).where(same).values(code=code))
            if draft is not None:
                put_draft(connection, draft)
            else:
                theirs = check_drafts.c.document_id == save.document, check_drafts.c.actor == save.actor
                connection.execute(delete(check_drafts).where(*theirs))

    def brought_back(self, actor: str, *, limit: int = 50) -> Sequence[CheckSave]:
        """See ``SaveTable``."""
        theirs = select(check_saves).where(check_saves.c.actor == actor, check_saves.c.code != "")
        with self._database.reading() as connection:
            rows = connection.execute(theirs.order_by(check_saves.c.since).limit(limit))
            return [_save(row) for row in rows]

    def drop(self, document: DocumentId) -> None:
        """See ``SaveTable``."""
        with self._writing() as writing:
            writing.connection.execute(delete(check_saves).where(check_saves.c.document_id == document))


def save_of(document: DocumentId, actor: str, since: str, row: Row[Any]) -> CheckSave:
    """The way of a paper, from a row with ``due_at`` and ``code``."""
    return CheckSave(
        document=document,
        actor=actor,
        since=moment_from_text(since),
        due_at=moment_from_text(row.due_at),
        code=row.code,
    )


def _save(row: Row[Any]) -> CheckSave:
    return save_of(DocumentId(row.document_id), row.actor, row.since, row)
