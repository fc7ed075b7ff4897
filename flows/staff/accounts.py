"""Accounts: made, changed, disabled and reset, each with its entry in the journal."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from dossier.admission import EVERYTHING, FieldScope
from dossier.codes import is_office, parse_procedure_code
from dossier.errors import ArgumentError
from dossier.events import Event, EventKind
from dossier.staff import StaffAccount, StaffRole, StaffScopes, normal_login
from dossier.staff_errors import StaffKnownError, StaffTermsError, StaffUnknownError
from flows.staff.passwords import Passwords, start_password
from wiring.services import Services

START_DAYS: Final = 7
"""How long a password that was handed out counts."""
_ID_BYTES: Final = 8
_LOGIN: Final = re.compile(r"^[a-z0-9][a-z0-9._@-]{2,63}\Z", re.ASCII)
_MOST_NAME: Final = 100
WITHOUT_OFFICE: Final = frozenset(
    {StaffRole.ADMINISTRATOR, StaffRole.SCANNER, StaffRole.CHECKER, StaffRole.SIGNER}
)
"""They look after accounts, or after papers before they belong to a dossier."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """An account, and the password to hand to its person; the password is told once and kept nowhere."""

    account: StaffAccount
    password: str = field(repr=False)


def add_account(  # noqa: PLR0913 - an account has these parts
    services: Services, login: str, name: str, scopes: StaffScopes, *, passwords: Passwords, actor: str = ""
) -> HandedOut:
    """Make an account.

    Args:
        services: of this installation.
        login: what the person types.
        name: as others read it.
        scopes: roles and reach.
        passwords: how they are hashed.
        actor: opaque name of who makes it; that of the settings when empty, as in what follows.

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
    event = _event(services, EventKind.STAFF_ADDED, account, actor=actor, scopes=scopes)
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


def change_scopes(
    services: Services,
    account: StaffAccount,
    scopes: StaffScopes,
    *,
    actor: str = "",
    keep_administrator: bool = False,
) -> StaffAccount:
    """Give an account other roles or another reach; it counts from the next request on.

    Args:
        services: of this installation.
        account: as it is.
        scopes: that it gets.
        actor: who does it; that of the settings when empty.
        keep_administrator: refuse it where it would take the last administrator.

    Raises:
        StaffLastError: it would.
    """
    changed = replace(account, scopes=scopes)
    loses = StaffRole.ADMINISTRATOR in account.scopes.roles - scopes.roles
    event = _event(services, EventKind.STAFF_CHANGED, account, actor=actor, scopes=scopes)
    services.store.records.staff.change(
        changed,
        {"scopes"},
        events=[event],
        end_sessions=False,
        keep_administrator=keep_administrator and loses,
    )
    return changed


def disable(
    services: Services, account: StaffAccount, *, actor: str = "", keep_administrator: bool = False
) -> StaffAccount:
    """Nobody signs in by it any more, and whoever is inside is out at once.

    Raises:
        StaffLastError: it is the last administrator, and one is to be kept.
    """
    if not account.is_enabled:
        return account
    changed = replace(account, disabled_at=services.clock())
    event = _event(services, EventKind.STAFF_DISABLED, account, actor=actor)
    services.store.records.staff.change(
        changed,
        {"disabled_at"},
        events=[event],
        end_sessions=True,
        keep_administrator=keep_administrator and StaffRole.ADMINISTRATOR in account.scopes.roles,
    )
    return changed


def reset(services: Services, account: StaffAccount, *, passwords: Passwords, actor: str = "") -> HandedOut:
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
    event = _event(services, EventKind.STAFF_RESET, account, actor=actor)
    services.store.records.staff.change(
        changed,
        {"password", "must_change", "password_ends", "totp", "totp_step", "recovery", "disabled_at"},
        events=[event],
        end_sessions=True,
    )
    return HandedOut(changed, password)


def end_sessions(services: Services, account: StaffAccount, *, actor: str) -> int:
    """Put a person out of all browsers; gives of how many."""
    event = _event(services, EventKind.STAFF_SIGNED_OUT, account, actor=actor)
    event = replace(event, details={"everywhere": 1})
    return services.store.records.staff.end_all(account.actor, events=[event])


def read_login(text: str) -> str:
    """A login as it may be given to a new account.

    Raises:
        StaffTermsError: it may not.
    """
    login = normal_login(text)
    if not _LOGIN.match(login):
        raise StaffTermsError("login", reason="từ 3 ký tự: chữ thường, số, dấu . _ @ -")
    return login


def read_name(text: str) -> str:
    """A name as colleagues read it.

    Raises:
        StaffTermsError: nothing, or too much.
    """
    shown = " ".join(unicodedata.normalize("NFC", text).split())
    if not shown or len(shown) > _MOST_NAME or not shown.isprintable():
        raise StaffTermsError("name", reason="họ tên")
    return shown


def read_scopes(
    roles: Collection[str], offices: Sequence[str], procedures: Sequence[str], fields: str
) -> StaffScopes:
    """Roles and reach as somebody typed them; no procedures are all of them.

    Raises:
        StaffTermsError: what is none; its item says which of the four.
    """
    if not roles or not set(roles) <= set(StaffRole):
        raise StaffTermsError("role", reason=f"ít nhất một vai trò: {', '.join(StaffRole)}")
    if fields not in set(FieldScope):
        raise StaffTermsError("fields", reason=", ".join(FieldScope))
    known = frozenset(StaffRole(role) for role in roles)
    if known - WITHOUT_OFFICE and not offices:
        raise StaffTermsError("office", reason="ít nhất một mã cơ quan, ví dụ H26.5.12")
    codes = [each.strip().upper() for each in offices]
    if not all(code == EVERYTHING or is_office(code) for code in codes):
        raise StaffTermsError("office", reason="mã cơ quan, ví dụ H26.5.12, hoặc * cho tất cả")
    try:
        named = tuple(parse_procedure_code(each) for each in procedures if each.strip() != EVERYTHING)
    except ArgumentError as error:
        raise StaffTermsError("procedure", reason="mã thủ tục, ví dụ 1.004222") from error
    return StaffScopes(
        roles=known, offices=tuple(codes), procedures=named or (EVERYTHING,), fields=FieldScope(fields)
    )


def _event(
    services: Services,
    kind: EventKind,
    account: StaffAccount,
    *,
    actor: str = "",
    scopes: StaffScopes | None = None,
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
        actor=actor or services.settings.actor,
        subject=account.id,
        details=details,
    )
