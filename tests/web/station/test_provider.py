"""Sign-in at the identity provider: who it vouches for comes in, and nothing that others bring counts."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from dossier.errors import SettingsError
from dossier.events import EventKind
from tests.web.conftest import MakeOffice
from tests.web.office import Office
from tests.web.providers import AUDIENCE, ISSUER, OTHER_EC, PROVIDED, Provider
from tests.web.station.browser import ORIGIN, Browser
from tests.web.station.conftest import site_of
from wiring.settings import read_settings

CLIENT = "tram-mau"
AUTHORIZE = "https://danh-tinh.mau.example/authorize"
SETTINGS = {
    **PROVIDED,
    "MOTLAN_STATION_URL": ORIGIN,
    "MOTLAN_OIDC_CLIENT_ID": CLIENT,
    "MOTLAN_OIDC_AUTHORIZE_URL": AUTHORIZE,
    "MOTLAN_OIDC_TOKEN_URL": "https://danh-tinh.mau.example/token",
    "MOTLAN_OIDC_ACR": "hai-lop,ba-lop",
}
RIGHTS = {"staff": ["one_stop"], "offices": ["H26"], "procedures": ["*"], "fields": "basic"}
BACK = "/sign-in/provider/back"


class House:
    """A station with its provider; the provider gives a token for any code whose verifier is right."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.provider = Provider()
        self.asked: list[Mapping[str, str]] = []
        self.changes: dict[str, object] = {}
        self.challenge, self.nonce = "", ""
        self.site = site_of(office, fetch=self.provider.document, exchange=self.exchange)

    def leave(self, browser: Browser, after: str = "") -> dict[str, str]:
        """Press the button; gives what the browser carries to the provider."""
        browser.open("/sign-in")
        told = browser.send("/sign-in/provider", {"next": after}, follow=False)
        assert told.status_code == 303, told.text
        place = urlsplit(told.headers["location"])
        assert f"{place.scheme}://{place.netloc}{place.path}" == AUTHORIZE
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        self.challenge, self.nonce = asked["code_challenge"], asked["nonce"]
        return asked

    def exchange(self, form: Mapping[str, str]) -> bytes:
        """The token address."""
        self.asked.append(form)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge
        now = self.office.clock.now
        said = {
            "aud": CLIENT,
            "nonce": self.nonce,
            "auth_time": int(now.timestamp()),
            "acr": "hai-lop",
            "name": "Mẫu Thị Tỉnh",
            "motlan": RIGHTS,
            **self.changes,
        }
        key = said.pop("key", None)
        token = self.provider.token(now, header={"typ": "JWT"}, key=key, **said)  # type: ignore[arg-type]
        return json.dumps({"id_token": token, "token_type": "Bearer"}).encode()


@pytest.fixture
def house(make_office: MakeOffice) -> House:
    return House(make_office(**SETTINGS))


@pytest.fixture
def browsers(house: House) -> Iterator[Callable[[], Browser]]:
    made: list[Browser] = []

    def make() -> Browser:
        made.append(Browser(house.site))
        return made[-1]

    yield make
    for browser in made:
        browser.close()


def test_whoever_the_provider_vouches_for_comes_in_with_the_rights_it_states(
    house: House, browsers: Callable[[], Browser]
) -> None:
    browser = browsers()
    asked = house.leave(browser, after="/dashboard")
    assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (
        CLIENT,
        "code",
        "S256",
    )
    assert asked["redirect_uri"] == f"{ORIGIN}{BACK}"
    assert (asked["max_age"], asked["acr_values"]) == ("43200", "hai-lop ba-lop")
    told = browser.open(BACK, params={"code": "abc", "state": asked["state"], "iss": ISSUER})
    assert told.status_code == 200
    assert 'content="0; url=/dashboard"' in told.text
    browser.open("/")
    assert "Chào Mẫu Thị Tỉnh" in browser.text()
    assert browser.open("/counter").status_code == 200
    (entry,) = house.office.events(EventKind.STAFF_SIGNED_IN)
    assert entry.actor.startswith("oidc-")
    assert "Mẫu" not in str(entry)
    assert house.asked[0]["code"] == "abc"
    # The provider let them in, so there is no password to ask for.
    browser.open("/account")
    browser.send("/account/sessions")
    browser.open("/")
    assert browser.where() == "/sign-in"


