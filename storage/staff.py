"""Accounts, sessions and failed attempts of the station in SQL; see ``dossier.staff.Staffing``."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from dossier.admission import FieldScope
from dossier.events import Event
from dossier.staff import StaffAccount, StaffRole, StaffScopes, StaffSession, Stage
from dossier.staff_errors import StaffLastError
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.database import Database
from storage.staff_tables import staff_accounts, staff_attempts, staff_sessions
from storage.vault import vault_of
from storage.writing import Writing

_LOGIN: Final = "staff-login"
_FORGOTTEN: Final = timedelta(hours=24)
"""Failures so long ago count no more."""
_LONGEST: Final = timedelta(minutes=15)
"""The longest wait: whoever guesses all day gets a hundred tries, and the right person comes in again."""


def told_place(account: str) -> str:
    """What login and name are bound to."""
    return f"staff_accounts/{account}/told"


def totp_place(account: str) -> str:
    """What the secret of the second factor is bound to."""
    return f"staff_accounts/{account}/totp"


def kept_place(token_hash: str) -> str:
    """What a stage of a session keeps is bound to."""
    return f"staff_sessions/{token_hash}/kept"


class SqlStaff:
    """``dossier.staff.Staffing`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    def reference(self, purpose: str, text: str) -> str:
        """See ``Staffing``."""
        with self._database.reading() as connection:
            return vault_of(connection).reference(purpose, text)

    def add(self, account: StaffAccount, *, events: Sequence[Event]) -> bool:
        """See ``Staffing``."""
        with self._writing() as writing:
            connection = writing.connection
            known = select(staff_accounts.c.id).where(
                staff_accounts.c.login_ref == _login_ref(connection, account.login)
            )
            if connection.execute(known).first() is not None:
                return False
            connection.execute(insert(staff_accounts).values(_account_row(connection, account)))
            writing.add(events)
            return True

    def account(self, account: str) -> StaffAccount | None:
        """See ``Staffing``."""
        with self._database.reading() as connection:
            row = connection.execute(select(staff_accounts).where(staff_accounts.c.id == account)).first()
            return _account(connection, row) if row is not None else None

    def by_login(self, login: str) -> StaffAccount | None:
        """See ``Staffing``."""
        with self._database.reading() as connection:
            same = staff_accounts.c.login_ref == _login_ref(connection, login)
            row = connection.execute(select(staff_accounts).where(same)).first()
            return _account(connection, row) if row is not None else None

    def accounts(self) -> Sequence[StaffAccount]:
        """See ``Staffing``."""
        with self._database.reading() as connection:
            rows = connection.execute(select(staff_accounts).order_by(staff_accounts.c.serial)).all()
            return [_account(connection, row) for row in rows]

    def change(  # noqa: PLR0913 - see ``Staffing``
        self,
        account: StaffAccount,
        only: Collection[str],
        *,
        events: Sequence[Event],
        end_sessions: bool,
        seen: StaffAccount | None = None,
        keep_administrator: bool = False,
    ) -> bool:
        """See ``Staffing``."""
        with self._writing() as writing:
            connection = writing.connection
            if seen is not None and not _stands(connection, seen):
                return False
            if keep_administrator:
                _need_administrator(connection, besides=account.id)
            row = _account_row(connection, account)
            changed = connection.execute(
                update(staff_accounts)
                .where(staff_accounts.c.id == account.id)
                .values({name: row[name] for name in only})
            )
            if not changed.rowcount:
                return False
            if end_sessions:
                connection.execute(delete(staff_sessions).where(staff_sessions.c.actor == account.actor))
            writing.add(events)
            return True

    def use_code(self, account: str, *, step: int) -> bool:
        """See ``Staffing``."""
        with self._writing() as writing:
            changed = writing.connection.execute(
                update(staff_accounts)
                .where(staff_accounts.c.id == account, staff_accounts.c.totp_step < step)
                .values(totp_step=step)
            )
            return bool(changed.rowcount)

    def use_recovery(self, account: str, code_hash: str, *, events: Sequence[Event]) -> bool:
        """See ``Staffing``."""
        with self._writing() as writing:
            connection, same = writing.connection, staff_accounts.c.id == account
            text = connection.execute(select(staff_accounts.c.recovery).where(same)).scalar()
            codes = json.loads(text) if text else []
            if code_hash not in codes:
                return False
            left = canonical_json([each for each in codes if each != code_hash])
            connection.execute(update(staff_accounts).where(same).values(recovery=left))
            writing.add(events)
            return True

    def begin(
        self,
        session: StaffSession,
        *,
        events: Sequence[Event],
        seen: StaffAccount | None = None,
        instead_of: str = "",
    ) -> bool:
        """See ``Staffing``."""
        with self._writing() as writing:
            connection = writing.connection
            if seen is not None and not _stands(connection, seen):
                return False
            before = delete(staff_sessions).where(staff_sessions.c.token_hash == instead_of)
            if instead_of and not connection.execute(before).rowcount:
                return False
            over = staff_sessions.c.ends_at < moment_to_text(session.began_at)
            connection.execute(delete(staff_sessions).where(over))
            connection.execute(
                insert(staff_sessions).values(
                    token_hash=session.token_hash,
                    actor=session.actor,
                    stage=session.stage.value,
                    kept=vault_of(connection).seal(session.kept, place=kept_place(session.token_hash)),
                    scopes=scopes_to_text(session.scopes) if session.scopes else None,
                    began_at=moment_to_text(session.began_at),
                    seen_at=moment_to_text(session.seen_at),
                    ends_at=moment_to_text(session.ends_at),
                )
            )
            writing.add(events)
            return True

    def session(self, token_hash: str) -> StaffSession | None:
        """See ``Staffing``."""
        with self._database.reading() as connection:
            same = staff_sessions.c.token_hash == token_hash
            row = connection.execute(select(staff_sessions).where(same)).first()
            return _session(connection, row) if row is not None else None

    def sessions(self, actor: str) -> Sequence[StaffSession]:
        """See ``Staffing``."""
        with self._database.reading() as connection:
            query = select(staff_sessions).where(staff_sessions.c.actor == actor)
            rows = connection.execute(query.order_by(staff_sessions.c.began_at.desc())).all()
            return [_session(connection, row) for row in rows]

    def seen(self, token_hash: str, *, at: datetime) -> None:
        """See ``Staffing``."""
        with self._writing() as writing:
            writing.connection.execute(
                update(staff_sessions)
                .where(staff_sessions.c.token_hash == token_hash)
                .values(seen_at=moment_to_text(at))
            )

    def end(self, token_hash: str, *, events: Sequence[Event]) -> None:
        """See ``Staffing``."""
        with self._writing() as writing:
            gone = writing.connection.execute(
                delete(staff_sessions).where(staff_sessions.c.token_hash == token_hash)
            )
            if gone.rowcount:
                writing.add(events)

    def end_all(self, actor: str, *, events: Sequence[Event]) -> int:
        """See ``Staffing``."""
        with self._writing() as writing:
            gone = writing.connection.execute(delete(staff_sessions).where(staff_sessions.c.actor == actor))
            if gone.rowcount:
                writing.add(events)
            return int(gone.rowcount)

    def attempt(self, keys: Sequence[tuple[str, int]], *, at: datetime) -> int:
        """See ``Staffing``."""
        # Counted before the password is looked at: many tries at one moment are as many failures.
        with self._writing() as writing:
            connection, table = writing.connection, staff_attempts.c
            old = table.last_at < moment_to_text(at - _FORGOTTEN)
            connection.execute(delete(staff_attempts).where(old))
            names = [key for key, _ in keys]
            rows = {
                row.key: row for row in connection.execute(select(staff_attempts).where(table.key.in_(names)))
            }
            free_at = max((moment_from_text(row.free_at) for row in rows.values()), default=at)
            if free_at > at:
                return max(1, math.ceil((free_at - at).total_seconds()))
            for key, free in keys:
                failures = 1 + (rows[key].failures if key in rows else 0)
                connection.execute(delete(staff_attempts).where(table.key == key))
                connection.execute(
                    insert(staff_attempts).values(
                        key=key,
                        failures=failures,
                        last_at=moment_to_text(at),
                        free_at=moment_to_text(at + _wait(failures, free)),
                    )
                )
            return 0

    def forgive(self, keys: Sequence[str]) -> None:
        """See ``Staffing``."""
        with self._writing() as writing:
            writing.connection.execute(delete(staff_attempts).where(staff_attempts.c.key.in_(keys)))


def _wait(failures: int, free: int) -> timedelta:
    """Nothing for the first ones, then 2, 4, 8 … seconds."""
    if failures < free:
        return timedelta(0)
    # Beyond a few doublings it is the longest one anyway.
    return min(_LONGEST, timedelta(seconds=2.0 ** min(failures - free + 1, 20)))


def _login_ref(connection: Connection, login: str) -> str:
    return vault_of(connection).reference(_LOGIN, login)


def _stands(connection: Connection, seen: StaffAccount) -> bool:
    """Whether what somebody proved themselves by still counts; it stays so while this writer has its turn."""
    row = connection.execute(select(staff_accounts).where(staff_accounts.c.id == seen.id)).first()
    if row is None:
        return False
    now = _account(connection, row)
    return now.is_enabled and (now.password, now.totp) == (seen.password, seen.totp)


def _need_administrator(connection: Connection, *, besides: str) -> None:
    """Raises StaffLastError where nobody else would look after the accounts; nobody comes in between."""
    others = select(staff_accounts.c.scopes).where(
        staff_accounts.c.id != besides, staff_accounts.c.disabled_at.is_(None)
    )
    found = connection.execute(others).scalars()
    if not any(StaffRole.ADMINISTRATOR in _scopes_from_text(text).roles for text in found):
        raise StaffLastError


def _account_row(connection: Connection, account: StaffAccount) -> dict[str, object]:
    vault = vault_of(connection)
    told = canonical_json({"login": account.login, "name": account.name})
    return {
        "id": account.id,
        "login_ref": _login_ref(connection, account.login),
        "told": vault.seal(told, place=told_place(account.id)),
        "scopes": scopes_to_text(account.scopes),
        "password": account.password,
        "must_change": int(account.must_change),
        "password_ends": moment_to_text(account.password_ends) if account.password_ends else None,
        "totp": vault.seal(account.totp, place=totp_place(account.id)),
        "totp_step": account.totp_step,
        "recovery": canonical_json(list(account.recovery)),
        "made_at": moment_to_text(account.made_at),
        "disabled_at": moment_to_text(account.disabled_at) if account.disabled_at else None,
    }


def _account(connection: Connection, row: Row[Any]) -> StaffAccount:
    vault = vault_of(connection)
    told = json.loads(vault.unseal(row.told, place=told_place(row.id)))
    return StaffAccount(
        id=row.id,
        login=told["login"],
        name=told["name"],
        scopes=_scopes_from_text(row.scopes),
        password=row.password,
        must_change=bool(row.must_change),
        password_ends=moment_from_text(row.password_ends) if row.password_ends else None,
        totp=vault.unseal(row.totp, place=totp_place(row.id)),
        totp_step=row.totp_step,
        recovery=tuple(json.loads(row.recovery)),
        made_at=moment_from_text(row.made_at),
        disabled_at=moment_from_text(row.disabled_at) if row.disabled_at else None,
    )


def _session(connection: Connection, row: Row[Any]) -> StaffSession:
    return StaffSession(
        token_hash=row.token_hash,
        actor=row.actor,
        stage=Stage(row.stage),
        kept=vault_of(connection).unseal(row.kept, place=kept_place(row.token_hash)),
        scopes=_scopes_from_text(row.scopes) if row.scopes else None,
        began_at=moment_from_text(row.began_at),
        seen_at=moment_from_text(row.seen_at),
        ends_at=moment_from_text(row.ends_at),
    )


def scopes_to_text(scopes: StaffScopes) -> str:
    """Rights as they are kept: canonical JSON."""
    return canonical_json(
        {
            "roles": sorted(role.value for role in scopes.roles),
            "offices": list(scopes.offices),
            "procedures": list(scopes.procedures),
            "fields": scopes.fields.value,
        }
    )


def _scopes_from_text(text: str) -> StaffScopes:
    told = json.loads(text)
    return StaffScopes(
        roles=frozenset(StaffRole(role) for role in told["roles"]),
        offices=tuple(told["offices"]),
        procedures=tuple(told["procedures"]),
        fields=FieldScope(told["fields"]),
    )
