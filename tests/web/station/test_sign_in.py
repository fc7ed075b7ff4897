"""Signing in and out: each step, what is refused, what is remembered, and what the journal holds of it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pyotp
import pytest
from argon2 import PasswordHasher

from dossier.events import EventKind
from dossier.staff import StaffRole
from dossier.staff_errors import SessionEndedError
from flows.staff import sessions, sign_in
from flows.staff.accounts import accounts, change_scopes, disable, reset
from flows.staff.passwords import Passwords
from tests.web.conftest import MakeOffice
from tests.web.office import Office
from tests.web.station.browser import Browser
from tests.web.station.conftest import CHEAP, site_of
from tests.web.station.people import NAME, PASSWORD, Staff

COOKIE = "__Host-motlan-station"
Open = Callable[..., Browser]


def test_the_first_sign_in_asks_for_a_password_of_ones_own_and_a_second_factor(
    office: Office, browser: Browser, staff: Staff
) -> None:
    codes = staff.first_time(browser, staff.add())
    assert len(codes) == len(set(codes)) == 8
    browser.open("/")
    assert f"Chào {NAME}" in browser.text()
    kinds = [
        EventKind.STAFF_ADDED,
        EventKind.STAFF_PASSWORD_CHANGED,
        EventKind.STAFF_FACTOR_ENROLLED,
        EventKind.STAFF_SIGNED_IN,
    ]
    assert [len(office.events(kind)) for kind in kinds] == [1, 1, 1, 1]


def test_who_was_here_before_needs_password_and_code(
    browser: Browser, staff: Staff, open_browser: Open
) -> None:
    staff.first_time(browser, staff.add())
    other = open_browser()
    staff.enter(other)
    assert other.where() == "/"
    assert NAME in other.text()


def test_the_password_alone_leads_nowhere(staff: Staff, browser: Browser, open_browser: Open) -> None:
    staff.first_time(browser, staff.add())
    other = open_browser()
    other.open("/sign-in")
    other.send("/sign-in", {"login": "mau.cua", "password": PASSWORD})
    for path in ("/", "/counter", "/account", "/citizen", "/dashboard"):
        other.open(path)
        assert other.where() == "/sign-in"
    assert NAME not in other.last.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("login", "password"),
    [("mau.cua", "sai mật khẩu rồi"), ("khong.co.ai", PASSWORD), ("mau.cua", ""), ("", "")],
)
def test_a_wrong_login_and_a_wrong_password_look_the_same(
    browser: Browser, staff: Staff, open_browser: Open, login: str, password: str
) -> None:
    staff.first_time(browser, staff.add())
    other = open_browser()
    other.open("/sign-in")
    told = other.send("/sign-in", {"login": login, "password": password})
    assert told.status_code == 401
    assert "Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng." in other.text()


def test_a_code_counts_once(office: Office, browser: Browser, staff: Staff, open_browser: Open) -> None:
    staff.first_time(browser, staff.add())
    used = staff.code("mau.cua")
    other = open_browser()
    other.open("/sign-in")
    other.send("/sign-in", {"login": "mau.cua", "password": PASSWORD})
    assert other.send("/sign-in/code", {"code": used}).status_code == 401
    office.clock.tick(60)
    assert other.send("/sign-in/code", {"code": staff.code("mau.cua")}).status_code == 200
    assert other.where() == "/"


def test_a_recovery_code_lets_in_once(
    office: Office, browser: Browser, staff: Staff, open_browser: Open
) -> None:
    first, *_ = staff.first_time(browser, staff.add())
    for expected in ("/", "/sign-in/code"):
        other = open_browser()
        other.open("/sign-in")
        other.send("/sign-in", {"login": "mau.cua", "password": PASSWORD})
        other.send("/sign-in/code", {"code": first.lower().replace("-", " ")})
        assert other.where() == expected
    assert [event.details["left"] for event in office.events(EventKind.STAFF_RECOVERY_USED)] == [7]


def test_whoever_fails_again_and_again_waits_longer_and_longer(
    office: Office, browser: Browser, staff: Staff
) -> None:
    staff.add()
    browser.open("/sign-in")
    waits = []
    for _ in range(9):
        told = browser.send("/sign-in", {"login": "mau.cua", "password": "sai"})
        while told.status_code == 429:
            waits.append(int(told.headers["retry-after"]))
            office.clock.tick(waits[-1])
            told = browser.send("/sign-in", {"login": "mau.cua", "password": "sai"})
    assert waits == [2, 4, 8, 16]
    assert [event.details["seconds"] for event in office.events(EventKind.STAFF_LOCKED)] == [8, 16]
    assert len(office.events(EventKind.STAFF_SIGN_IN_FAILED)) == 9


def test_the_right_password_waits_too_while_the_account_is_locked(
    office: Office, browser: Browser, staff: Staff, open_browser: Open
) -> None:
    handed = staff.add()
    browser.open("/sign-in")
    for _ in range(5):
        browser.send("/sign-in", {"login": "mau.cua", "password": "sai"})
    # From elsewhere: it is the account that waits.
    other = open_browser(address="203.0.113.99")
    other.open("/sign-in")
    right = {"login": "mau.cua", "password": handed.password}
    assert other.send("/sign-in", right).status_code == 429
    office.clock.tick(3)
    other.send("/sign-in", right)
    assert other.where() == "/sign-in/password"


def test_an_address_that_tries_many_logins_waits_and_others_do_not(
    browser: Browser, staff: Staff, open_browser: Open
) -> None:
    handed = staff.add()
    browser.open("/sign-in")
    told = [
        browser.send("/sign-in", {"login": f"thu.{number}", "password": "sai"}).status_code
        for number in range(21)
    ]
    assert told == [401] * 20 + [429]
    other = open_browser(address="203.0.113.99")
    other.open("/sign-in")
    other.send("/sign-in", {"login": "mau.cua", "password": handed.password})
    assert other.where() == "/sign-in/password"


def test_a_session_gets_a_new_token_at_every_step_and_old_ones_lead_nowhere(
    browser: Browser, staff: Staff, open_browser: Open
) -> None:
    seen = []
    handed = staff.add()
    browser.open("/sign-in")
    browser.send("/sign-in", {"login": "mau.cua", "password": handed.password})
    seen.append(browser.cookies[COOKIE])
    browser.send("/sign-in/password", {"password": PASSWORD, "again": PASSWORD})
    seen.append(browser.cookies[COOKIE])
    assert browser.last is not None
    secret = browser.last.text.partition('class="secret"><code>')[2].partition("<")[0].replace(" ", "")
    staff.secrets["mau.cua"] = secret
    browser.send("/sign-in/second-factor", {"code": staff.code("mau.cua")})
    seen.append(browser.cookies[COOKIE])
    assert len(set(seen)) == 3
    for old in seen[:2]:
        other = open_browser()
        other.cookies.set(COOKIE, old, domain="tram.mau.example")
        assert other.open("/account").status_code == 200
        assert other.where() == "/sign-in"


def test_a_token_that_somebody_planted_is_not_the_one_of_the_session(browser: Browser, staff: Staff) -> None:
    planted = "a" * 43
    browser.cookies.set(COOKIE, planted, domain="tram.mau.example")
    staff.first_time(browser, staff.add())
    values = [cookie.value for cookie in browser.cookies.jar if cookie.name == COOKIE]
    assert planted not in values or len(values) == 2
    browser.cookies.clear()
    browser.cookies.set(COOKIE, planted, domain="tram.mau.example")
    browser.open("/account")
    assert browser.where() == "/sign-in"


def test_the_cookie_is_for_this_host_alone_and_for_no_script(browser: Browser, staff: Staff) -> None:
    handed = staff.add()
    browser.open("/sign-in")
    told = browser.send("/sign-in", {"login": "mau.cua", "password": handed.password}, follow=False)
    assert told.status_code == 303
    parts = [part.strip().lower() for part in told.headers["set-cookie"].split(";")]
    assert parts[0].startswith("__host-motlan-station=")
    assert {"httponly", "secure", "path=/", "samesite=strict"} <= set(parts[1:])
    assert not [part for part in parts if part.startswith(("domain", "max-age", "expires"))]


def test_a_session_ends_when_it_is_not_used_and_when_it_is_old(
    office: Office, browser: Browser, staff: Staff
) -> None:
    staff.inside(browser)
    for _ in range(23):
        office.clock.tick(29 * 60)
        browser.open("/account")
        assert browser.where() == "/account"
    # Used all day, and yet twelve hours are over.
    office.clock.tick(60 * 60)
    browser.open("/account")
    assert browser.where() == "/sign-in"
    staff.enter(browser)
    office.clock.tick(30 * 60)
    browser.open("/account")
    assert browser.where() == "/sign-in"


def test_signing_out_ends_the_session_on_the_server(
    office: Office, browser: Browser, staff: Staff, open_browser: Open
) -> None:
    staff.inside(browser)
    token = browser.cookies[COOKIE]
    told = browser.send("/sign-out", follow=False)
    assert told.headers["clear-site-data"] == '"cache", "storage"'
    other = open_browser()
    other.cookies.set(COOKIE, token, domain="tram.mau.example")
    other.open("/account")
    assert other.where() == "/sign-in"
    assert [event.details["everywhere"] for event in office.events(EventKind.STAFF_SIGNED_OUT)] == [0]


def test_switching_the_language_at_the_door_forgets_neither_page_nor_shows_a_number(
    browser: Browser, staff: Staff
) -> None:
    staff.inside(browser)
    browser.send("/sign-out")
    browser.open("/counter/H26.5.12-261120-0001")
    assert browser.where() == "/sign-in"
    assert browser.last is not None
    back = re.search(r'name="back" value="([^"]*)"', browser.last.text)
    assert back is not None
    browser.send("/language", {"lang": "en", "back": html.unescape(back[1])})
    assert 'name="next" value="/counter/H26.5.12-261120-0001"' in browser.last.text
    for foreign in ("//elsewhere.example", "/papers/001201000001", "/sign-in/code", "/a\\b", "/counter?x=1"):
        assert 'name="next" value=""' in browser.open("/sign-in", params={"next": foreign}).text, foreign


def test_signing_out_everywhere_ends_the_other_sessions_too(
    browser: Browser, staff: Staff, open_browser: Open
) -> None:
    staff.inside(browser)
    other = open_browser()
    staff.enter(other)
    browser.open("/account")
    assert browser.text().count("20/11/2026") == 2
    assert browser.send("/account/sessions", {"current": "sai rồi"}).status_code == 401
    assert browser.open("/account").status_code == 200
    assert browser.where() == "/account"
    told = browser.send("/account/sessions", {"current": PASSWORD}, follow=False)
    assert told.headers["clear-site-data"] == '"cache", "storage"'
    for one in (browser, other):
        one.open("/account")
        assert one.where() == "/sign-in"


def test_a_changed_password_ends_other_sessions_and_the_old_one_counts_no_more(
    browser: Browser, staff: Staff, open_browser: Open
) -> None:
    staff.inside(browser)
    other = open_browser()
    staff.enter(other)
    new = "bốn con vịt trắng bơi ao"
    browser.open("/account")
    form = {"current": PASSWORD, "password": new, "again": new}
    assert browser.send("/account", {**form, "current": "sai rồi"}).status_code == 401
    browser.open("/account")
    assert "Đã đổi mật khẩu" in browser.send("/account", form).text
    other.open("/account")
    assert other.where() == "/sign-in"
    assert other.send("/sign-in", {"login": "mau.cua", "password": PASSWORD}).status_code == 401
    browser.open("/account")
    assert browser.where() == "/account"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("ngắn quá", "phải có từ 12 ký tự"),
        ("123456123456", "quá phổ biến"),
        ("matkhau123456", "quá phổ biến"),
        ("Mật Khẩu 2026", "quá phổ biến"),
        ("aaaaaaaaaaaaaaaa", "quá phổ biến"),
        ("tôi là mau.cua đây", "tên đăng nhập"),
        ("á" * 201, "dài quá 200"),
        ("password2026!", "quá phổ biến"),
        ("qwertyuiop[]", "quá phổ biến"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(
    browser: Browser, staff: Staff, password: str, why: str
) -> None:
    handed = staff.add()
    browser.open("/sign-in")
    browser.send("/sign-in", {"login": "mau.cua", "password": handed.password})
    told = browser.send("/sign-in/password", {"password": password, "again": password})
    assert told.status_code == 422
    assert why in browser.text()


def test_the_password_that_was_handed_out_cannot_stay_and_ends_after_a_week(
    office: Office, browser: Browser, staff: Staff
) -> None:
    handed = staff.add()
    browser.open("/sign-in")
    form = {"login": "mau.cua", "password": handed.password}
    browser.send("/sign-in", form)
    same = {"password": handed.password, "again": handed.password}
    assert "giống mật khẩu đang dùng" in browser.send("/sign-in/password", same).text
    office.clock.tick(7 * 86_400)
    browser.open("/sign-in")
    assert browser.send("/sign-in", form).status_code == 401


def test_a_disabled_account_is_out_at_once_and_a_reset_one_begins_anew(
    office: Office, browser: Browser, staff: Staff
) -> None:
    account = staff.inside(browser)
    kept = office.services.store.records.staff.account(account.id)
    assert kept is not None
    disable(office.services, kept)
    browser.open("/account")
    assert browser.where() == "/sign-in"
    assert browser.send("/sign-in", {"login": "mau.cua", "password": PASSWORD}).status_code == 401
    again = reset(office.services, kept, passwords=CHEAP)
    codes = staff.first_time(browser, again)
    assert len(codes) == 8


def test_another_role_counts_from_the_next_page_on(office: Office, browser: Browser, staff: Staff) -> None:
    account = staff.inside(browser)
    assert browser.open("/counter").status_code == 200
    kept = office.services.store.records.staff.account(account.id)
    assert kept is not None
    manager = type(kept.scopes)(
        roles=frozenset({StaffRole.MANAGER}), offices=("H26",), procedures=("*",), fields=kept.scopes.fields
    )
    change_scopes(office.services, kept, manager)
    assert browser.open("/counter").status_code == 403
    assert browser.open("/dashboard").status_code == 200


def test_nothing_in_the_store_tells_login_name_password_or_secret(
    office: Office, browser: Browser, staff: Staff
) -> None:
    account = staff.inside(browser)
    hidden = [NAME, "mau.cua", PASSWORD, staff.secrets["mau.cua"], browser.cookies[COOKIE]]
    office.services.store.records.record()
    for file in office.services.settings.data.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [text for text in hidden if text.encode() in content], file.name
    assert account.id in str(office.events(EventKind.STAFF_SIGNED_IN)[0])


def test_where_no_second_factor_is_wanted_the_password_is_enough(
    make_office: MakeOffice,
) -> None:
    office = make_office(MOTLAN_STATION_SECOND_FACTOR="false")
    staff, browser = Staff(office, CHEAP), Browser(site_of(office))
    handed = staff.add()
    browser.open("/sign-in")
    browser.send("/sign-in", {"login": "mau.cua", "password": handed.password})
    browser.send("/sign-in/password", {"password": PASSWORD, "again": PASSWORD})
    assert browser.where() == "/"
    assert [one.login for one in accounts(office.services)] == ["mau.cua"]
    browser.close()


def test_after_signing_in_one_goes_on_where_one_wanted_to_be_and_never_elsewhere(
    browser: Browser, staff: Staff, open_browser: Open
) -> None:
    staff.first_time(browser, staff.add())
    for wanted, reached in (
        ("/dashboard", "/dashboard"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
    ):
        other = open_browser()
        staff.office.clock.tick(60)
        other.open("/sign-in", params={"next": wanted})
        other.send("/sign-in", {"login": "mau.cua", "password": PASSWORD, "next": wanted})
        other.send("/sign-in/code", {"code": staff.code("mau.cua"), "next": wanted})
        assert other.where() == reached


class Meanwhile(Passwords):
    """Hashes for so long that an administrator does something before it is done."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self._act = act

    def hashed(self, password: str) -> str:
        """See ``Passwords``."""
        made = super().hashed(password)
        self._act()
        return made

    def matches(self, kept: str, password: str) -> bool:
        """See ``Passwords``."""
        right = super().matches(kept, password)
        self._act()
        return right


