"""Trays in tests: files to send, and the working process without Prefect."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from dossier.errors import InputError
from dossier.staff import StaffAccount, StaffRole, Stage
from dossier.trays import Tray, TrayFile
from flows.capture import read_item
from flows.intake import Handed, take_in
from flows.issue import file_item
from flows.progress import Listener
from flows.quarantine import set_aside
from flows.staff import sessions
from storage.inbox import Declaration
from tests.web.checking import PAPER
from tests.web.office import Office
from tests.web.station.browser import Browser
from tests.web.station.people import Staff
from wiring.services import Services

DOSSIER: Final = "H26.5.12-261120-0031"
PROCEDURE: Final = "1.001193"
NAME: Final = "Giấy khai sinh.pdf"
ZIP: Final = b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(200)


def paper() -> bytes:
    """A born-digital birth certificate of an invented person."""
    return PAPER.read_bytes()


def work(services: Services, paths: Sequence[Path], declared: Declaration, listen: Listener) -> Handed:
    """As the line does it, one file after the other, in this thread."""
    with services.writing():
        handed = take_in(services, paths, declared=declared)
        for item in handed.items:
            try:
                read_item(services, item, listen=listen)
                file_item(services, item, listen=listen)
            except InputError as error:
                set_aside(services, item, error, listen=listen)
    return handed


def come_in(
    staff: Staff, browser: Browser, *, login: str = "mau.quet", again: bool = False, **changes: Any
) -> StaffAccount:
    """An operator with a session, without the way through the door, which other tests walk."""
    services = staff.office.services
    if again:
        account = next(one for one in services.store.records.staff.accounts() if one.login == login)
    else:
        account = staff.add(login, StaffRole.SCANNER, **changes).account
    held = sessions.begin(services, actor=account.actor, stage=Stage.OPEN)
    browser.cookies.set("__Host-motlan-station", held.token, domain="tram.mau.example", path="/")
    return account


def begin(browser: Browser, dossier: str = DOSSIER, procedure: str = PROCEDURE, **fields: str) -> str:
    """Begin a batch; gives its address."""
    browser.open("/intake")
    browser.send("/intake", {"dossier": dossier, "procedure": procedure, **fields})
    assert browser.where().startswith("/intake/"), browser.text()
    return browser.where()


def send(browser: Browser, address: str, *files: tuple[str, bytes], **more: Any) -> Any:
    """Send files in one form."""
    sent = [("files", (name, content, "application/octet-stream")) for name, content in files]
    return browser.send(f"{address}/files", files=sent or [("files", ("", b""))], **more)


def tray_of(office: Office, address: str) -> Tray:
    """The tray at an address."""
    found = office.services.store.records.trays.find(address.rpartition("/")[2])
    assert found is not None
    return found


def files_of(office: Office, address: str) -> Sequence[TrayFile]:
    """Its files."""
    return office.services.store.records.trays.files(address.rpartition("/")[2])


def marked(content: bytes, note: str) -> bytes:
    """Another file that says the same: a note behind the end of a PDF changes nothing that is read."""
    return content + f"% {note}\n".encode()


def shown_state(browser: Browser) -> str:
    """The state that the page says."""
    assert browser.last is not None
    found = re.search(r'data-state="([a-z]+)"', browser.last.text)
    assert found is not None, browser.text()
    return found[1]
