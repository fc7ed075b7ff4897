"""The citizen's papers on a page: on a ground, one by one as the guard says, and journalled."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dossier.access import Access, Purpose
from dossier.admission import FieldScope
from dossier.documents import Document, Party, PartyRole
from dossier.events import Event, EventKind
from dossier.queries import PaperQuery
from dossier.staff import StaffRole
from dossier.trust import Standing
from flows.lookup import Admitted, find_admitted
from tests.web.office import DOSSIER, PROCEDURE, STRANGER, WIFE, Office, paper
from tests.web.station.browser import Browser
from tests.web.station.people import Staff

Open = Callable[..., Browser]
CHILD = (
    Party(role=PartyRole.OWNER, relation="subject", number=STRANGER, name="Mẫu Bé"),
    Party(role=PartyRole.RELATED, relation="mother", number=WIFE, name="Mẫu Thị Thử"),
)


@pytest.fixture
def papers(office: Office) -> dict[str, str]:
    """One of her own, one that only names her, one of somebody else, one of another office."""
    names = ("own", "child", "other", "elsewhere")
    kept = office.save(
        paper("own", WIFE),
        paper("child", STRANGER, parties=CHILD),
        paper("other", STRANGER),
        paper("elsewhere", WIFE, dossier="H27.1.1-261101-0007"),
    )
    return {name: str(document) for name, document in zip(names, kept, strict=True)}


@pytest.fixture
def officer(browser: Browser, staff: Staff) -> Browser:
    staff.inside(browser)
    browser.open("/counter")
    browser.send("/counter", {"dossier": DOSSIER, "procedure": PROCEDURE, "owner": WIFE})
    browser.open("/citizen")
    return browser


@pytest.fixture
def archivist(open_browser: Open, staff: Staff) -> Browser:
    browser = open_browser()
    staff.inside(browser, StaffRole.ARCHIVIST, login="mau.luu", name="Mẫu Thị Lưu")
    browser.open("/citizen")
    return browser


def shown(browser: Browser, papers: dict[str, str]) -> set[str]:
    """Which papers the page leads to."""
    assert browser.last is not None
    return {name for name, document in papers.items() if f"/papers/{document}" in browser.last.text}


def test_with_a_dossier_the_papers_of_its_persons_are_listed(
    office: Office, officer: Browser, papers: dict[str, str]
) -> None:
    for who in ("", WIFE, "mau thi thu"):
        told = officer.send("/citizen", {"dossier": DOSSIER, "who": who})
        assert told.status_code == 200
        assert shown(officer, papers) == {"own", "elsewhere"}
    assert "chỉ nêu tên" in officer.send("/citizen", {"dossier": DOSSIER, "who": WIFE}).text
    looked = office.events(EventKind.OWNER_LOOKED_UP)
    assert {event.dossier for event in looked} == {DOSSIER}
    assert {event.owner_ref for event in looked} == {office.services.store.records.owner_ref(WIFE)}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"who": WIFE}, 422),
        ({"dossier": "H26.5.12-261120-0009", "who": WIFE}, 403),
        ({"dossier": DOSSIER, "who": STRANGER}, 403),
        ({"ground": "luu_tru", "who": WIFE}, 422),
    ],
    ids=str,
)
def test_without_a_dossier_of_that_person_nothing_is_told(
    officer: Browser, papers: dict[str, str], fields: dict[str, str], status: int
) -> None:
    told = officer.send("/citizen", fields)
    assert told.status_code == status
    assert shown(officer, papers) == set()
    assert "Mẫu Thị Thử" not in told.text


def test_a_paper_is_read_for_the_dossier_and_the_look_is_told_to_its_owner(
    office: Office, officer: Browser, papers: dict[str, str]
) -> None:
    told = officer.open(f"/papers/{papers['own']}?dossier={DOSSIER}")
    assert told.status_code == 200
    assert "Mẫu Thị Thử" in officer.text()
    assert "Mông" in officer.text()
    assert "02/04/1990" in officer.text()
    read = [event for event in office.events(EventKind.DOCUMENT_READ) if event.subject == papers["own"]]
    assert read[-1].dossier == DOSSIER
    assert read[-1].actor.startswith("user-")


def test_papers_of_others_and_papers_that_are_not_there_look_the_same(
    officer: Browser, papers: dict[str, str]
) -> None:
    assert officer.open(f"/papers/x?dossier={DOSSIER}").status_code == 404
    texts = set()
    for document in (papers["other"], "00000000-0000-4000-8000-000000000000"):
        for ending in ("", "/reading"):
            told = officer.open(f"/papers/{document}{ending}?dossier={DOSSIER}")
            assert told.status_code == 404
            assert "Mẫu" not in officer.text()
            texts.add(officer.text().replace(told.headers["motlan-request-id"], "").replace(document, ""))
    assert len(texts) == 1
    for query in ("", "?ground=luu_tru", "?dossier=H26.5.12-261120-0009"):
        assert officer.open(f"/papers/{papers['own']}{query}").status_code == 403


def test_sensitive_fields_are_for_those_whose_scope_has_them(
    office: Office, open_browser: Open, staff: Staff, papers: dict[str, str]
) -> None:
    browser = open_browser()
    staff.inside(browser, login="mau.hep", fields=FieldScope.BASIC)
    browser.open("/counter")
    browser.send("/counter", {"dossier": DOSSIER, "procedure": PROCEDURE, "owner": WIFE})
    browser.open(f"/papers/{papers['own']}?dossier={DOSSIER}")
    assert "Mông" not in browser.text()
    assert "Ngoài phạm vi được xem" in browser.text()
    assert browser.open(f"/papers/{papers['own']}/reading?dossier={DOSSIER}").status_code == 403


def test_an_archivist_finds_by_number_and_by_name_in_their_offices(
    office: Office, archivist: Browser, papers: dict[str, str]
) -> None:
    for who, expected in (
        (WIFE, {"own", "child"}),
        ("mẫu thị thử", {"own", "child", "other"}),
        ("mau be", {"child"}),
        ("m", set()),
    ):
        told = archivist.send("/citizen", {"ground": "luu_tru", "who": who})
        assert told.status_code == 200
        assert shown(archivist, papers) == expected, who
    assert {event.purpose for event in office.events(EventKind.OWNER_LOOKED_UP)} == {"luu_tru"}
    assert archivist.open(f"/papers/{papers['own']}?ground=luu_tru").status_code == 200
    assert archivist.open(f"/papers/{papers['elsewhere']}?ground=luu_tru").status_code == 404


def test_an_archivist_sees_who_used_the_papers_and_a_counter_does_not(
    officer: Browser, archivist: Browser, papers: dict[str, str]
) -> None:
    officer.open(f"/papers/{papers['own']}?dossier={DOSSIER}")
    officer.open("/citizen")
    officer.send("/citizen", {"dossier": DOSSIER, "who": WIFE})
    assert "Ai đã xem" not in officer.text()
    archivist.send("/citizen", {"ground": "luu_tru", "who": WIFE})
    assert "Ai đã xem, dùng" in archivist.text()
    assert f"xem giấy tờ · H26.5.12 · {DOSSIER} · giải quyết thủ tục" in archivist.text()
    # Their own look has no dossier: whose it was is told by office, not by name.
    assert "tìm giấy tờ · H26 · lưu trữ" in archivist.text()


def test_an_archivist_of_other_offices_is_told_nothing_of_looks_at_a_person(
    office: Office, officer: Browser, open_browser: Open, staff: Staff, papers: dict[str, str]
) -> None:
    officer.open(f"/papers/{papers['own']}?dossier={DOSSIER}")
    other = open_browser()
    staff.inside(other, StaffRole.ARCHIVIST, login="mau.khac", offices=("H28",))
    other.open("/citizen")
    told = other.send("/citizen", {"ground": "luu_tru", "who": WIFE})
    assert told.status_code == 200
    assert shown(other, papers) == set()
    assert "Ai đã xem" not in other.text()
    assert DOSSIER not in told.text
    # Nobody is told that somebody's looks were told when they were not.
    assert office.events(EventKind.OWNER_READ) == []


def test_an_archivist_sees_looks_of_their_offices_alone(
    officer: Browser, open_browser: Open, staff: Staff, papers: dict[str, str]
) -> None:
    officer.open(f"/papers/{papers['own']}?dossier={DOSSIER}")
    other = open_browser()
    staff.inside(other, StaffRole.ARCHIVIST, login="mau.khac", offices=("H27",))
    other.open("/citizen")
    told = other.send("/citizen", {"ground": "luu_tru", "who": WIFE})
    assert shown(other, papers) == {"elsewhere"}
    assert "tìm giấy tờ · H27 · lưu trữ" in other.text()
    assert "H26" not in other.text()
    assert DOSSIER not in told.text


def test_papers_of_other_offices_do_not_hide_those_that_come_after_them(
    office: Office, archivist: Browser
) -> None:
    others = [paper(f"far-{number}", WIFE, dossier="H27.1.1-261101-0007") for number in range(101)]
    # Lists begin with what came last.
    first, *_ = office.save(paper("mine", WIFE), *others)
    told = archivist.send("/citizen", {"ground": "luu_tru", "who": "mau thi thu"})
    assert told.text.count('href="/papers/') == 1
    assert f"/papers/{first}" in told.text
    assert "Có thể còn nữa" not in told.text


def test_a_look_through_very_many_papers_of_others_ends_and_says_so(office: Office) -> None:
    office.save(*(paper(f"far-{number}", WIFE) for number in range(22)))
    asked: list[Document] = []

    def told(found: Document) -> bool:
        asked.append(found)
        return False

    access = Access("user-thu", Purpose.ARCHIVE)
    found = find_admitted(office.services, PaperQuery(number=WIFE), access=access, told=told, most=5, page=1)
    assert found == Admitted([], more=True)
    assert len(asked) == 20
    (looked,) = office.events(EventKind.OWNER_LOOKED_UP)
    assert looked.details["count"] == 0


def test_a_list_that_was_cut_says_so(office: Office, archivist: Browser) -> None:
    office.save(*(paper(f"mine-{number}", WIFE) for number in range(101)))
    told = archivist.send("/citizen", {"ground": "luu_tru", "who": "mau thi thu"})
    assert told.text.count('href="/papers/') == 100
    assert "Có thể còn nữa" in told.text


@pytest.mark.parametrize("field", ["who", "dossier"])
def test_a_form_with_what_no_database_takes_is_refused(officer: Browser, field: str) -> None:
    told = officer.send("/citizen", {"dossier": DOSSIER, field: "Mẫu\0Thử"})
    assert told.status_code == 400
    assert "request.nul" in told.text


def test_very_many_refusals_raise_an_alarm_as_for_machines(office: Office, officer: Browser) -> None:
    for _ in range(21):
        officer.send("/citizen", {"dossier": "H26.5.12-261120-0009", "who": WIFE})
    assert [event.details["why"] for event in office.events(EventKind.ACCESS_ALARM)] == ["refusals"]


def test_a_paper_says_who_may_use_it_and_for_what(archivist: Browser, papers: dict[str, str]) -> None:
    archivist.send("/citizen", {"ground": "luu_tru", "who": WIFE})
    told = archivist.text()
    count = re.search(r"(\d+) thủ tục", told)
    assert count is not None
    assert int(count[1]) > 0
    archivist.open(f"/papers/{papers['own']}?ground=luu_tru")
    text = archivist.text()
    assert text.count("dùng được") >= int(count[1])
    assert "1.004222" in text
    assert "Mục đích: giải quyết thủ tục" in text


def test_a_paper_that_does_not_count_says_why(office: Office, archivist: Browser) -> None:
    (revoked,) = office.save(paper("revoked", WIFE, standing=Standing.REVOKED))
    archivist.open(f"/papers/{revoked}?ground=luu_tru")
    assert "không dùng được" in archivist.text()
    assert "thu hồi" in archivist.text()


def test_the_timeline_names_procedures_counts_months_and_is_cut_by_keys(
    office: Office, officer: Browser, archivist: Browser, papers: dict[str, str]
) -> None:
    officer.open(f"/papers/{papers['own']}?dossier={DOSSIER}")
    looked = {"ground": "luu_tru", "who": WIFE}
    page = archivist.send("/citizen", looked).text
    assert office.services.procedures.on(PROCEDURE, office.services.today()).name_vi in archivist.text()
    assert re.search(r'aria-label="Số lần mỗi tháng: 12/2025 0;[^"]*11/2026 \d+"', page)
    assert "Cũ hơn" not in archivist.text()
    access = Access("user-thu", Purpose.ARCHIVE)
    for _ in range(100):
        office.services.store.records.record(
            Event(
                kind=EventKind.DOCUMENT_READ,
                at=office.clock.now,
                actor=access.actor,
                owner_ref=office.services.store.records.owner_ref(WIFE),
                dossier=DOSSIER,
            )
        )
    page = archivist.send("/citizen", looked).text
    before = re.search(r'name="before" value="(\d+)"', page)
    assert before is not None
    older = archivist.send("/citizen", {**looked, "before": before[1]}).text
    assert 0 < older.count("<time") < page.count("<time")
