"""One field over many papers: held for one person, confirmed together or one by one, saved like others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from dossier.documents import Document, DocumentState
from dossier.events import EventKind
from dossier.ids import DocumentId
from dossier.staff import StaffRole
from flows.checking.groups import offers, take_group
from flows.checking.pictures import Pictures
from flows.checking.saving import save_all
from tests.web.checking import SUGGESTED
from tests.web.office import Clock, Office, copy_of
from tests.web.station.browser import Browser
from tests.web.station.people import Staff
from tests.web.station.test_check import ANYBODY, papers
from wiring.services import Services

NAME = "/check/groups/full_name"


@pytest.fixture
def office(waiting_store: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    made = Office(copy_of(waiting_store, tmp_path / "data"), clock)
    yield made
    made.close()


@pytest.fixture
def checker(staff: Staff, browser: Browser) -> Browser:
    staff.inside(browser, StaffRole.CHECKER)
    return browser


def take(browser: Browser) -> list[str]:
    """Take the papers that ask for the name; gives those on the page in order."""
    browser.open("/check/groups")
    browser.send(f"{NAME}/more")
    assert browser.where() == NAME, browser.text()
    return shown(browser)


def shown(browser: Browser) -> list[str]:
    assert browser.last is not None
    return re.findall(r'data-paper="([^"]*)"', browser.last.text)


def values(browser: Browser) -> dict[str, str]:
    """What the fields of the page hold."""
    assert browser.last is not None
    return dict(re.findall(r'name="(value-[^"]*)" value="([^"]*)"', browser.last.text))


def marked(browser: Browser) -> dict[str, str]:
    return {name.replace("value-", "mark-"): "yes" for name in values(browser)}


def test_fields_that_several_papers_ask_for_are_offered(checker: Browser) -> None:
    checker.open("/check/groups")
    assert "Họ, chữ đệm, tên 3 ô" in checker.text()
    checker.open("/check/groups?type=marriage_certificate")
    assert "Không có ô nào cần xem trên nhiều giấy" in checker.text()


def test_all_marked_ones_are_confirmed_together_and_the_others_stay(checker: Browser, office: Office) -> None:
    found = take(checker)
    assert found == papers(office)[:3]
    told = {**values(checker), **marked(checker)}
    del told[f"mark-{found[1]}"]
    checker.send(NAME, told)
    assert shown(checker) == [found[1]]
    account = office.services.store.records.staff.accounts()[0]
    drafts = [office.services.store.records.checks.draft(DocumentId(one), account.actor) for one in found]
    assert [draft.done if draft else None for draft in drafts] == [("full_name",), None, ("full_name",)]


def test_one_is_corrected_by_itself_and_a_paper_without_more_questions_is_saved(
    checker: Browser, office: Office
) -> None:
    first, second, third, _ = papers(office)
    with office.services.writing():
        records = office.services.store.records
        for paper in (first, second):
            records.save_document(records.document(paper).next_version(questions=("personal_id",)))
    checker.open("/check/groups")
    checker.send("/check/groups/personal_id/more")
    assert sorted(shown(checker)) == sorted([first, second, third])
    told = {**values(checker), f"value-{first}": SUGGESTED, "one": str(first)}
    checker.send("/check/groups/personal_id", told)
    assert sorted(shown(checker)) == sorted([second, third])
    save_all(office.services)
    saved = office.services.store.records.document(first)
    assert (saved.state, saved.value("personal_id")) == (DocumentState.FILED, SUGGESTED)
    (event,) = office.events(EventKind.DOCUMENT_CORRECTED)
    account = office.services.store.records.staff.accounts()[0]
    assert (event.subject, event.actor) == (first, account.actor)


def test_equal_values_stand_together_the_most_frequent_first(checker: Browser, office: Office) -> None:
    first, second, third, _ = papers(office)
    with office.services.writing():
        records = office.services.store.records
        before = records.document(first)
        fields = tuple(
            replace(field, value="Mẫu Thị Lẻ") if field.name == "full_name" else field
            for field in before.fields
        )
        records.save_document(before.next_version(fields=fields))
    assert take(checker) == [second, third, first]
    assert "Mẫu Thị Lẻ 1 ô" in checker.text()


def test_what_is_wrong_is_told_beside_its_field_and_the_others_are_taken(
    checker: Browser, office: Office
) -> None:
    found = take(checker)
    checker.send(NAME, {**values(checker), **marked(checker), f"value-{found[0]}": "12345"})
    assert checker.last is not None
    assert checker.last.status_code == 409
    assert shown(checker) == found[:1]
    assert 'value="12345"' in checker.last.text
    assert 'aria-invalid="true"' in checker.last.text


def test_a_group_is_held_for_one_person_and_its_exceptions_go_back(
    checker: Browser, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    found = take(checker)
    other = open_browser()
    staff.inside(other, StaffRole.CHECKER, login="mau.khac", name="Mẫu Thị Khác")
    other.open("/check")
    other.send("/check/next")
    assert "Không còn giấy tờ nào chờ bạn" in other.text()
    checker.open(NAME)
    checker.send(NAME, {**values(checker), "out": found[1]})
    assert shown(checker) == [found[0], found[2]]
    other.open("/check")
    other.send("/check/next")
    assert other.where() == f"/check/{found[1]}"
    looks = [event.subject for event in office.events(EventKind.DOCUMENT_READ)]
    assert sorted(looks) == sorted([*found, found[1]])


def test_a_group_stays_while_somebody_works_through_it(checker: Browser, office: Office) -> None:
    found = take(checker)
    for _ in range(3):
        office.clock.tick(8 * 60)
        checker.open(NAME)
    assert shown(checker) == found


def test_papers_with_other_questions_are_left_on_the_table_when_the_group_is_done(
    checker: Browser, office: Office
) -> None:
    found = take(checker)
    checker.send(NAME, {**values(checker), **marked(checker)})
    assert "Còn 3 giấy trên bàn bạn" in checker.text()
    checker.send("/check/next")
    assert checker.where() == f"/check/{found[0]}"
    assert 'name="question" value="date_of_birth"' in (checker.last.text if checker.last else "")


def test_a_field_that_nobody_knows_is_no_address(checker: Browser) -> None:
    assert checker.open("/check/groups/no_such").status_code == 404
    checker.open("/check/groups/full_name")
    assert checker.where() == "/check/groups"


def test_whoever_may_not_see_a_paper_gets_no_group_of_it(office: Office) -> None:
    blind = replace(ANYBODY, sees=frozenset())
    far = replace(ANYBODY, offices=("H30",))
    for one in (blind, far):
        assert offers(office.services, one) == []
        assert take_group(office.services, Pictures(), one, "full_name") == 0


class Counting(Pictures):
    """Counts pages that are decoded before anybody looks."""

    ready = 0

    def make_ready(self, services: Services, document: Document, number: int) -> bool:
        self.ready += 1
        return super().make_ready(services, document, number)


@pytest.mark.parametrize(("each_s", "ready"), [(0.01, 4), (0.4, 2), (9.0, 0)])
def test_a_group_is_there_soon_whatever_its_pages_take(office: Office, each_s: float, ready: int) -> None:
    pictures, now = Counting(), count(0.0, each_s)
    taken = take_group(office.services, pictures, ANYBODY, "full_name", seconds=lambda: next(now))
    assert (taken, pictures.ready) == (len(papers(office)), ready)


def test_a_strip_that_looks_otherwise_than_its_set_stands_last_and_says_so(
    checker: Browser, office: Office
) -> None:
    first, second, third, _ = papers(office)
    records = office.services.store.records
    with office.services.writing():
        before = records.document(first)
        elsewhere = before.field("date_of_birth")
        assert elsewhere is not None
        fields = tuple(
            replace(field, box=elsewhere.box, page=elsewhere.page) if field.name == "full_name" else field
            for field in before.fields
        )
        records.save_document(before.next_version(fields=fields))
    assert take(checker) == [second, third, first]
    assert checker.last is not None
    tile = checker.last.text.partition(f'data-paper="{first}"')[2]
    assert "nét chữ khác các hình cùng giá trị" in tile
    assert checker.last.text.count("nét chữ khác") == 1
