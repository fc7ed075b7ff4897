"""Signing in by an account kept here: password, then second factor, each counted before it is looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from dossier.events import Event, EventKind
from dossier.staff import ACTOR, StaffAccount, StaffScopes, Stage, normal_login
from dossier.staff_errors import (
    PasswordDiffersError,
    PasswordSameError,
    SessionEndedError,
    SignInError,
    SignInLockedError,
    StepUpError,
)
from flows.staff import sessions
from flows.staff.passwords import Passwords, check_password
from flows.staff.second_factor import (
    RecoveryCodes,
    is_recovery,
    new_recovery_codes,
    new_secret,
    recovery_hash,
    step_of,
)
from flows.staff.sessions import Held
from wiring.services import Services

_FREE_OF_ACCOUNT: Final = 5
_FREE_OF_ADDRESS: Final = 20
"""Failures in a row before each further one makes everybody wait: of a login, and from an address."""
_LONG_LOCK: Final = 8
"""Seconds from which on a wait is worth an entry in the journal of its own."""
_JUST_NOW: Final = timedelta(minutes=10)
_STRANGER: Final = "station"
"""Who stands in the journal when nobody is proven."""


def enter(  # noqa: PLR0913 - what is known of an attempt
    services: Services, login: str, password: str, *, peer: str, passwords: Passwords, before: Held | None
) -> Held:
    """Look at a login and a password; gives a session that has come as far as the next step.

    Args:
        services: of this installation.
        login: as typed.
        password: as typed.
        peer: address of the other side.
        passwords: how they are hashed.
        before: a session of this browser, which ends.

    Raises:
        SignInError: they are not right, or the account is not to be used; which of these is not told.
        SignInLockedError: too many attempts failed before.
        SessionEndedError: the account was changed at that very moment.
    """
    staff, known = services.store.records.staff, normal_login(login)
    keys = _door_keys(services, known, peer)
    _need_turn(services, keys, login=known)
    account = staff.by_login(known)
    right = passwords.matches(account.password if account else "", password)
    if account is None or not right or not _may_enter(services, account):
        raise _refused(services, account, "password")
    stage = Stage.CODE if account.totp else _after(account, services)
    if stage is not Stage.CODE:
        staff.forgive([key for key, _ in keys])
    sessions.leave_behind(services, before)
    return _go(services, None, account, stage)


def enter_code(services: Services, held: Held, code: str, *, peer: str) -> Held:
    """Look at the code of the second factor, or a recovery code.

    Raises:
        SessionEndedError: this session does not stand at that step.
        SignInError: it is not right, or was used before.
        SignInLockedError: too many attempts failed before.
    """
    staff, account = services.store.records.staff, _account_at(services, held, Stage.CODE)
    keys = _stage_keys(services, account, Stage.CODE)
    _need_turn(services, keys, login=account.login)
    if is_recovery(code):
        event = _event(services, EventKind.STAFF_RECOVERY_USED, account, left=len(account.recovery) - 1)
        right = staff.use_recovery(account.id, recovery_hash(code), events=[event])
    else:
        step = step_of(account.totp, code, at=services.clock())
        right = bool(step) and staff.use_code(account.id, step=step)
    if not right:
        raise _refused(services, account, "code")
    # The password was right too: what was counted before the door is forgiven with it.
    staff.forgive([key for key, _ in (*keys, *_door_keys(services, account.login, peer))])
    return _go(services, held, account, _after(account, services))


def choose_password(
    services: Services, held: Held, password: str, again: str, *, passwords: Passwords
) -> Held:
    """Take a person's own password in place of the one that was handed out.

    Raises:
        SessionEndedError: this session does not stand at that step.
        PasswordRuleError: it cannot be taken.
    """
    account = _account_at(services, held, Stage.PASSWORD)
    changed = _change_password(services, account, password, again, passwords=passwords)
    return _go(services, None, changed, _after(changed, services))


def change_password(  # noqa: PLR0913 - what is typed into one form
    services: Services,
    held: Held,
    current: str,
    password: str,
    again: str,
    *,
    passwords: Passwords,
) -> Held:
    """Change the password of whoever is inside; all their other sessions end.

    Raises:
        SessionEndedError: nobody with an account is inside.
        SignInError: the present password is not right.
        SignInLockedError: too many attempts failed before.
        PasswordRuleError: the new one cannot be taken.
    """
    account = prove_again(services, held, current, passwords=passwords)
    changed = _change_password(services, account, password, again, passwords=passwords)
    return sessions.begin(services, actor=account.actor, stage=Stage.OPEN, seen=changed)


def prove_again(services: Services, held: Held, current: str, *, passwords: Passwords) -> StaffAccount:
    """Whoever is inside types their password once more, before something that matters.

    Raises:
        SessionEndedError: nobody with an account is inside.
        SignInError: it is not right.
        SignInLockedError: too many attempts failed before.
    """
    account = _account_at(services, held, Stage.OPEN)
    keys = _stage_keys(services, account, Stage.OPEN)
    _need_turn(services, keys, login=account.login)
    if not passwords.matches(account.password, current):
        raise _refused(services, account, "password")
    services.store.records.staff.forgive([key for key, _ in keys])
    return account


def prove_present(services: Services, held: Held, current: str, *, passwords: Passwords) -> None:
    """Whoever is inside proves that it is still them: by their password, or by having signed in just now.

    Raises:
        SessionEndedError: nobody is inside.
        SignInError: the password is not right.
        SignInLockedError: too many attempts failed before.
        StepUpError: the identity provider let them in too long ago.
    """
    if held.session.scopes is None:
        prove_again(services, held, current, passwords=passwords)
    elif services.clock() - held.session.began_at > _JUST_NOW:
        raise StepUpError


def begin_enrolment(services: Services, held: Held) -> tuple[StaffAccount, str]:
    """The secret that an authenticator app is to take; the same one while this session lasts.

    Raises:
        SessionEndedError: this session does not stand at that step, or the account has a second factor.
    """
    account = _account_at(services, held, Stage.ENROL)
    if account.totp:
        # Set up by another browser meanwhile, perhaps by another person: it is not replaced from here.
        raise SessionEndedError
    return account, str(json.loads(held.session.kept)["secret"])


def finish_enrolment(services: Services, held: Held, code: str) -> tuple[Held, RecoveryCodes]:
    """Keep the second factor once the app has shown a right code; all other sessions of the account end.

    Returns:
        The session, open now, and the recovery codes, which are told once.

    Raises:
        SessionEndedError: this session does not stand at that step, or the account has a second factor.
        SignInError: the code is not right.
        SignInLockedError: too many attempts failed before.
    """
    account, secret = begin_enrolment(services, held)
    keys = _stage_keys(services, account, Stage.ENROL)
    _need_turn(services, keys, login=account.login)
    step = step_of(secret, code, at=services.clock())
    if not step:
        raise _refused(services, account, "code")
    services.store.records.staff.forgive([key for key, _ in keys])
    codes = new_recovery_codes()
    changed = replace(account, totp=secret, totp_step=step, recovery=codes.hashes)
    event = _event(services, EventKind.STAFF_FACTOR_ENROLLED, account)
    if not services.store.records.staff.change(
        changed, {"totp", "totp_step", "recovery"}, events=[event], end_sessions=True, seen=account
    ):
        raise SessionEndedError
    return _go(services, None, changed, Stage.OPEN), codes


def enter_by_provider(
    services: Services, held: Held | None, *, actor: str, name: str, scopes: StaffScopes
) -> Held:
    """Open a session for somebody for whom the identity provider vouched."""
    event = Event(
        kind=EventKind.STAFF_SIGNED_IN,
        at=services.clock(),
        actor=actor,
        details={"by": "provider", "roles": " ".join(sorted(scopes.roles))},
    )
    sessions.leave_behind(services, held)
    return sessions.begin(services, actor=actor, stage=Stage.OPEN, kept=name, scopes=scopes, events=[event])


def failed_at_provider(services: Services, why: str) -> None:
    """Tell the journal that somebody came back from the provider and was not let in; ``why`` is a code."""
    details: Mapping[str, str | int] = {"step": "provider", "why": why}
    services.store.records.record(
        Event(kind=EventKind.STAFF_SIGN_IN_FAILED, at=services.clock(), actor=_STRANGER, details=details)
    )


def _may_enter(services: Services, account: StaffAccount) -> bool:
    ends = account.password_ends
    return account.is_enabled and (ends is None or services.clock() < ends)


def _after(account: StaffAccount, services: Services) -> Stage:
    """The next step once password and, where there is one, second factor are right."""
    if account.must_change:
        return Stage.PASSWORD
    if services.settings.station.second_factor and not account.totp:
        return Stage.ENROL
    return Stage.OPEN


def _go(services: Services, held: Held | None, account: StaffAccount, stage: Stage) -> Held:
    kept = json.dumps({"secret": new_secret()}) if stage is Stage.ENROL else ""
    events: Sequence[Event] = (
        [_event(services, EventKind.STAFF_SIGNED_IN, account, by="account")] if stage is Stage.OPEN else ()
    )
    return sessions.begin(
        services,
        actor=account.actor,
        stage=stage,
        kept=kept,
        events=events,
        seen=account,
        instead_of=held,
    )


def _change_password(
    services: Services, account: StaffAccount, password: str, again: str, *, passwords: Passwords
) -> StaffAccount:
    if password != again:
        raise PasswordDiffersError
    listed = services.settings.station.breached_passwords
    check_password(password, login=account.login, breached=listed)
    if passwords.matches(account.password, password):
        raise PasswordSameError
    changed = replace(account, password=passwords.hashed(password), must_change=False, password_ends=None)
    # Hashing takes a while: whoever was disabled or reset meanwhile stays so.
    if not services.store.records.staff.change(
        changed,
        {"password", "must_change", "password_ends"},
        events=[_event(services, EventKind.STAFF_PASSWORD_CHANGED, account)],
        end_sessions=True,
        seen=account,
    ):
        raise SessionEndedError
    return changed


def _account_at(services: Services, held: Held, stage: Stage) -> StaffAccount:
    if held.session.stage is not stage or held.session.scopes is not None:
        raise SessionEndedError
    account = services.store.records.staff.account(held.session.actor.removeprefix(ACTOR))
    if account is None or not account.is_enabled:
        raise SessionEndedError
    return account


def _stage_keys(services: Services, account: StaffAccount, stage: Stage) -> Sequence[tuple[str, int]]:
    """What counts for whoever proved something already: strangers at the door do not make them wait."""
    reference = services.store.records.staff.reference
    return ((f"account:{reference('staff-attempt', f'{stage.value}:{account.id}')}", _FREE_OF_ACCOUNT),)


def _door_keys(services: Services, login: str, peer: str) -> Sequence[tuple[str, int]]:
    reference = services.store.records.staff.reference
    return (
        (f"account:{reference('staff-attempt', f'login:{login}')}", _FREE_OF_ACCOUNT),
        (f"address:{reference('staff-attempt', f'peer:{peer}')}", _FREE_OF_ADDRESS),
    )


def _need_turn(services: Services, keys: Sequence[tuple[str, int]], *, login: str) -> None:
    staff = services.store.records.staff
    wait = staff.attempt(keys, at=services.clock())
    if not wait:
        return
    if wait >= _LONG_LOCK:
        account = staff.by_login(login)
        services.store.records.record(
            Event(
                kind=EventKind.STAFF_LOCKED,
                at=services.clock(),
                actor=account.actor if account else _STRANGER,
                details={"seconds": wait},
            )
        )
    raise SignInLockedError(seconds=wait)


def _refused(services: Services, account: StaffAccount | None, step: str) -> SignInError:
    """Journal a failure; gives the error to raise."""
    services.store.records.record(
        Event(
            kind=EventKind.STAFF_SIGN_IN_FAILED,
            at=services.clock(),
            actor=account.actor if account else _STRANGER,
            details={"step": step},
        )
    )
    return SignInError()


def _event(services: Services, kind: EventKind, account: StaffAccount, **details: str | int) -> Event:
    return Event(kind=kind, at=services.clock(), actor=account.actor, subject=account.id, details=details)
