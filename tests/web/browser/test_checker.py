"""A checker at work: three papers by the keyboard alone, counted in key presses and milliseconds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import TimeoutError as Waited

from bench.check_listen import LISTEN, STATE
from dossier.documents import DocumentState
from dossier.ids import DocumentId
from dossier.staff import StaffRole
from tests.web.browser.person import Person
from tests.web.browser.test_officer import come_in
from tests.web.checking import PRINTED, SUGGESTED
from tests.web.office import Clock, Office, copy_of
from tests.web.station.people import Staff

pytestmark = pytest.mark.slow

_QUESTION: Final = "() => document.getElementById('desk').dataset.question"


@pytest.fixture
def open_office(waiting_store: Path, tmp_path: Path) -> Iterator[Office]:
    office = Office(copy_of(waiting_store, tmp_path / "data"), Clock())
    yield office
    office.close()


class Keys:
    """Presses keys and counts them."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.count = 0

    def answer(self, *keys: str) -> None:
        """Press keys that end in the next question, the next paper or the queue."""
        page = self.person.page
        before = page.evaluate(STATE)
        self.press(*keys)
        try:
            page.wait_for_function(f"(before) => ({STATE})() !== before", arg=before, timeout=15_000)
        except Waited as error:
            raise AssertionError(f"{keys} led nowhere: {self.person.text()} {self.person.errors}") from error
        page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')")

    def press(self, *keys: str) -> None:
        self.count += len(keys)
        self.person.press(*keys)


def saved(office: Office, paper: DocumentId) -> None:
    """Wait until the thread beside the service has saved a paper; people do not."""
    saves, until = office.services.store.records.saves, time.monotonic() + 30
    while saves.of(paper) is not None:
        assert time.monotonic() < until, "the paper is still on its way"
        time.sleep(0.02)


