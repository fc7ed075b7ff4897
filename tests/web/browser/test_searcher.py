"""An archivist who searches, and a manager before the figures: by keyboard, on both screens."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from dossier.admission import DossierPerson
from dossier.campaigns import DeclaredBox
from dossier.staff import StaffRole
from flows.admission import register_dossier
from flows.campaigns import new_campaign
from tests.web.browser.person import Person
from tests.web.browser.test_officer import come_in
from tests.web.checking import waiting_papers
from tests.web.office import DOSSIER, HUSBAND, PROCEDURE, WIFE, Office, paper
from tests.web.station.people import Staff

pytestmark = pytest.mark.slow


def test_an_archivist_searches_by_words_and_opens_the_place(
    person: Person, people: Staff, open_office: Office, tmp_path: Path
) -> None:
    waiting_papers(open_office, tmp_path, 2)
    open_office.save(paper("own", WIFE))
    come_in(person, people, StaffRole.ARCHIVIST)
    person.go("Alt+0")
    person.look("70-search-empty")
    person.write('"bích liễu" ngày sinh:8/12/2000')
    # What walks behind filing takes in words about once a second.
    for _ in range(20):
        person.go("Enter")
        if "Không tìm thấy" not in person.text():
            break
        person.tab_to("Từ cần tìm", back=True)
    assert "2 giấy tờ trên trang này" in person.text()
    for picture in person.page.locator(".place img").all():
        picture.scroll_into_view_if_needed()
    loaded = (
        "() => [...document.querySelectorAll('.place img')].every((one) => one.complete && one.naturalWidth)"
    )
    person.page.wait_for_function(loaded)
    person.look("71-search")
    person.tab_to("Giấy khai sinh")
    person.go("Enter")
    person.page.wait_for_function("() => document.querySelector('.spot img').naturalWidth > 0")
    person.look("72-place")
    person.go("Alt+0")
    person.write("mẫu thị khong co")
    person.go("Enter")
    person.look("73-nothing")
    person.go("Alt+3")
    person.write(WIFE)
    person.go("Enter")
    person.tab_to("Giấy khai sinh")
    person.go("Enter")
    assert "Ai được dùng" in person.text()
    person.look("74-uses")
    assert person.errors == []
    assert {name: found for name, found in person.looked.items() if found} == {}


def test_a_manager_sorts_offices_and_sees_months_and_campaigns(
    person: Person, people: Staff, open_office: Office
) -> None:
    for code, owner in ((DOSSIER, WIFE), ("H26.7-260905-0001", HUSBAND), ("H26.7-261005-0001", HUSBAND)):
        applicant = DossierPerson("applicant", owner)
        register_dossier(
            open_office.services, code, procedure=PROCEDURE, persons=[applicant], caller="user-thu"
        )
    made = new_campaign(
        open_office.services,
        "Số hóa khai sinh cũ",
        office="H26.5.12",
        types=["birth_certificate"],
        targets={2026: Fraction(1, 2)},
    )
    boxes = [
        DeclaredBox(label=f"Hộp {number}", office="H26.5.12", year=2019, type="birth_certificate", results=80)
        for number in range(1, 6)
    ]
    open_office.services.store.records.campaigns.declare(made.id, boxes, events=())
    come_in(person, people, StaffRole.MANAGER)
    person.go("Alt+4")
    person.page.wait_for_selector(".lines .line")
    person.page.wait_for_selector("#stands article")
    person.look("75-dashboard")
    person.tab_to("Chỉ tiêu kế hoạch")
    person.go("Enter")
    person.page.wait_for_selector(".lines .line")
    person.page.wait_for_selector("#stands article")
    person.tab_to("Giải quyết quá hạn")
    person.go("Enter")
    assert person.page.get_attribute("th[aria-sort=descending] a", "id") == "by-late"
    person.page.wait_for_selector(".lines .line")
    person.page.wait_for_selector("#stands article")
    person.look("76-sorted")
    assert person.errors == []
    assert {name: found for name, found in person.looked.items() if found} == {}


def test_figures_follow_by_themselves_but_not_under_the_hands_of_a_reader(
    person: Person, people: Staff
) -> None:
    come_in(person, people, StaffRole.MANAGER)
    person.go("Alt+4")
    person.page.wait_for_selector("#stands p")
    asked = (
        "() => document.querySelector('#live').dispatchEvent(new CustomEvent('htmx:beforeRequest',"
        " {bubbles: true, cancelable: true, detail: {}}))"
    )
    assert person.page.evaluate(asked)
    person.tab_to("XLSX")
    assert not person.page.evaluate(asked)
