"""Accounts on the page: what ``motlan users`` does, by the administrator's own password once more."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from dossier.admission import FieldScope
from dossier.events import EventKind
from dossier.staff import StaffAccount, StaffRole, StaffScopes
from flows.staff import sign_in
from tests.web.office import Office
from tests.web.station.browser import Browser
from tests.web.station.people import PASSWORD, Staff

ADMINISTRATOR, CHECKER, MANAGER = StaffRole.ADMINISTRATOR, StaffRole.CHECKER, StaffRole.MANAGER
NEW = {
    "name": "Mẫu Thị Mới",
    "login": "moi.mt",
    "role_checker": "1",
    "offices": "h26.5.12",
    "fields": "basic",
}


@pytest.fixture
def administrator(staff: Staff, browser: Browser) -> StaffAccount:
    return staff.inside(browser, ADMINISTRATOR, login="quan.tri", offices=())


def account(office: Office, login: str) -> StaffAccount:
    found = office.services.store.records.staff.by_login(login)
    assert found is not None
    return found


def test_an_account_is_made_and_its_password_is_shown_once(
    administrator: StaffAccount, browser: Browser, office: Office, open_browser: Callable[..., Browser]
) -> None:
    browser.open("/accounts/new")
    told = browser.send("/accounts/new", {**NEW, "current": PASSWORD})
    found = re.search(r'class="secret"><code>([^<]+)</code>', told.text)
    assert found is not None
    made = account(office, "moi.mt")
    assert made.scopes == StaffScopes(
        roles=frozenset({CHECKER}), offices=("H26.5.12",), procedures=("*",), fields=FieldScope.BASIC
    )
    (event,) = [one for one in office.events(EventKind.STAFF_ADDED) if one.subject == made.id]
    assert event.actor == administrator.actor
    assert "Mẫu" not in str(event)
    assert found[1] not in browser.open("/accounts").text
    assert "chưa đăng nhập lần đầu" in browser.text()
    # The person comes in by it.
    other = open_browser()
    other.open("/sign-in")
    other.send("/sign-in", {"login": "moi.mt", "password": found[1]})
    assert other.where() == "/sign-in/password"


def test_nothing_is_changed_without_the_administrators_own_password(
    administrator: StaffAccount, browser: Browser, office: Office, staff: Staff
) -> None:
    other = staff.add("hoa.nt", CHECKER).account
    browser.open("/accounts/new")
    for wrong in ({}, {"current": "không phải thế"}):
        told = browser.send("/accounts/new", {**NEW, **wrong})
        assert told.status_code in {401, 422, 400, 403}, told.status_code
        assert 'value="moi.mt"' in told.text
        office.clock.tick(60)
    for act in ("roles", "disable", "reset", "sessions"):
        browser.open(f"/accounts/{other.id}")
        browser.send(f"/accounts/{other.id}", {"act": act, "role_manager": "1", "offices": "H26"})
        office.clock.tick(900)
        staff.enter(browser, "quan.tri")
    assert office.services.store.records.staff.by_login("moi.mt") is None
    assert account(office, "hoa.nt") == other


def test_roles_and_reach_are_changed_and_count_from_the_next_page_on(
    administrator: StaffAccount,
    browser: Browser,
    office: Office,
    staff: Staff,
    open_browser: Callable[..., Browser],
) -> None:
    theirs = open_browser()
    other = staff.inside(theirs, CHECKER, login="hoa.nt")
    assert theirs.open("/check").status_code == 200
    browser.open(f"/accounts/{other.id}")
    sent = {
        "act": "roles",
        "role_manager": "1",
        "offices": "H26.5, H27",
        "fields": "none",
        "current": PASSWORD,
    }
    told = browser.send(f"/accounts/{other.id}", {**sent, "current": PASSWORD})
    assert "Đã lưu" in told.text
    assert account(office, "hoa.nt").scopes == StaffScopes(
        roles=frozenset({MANAGER}), offices=("H26.5", "H27"), procedures=("*",), fields=FieldScope.NONE
    )
    assert theirs.open("/check").status_code == 403
    (event,) = office.events(EventKind.STAFF_CHANGED)
    assert (event.actor, event.subject, event.details["roles"]) == (administrator.actor, other.id, "manager")


def test_a_locked_person_is_out_at_once_and_a_new_password_lets_them_in_again(
    administrator: StaffAccount,
    browser: Browser,
    office: Office,
    staff: Staff,
    open_browser: Callable[..., Browser],
) -> None:
    theirs = open_browser()
    other = staff.inside(theirs, CHECKER, login="hoa.nt")
    browser.open(f"/accounts/{other.id}")
    told = browser.send(f"/accounts/{other.id}", {"act": "disable", "current": PASSWORD})
    assert "Đã khóa" in told.text
    theirs.open("/check")
    assert theirs.where() == "/sign-in"
    told = browser.send(f"/accounts/{other.id}", {"act": "reset", "current": PASSWORD})
    assert 'class="secret"' in told.text
    again = account(office, "hoa.nt")
    assert (again.is_enabled, again.must_change, again.totp) == (True, True, "")
    kinds = (EventKind.STAFF_DISABLED, EventKind.STAFF_RESET)
    events = [event for kind in kinds for event in office.events(kind)]
    assert {(event.actor, event.subject) for event in events} == {(administrator.actor, other.id)}


def test_all_sessions_of_a_person_are_closed(
    administrator: StaffAccount,
    browser: Browser,
    office: Office,
    staff: Staff,
    open_browser: Callable[..., Browser],
) -> None:
    theirs = open_browser()
    other = staff.inside(theirs, CHECKER, login="hoa.nt")
    browser.open(f"/accounts/{other.id}")
    assert "1, dùng gần nhất" in browser.text()
    browser.send(f"/accounts/{other.id}", {"act": "sessions", "current": PASSWORD})
    theirs.open("/check")
    assert theirs.where() == "/sign-in"
    (event,) = [one for one in office.events(EventKind.STAFF_SIGNED_OUT) if one.subject == other.id]
    assert event.actor == administrator.actor


def test_the_last_administrator_stays_one_and_nobody_locks_themselves(
    administrator: StaffAccount, browser: Browser, office: Office, staff: Staff
) -> None:
    path = f"/accounts/{administrator.id}"
    browser.open(path)
    away = {"act": "roles", "role_manager": "1", "offices": "H26", "current": PASSWORD}
    assert "Đây là quản trị cuối cùng" in browser.send(path, away).text
    assert 'value="disable"' not in browser.open(path).text
    for act in ("disable", "reset", "sessions"):
        told = browser.send(path, {"act": act, "current": PASSWORD})
        assert "tài khoản của chính mình" in told.text
    assert ADMINISTRATOR in account(office, "quan.tri").scopes.roles
    other = staff.add("hai.qt", ADMINISTRATOR, offices=()).account
    browser.open(path)
    browser.send(path, away)
    assert browser.where() == "/"
    assert account(office, "quan.tri").scopes.roles == {MANAGER}
    assert browser.open(f"/accounts/{other.id}").status_code == 403


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"login": "Nguyễn"}, "login"),
        ({"name": " "}, "name"),
        ({"role_checker": ""}, "role"),
        ({"role_manager": "1", "offices": ""}, "office"),
        ({"offices": "ủy ban"}, "office"),
        ({"procedures": "x"}, "procedure"),
    ],
    ids=["login", "name", "role", "no office", "office", "procedure"],
)
def test_what_cannot_be_taken_is_told_and_what_was_typed_stays(
    administrator: StaffAccount, browser: Browser, office: Office, changes: dict[str, str], named: str
) -> None:
    browser.open("/accounts/new")
    told = browser.send("/accounts/new", {**NEW, **changes, "current": PASSWORD})
    assert "staff.terms" not in told.text
    assert "Chưa nhận được thông tin tài khoản" in told.text
    assert 'aria-invalid="true"' in told.text
    assert len(office.services.store.records.staff.accounts()) == 1


def test_a_login_that_is_taken_is_told(administrator: StaffAccount, browser: Browser, staff: Staff) -> None:
    staff.add("moi.mt", CHECKER)
    browser.open("/accounts/new")
    assert "đã có" in browser.send("/accounts/new", {**NEW, "current": PASSWORD}).text


def test_a_form_of_another_site_changes_nothing(
    administrator: StaffAccount, browser: Browser, office: Office, staff: Staff
) -> None:
    other = staff.add("hoa.nt", CHECKER).account
    browser.open("/accounts")
    sent = {"act": "disable", "current": PASSWORD}
    assert browser.send(f"/accounts/{other.id}", {**sent, "csrf": "x"}).status_code == 403
    told = browser.send(f"/accounts/{other.id}", sent, headers={"Origin": "https://elsewhere.example"})
    assert told.status_code == 403
    assert account(office, "hoa.nt").is_enabled


def test_no_login_and_no_name_stands_in_an_address(
    administrator: StaffAccount, browser: Browser, staff: Staff
) -> None:
    staff.add("hoa.nt", CHECKER, name="Mẫu <b>Hoa</b>")
    text = browser.open("/accounts").text
    addresses = re.findall(r'(?:href|action)="([^"]+)"', text)
    assert any(re.fullmatch(r"/accounts/[0-9a-f]{16}", one) for one in addresses)
    assert all("hoa" not in one.lower() for one in addresses)
    assert "Mẫu &lt;b&gt;Hoa&lt;/b&gt;" in text
    told = browser.open("/accounts/hoa.nt")
    assert told.status_code == 404
    assert "hoa.nt" not in told.text.partition("<main")[2]


def test_whoever_the_provider_let_in_must_have_signed_in_just_now(office: Office, staff: Staff) -> None:
    from dossier.staff_errors import StepUpError  # noqa: PLC0415
    from tests.web.station.conftest import CHEAP  # noqa: PLC0415

    scopes = StaffScopes(
        roles=frozenset({ADMINISTRATOR}), offices=(), procedures=("*",), fields=FieldScope.NONE
    )
    held = sign_in.enter_by_provider(office.services, None, actor="oidc-1", name="Mẫu", scopes=scopes)
    office.clock.tick(timedelta(minutes=9).total_seconds())
    sign_in.prove_present(office.services, held, "", passwords=CHEAP)
    office.clock.tick(timedelta(minutes=2).total_seconds())
    with pytest.raises(StepUpError):
        sign_in.prove_present(office.services, held, "", passwords=CHEAP)
