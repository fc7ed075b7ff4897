"""The signing desk: papers a person signs wait for them, many at once, none twice, none lost."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from pkcs11 import PinIncorrect

from dossier.admission import FieldScope
from dossier.arranging import ArrangedVersion, Arranging, Plan, PlannedPaper
from dossier.desk_errors import SignHeldError, SignNothingError
from dossier.documents import DocumentState, SignatureStatus
from dossier.errors import RecordMissingError
from dossier.events import EventKind
from dossier.ids import DocumentId
from dossier.keeping import Act, KeepingAct
from dossier.review import RETURNED_QUESTION, SIGNER_QUESTION
from dossier.staff import StaffRole
from dossier.trust import Trust
from flows.checking.desk import Checker
from flows.checking.desk import queue as checks
from flows.review import review
from flows.signing_desk import queue
from flows.signing_desk.batch import Sitting, begin, end_dead, work_through
from rulebook.paper_spec import Sensitivity
from signing.key_sources import Pkcs11Source
from signing.keys import FileKey
from signing.schemes import Scheme
from signing.token_session import TokenCertificate, TokenKeyKind, TokenSession, TriesLeft
from tests.web.office import Clock, Office, copy_of
from tests.web.station.browser import Browser
from tests.web.station.conftest import site_of
from tests.web.station.people import PASSWORD, Staff
from tests.web.station.signers import ANYBODY, OTHER, RULES, checked, decide, waiting
from web.station.app import Site
from wiring.secrets import Secret

CHECKER = Checker(actor="user-3", accounts=frozenset(), offices=("*",), sees=frozenset(Sensitivity))


@pytest.fixture(scope="module")
def signing_store(waiting_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: three papers of H26 and one of H27 are checked, and wait for a signature."""
    return checked(waiting_store, tmp_path_factory.mktemp("signing") / "data")


