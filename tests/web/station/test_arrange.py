"""Arranging pages at the station: forms that carry the plan, what will change, and who may do it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import html

from dossier.admission import FieldScope
from dossier.arranging import AsideKind, plan_from_text
from dossier.documents import Document, DocumentState
from dossier.events import EventKind
from dossier.ids import ItemId
from dossier.staff import StaffRole
from flows.arranging.carry import carry_out
from flows.arranging.loop import ArrangeLoop
from tests.web.office import Clock, Office, copy_of
from tests.web.station.browser import Browser
from tests.web.station.people import Staff

WHOLE = "1;2;3;4,5|"


@pytest.fixture
def office(pile_store: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    made = Office(copy_of(pile_store, tmp_path / "data"), clock)
    yield made
    made.close()


@pytest.fixture
def checker(staff: Staff, browser: Browser) -> Browser:
    staff.inside(browser, StaffRole.CHECKER)
    return browser


def item_of(office: Office) -> ItemId:
    return office.services.store.records.documents_waiting()[0].item


def papers(office: Office) -> list[Document]:
    return list(office.services.store.records.documents_of_item(item_of(office)))


def begin(browser: Browser) -> str:
    """Take the first paper and open the page on which its file is arranged."""
    browser.open("/check")
    browser.send("/check/next")
    told = browser.open(f"{browser.where()}/arrange")
    assert told.status_code == 200, browser.text()
    return browser.where()


def field(browser: Browser, name: str) -> str:
    """What a hidden field of the form holds."""
    assert browser.last is not None
    found = html.fromstring(browser.last.content.decode()).xpath(f'//form[@id="plan"]//input[@name="{name}"]')
    return str(found[0].get("value"))


def press(browser: Browser, act: str, page: int, **more: str) -> None:
    """Choose a page and press a button, as somebody without scripts does."""
    fields = {name: field(browser, name) for name in ("plan", "past", "mark")}
    address = urlsplit(str(browser.last.url if browser.last else "")).path
    browser.send(address, {**fields, "page": str(page), "act": act, **more})


def plan(browser: Browser) -> str:
    return field(browser, "plan")


def test_every_page_of_the_file_is_shown_in_its_paper(checker: Browser, office: Office) -> None:
    begin(checker)
    assert plan(checker) == WHOLE
    assert checker.last is not None
    shown = re.findall(r'src="(/check/[0-9a-f-]+/arrange/pages/\d\?v=1)"', checker.last.text)
    assert len(shown) == 5
    picture = checker.open(shown[2])
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.headers["cache-control"] == "private, max-age=300"
    assert 2_000 < len(picture.content) < 60_000
    # All that can be seen was looked at, and the journal says so.
    looks = {event.subject for event in office.events(EventKind.DOCUMENT_READ)}
    assert looks == {paper.id for paper in papers(office)}


def test_each_step_is_told_can_be_undone_and_nothing_is_done_before_it_is_saved(
    checker: Browser, office: Office
) -> None:
    before = papers(office)
    begin(checker)
    press(checker, "merge", 2)
    assert plan(checker) == "1,2;3;4,5|"
    assert "Đã gộp giấy tờ của trang 2 với giấy tờ trước." in checker.text()
    assert "không còn, trang thuộc giấy tờ 1" in checker.text()
    press(checker, "right", 2)
    press(checker, "aside", 5)
    assert plan(checker) == "1,2>90;3;4|5:blank"
    assert "Trang 5: để riêng (trang trắng)." in checker.text()
    press(checker, "undo", 5)
    press(checker, "on", 3)
    assert plan(checker) == "1,2>90;3,4,5|"
    press(checker, "split", 5, t1="decision")
    assert plan(checker) == "1,2>90=decision;3,4;5|"
    press(checker, "reset", 5)
    assert plan(checker) == WHOLE
    assert "Chưa có gì thay đổi." in checker.text()
    assert papers(office) == before
    assert office.events(EventKind.PAGES_ASKED) == []


def test_a_saved_arrangement_is_done_behind_the_page_and_checking_goes_on(
    checker: Browser, office: Office
) -> None:
    first = papers(office)[0]
    begin(checker)
    press(checker, "merge", 2)
    press(checker, "aside", 5)
    press(checker, "save", 5)
    assert checker.where() == f"/check/arranged/{first.item}"
    assert "Máy đang đọc lại" in checker.text()
    # Until that is done, nobody gets a paper of the file.
    checker.open("/check")
    checker.send("/check/next")
    assert "Không còn giấy tờ nào chờ bạn" in checker.text()
    with ArrangeLoop(office.services) as loop:
        loop.finish(within_s=120.0)
    checker.open(f"/check/arranged/{first.item}")
    assert "Đã sắp xếp xong." in checker.text()
    assert [paper.pages for paper in papers(office)] == [(1, 2), (3,), (4,)]
    account = office.services.store.records.staff.accounts()[0]
    (event,) = office.events(EventKind.PAGES_ARRANGED)
    assert (event.actor, event.details["dissolved"], event.details["aside"]) == (account.actor, 1, 1)
    (left,) = office.services.store.records.documents_waiting()
    assert f'href="/check/{left.id}"' in (checker.last.text if checker.last else "")
    assert checker.open(f"/check/{left.id}").status_code == 200


def test_a_plan_that_loses_or_doubles_a_page_is_refused_and_nothing_is_kept(
    checker: Browser, office: Office
) -> None:
    address = begin(checker)
    token, mark = field(checker, "csrf"), field(checker, "mark")
    for told in ("1;2;3;4|", "1;2;3;4,5,1|", "1;2;3;4,5;6|", "<script>|", ""):
        fields = {"csrf": token, "plan": told, "past": "", "mark": mark, "page": "1", "act": "save"}
        answer = checker.send(address, fields)
        assert answer.status_code == 409, told
        assert "<script>|" not in answer.text
    assert office.services.store.records.arrangements.asked() == []


def test_a_form_of_another_session_does_nothing(checker: Browser, office: Office) -> None:
    address = begin(checker)
    fields = {"csrf": "x" * 43, "plan": "1,2;3;4,5|", "mark": field(checker, "mark"), "act": "save"}
    assert checker.send(address, fields).status_code == 403
    assert office.services.store.records.arrangements.asked() == []


def test_a_paper_that_changed_in_between_is_told_and_left_alone(checker: Browser, office: Office) -> None:
    begin(checker)
    press(checker, "merge", 2)
    with office.services.writing():
        records = office.services.store.records
        records.save_document(papers(office)[1].next_version(questions=("type",)))
    press(checker, "save", 2)
    assert checker.last is not None
    assert checker.last.status_code == 409
    assert "đã thay đổi sau khi bạn mở trang" in checker.text()
    assert office.services.store.records.arrangements.asked() == []


def test_a_paper_that_somebody_else_checks_is_not_taken_away(
    checker: Browser, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    begin(checker)
    press(checker, "merge", 2)
    other = open_browser()
    staff.inside(other, StaffRole.CHECKER, login="mau.khac")
    assert other.open(f"/check/{papers(office)[1].id}").status_code == 200
    press(checker, "save", 2)
    assert checker.last is not None
    assert checker.last.status_code == 409
    assert "đang có người khác kiểm tra" in checker.text()


def test_who_has_no_paper_of_the_file_on_the_table_sees_nothing_of_it(
    office: Office, browser: Browser, staff: Staff, open_browser: Callable[..., Browser]
) -> None:
    staff.inside(browser, StaffRole.CHECKER)
    address = begin(browser)
    other = open_browser()
    staff.inside(other, StaffRole.CHECKER, login="mau.khac")
    for path in (address, f"{address}/pages/1"):
        assert other.open(path).status_code == 409
    assert other.open(f"/check/arranged/{item_of(office)}").status_code == 404
    assert browser.open(f"{address}/pages/9").status_code == 409
    assert browser.open(f"{address}/pages/x").status_code == 409


def test_a_file_with_a_paper_for_others_is_arranged_by_nobody_who_may_not_see_it(
    office: Office, browser: Browser, staff: Staff
) -> None:
    with office.services.writing():
        records = office.services.store.records
        records.save_document(papers(office)[2].next_version(dossier="H27.1.1-261120-0001"))
    staff.inside(browser, StaffRole.CHECKER)
    browser.open("/check")
    browser.send("/check/next")
    held = browser.where()
    told = browser.open(f"{held}/arrange")
    assert told.status_code == 409
    assert "ngoài phạm vi của bạn" in browser.text()
    assert browser.open(f"{held}/arrange/pages/1").status_code == 409


def test_a_filed_paper_needs_a_reason_which_stays_out_of_the_journal(
    checker: Browser, office: Office
) -> None:
    with office.services.writing():
        records = office.services.store.records
        filed = papers(office)[0]
        records.save_document(
            filed.next_version(state=DocumentState.FILED, questions=(), filed_at=office.clock())
        )
    checker.open("/check")
    checker.send("/check/next")
    checker.open(f"{checker.where()}/arrange")
    press(checker, "aside", 1)
    assert "không bỏ hay gộp mất được" in checker.text()
    press(checker, "undo", 1)
    steps = 0
    while plan(checker) != "1,5;2;3;4|" and steps < 9:
        press(checker, "back", 5)
        steps += 1
    assert steps == 6
    assert 'name="reason"' in (checker.last.text if checker.last else "")
    press(checker, "save", 5)
    assert "phải ghi lý do" in checker.text()
    reason = "Trang sau thuộc giấy này <script>"
    press(checker, "save", 5, reason=reason)
    assert checker.where().startswith("/check/arranged/"), checker.text()
    (wanted,) = office.services.store.records.arrangements.asked()
    assert (wanted.reason, wanted.plan) == (reason, plan_from_text("1,5;2;3;4|"))
    assert "script" not in str([entry.event for entry in office.services.store.records.journal()])


def test_what_was_refused_is_told_with_what_to_do(checker: Browser, office: Office) -> None:
    begin(checker)
    press(checker, "aside", 5, kind="separator")
    press(checker, "save", 5)
    (wanted,) = office.services.store.records.arrangements.asked()
    assert wanted.plan.aside == {5: AsideKind.SEPARATOR}
    with office.services.writing():
        records = office.services.store.records
        records.save_document(papers(office)[3].next_version(questions=("type",)))
    carry_out(office.services, wanted)
    checker.open(f"/check/arranged/{wanted.item}")
    assert "mọi giấy tờ vẫn như cũ" in checker.text()
    assert "đã thay đổi trong lúc đó" in checker.text()


def test_whoever_may_not_see_every_field_arranges_nothing(
    office: Office, browser: Browser, staff: Staff
) -> None:
    staff.inside(browser, StaffRole.CHECKER, fields=FieldScope.BASIC)
    assert browser.open(f"/check/{papers(office)[0].id}/arrange").status_code == 409


def test_the_station_speaks_english_too(checker: Browser, office: Office) -> None:
    begin(checker)
    checker.send("/language", {"lang": "en", "back": checker.where()})
    assert "Nothing is changed yet." in checker.text()
