"""The check station: one paper on one table, one question after the other, and nothing said is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dossier.admission import FieldScope
from dossier.check_errors import CheckOwnError
from dossier.documents import DocumentState
from dossier.events import EventKind
from dossier.fields import Evidence
from dossier.ids import DocumentId
from dossier.staff import StaffRole
from flows.checking.desk import Checker, queue, take, take_next
from flows.checking.saving import save_all
from rulebook.paper_spec import Sensitivity
from tests.web.checking import PRINTED, SUGGESTED
from tests.web.office import Clock, Office, copy_of
from tests.web.station.browser import Browser
from tests.web.station.people import Staff

PART = {"HX-Request": "true"}
ANYBODY = Checker(actor="user-1", accounts=frozenset({"user-1"}), offices=("*",), sees=frozenset(Sensitivity))


@pytest.fixture
def office(waiting_store: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    made = Office(copy_of(waiting_store, tmp_path / "data"), clock)
    yield made
    made.close()


@pytest.fixture
def checker(staff: Staff, browser: Browser) -> Browser:
    staff.inside(browser, StaffRole.CHECKER)
    return browser


def papers(office: Office) -> list[DocumentId]:
    return [one.id for one in office.services.store.records.documents_waiting()]


def settle(office: Office) -> None:
    """What the thread beside the service does: save what is on its way."""
    save_all(office.services)


def begin(browser: Browser) -> str:
    """Take the next paper; gives its address."""
    browser.open("/check")
    browser.send("/check/next")
    assert browser.where().startswith("/check/"), browser.text()
    return browser.where()


def say(browser: Browser, value: str | None = None, *, act: str = "", **more: str) -> None:
    """Answer the question that the page puts; what it shows when no value is given."""
    assert browser.last is not None
    page = browser.last.text
    shown = re.search(r'id="value" name="value" value="([^"]*)"', page)
    question = re.search(r'name="question" value="([^"]*)"', page)
    assert question is not None, browser.text()
    told = value if value is not None else (shown[1] if shown else "")
    browser.send(browser.where(), {"question": question[1], "value": told, "act": act, **more})


def test_the_queue_shows_what_waits_for_ones_offices_the_oldest_first(
    checker: Browser, office: Office
) -> None:
    page = checker.open("/check")
    shown = re.findall(r'href="/check/([0-9a-f-]{36})"', page.text)
    assert shown == papers(office)[:3]
    assert "H27.1.1" not in page.text
    assert checker.open("/check?office=H27").text.count("<tr>") == 0
    assert "Không có giấy tờ nào như vậy" in checker.text()
    checker.open("/check?type=birth_certificate&office=H26.5")
    assert checker.last is not None
    assert checker.last.text.count('href="/check/') >= 3


def test_the_queue_is_cut_by_keys(office: Office, checker: Browser) -> None:
    first = queue(office.services, ANYBODY, limit=3)
    rest = queue(office.services, ANYBODY, after=first[-1].serial, limit=3)
    assert [line.document.id for line in (*first, *rest)] == papers(office)


def test_a_paper_is_checked_question_by_question_and_the_next_one_opens(
    checker: Browser, office: Office
) -> None:
    first, second, *_ = papers(office)
    assert begin(checker) == f"/check/{first}"
    assert "Họ, chữ đệm, tên" in checker.text()
    say(checker)
    say(checker)
    assert "Mã QR khác chữ in" in checker.text()
    say(checker, SUGGESTED)
    assert checker.where() == f"/check/{second}"
    settle(office)
    saved = office.services.store.records.document(first)
    assert (saved.state, saved.value("personal_id")) == (DocumentState.FILED, SUGGESTED)
    field = saved.field("personal_id")
    assert field is not None
    assert (field.evidence, field.printed) == (Evidence.PERSON, PRINTED)
    events = office.events(EventKind.DOCUMENT_CORRECTED)
    account = office.services.store.records.staff.accounts()[0]
    assert [(event.subject, event.actor) for event in events][-1] == (first, account.actor)
    looks = [event for event in office.events(EventKind.DOCUMENT_READ) if event.actor == account.actor]
    assert {event.subject for event in looks} == {first, second}
    assert office.services.store.records.checks.draft(first, account.actor) is None


def test_a_value_that_is_none_is_told_beside_the_field_and_what_was_typed_stays(
    checker: Browser, office: Office
) -> None:
    begin(checker)
    say(checker)
    say(checker, "31/02/2020")
    assert checker.last is not None
    assert checker.last.status_code == 409
    assert "cần ngày dạng" in checker.text()
    assert 'value="31/02/2020"' in checker.last.text
    say(checker, "")
    assert "ô này đang trống" in checker.text()


def test_what_was_confirmed_is_there_again_after_a_restart(
    checker: Browser, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    address = begin(checker)
    say(checker, "Mẫu Thị Thử Lại")
    # Another browser of the same person: nothing of the answer was in the first one.
    other = open_browser()
    staff.enter(other)
    other.open(address)
    assert "Đã xác nhận" in other.text()
    assert "Mẫu Thị Thử Lại" in other.text()
    assert 'name="question" value="date_of_birth"' in (other.last.text if other.last else "")


def test_two_people_never_have_one_paper(
    checker: Browser, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    first, second, *_ = papers(office)
    begin(checker)
    other = open_browser()
    staff.inside(other, StaffRole.CHECKER, login="mau.khac", name="Mẫu Thị Khác")
    assert begin(other) == f"/check/{second}"
    told = other.open(f"/check/{first}")
    assert told.status_code == 409
    assert "đang có người khác kiểm tra" in other.text()
    sent = other.send(f"/check/{first}", {"question": "full_name", "value": "Mẫu Văn Chen"})
    assert sent.status_code == 409
    assert "không còn giữ" in other.text()
    other.open("/check")
    assert "Mẫu Văn Cửa, từ" in other.text()


def test_a_paper_is_free_again_when_its_holder_leaves_or_does_nothing_for_long(
    checker: Browser, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    first, *_ = papers(office)
    begin(checker)
    other = open_browser()
    staff.inside(other, StaffRole.CHECKER, login="mau.khac", name="Mẫu Thị Khác")
    checker.send("/check/leave")
    assert begin(other) == f"/check/{first}"
    other.open("/check")
    other.send("/check/leave")
    begin(checker)
    checker.open("/")
    checker.send("/sign-out")
    assert begin(other) == f"/check/{first}"
    other.open("/check")
    other.send("/check/leave")
    staff.enter(checker)
    begin(checker)
    office.clock.tick(11 * 60)
    assert begin(other) == f"/check/{first}"
    assert checker.send(f"/check/{first}", {"question": "full_name", "value": "Mẫu"}).status_code == 409


def test_what_cannot_be_read_lays_the_paper_aside_and_keeps_the_rest(
    checker: Browser, office: Office
) -> None:
    first, second, *_ = papers(office)
    begin(checker)
    say(checker, act="unreadable")
    say(checker)
    say(checker)
    assert checker.where() == f"/check/{second}"
    settle(office)
    saved = office.services.store.records.document(first)
    assert (saved.state, saved.questions) == (DocumentState.WAITING, ("full_name",))
    (event,) = office.events(EventKind.CHECK_LAID_ASIDE)
    assert (event.subject, event.details["questions"]) == (first, 1)
    checker.open("/check")
    assert "xem lại bản giấy" in checker.text()
    checker.open(f"/check/{first}")
    say(checker)
    settle(office)
    assert office.services.store.records.document(first).state is DocumentState.FILED


def test_a_field_that_the_paper_does_not_have_goes(checker: Browser, office: Office) -> None:
    first, *_ = papers(office)
    begin(checker)
    say(checker)
    say(checker, act="absent")
    while checker.where() == f"/check/{first}":
        say(checker)
    settle(office)
    assert office.services.store.records.document(first).field("date_of_birth") is None


def test_another_type_is_read_again_and_its_questions_are_put(checker: Browser, office: Office) -> None:
    address = begin(checker)
    checker.open(f"{address}?ask=type")
    assert "Loại giấy tờ" in checker.text() or "loại giấy tờ" in checker.text()
    checker.send(address, {"question": "type", "value": "marriage_certificate"})
    assert checker.last is not None
    assert checker.last.status_code == 200, checker.text()
    assert office.services.papers.spec("marriage_certificate").label_vi in checker.text()
    assert checker.send(address, {"question": "type", "value": "nothing"}).status_code == 409


def test_the_owner_can_be_named_when_nobody_asked(checker: Browser, office: Office) -> None:
    first, *_ = papers(office)
    address = begin(checker)
    checker.open(f"{address}?ask=owner")
    checker.send(address, {"question": "owner", "value": "12"})
    assert checker.last is not None
    assert checker.last.status_code == 409
    checker.send(address, {"question": "owner", "value": "079186999401"})
    for _ in range(3):
        say(checker)
    settle(office)
    saved = office.services.store.records.document(first)
    assert "079186999401" in [party.number for party in saved.owners]


def test_a_contradiction_is_asked_once_more_and_can_be_stood_by(checker: Browser, office: Office) -> None:
    first, *_ = papers(office)
    begin(checker)
    say(checker)
    # The number says that they were born in another year.
    say(checker, "02/04/1977")
    say(checker, PRINTED)
    assert "mâu thuẫn" in checker.text()
    while checker.where() == f"/check/{first}":
        say(checker)
    settle(office)
    saved = office.services.store.records.document(first)
    assert (saved.state, saved.value("date_of_birth")) == (DocumentState.FILED, "1977-04-02")


def test_a_paper_that_says_script_shows_script(checker: Browser, office: Office) -> None:
    first, *_ = papers(office)
    records = office.services.store.records
    evil = "<script>alert(1)</script>"
    before = records.document(first)
    field = before.field("full_name")
    assert field is not None
    fields = tuple(
        replace(one, value=evil, printed=f"{evil}!", suggestion=f'"{evil}')
        if one.name == "full_name"
        else one
        for one in before.fields
    )
    with office.services.writing():
        records.save_document(before.next_version(fields=fields))
    begin(checker)
    assert checker.last is not None
    assert evil not in checker.last.text
    assert checker.last.text.count("&lt;script&gt;") >= 3
    assert evil in checker.text()


def test_an_answer_without_the_token_of_the_session_is_refused(checker: Browser, office: Office) -> None:
    address = begin(checker)
    assert checker.send(address, {"csrf": "x", "question": "full_name"}).status_code == 403
    foreign = {"Origin": "https://elsewhere.example"}
    sent = checker.send(address, {"question": "full_name"}, headers=foreign)
    assert sent.status_code == 403
    account = office.services.store.records.staff.accounts()[0]
    assert office.services.store.records.checks.draft(papers(office)[0], account.actor) is None


def test_pictures_are_for_whoever_holds_the_paper_alone(
    checker: Browser, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    address = begin(checker)
    page = checker.open(f"{address}/pages/1")
    assert (page.status_code, page.headers["content-type"]) == (200, "image/jpeg")
    assert page.headers["cache-control"].startswith("private")
    strip = checker.open(f"{address}/strips/full_name")
    assert strip.content[:3] == b"\xff\xd8\xff"
    assert len(page.content) + len(strip.content) < 400_000
    assert checker.open(f"{address}/pages/2").status_code == 409
    assert checker.open(f"{address}/strips/no_such").status_code == 409
    other = open_browser()
    staff.inside(other, StaffRole.CHECKER, login="mau.khac")
    for path in ("pages/1", "strips/full_name"):
        assert other.open(f"{address}/{path}").status_code == 409
    checker.open("/check")
    checker.send("/check/leave")
    assert checker.open(f"{address}/pages/1").status_code == 409


def test_papers_of_other_offices_and_fields_beyond_ones_scope_are_not_there(
    office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    elsewhere = papers(office)[3]
    near, blind = open_browser(), open_browser()
    staff.inside(near, StaffRole.CHECKER, login="mau.gan")
    assert near.open(f"/check/{elsewhere}").status_code == 404
    staff.inside(blind, StaffRole.CHECKER, login="mau.mo", fields=FieldScope.NONE)
    blind.open("/check")
    assert "Không có giấy tờ nào như vậy" in blind.text()
    assert blind.open(f"/check/{papers(office)[0]}").status_code == 404


def test_whoever_fed_a_paper_does_not_check_it_where_the_settings_say_so(
    waiting_store: Path, tmp_path: Path, clock: Clock
) -> None:
    office = Office(
        copy_of(waiting_store, tmp_path / "second"), clock, MOTLAN_STATION_CHECK_SECOND_PERSON="true"
    )
    first, *_ = papers(office)
    maker, other = (replace(ANYBODY, accounts=frozenset({login})) for login in ("mau.quet", "mau.kiem"))
    assert take_next(office.services, maker) is None
    with pytest.raises(CheckOwnError):
        take(office.services, maker, first)
    assert take(office.services, other, first).id == first
    office.close()


def test_a_part_of_the_page_comes_for_an_answer_and_the_next_paper_in_the_same_one(
    checker: Browser, office: Office
) -> None:
    _, second, *_ = papers(office)
    address = begin(checker)
    for question in ("full_name", "date_of_birth"):
        say_part(checker, address, question)
        assert checker.last is not None
        assert "<html" not in checker.last.text
    say_part(checker, address, "personal_id")
    assert checker.last is not None
    assert f'data-paper="{second}"' in checker.last.text
    assert "Đã nhận giấy tờ trước" in checker.text()


def say_part(browser: Browser, address: str, question: str) -> None:
    assert browser.last is not None
    shown = re.search(r'id="value" name="value" value="([^"]*)"', browser.last.text)
    assert shown is not None
    browser.send(address, {"question": question, "value": shown[1]}, headers=PART)


def test_what_somebody_looks_through_is_carried_from_paper_to_paper_and_back(
    checker: Browser, office: Office
) -> None:
    first, second, *_ = papers(office)
    within = {"type": "birth_certificate", "office": "H26.5"}
    checker.open("/check")
    checker.send("/check/next", within)
    query = "?type=birth_certificate&office=H26.5"
    assert str(checker.last.url if checker.last else "").endswith(f"/check/{first}{query}")
    for _ in range(3):
        assert checker.last is not None
        assert (
            f'href="/check/{checker.where().rpartition("/")[2]}{query.replace("&", "&amp;")}'
            in checker.last.text
        )
        say(checker, **within)
    assert checker.where() == f"/check/{second}"
    checker.send("/check/leave", within)
    assert checker.last is not None
    assert str(checker.last.url).endswith(f"/check{query}")
    checker.send("/check/next", {"type": "marriage_certificate", "office": ""})
    assert "Không còn giấy tờ nào chờ bạn" in checker.text()
    assert 'value="marriage_certificate" selected' in checker.last.text


def test_what_was_read_and_what_it_was_corrected_to_are_told_letter_by_letter(
    checker: Browser, office: Office
) -> None:
    begin(checker)
    say(checker, "Nông Thị Bích Liên")
    assert checker.last is not None
    assert "NÔNG THỊ" not in checker.last.text.partition('class="answered"')[2]
    assert "Nông Thị Bích Li<del>ỄU</del><ins>ên</ins>" in checker.last.text


def test_a_field_can_be_looked_at_closely_by_whoever_holds_the_paper_alone(
    checker: Browser, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    address = begin(checker)
    closer = checker.open(f"{address}/closer/full_name")
    assert (closer.status_code, closer.headers["content-type"]) == (200, "image/jpeg")
    other = open_browser()
    staff.inside(other, StaffRole.CHECKER, login="mau.khac")
    assert other.open(f"{address}/closer/full_name").status_code == 409


def test_all_that_was_read_on_a_page_is_shown_to_whoever_has_the_paper(
    checker: Browser, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    address = begin(checker)
    number = office.services.store.records.document(papers(office)[0]).pages[0]
    checker.open(f"{address}/texts/{number}")
    assert f"Chữ máy đọc ở trang {number}" in checker.text()
    assert "Họ, chữ đệm, tên" in checker.text()
    for other in (0, 99):
        checker.open(f"{address}/texts/{other}")
        assert checker.last is not None
        assert checker.last.status_code == 409
    colleague = open_browser()
    staff.inside(colleague, StaffRole.CHECKER, login="mau.khac")
    assert colleague.open(f"{address}/texts/{number}").status_code == 409
