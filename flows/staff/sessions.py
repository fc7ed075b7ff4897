"""Sessions: a random token in the browser, its hash in the records; a new token at every step up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from dossier.events import Event, EventKind
from dossier.staff import ACTOR, StaffAccount, StaffScopes, StaffSession, Stage
from dossier.staff_errors import SessionEndedError
from wiring.services import Services

_TOKEN_BYTES: Final = 32
_DOOR_MINUTES: Final = 15
"""How long somebody may stand in the door: between the password and the last step in."""
_SEEN_SECONDS: Final = 60
"""A session is noted as used once in so long: not every page is a write."""


@dataclass(frozen=True, slots=True)
class Held:
    """A session together with the token that proves it, as the browser holds it."""

    session: StaffSession
    token: str = field(repr=False)

    @property
    def form_token(self) -> str:
        """What forms of this session carry, so that no foreign page can send one."""
        made = hmac.digest(self.token.encode(), b"form", "sha256")
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever is proven by a session, with the rights they have at this moment."""

    actor: str
    name: str = field(repr=False)
    scopes: StaffScopes
    account: StaffAccount | None


def begin(  # noqa: PLR0913 - a session has these parts
    services: Services,
    *,
    actor: str,
    stage: Stage,
    kept: str = "",
    scopes: StaffScopes | None = None,
    events: Sequence[Event] = (),
    seen: StaffAccount | None = None,
    instead_of: Held | None = None,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Held:
    """Begin a session under a token that nobody has seen before.

    Args:
        services: of this installation.
        actor: whose it is; empty while nobody is proven.
        stage: how far it has come.
        kept: what the stage needs.
        scopes: rights as the identity provider stated them.
        events: what it leaves in the journal.
        seen: the account on which somebody proved who they are; it must still stand as it was seen.
        instead_of: the session that this one goes on from, under a new token (session fixation); it must not
            have ended meanwhile, and ends now.
        random_bytes: source of the token.

    Raises:
        SessionEndedError: that account was disabled, or got another password or second factor meanwhile, or
            somebody signed out everywhere.
    """
    now, limits = services.clock(), services.settings.station
    lasts = timedelta(hours=limits.session_hours) if stage is Stage.OPEN else timedelta(minutes=_DOOR_MINUTES)
    token = base64.urlsafe_b64encode(random_bytes(_TOKEN_BYTES)).rstrip(b"=").decode()
    session = StaffSession(
        token_hash=token_hash(token),
        actor=actor,
        stage=stage,
        kept=kept,
        scopes=scopes,
        began_at=now,
        seen_at=now,
        ends_at=now + lasts,
    )
    before = instead_of.session.token_hash if instead_of else ""
    if not services.store.records.staff.begin(session, events=events, seen=seen, instead_of=before):
        raise SessionEndedError
    return Held(session, token)


def leave_behind(services: Services, held: Held | None) -> None:
    """End the session that a browser brought to the door: what is proven there begins under a new token."""
    if held is not None:
        services.store.records.staff.end(held.session.token_hash, events=())


def find(services: Services, token: str) -> Held | None:
    """The session of a token, while it lasts; that it was used is noted."""
    staff, now = services.store.records.staff, services.clock()
    session = staff.session(token_hash(token)) if token else None
    if session is None:
        return None
    idle = timedelta(minutes=services.settings.station.idle_minutes)
    if now >= session.ends_at or now - session.seen_at >= idle:
        return None
    if now - session.seen_at >= timedelta(seconds=_SEEN_SECONDS):
        staff.seen(session.token_hash, at=now)
    return Held(session, token)


def lasts(services: Services, held: Held) -> Person | None:
    """Whose session it still is, without noting that it was used: for what goes on by itself."""
    session = services.store.records.staff.session(held.session.token_hash)
    now, idle = services.clock(), timedelta(minutes=services.settings.station.idle_minutes)
    if session is None or now >= session.ends_at or now - session.seen_at >= idle:
        return None
    return person_of(services, session)


def person_of(services: Services, session: StaffSession) -> Person | None:
    """Who is proven by a session; nobody when their account was disabled meanwhile."""
    if session.scopes is not None:
        # The provider said the name; it is kept with the session and goes with it.
        return Person(actor=session.actor, name=session.kept, scopes=session.scopes, account=None)
    account = services.store.records.staff.account(session.actor.removeprefix(ACTOR))
    if account is None or not account.is_enabled:
        return None
    return Person(actor=account.actor, name=account.name, scopes=account.scopes, account=account)


def sign_out(services: Services, held: Held) -> None:
    """End one session."""
    services.store.records.staff.end(held.session.token_hash, events=[_left(services, held, everywhere=0)])


def sign_out_everywhere(services: Services, held: Held) -> int:
    """End all sessions of whoever holds this one; gives how many."""
    event = _left(services, held, everywhere=1)
    return services.store.records.staff.end_all(held.session.actor, events=[event])


def token_hash(token: str) -> str:
    """As the records know a token: it has 256 random bits, so one plain digest is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _left(services: Services, held: Held, *, everywhere: int) -> Event:
    return Event(
        kind=EventKind.STAFF_SIGNED_OUT,
        at=services.clock(),
        actor=held.session.actor,
        details={"everywhere": everywhere},
    )
