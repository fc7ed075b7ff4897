"""The archive at the station: packages, fixity, renewal, disposal and the journal, asked for and done."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest

from dossier.access import Purpose
from dossier.admission import FieldScope
from dossier.archive_orders import OrderKind, OrderState
from dossier.documents import DocumentState
from dossier.errors import MotlanError, RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId
from dossier.staff import StaffRole
from flows.archive_desk import journal
from flows.archive_desk.orders import ask
from flows.archive_desk.work import MOST_TRIES, work_off
from flows.disposal import propose
from flows.package_keeping import KEPT_DAYS
from tests.flows.filing import DOSSIER, GIVEN, file_dossier
from tests.web.office import HUSBAND, WIFE, Clock, Office, paper
from tests.web.station.browser import Browser
from tests.web.station.people import Staff
from wiring.sealing import seal

VALUES = "\n".join(f"{name}={value}" for name, value in GIVEN.items())
VERIFIER = Path(__file__).parents[3] / "tools" / "verify_journal.py"
TERMS = """
extends = "birth_certificate"
retention = { years = 5, article = "Quyết định 12/QĐ-UBND, mục 3", verified = true }
"""


def verifier() -> ModuleType:
    """The stand-alone program, as an auditor has it."""
    spec = importlib.util.spec_from_file_location("verify_journal", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def archivist(staff: Staff, browser: Browser) -> Browser:
    staff.inside(browser, StaffRole.ARCHIVIST)
    return browser


@pytest.fixture
def old(make_office: Callable[..., Office], clock: Clock) -> Office:
    """An office with papers filed ten years ago, whose term of five years has ended."""
    office = make_office()
    folder = office.services.rules_folder / "papers"
    folder.mkdir(parents=True)
    (folder / "terms-birth.toml").write_text(TERMS, encoding="utf-8")
    filed_at = clock() - timedelta(days=3650)
    office.save(
        paper("old-1", WIFE, filed_at=filed_at),
        paper("old-2", HUSBAND, filed_at=filed_at + timedelta(days=1)),
        paper("new", HUSBAND),
        paper("away", WIFE, filed_at=filed_at, dossier="H27.1.1-161101-0007"),
    )
    return office


def due_papers(browser: Browser) -> list[str]:
    page = browser.open("/archive/disposal/types/birth_certificate")
    return re.findall(r'name="mark\.([0-9a-f-]{36})"', page.text)


# disposal


@pytest.fixture
def office(request: pytest.FixtureRequest, make_office: Callable[..., Office]) -> Office:
    return request.getfixturevalue("old") if "old" in request.fixturenames else make_office()


def test_due_papers_of_ones_offices_are_listed_the_oldest_first(old: Office, archivist: Browser) -> None:
    archivist.open("/archive/disposal")
    assert "31/12/2020" in archivist.text()
    found = due_papers(archivist)
    days = [old.services.store.records.document(DocumentId(one)).filed_at for one in found]
    assert len(found) == 2
    assert days == sorted(days, key=str)


def test_three_people_and_a_certificate(
    old: Office, archivist: Browser, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    first = due_papers(archivist)[0]
    told = archivist.send("/archive/disposal/types/birth_certificate", {f"mark.{first}": "1", "reason": " "})
    assert "phải ghi lý do" in archivist.text()
    assert told.status_code == 409
    reason = "Hết thời hạn <b>bảo quản</b>"
    archivist.send("/archive/disposal/types/birth_certificate", {f"mark.{first}": "1", "reason": reason})
    found = re.search(
        r"/archive/disposal/cases/([0-9a-f-]{36})", archivist.last.text if archivist.last else ""
    )
    assert found is not None
    case = f"/archive/disposal/cases/{found[1]}"
    page = archivist.open(case)
    assert "&lt;b&gt;bảo quản" in page.text
    assert "Người đề nghị không được phê duyệt." in archivist.text()
    archivist.send(f"{case}/approve")
    assert "người đề nghị không được phê duyệt" in archivist.text()
    for login in ("mau.mot", "mau.hai"):
        manager = open_browser()
        staff.inside(manager, StaffRole.MANAGER, login=login, name="Mẫu Thị Lãnh Đạo")
        assert "1đề nghị hủy chưa xong" in manager.text()
        manager.open(case)
        manager.send(f"{case}/approve")
        assert manager.send(f"{case}/approve").status_code != 200
        manager.open(case)
        assert manager.send(f"{case}/execute", {"sure": "yes"}).status_code == 403
    page = archivist.open(case)
    assert page.status_code == 200, archivist.text()
    assert "đã đủ phê duyệt" in archivist.text()
    archivist.send(f"{case}/execute")
    assert "chưa xác nhận hủy" in archivist.text()
    archivist.open(case)
    archivist.send(f"{case}/execute", {"sure": "yes"})
    assert work_off(old.services) == 1
    saved = old.services.store.records.document(DocumentId(first))
    assert saved.state is DocumentState.DESTROYED
    archivist.open("/")
    assert "0đề nghị hủy chưa xong" in archivist.text()
    certificate = json.loads(archivist.open(f"{case}/certificate").content)
    assert certificate["document"] == first
    assert len(certificate["approved_by"]) == 2
    assert certificate["proposed_by"] not in certificate["approved_by"]
    assert certificate["executed_by"] == certificate["proposed_by"]
    assert archivist.open(f"{case}/signature").content[:1] == b"\x30"
    archivist.open(case)
    assert "Đã hủy, lập biên bản" in archivist.text()


def test_a_case_of_another_office_is_not_there(
    old: Office, archivist: Browser, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    other = open_browser()
    staff.inside(other, StaffRole.ARCHIVIST, login="mau.xa", name="Mẫu Thị Xa", offices=("H27",))
    foreign = due_papers(other)
    assert len(foreign) == 1
    archivist.open("/archive/disposal")
    told = archivist.send(
        "/archive/disposal/types/birth_certificate", {f"mark.{foreign[0]}": "1", "reason": "hết hạn"}
    )
    assert told.status_code == 404
    other.open("/archive/disposal")
    other.send("/archive/disposal/types/birth_certificate", {f"mark.{foreign[0]}": "1", "reason": "hết hạn"})
    found = re.search(r"/archive/disposal/cases/([0-9a-f-]{36})", other.last.text if other.last else "")
    assert found is not None
    where = f"/archive/disposal/cases/{found[1]}"
    assert archivist.open(where).status_code == 404
    archivist.open("/archive/disposal")
    assert archivist.send(f"{where}/approve").status_code == 404
    assert found[1] not in archivist.open("/archive/disposal").text
    for odd in ("../../etc/passwd", "<script>", "00000000-0000-4000-8000-000000000000"):
        assert archivist.open(f"/archive/disposal/cases/{odd}").status_code == 404
        assert archivist.open(f"/archive/disposal/types/{odd}").status_code == 404


# orders


def test_work_is_asked_for_once_done_by_the_worker_and_shown(archivist: Browser, office: Office) -> None:
    archivist.open("/archive/fixity")
    archivist.send("/archive/fixity", {"what": "all"})
    assert "Đã nhận yêu cầu" in archivist.text()
    assert archivist.send("/archive/fixity", {"what": "all"}).status_code == 409
    assert archivist.send("/archive/fixity", {"what": "xóa hết"}).status_code == 409
    assert work_off(office.services) == 1
    assert work_off(office.services) == 0
    archivist.open("/archive/fixity")
    assert "hỏng 0, thiếu 0" in archivist.text()
    account = office.services.store.records.staff.accounts()[0]
    events = office.events(EventKind.ARCHIVE_ORDERED)
    assert [(event.actor, event.details["order"]) for event in events] == [(account.actor, "fixity")]
    archivist.send("/archive/fixity", {"what": "all"})
    assert "Đã nhận yêu cầu" in archivist.text()


def test_a_damaged_file_is_shown(old: Office, archivist: Browser) -> None:
    objects = [path for path in (old.services.settings.data / "objects").rglob("*") if path.is_file()]
    victim = max(objects, key=lambda path: path.stat().st_size)
    victim.chmod(0o600)
    victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    ask(old.services, OrderKind.FIXITY, actor="user-1", wanted={"extent": "all"})
    work_off(old.services)
    archivist.open("/archive/fixity")
    assert "hỏng" in archivist.text()
    assert "không thấy tệp nào hỏng" not in archivist.text()
    archivist.open("/archive")
    assert "tệp hỏng hoặc thiếu" in archivist.text()
    page = archivist.open("/")
    assert "1tệp hỏng hoặc thiếu" in archivist.text()
    assert 'class="tile pressing" href="/archive/fixity"' in page.text


def test_an_order_whose_worker_was_killed_is_taken_up_again(office: Office, clock: Clock) -> None:
    table = office.services.store.records.orders
    order = ask(office.services, OrderKind.FORECAST, actor="user-1")
    first = table.claim(at=clock(), dead_before=clock() - timedelta(minutes=5))
    assert first is not None
    assert (first.id, first.state) == (order.id, OrderState.RUNNING)
    assert work_off(office.services) == 0
    clock.tick(6 * 60)
    assert work_off(office.services) == 1
    done = table.order(order.id)
    assert done is not None
    assert (done.state, done.result["documents"]) == (OrderState.DONE, 0)


def test_an_order_that_ends_its_worker_each_time_is_given_up(office: Office, clock: Clock) -> None:
    table = office.services.store.records.orders
    order = ask(office.services, OrderKind.FORECAST, actor="user-1")
    for _ in range(MOST_TRIES):
        assert table.claim(at=clock(), dead_before=clock() - timedelta(minutes=5)) is not None
        clock.tick(6 * 60)
    running = table.order(order.id)
    assert running is not None
    assert (running.begun, dict(running.result)) == (MOST_TRIES, {})
    assert work_off(office.services) == 1
    found = table.order(order.id)
    assert found is not None
    assert (found.state, found.result["code"]) == (OrderState.FAILED, MotlanError.code)
    assert work_off(office.services) == 0


def test_what_failed_says_why_in_both_languages(office: Office) -> None:
    order = ask(
        office.services,
        OrderKind.DISPOSAL,
        actor="user-1",
        wanted={"case": "00000000-0000-4000-8000-000000000000"},
    )
    work_off(office.services)
    found = office.services.store.records.orders.order(order.id)
    assert found is not None
    assert found.state is OrderState.FAILED
    assert found.result["code"] == RecordMissingError.code
    assert found.result["sentence_vi"] != found.result["sentence_en"] != ""


def test_wishes_and_results_are_sealed_in_the_records(office: Office) -> None:
    ask(office.services, OrderKind.PACKAGE, actor="user-1", wanted={"dossier": "H26.5.12-261120-0007"})
    content = (office.services.settings.data / "store.sqlite3").read_bytes()
    wal = office.services.settings.data / "store.sqlite3-wal"
    content += wal.read_bytes() if wal.exists() else b""
    assert b'"dossier":"H26.5.12-261120-0007"' not in content


# renewal and forecast


def test_a_forecast_is_counted_by_the_worker_and_drawn(old: Office, archivist: Browser) -> None:
    archivist.open("/archive/renewal")
    archivist.send("/archive/renewal", {"what": "forecast"})
    work_off(old.services)
    page = archivist.open("/archive/renewal")
    assert "<svg" in page.text
    assert "4 chưa xem" in archivist.text()
    assert "Giấy tờ lưu kho theo năm" in archivist.text()
    order = old.services.store.records.orders.orders([OrderKind.FORECAST])[0]
    assert order.result["growth"] == [[2016, 3], [2026, 1]]
    assert archivist.send("/archive/renewal", {"what": "renew", "until": "hôm nay"}).status_code == 409
    archivist.open("/archive/renewal")
    archivist.send("/archive/renewal", {"what": "renew", "until": "2026-11-20"})
    assert work_off(old.services) == 1


# packages


@pytest.fixture
def packing(office: Office, tmp_path: Path) -> Office:
    file_dossier(office.services, tmp_path, count=2)
    return office


def ordered(browser: Browser, office: Office, **form: str) -> str:
    """Ask for a package, let the worker make it, and open the list; gives the id of the order."""
    browser.open("/archive/packages")
    told = browser.send("/archive/packages", {"kind": "aip", "values": VALUES, **form})
    assert told.status_code == 200, browser.text()
    assert work_off(office.services) == 1
    browser.open("/archive/packages")
    return office.services.store.records.orders.orders([OrderKind.PACKAGE])[0].id


def test_a_package_is_made_checked_and_taken_away(archivist: Browser, packing: Office) -> None:
    order = ordered(archivist, packing, dossier=DOSSIER)
    assert "2 giấy tờ" in archivist.text()
    archivist.send(f"/archive/packages/{order}/check")
    assert work_off(packing.services) == 1
    archivist.open("/archive/packages")
    assert "2 giấy tờ, " in archivist.text()
    checked = packing.services.store.records.orders.orders([OrderKind.PACKAGE_CHECK])[0]
    assert (checked.state, checked.result["documents"]) == (OrderState.DONE, 2)
    taken = archivist.open(f"/archive/packages/{order}/file")
    assert re.fullmatch(r'attachment; filename="[0-9A-Za-z._-]+\.zip"', taken.headers["content-disposition"])
    with zipfile.ZipFile(BytesIO(taken.content)) as package:
        assert any(name.endswith("METS.xml") for name in package.namelist())
    account = packing.services.store.records.staff.accounts()[0]
    assert [(event.subject, event.actor) for event in packing.events(EventKind.PACKAGE_TAKEN)] == [
        (order, account.actor)
    ]


def test_what_a_package_lacks_is_told(archivist: Browser, packing: Office) -> None:
    ordered(archivist, packing, dossier=DOSSIER, values="")
    assert "không xong" in archivist.text()
    assert "archiveCode" in archivist.text()


def test_a_package_goes_after_a_month(archivist: Browser, packing: Office) -> None:
    order = ordered(archivist, packing, dossier=DOSSIER)
    path = packing.services.settings.data / "packages" / f"{order}.zip"
    assert path.stat().st_mode & 0o077 == 0
    old = packing.services.clock().timestamp() - KEPT_DAYS * 86_400 - 1
    os.utime(path, (old, old))
    work_off(packing.services)
    assert archivist.open(f"/archive/packages/{order}/file").status_code == 409
    assert "không còn được giữ" in archivist.text()


def test_packages_of_other_offices_are_neither_made_nor_listed_nor_taken(
    archivist: Browser, packing: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    order = ordered(archivist, packing, dossier=DOSSIER)
    other = open_browser()
    staff.inside(other, StaffRole.ARCHIVIST, login="mau.xa", name="Mẫu Thị Xa", offices=("H27",))
    assert order not in other.open("/archive/packages").text
    assert other.open(f"/archive/packages/{order}/file").status_code == 404
    other.open("/archive/packages")
    assert other.send(f"/archive/packages/{order}/check").status_code == 404
    other.open("/archive/packages")
    assert other.send("/archive/packages", {"kind": "aip", "dossier": DOSSIER}).status_code == 404
    for odd in ("../../store.key", "..%2f..%2fstore.key", "<script>", "00000000-0000-4000-8000-000000000000"):
        assert archivist.open(f"/archive/packages/{odd}/file").status_code == 404


def test_what_other_offices_asked_for_is_not_told_and_hides_nothing(
    archivist: Browser, packing: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    order = ordered(archivist, packing, dossier=DOSSIER)
    made = packing.services.store.records.orders.order(order)
    assert made is not None
    package = str(made.result["package"])
    other = open_browser()
    staff.inside(other, StaffRole.ARCHIVIST, login="mau.xa", name="Mẫu Thị Xa", offices=("H27",))
    assert package in archivist.open("/archive").text
    assert package not in other.open("/archive").text
    for number in range(60):
        wanted = {"kind": "aip", "offices": "H27", "dossier": f"H27.1.1-261120-{number:04}"}
        ask(packing.services, OrderKind.PACKAGE, actor="user-xa", wanted=wanted)
    page = archivist.open("/archive/packages")
    assert f"/archive/packages/{order}/file" in page.text


def test_a_destruction_of_another_office_is_not_told(
    old: Office, archivist: Browser, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    case = propose(old.services, DocumentId(due_papers(archivist)[0]), reason="MẪU").id
    ask(old.services, OrderKind.DISPOSAL, actor="user-mau", wanted={"case": case})
    work_off(old.services)
    other = open_browser()
    staff.inside(other, StaffRole.ARCHIVIST, login="mau.xa", name="Mẫu Thị Xa", offices=("H27",))
    for where in ("/archive", "/archive/disposal"):
        assert case in archivist.open(where).text
        assert case not in other.open(where).text


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "rar", "dossier": DOSSIER},
        {"kind": "aip"},
        {"kind": "aip", "dossier": "<script>"},
        {"kind": "aip", "papers": "../../etc/passwd"},
        {"kind": "aip", "dossier": DOSSIER, "values": "không có dấu bằng"},
    ],
    ids=["kind", "nothing", "code", "path", "values"],
)
def test_what_cannot_be_packed_is_told_on_the_form(
    archivist: Browser, office: Office, form: dict[str, str]
) -> None:
    archivist.open("/archive/packages")
    told = archivist.send("/archive/packages", form)
    assert told.status_code == 409
    assert "<script>" not in told.text.partition("<main")[2]
    assert office.events(EventKind.ARCHIVE_ORDERED) == []


def test_who_may_not_see_every_field_packs_nothing(
    open_browser: Callable[..., Browser], staff: Staff, packing: Office
) -> None:
    browser = open_browser()
    staff.inside(browser, StaffRole.ARCHIVIST, fields=FieldScope.BASIC)
    browser.open("/archive/packages")
    assert browser.send("/archive/packages", {"kind": "aip", "dossier": DOSSIER}).status_code == 403


# the journal


def entries(office: Office) -> list[Event]:
    return [one.event for one in office.services.store.records.journal(limit=10_000)]


def test_entries_about_a_paper_are_found_in_plain_words_and_the_search_is_an_entry(
    old: Office, archivist: Browser
) -> None:
    first = due_papers(archivist)[0]
    archivist.send("/archive/disposal/types/birth_certificate", {f"mark.{first}": "1", "reason": "hết hạn"})
    archivist.open("/archive/journal")
    archivist.send("/archive/journal", {"about": first})
    assert "Đề nghị hủy" in archivist.text()
    looked = old.events(EventKind.JOURNAL_LOOKED_AT)
    assert [(event.subject, event.details["by"]) for event in looked] == [(first, "about")]
    archivist.send("/archive/journal", {"kind": "staff.signed_in", "actor": "mau.cua"})
    assert "Đăng nhập" in archivist.text()
    archivist.send("/archive/journal", {"about": "H26.5.12-261101-0007", "first": "2026-11-01"})
    assert archivist.last is not None
    assert archivist.last.status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"about": "011190000001"},
        {"about": "<script>alert(1)</script>"},
        {"kind": "drop table"},
        {"first": "x"},
    ],
    ids=["number", "script", "kind", "day"],
)
def test_what_cannot_be_looked_for_is_told_and_stands_in_no_entry(
    archivist: Browser, office: Office, asked: dict[str, str]
) -> None:
    archivist.open("/archive/journal")
    told = archivist.send("/archive/journal", asked)
    assert told.status_code == 409
    assert "<script>alert" not in told.text
    assert office.events(EventKind.JOURNAL_LOOKED_AT) == []


def test_days_before_and_after_all_calendars_are_days_too(archivist: Browser) -> None:
    for first, last in (("0001-01-01", "9999-12-31"), ("9999-12-31", "0001-01-01")):
        archivist.open("/archive/journal")
        assert archivist.send("/archive/journal", {"first": first, "last": last}).status_code == 200


def test_a_long_walk_ends_and_goes_on(office: Office) -> None:
    records, clock = office.services.store.records, office.services.clock
    records.record(*[Event(kind=EventKind.CANARY_RUN, at=clock(), actor="x") for _ in range(30)])
    first = records.journal_walked(
        kind=EventKind.CANARY_RUN, actor="", first=1, before=0, limit=10, steps=1000
    )
    assert [entry.number for entry in first.entries] == sorted(
        (entry.number for entry in first.entries), reverse=True
    )
    assert len(first.entries) == 10
    rest = records.journal_walked(
        kind=EventKind.CANARY_RUN, actor="", first=1, before=first.walked_to, limit=100, steps=1000
    )
    assert len(rest.entries) == 20
    short = records.journal_walked(kind=EventKind.STORE_MADE, actor="", first=1, before=0, limit=10, steps=5)
    assert (list(short.entries), short.walked_to > 1) == ([], True)


def test_days_are_found_by_halving(office: Office, clock: Clock) -> None:
    records = office.services.store.records
    begin = len(entries(office))
    for _ in range(5):
        clock.tick(86_400)
        records.record(Event(kind=EventKind.CANARY_RUN, at=clock(), actor="x"))
    third = entries(office)[begin + 2]
    assert records.journal_number_at(third.at) == begin + 3
    assert records.journal_number_at(clock() + timedelta(days=1)) == begin + 6
    wanted = journal.Wanted(kind=EventKind.CANARY_RUN, first=third.at.date(), last=third.at.date())
    found = journal.search(office.services, wanted, actor="user-1", offices=("*",))
    assert [entry.number for entry in found.entries] == [begin + 3]


def test_the_proof_of_an_entry_satisfies_the_independent_verifier(
    archivist: Browser, office: Office, tmp_path: Path
) -> None:
    services = office.services
    number = next(
        entry.number
        for entry in services.store.records.journal(limit=1000)
        if entry.event.kind is EventKind.STAFF_SIGNED_IN
    )
    with services.writing():
        assert seal(services) is not None
    services.store.records.record(Event(kind=EventKind.CANARY_RUN, at=services.clock(), actor="x"))
    page = archivist.open(f"/archive/journal/entries/{number}")
    assert "đã được cơ quan ký" in archivist.text()
    assert "Đăng nhập" in page.text
    proof = archivist.open(f"/archive/journal/entries/{number}/proof")
    assert proof.headers["content-disposition"] == f'attachment; filename="nhat-ky-{number}.jsonl"'
    path, roots = tmp_path / "proof.jsonl", tmp_path / "roots.pem"
    path.write_bytes(proof.content)
    roots.write_bytes(next((services.settings.data / "demo-pki").glob("*root*.pem")).read_bytes())
    told = verifier().verify(path, roots)
    assert told.startswith(f"HOLDS: entry {number} is in the journal")
    assert told.endswith("signatures checked")
    assert [event.details["entry"] for event in office.events(EventKind.JOURNAL_PROVEN)] == [number]
    harmed = tmp_path / "harmed.jsonl"
    harmed.write_text(proof.text.replace("staff.signed_in", "staff.signed_up"), encoding="utf-8")
    with pytest.raises(Exception, match="edited"):
        verifier().verify(harmed, roots)
    cut = tmp_path / "cut.jsonl"
    cut.write_text("\n".join(proof.text.splitlines()[:-2]) + "\n", encoding="utf-8")
    with pytest.raises(Exception, match="head"):
        verifier().verify(cut, roots)


def test_entries_of_other_offices_are_counted_not_shown(office: Office, clock: Clock) -> None:
    records = office.services.store.records
    records.record(
        Event(kind=EventKind.CANARY_RUN, at=clock(), actor="x", dossier="H27.1.1-261120-0001"),
        Event(kind=EventKind.CANARY_RUN, at=clock(), actor="x", dossier="H26.5.12-261120-0001"),
    )
    wanted = journal.Wanted(kind=EventKind.CANARY_RUN)
    found = journal.search(office.services, wanted, actor="user-1", offices=("H26",))
    assert (len(found.entries), found.hidden) == (1, 1)
    foreign = found.entries[0].number - 1
    with pytest.raises(RecordMissingError):
        journal.proof(office.services, foreign, actor="user-1", offices=("H26",))


def test_an_auditor_reads_and_checks_but_starts_no_work_of_the_archive(
    open_browser: Callable[..., Browser], staff: Staff, office: Office
) -> None:
    auditor = open_browser()
    staff.inside(auditor, StaffRole.AUDITOR)
    for where in (
        "/archive",
        "/archive/fixity",
        "/archive/packages",
        "/archive/disposal",
        "/archive/journal",
    ):
        assert auditor.open(where).status_code == 200
    auditor.send("/archive/journal/check")
    assert "Đã nhận yêu cầu" in auditor.text()
    assert work_off(office.services) == 1
    auditor.open("/archive/journal")
    assert "Nhật ký nguyên vẹn" in auditor.text()
    assert auditor.send("/archive/fixity", {"what": "all"}).status_code == 403
    assert auditor.send("/archive/journal/seal").status_code == 403


def test_no_number_of_an_entry_leads_elsewhere(archivist: Browser) -> None:
    for odd in ("0", "-1", "../1", "9" * 30, "<script>", "999999"):
        assert archivist.open(f"/archive/journal/entries/{odd}").status_code == 404
        assert archivist.open(f"/archive/journal/entries/{odd}/proof").status_code == 404


def test_an_entry_says_its_purpose_in_words(archivist: Browser, office: Office, clock: Clock) -> None:
    records = office.services.store.records
    records.record(Event(kind=EventKind.DOCUMENT_READ, at=clock(), actor="x", purpose=Purpose.ARCHIVE.value))
    number = max(entry.number for entry in records.journal(limit=1000))
    archivist.open(f"/archive/journal/entries/{number}")
    assert "Mục đíchlưu trữ" in archivist.text()
    assert "luu_tru" not in archivist.text()
