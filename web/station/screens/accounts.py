"""Accounts of the office: who may sign in, what they may do; a change takes one's own password once more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from dossier.admission import FieldScope
from dossier.errors import MotlanError
from dossier.staff import StaffAccount, StaffRole, StaffScopes, Stage
from dossier.staff_errors import (
    SignInError,
    SignInLockedError,
    StaffKnownError,
    StaffLastError,
    StaffOwnError,
    StaffTermsError,
    StaffUnknownError,
    StepUpError,
)
from flows.staff import accounts, sign_in
from flows.staff.accounts import HandedOut
from web.station.door import Screen
from web.station.pages import Page
from web.station.visit import Visit

_PAGE: Final = 100
_TOLD: Final = (
    SignInError,
    SignInLockedError,
    StaffKnownError,
    StaffLastError,
    StaffOwnError,
    StaffTermsError,
    StepUpError,
)
"""What is told on the page itself; what was typed stays there."""


def screens() -> Sequence[Screen]:
    """The list, a new account, one account."""
    page = Page.ACCOUNTS
    return [
        Screen(path="/accounts", method="GET", page=page, show=_list),
        Screen(path="/accounts/new", method="GET", page=page, show=_new),
        Screen(path="/accounts/new", method="POST", page=page, show=_add),
        Screen(path="/accounts/{account}", method="GET", page=page, show=_one),
        Screen(path="/accounts/{account}", method="POST", page=page, show=_change),
    ]


def _list(visit: Visit) -> Response:
    told = visit.request.query_params.get("from", "0")
    first = int(told) if told.isascii() and told.isdecimal() and len(told) < 7 else 0
    found = accounts.accounts(visit.context.services)
    return visit.page(
        "accounts.html.j2",
        accounts=found[first : first + _PAGE],
        count=len(found),
        more=first + _PAGE if first + _PAGE < len(found) else 0,
        own=visit.need_person().actor,
    )


def _new(visit: Visit, error: MotlanError | None = None) -> Response:
    form = visit.form
    scopes = StaffScopes(
        roles=_roles(visit),
        offices=tuple(_listed(form["offices"])),
        procedures=tuple(_listed(form["procedures"])),
        fields=FieldScope(form["fields"]) if form["fields"] in set(FieldScope) else FieldScope.BASIC,
    )
    return visit.answer(
        "account_new.html.j2",
        error,
        login=form["login"],
        name=form["name"],
        scopes=scopes,
        roles=list(StaffRole),
        proves=_proves(visit),
        at_fault=error.item if isinstance(error, StaffTermsError) else "",
    )


def _add(visit: Visit) -> Response:
    services, form = visit.context.services, visit.form
    try:
        login, name = accounts.read_login(form["login"]), accounts.read_name(form["name"])
        scopes = _typed_scopes(visit)
        _prove(visit)
        made = accounts.add_account(
            services,
            login,
            name,
            scopes,
            passwords=visit.station.passwords,
            actor=visit.need_person().actor,
        )
    except _TOLD as error:
        return _new(visit, error)
    return _hand_out(visit, made)


def _one(
    visit: Visit, error: MotlanError | None = None, *, done: str = "", scopes: StaffScopes | None = None
) -> Response:
    services, account = visit.context.services, _account(visit)
    found = services.store.records.staff.sessions(account.actor)
    return visit.answer(
        "account_one.html.j2",
        error,
        account=account,
        scopes=scopes or account.scopes,
        roles=list(StaffRole),
        sessions=[one for one in found if one.stage is Stage.OPEN],
        is_own=account.actor == visit.need_person().actor,
        proves=_proves(visit),
        done=done,
        at_fault=error.item if isinstance(error, StaffTermsError) else "",
    )


def _change(visit: Visit) -> Response:
    account, act = _account(visit), visit.form["act"] or "roles"
    acts = {"roles": _new_roles, "disable": _disable, "reset": _reset, "sessions": _end_sessions}
    if act not in acts:
        return _one(visit)
    try:
        return acts[act](visit, account)
    except _TOLD as error:
        return _one(visit, error)


def _new_roles(visit: Visit, account: StaffAccount) -> Response:
    scopes = _typed_scopes(visit)
    _prove(visit)
    accounts.change_scopes(
        visit.context.services,
        account,
        scopes,
        actor=visit.need_person().actor,
        keep_administrator=True,
    )
    if account.actor == visit.need_person().actor and StaffRole.ADMINISTRATOR not in scopes.roles:
        return visit.go("/")
    return _one(visit, done="roles")


def _disable(visit: Visit, account: StaffAccount) -> Response:
    _prove_about(visit, account)
    accounts.disable(
        visit.context.services, account, actor=visit.need_person().actor, keep_administrator=True
    )
    return _one(visit, done="disable")


def _reset(visit: Visit, account: StaffAccount) -> Response:
    _prove_about(visit, account)
    made = accounts.reset(
        visit.context.services,
        account,
        passwords=visit.station.passwords,
        actor=visit.need_person().actor,
    )
    return _hand_out(visit, made)


def _end_sessions(visit: Visit, account: StaffAccount) -> Response:
    _prove_about(visit, account)
    accounts.end_sessions(visit.context.services, account, actor=visit.need_person().actor)
    return _one(visit, done="sessions")


def _hand_out(visit: Visit, made: HandedOut) -> Response:
    return visit.page("account_password.html.j2", account=made.account, password=made.password)


def _account(visit: Visit) -> StaffAccount:
    told = str(visit.request.path_params["account"])
    found = visit.context.services.store.records.staff.account(told)
    if found is None:
        # What stood in the address is not repeated: somebody may have typed a name there.
        raise StaffUnknownError
    return found


def _prove_about(visit: Visit, account: StaffAccount) -> None:
    if account.actor == visit.need_person().actor:
        raise StaffOwnError
    _prove(visit)


def _prove(visit: Visit) -> None:
    sign_in.prove_present(
        visit.context.services,
        visit.need_held(),
        visit.form.exact("current"),
        passwords=visit.station.passwords,
    )


def _proves(visit: Visit) -> bool:
    """Whether the person has a password here that can be asked for."""
    return visit.need_person().account is not None


def _typed_scopes(visit: Visit) -> StaffScopes:
    form = visit.form
    return accounts.read_scopes(
        {role.value for role in _roles(visit)},
        _listed(form["offices"]),
        _listed(form["procedures"]),
        form["fields"] or FieldScope.BASIC.value,
    )


def _roles(visit: Visit) -> frozenset[StaffRole]:
    return frozenset(role for role in StaffRole if visit.form[f"role_{role.value}"])


def _listed(text: str) -> Sequence[str]:
    return [one for one in text.replace(",", " ").split() if one]
