"""Destroying and withdrawing: who may, when, what wins, what is left, what a kill in between leaves."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from dossier.access import Access, Purpose
from dossier.documents import Document, DocumentState
from dossier.errors import (
    AccessRefusedError,
    KeyUnusableError,
    ObjectMissingError,
    RecordMissingError,
    VersionConflictError,
)
from dossier.events import EventKind
from dossier.ids import DocumentId, Sha256
from dossier.keeping import Act, Answer, DisposalState, KeepingAct, RequestKind
from dossier.keeping_errors import DisposalError, SubjectRequestError
from dossier.ports import LockingBlobs
from dossier.queries import PaperQuery
from flows.disposal import (
    _begin,
    add_hold,
    approve,
    disposal,
    disposals,
    due,
    execute,
    holds_on,
    lift_hold,
    propose,
    reject,
)
from flows.lookup import find_papers, read_document
from flows.subjects import add_request, answer_request, requests
from signing.detached import verify_detached
from storage.documents import serial_of
from storage.schema import document_keys, versions
from tests.storage.builders import batch, document, event, item, party, record_id
from wiring.backups import back_up, check
from wiring.services import Services
from wiring.settings import read_settings

OWNER = "001185000017"
DOSSIER = "H26.5.12-261120-0001"
FILED = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
LATER = datetime(2028, 3, 1, 3, 0, tzinfo=UTC)
"""After the one year that the office's table gives to marriage certificates here."""
SEEN_BY_OFFICE = Access("quay-1", Purpose.OPERATION)


class Office:
    """One store, and whoever acts on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.now = FILED

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def as_(self, actor: str, **settings: str) -> Services:
        own = {"MOTLAN_DATA": str(self.data), "MOTLAN_ACTOR": actor, **settings}
        return Services(read_settings(own), clock=self.clock)


def one_year(data: Path, *, verified: bool = True) -> None:
    """The office's own term for the type that the papers here have."""
    place = data / "rulebook" / "papers"
    place.mkdir(parents=True, exist_ok=True)
    (place / "terms.toml").write_text(
        'extends = "marriage_certificate"\n'
        f"retention = {{ years = 1, article = 'MẪU', verified = {str(verified).lower()} }}\n",
        encoding="utf-8",
    )


def put(services: Services, folder: Path, name: str) -> Sha256:
    path = folder / name
    path.write_bytes(f"bytes of {name}".encode())
    with services.writing():
        return services.store.blobs.put(path).sha256


