"""People who work at the station: accounts, roles, sessions, and what locks a door for a while.

A login, a name and the secret of a second factor are personal: stores seal them. In the journal a person is
an opaque actor, ``user-`` and an id for an account kept here, ``oidc-`` and a reference for one of the
identity provider.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from dossier.admission import FieldScope
from dossier.events import Event

ACTOR: Final = "user-"
"""How the opaque name of an account begins."""


class StaffRole(StrEnum):
    """What a person does; one person may do several. ``web.station.pages`` says which pages each may see."""

    SCANNER = "scanner"
    """Người quét: feeds papers."""
    CHECKER = "checker"
    """Người kiểm tra: settles what the machine doubts."""
    SIGNER = "signer"
    """Người ký số."""
    ONE_STOP = "one_stop"
    """Cán bộ một cửa: receives dossiers and asks about the persons of them."""
    ARCHIVIST = "archivist"
    """Người lưu trữ: keeps and proves, reads on the ground of archiving."""
    MANAGER = "manager"
    """Lãnh đạo, quản lý: looks at figures."""
    ADMINISTRATOR = "administrator"
    """Quản trị: accounts; sees no paper."""
    AUDITOR = "auditor"
    """Người thanh tra, kiểm toán: looks at figures and at the journal; sees no paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffScopes:
    """What a person is and how far their rights reach.

    Attributes:
        roles: at least one.
        offices: agency parts of dossier codes, ``*`` for all of them.
        procedures: short codes, or ``*``.
        fields: which fields of papers they see.
    """

    roles: frozenset[StaffRole]
    offices: tuple[str, ...]
    procedures: tuple[str, ...]
    fields: FieldScope


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAccount:
    """An account kept here.

    Attributes:
        id: opaque, 16 hexadecimal digits.
        login: what is typed at the door; normalised by ``normal_login``.
        name: as other people read it.
        scopes: roles and reach.
        password: Argon2id hash in its usual text form.
        must_change: the password was handed out; the next sign-in asks for one of the person's own.
        password_ends: a password that was handed out counts until then; nothing for one of their own.
        totp: secret of the second factor in base32; empty before it is enrolled.
        totp_step: number of the 30-second step whose code was used last; 0 when none was.
        recovery: SHA-256 of recovery codes that were not used yet, hexadecimal.
        made_at: aware.
        disabled_at: from when on nobody signs in by it; nothing while they may.
    """

    id: str
    login: str = field(repr=False)
    name: str = field(repr=False)
    scopes: StaffScopes
    password: str = field(repr=False)
    must_change: bool
    password_ends: datetime | None
    totp: str = field(default="", repr=False)
    totp_step: int = 0
    recovery: tuple[str, ...] = field(default=(), repr=False)
    made_at: datetime
    disabled_at: datetime | None = None

    @property
    def actor(self) -> str:
        """Opaque name for the journal."""
        return f"{ACTOR}{self.id}"

    @property
    def is_enabled(self) -> bool:
        """Whether anybody may sign in by it."""
        return self.disabled_at is None


class Stage(StrEnum):
    """How far a session has come; only an open one leads to any page besides those of the door."""

    PROVIDER = "provider"
    """Somebody was sent to the identity provider and has not come back."""
    CODE = "code"
    """The password was right; the second factor is asked for."""
    PASSWORD = "password"  # noqa: S105 - the name of a stage
    """The password was handed out; one of their own is asked for."""
    ENROL = "enrol"
    """There is no second factor yet; it is set up now."""
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSession:
    """A session of one browser.

    Attributes:
        token_hash: SHA-256 of what the browser holds, hexadecimal; the token itself is kept nowhere.
        actor: whose it is; empty while nobody is proven.
        stage: how far it has come.
        kept: what the stage needs, sealed: canonical JSON.
        scopes: rights as the identity provider stated them; nothing for accounts kept here, whose rights are
            looked up each time.
        began_at, seen_at, ends_at: aware; nothing prolongs ``ends_at``.
    """

    token_hash: str = field(repr=False)
    actor: str
    stage: Stage
    kept: str = field(default="", repr=False)
    scopes: StaffScopes | None = None
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


def normal_login(text: str) -> str:
    """A login as it is kept: lower case, without spaces around it."""
    return text.strip().casefold()


class Staffing(Protocol):
    """Accounts, sessions and failed attempts of one store. Each write is one transaction with its events."""

    def reference(self, purpose: str, text: str) -> str:
        """Opaque reference of a login or an address under the secret of the store."""

    def add(self, account: StaffAccount, *, events: Sequence[Event]) -> bool:
        """Keep a new account; ``False`` when the login is taken, and nothing is kept then."""

    def account(self, account: str) -> StaffAccount | None:
        """The account of that id."""

    def by_login(self, login: str) -> StaffAccount | None:
        """The account of a normalised login."""

    def accounts(self) -> Sequence[StaffAccount]:
        """All of them, the oldest first."""

    def change(  # noqa: PLR0913 - what may change, and under which conditions
        self,
        account: StaffAccount,
        only: Collection[str],
        *,
        events: Sequence[Event],
        end_sessions: bool,
        seen: StaffAccount | None = None,
        keep_administrator: bool = False,
    ) -> bool:
        """Change an account, and end its sessions where that is asked for.

        Args:
            account: as it is to be.
            only: names of what is kept of it, all else stays as it is in the records at that moment.
            events: what it leaves in the journal.
            end_sessions: whether all its sessions end.
            seen: the account on which somebody proved who they are, if that is why it may change.
            keep_administrator: only where somebody else stays who looks after the accounts.

        Raises:
            StaffLastError: nobody would; nothing is kept.

        Returns:
            ``False`` when it is not there, or is disabled or has another password or second factor than was
            seen; nothing is kept then.
        """

    def use_code(self, account: str, *, step: int) -> bool:
        """Note the step whose code was used; ``False`` when it or a later one was used before."""

    def use_recovery(self, account: str, code_hash: str, *, events: Sequence[Event]) -> bool:
        """Take a recovery code away; ``False`` when there is none of that hash."""

    def begin(
        self,
        session: StaffSession,
        *,
        events: Sequence[Event],
        seen: StaffAccount | None = None,
        instead_of: str = "",
    ) -> bool:
        """Keep a new session; those that have ended are forgotten on the way.

        Args:
            session: the new one.
            events: what it leaves in the journal.
            seen: the account on which somebody proved who they are, where an account is why it may begin.
            instead_of: hash of the token of the session that this one goes on from; it ends.

        Returns:
            ``False`` when that account is not there any more, or is disabled or has another password or
            second factor than was seen, or when the session to go on from has ended; nothing is kept then.
        """

    def session(self, token_hash: str) -> StaffSession | None:
        """The session of that hash."""

    def sessions(self, actor: str) -> Sequence[StaffSession]:
        """Sessions of somebody, the newest first."""

    def seen(self, token_hash: str, *, at: datetime) -> None:
        """Note that a session was used."""

    def end(self, token_hash: str, *, events: Sequence[Event]) -> None:
        """End one session."""

    def end_all(self, actor: str, *, events: Sequence[Event]) -> int:
        """End all sessions of somebody; gives how many there were."""

    def attempt(self, keys: Sequence[tuple[str, int]], *, at: datetime) -> int:
        """Count an attempt at the door before it is looked at.

        Args:
            keys: opaque references of what is attempted and from where, each with how many failures are free.
            at: now, aware.

        Returns:
            0 when it may be made; else whole seconds until it may, and nothing is counted.
        """

    def forgive(self, keys: Sequence[str]) -> None:
        """The attempt was good: forget the failures of these."""
