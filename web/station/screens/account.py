"""One's own account: change the password, see open sessions, leave everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from dossier.errors import MotlanError
from dossier.staff import Stage
from dossier.staff_errors import PasswordRuleError, SignInError, SignInLockedError
from flows.staff import sessions, sign_in
from web.station.door import Screen
from web.station.pages import Page
from web.station.visit import Visit


def screens() -> Sequence[Screen]:
    """The page and its form."""
    return [
        Screen(path="/account", method="GET", page=Page.ACCOUNT, show=_show),
        Screen(path="/account", method="POST", page=Page.ACCOUNT, show=_change),
        Screen(path="/account/sessions", method="POST", page=Page.ACCOUNT, show=_end_all),
    ]


def _show(
    visit: Visit, error: MotlanError | None = None, *, done: bool = False, ending: bool = False
) -> Response:
    person = visit.need_person()
    found = visit.context.services.store.records.staff.sessions(person.actor)
    here = visit.need_held().session.token_hash
    return visit.answer(
        "account.html.j2",
        error,
        account=person.account,
        sessions=[(one, one.token_hash == here) for one in found if one.stage is Stage.OPEN],
        done=done,
        ending=ending,
    )


def _change(visit: Visit) -> Response:
    form = visit.form
    try:
        held = sign_in.change_password(
            visit.context.services,
            visit.need_held(),
            form.exact("current"),
            form.exact("password"),
            form.exact("again"),
            passwords=visit.station.passwords,
        )
    except (PasswordRuleError, SignInError, SignInLockedError) as error:
        return _show(visit, error)
    visit.held = held
    return visit.hold(_show(visit, done=True), held)


def _end_all(visit: Visit) -> Response:
    """Out everywhere: by the password once more, or at once for somebody whom the provider let in."""
    services, held = visit.context.services, visit.need_held()
    if visit.need_person().account is not None:
        try:
            sign_in.prove_again(
                services, held, visit.form.exact("current"), passwords=visit.station.passwords
            )
        except (SignInError, SignInLockedError) as error:
            return _show(visit, error, ending=True)
    sessions.sign_out_everywhere(services, held)
    return visit.release(visit.go("/sign-in"))
