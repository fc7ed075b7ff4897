"""The counter: the same answers, refusals and records as the service for machines, in words and forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dossier.declared import Came
from dossier.documents import Party, PartyRole
from dossier.events import EventKind
from dossier.staff import StaffRole
from flows.asking import insisted
from tests.web.office import DOSSIER, ELSEWHERE, HUSBAND, STRANGER, WIFE, Office, paper
from tests.web.station.browser import Browser
from tests.web.station.people import Staff

BIRTH, CERTIFICATE, DATA = "1.001193", "KS-04", "KS-05"
FORM = {"dossier": DOSSIER, "procedure": BIRTH, "owner": WIFE, "partner": HUSBAND}
MARRIED = {"parents_married": "yes"}
PAGE = f"/counter/{DOSSIER}"
MARRIAGE = tuple(
    Party(role=PartyRole.OWNER, relation=relation, number=number, name=name)
    for relation, number, name in (("wife", WIFE, "Mẫu Thị Thử"), ("husband", HUSBAND, "Mẫu Văn Thử"))
)
WORDS = "Bản lưu mờ trang hai, không đọc được"


@pytest.fixture
def held(office: Office) -> str:
    """A marriage certificate that is held and may be used."""
    (made,) = office.save(paper("held", WIFE, type="marriage_certificate", parties=MARRIAGE))
    return str(made)


@pytest.fixture
def officer(browser: Browser, staff: Staff) -> Browser:
    staff.inside(browser)
    browser.open("/counter")
    return browser


def came(office: Office) -> dict[str, tuple[Came, str]]:
    found = office.services.store.records.admissions.declared(DOSSIER)
    return {one.code: (one.came, one.document) for one in found.components} if found else {}


def test_a_new_dossier_is_registered_and_answered_in_words(
    office: Office, officer: Browser, held: str
) -> None:
    officer.send("/counter", FORM)
    assert officer.where() == PAGE
    assert "Đăng ký khai sinh" in officer.text()
    officer.open(PAGE, params=MARRIED)
    assert "Đã có: 1" in officer.text()
    assert WIFE not in officer.text()
    (registered,) = office.events(EventKind.DOSSIER_REGISTERED)
    assert registered.actor.startswith("user-")
    asked = office.events(EventKind.REUSE_ASKED)
    assert {event.dossier for event in asked} == {DOSSIER}
    assert asked[-1].details[CERTIFICATE] == "held"
    assert officer.last is not None
    assert f"/papers/{held}?dossier={DOSSIER}" in officer.last.text


def test_a_known_dossier_is_taken_up_again_for_its_persons_alone(office: Office, officer: Browser) -> None:
    officer.send("/counter", FORM)
    officer.open("/counter")
    officer.send("/counter", FORM)
    assert officer.where() == PAGE
    officer.open("/counter")
    told = officer.send("/counter", {**FORM, "owner": STRANGER})
    assert told.status_code == 403
    assert "Người được hỏi không thuộc hồ sơ đã nêu." in officer.text()
    assert len(office.events(EventKind.DOSSIER_REGISTERED)) == 1
    assert office.events(EventKind.API_REFUSED)[-1].details["code"] == "access.not_their_dossier"


def test_a_procedure_is_found_by_words_of_its_name(officer: Browser) -> None:
    officer.send("/counter", {**FORM, "procedure": "dang ky khai sinh"})
    assert officer.where() == PAGE or "Có nhiều thủ tục như vậy" in officer.text()
    told = officer.open(
        "/counter/procedures", params={"procedure": "khai sinh"}, headers={"HX-Request": "true"}
    )
    assert f'value="{BIRTH} ' in told.text
    assert "<html" not in told.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dossier": "H26"}, "Mã hồ sơ không đúng dạng"),
        ({"dossier": "H26.5.12-269999-0001"}, "Mã hồ sơ không đúng dạng"),
        ({"dossier": "H26.5.12-261121-0001"}, "chưa đến"),
        ({"procedure": "9.999999"}, "Không có thủ tục này"),
        ({"procedure": ""}, "Không có thủ tục này"),
        ({"owner": "12"}, "Số không đúng dạng"),
        ({"owner": ""}, "Số không đúng dạng"),
        ({"partner": "abc"}, "Số không đúng dạng"),
        ({"dossier": ELSEWHERE}, "trong phạm vi"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(
    office: Office, officer: Browser, changes: dict[str, str], words: str
) -> None:
    told = officer.send("/counter", {**FORM, **changes})
    assert told.status_code >= 400
    assert words in officer.text()
    assert office.events(EventKind.DOSSIER_REGISTERED) == []


def test_a_held_paper_is_used(office: Office, officer: Browser, held: str) -> None:
    officer.send("/counter", FORM)
    officer.open(PAGE, params=MARRIED)
    officer.send(
        PAGE,
        {"component": CERTIFICATE, "came": "reused", "document": held, "fact.parents_married": "yes"},
    )
    assert officer.where() == PAGE
    assert "Đã dùng giấy có sẵn" in officer.text()
    assert "Đã có: 1" in officer.text()
    assert came(office) == {CERTIFICATE: (Came.REUSED, held)}
    officer.send(PAGE, {"component": DATA, "came": "data"})
    assert came(office) == {CERTIFICATE: (Came.REUSED, held), DATA: (Came.DATA, "")}


def test_asking_all_the_same_needs_a_written_reason_that_is_recorded(
    office: Office, officer: Browser, held: str
) -> None:
    officer.send("/counter", FORM)
    officer.open(PAGE, params=MARRIED)
    ask = {"component": CERTIFICATE, "came": "handed_in", "fact.parents_married": "yes"}
    for wrong in ({}, {"reason": "copy_unreadable", "words": "mờ"}, {"reason": "ngại", "words": WORDS}):
        told = officer.send(PAGE, {**ask, **wrong})
        assert told.status_code == 409
        assert "không được yêu cầu" in officer.text() or "lý do" in officer.text()
        assert came(office) == {}
    officer.send(PAGE, {**ask, "reason": "copy_unreadable", "words": WORDS})
    assert came(office) == {CERTIFICATE: (Came.HANDED_IN, "")}
    (record,) = insisted(office.services)
    assert (record.dossier, record.component, record.status, record.words) == (
        DOSSIER,
        CERTIFICATE,
        "held",
        WORDS,
    )
    assert record.actor.startswith("user-")


def test_the_slip_names_what_to_bring_and_what_not_and_no_person(officer: Browser, held: str) -> None:
    officer.send("/counter", FORM)
    told = officer.open(f"{PAGE}/slip", params=MARRIED)
    text = officer.text()
    asked, _, kept = text.partition("Đã có tại cơ quan, KHÔNG phải nộp")
    assert "Đề nghị nộp" in asked
    assert "kết hôn" in kept
    assert told.headers["motlan-request-id"] in text
    assert WIFE not in told.text
    assert held not in told.text


def test_a_dossier_of_another_office_or_one_that_is_not_there_look_the_same(
    office: Office, officer: Browser, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    officer.send("/counter", FORM)
    other = open_browser()
    staff.inside(other, login="mau.khac", offices=("H27",))
    texts = set()
    for code in (DOSSIER, "H26.5.12-261120-0009"):
        told = other.open(f"/counter/{code}")
        assert told.status_code == 403
        assert WIFE not in told.text
        texts.add(other.text().replace(told.headers["motlan-request-id"], ""))
        for path in (f"/counter/{code}/slip", f"/counter/{code}"):
            assert other.open(path).status_code == 403
        assert other.send(f"/counter/{code}", {"component": CERTIFICATE, "came": "data"}).status_code == 403
    assert len(texts) == 1
    assert came(office) == {}


def test_a_paper_of_others_cannot_be_used(office: Office, officer: Browser) -> None:
    (other,) = office.save(paper("other", STRANGER))
    officer.send("/counter", FORM)
    told = officer.send(PAGE, {"component": CERTIFICATE, "came": "reused", "document": str(other)})
    assert told.status_code == 404
    assert came(office) == {}


def test_the_page_speaks_english_on_demand(officer: Browser, held: str) -> None:
    officer.send("/counter", FORM)
    officer.send("/language", {"lang": "en", "back": PAGE})
    officer.open(PAGE, params=MARRIED)
    assert "Held: 1" in officer.text()
    assert "Use the paper that is held" in officer.text()
    assert held


def test_somebody_with_another_role_has_no_counter(browser: Browser, staff: Staff) -> None:
    staff.inside(browser, StaffRole.MANAGER)
    assert browser.open("/counter").status_code == 403
