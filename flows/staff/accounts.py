"""Accounts: made, changed, disabled and reset, each with its entry in the journal."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from dossier.events import Event, EventKind
from dossier.staff import StaffAccount, StaffScopes, normal_login
from dossier.staff_errors import StaffKnownError, StaffUnknownError
from flows.staff.passwords import Passwords, start_password
from wiring.services import Services

START_DAYS: Final = 7
"""How long a password that was handed out counts."""
_ID_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class HandedOut:
    """An account, and the password to hand to its person; the password is told once and kept nowhere."""

    account: StaffAccount
    password: str = field(repr=False)


def add_account(
    services: Services, login: str, name: str, scopes: StaffScopes, *, passwords: Passwords
) -> HandedOut:
    """Make an account.

    Args:
        services: of this installation.
        login: what the person types.
        name: as others read it.
        scopes: roles and reach.
        passwords: how they are hashed.

    Raises:
        StaffKnownError: the login is taken.
    """
    now, password = services.clock(), start_password()
    account = StaffAccount(
        id=secrets.token_hex(_ID_BYTES),
        login=normal_login(login),
        name=name,
        scopes=scopes,
        password=passwords.hashed(password),
        must_change=True,
        password_ends=now + timedelta(days=START_DAYS),
        made_at=now,
    )
    event = _event(services, EventKind.STAFF_ADDED, account, scopes=scopes)
    if not services.store.records.staff.add(account, events=[event]):
        raise StaffKnownError
    return HandedOut(account, password)


def accounts(services: Services) -> Sequence[StaffAccount]:
    """All accounts, the oldest first."""
    return services.store.records.staff.accounts()


def find_account(services: Services, text: str) -> StaffAccount:
    """The account of an id or a login.

    Raises:
        StaffUnknownError: there is none.
    """
    staff = services.store.records.staff
    found = staff.account(text) or staff.by_login(normal_login(text))
    if found is None:
        raise StaffUnknownError(text)
    return found


def change_scopes(services: Services, account: StaffAccount, scopes: StaffScopes) -> StaffAccount:
    """Give an account other roles or another reach; it counts from the next request on."""
    changed = replace(account, scopes=scopes)
    event = _event(services, EventKind.STAFF_CHANGED, account, scopes=scopes)
    services.store.records.staff.change(changed, {"scopes"}, events=[event], end_sessions=False)
    return changed


def disable(services: Services, account: StaffAccount) -> StaffAccount:
    """Nobody signs in by it any more, and whoever is inside is out at once."""
    if not account.is_enabled:
        return account
    changed = replace(account, disabled_at=services.clock())
    event = _event(services, EventKind.STAFF_DISABLED, account)
    services.store.records.staff.change(changed, {"disabled_at"}, events=[event], end_sessions=True)
    return changed


def reset(services: Services, account: StaffAccount, *, passwords: Passwords) -> HandedOut:
    """A new password to hand out and no second factor; sessions end, a disabled account is enabled again."""
    password = start_password()
    changed = replace(
        account,
        password=passwords.hashed(password),
        must_change=True,
        password_ends=services.clock() + timedelta(days=START_DAYS),
        totp="",
        totp_step=0,
        recovery=(),
        disabled_at=None,
    )
    event = _event(services, EventKind.STAFF_RESET, account)
    services.store.records.staff.change(
        changed,
        {"password", "must_change", "password_ends", "totp", "totp_step", "recovery", "disabled_at"},
        events=[event],
        end_sessions=True,
    )
    return HandedOut(changed, password)


def _event(
    services: Services, kind: EventKind, account: StaffAccount, *, scopes: StaffScopes | None = None
) -> Event:
    details: dict[str, str | int] = {}
    if scopes is not None:
        details = {
            "roles": " ".join(sorted(scopes.roles)),
            "offices": " ".join(scopes.offices),
            "fields": scopes.fields.value,
        }
    return Event(
        kind=kind,
        at=services.clock(),
        actor=services.settings.actor,
        subject=account.id,
        details=details,
    )
