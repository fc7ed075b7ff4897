"""A visitor who only verifies, and an archivist and a manager at work: by keyboard, on both screens."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossier.staff import StaffRole
from tests.web.browser.person import Person
from tests.web.browser.test_officer import SIGNED, come_in
from tests.web.office import WIFE, Office, paper
from tests.web.station.people import Staff

pytestmark = pytest.mark.slow


def test_a_visitor_learns_that_a_file_was_changed_after_it_was_signed(person: Person, tmp_path: Path) -> None:
    (signed, *_) = [path for path in sorted(SIGNED.glob("*.pdf")) if b"/ByteRange" in path.read_bytes()]
    changed = tmp_path / "da-sua.pdf"
    content = bytearray(signed.read_bytes())
    # A byte inside the first signed range: the digest does not agree any more.
    content[200] ^= 1
    changed.write_bytes(content)
    person.open("/verify")
    person.page.set_input_files("#file", changed)
    person.tab_to("Kiểm tra")
    person.press("Enter")
    person.page.wait_for_selector("#verdict .verdict, #verdict .note")
    assert "KHÔNG HỢP LỆ" in person.text() or "không phải PDF đọc được" in person.text()
    person.look("20-changed")
    person.tab_to("Chi tiết chữ ký")
    person.press("Enter")
    person.look("21-details")
    assert person.errors == []
    assert {name: found for name, found in person.looked.items() if found} == {}


def test_an_archivist_finds_by_name_and_sees_who_used_it(
    person: Person, people: Staff, open_office: Office
) -> None:
    open_office.save(paper("own", WIFE))
    come_in(person, people, StaffRole.ARCHIVIST, StaffRole.CHECKER)
    person.look("30-home")
    person.go("Alt+3")
    person.write("mau thi thu")
    person.go("Enter")
    person.tab_to("Giấy khai sinh")
    person.go("Enter")
    person.look("31-paper")
    person.go("Alt+3")
    person.write(WIFE)
    person.go("Enter")
    assert "Ai đã xem, dùng" in person.text()
    person.look("32-citizen")
    person.go("Alt+l")
    person.look("33-english")
    assert person.errors == []
    assert {name: found for name, found in person.looked.items() if found} == {}
