"""A manager promises, a checker keys by the keyboard alone, an administrator looks after the accounts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.staff import StaffRole
from flows.quality.drawing import draw_due
from flows.quality.keying import Strip
from flows.review import review
from tests.web.browser.person import Person
from tests.web.browser.test_officer import come_in
from tests.web.office import Clock, Office, copy_of
from tests.web.quality import THIRD, checker, filed_batch, key_all, promised
from tests.web.station.people import PASSWORD, Staff

pytestmark = pytest.mark.slow

_QUESTION = "() => { const desk = document.getElementById('desk'); return desk ? desk.dataset.paper : ''; }"
_NEXT = f"(before) => ({_QUESTION})() !== before"
_MOVED = f"(before) => ({_QUESTION})() !== before || document.getElementById('wrong').innerText"
_HIDE = "() => { document.querySelector('.secret code').textContent = 'xxxx-xxxx-xxxx-xxxx'; }"


@pytest.fixture
def open_office(waiting_store: Path, tmp_path: Path) -> Iterator[Office]:
    """A batch of one paper with pictures that a person confirmed and that is filed."""
    office = Office(copy_of(waiting_store, tmp_path / "data"), Clock())
    *_, last = office.services.store.records.documents_waiting()
    review(office.services, last.id, values={}, confirmed=True, actor="user-xem")
    yield office
    office.close()


def right(strip: Strip) -> str:
    """What the paper says."""
    return strip.document.value(strip.key.field).replace("Thứ", "Thử")


def clean(person: Person) -> None:
    # Whoever is quick does not wait for a picture, and who is led elsewhere not for the end of an answer; a
    # refused answer is told by its status.
    left = ("/second/pictures/", "/second/field ")
    quick = [one for one in person.errors if "ERR_ABORTED" in one and any(part in one for part in left)]
    assert [one for one in person.errors if "409" not in one and one not in quick] == []
    assert {name: found for name, found in person.looked.items() if found} == {}


def test_a_manager_promises_and_reads_what_the_samples_prove(
    person: Person, people: Staff, open_office: Office
) -> None:
    come_in(person, people, StaffRole.MANAGER, offices=("*",))
    person.go("Alt+k")
    assert "Chưa có cam kết nào" in person.text()
    person.go("Enter")
    person.look("80-promise")
    person.press("Control+a")
    person.write("5")
    person.tab_to("Phần ô được nhập lại ở lô nhỏ (%)")
    person.write("100")
    person.go("Enter")
    assert person.path() == "/quality"
    good = filed_batch(open_office, "good", 3)
    bad = filed_batch(open_office, "bad", 3, wrong=3)
    draw_due(open_office.services)
    key_all(open_office, checker("mai"), typed=right)
    key_all(open_office, checker("hoa"), turns=THIRD)
    filed_batch(open_office, "third", 2)
    person.tab_to("Lấy mẫu ngay")
    person.go("Enter")
    assert "không đạt" in person.text()
    person.look("81-quality")
    person.open(f"/quality/batches/{bad}")
    person.look("82-certificate")
    person.tab_to("Kiểm tra toàn bộ các ô còn lại")
    person.go("Enter")
    assert "đã vào hàng chờ" in person.text() or "đang kiểm tra toàn bộ" in person.text()
    person.open(f"/quality/batches/{good}")
    person.tab_to("Rút lại và so")
    person.go("Enter")
    assert "Đúng mẫu mà hạt giống cho ra" in person.text()
    person.look("83-met")
    person.go("Alt+l")
    person.look("84-english")
    clean(person)


def test_fields_are_keyed_again_by_the_keyboard_alone(
    person: Person, people: Staff, open_office: Office
) -> None:
    promised(open_office)
    draw_due(open_office.services)
    come_in(person, people, StaffRole.CHECKER, offices=("*",))
    person.go("Alt+n")
    person.look("85-second")
    person.go("Enter")
    page, records = person.page, open_office.services.store.records
    page.wait_for_function("() => [...document.querySelectorAll('#desk image')].length === 1")
    person.look("86-strip")
    for number in range(3):
        before = page.evaluate(_QUESTION)
        person.write("Mẫu Thị Khác" if number else "?!")
        person.press("Enter" if number else "F8")
        page.wait_for_function(_MOVED, arg=before)
        if page.evaluate(_QUESTION) == before:
            # A name where a day or a number belongs: it is told, and nothing is kept.
            person.press("F9")
            page.wait_for_function(_NEXT, arg=before)
        page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')")
    assert sum(records.quality.waiting().values()) > 0
    person.go("Escape")
    assert person.path() == "/second"
    clean(person)


def test_a_third_person_chooses_between_two_values(
    person: Person, people: Staff, open_office: Office
) -> None:
    promised(open_office)
    draw_due(open_office.services)
    key_all(
        open_office,
        checker("mai"),
        typed=lambda strip: (
            "Mẫu Thị Khác" if strip.key.field == "full_name" else strip.document.value(strip.key.field)
        ),
    )
    come_in(person, people, StaffRole.MANAGER, offices=("*",))
    person.go("Alt+n")
    person.go("Enter")
    person.page.wait_for_function("() => [...document.querySelectorAll('#desk image')].length === 1")
    person.look("87-third")
    values = person.page.eval_on_selector_all("[data-choice]", "all => all.map(one => one.value)")
    person.press(str(values.index("Mẫu Thị Khác") + 1))
    before = person.page.evaluate(_QUESTION)
    person.press("Enter")
    person.page.wait_for_function(_NEXT, arg=before)
    (found,) = open_office.services.store.records.quality.found(1)
    assert open_office.services.store.records.document(found.document).value("full_name") == "Mẫu Thị Khác"
    clean(person)


def test_an_administrator_makes_an_account_and_changes_it(person: Person, people: Staff) -> None:
    come_in(person, people, StaffRole.ADMINISTRATOR, offices=())
    person.go("Alt+a")
    person.go("Enter")
    person.write("Mẫu Thị Mới")
    person.press("Tab")
    person.write("moi.mt")
    person.tab_to("Người kiểm tra")
    person.press("Space")
    person.tab_to("Cơ quan")
    person.write("H26.5.12")
    person.look("90-new-account")
    person.tab_to("Mật khẩu của bạn")
    person.write(PASSWORD)
    person.go("Enter")
    assert "Mật khẩu dùng một lần" in person.text()
    # The password of somebody is in no picture of a manual.
    person.page.evaluate(_HIDE)
    person.look("91-password")
    person.go("Enter")
    assert "chưa đăng nhập lần đầu" in person.text()
    person.look("92-accounts")
    person.tab_to("Mẫu Thị Mới")
    person.go("Enter")
    person.look("93-account")
    person.tab_to("Lãnh đạo, quản lý")
    person.press("Space")
    person.tab_to("Mật khẩu của bạn")
    person.write(PASSWORD)
    person.go("Enter")
    assert "Đã lưu" in person.text()
    person.tab_to("Mật khẩu của bạn")
    person.write(PASSWORD)
    person.tab_to("Khóa tài khoản")
    person.go("Enter")
    assert "Đã khóa" in person.text()
    person.look("94-locked")
    clean(person)
