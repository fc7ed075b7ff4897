"""Receivers of changes in SQL; see ``dossier.webhooks.Webhooks``. Address and secret are sealed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from dossier.admission import FieldScope, Role, Scopes
from dossier.events import Event
from dossier.webhooks import Webhook
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.database import Database
from storage.service_tables import webhooks
from storage.vault import vault_of
from storage.writing import Writing


def url_place(webhook: str) -> str:
    """What the sealed address of a receiver is bound to."""
    return f"webhooks/{webhook}/url"


def secret_place(webhook: str) -> str:
    """What its sealed secret is bound to."""
    return f"webhooks/{webhook}/secret"


class SqlWebhooks:
    """``dossier.webhooks.Webhooks`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    def add(self, webhook: Webhook, *, events: Sequence[Event]) -> None:
        """See ``Webhooks``."""
        with self._writing() as writing:
            vault = vault_of(writing.connection)
            writing.connection.execute(
                insert(webhooks).values(
                    id=webhook.id,
                    url=vault.seal(webhook.url, place=url_place(webhook.id)),
                    secret=vault.seal(webhook.secret, place=secret_place(webhook.id)),
                    scopes=canonical_json(
                        {
                            "offices": list(webhook.scopes.offices),
                            "procedures": list(webhook.scopes.procedures),
                        }
                    ),
                    made_at=moment_to_text(webhook.made_at),
                    **_progress(webhook),
                )
            )
            writing.add(events)

    def all(self) -> Sequence[Webhook]:
        """See ``Webhooks``."""
        with self._database.reading() as connection:
            query = select(webhooks).order_by(webhooks.c.made_at, webhooks.c.id)
            return [_webhook(connection, row) for row in connection.execute(query)]

    def get(self, webhook: str) -> Webhook | None:
        """See ``Webhooks``."""
        with self._database.reading() as connection:
            row = connection.execute(select(webhooks).where(webhooks.c.id == webhook)).first()
            return _webhook(connection, row) if row is not None else None

    def remove(self, webhook: str, *, events: Sequence[Event]) -> bool:
        """See ``Webhooks``."""
        with self._writing() as writing:
            gone = writing.connection.execute(delete(webhooks).where(webhooks.c.id == webhook)).rowcount
            if gone:
                writing.add(events)
            return bool(gone)

    def advance(self, before: Webhook, after: Webhook, *, events: Sequence[Event] = ()) -> bool:
        """See ``Webhooks``."""
        with self._writing() as writing:
            same = (
                (webhooks.c.id == before.id)
                & (webhooks.c.after == before.after)
                & (webhooks.c.tries == before.tries)
            )
            moved = writing.connection.execute(update(webhooks).where(same).values(**_progress(after)))
            if moved.rowcount:
                writing.add(events)
            return bool(moved.rowcount)


def _progress(webhook: Webhook) -> dict[str, Any]:
    return {
        "after": webhook.after,
        "tries": webhook.tries,
        "failing_since": _text(webhook.failing_since),
        "next_try": _text(webhook.next_try),
        "error_code": webhook.error_code,
        "off_at": _text(webhook.off_at),
    }


def _text(moment: datetime | None) -> str | None:
    return moment_to_text(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return moment_from_text(text) if text else None


def _webhook(connection: Connection, row: Row[Any]) -> Webhook:
    vault = vault_of(connection)
    told = json.loads(row.scopes)
    return Webhook(
        id=row.id,
        url=vault.unseal(row.url, place=url_place(row.id)),
        secret=vault.unseal(row.secret, place=secret_place(row.id)),
        scopes=Scopes(
            role=Role.ONE_STOP,
            offices=tuple(told["offices"]),
            procedures=tuple(told["procedures"]),
            fields=FieldScope.NONE,
        ),
        made_at=moment_from_text(row.made_at),
        after=row.after,
        tries=row.tries,
        failing_since=_moment(row.failing_since),
        next_try=_moment(row.next_try),
        error_code=row.error_code,
        off_at=_moment(row.off_at),
    )