def test_who_is_disabled_while_a_new_password_is_hashed_stays_disabled(
    office: Office, browser: Browser, staff: Staff
) -> None:
    account = staff.inside(browser)
    records = office.services.store.records.staff
    held = sessions.find(office.services, browser.cookies[COOKIE])
    kept = records.account(account.id)
    assert held is not None
    assert kept is not None
    slow = Meanwhile(lambda: disable(office.services, kept))
    new = "bốn con vịt trắng bơi ao"
    with pytest.raises(SessionEndedError):
        sign_in.change_password(office.services, held, PASSWORD, new, new, passwords=slow)
    after = records.account(account.id)
    assert after is not None
    assert not after.is_enabled
    assert after.password == kept.password
    assert records.sessions(account.actor) == []


def test_who_is_reset_while_the_password_is_looked_at_does_not_come_in(
    office: Office, browser: Browser, staff: Staff
) -> None:
    account = staff.inside(browser)
    records = office.services.store.records.staff
    kept = records.account(account.id)
    assert kept is not None
    slow = Meanwhile(lambda: reset(office.services, kept, passwords=CHEAP))
    with pytest.raises(SessionEndedError):
        sign_in.enter(office.services, "mau.cua", PASSWORD, peer="203.0.113.7", passwords=slow, before=None)
    assert records.sessions(account.actor) == []