def test_what_another_browser_brings_back_lets_nobody_in(
    house: House, browsers: Callable[[], Browser]
) -> None:
    mine, other = browsers(), browsers()
    asked = house.leave(mine)
    answer = {"code": "abc", "state": asked["state"]}
    # Somebody else's answer, slipped to a browser that asked for nothing, or for something else.
    other.open(BACK, params=answer)
    assert other.where() == "/sign-in"
    theirs = house.leave(other)
    assert other.open(BACK, params=answer).status_code == 403
    assert house.asked == []
    # One try for each errand.
    other.open(BACK, params={"code": "abc", "state": theirs["state"]})
    assert other.where() == "/sign-in"
    assert [event.details["why"] for event in house.office.events(EventKind.STAFF_SIGN_IN_FAILED)] == [
        "state"
    ]
    # A quarter of an hour later it is too late for the first one, too.
    house.office.clock.tick(15 * 60)
    mine.open(BACK, params=answer)
    assert mine.where() == "/sign-in"
    assert house.asked == []


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": AUDIENCE},
        {"iss": "https://danh-tinh.gia.example"},
        {"acr": "mot-lop"},
        {"acr": None},
        {"auth_time": None},
        {"auth_time": 1_000_000_000},
        {"sub": None},
        {"motlan": None},
        {"motlan": {"role": "one_stop", "offices": ["*"]}},
        {"motlan": {**RIGHTS, "staff": []}},
        {"motlan": {**RIGHTS, "staff": ["king"]}},
        {"motlan": {**RIGHTS, "staff": "administrator"}},
        {"motlan": {**RIGHTS, "fields": "all"}},
        {"key": OTHER_EC},
    ],
    ids=str,
)
def test_what_the_provider_says_must_be_about_this_very_sign_in(
    house: House, browsers: Callable[[], Browser], changes: dict[str, object]
) -> None:
    browser = browsers()
    asked = house.leave(browser)
    house.changes = changes
    told = browser.open(BACK, params={"code": "abc", "state": asked["state"]})
    assert told.status_code == 403
    assert "staff.provider" in told.text
    browser.open("/")
    assert browser.where() == "/sign-in"
    assert len(house.office.events(EventKind.STAFF_SIGN_IN_FAILED)) == 1
    assert house.office.events(EventKind.STAFF_SIGNED_IN) == []


def test_an_answer_of_another_provider_is_refused_before_its_code_is_used(
    house: House, browsers: Callable[[], Browser]
) -> None:
    browser = browsers()
    asked = house.leave(browser)
    answer = {"code": "abc", "state": asked["state"], "iss": "https://danh-tinh.gia.example"}
    assert browser.open(BACK, params=answer).status_code == 403
    assert house.asked == []


def test_rights_that_are_not_stated_are_not_there(house: House, browsers: Callable[[], Browser]) -> None:
    browser = browsers()
    house.changes = {"motlan": {"staff": ["one_stop"]}}
    asked = house.leave(browser)
    browser.open(BACK, params={"code": "abc", "state": asked["state"]})
    browser.open("/counter")
    form = {"dossier": "H26.5.12-261120-0001", "procedure": "1.004222", "owner": "011190000001"}
    assert browser.send("/counter", form).status_code == 403


def test_the_form_leads_to_the_provider_and_nowhere_else(
    house: House, browsers: Callable[[], Browser]
) -> None:
    browser = browsers()
    policy = browser.open("/sign-in").headers["content-security-policy"]
    assert "form-action 'self' https://danh-tinh.mau.example;" in policy
    house.leave(browser)
    cookie = next(one for one in browser.cookies.jar if "errand" in one.name)
    assert cookie.name == "__Host-motlan-errand"
    assert cookie.secure


@pytest.mark.parametrize(
    "left_out",
    ["MOTLAN_STATION_URL", "MOTLAN_OIDC_TOKEN_URL", "MOTLAN_OIDC_AUTHORIZE_URL", "MOTLAN_OIDC_CLIENT_ID"],
)
def test_a_provider_that_is_half_configured_is_refused(left_out: str) -> None:
    with pytest.raises(SettingsError):
        read_settings({name: value for name, value in SETTINGS.items() if name != left_out})


@pytest.mark.parametrize(
    "changes",
    [
        {"MOTLAN_STATION_URL": "http://tram.mau.example"},
        {"MOTLAN_STATION_URL": "https://tram.mau.example/duong"},
        {"MOTLAN_OIDC_TOKEN_URL": "http://danh-tinh.mau.example/token"},
    ],
    ids=str,
)
def test_nothing_of_a_sign_in_goes_in_clear(changes: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        read_settings({**SETTINGS, **changes})
