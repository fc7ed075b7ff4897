"""The first page: what waits, by role; counts alone, and only pages one may be on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from dossier.checking import CheckDraft
from dossier.documents import DocumentState
from dossier.events import EventKind
from dossier.staff import StaffRole
from tests.web.office import WIFE, Clock, Office, paper
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


def test_what_could_not_be_saved_is_told_to_its_checker_alone_and_in_red(
    office: Office, browser: Browser, open_browser: Callable[..., Browser], staff: Staff, clock: Clock
) -> None:
    (document,) = office.save(paper("one", WIFE, state=DocumentState.WAITING))
    account = staff.inside(browser, StaffRole.CHECKER)
    assert "chưa lưu được" not in browser.text()
    records, now, long_ago = office.services.store.records, clock(), clock() - timedelta(minutes=10)
    records.checks.take(document, account.actor, at=now, free_before=long_ago)
    draft = CheckDraft(document=document, version=1, actor=account.actor, saved_at=now)
    assert records.saves.hand_over(draft, free_before=long_ago)
    (on_its_way,) = records.saves.due(at=now, limit=2)
    records.saves.come_back(on_its_way, code="store.conflict", draft=draft)
    page = browser.open("/")
    assert "1giấy tờ của bạn chưa lưu được" in browser.text()
    assert 'class="tile pressing" href="/check"' in page.text
    other = open_browser()
    staff.inside(other, StaffRole.CHECKER, login="mau.khac")
    assert "chưa lưu được" not in other.text()


def test_a_manager_is_told_of_third_looks_and_a_checker_of_second_ones_too(
    browser: Browser, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    staff.inside(browser, StaffRole.CHECKER)
    assert "0ô chờ nhập lại 0ô chờ người thứ ba" in browser.text()
    manager = open_browser()
    staff.inside(manager, StaffRole.MANAGER, login="mau.ld")
    assert "0ô chờ người thứ ba" in manager.text()
    assert "ô chờ nhập lại" not in manager.text()


def test_the_pages_of_somebody_with_every_role_stand_in_a_line_of_their_own(
    browser: Browser, staff: Staff
) -> None:
    staff.inside(browser, StaffRole.SCANNER)
    assert browser.last is not None
    assert 'class="bar"' in browser.last.text
    staff.inside(browser, *StaffRole, login="mau.moi")
    assert 'class="bar many"' in browser.last.text
