"""Invented people of the station, and the way in for them."""

from __future__ import annotations

import re
from typing import Any, Final

import pyotp

from dossier.admission import FieldScope
from dossier.staff import StaffAccount, StaffRole, StaffScopes
from flows.staff.accounts import HandedOut, add_account
from flows.staff.passwords import Passwords
from flows.staff.sign_in import begin_enrolment, choose_password, enter, finish_enrolment
from tests.web.office import Office
from tests.web.station.browser import Browser

PASSWORD: Final = "ba con trâu đen gặm cỏ"  # noqa: S105 - of invented people
NAME: Final = "Mẫu Văn Cửa"


class Staff:
    """Makes accounts and lets people in."""

    def __init__(self, office: Office, passwords: Passwords) -> None:
        self.office = office
        self.passwords = passwords
        self.secrets: dict[str, str] = {}

    def add(self, login: str = "mau.cua", *roles: StaffRole, name: str = NAME, **changes: Any) -> HandedOut:
        """A new account with a password that was handed out."""
        scopes: dict[str, Any] = {
            "roles": frozenset(roles or {StaffRole.ONE_STOP}),
            "offices": ("H26",),
            "procedures": ("*",),
            "fields": FieldScope.SENSITIVE,
        }
        return add_account(
            self.office.services, login, name, StaffScopes(**(scopes | changes)), passwords=self.passwords
        )

    def first_time(self, browser: Browser, handed: HandedOut) -> list[str]:
        """All steps of a first sign-in; gives the recovery codes."""
        login = handed.account.login
        browser.open("/sign-in")
        browser.send("/sign-in", {"login": login, "password": handed.password})
        assert browser.where() == "/sign-in/password", browser.text()
        browser.send("/sign-in/password", {"password": PASSWORD, "again": PASSWORD})
        assert browser.where() == "/sign-in/second-factor", browser.text()
        assert browser.last is not None
        found = re.search(r'class="secret"><code>([A-Z2-7 ]+)</code>', browser.last.text)
        assert found is not None
        self.secrets[login] = found[1].replace(" ", "")
        browser.send("/sign-in/second-factor", {"code": self.code(login)})
        assert browser.last.status_code == 200, browser.text()
        return re.findall(r"<li><code>([A-Z2-7-]+)</code></li>", browser.last.text)

    def code(self, login: str) -> str:
        """What the app of somebody shows now."""
        return pyotp.TOTP(self.secrets[login]).at(self.office.clock.now)

    def enter(self, browser: Browser, login: str = "mau.cua") -> None:
        """Sign in once more; the clock goes on, as no code counts twice."""
        self.office.clock.tick(60)
        browser.open("/sign-in")
        browser.send("/sign-in", {"login": login, "password": PASSWORD})
        assert browser.where() == "/sign-in/code", browser.text()
        browser.send("/sign-in/code", {"code": self.code(login)})
        assert browser.last is not None
        assert browser.last.status_code == 200, browser.text()

    def inside(
        self, browser: Browser, *roles: StaffRole, login: str = "mau.cua", **changes: Any
    ) -> StaffAccount:
        """Somebody new who is signed in."""
        handed, services = self.add(login, *roles, **changes), self.office.services
        # The steps of ``first_time`` without their pages.
        held = enter(
            services, login, handed.password, peer="203.0.113.7", passwords=self.passwords, before=None
        )
        held = choose_password(services, held, PASSWORD, PASSWORD, passwords=self.passwords)
        _, self.secrets[login] = begin_enrolment(services, held)
        held, _ = finish_enrolment(services, held, self.code(login))
        browser.keep(held.token)
        browser.open("/")
        return handed.account
