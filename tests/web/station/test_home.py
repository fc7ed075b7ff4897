"""The first page: what waits, by role; counts alone, and only pages one may be on."""

from __future__ import annotations

from dossier.documents import DocumentState
from dossier.events import EventKind
from dossier.staff import StaffRole
from tests.web.office import WIFE, Office, paper
from tests.web.station.browser import Browser
from tests.web.station.people import Staff


def test_a_checker_sees_how_many_papers_wait_and_nothing_of_them(
    office: Office, browser: Browser, staff: Staff
) -> None:
    office.save(
        paper("one", WIFE, state=DocumentState.WAITING),
        paper("two", WIFE, state=DocumentState.WAITING),
        paper("filed", WIFE),
    )
    staff.inside(browser, StaffRole.CHECKER)
    assert "2giấy tờ chờ người kiểm tra" in browser.text()
    assert "Thị Thử" not in browser.text()
    assert office.events(EventKind.DOCUMENT_READ) == []


def test_an_administrator_sees_who_has_not_come_yet_by_number_alone(browser: Browser, staff: Staff) -> None:
    staff.add("mau.moi", name="Mẫu Người Mới")
    staff.inside(browser, StaffRole.ADMINISTRATOR, login="mau.qt")
    assert "1tài khoản chưa đăng nhập lần đầu" in browser.text()
    assert "Người Mới" not in browser.text()


def test_pages_of_other_roles_are_not_offered(browser: Browser, staff: Staff) -> None:
    staff.inside(browser, StaffRole.AUDITOR)
    assert browser.last is not None
    links = [
        path
        for path in ("/counter", "/citizen", "/dashboard", "/verify")
        if f'href="{path}"' in browser.last.text
    ]
    assert links == ["/dashboard", "/verify"]


def test_somebody_of_several_roles_has_the_pages_of_all_of_them(browser: Browser, staff: Staff) -> None:
    staff.inside(browser, StaffRole.ONE_STOP, StaffRole.SIGNER, StaffRole.MANAGER)
    text = browser.text()
    assert "Người ký số, Cán bộ một cửa, Lãnh đạo, quản lý" in text
    assert "0giấy tờ chờ dấu thời gian" in text
    assert "Một cửaThủ tục và người" in text
