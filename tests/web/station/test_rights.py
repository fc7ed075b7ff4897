"""Every role on every page: as declared, refused otherwise, and refusals are in the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dossier.events import EventKind
from dossier.staff import StaffRole
from tests.web.office import Office
from tests.web.station.browser import Browser
from tests.web.station.conftest import CHEAP, site_of
from tests.web.station.people import Staff
from web.station.app import all_screens
from web.station.pages import EVERYBODY, ROLES, Page

DECLARED: dict[Page, str] = {
    Page.HOME: "scanner checker signer one_stop archivist manager administrator auditor",
    Page.ACCOUNT: "scanner checker signer one_stop archivist manager administrator auditor",
    Page.SIGN_OUT: "scanner checker signer one_stop archivist manager administrator auditor",
    Page.COUNTER: "one_stop",
    Page.CITIZEN: "one_stop archivist",
    Page.PAPER: "one_stop archivist",
    Page.CHECK: "checker",
    Page.ARRANGE: "checker",
    Page.SIGNING: "signer",
    Page.ARCHIVE: "archivist manager auditor",
    Page.ARCHIVE_WORK: "archivist",
    Page.DISPOSAL: "archivist manager auditor",
    Page.DISPOSAL_DECISION: "archivist manager",
    Page.JOURNAL: "archivist auditor",
    Page.INTAKE: "scanner one_stop",
    Page.SECOND: "checker manager",
    Page.QUALITY: "manager auditor",
    Page.PROMISE: "manager",
    Page.ACCOUNTS: "administrator",
    Page.SEARCH: "one_stop archivist",
    Page.DASHBOARD: "one_stop archivist manager auditor",
}
"""The table once more, in words of its own: a page that is opened by mistake fails here."""
PARAMETERS = {
    "code": "H26.5.12-261120-0001",
    "document": "00000000-0000-4000-8000-000000000000",
    "item": "00000000-0000-4000-8000-000000000000",
    "number": "1",
    "tray": "00000000-0000-4000-8000-000000000000",
    "file": "1",
    "question": "full_name",
    "field": "full_name",
    "order": "00000000-0000-4000-8000-000000000000",
    "type": "birth_certificate",
    "batch": "00000000-0000-4000-8000-000000000000",
    "account": "0000000000000000",
    "place": "1-0-0-4",
}


def addresses() -> Iterator[tuple[str, str, Page]]:
    """Every method and address of the station that is not for everybody."""
    for screen in all_screens():
        if screen.page not in EVERYBODY:
            yield screen.method, screen.path.format(**PARAMETERS), screen.page


def test_the_table_is_the_one_that_is_declared() -> None:
    assert {page: {role.value for role in roles} for page, roles in ROLES.items()} == {
        page: set(roles.split()) for page, roles in DECLARED.items()
    }
    assert set(ROLES) | EVERYBODY == set(Page)
    assert not set(ROLES) & EVERYBODY


def test_every_page_of_the_table_has_an_address() -> None:
    assert {screen.page for screen in all_screens()} == set(Page)


@pytest.mark.parametrize("role", list(StaffRole))
def test_every_cell_is_as_declared(office: Office, role: StaffRole) -> None:
    staff, browser = Staff(office, CHEAP), Browser(site_of(office))
    account = staff.inside(browser, role)
    token, refused = browser.token(), 0
    for method, path, page in addresses():
        if page is Page.SIGN_OUT:
            continue
        told = browser.open(path) if method == "GET" else browser.send(path, {"csrf": token})
        # Inside a page the guard may refuse too; the door says so by a code of its own.
        at_the_door = "staff.page" in told.text
        assert at_the_door is (role.value not in DECLARED[page].split()), (method, path)
        if at_the_door:
            assert told.status_code == 403
            refused += 1
    events = office.events(EventKind.STATION_REFUSED)
    assert len(events) == refused
    assert {event.actor for event in events} <= {account.actor}
    browser.close()


def test_who_is_not_signed_in_is_sent_to_the_door_from_everywhere(
    browser: Browser, open_browser: Callable[..., Browser]
) -> None:
    for method, path, _ in addresses():
        if method == "GET":
            browser.open(path)
            assert browser.where() == "/sign-in", path
        else:
            told = browser.send(path, {"csrf": ""})
            assert told.status_code == 401, path
            assert "staff.session_ended" in told.text


def test_who_is_inside_stays_inside_on_pages_that_are_not_there(browser: Browser, staff: Staff) -> None:
    staff.inside(browser)
    token = browser.token()
    assert token
    told = browser.open("/nowhere")
    assert told.status_code == 404
    assert browser.token() == token
    assert 'href="/counter"' in told.text
    assert 'href="/sign-in"' not in told.text
    assert browser.send("/language", {"lang": "en", "back": "/"}).status_code == 200
    assert 'lang="en"' in browser.open("/nowhere").text


def test_what_is_not_there_is_told_in_a_page_and_without_what_was_asked(browser: Browser) -> None:
    told = browser.open("/papers/../../etc/passwd<script>")
    assert told.status_code == 404
    assert "<script>" not in told.text.partition("<main")[2]
    assert "request.no_such_path" in told.text
    assert browser.send("/", {}).status_code == 405


def test_an_address_or_a_form_with_nul_is_refused_in_plain_words(browser: Browser) -> None:
    for path in ("/papers/x%00<script>", "/search?q=%00", "/sign-in?next=%2F%00"):
        told = browser.open(path)
        assert (told.status_code, "request.nul" in told.text) == (400, True), path
        assert "<script>" not in told.text.partition("<main")[2]
    browser.open("/sign-in")
    assert browser.send("/sign-in", {"login": "mau\0it", "password": "x"}).status_code == 400