def test_three_papers_are_checked_by_the_keyboard_alone(
    person: Person, people: Staff, open_office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    records = open_office.services.store.records
    first, second, third, _ = [one.id for one in records.documents_waiting()]
    come_in(person, people, StaffRole.CHECKER)
    person.go("Alt+6")
    person.look("60-queue")
    person.go("Enter")
    page, keys = person.page, Keys(person)
    page.evaluate(LISTEN)
    person.look("61-first-field")
    # The first paper: right, right, and the third by the suggestion.
    keys.answer("Enter")
    keys.answer("Enter")
    assert page.evaluate(_QUESTION) == "personal_id"
    person.look("62-doubt")
    keys.press("1")
    assert page.input_value("#value") == SUGGESTED
    person.look("63-chosen")
    keys.answer("Enter")
    saved(open_office, first)
    assert records.document(first).value("personal_id") == SUGGESTED
    assert person.path() == f"/check/{second}"
    # The second: a day that is none is told at once, and what was typed stays.
    keys.answer("Enter")
    person.write("31/02/1990")
    keys.press("Enter")
    page.wait_for_function("() => document.getElementById('wrong').innerText !== ''")
    person.look("64-wrong")
    assert page.input_value("#value") == "31/02/1990"
    keys.press("Control+a")
    person.write("08/12/2000")
    keys.answer("Enter")
    keys.press("1")
    person.look("66-difference")
    keys.answer("Enter")
    saved(open_office, second)
    assert records.document(second).state is DocumentState.FILED
    # The third is laid aside: its name cannot be read.
    keys.answer("F8")
    keys.answer("Enter")
    keys.press("1")
    keys.answer("Enter")
    page.wait_for_function("() => location.pathname === '/check'")
    saved(open_office, third)
    person.open("/check?done=empty")
    assert "Không còn giấy tờ nào chờ bạn" in person.text()
    assert "xem lại bản giấy" in person.text()
    person.look("65-empty")
    assert records.document(third).questions == ("full_name",)
    errors = [one for one in person.errors if "409" not in one]
    assert errors == []
    assert {name: found for name, found in person.looked.items() if found} == {}
    with capsys.disabled():
        print(f"\n{keys.count} keys for 9 fields of 3 papers")  # noqa: T201 - the measure itself


def test_text_that_was_not_sent_is_there_after_a_reload_and_gone_after_signing_out(
    person: Person, people: Staff, open_office: Office
) -> None:
    come_in(person, people, StaffRole.CHECKER)
    person.go("Alt+6")
    person.go("Enter")
    page = person.page
    person.write("Nông Thị Bích L")
    page.reload()
    page.wait_for_function("() => document.activeElement && document.activeElement.id === 'value'")
    assert page.input_value("#value") == "Nông Thị Bích L"
    person.go("Alt+q")
    kept = page.evaluate("() => Object.keys(sessionStorage).filter(one => one.startsWith('motlan'))")
    assert kept == []
    assert open_office.services.store.records.documents_waiting()[0].value("personal_id") == PRINTED


def test_the_next_field_is_there_at_once(
    person: Person, people: Staff, open_office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    come_in(person, people, StaffRole.CHECKER)
    person.go("Alt+6")
    person.go("Enter")
    page, keys = person.page, Keys(person)
    page.evaluate(LISTEN)
    nodes = page.evaluate("() => document.querySelectorAll('*').length")
    for _ in range(7):
        keys.answer("Enter")
    page.wait_for_function("() => window.waits.length === 7")
    waits = [shown for shown, _ in page.evaluate("() => window.waits")]
    # A page that grew with every field would be slow after two thousand papers.
    assert page.evaluate("() => document.querySelectorAll('*').length") <= nodes + 20
    with capsys.disabled():
        told = ", ".join(f"{one:.0f}" for one in waits)
        print(f"\nms from Enter to the next field: {told}; median {statistics.median(waits):.0f}")  # noqa: T201


def test_a_group_is_confirmed_by_the_keyboard_alone(
    person: Person, people: Staff, open_office: Office
) -> None:
    records = open_office.services.store.records
    first, second, third, _ = [one.id for one in records.documents_waiting()]
    with open_office.services.writing():
        misread = open_office.services.store.records
        before = misread.document(third)
        fields = tuple(
            replace(field, printed="NÔNG THỊ BÍCH LIÊU") if field.name == "full_name" else field
            for field in before.fields
        )
        misread.save_document(before.next_version(fields=fields))
    come_in(person, people, StaffRole.CHECKER)
    person.open("/check/groups")
    person.look("67-groups")
    person.go("Enter")
    assert person.path().startswith("/check/groups/")
    page = person.page
    page.wait_for_function("() => document.activeElement.classList.contains('told')")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.tile img')].every((one) => one.naturalWidth > 0)"
    )
    person.look("68-group")
    tiles = "() => [...document.querySelectorAll('.tile')].map((one) => one.dataset.paper)"
    focused = "() => document.activeElement.closest('.tile').dataset.paper"
    assert page.evaluate(tiles) == [first, second, third]
    assert page.evaluate(focused) == first
    person.press("ArrowRight")
    assert page.evaluate(focused) == second
    person.press("Enter")
    page.wait_for_function(f"() => ({tiles})().length === 2")
    assert page.evaluate(focused) == third
    # The first is an exception: not marked, so it stays.
    person.press("ArrowLeft", "F2", "Shift+Enter")
    page.wait_for_function(f"() => ({tiles})().length === 1")
    assert page.evaluate(focused) == first
    person.press("F7")
    page.wait_for_function("() => !document.querySelector('.tile')")
    person.look("69-group-done")
    assert "Đã xem hết nhóm này" in person.text()
    assert person.errors == []
    assert {name: found for name, found in person.looked.items() if found} == {}


def test_a_field_is_looked_at_with_every_pixel_that_was_scanned(
    person: Person, people: Staff, open_office: Office
) -> None:
    come_in(person, people, StaffRole.CHECKER)
    person.go("Alt+6")
    person.go("Enter")
    page = person.page
    person.press("+")
    page.wait_for_function(
        "() => { const one = document.querySelector('.closer'); return one && one.naturalWidth > 0; }"
    )
    assert page.input_value("#value") != "+"
    assert page.evaluate("() => document.querySelector('.closer').naturalWidth") > 960
    person.look("70-closer")
    person.press("+")
    assert page.evaluate("() => document.querySelector('.closer')") is None
    assert person.errors == []
    assert {name: found for name, found in person.looked.items() if found} == {}
