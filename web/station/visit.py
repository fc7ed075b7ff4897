"""One request of a person: who it is, in which language, what was sent, and how they are answered."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Match

from dossier.admission import Role, Scopes
from dossier.api_errors import RequestError
from dossier.errors import Lang, MotlanError
from dossier.persons import identity_number
from dossier.staff import Stage
from dossier.staff_errors import ForeignFormError, PageRefusedError, SessionEndedError
from flows.staff.sessions import Held, Person
from web.api.context import Context
from web.api.problems import status_of
from web.auth.caller import Caller
from web.station.body import Form
from web.station.headers import page_headers
from web.station.pages import AT_THE_GUARD, Page, admits
from web.station.station import Station
from web.station.views import environment, help_of
from web.station.words import Words, words_of

NAVIGATION: Final[tuple[tuple[Page, str, str], ...]] = (
    (Page.HOME, "/", "1"),
    (Page.COUNTER, "/counter", "2"),
    (Page.INTAKE, "/intake", "7"),
    (Page.CHECK, "/check", "6"),
    (Page.SECOND, "/second", "n"),
    (Page.SIGNING, "/signing", "8"),
    (Page.CITIZEN, "/citizen", "3"),
    (Page.SEARCH, "/search", "0"),
    (Page.ARCHIVE, "/archive", "9"),
    (Page.QUALITY, "/quality", "k"),
    (Page.DASHBOARD, "/dashboard", "4"),
    (Page.ACCOUNTS, "/accounts", "a"),
    (Page.VERIFY, "/verify", "5"),
)
"""Pages of the bar in the order a paper takes, where they are, and their access keys."""
_SAFE: Final = frozenset({"GET", "HEAD"})
_SAID: Final = frozenset({"yes", "no"})
"""What an address says about facts of a case, under their names."""
_PLAIN_PARTS: Final = frozenset({"from", "to", "office", "dossier", "ground"})
_AFTER: Final = re.compile(r"^/(?:[a-z][a-z-]{0,20}(?:/[0-9A-Za-z.-]{1,40}){0,3})?\Z", re.ASCII)
_PLAIN: Final = re.compile(r"^[0-9A-Za-z._-]{1,40}\Z", re.ASCII)
_LANGUAGE: Final = "motlan-lang"
_HOUSEHOLD: Final = 64
"""Bits of an IPv6 address that tell one network from another."""
_YEAR: Final = 365 * 86_400


@dataclass(slots=True)
class Visit:
    """A request and everything that was found out about whoever sent it."""

    station: Station
    request: Request
    words: Words
    on: Page | None = None
    """Which page of the table it is; nothing where there is none."""
    held: Held | None = None
    person: Person | None = None
    met: bool = False
    """Whether it was looked up who it is: before, nobody can be taken for a stranger."""
    form: Form = field(default_factory=Form)
    closing: ExitStack = field(default_factory=ExitStack)
    """Closed when the request has been answered, whatever came of it."""

    @property
    def context(self) -> Context:
        """What the station shares with the service for machines."""
        return self.station.context

    @property
    def lang(self) -> Lang:
        """The language of the page."""
        return self.words.lang

    @property
    def peer(self) -> str:
        """As what the browser counts: its address of IPv4, or the network of its address of IPv6.

        The address is that of the connection, or what the proxy before us wrote down last.
        """
        own = self.request.client.host if self.request.client else ""
        told = ""
        if self.station.settings.forwarded:
            # A proxy may add a line of its own; what stands before the last part came from outside and may
            # say anything.
            lines = self.request.headers.getlist("x-forwarded-for")[-1:]
            told = "".join(lines).rpartition(",")[2].strip()
        return _counted(told) or _counted(own) or own

    @property
    def id(self) -> str:
        """Id of the request."""
        return str(self.request.state.request)

    @property
    def part(self) -> bool:
        """Whether only a part of the page is wanted, to be put into one that is there (htmx)."""
        return self.request.headers.get("hx-request") == "true"

    def need_held(self) -> Held:
        """The session of the browser.

        Raises:
            SessionEndedError: there is none.
        """
        if self.held is None:
            raise SessionEndedError
        return self.held

    def need_person(self) -> Person:
        """Whoever is inside.

        Raises:
            SessionEndedError: nobody is.
        """
        if self.person is None:
            raise SessionEndedError
        return self.person

    def admits(self, page: Page) -> bool:
        """Whether the person may be on a page."""
        return admits(page, self.person.scopes.roles if self.person else frozenset())

    def caller(self, *roles: Role) -> Caller:
        """The person as the guard of the API knows them.

        Args:
            roles: of the API; the first that the person has counts.

        Raises:
            PageRefusedError: they have none of them.
        """
        person = self.need_person()
        has = {AT_THE_GUARD[role] for role in person.scopes.roles if role in AT_THE_GUARD}
        role = next((role for role in roles if role in has), None)
        if role is None:
            raise PageRefusedError
        scopes = Scopes(
            role=role,
            offices=person.scopes.offices,
            procedures=person.scopes.procedures,
            fields=person.scopes.fields,
        )
        return Caller(person.actor, scopes)

    # what comes in

    def check_origin(self) -> None:
        """Refuse what another site sent in the name of the person.

        Raises:
            ForeignFormError: the browser says that it came from elsewhere, or does not say anything.
        """
        if self.request.method in _SAFE:
            return
        told = self.request.headers
        origin, site = told.get("origin", ""), told.get("sec-fetch-site", "same-origin")
        ours = self.station.settings.url
        same = origin == ours if ours else urlsplit(origin).netloc == told.get("host", "-")
        if not origin or not same or site != "same-origin":
            raise ForeignFormError

    def check_form(self) -> None:
        """Refuse a form that was not made for this session.

        Raises:
            ForeignFormError: it does not carry what forms of this session carry.
        """
        if self.held is not None and not hmac.compare_digest(
            self.form["csrf"].encode(), self.held.form_token.encode()
        ):
            raise ForeignFormError

    # what goes out

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
    ) -> HTMLResponse:
        """A page made of a template."""
        provider = self.station.settings.provider
        said = page_headers(provider=provider.authorize_url if provider else "")
        return HTMLResponse(
            self.text(template, **values),
            status_code=status,
            headers={"Content-Language": self.lang, **said, **(headers or {})},
        )

    def text(self, template: str, **values: object) -> str:
        """A template filled in: a page, or a part of one."""
        given = {
            "t": self.words,
            "lang": self.lang,
            "person": self.person,
            "inside": self.person is not None and self.held is not None,
            "csrf": self.held.form_token if self.held else "",
            "path": self.request.url.path,
            "back": self._back,
            "met": self.met,
            "navigation": [one for one in NAVIGATION if self.admits(one[0])],
            "demo": self.context.services.uses_demo_keys,
            "part": self.part,
            "help": help_of(self.on, self.lang) if self.on else "",
            **values,
        }
        return environment().get_template(template).render(given)

    def _back(self) -> str:
        """The address of the page, to come back to it: without what could hold a name or a number."""
        path = self.request.url.path
        if self.request.method not in _SAFE:
            return self._nearest_view(path)
        kept = [(name, value) for name, value in self.request.query_params.items() if _is_plain(name, value)]
        return f"{path}?{urlencode(kept)}" if kept else path

    def _nearest_view(self, path: str) -> str:
        """The address of what was sent, or above it, that can be opened without sending anything."""
        while path != "/":
            scope = {"type": "http", "method": "GET", "path": path}
            if any(route.matches(scope)[0] is Match.FULL for route in self.request.app.routes):
                return path
            path = path.rpartition("/")[0] or "/"
        return path

    def answer(
        self, template: str, error: MotlanError | None, *, status: int = 200, **values: object
    ) -> HTMLResponse:
        """A page with a form on it, and what went wrong with what was sent, when something did."""
        seconds = error.details.get("seconds") if error else None
        return self.page(
            template,
            status=status_of(error) if error else status,
            headers={"Retry-After": str(seconds)} if seconds else None,
            error=self.sentence(error) if error else "",
            error_next=self.next_step(error) if error else "",
            **values,
        )

    def sentence(self, error: MotlanError) -> str:
        """What happened, for somebody before a page rather than before the service for machines."""
        key = f"said.{_key(error)}"
        return self.words(key) if key in self.words.known else error.sentence(self.lang)

    def next_step(self, error: MotlanError) -> str:
        """What they can do about it."""
        key = f"help.{_key(error)}"
        if key in self.words.known:
            return self.words(key)
        # The description of the service helps nobody here.
        is_general = type(error).next_vi == RequestError.next_vi
        return self.words("help.request_invalid") if is_general else error.next_step(self.lang)

    def go(self, path: str) -> Response:
        """Send the browser to another page of ours."""
        if self.part:
            return Response(status_code=204, headers={"HX-Redirect": path})
        return RedirectResponse(path, status_code=303)

    # cookies

    def hold(self, response: Response, held: Held) -> Response:
        """Give the browser the token of a session."""
        self.station.set_cookie(response, self.request, self.station.cookie(self.request), held.token)
        return response

    def release(self, response: Response) -> Response:
        """Take the token from the browser, and whatever it may have kept."""
        self.station.delete_cookie(response, self.request, self.station.cookie(self.request))
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def speak(self, response: Response, lang: Lang) -> Response:
        """Let the browser remember a language."""
        self.station.set_cookie(response, self.request, _LANGUAGE, lang, lasts=_YEAR)
        return response

    @property
    def is_open(self) -> bool:
        """Whether somebody came in all the way."""
        return self.held is not None and self.held.session.stage is Stage.OPEN and self.person is not None


def _counted(text: str) -> str:
    """An address as attempts are counted by it; empty when it is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    # A household has at least a /64 (RFC 6177): whoever tries has 2^64 addresses in it.
    return str(IPv6Network((int(address), _HOUSEHOLD), strict=False))


def _is_plain(name: str, value: str) -> bool:
    """Whether a part of an address is one of ours that is about nobody."""
    if value in _SAID:
        return bool(_PLAIN.match(name))
    if name == "next":
        return leads_on(value)
    return name in _PLAIN_PARTS and bool(_PLAIN.match(value)) and identity_number(value) is None


def leads_on(path: str) -> bool:
    """Whether somebody may be led there once they are inside: a page of ours that is about no person."""
    is_ours = bool(_AFTER.match(path)) and not path.startswith(("/sign-", "/assets/"))
    return is_ours and not any(identity_number(part) for part in path.split("/"))


def _key(error: MotlanError) -> str:
    return error.code.replace(".", "_")


def language_of(request: Request) -> Words:
    """The words for a request: the chosen language, Vietnamese when none was chosen."""
    return words_of("en" if request.cookies.get(_LANGUAGE) == "en" else "vi")