def file_paper(services: Services, folder: Path, name: str, *, of: str) -> Document:
    """A filed paper with a captured and a sealed object."""
    captured, sealed = (put(services, folder, f"{name}-{stage}") for stage in ("captured", "sealed"))
    records = services.store.records
    first = replace(document(name, of=of), dossier=DOSSIER, object_sha256=captured)
    records.save_document(first, events=[event()])
    records.save_step(f"capture:{first.id}", captured)
    return records.save_document(
        first.next_version(
            state=DocumentState.FILED,
            filed_at=FILED,
            object_sha256=sealed,
            parties=(party("Nguyễn Thị Mẫu", number=OWNER),),
        ),
        events=[event()],
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    office = Office(folder / "data")
    with office.as_("quay-1") as services:
        services.create()
        original = put(services, folder, "original")
        records = services.store.records
        records.save_batch(batch(), [replace(item(), sha256=original)])
        for name in ("paper", "neighbour"):
            file_paper(services, folder, name, of="item")
    one_year(folder / "data")
    return folder / "data"


@pytest.fixture
def office(filled: Path, tmp_path: Path) -> Office:
    made = Office(Path(shutil.copytree(filled, tmp_path / "data")))
    made.now = LATER
    return made


@pytest.fixture
def services(office: Office) -> Iterator[Services]:
    with office.as_("quay-1") as opened:
        yield opened


PAPER = DocumentId(record_id("paper"))
NEIGHBOUR = DocumentId(record_id("neighbour"))


def approved(office: Office, paper: DocumentId = PAPER) -> str:
    """A proposal that two others approved."""
    with office.as_("de-nghi") as one:
        case = propose(one, paper, reason="hết thời hạn").id
    for actor in ("duyet-1", "duyet-2"):
        with office.as_(actor) as one:
            approve(one, case)
    return case


def names_of(services: Services, paper: DocumentId) -> set[str]:
    """The objects that hold a paper, by their content."""
    objects = services.store.records.objects_of(paper)
    return {content_of(services, one).decode().removeprefix("bytes of ") for one in objects}


def content_of(services: Services, sha256: Sha256) -> bytes:
    with services.store.blobs.open(sha256) as stream:
        return stream.read()


def test_what_is_due_is_listed_with_its_term(services: Services) -> None:
    found = list(due(services))
    assert [one.document.id for one in found] == [PAPER, NEIGHBOUR]
    assert {one.retention.until for one in found} == {date(2027, 12, 31)}


def test_nothing_is_due_before_its_term_has_ended(office: Office) -> None:
    office.now = datetime(2027, 12, 30, tzinfo=UTC)
    with office.as_("quay-1") as services:
        assert list(due(services)) == []
        with pytest.raises(DisposalError, match="31/12/2027"):
            propose(services, PAPER, reason="MẪU")


def test_a_term_that_nobody_verified_destroys_nothing(office: Office) -> None:
    one_year(office.data, verified=False)
    with office.as_("quay-1") as services:
        assert [one.retention.verified for one in due(services)] == [False, False]
        with pytest.raises(DisposalError, match="kiểm chứng"):
            propose(services, PAPER, reason="MẪU")


def test_a_paper_of_a_type_without_a_term_is_kept(office: Office) -> None:
    shutil.rmtree(office.data / "rulebook")
    with office.as_("quay-1") as services:
        assert list(due(services)) == []
        with pytest.raises(DisposalError, match="chưa có thời hạn"):
            propose(services, PAPER, reason="MẪU")


def test_two_people_approve_and_neither_is_the_one_who_proposed(office: Office) -> None:
    with office.as_("de-nghi") as one:
        case = propose(one, PAPER, reason="hết thời hạn").id
        with pytest.raises(DisposalError, match="người đề nghị"):
            approve(one, case)
        with pytest.raises(DisposalError, match="còn thiếu 2"):
            execute(one, case)
    with office.as_("duyet-1") as one:
        assert approve(one, case).state is DisposalState.PROPOSED
        with pytest.raises(DisposalError, match="một người khác"):
            approve(one, case)
        with pytest.raises(DisposalError, match="còn thiếu 1"):
            execute(one, case)
    with office.as_("duyet-2") as one:
        assert approve(one, case).state is DisposalState.APPROVED
    with office.as_("duyet-3") as one, pytest.raises(DisposalError):
        approve(one, case)


def test_two_approvals_at_the_same_moment_do_not_count_as_one_person(office: Office) -> None:
    with office.as_("de-nghi") as one:
        case = propose(one, PAPER, reason="MẪU").id
        act = KeepingAct(case=case, act=Act.DISPOSAL_APPROVED, target=PAPER, at=LATER, actor="duyet-1")
        one.store.records.act(act, seen=1, events=[])
        with pytest.raises(VersionConflictError):
            one.store.records.act(replace(act, actor="duyet-2"), seen=1, events=[])


class Meanwhile:
    """A clock on which something is done by somebody else the first time one looks at it."""

    def __init__(self, office: Office, act: Callable[[], object]) -> None:
        self._office = office
        self._act: Callable[[], object] | None = act

    def __call__(self) -> datetime:
        act, self._act = self._act, None
        if act is not None:
            act()
        return self._office.clock()


def as_meanwhile(office: Office, actor: str, act: Callable[[], object]) -> Services:
    settings = read_settings({"MOTLAN_DATA": str(office.data), "MOTLAN_ACTOR": actor})
    return Services(settings, clock=Meanwhile(office, act))


def test_one_person_who_approves_twice_at_the_same_moment_is_not_two(office: Office) -> None:
    with office.as_("de-nghi") as one, office.as_("duyet-1") as tab:
        case = propose(one, PAPER, reason="hết thời hạn").id
        other_tab = as_meanwhile(office, "duyet-1", lambda: approve(tab, case))
        with other_tab as racing, pytest.raises(VersionConflictError):
            approve(racing, case)
        found = disposal(one, case)
    assert found.approvers == ("duyet-1",)
    assert found.state is DisposalState.PROPOSED


def test_what_is_rejected_while_it_is_about_to_begin_is_not_destroyed(office: Office) -> None:
    case = approved(office)
    with office.as_("tu-choi") as one:
        racing = as_meanwhile(office, "luu-tru", lambda: reject(one, case, reason="còn tranh chấp"))
        with racing as late, pytest.raises(VersionConflictError):
            execute(late, case)
        assert disposal(one, case).state is DisposalState.REJECTED
        assert len(names_of(one, PAPER)) > 1


@pytest.mark.parametrize("target", [PAPER, DOSSIER])
def test_what_is_held_while_it_is_about_to_begin_is_not_destroyed(office: Office, target: str) -> None:
    case = approved(office)
    with office.as_("thanh-tra") as one:
        racing = as_meanwhile(office, "luu-tru", lambda: add_hold(one, target, reason="khiếu nại MẪU"))
        with racing as late, pytest.raises(VersionConflictError):
            execute(late, case)
        assert disposal(one, case).state is DisposalState.APPROVED
        assert len(names_of(one, PAPER)) > 1


def test_a_paper_whose_destruction_has_begun_is_not_said_to_be_held(office: Office) -> None:
    case = approved(office)
    with office.as_("thuc-hien") as services:
        with services.writing():
            execute_here(services, case)
        with pytest.raises(DisposalError, match="việc hủy giấy tờ này đã bắt đầu"):
            add_hold(services, PAPER, reason="thanh tra MẪU")
        assert execute(services, case).state is DisposalState.EXECUTED
        assert add_hold(services, NEIGHBOUR, reason="thanh tra MẪU").active


def test_execution_destroys_the_paper_and_leaves_its_neighbour(office: Office) -> None:
    case = approved(office)
    with office.as_("thuc-hien") as services:
        own = names_of(services, PAPER)
        assert own == {"paper-captured", "paper-sealed"}
        gone = services.store.records.objects_of(PAPER)
        before = [services.store.records.document(PAPER, version=number) for number in (1, 2)]
        done = execute(services, case)
        assert done.state is DisposalState.EXECUTED
        for sha256 in gone:
            assert not services.store.blobs.contains(sha256)
            with pytest.raises(ObjectMissingError):
                services.store.blobs.open(sha256)
        assert names_of(services, NEIGHBOUR) >= {"neighbour-sealed"}
        left = services.store.records.document(PAPER)
        assert (left.state, left.fields, left.parties, left.object_sha256) == (
            DocumentState.DESTROYED,
            (),
            (),
            None,
        )
        # What any version said of people is gone, also in the code; the history keeps its shape.
        assert left.result_code == ""
        history = [services.store.records.document(PAPER, version=number) for number in (1, 2)]
        assert [one.object_sha256 for one in before] == [one.object_sha256 for one in history]
        assert history == [one.remnant() for one in before]
        assert before[1].parties
        found = find_papers(services, PaperQuery(number=OWNER), access=SEEN_BY_OFFICE)
        assert [one.id for one in found] == [NEIGHBOUR]
        assert [one.document.id for one in due(services)] == [NEIGHBOUR]
        assert execute(services, case) == done


def test_the_key_of_a_destroyed_record_is_in_no_file_of_the_database(office: Office) -> None:
    case = approved(office)
    with office.as_("thuc-hien") as services:
        with services.store.records.upkeep.database.reading() as connection:
            serial = serial_of(connection, PAPER)
            keys = dict(
                connection.execute(select(document_keys.c.document_serial, document_keys.c.wrapped)).all()
            )
            bodies = connection.execute(
                select(versions.c.body).where(versions.c.document_serial == serial)
            ).scalars()
            sealed = [bytes(body) for body in bodies]
        execute(services, case)
        files = b"".join(path.read_bytes() for path in office.data.glob("store.sqlite3*"))
    # The versions themselves stay, as they only grow; nothing opens them.
    assert len(sealed) == 2
    assert all(body in files for body in sealed)
    assert {number for number, wrapped in keys.items() if wrapped in files} == set(keys) - {serial}


def test_what_people_wrote_stands_in_no_file_of_the_database(office: Office) -> None:
    words = "theo đơn của bà Mẫu Thị Lý Do"
    with office.as_("de-nghi") as services:
        assert add_hold(services, NEIGHBOUR, reason=words).reason == words
        case = propose(services, PAPER, reason=words).id
        request = add_request(services, PAPER, RequestKind.VIEW, words=words)
        answer_request(services, request.id, grant=False, words=words)
        assert disposal(services, case).reason == words
    assert words.encode() not in b"".join(path.read_bytes() for path in office.data.glob("store.sqlite3*"))


def test_the_file_that_papers_came_in_goes_with_the_last_of_them(office: Office) -> None:
    for paper in (PAPER, NEIGHBOUR):
        case = approved(office, paper)
        with office.as_("thuc-hien") as services:
            assert ("original" in names_of(services, paper)) == (paper == NEIGHBOUR)
            execute(services, case)
    with office.as_("thuc-hien") as services:
        kept = [content_of(services, sha256) for sha256 in services.store.blobs]
    assert not [content for content in kept if content.startswith(b"bytes of")]


def test_bytes_that_another_living_paper_holds_too_are_kept(office: Office, tmp_path: Path) -> None:
    with office.as_("quay-1") as services:
        records = services.store.records
        original = records.item(item().id).sha256
        twin = replace(item("twin", of="other"), sha256=original)
        records.save_batch(batch("other"), [twin])
        file_paper(services, tmp_path, "twin", of="twin")
    for paper in (PAPER, NEIGHBOUR):
        case = approved(office, paper)
        with office.as_("thuc-hien") as services:
            execute(services, case)
            assert services.store.blobs.contains(original)


def test_the_certificate_says_what_was_destroyed_by_whom_and_is_signed(
    office: Office, tmp_path: Path
) -> None:
    case = approved(office)
    with office.as_("thuc-hien") as services:
        objects = list(services.store.records.objects_of(PAPER))
        done = execute(services, case)
        certificate = content_of(services, Sha256(done.certificate))
        signature = content_of(services, Sha256(done.signature))
        verdict = verify_detached(
            certificate, signature, trust=services.trust, made=office.now, at=office.now
        )
        (told,) = services.store.records.journal_of(EventKind.DISPOSAL_EXECUTED)
    said = json.loads(certificate)
    assert verdict.conclusion == "passed"
    assert (said["document"], said["objects"], said["kept_until"]) == (PAPER, objects, "2027-12-31")
    assert (said["proposed_by"], said["approved_by"]) == ("de-nghi", ["duyet-1", "duyet-2"])
    assert said["executed_by"] == "thuc-hien"
    assert OWNER not in certificate.decode()
    assert "Mẫu" not in certificate.decode()
    assert told.event.details["certificate"] == done.certificate
    (tmp_path / "c").write_bytes(certificate)
    (tmp_path / "s").write_bytes(signature)
    command = (
        "openssl",
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-out",
        "/dev/null",
        "-no_check_time",
    )
    files = (
        "-in",
        tmp_path / "s",
        "-content",
        tmp_path / "c",
        "-CAfile",
        office.data / "demo-pki" / "root.pem",
    )
    assert subprocess.run((*command, *files), capture_output=True, check=False).returncode == 0


def test_a_legal_hold_wins_at_every_step(office: Office) -> None:
    case = approved(office)
    with office.as_("thanh-tra") as services:
        hold = add_hold(services, PAPER, reason="thanh tra MẪU")
        with pytest.raises(DisposalError, match=hold.id):
            execute(services, case)
        with pytest.raises(DisposalError, match="phải ghi lý do"):
            lift_hold(services, hold.id, reason=" ")
        lift_hold(services, hold.id, reason="đã kết luận")
        with pytest.raises(DisposalError):
            lift_hold(services, hold.id, reason="lần nữa")
        assert execute(services, case).state is DisposalState.EXECUTED


def test_a_hold_on_a_dossier_holds_all_its_papers(services: Services) -> None:
    hold = add_hold(services, DOSSIER, reason="khiếu nại MẪU")
    for paper in (PAPER, NEIGHBOUR):
        assert [one.id for one in holds_on(services, services.store.records.document(paper))] == [hold.id]
        with pytest.raises(DisposalError, match="đang bị giữ"):
            propose(services, paper, reason="MẪU")


def test_a_rejected_proposal_is_over_and_may_be_made_again(office: Office) -> None:
    with office.as_("de-nghi") as one:
        case = propose(one, PAPER, reason="MẪU").id
        with pytest.raises(DisposalError, match=case):
            propose(one, PAPER, reason="lần nữa")
    with office.as_("duyet-1") as one:
        assert reject(one, case, reason="còn dùng").state is DisposalState.REJECTED
        with pytest.raises(DisposalError, match="bị từ chối"):
            execute(one, case)
        again = propose(one, PAPER, reason="lần nữa")
        assert [found.state for found in disposals(one)] == [DisposalState.REJECTED, DisposalState.PROPOSED]
        assert again.id != case


def test_an_object_under_a_lock_is_not_destroyed_and_says_until_when(office: Office) -> None:
    case = approved(office)
    with office.as_("thuc-hien") as services, services.writing():
        (place,) = services.store.places
        locked = replace(place, blobs=cast("LockingBlobs", LockedBlobs(place.blobs)))
        object.__setattr__(services.store, "places", (locked,))
        with pytest.raises(DisposalError, match="01/01/2040"):
            execute_here(services, case)
        assert disposal(services, case).state is DisposalState.APPROVED


class LockedBlobs:
    """A store whose objects are locked; asked for anything else it is the one behind."""

    def __init__(self, blobs: object) -> None:
        self._blobs = blobs

    def __getattr__(self, name: str) -> object:
        return getattr(self._blobs, name)

    def locked_until(self, _sha256: Sha256) -> datetime | None:
        return datetime(2040, 1, 1, tzinfo=UTC)


def execute_here(services: Services, case: str) -> None:
    """Begin on the store that is open now, as ``execute`` does."""
    found = disposal(services, case)
    _begin(services, found, services.store.records.document(DocumentId(found.document)), seen=3)


def test_an_execution_killed_between_objects_goes_on(office: Office) -> None:
    case = approved(office)
    with office.as_("thuc-hien") as services:
        objects = services.store.records.objects_of(PAPER)
        with services.writing():
            execute_here(services, case)
            services.store.places[0].blobs.destroy(objects[0])
        assert disposal(services, case).state is DisposalState.BEGUN
    with office.as_("thuc-hien") as services:
        with pytest.raises(DisposalError):
            reject(services, case, reason="quá muộn")
        assert execute(services, case).state is DisposalState.EXECUTED
        assert not [one for one in objects if services.store.blobs.contains(one)]


def test_nothing_is_destroyed_when_its_certificate_could_not_be_signed(office: Office) -> None:
    case = approved(office)
    lost = str(office.data / "no-key.p12")
    with office.as_("thuc-hien", MOTLAN_OFFICER_KEY=lost, MOTLAN_ORGANISATION_KEY=lost) as services:
        objects = services.store.records.objects_of(PAPER)
        with pytest.raises(KeyUnusableError):
            execute(services, case)
        assert disposal(services, case).state is DisposalState.APPROVED
        assert all(services.store.blobs.contains(one) for one in objects)


def test_unknown_cases_and_papers_are_told(services: Services) -> None:
    for call in (approve, execute):
        with pytest.raises(RecordMissingError):
            call(services, record_id("nothing"))
    with pytest.raises(RecordMissingError):
        propose(services, DocumentId("no-id"), reason="MẪU")
    with pytest.raises(RecordMissingError):
        add_hold(services, record_id("nothing"), reason="MẪU")


def test_a_destroyed_paper_is_in_no_later_backup(office: Office, tmp_path: Path) -> None:
    case = approved(office)
    with office.as_("thuc-hien") as services:
        gone = services.store.records.objects_of(PAPER)
        execute(services, case)
        made = back_up(services, tmp_path / "backups")
        check(services, made.folder)
    content = (made.folder / "objects.txt").read_text()
    assert not [one for one in gone if one in content]


# requests of data subjects


def test_a_request_has_its_last_days_in_working_days(services: Services) -> None:
    asked = add_request(services, PAPER, RequestKind.ERASE, words="Xin xóa")
    # A Wednesday.
    assert (asked.received, asked.answer_by) == (date(2028, 3, 1), date(2028, 3, 3))
    assert asked.carry_out_by == date(2028, 3, 29)
    assert requests(services) == [asked]
    with pytest.raises(SubjectRequestError):
        add_request(services, PAPER, RequestKind.ERASE)


def test_erasure_keeps_the_archived_paper_and_takes_it_out_of_sight(services: Services) -> None:
    asked = add_request(services, PAPER, RequestKind.ERASE, words="Xin xóa")
    answered = answer_request(services, asked.id, grant=True, words="Giữ theo luật, đã hạn chế")
    assert answered.answer is Answer.RESTRICTED
    found = find_papers(services, PaperQuery(number=OWNER), access=SEEN_BY_OFFICE)
    assert [one.id for one in found] == [NEIGHBOUR]
    assert [
        one.id for one in find_papers(services, PaperQuery(name="nguyen thi mau"), access=SEEN_BY_OFFICE)
    ] == [NEIGHBOUR]
    with pytest.raises(AccessRefusedError):
        read_document(services, PAPER, access=SEEN_BY_OFFICE)
    assert names_of(services, PAPER) >= {"paper-sealed"}
    for purpose in (Purpose.OWNER, Purpose.ARCHIVE):
        assert read_document(services, PAPER, access=Access("a", purpose)).id == PAPER
        assert len(find_papers(services, PaperQuery(number=OWNER), access=Access("a", purpose))) == 2


def test_viewing_withdraws_nothing(services: Services) -> None:
    asked = add_request(services, PAPER, RequestKind.VIEW)
    assert answer_request(services, asked.id, grant=True, words="Đã làm").answer is Answer.GRANTED
    assert not services.store.records.document(PAPER).restricted


def test_a_refused_request_changes_nothing_and_is_answered_once(services: Services) -> None:
    asked = add_request(services, PAPER, RequestKind.RESTRICT)
    assert answer_request(services, asked.id, grant=False, words="Không có căn cứ").answer is Answer.REFUSED
    assert not services.store.records.document(PAPER).restricted
    with pytest.raises(SubjectRequestError, match="đã trả lời"):
        answer_request(services, asked.id, grant=True, words="Đổi ý")


def test_a_late_answer_is_told_as_late(office: Office) -> None:
    with office.as_("quay-1") as services:
        asked = add_request(services, PAPER, RequestKind.VIEW)
        assert not asked.late(services.today())
        office.now += timedelta(days=3)
        assert requests(services)[0].late(services.today())


def test_every_step_is_in_the_journal_without_the_words(services: Services) -> None:
    asked = add_request(services, PAPER, RequestKind.OBJECT, words="Tôi là Nguyễn Thị Mẫu")
    answer_request(services, asked.id, grant=True, words="Kính gửi bà Mẫu")
    add_hold(services, PAPER, reason="lời khai của ông Mẫu")
    told = services.store.records.journal(limit=1000)
    kinds = [entry.event.kind for entry in told][-3:]
    assert kinds == [EventKind.REQUEST_ADDED, EventKind.REQUEST_ANSWERED, EventKind.HOLD_ADDED]
    assert "Mẫu" not in str([entry.event for entry in told])
    assert services.store.records.check_journal().entries == told[-1].number
