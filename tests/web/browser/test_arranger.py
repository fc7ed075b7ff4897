"""A checker arranges a pile by the keyboard alone, on a screen of an office and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from dossier.events import EventKind
from dossier.staff import StaffRole
from flows.arranging.loop import ArrangeLoop
from tests.web.browser.person import Person
from tests.web.browser.test_officer import come_in
from tests.web.office import Clock, Office, copy_of
from tests.web.station.people import Staff

pytestmark = pytest.mark.slow

_PLAN: Final = "() => document.querySelector('input[name=plan]').value"
_CHOSEN: Final = "() => document.activeElement.name === 'page' ? document.activeElement.value : ''"


@pytest.fixture
def open_office(pile_store: Path, tmp_path: Path) -> Iterator[Office]:
    office = Office(copy_of(pile_store, tmp_path / "data"), Clock())
    yield office
    office.close()


def step(person: Person, key: str, plan: str) -> None:
    """Press a key, and wait until the plan is another one and its page has the focus again."""
    person.press(key)
    person.page.wait_for_function(f"(plan) => ({_PLAN})() === plan", arg=plan)
    person.page.wait_for_function(f"() => ({_CHOSEN})() !== ''")
    person.page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')")


def test_a_pile_is_arranged_by_the_keyboard_alone(person: Person, people: Staff, open_office: Office) -> None:
    records = open_office.services.store.records
    item = records.documents_waiting()[0].item
    come_in(person, people, StaffRole.CHECKER)
    person.go("Alt+6")
    person.go("Enter")
    person.go("F6")
    page = person.page
    assert page.evaluate(_CHOSEN) == "1"
    page.wait_for_function("() => [...document.images].slice(0, 2).every(one => one.naturalWidth > 50)")
    person.look("70-pages")
    person.press("ArrowRight")
    assert page.evaluate(_CHOSEN) == "2"
    step(person, "m", "1,2;3;4,5|")
    words = "Đã gộp giấy tờ của trang 2 với giấy tờ trước."
    page.wait_for_function(f"() => document.getElementById('arrange-said').innerText === '{words}'")
    step(person, "t", "1,2>90;3;4,5|")
    step(person, "Shift+T", "1,2;3;4,5|")
    step(person, "Control+z", "1,2>90;3;4,5|")
    person.press("End")
    step(person, "Delete", "1,2>90;3;4|5:blank")
    step(person, "Delete", "1,2>90;3;4,5|")
    step(person, "Control+ArrowLeft", "1,2>90;3;5,4|")
    step(person, "Delete", "1,2>90;3;4|5:blank")
    person.press("Home", "ArrowRight")
    step(person, "s", "1;2>90;3;4|5:blank")
    step(person, "m", "1,2>90;3;4|5:blank")
    # What is not saved is there after a reload, and nowhere else.
    page.reload()
    page.wait_for_function(f"() => ({_PLAN})() === '1,2>90;3;4|5:blank'")
    page.wait_for_function(f"() => ({_CHOSEN})() !== ''")
    person.look("71-arranged")
    assert records.arrangements.asked() == []
    person.press("ArrowRight")
    step(person, "Shift+T", "1,2;3;4|5:blank")
    with person.page.expect_navigation():
        person.press("Control+s")
    assert person.path() == f"/check/arranged/{item}"
    person.look("72-reading")
    with ArrangeLoop(open_office.services) as loop:
        loop.finish(within_s=120.0)
    page.wait_for_function("() => document.activeElement.matches('[data-first]')", timeout=20_000)
    person.look("73-done")
    assert [paper.pages for paper in records.documents_of_item(item)] == [(1, 2), (3,), (4,)]
    assert len(open_office.events(EventKind.PAGES_ARRANGED)) == 1
    kept = page.evaluate("() => Object.keys(sessionStorage).filter(one => one.startsWith('motlan-arr'))")
    assert kept == []
    assert person.errors == []
    assert {name: found for name, found in person.looked.items() if found} == {}