def test_a_second_factor_just_set_up_is_not_replaced_by_another_browser_at_that_step(
    office: Office, browser: Browser, staff: Staff, open_browser: Open
) -> None:
    handed, other = staff.add(), open_browser()
    browser.open("/sign-in")
    browser.send("/sign-in", {"login": "mau.cua", "password": handed.password})
    browser.send("/sign-in/password", {"password": PASSWORD, "again": PASSWORD})
    other.open("/sign-in")
    other.send("/sign-in", {"login": "mau.cua", "password": PASSWORD})
    assert browser.where() == other.where() == "/sign-in/second-factor"
    secrets, token = [], other.token()
    for one in (browser, other):
        assert one.last is not None
        found = one.last.text.partition('class="secret"><code>')[2].partition("<")[0]
        secrets.append(found.replace(" ", ""))
    late = sessions.find(office.services, other.cookies[COOKIE])
    assert late is not None
    staff.secrets["mau.cua"] = secrets[0]
    assert browser.send("/sign-in/second-factor", {"code": staff.code("mau.cua")}).status_code == 200
    kept = accounts(office.services)[0]
    code = pyotp.TOTP(secrets[1]).at(office.clock.now)
    told = other.send("/sign-in/second-factor", {"code": code, "csrf": token})
    assert "staff.session_ended" in told.text
    # Not even a request that was on its way already.
    with pytest.raises(SessionEndedError):
        sign_in.finish_enrolment(office.services, late, code)
    assert accounts(office.services) == [kept]
    assert kept.totp == secrets[0]
    assert len(office.services.store.records.staff.sessions(kept.actor)) == 1


