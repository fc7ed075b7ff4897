"""Verify: a verdict in plain words for everybody, details to unfold, a report to take along, nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dossier.events import EventKind
from tests.web.conftest import MakeOffice
from tests.web.office import Office
from tests.web.station.browser import Browser
from tests.web.station.conftest import CHEAP, site_of
from tests.web.station.people import Staff

ROOT = Path(__file__).parents[3]
SIGNED = ROOT / "samples" / "dossiers" / "4-ho-kinh-doanh"


@pytest.fixture(scope="module")
def signed() -> bytes:
    """A sample that an agency signed, whose root this installation does not trust."""
    found = [path for path in sorted(SIGNED.glob("*.pdf")) if b"/ByteRange" in path.read_bytes()]
    return found[0].read_bytes()


def file(content: bytes, name: str = "giay-to.pdf") -> dict[str, tuple[str, bytes, str]]:
    return {"file": (name, content, "application/pdf")}


def left(office: Office) -> set[Path]:
    """Every file of the data folder but the database and the log."""
    data = office.services.settings.data
    files = [path for path in data.rglob("*") if path.is_file()]
    return {path for path in files if "sqlite" not in path.name and path.parent.name != "logs"}


def test_a_strangers_signature_is_judged_in_plain_words(browser: Browser, signed: bytes) -> None:
    browser.open("/verify")
    told = browser.send("/verify", files=file(signed))
    assert told.status_code == 200
    text = browser.text()
    assert "CHƯA ĐỦ CƠ SỞ" in text or "KHÔNG HỢP LỆ" in text
    assert "Cần làm" in text
    assert "giay-to.pdf" in text
    assert "<details" in told.text
    assert "SHA-256" in text


def test_nothing_of_the_file_is_kept(office: Office, browser: Browser, signed: bytes) -> None:
    before = left(office)
    entries = len(list(office.services.store.records.journal(limit=1000)))
    browser.open("/verify")
    browser.send("/verify", files=file(signed, "rieng-tu-cua-toi.pdf"))
    assert browser.last is not None
    assert "rieng-tu-cua-toi" in browser.last.text
    assert left(office) == before
    assert len(list(office.services.store.records.journal(limit=1000))) == entries
    for path in office.services.settings.data.rglob("*"):
        assert not path.is_file() or b"rieng-tu-cua-toi" not in path.read_bytes()


def test_an_unsigned_file_and_one_that_is_no_pdf_are_told_apart(browser: Browser) -> None:
    browser.open("/verify")
    told = browser.send("/verify", files=file(b"%PDF-1.4 no real file"))
    assert told.status_code in (200, 422)
    told = browser.send("/verify", files=file(b"PK\x03\x04 something else"))
    assert told.status_code == 422
    assert "không phải PDF đọc được" in browser.text()
    told = browser.send("/verify", {})
    assert told.status_code == 422
    assert "Chưa chọn tệp nào" in browser.text()


def test_the_report_comes_as_pdf_in_the_chosen_language(browser: Browser, signed: bytes) -> None:
    browser.open("/verify")
    told = browser.send("/verify/report", files=file(signed))
    assert told.headers["content-type"] == "application/pdf"
    assert told.headers["content-disposition"] == 'attachment; filename="bao-cao-kiem-tra.pdf"'
    assert told.content.startswith(b"%PDF-")
    browser.send("/language", {"lang": "en", "back": "/verify"})
    told = browser.send("/verify/report", files=file(signed))
    assert 'filename="verification-report.pdf"' in told.headers["content-disposition"]


def test_a_name_of_a_file_is_shown_as_text_and_steers_nothing(browser: Browser, signed: bytes) -> None:
    browser.open("/verify")
    browser.send("/verify", files=file(signed, "<script>alert(1)\u202egpj.pdf"))
    assert browser.last is not None
    assert "<script>alert" not in browser.last.text
    assert "&lt;script&gt;" in browser.last.text
    assert "\u202e" not in browser.last.text


@pytest.fixture
def narrow(make_office: MakeOffice) -> Iterator[Callable[..., Browser]]:
    """A station that judges two files a minute of one address, and no large ones."""
    office = make_office(MOTLAN_STATION_VERIFY_PER_MINUTE="2", MOTLAN_API_MAX_UPLOAD_BYTES="2000")
    site, made = site_of(office), []

    def open_browser(**more: str) -> Browser:
        made.append(Browser(site, **more))
        made[-1].open("/verify")
        return made[-1]

    yield open_browser
    for browser in made:
        browser.close()


def test_an_address_that_asks_too_often_waits_and_others_do_not(narrow: Callable[..., Browser]) -> None:
    browser, other = narrow(), narrow(address="203.0.113.99")
    told = [browser.send("/verify", files=file(b"%PDF-1.4 x")) for _ in range(3)]
    assert [one.status_code for one in told] == [422, 422, 429]
    assert told[-1].headers["retry-after"] == "30"
    assert other.send("/verify", files=file(b"%PDF-1.4 x")).status_code == 422


def test_a_file_that_is_too_large_is_refused(narrow: Callable[..., Browser]) -> None:
    browser = narrow()
    told = browser.send("/verify", files=file(b"%PDF-1.4" + b"x" * 2000))
    assert told.status_code == 413
    assert "quá lớn" in browser.text()


def test_when_as_many_are_judged_as_may_be_others_are_told_to_come_again(office: Office) -> None:
    site = site_of(office, verify_patience=0.01)
    busy = Browser(site)
    busy.open("/verify")
    room = site.station.verify_room
    with room, room:
        told = busy.send("/verify", files=file(b"%PDF-1.4 x"))
        assert told.status_code == 503
        assert told.headers["retry-after"] == "5"
    assert busy.send("/verify", files=file(b"%PDF-1.4 x")).status_code == 422
    busy.close()


def test_somebody_signed_in_is_not_slowed_down_with_strangers(make_office: MakeOffice) -> None:
    office = make_office(MOTLAN_STATION_VERIFY_PER_MINUTE="1")
    browser = Browser(site_of(office))
    Staff(office, CHEAP).inside(browser)
    browser.open("/verify")
    told = [browser.send("/verify", files=file(b"%PDF-1.4 x")).status_code for _ in range(3)]
    assert told == [422, 422, 422]
    assert office.events(EventKind.API_ANSWERED) == []
    browser.close()


def test_files_of_strangers_that_come_slowly_keep_no_staff_out(office: Office) -> None:
    site = site_of(office)
    inside, stranger = Browser(site), Browser(site, address="203.0.113.99")
    Staff(office, CHEAP).inside(inside)
    stranger.open("/verify")
    places = site.station.strangers
    taken = 0
    while places.acquire(blocking=False):
        taken += 1
    assert taken == 8
    assert stranger.send("/verify", files=file(b"%PDF-1.4 x")).status_code == 503
    assert inside.open("/counter").status_code == 200
    inside.open("/verify")
    assert inside.send("/verify", files=file(b"%PDF-1.4 x")).status_code == 422
    places.release()
    # A place is given back whatever came of the file.
    for _ in range(3):
        assert stranger.send("/verify", files=file(b"%PDF-1.4 x")).status_code == 422
    for _ in range(taken - 1):
        places.release()
    inside.close()
    stranger.close()