@pytest.fixture
def office(signing_store: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    made = Office(copy_of(signing_store, tmp_path / "data"), clock)
    yield made
    made.close()


@pytest.fixture
def site(office: Office) -> Iterator[Site]:
    made = site_of(office)
    yield made
    made.station.signing.close()


@pytest.fixture
def signer(staff: Staff, browser: Browser) -> Browser:
    staff.inside(browser, StaffRole.SIGNER)
    return browser


def marks(*papers: DocumentId) -> dict[str, str]:
    return {f"mark.{paper}": "1" for paper in papers}


def sign(browser: Browser, site: Site, *papers: DocumentId, secret: str = PASSWORD) -> None:
    """Sign from the queue, and wait until the background is done."""
    browser.open("/signing")
    browser.send("/signing", {**marks(*papers), "secret": secret})
    assert site.station.signing.wait(60)


def test_a_paper_that_a_person_signs_waits_for_them_and_not_for_a_checker(office: Office) -> None:
    papers = waiting(office)
    assert len(papers) == 4
    assert {(one.state, one.questions) for one in papers} == {(DocumentState.WAITING, (SIGNER_QUESTION,))}
    assert {one.trust for one in papers} == {Trust.T5}
    assert checks(office.services, CHECKER) == []
    assert office.services.store.records.count_waiting() == 0


def test_without_a_decision_the_line_signs_by_itself(
    waiting_store: Path, tmp_path: Path, clock: Clock
) -> None:
    office = Office(copy_of(waiting_store, tmp_path / "plain"), clock)
    first = office.services.store.records.documents_waiting()[0]
    assert review(office.services, first.id, values={}, confirmed=True).state is DocumentState.FILED
    decide(office, RULES.replace("2026-01-01", "2026-12-01"))
    second = office.services.store.records.documents_waiting()[0]
    assert review(office.services, second.id, values={}, confirmed=True).state is DocumentState.FILED
    assert waiting(office) == []
    office.close()


def test_confirming_once_more_leads_past_no_signer(office: Office) -> None:
    first = waiting(office)[0]
    assert review(office.services, first.id, values={}, confirmed=True).questions == (SIGNER_QUESTION,)


def test_many_are_signed_by_one_password_and_filed_verified(
    signer: Browser, site: Site, office: Office
) -> None:
    first, second, third = [one.id for one in waiting(office)][:3]
    sign(signer, site, first, second)
    signer.open(signer.where())
    assert "2 / 2" in signer.text()
    assert "Đã ký xong tất cả" in signer.text()
    records = office.services.store.records
    for one in (first, second):
        saved = records.document(one)
        assert (saved.state, saved.signature, saved.trust) == (
            DocumentState.FILED,
            SignatureStatus.PASSED,
            Trust.T4,
        )
        assert saved.questions == ()
    account = records.staff.accounts()[0]
    events = office.events(EventKind.DOCUMENT_SIGNED)
    assert [(event.subject, event.actor) for event in events] == [
        (first, account.actor),
        (second, account.actor),
    ]
    assert third in {one.id for one in waiting(office)}
    ended = office.events(EventKind.SIGNING_ENDED)[-1].details
    assert (ended["wanted"], ended["signed"], ended["failed"]) == (2, 2, 0)


def test_a_wrong_password_signs_nothing_and_the_marks_stay(
    signer: Browser, site: Site, office: Office
) -> None:
    first = waiting(office)[0].id
    wrong = PASSWORD + " rồi"
    sign(signer, site, first, secret=wrong)
    assert signer.last is not None
    assert signer.last.status_code == 401
    assert re.search(rf'name="mark\.{first}" value="1" checked', signer.last.text)
    assert wrong not in signer.last.text
    assert office.events(EventKind.DOCUMENT_SIGNED) == []
    assert office.events(EventKind.SIGNING_BEGUN) == []


def test_nothing_marked_signs_nothing(signer: Browser) -> None:
    signer.open("/signing")
    told = signer.send("/signing", {"secret": PASSWORD})
    assert told.status_code == 409
    assert "Không có giấy tờ nào được đánh dấu" in signer.text()


def test_a_paper_is_looked_through_marked_and_the_next_one_opens(signer: Browser, office: Office) -> None:
    first, second, *_ = [one.id for one in waiting(office)]
    page = signer.open(f"/signing/papers/{first}")
    # Both answers stand above the fields, which may be many.
    assert page.text.index('data-key="F9"') < page.text.index("<summary>Chưa đúng")
    assert page.text.index("<summary>Chưa đúng") < page.text.index('<h2 id="said">')
    assert "Quyết định 12/QĐ-UBND" in signer.text()
    picture = re.search(r'src="(/signing/papers/[^"]+/pages/1)"', page.text)
    assert picture is not None
    shown = signer.open(picture[1])
    assert (shown.headers["content-type"], shown.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    signer.open(f"/signing/papers/{first}")
    signer.send(f"/signing/papers/{first}", {"act": "right"})
    assert signer.where() == f"/signing/papers/{second}"
    told = signer.open("/signing").text
    assert f'name="mark.{first}" value="1" checked' in told
    assert f'name="mark.{second}" value="1" checked' not in told
    account = office.services.store.records.staff.accounts()[0]
    looks = [
        event.subject for event in office.events(EventKind.DOCUMENT_READ) if event.actor == account.actor
    ]
    assert looks == [first, second]


def test_a_paper_given_back_is_checked_again_with_the_reason_and_then_signed(
    signer: Browser, site: Site, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    first = waiting(office)[0].id
    signer.open(f"/signing/papers/{first}")
    told = signer.send(f"/signing/papers/{first}", {"act": "back", "reason": "  "})
    assert told.status_code == 409
    reason = "Ngày sinh <script>alert(1)</script> khác sổ gốc"
    signer.send(f"/signing/papers/{first}", {"act": "back", "reason": reason, "field.date_of_birth": "1"})
    saved = office.services.store.records.document(first)
    assert saved.questions == (RETURNED_QUESTION, "date_of_birth")
    assert [line.document.id for line in checks(office.services, CHECKER)] == [first]
    event = office.events(EventKind.DOCUMENT_RETURNED)[-1]
    assert "script" not in str(event.details)
    checker = open_browser()
    staff.inside(checker, StaffRole.CHECKER, login="mau.kiem", name="Mẫu Thị Kiểm")
    page = checker.open(f"/check/{first}")
    assert "khác sổ gốc" in checker.text()
    assert "<script>alert" not in page.text
    review(office.services, first, values={}, confirmed=True)
    assert first in {one.id for one in waiting(office)}
    sign(signer, site, first)
    assert office.services.store.records.document(first).state is DocumentState.FILED


def test_papers_of_another_office_are_neither_listed_nor_opened_nor_signed(
    signer: Browser, site: Site, office: Office
) -> None:
    foreign = next(one for one in waiting(office) if one.dossier.startswith("H27"))
    assert foreign.id not in signer.open("/signing").text
    assert signer.open(f"/signing/papers/{foreign.id}").status_code == 404
    assert signer.open(f"/signing/papers/{foreign.id}/pages/1").status_code == 404
    signer.open("/signing")
    assert signer.send("/signing", {**marks(foreign.id), "secret": PASSWORD}).status_code == 409
    assert office.services.store.records.document(foreign.id).state is DocumentState.WAITING
    for odd in ("../../etc/passwd", "%2e%2e%2fstore.key", "<script>", "00000000-0000-4000-8000-000000000000"):
        assert signer.open(f"/signing/papers/{odd}").status_code == 404
        assert signer.open(f"/signing/batches/{odd}").status_code == 404


def test_who_may_not_see_sensitive_fields_sees_no_paper(
    open_browser: Callable[..., Browser], staff: Staff, office: Office
) -> None:
    browser = open_browser()
    staff.inside(browser, StaffRole.SIGNER, login="mau.it", fields=FieldScope.BASIC)
    assert waiting(office)[0].id not in browser.open("/signing").text


def test_one_paper_is_with_one_signer(office: Office, clock: Clock) -> None:
    first = waiting(office)[0].id
    queue.look_through(office.services, ANYBODY, first)
    with pytest.raises(SignHeldError):
        queue.look_through(office.services, OTHER, first)
    with pytest.raises(SignNothingError):
        begin(office.services, OTHER, [first])
    clock.tick(16 * 60)
    assert queue.look_through(office.services, OTHER, first).holder == "user-2"


def test_two_batches_never_hold_one_paper(office: Office) -> None:
    papers = [one.id for one in waiting(office)]
    batch, held = begin(office.services, ANYBODY, papers[:3])
    other, rest = begin(office.services, OTHER, papers)
    assert (list(held), list(rest)) == (papers[:3], papers[3:])
    with pytest.raises(SignHeldError):
        queue.look_through(office.services, OTHER, papers[0])
    assert batch.id != other.id


def test_a_batch_whose_process_died_signs_nothing_twice_and_frees_the_rest(
    office: Office, clock: Clock
) -> None:
    services = office.services
    papers = [one.id for one in waiting(office)][:3]
    batch, held = begin(services, ANYBODY, papers)
    sitting, left = Sitting.open(services, pin=None), iter([True, False])
    # As after kill -9 behind the first paper: the batch was never ended.
    table = services.store.records.signing
    from flows.signing_desk import batch as signing  # noqa: PLC0415

    runner = signing._runner(services)
    assert table.holds(batch.id, held[0], at=clock())
    signing._sign(services, sitting, runner, batch, held[0])
    sitting.close()
    assert next(left)
    found = table.batch(batch.id)
    assert found is not None
    assert (found.signed, found.left, found.ended_at) == (1, 2, None)
    assert end_dead(services) == 0
    clock.tick(timedelta(minutes=11).total_seconds())
    assert end_dead(services) == 1
    again, rest = begin(services, OTHER, papers)
    assert list(rest) == papers[1:]
    sitting = Sitting.open(services, pin=None)
    ended = work_through(services, sitting, again, [*rest, papers[0]])
    sitting.close()
    assert ended is not None
    assert (ended.signed, ended.failed) == (2, 0)
    signed = [event.subject for event in office.events(EventKind.DOCUMENT_SIGNED)]
    assert sorted(signed) == sorted(papers)


def test_copies_that_a_killed_batch_left_are_taken_away(office: Office, clock: Clock) -> None:
    folder = office.services.settings.data / "signing-desk"
    folder.mkdir()
    left, fresh = folder / "left", folder / "fresh"
    for path, seconds in ((left, 3700), (fresh, 60)):
        path.write_bytes(b"%PDF")
        os.utime(path, (clock().timestamp() - seconds,) * 2)
    batch, held = begin(office.services, ANYBODY, [waiting(office)[0].id])
    sitting = Sitting.open(office.services, pin=None)
    work_through(office.services, sitting, batch, held)
    sitting.close()
    assert sorted(folder.iterdir()) == [fresh]


def test_a_paper_corrected_while_a_batch_waits_is_left_out(office: Office) -> None:
    services = office.services
    first, second = [one.id for one in waiting(office)][:2]
    batch, held = begin(services, ANYBODY, [first, second])
    records = services.store.records
    with services.writing():
        records.save_document(records.document(first).next_version(questions=("full_name",)))
    sitting = Sitting.open(services, pin=None)
    ended = work_through(services, sitting, batch, held)
    sitting.close()
    assert ended is not None
    assert records.document(first).state is DocumentState.WAITING
    assert records.document(second).state is DocumentState.FILED


def arrange(office: Office, paper: DocumentId) -> None:
    """Somebody at the check station arranged the pages of a paper that waits for the signature."""
    records, now = office.services.store.records, office.services.clock()
    document = records.document(paper)
    wanted = Arranging(
        item=document.item,
        number=1,
        plan=Plan(papers=(PlannedPaper(document.pages),), turns={document.pages[0]: 180}),
        seen={document.id: document.version},
        actor=CHECKER.actor,
        asked_at=now,
    )
    act = KeepingAct(
        case=document.item, act=Act.PAGES_ARRANGED, target=document.item, at=now, actor=CHECKER.actor
    )
    records.arrangements.ask(wanted, free_before=now)
    version = ArrangedVersion(document=document.next_version(), events=())
    with office.services.writing():
        records.arrangements.apply(wanted, [version], results={}, act=act, events=[], at=now)


def test_a_paper_whose_pages_were_arranged_is_looked_through_again(office: Office) -> None:
    services = office.services
    first, second = [one.id for one in waiting(office)][:2]
    for paper in (first, second):
        queue.look_through(services, ANYBODY, paper)
        queue.mark(services, ANYBODY, paper, right=True)
    arrange(office, first)
    lines = {line.document.id: line for line in queue.waiting(services, ANYBODY)}
    assert (lines[first].marked, lines[first].holder) == (False, "")
    assert (lines[second].marked, lines[second].holder) == (True, ANYBODY.actor)


def test_a_paper_whose_pages_were_arranged_while_a_batch_waits_is_left_out(office: Office) -> None:
    services = office.services
    first, second = [one.id for one in waiting(office)][:2]
    batch, held = begin(services, ANYBODY, [first, second])
    arrange(office, first)
    sitting = Sitting.open(services, pin=None)
    ended = work_through(services, sitting, batch, held)
    sitting.close()
    assert ended is not None
    assert (ended.wanted, ended.signed, ended.failed) == (2, 1, 1)
    assert services.store.records.document(first).questions == (SIGNER_QUESTION,)
    assert services.store.records.document(second).state is DocumentState.FILED


def test_a_batch_is_its_signers_own(
    signer: Browser, site: Site, office: Office, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    sign(signer, site, waiting(office)[0].id)
    where = signer.where()
    other = open_browser()
    staff.inside(other, StaffRole.SIGNER, login="mau.khac", name="Mẫu Thị Khác")
    assert other.open(where).status_code == 404


def test_forms_of_strangers_sign_nothing(signer: Browser, office: Office) -> None:
    first = waiting(office)[0].id
    signer.open("/signing")
    told = signer.send("/signing", {**marks(first), "secret": PASSWORD, "csrf": "x"})
    assert told.status_code == 403
    signer.open("/signing")
    told = signer.send(
        "/signing", {**marks(first), "secret": PASSWORD}, headers={"Origin": "https://khac.example"}
    )
    assert told.status_code == 403
    assert office.events(EventKind.SIGNING_BEGUN) == []


def test_a_place_that_no_page_wrote_begins_the_queue_anew(signer: Browser) -> None:
    for told in ("0001-01-01T00:00:00%2B14:00~1", "9999-12-31T23:59:59-14:00~1", "x~1"):
        assert signer.open(f"/signing?after={told}").status_code == 200, told


def test_the_queue_is_cut_by_keys(office: Office) -> None:
    everything = queue.waiting(office.services, ANYBODY)
    first = queue.waiting(office.services, ANYBODY, limit=2)
    place = (first[-1].since, first[-1].serial)
    rest = queue.waiting(office.services, ANYBODY, after=place, limit=10)
    assert [line.serial for line in (*first, *rest)] == [line.serial for line in everything]
    one = queue.waiting(office.services, ANYBODY, office="H27")
    assert {line.document.dossier[:3] for line in one} == {"H27"}
    assert queue.waiting(office.services, ANYBODY, type_="marriage_certificate") == []


def test_a_paper_that_is_not_looked_through_is_not_marked(office: Office) -> None:
    first = waiting(office)[0].id
    with pytest.raises(RecordMissingError):
        queue.mark(office.services, ANYBODY, first, right=True)


def test_timestamps_on_the_way_can_be_asked_for_once(signer: Browser, office: Office) -> None:
    signer.open("/signing/stamps")
    assert "được gắn ngay khi ký" in signer.text()
    signer.send("/signing/stamps")
    assert "Đã yêu cầu thử lại ngay" in signer.text()
    assert signer.send("/signing/stamps").status_code == 409
    assert [event.details["order"] for event in office.events(EventKind.ARCHIVE_ORDERED)] == ["stamps"]


# a token


PIN = "70417041"


@dataclass
class Token:
    """A token with the organisation's demo key: asks for its PIN, and counts how often it was opened."""

    key: FileKey
    opened: list[str] = field(default_factory=list)
    closed: int = 0
    left: TriesLeft = TriesLeft.UNTOLD

    def open(self, pin: str) -> TokenSession:
        self.opened.append(pin)
        if pin != PIN:
            self.left = TriesLeft.LAST
            raise PinIncorrect
        return TokenOpen(self)

    def shown(self) -> list[TokenCertificate]:
        return [TokenCertificate(label="co-quan", id=b"\x01", certificate=self.key.certificate)]

    def tries_left(self) -> TriesLeft:
        return self.left

    def after_fork(self) -> None:
        """Nothing."""


@dataclass
class TokenOpen:
    """Its session."""

    token: Token

    def certificates(self) -> list[TokenCertificate]:
        return self.token.shown()

    def kind(self, key_id: bytes) -> TokenKeyKind | None:
        assert key_id == b"\x01"
        return TokenKeyKind(elliptic=self.token.key.scheme == "ecdsa", mechanisms=frozenset())

    def sign(self, key_id: bytes, scheme: Scheme, data: bytes, *, pin: str) -> bytes:
        assert (key_id, scheme, pin) == (b"\x01", self.token.key.scheme, PIN)
        return self.token.key.sign(data)

    def close(self) -> None:
        self.token.closed += 1


@pytest.fixture
def token(office: Office, tmp_path: Path) -> Token:
    """The organisation's key is on a token whose PIN only a person knows."""
    services = office.services
    key = services.key("organisation")
    assert isinstance(key, FileKey)
    made = Token(key)
    module = tmp_path / "module.so"
    module.touch()

    def ask(question: str) -> str:
        raise AssertionError(question)

    pem = services.settings.data / "demo-pki"
    source = Pkcs11Source(
        module=module,
        token="co-quan",  # noqa: S106 - its label
        pin=Secret("keys.organisation.pin", "ask", {}, ask),
        chain=(pem / "issuing.pem", pem / "root.pem"),
    )
    services.settings = replace(services.settings, organisation_key=source)
    services.token_driver = lambda _: made
    return made


def test_many_are_signed_by_one_pin_which_is_kept_nowhere(
    signer: Browser, site: Site, office: Office, token: Token
) -> None:
    papers = [one.id for one in waiting(office)][:3]
    signer.open("/signing")
    assert "Mã PIN" in signer.text()
    assert token.opened == []
    sign(signer, site, *papers, secret=PIN)
    assert {office.services.store.records.document(one).state for one in papers} == {DocumentState.FILED}
    assert (token.opened, token.closed) == ([PIN], 1)
    data = office.services.settings.data
    kept = [path for path in data.rglob("*") if path.is_file() and PIN.encode() in path.read_bytes()]
    assert kept == []


def test_a_wrong_pin_is_tried_once_and_what_is_left_is_told(
    signer: Browser, site: Site, office: Office, token: Token
) -> None:
    first = waiting(office)[0].id
    sign(signer, site, first, secret=PIN[:4])
    assert signer.last is not None
    assert signer.last.status_code == 409
    assert "chỉ còn một lần thử" in signer.text()
    assert re.search(rf'name="mark\.{first}" value="1" checked', signer.last.text)
    assert token.opened == [PIN[:4]]
    assert office.events(EventKind.SIGNING_BEGUN) == []
    assert office.services.store.records.document(first).state is DocumentState.WAITING
