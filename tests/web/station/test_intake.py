"""Intake: what is acknowledged is durable, what is handed in is worked on once, and one sees the outcome."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from dossier.batch_errors import BatchClosedError
from dossier.errors import EngineMissingError, InputFileTooLargeError
from dossier.events import EventKind
from dossier.ids import Sha256
from dossier.trays import FileState, TrayFile, TrayState, TrayTrouble
from flows.intake import Handed
from flows.progress import Listener, Progress
from flows.trays.line import TrayLine
from flows.trays.looking import look_at_next
from storage.inbox import Declaration
from storage.quarantine import QuarantineNote
from tests.ocr.pages import coloured, draw_page, save
from tests.web.conftest import MakeOffice
from tests.web.office import Office
from tests.web.station.browser import Browser
from tests.web.station.conftest import CHEAP, site_of
from tests.web.station.people import Staff
from tests.web.station.trays import (
    DOSSIER,
    NAME,
    ZIP,
    begin,
    come_in,
    files_of,
    marked,
    paper,
    send,
    shown_state,
    tray_of,
    work,
)
from web.station.screens.intake_view import _refusal
from wiring.services import Services


@pytest.fixture
def operator(staff: Staff, browser: Browser) -> Browser:
    come_in(staff, browser)
    return browser


def spool(office: Office, address: str) -> Path:
    """Where the bytes of a batch lie."""
    return office.services.settings.data / "trays" / address.rpartition("/")[2]


def line_of(office: Office) -> TrayLine:
    return TrayLine(office.services, hand_in=work, seconds=lambda: office.clock.seconds)


# beginning


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("dossier", "H26.5.12-269999-1", "Chưa đúng dạng mã hồ sơ"),
        ("dossier", "H27.1.1-261120-0001", "ngoài phạm vi của bạn"),
        ("procedure", "9.999999", "Không có thủ tục này"),
        ("owner", "12", "số định danh"),
    ],
    ids=["code", "office", "procedure", "owner"],
)
def test_what_is_wrong_with_a_new_batch_is_told_beside_its_field_and_what_was_typed_stays(
    operator: Browser, field: str, value: str, said: str
) -> None:
    operator.open("/intake")
    told = operator.send("/intake", {"dossier": DOSSIER, "procedure": "1.001193", field: value})
    assert told.status_code == 422
    assert said.lower() in operator.text().lower()
    assert f'value="{value}"' in told.text
    assert 'aria-invalid="true"' in told.text


def test_a_procedure_outside_the_reach_of_the_person_is_refused(
    office: Office, staff: Staff, browser: Browser
) -> None:
    account = come_in(staff, browser, procedures=("1.004222",))
    browser.open("/intake")
    told = browser.send("/intake", {"dossier": DOSSIER, "procedure": "1.001193"})
    assert told.status_code == 403
    assert "ngoài phạm vi" in browser.text()
    assert office.services.store.records.trays.of(account.actor) == []


# files


def test_a_file_is_durable_and_enciphered_once_it_was_acknowledged(operator: Browser, office: Office) -> None:
    address = begin(operator)
    told = send(operator, address, (NAME, paper()))
    assert told.status_code == 200
    assert f"{NAME}: đã nhận." in operator.text()
    (file,) = files_of(office, address)
    assert (file.name, file.size, file.state) == (NAME, len(paper()), FileState.KEPT)
    (kept,) = spool(office, address).iterdir()
    assert kept.stat().st_size > len(paper())
    assert b"%PDF" not in kept.read_bytes()
    again = b"".join(office.services.store.trays.read(file.tray, kept.name, key=file.key))
    assert again == paper()


def test_several_files_come_in_one_form_and_the_same_bytes_come_once(
    operator: Browser, office: Office
) -> None:
    address = begin(operator)
    send(operator, address, (NAME, paper()), ("trang/2.pdf", marked(paper(), "2")), ("lại.pdf", paper()))
    assert [file.name for file in files_of(office, address)] == [NAME, "2.pdf"]
    assert "lại.pdf: đã có trong đợt này" in operator.text()
    assert len(list(spool(office, address).iterdir())) == 2


def test_a_name_that_is_a_script_is_shown_as_it_is(operator: Browser, office: Office) -> None:
    address = begin(operator)
    told = send(operator, address, ("<script>alert(1)</script>.pdf", paper()))
    assert "<script>alert" not in told.text
    assert "script&gt;.pdf" in told.text
    (file,) = files_of(office, address)
    assert file.name == "script>.pdf"


def test_a_form_without_a_file_says_so(operator: Browser) -> None:
    address = begin(operator)
    told = send(operator, address)
    assert told.status_code == 422
    assert "Chưa chọn tệp nào" in operator.text()


def test_an_empty_file_is_refused_and_the_others_are_taken(operator: Browser, office: Office) -> None:
    address = begin(operator)
    told = send(operator, address, ("rong.pdf", b""), (NAME, paper()))
    assert told.status_code == 200
    assert "rong.pdf" in operator.text()
    assert [file.name for file in files_of(office, address)] == [NAME]


def small_limits(make_office: MakeOffice, **settings: str) -> tuple[Office, Browser]:
    office = make_office(**settings)
    browser = Browser(site_of(office))
    come_in(Staff(office, CHEAP), browser)
    return office, browser


def test_too_many_files_or_bytes_in_one_form_are_refused_and_nothing_of_them_is_kept(
    make_office: MakeOffice,
) -> None:
    office, browser = small_limits(
        make_office, MOTLAN_STATION_TRAY_FILES="2", MOTLAN_STATION_TRAY_BYTES="5000"
    )
    address = begin(browser)
    three = [(f"{number}.pdf", b"%PDF-1.7 M") for number in range(3)]
    assert send(browser, address, *three).status_code == 422
    browser.open(address)
    assert send(browser, address, ("to.pdf", bytes(6000))).status_code == 413
    assert files_of(office, address) == []
    assert list(spool(office, address).iterdir()) == []
    browser.close()


def test_a_file_larger_than_the_store_takes_is_refused_by_name(make_office: MakeOffice) -> None:
    office, browser = small_limits(make_office, MOTLAN_MAX_FILE_BYTES="1000")
    address = begin(browser)
    told = send(browser, address, ("to.pdf", bytes(2000)))
    assert told.status_code == 422
    assert "to.pdf" in browser.text()
    assert files_of(office, address) == []
    browser.close()


def test_a_file_is_taken_out_again(operator: Browser, office: Office) -> None:
    address = begin(operator)
    send(operator, address, (NAME, paper()))
    operator.send(f"{address}/files/1/back")
    assert files_of(office, address) == []
    assert list(spool(office, address).iterdir()) == []


# who


def test_a_batch_is_its_operators_alone(
    operator: Browser, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    address = begin(operator)
    other = open_browser()
    come_in(staff, other, login="mau.khac")
    for path in (address, f"{address}/events", f"{address}/pages/0/1"):
        assert other.open(path).status_code == 404
    for act in ("files", "scan", "hand-in", "open", "discard", "files/1/back"):
        other.open("/intake")
        told = send(other, address) if act == "files" else other.send(f"{address}/{act}", {"sure": "yes"})
        assert told.status_code == 404, act
    assert tray_of(office, address).state is TrayState.OPEN


def test_a_form_without_the_token_of_its_session_or_from_elsewhere_is_refused(
    operator: Browser, office: Office
) -> None:
    address = begin(operator)
    sent = [("files", (NAME, paper(), "application/pdf"))]
    assert operator.send(f"{address}/files", {"csrf": "x"}, files=sent).status_code == 403
    operator.open(address)
    elsewhere = {"Origin": "https://khac.example"}
    assert operator.send(f"{address}/files", files=sent, headers=elsewhere).status_code == 403
    assert files_of(office, address) == []


def test_a_session_that_ended_in_the_middle_loses_nothing(
    operator: Browser, office: Office, staff: Staff
) -> None:
    address = begin(operator)
    send(operator, address, (NAME, paper()))
    office.clock.tick(31 * 60)
    told = send(operator, address, ("hai.pdf", marked(paper(), "2")))
    assert told.status_code == 401
    come_in(staff, operator, again=True)
    operator.open("/intake")
    assert DOSSIER in operator.text()
    operator.open(address)
    assert [file.name for file in files_of(office, address)] == [NAME]
    send(operator, address, ("hai.pdf", marked(paper(), "2")))
    assert [file.name for file in files_of(office, address)] == [NAME, "hai.pdf"]


def test_two_tabs_hand_in_once_and_the_second_cannot_add(
    operator: Browser, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    address = begin(operator)
    send(operator, address, (NAME, paper()))
    other = open_browser()
    come_in(staff, other, again=True)
    other.open(address)
    operator.send(f"{address}/hand-in", {"papers": "1", "pages": "1"})
    told = send(other, address, ("hai.pdf", marked(paper(), "2")))
    assert told.status_code == 422
    assert "Đợt này đã nộp" in other.text()
    other.open(address)
    other.send(f"{address}/hand-in", {"papers": "7"})
    assert tray_of(office, address).papers == 1
    assert len(office.events(EventKind.TRAY_HANDED_IN)) == 1


def test_nothing_is_handed_in_without_anything_in_it(operator: Browser, office: Office) -> None:
    address = begin(operator)
    told = operator.send(f"{address}/hand-in")
    assert told.status_code == 409
    assert "chưa có trang nào để nộp" in operator.text()
    send(operator, address, (NAME, paper()))
    assert operator.send(f"{address}/hand-in", {"papers": "hai"}).status_code == 422
    assert "từ 0 đến 9999" in operator.text()
    assert tray_of(office, address).state is TrayState.OPEN


def test_a_batch_is_discarded_only_by_somebody_who_is_sure(operator: Browser, office: Office) -> None:
    address = begin(operator)
    send(operator, address, (NAME, paper()))
    assert operator.send(f"{address}/discard").status_code == 422
    operator.send(f"{address}/discard", {"sure": "yes"})
    assert operator.where() == "/intake"
    assert "Đã hủy đợt" in operator.text()
    assert not spool(office, address).exists()
    assert [event.details for event in office.events(EventKind.TRAY_DISCARDED)] == [{"files": 1}]


# the work


def test_a_batch_that_was_handed_in_becomes_papers_and_the_page_says_what_became_of_each_file(
    operator: Browser, office: Office
) -> None:
    address = begin(operator, owner="004300999281")
    send(operator, address, (NAME, paper()), ("anh.pdf", ZIP), ("hong.pdf", paper()[:3000]))
    operator.send(f"{address}/hand-in", {"papers": "2", "pages": "1"})
    assert shown_state(operator) == "handed"
    assert line_of(office).turn()
    operator.open(address)
    assert shown_state(operator) == "done"
    good, zipped, broken = files_of(office, address)
    assert [good.state, zipped.state, broken.state] == [
        FileState.DONE,
        FileState.REFUSED,
        FileState.REFUSED,
    ]
    tray = tray_of(office, address)
    (document,) = office.services.store.records.documents_of_item(good.item) if good.item else ()
    assert (document.dossier, document.type) == (DOSSIER, "birth_certificate")
    item = office.services.store.records.item(good.item) if good.item else None
    assert item is not None
    assert (item.name, item.origin.operator, item.batch) == (NAME, tray.actor, tray.batch)
    assert not spool(office, address).exists()
    text = operator.text()
    assert "2 tệp không nhận được" in text
    assert "Bạn đếm 2 giấy tờ, máy thấy 1" in text
    assert "Còn thiếu:" in text
    assert not line_of(office).turn()


def test_pages_that_were_read_are_told_while_the_work_goes_on(operator: Browser, office: Office) -> None:
    address = begin(operator)
    send(operator, address, (NAME, paper()))
    operator.send(f"{address}/hand-in")
    seen: list[str] = []

    def watched(services: Services, paths: Sequence[Path], declared: Declaration, listen: Listener) -> Handed:
        def heard(progress: Progress) -> None:
            listen(progress)
            operator.open(address)
            seen.append(shown_state(operator))

        return work(services, paths, declared, heard)

    TrayLine(office.services, hand_in=watched).turn()
    assert set(seen) == {"working"}
    (file,) = files_of(office, address)
    assert (file.done, file.total) == (1, 1)


def test_trouble_of_the_machine_is_told_and_the_batch_is_tried_again(
    operator: Browser, office: Office
) -> None:
    address = begin(operator)
    send(operator, address, (NAME, paper()))
    operator.send(f"{address}/hand-in")
    fails = [True]

    def sometimes(
        services: Services, paths: Sequence[Path], declared: Declaration, listen: Listener
    ) -> Handed:
        if fails.pop() if fails else False:
            raise EngineMissingError("tesseract")
        return work(services, paths, declared, listen)

    line = TrayLine(office.services, hand_in=sometimes, seconds=lambda: office.clock.seconds)
    assert line.turn()
    operator.open(address)
    assert "Chương trình tự thử lại" in operator.text()
    assert not line.turn()
    office.clock.tick(31)
    assert line.turn()
    assert tray_of(office, address).state is TrayState.DONE


def test_a_batch_that_somebody_closed_stops_and_can_be_opened_again(
    operator: Browser, office: Office
) -> None:
    address = begin(operator)
    send(operator, address, (NAME, paper()))
    operator.send(f"{address}/hand-in")

    def closed(services: Services, paths: Sequence[Path], declared: Declaration, listen: Listener) -> Handed:
        raise BatchClosedError("x")

    TrayLine(office.services, hand_in=closed).turn()
    operator.open(address)
    assert shown_state(operator) == "stopped"
    operator.send(f"{address}/open")
    assert shown_state(operator) == "open"
    assert len(files_of(office, address)) == 1


def test_a_batch_over_which_the_process_ended_three_times_keeps_no_other_waiting(
    operator: Browser, office: Office
) -> None:
    first = begin(operator)
    send(operator, first, (NAME, paper()))
    operator.send(f"{first}/hand-in")
    office.clock.tick(1)
    second = begin(operator, "H26.5.12-261120-0032")
    send(operator, second, (NAME, paper()))
    operator.send(f"{second}/hand-in")

    class KilledError(BaseException):
        pass

    def killed(services: Services, paths: Sequence[Path], declared: Declaration, listen: Listener) -> Handed:
        if declared.dossier == DOSSIER:
            raise KilledError
        return work(services, paths, declared, listen)

    for _ in range(3):
        with pytest.raises(KilledError):
            TrayLine(office.services, hand_in=killed).turn()
    line = TrayLine(office.services, hand_in=killed)
    assert line.turn()
    assert line.turn()
    assert tray_of(office, first).state is TrayState.STOPPED
    assert tray_of(office, second).state is TrayState.DONE
    operator.open(first)
    assert "tệp vẫn được giữ" in operator.text()
    assert len(files_of(office, first)) == 1


# the coach


def test_a_file_that_cannot_be_opened_is_told_before_it_is_handed_in(
    operator: Browser, office: Office
) -> None:
    address = begin(operator)
    send(operator, address, ("anh.pdf", ZIP), (NAME, paper()))
    while look_at_next(office.services):
        pass
    zipped, good = files_of(office, address)
    assert zipped.trouble is not None
    assert good.total == 1
    operator.open(address)
    assert "anh.pdf" in operator.text()
    assert '<p class="fault">' in (operator.last.text if operator.last else "")


def test_a_bad_page_is_shown_small_with_what_to_do(operator: Browser, office: Office, tmp_path: Path) -> None:
    dark = (coloured(draw_page()) * 0.35).astype("uint8")
    picture = save(dark, tmp_path / "toi.png").read_bytes()
    address = begin(operator)
    send(operator, address, ("toi.png", picture))
    while look_at_next(office.services):
        pass
    operator.open(address)
    assert "Ảnh quá tối" in operator.text()
    assert operator.last is not None
    (source,) = re.findall(r'<image href="([^"]+)"', operator.last.text)
    small = operator.open(source)
    assert small.headers["content-type"] == "image/jpeg"
    assert small.headers["cache-control"].startswith("private")
    assert len(small.content) < len(picture)


# the list


def test_the_list_has_the_batches_of_today_and_those_of_before_with_their_state(
    operator: Browser, office: Office, staff: Staff
) -> None:
    address = begin(operator)
    send(operator, address, (NAME, paper()))
    operator.send(f"{address}/hand-in")
    office.clock.tick(86_400)
    come_in(staff, operator, again=True)
    begin(operator, "H26.5.12-261121-0001")
    operator.open("/intake")
    today, before = operator.text().split("Trước đó")
    assert "H26.5.12-261121-0001đang gom0" in today.split("Đợt hôm nay của bạn")[1]
    assert f"{DOSSIER}đã nộp, chờ đến lượt1" in before


def test_the_list_is_cut_by_time(operator: Browser, office: Office) -> None:
    for number in range(31):
        office.clock.tick(1)
        begin(operator, f"H26.5.12-261120-1{number:03}")
    first = operator.open("/intake").text
    assert first.count('<th scope="row">') == 30
    (more,) = re.findall(r'href="(/intake\?before=[^"]+)"', first)
    operator.open(more)
    assert operator.text().count("H26.5.12-261120-1000") == 1


def test_a_moment_that_no_calendar_knows_begins_the_list_anew(operator: Browser) -> None:
    for told in ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "x"):
        assert operator.open(f"/intake?before={told}").status_code == 200, told


def test_an_operator_of_two_roles_sees_the_page_in_the_bar(operator: Browser) -> None:
    page = operator.open("/intake").text
    assert 'href="/intake" accesskey="7"' in page


def test_the_name_that_somebody_else_gave_the_same_bytes_is_not_shown(office: Office) -> None:
    sha256 = Sha256("a" * 64)
    note = QuarantineNote(
        id="1",
        at=office.clock(),
        name="mau-thi-khac.pdf",
        code=InputFileTooLargeError.code,
        message="Tệp mau-thi-khac.pdf quá lớn.",
        next_step="Chia nhỏ tệp.",
        sha256=sha256,
    )
    quarantine = SimpleNamespace(find=lambda _code, _sha256: note)
    services = SimpleNamespace(store=SimpleNamespace(quarantine=quarantine))
    visit = SimpleNamespace(context=SimpleNamespace(services=services))
    file = TrayFile(
        tray="1",
        number=1,
        name="cua-toi.pdf",
        key=b"",
        size=1,
        sha256=sha256,
        # Kept without its sizes: only the note can tell it again.
        trouble=TrayTrouble(code=InputFileTooLargeError.code),
    )
    said = _refusal(visit, file)  # type: ignore[arg-type]
    assert said is not None
    assert (said.about, said.text) == ("cua-toi.pdf", "Tệp cua-toi.pdf quá lớn.")
