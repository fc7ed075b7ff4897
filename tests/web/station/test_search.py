"""Search on a page: what is found for whom, the place on the page, and what the journal says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from dossier.admission import FieldScope
from dossier.events import EventKind
from dossier.staff import StaffRole
from flows.searching.filling import fill, fill_all
from tests.web.office import DOSSIER, PROCEDURE, WIFE, Clock, Office, copy_of, paper
from tests.web.station.browser import Browser
from tests.web.station.people import Staff

Open = Callable[..., Browser]


@pytest.fixture
def office(waiting_store: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """Four read papers, one of them of another office, all found by their words."""
    made = Office(copy_of(waiting_store, tmp_path / "data"), clock)
    fill(made.services)
    yield made
    made.close()


@pytest.fixture
def archivist(staff: Staff, browser: Browser) -> Browser:
    staff.inside(browser, StaffRole.ARCHIVIST)
    browser.open("/search")
    return browser


def ask(browser: Browser, question: str, **more: str) -> int:
    """Search; gives how many papers are listed."""
    told = browser.send("/search", {"ground": "luu_tru", "q": question, **more})
    assert told.status_code == 200, browser.text()
    return len(re.findall(r'class="card hit"', told.text))


def test_an_archivist_finds_papers_of_their_offices(archivist: Browser) -> None:
    for question, count in (
        ("nông thị bích liễu", 3),
        ("nong thi bich lieu", 3),
        ("NÔNG LIÊU", 0),
        ('"bích liễu"', 3),
        ('"liễu bích"', 0),
        ("08/12/2000", 3),
        ("004300999201", 3),
        ("004 300 999 201", 3),
        ("ngày sinh:8.12.2000", 3),
        ("ngày sinh:14/10/2019", 0),
        ("14/10/2019 hoàng pẻn", 3),
        ('người ký:"Bế Ích Thuận"', 3),
    ):
        assert ask(archivist, question) == count, question
        assert "H27" not in archivist.text()


def test_a_result_shows_the_line_the_fields_and_the_place_on_the_page(archivist: Browser) -> None:
    ask(archivist, "bích liễu")
    assert archivist.last is not None
    page = archivist.last.text
    assert "<mark>BÍCH</mark> <mark>LIỄU</mark>" in page
    assert "Nông Thị Bích Liễu" in archivist.text()
    strip = re.search(r'src="(/papers/[^"]+/places/[^"]+)"', page)
    assert strip is not None
    told = archivist.open(strip[1].replace("&amp;", "&"))
    assert told.headers["content-type"] == "image/jpeg"
    assert told.headers["cache-control"].startswith("private")
    picture = cv2.imdecode(np.frombuffer(told.content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[1] == 960
    # The frame is the only red on that page.
    blue, _, red = (picture[:, :, channel].astype(int) for channel in range(3))
    framed = np.argwhere(red - blue > 80)
    assert framed[:, 1].min() > 0
    assert framed[:, 1].max() - framed[:, 1].min() > 100


def test_the_paper_opens_at_the_page_with_the_place_framed(archivist: Browser) -> None:
    ask(archivist, "bích liễu")
    assert archivist.last is not None
    where = re.search(r'href="(/papers/[^"]+place=[^"#]+)"', archivist.last.text)
    assert where is not None
    page = archivist.open(where[1].replace("&amp;", "&"))
    assert "Chỗ tìm thấy" in archivist.text()
    picture = re.search(r'src="(/papers/[^"]+/pages/[^"]+)"', page.text)
    assert picture is not None
    assert archivist.open(picture[1].replace("&amp;", "&")).headers["content-type"] == "image/jpeg"


def test_places_that_are_not_there_are_not_shown(archivist: Browser, office: Office) -> None:
    (first, *_) = office.services.store.records.documents_waiting()
    for place in ("1-900-0-4", "9-1-0-4", "x", "1-1-0-4'"):
        assert archivist.open(f"/papers/{first.id}/places/{place}?ground=luu_tru").status_code == 404, place


def test_the_journal_says_who_searched_and_who_was_shown_and_never_for_what(
    archivist: Browser, office: Office
) -> None:
    ask(archivist, "bích liễu")
    (searched,) = office.events(EventKind.PAPERS_SEARCHED)
    assert (searched.actor[:5], searched.purpose) == ("user-", "luu_tru")
    assert dict(searched.details) == {"count": 3, "opened": 3}
    read = [event for event in office.events(EventKind.DOCUMENT_READ) if event.actor == searched.actor]
    assert len({event.subject for event in read}) == 3
    assert all(event.owner_ref for event in read)
    assert "liễu" not in str([entry.event for entry in office.services.store.records.journal()]).lower()


def test_who_may_not_see_a_field_does_not_find_papers_by_it(
    office: Office, staff: Staff, open_browser: Open
) -> None:
    narrow = open_browser()
    staff.inside(narrow, StaffRole.ARCHIVIST, login="mau.hep", fields=FieldScope.BASIC)
    narrow.open("/search")
    # A birth certificate tells the ethnicity: its pages are not for them.
    assert ask(narrow, "bích liễu") == 0
    assert ask(narrow, "dân tộc:Tày") == 0
    assert ask(narrow, "tên:Liễu") == 3
    assert narrow.last is not None
    assert "/places/" not in narrow.last.text
    assert "Tày" not in narrow.text()
    (first, *_) = office.services.store.records.documents_waiting()
    assert narrow.open(f"/papers/{first.id}/places/1-1-0-4?ground=luu_tru").status_code == 403
    narrow.open(f"/papers/{first.id}?ground=luu_tru&place=1-1-0-4")
    assert "Chỗ tìm thấy" not in narrow.text()


def test_an_officer_needs_a_dossier_and_finds_papers_of_its_persons(
    office: Office, staff: Staff, open_browser: Open
) -> None:
    office.save(paper("own", WIFE), paper("other", "011199000003"))
    fill(office.services)
    officer = open_browser()
    staff.inside(officer, login="mau.mc")
    officer.open("/counter")
    officer.send("/counter", {"dossier": DOSSIER, "procedure": PROCEDURE, "owner": WIFE})
    officer.open("/search")
    assert officer.send("/search", {"q": "họ tên:Thử"}).status_code == 422
    assert officer.send("/search", {"q": "họ tên:Thử", "ground": "luu_tru"}).status_code == 422
    assert officer.send("/search", {"q": "họ tên:Thử", "dossier": "H26.5.12-261120-0009"}).status_code == 403
    told = officer.send("/search", {"q": "họ tên:Thử", "dossier": DOSSIER})
    assert told.text.count('class="card hit"') == 1
    assert officer.send("/search", {"q": "liễu", "dossier": DOSSIER}).text.count('class="card hit"') == 0
    assert {event.dossier for event in office.events(EventKind.PAPERS_SEARCHED)} == {DOSSIER}


def test_type_office_and_days_narrow_what_is_found(archivist: Browser) -> None:
    assert ask(archivist, "liễu", type="birth_certificate") == 3
    assert ask(archivist, "liễu", type="land_certificate") == 0
    assert ask(archivist, "liễu", office="H26.5") == 3
    assert ask(archivist, "liễu", office="H27") == 0
    # Papers that wait were not filed on any day.
    assert ask(archivist, "liễu", **{"from": "2026-01-01"}) == 0
    assert archivist.send("/search", {"ground": "luu_tru", "q": "x", "from": "hôm qua"}).status_code == 409


def test_accents_can_be_let_go_after_nothing_was_found(archivist: Browser) -> None:
    assert ask(archivist, "liêu") == 0
    assert "Tìm lại, bỏ qua dấu" in archivist.text()
    assert ask(archivist, "liêu", loose="yes") == 3


def test_the_list_is_cut_by_keys_and_goes_on(archivist: Browser, office: Office) -> None:
    office.save(*(paper(f"more-{number}", WIFE) for number in range(14)))
    fill_all(office.services, told=lambda _: None)
    assert ask(archivist, "họ tên:thử") == 10
    assert archivist.last is not None
    seen = re.findall(r'href="/papers/([0-9a-f-]{36})\?', archivist.last.text)
    behind = re.search(r'name="behind" value="([^"]+)"', archivist.last.text)
    assert behind is not None
    assert ask(archivist, "họ tên:thử", behind=behind[1]) == 4
    rest = re.findall(r'href="/papers/([0-9a-f-]{36})\?', archivist.last.text)
    assert len(set(seen) | set(rest)) == 14
    assert "Trang sau" not in archivist.text()


def test_a_question_that_cannot_be_asked_is_told_in_words(archivist: Browser) -> None:
    for question, why in (
        ("", "Chưa có từ nào để tìm"),
        ("–", "Chưa có từ nào để tìm"),
        (" ".join("abcdefghi"), "hơn 8 phần"),
    ):
        told = archivist.send("/search", {"ground": "luu_tru", "q": question})
        assert told.status_code == 422
        assert why in archivist.text()


def test_what_a_paper_says_is_text_and_never_markup(archivist: Browser, office: Office) -> None:
    strange = paper("strange", WIFE)
    fields = tuple(
        replace(field, value="<script>alert(1)</script>") if field.name == "full_name" else field
        for field in strange.fields
    )
    office.save(replace(strange, fields=fields))
    fill(office.services)
    assert ask(archivist, "tên:alert") == 1
    assert archivist.last is not None
    assert "<script>alert" not in archivist.last.text
    assert "<script>alert(1)</script>" in archivist.text()


def test_a_page_of_results_is_small(archivist: Browser) -> None:
    ask(archivist, "liễu")
    assert archivist.last is not None
    assert len(archivist.last.content) < 40_000