def test_strangers_at_the_door_do_not_make_wait_who_is_further_in(
    office: Office, browser: Browser, staff: Staff, open_browser: Open
) -> None:
    staff.inside(browser)
    office.clock.tick(60)
    late = open_browser()
    late.open("/sign-in")
    late.send("/sign-in", {"login": "mau.cua", "password": PASSWORD})
    assert late.where() == "/sign-in/code"
    # From the same address, as behind a proxy.
    stranger = open_browser()
    stranger.open("/sign-in")
    wrong = {"login": "mau.cua", "password": "sai"}
    while stranger.send("/sign-in", wrong).status_code != 429:
        pass
    assert late.send("/sign-in/code", {"code": staff.code("mau.cua")}).status_code == 200
    assert late.where() == "/"
    while stranger.send("/sign-in", wrong).status_code != 429:
        pass
    new = "bốn con vịt trắng bơi ao"
    browser.open("/account")
    form = {"current": PASSWORD, "password": new, "again": new}
    assert browser.send("/account", form).status_code == 200
    told = browser.send("/account/sessions", {"current": new}, follow=False)
    assert told.status_code == 303


def test_codes_are_not_guessed_without_waiting_by_who_knows_the_password(
    browser: Browser, staff: Staff, open_browser: Open
) -> None:
    staff.inside(browser)
    other = open_browser()
    other.open("/sign-in")
    other.send("/sign-in", {"login": "mau.cua", "password": PASSWORD})
    told = [other.send("/sign-in/code", {"code": "000000"}).status_code for _ in range(6)]
    assert told == [401] * 5 + [429]
    again = open_browser(address="203.0.113.99")
    again.open("/sign-in")
    again.send("/sign-in", {"login": "mau.cua", "password": PASSWORD})
    assert again.send("/sign-in/code", {"code": "000000"}).status_code == 429
