"""Second keying and the certificate on pages: blind, one field at a time, with figures that agree."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pdfplumber
import pytest
from asn1crypto import cms

from dossier.documents import Document, DocumentState
from dossier.events import EventKind
from dossier.ids import DocumentId
from dossier.quality import Outcome
from dossier.staff import StaffRole
from flows.quality.drawing import draw_due
from flows.review import review
from tests.web.office import Clock, Office, copy_of
from tests.web.quality import SECOND, THIRD, checker, filed_batch, key_all, promised, seeded
from tests.web.station.browser import Browser
from tests.web.station.people import Staff

PART = {"HX-Request": "true"}
MakeBrowser = Callable[..., Browser]
DEFAULTS = {"error": "1", "confidence": "95", "share": "100", "days": "30", "office": ""}


@pytest.fixture
def office(waiting_store: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """One paper of four was confirmed by a person and filed; the others wait."""
    made = Office(copy_of(waiting_store, tmp_path / "data"), clock)
    first = made.services.store.records.documents_waiting()[0]
    review(made.services, first.id, values={"full_name": "Mẫu Thị Sai"}, confirmed=True, actor="user-xem")
    yield made
    made.close()


def filed(office: Office) -> Document:
    found = office.services.store.records.filed_after(0, limit=1)
    return office.services.store.records.document(DocumentId(found[0][1].id))


def file_all(office: Office) -> None:
    """Nothing of the first batch waits any more."""
    for document in office.services.store.records.documents_waiting():
        if document.dossier.startswith("H26"):
            review(office.services, document.id, values={}, confirmed=True, actor="user-xem")


def field_of(browser: Browser) -> str:
    assert browser.last is not None
    found = re.search(r'name="field" value="(\d+)"', browser.last.text)
    assert found is not None, browser.text()
    return found[1]


def key_blindly(office: Office, keys: Browser, staff: Staff, *, beside: Browser) -> None:
    """A checker keys everything; of one paper another name than was filed."""
    who, paper = staff.inside(keys, StaffRole.CHECKER, login="nhap.lai"), filed(office)
    records = office.services.store.records
    keys.open("/second")
    keys.send("/second/next")
    said = 0
    while keys.where() == "/second/field":
        assert keys.last is not None
        held = records.quality.held(who.actor, free_before=office.clock())
        assert held is not None
        value = records.document(held.document, version=held.version).value(held.field)
        # Nothing of the value is on the page.
        assert value == "" or value not in keys.last.text
        sent = {"field": str(held.serial), "value": value} if value else {"act": "absent"}
        if held.field == "full_name" and held.document == paper.id:
            assert keys.open(f"/second/pictures/{held.serial}").headers["content-type"] == "image/jpeg"
            assert beside.open(f"/second/pictures/{held.serial}").status_code == 409
            keys.open("/second/field")
            sent = {"value": "Mẫu Thị Đúng"}
        keys.send("/second/field", {"field": str(held.serial), **sent})
        said += 1
    assert "Không còn ô nào chờ bạn" in keys.text()
    assert said > 9


def sheet(browser: Browser) -> tuple[bytes, str]:
    """The certificate as a PDF, by its link on the page, and the address of the batch."""
    found = re.search(r'href="(/quality/batches/[0-9a-f-]{36})/pdf"', browser.open("/quality").text)
    assert found is not None
    told = browser.open(f"{found[1]}/pdf")
    assert told.headers["content-type"] == "application/pdf"
    return told.content, found[1]


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as pages:
        return " ".join(" ".join(page.extract_text() for page in pages.pages).split())


def test_a_manager_promises_a_checker_keys_blindly_and_the_certificate_says_what_came_of_it(
    office: Office, browser: Browser, open_browser: MakeBrowser, staff: Staff
) -> None:
    manager = staff.inside(browser, StaffRole.MANAGER, login="lanh.dao", offices=("*",))
    assert "Chưa có cam kết nào" in browser.open("/quality").text
    browser.open("/quality/promise")
    browser.send("/quality/promise", {**DEFAULTS, "error": "20"})
    assert "Sai không quá 20 % ô quan trọng, với độ tin cậy 95 %" in browser.text()
    (event,) = office.events(EventKind.QUALITY_PROMISED)
    assert (event.actor, event.details["error"]) == (manager.actor, 200_000)
    file_all(office)
    browser.send("/quality/draw")
    assert "đang nhập lại" in browser.text()
    early, place = sheet(browser)
    assert "Đang nhập lại" in text_of(early)
    # Before anything is judged there is nothing to vouch for.
    assert browser.open(f"{place}/signed").status_code == 404

    key_blindly(office, open_browser(), staff, beside=browser)

    # The manager decides where two people differ, and sees both values in no telling order.
    browser.open("/second")
    browser.send("/second/next")
    assert browser.last is not None
    assert {"Mẫu Thị Sai", "Mẫu Thị Đúng"} <= set(
        re.findall(r'data-choice="\d"><kbd>\d</kbd> <span lang="vi">([^<]+)<', browser.last.text)
    )
    browser.send("/second/field", {"field": field_of(browser), "value": "Mẫu Thị Đúng"})
    assert filed(office).value("full_name") == "Mẫu Thị Đúng"
    while "Lấy ô tiếp theo" not in browser.text():
        browser.send("/second/field", {"field": field_of(browser), "act": "unreadable"})

    batch = re.search(r"/quality/batches/([0-9a-f-]{36})", browser.open("/quality").text)
    assert batch is not None
    browser.open(f"/quality/batches/{batch[1]}")
    browser.send(f"/quality/batches/{batch[1]}/check")
    assert browser.last is not None
    text = browser.last.text
    # Another language asked for from what a form brought leads to a page that can be opened.
    back = f'name="back" value="/quality/batches/{batch[1]}"'
    assert [part for part in ("Đúng mẫu mà hạt giống cho ra", "user-", back) if part not in text] == []
    told = browser.open(f"/quality/batches/{batch[1]}/json").json()
    assert told["batch"] == batch[1]
    assert told["judged"]["whole"]["errors"] == 1
    assert told["standing"] == "met"
    assert "Mẫu" not in str(told)
    made, place = sheet(browser)
    text = text_of(made)
    assert batch[1] in text
    assert "Sai không quá 20 % ô quan trọng, với độ tin cậy 95 %" in text
    assert "Mẫu Thị" not in text
    given = browser.open(f"{place}/signed")
    assert given.headers["content-type"] == "application/zip", browser.text()
    with zipfile.ZipFile(io.BytesIO(given.content)) as bundle:
        name, signature = bundle.namelist()
        assert (name, signature) == (f"chung-nhan-{batch[1]}.pdf", f"chung-nhan-{batch[1]}.pdf.p7s")
        (signer,) = cms.ContentInfo.load(bundle.read(signature))["content"]["signer_infos"]
        told = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
        assert told["message_digest"] == hashlib.sha256(bundle.read(name)).digest()
    found = office.services.store.records.quality.found(1)
    assert [key.outcome for key in found] == [Outcome.FIRST_WRONG]


def test_every_answer_brings_the_next_field_in_the_same_request(
    office: Office, browser: Browser, staff: Staff
) -> None:
    promised(office)
    file_all(office)
    draw_due(office.services)
    staff.inside(browser, StaffRole.CHECKER)
    browser.open("/second")
    browser.send("/second/next")
    first = field_of(browser)
    told = browser.send("/second/field", {"field": first, "act": "unreadable"}, headers=PART)
    assert 'id="desk"' in told.text
    assert "Đã nhận ô trước" in told.text
    assert field_of(browser) != first
    late = browser.send("/second/field", {"field": first, "value": "x"}, headers=PART)
    assert late.status_code == 409
    assert "Bạn không còn giữ ô này" in late.text


def test_a_value_that_is_none_is_told_beside_the_field_and_what_was_typed_stays(
    office: Office, browser: Browser, staff: Staff
) -> None:
    promised(office)
    file_all(office)
    draw_due(office.services)
    staff.inside(browser, StaffRole.CHECKER)
    browser.open("/second")
    browser.send("/second/next")
    for _ in range(9):
        assert browser.last is not None
        if "Ngày sinh" in browser.last.text or 'data-question="date_of_birth"' in browser.last.text:
            break
        browser.send("/second/field", {"field": field_of(browser), "act": "unreadable"})
    told = browser.send("/second/field", {"field": field_of(browser), "value": "31/02/1990"})
    assert told.status_code == 409
    assert 'value="31/02/1990"' in told.text
    assert "cần ngày dạng" in told.text


def test_a_manager_is_shown_no_field_before_two_people_differ(
    office: Office, browser: Browser, staff: Staff
) -> None:
    promised(office)
    file_all(office)
    draw_due(office.services)
    staff.inside(browser, StaffRole.MANAGER, offices=("*",))
    browser.open("/second")
    browser.send("/second/next")
    assert browser.where() == "/second"
    assert "Không còn ô nào chờ bạn" in browser.text()


def test_an_auditor_reads_and_changes_nothing(office: Office, browser: Browser, staff: Staff) -> None:
    promised(office)
    batch = filed_batch(office, "lot", 1)
    draw_due(office.services)
    staff.inside(browser, StaffRole.AUDITOR, offices=("*",))
    text = browser.open("/quality").text
    assert batch in text
    assert 'action="/quality/draw"' not in text
    assert browser.open(f"/quality/batches/{batch}").status_code == 200
    for path in ("/quality/promise", "/quality/draw", f"/quality/batches/{batch}/whole"):
        assert browser.send(path, DEFAULTS).status_code == 403


def test_batches_and_promises_of_other_offices_are_not_shown_nor_made(
    office: Office, browser: Browser, staff: Staff
) -> None:
    promised(office, office="H27")
    promised(office)
    batch = filed_batch(office, "lot", 1)
    draw_due(office.services)
    staff.inside(browser, StaffRole.MANAGER, offices=("H28",))
    text = browser.open("/quality").text
    assert batch not in text
    assert "H27" not in text
    assert browser.open(f"/quality/batches/{batch}").status_code == 404
    browser.open("/quality/promise")
    for office_code in ("", "H27"):
        told = browser.send("/quality/promise", {**DEFAULTS, "office": office_code})
        assert told.status_code == 409
        assert "phạm vi của bạn" in told.text
    browser.send("/quality/promise", {**DEFAULTS, "office": "H28.1"})
    assert browser.where() == "/quality"


@pytest.mark.parametrize(
    "changes", [{"error": "x"}, {"error": "-1"}, {"error": "90"}, {"days": "0"}], ids=str
)
def test_figures_that_mean_nothing_are_told_and_stay(
    office: Office, browser: Browser, staff: Staff, changes: dict[str, str]
) -> None:
    staff.inside(browser, StaffRole.MANAGER, offices=("*",))
    browser.open("/quality/promise")
    told = browser.send("/quality/promise", {**DEFAULTS, **changes})
    assert told.status_code == 409
    assert f'value="{next(iter(changes.values()))}"' in told.text
    assert office.services.store.records.quality.promises() == []


def test_all_other_fields_can_be_keyed_from_the_certificate_that_is_not_met(
    office: Office, browser: Browser, staff: Staff
) -> None:
    promised(office, share=400_000, error=20_000, days=1)
    batch = filed_batch(office, "lot", 6, wrong=6)
    draw_due(office.services, random_bytes=seeded(5))
    key_all(office, checker("mai"), turns=SECOND)
    key_all(office, checker("hoa"), turns=THIRD)
    office.clock.tick(2 * 86_400)
    draw_due(office.services)
    staff.inside(browser, StaffRole.MANAGER, offices=("*",))
    assert "không đạt" in browser.open(f"/quality/batches/{batch}").text
    assert "Cách xétlô nhỏ, xét một mình" in browser.text()
    browser.send(f"/quality/batches/{batch}/whole")
    assert "Đang kiểm tra toàn bộ" in browser.text()
    again = browser.send(f"/quality/batches/{batch}/whole")
    assert again.status_code == 409
    assert office.events(EventKind.QUALITY_WHOLE)[0].details["fields"]
    assert all(document.state is DocumentState.FILED for document in [filed(office)])
