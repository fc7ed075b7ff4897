"""A signer's and an archivist's day, by the keyboard alone, on both screens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.documents import DocumentState
from dossier.ids import DocumentId
from dossier.staff import StaffRole
from flows.archive_desk.work import work_off
from flows.review import review
from tests.flows.filing import DOSSIER, GIVEN, file_dossier
from tests.web.browser.person import Person
from tests.web.browser.test_officer import come_in
from tests.web.office import WIFE, Clock, Office, copy_of, paper
from tests.web.station.people import PASSWORD, Staff
from tests.web.station.signers import RULES
from tests.web.station.test_archive import TERMS

pytestmark = pytest.mark.slow


@pytest.fixture
def open_office(waiting_store: Path, tmp_path: Path) -> Iterator[Office]:
    """Papers that wait for a signature, some that are due for disposal, and a dossier to be packed."""
    office = Office(copy_of(waiting_store, tmp_path / "data"), Clock())
    folder = office.services.rules_folder
    (folder / "papers").mkdir(parents=True)
    (folder / "signing.toml").write_text(RULES, encoding="utf-8")
    (folder / "papers" / "terms-birth.toml").write_text(TERMS, encoding="utf-8")
    for one in office.services.store.records.documents_waiting():
        review(office.services, one.id, values={}, confirmed=True)
    office.save(paper("old", WIFE, filed_at=office.clock() - timedelta(days=3650)))
    yield office
    office.close()


def serious(person: Person) -> dict[str, list[str]]:
    return {name: found for name, found in person.looked.items() if found}


def test_a_signer_looks_through_papers_and_signs_them_by_one_password(
    person: Person, people: Staff, open_office: Office
) -> None:
    records = open_office.services.store.records
    come_in(person, people, StaffRole.SIGNER)
    person.go("Alt+8")
    assert person.path() == "/signing"
    person.look("80-signing-queue")
    person.go("Enter")
    first = person.path().rpartition("/")[2]
    person.page.wait_for_function("() => [...document.images].every(one => one.complete)")
    person.look("81-signing-paper")
    person.go("F9")
    person.go("F9")
    # The third is not right: it goes back with a reason.
    person.tab_to("Chưa đúng: trả lại người kiểm tra")
    person.press("Enter")
    person.tab_to("Lý do")
    person.write("Mo hon so goc")
    person.look("82-signing-back")
    person.tab_to("Trả lại")
    person.go("Enter")
    assert person.path() == "/signing"
    person.tab_to("Mật khẩu của bạn")
    person.look("83-signing-marked")
    person.write(PASSWORD)
    person.go("Enter")
    person.page.wait_for_function(
        "() => document.body.innerText.includes('Đã ký xong tất cả')", timeout=60_000
    )
    person.look("84-signing-done")
    assert records.document(DocumentId(first)).state is DocumentState.FILED
    person.open("/signing/stamps")
    person.look("85-signing-stamps")
    assert person.errors == []
    assert serious(person) == {}


def test_an_archivist_looks_after_the_archive(
    person: Person, people: Staff, open_office: Office, tmp_path: Path
) -> None:
    services = open_office.services
    file_dossier(services, tmp_path, count=2)
    come_in(person, people, StaffRole.ARCHIVIST)
    person.go("Alt+9")
    person.look("90-archive")
    person.tab_to("Kiểm tra toàn vẹn")
    person.go("Enter")
    person.tab_to("Chạy một đợt (1/90)")
    person.go("Enter")
    assert "Đã nhận yêu cầu" in person.text()
    work_off(services)
    person.open("/archive/fixity")
    person.look("91-archive-fixity")
    person.open("/archive/renewal")
    person.tab_to("Lập dự báo")
    person.go("Enter")
    work_off(services)
    person.open("/archive/renewal")
    person.look("92-archive-renewal")
    person.open("/archive/packages")
    person.tab_to("Mã hồ sơ")
    person.write(DOSSIER)
    person.tab_to("Trường mà kho chưa có")
    for name, value in GIVEN.items():
        person.write(f"{name}={value}\n")
    person.tab_to("Đóng gói")
    person.go("Enter")
    work_off(services)
    person.open("/archive/packages")
    assert "2 giấy tờ" in person.text()
    person.look("93-archive-packages")
    assert person.errors == []
    assert serious(person) == {}


def test_an_archivist_proposes_what_is_due_and_looks_into_the_journal(person: Person, people: Staff) -> None:
    come_in(person, people, StaffRole.ARCHIVIST)
    person.open("/archive/disposal")
    person.look("94-archive-disposal")
    person.open("/archive/disposal/types/birth_certificate")
    person.tab_to("Chọn để đề nghị hủy, dòng 1")
    person.press("Space")
    person.tab_to("Lý do")
    person.write("Het thoi han bao quan")
    person.look("95-archive-due")
    person.tab_to("Đề nghị hủy")
    person.go("Enter")
    assert person.path() == "/archive/disposal"
    case = person.page.get_attribute("a[href*='/disposal/cases/']", "href")
    assert case is not None
    person.open(case)
    person.look("96-archive-case")
    person.open("/archive/journal")
    person.tab_to("Loại việc")
    person.press("Tab")
    person.tab_to("Tìm")
    person.go("Enter")
    person.look("97-archive-journal")
    person.open("/archive/journal/entries/1")
    person.look("98-archive-entry")
    assert person.errors == []
    assert serious(person) == {}
