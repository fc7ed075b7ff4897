"""The door: password, second factor, setting it up, a password of one's own, the provider, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from dossier.errors import MotlanError
from dossier.staff import Stage
from dossier.staff_errors import (
    PasswordRuleError,
    ProviderRefusedError,
    SessionEndedError,
    SignInError,
    SignInLockedError,
)
from flows.staff import sessions, sign_in
from flows.staff.second_factor import address_of
from flows.staff.sessions import Held
from ocr.barcodes import qr_modules
from web.station.door import Screen, knock
from web.station.pages import Page
from web.station.provider import BACK, Errand
from web.station.visit import Visit, leads_on

_STEPS: Final = {
    Stage.CODE: "/sign-in/code",
    Stage.PASSWORD: "/sign-in/password",
    Stage.ENROL: "/sign-in/second-factor",
    Stage.OPEN: "/",
}
_ERRAND: Final = "motlan-errand"
_MOST_NAME: Final = 200


def screens() -> Sequence[Screen]:
    """Pages of the door."""
    return [
        Screen(path="/sign-in", method="GET", page=Page.SIGN_IN, show=_ask),
        Screen(path="/sign-in", method="POST", page=Page.SIGN_IN, show=_enter, before=knock),
        Screen(path="/sign-in/code", method="GET", page=Page.SIGN_IN, show=_ask_code),
        Screen(path="/sign-in/code", method="POST", page=Page.SIGN_IN, show=_enter_code, before=knock),
        Screen(path="/sign-in/password", method="GET", page=Page.SIGN_IN, show=_ask_password),
        Screen(
            path="/sign-in/password", method="POST", page=Page.SIGN_IN, show=_choose_password, before=knock
        ),
        Screen(path="/sign-in/second-factor", method="GET", page=Page.SIGN_IN, show=_show_secret),
        Screen(path="/sign-in/second-factor", method="POST", page=Page.SIGN_IN, show=_enrol, before=knock),
        Screen(path="/sign-in/provider", method="POST", page=Page.SIGN_IN, show=_to_provider, before=knock),
        Screen(path=BACK, method="GET", page=Page.SIGN_IN, show=_from_provider),
        Screen(path="/sign-out", method="POST", page=Page.SIGN_OUT, show=_leave),
    ]


def _ask(visit: Visit) -> Response:
    if visit.is_open:
        return visit.go("/")
    return _door(visit, after=visit.request.query_params.get("next", ""))


def _door(visit: Visit, *, after: str, error: MotlanError | None = None, login: str = "") -> Response:
    return visit.answer(
        "sign_in.html.j2", error, after=_safe(after), login=login, provider=_has_provider(visit)
    )


def _enter(visit: Visit) -> Response:
    form, after = visit.form, visit.form["next"]
    login, password = form["login"][:_MOST_NAME], form.exact("password")
    try:
        held = sign_in.enter(
            visit.context.services,
            login,
            password,
            peer=visit.peer,
            passwords=visit.station.passwords,
            before=visit.held,
        )
    except (SignInError, SignInLockedError) as error:
        return _door(visit, after=after, error=error, login=login)
    return _next(visit, held, after=after)


def _ask_code(visit: Visit) -> Response:
    _need(visit, Stage.CODE)
    return visit.answer("code.html.j2", None, after=_safe(visit.request.query_params.get("next", "")))


def _enter_code(visit: Visit) -> Response:
    held, after = visit.need_held(), visit.form["next"]
    try:
        inside = sign_in.enter_code(visit.context.services, held, visit.form["code"], peer=visit.peer)
    except (SignInError, SignInLockedError) as error:
        return visit.answer("code.html.j2", error, after=_safe(after))
    return _next(visit, inside, after=after)


def _ask_password(visit: Visit) -> Response:
    _need(visit, Stage.PASSWORD)
    return visit.answer("new_password.html.j2", None)


def _choose_password(visit: Visit) -> Response:
    held, form = visit.need_held(), visit.form
    try:
        inside = sign_in.choose_password(
            visit.context.services,
            held,
            form.exact("password"),
            form.exact("again"),
            passwords=visit.station.passwords,
        )
    except PasswordRuleError as error:
        return visit.answer("new_password.html.j2", error)
    return _next(visit, inside)


def _show_secret(visit: Visit, error: MotlanError | None = None) -> Response:
    account, secret = sign_in.begin_enrolment(visit.context.services, _need(visit, Stage.ENROL))
    address = address_of(secret, login=account.login)
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return visit.answer("enrol.html.j2", error, rows=_dark_runs(address), secret=groups)


def _enrol(visit: Visit) -> Response:
    held = visit.need_held()
    try:
        inside, codes = sign_in.finish_enrolment(visit.context.services, held, visit.form["code"])
    except (SignInError, SignInLockedError) as error:
        return _show_secret(visit, error)
    visit.held = inside
    return visit.hold(visit.page("recovery.html.j2", codes=codes.texts), inside)


def _to_provider(visit: Visit) -> Response:
    provider = visit.station.provider
    if provider is None:
        raise ProviderRefusedError
    errand = Errand.new(_safe(visit.form["next"]))
    held = sessions.begin(visit.context.services, actor="", stage=Stage.PROVIDER, kept=errand.as_text())
    response = visit.go(provider.address(errand))
    # The way back begins at another site: a strict cookie would stay at home.
    visit.station.set_cookie(response, visit.request, _errand_cookie(visit), held.token, same_site="lax")
    return response


def _from_provider(visit: Visit) -> Response:
    provider, services = visit.station.provider, visit.context.services
    held = sessions.find(services, visit.request.cookies.get(_errand_cookie(visit), ""))
    if provider is None or held is None or held.session.stage is not Stage.PROVIDER:
        raise SessionEndedError
    # Good for one try, whatever comes of it.
    services.store.records.staff.end(held.session.token_hash, events=())
    errand, told = Errand.kept(held.session.kept), visit.request.query_params
    try:
        vouched = provider.came_back(
            errand,
            code=told.get("code", ""),
            state=told.get("state", ""),
            issuer=told.get("iss", ""),
        )
    except ProviderRefusedError as error:
        sign_in.failed_at_provider(services, error.cause.partition(" ")[0])
        raise
    inside = sign_in.enter_by_provider(
        services, visit.held, actor=vouched.actor, name=vouched.name, scopes=vouched.scopes
    )
    # A page of ours that leads on, not a redirect: that would still be a way from another site, on which
    # the strict cookie is not sent.
    response = visit.page("moved.html.j2", to=errand.after or "/")
    visit.station.delete_cookie(response, visit.request, _errand_cookie(visit))
    return visit.hold(response, inside)


def _leave(visit: Visit) -> Response:
    held = visit.need_held()
    # Whoever goes home leaves no paper on the table.
    visit.context.services.store.records.checks.leave(held.session.actor)
    sessions.sign_out(visit.context.services, held)
    return visit.release(visit.go("/sign-in"))


def _need(visit: Visit, stage: Stage) -> Held:
    held = visit.need_held()
    if held.session.stage is not stage:
        raise SessionEndedError
    return held


def _next(visit: Visit, held: Held, *, after: str = "") -> Response:
    to, wanted = _STEPS[held.session.stage], _safe(after)
    if held.session.stage is Stage.OPEN:
        to = wanted or to
    elif held.session.stage is Stage.CODE and wanted:
        to = f"{to}?next={wanted}"
    return visit.hold(visit.go(to), held)


def _safe(after: str) -> str:
    return after if leads_on(after) else ""


def _has_provider(visit: Visit) -> bool:
    return visit.station.provider is not None


def _errand_cookie(visit: Visit) -> str:
    return f"__Host-{_ERRAND}" if visit.station.is_private(visit.request) else _ERRAND


def _dark_runs(text: str) -> Sequence[tuple[int, int, int]]:
    """A QR code as runs of dark modules: left, top, length; drawn here, so the secret goes nowhere else."""
    runs = []
    for top, row in enumerate(qr_modules(text).tolist()):
        begin = None
        for left, dark in enumerate([*row, False]):
            if dark and begin is None:
                begin = left
            elif not dark and begin is not None:
                runs.append((begin, top, left - begin))
                begin = None
    return runs
