"""Papers are filed before they are stamped and complete themselves: in order, and once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dossier.documents import Document, DocumentState, SignatureStatus
from dossier.errors import StoreReadOnlyError
from dossier.events import EventKind
from dossier.ids import DocumentId, Sha256
from dossier.trust import Trust
from flows.issue import issue
from flows.stamp_alarm import alarming_backlog, sound
from flows.stamp_loop import StampLoop, complete_all, complete_now, completing
from flows.stamping import Completer, Passed
from signing.demo import ensure_demo_pki
from storage.lock import writer_lock
from tests.flows.stamping import desk, pages, put_down
from tests.signing.tsa_servers import Service, served
from wiring.services import Services, utc_now

pytestmark = pytest.mark.timeout(600)


class Hands:
    """A clock that a test moves on; it goes by itself as well."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def service(tmp_path: Path, hands: Hands) -> Iterator[Service]:
    """A service of the authority that the desk's own demo PKI has, made before the desk."""
    data = tmp_path / "data"
    with desk(data, [], clock=hands):
        key = ensure_demo_pki(data / "demo-pki", now=hands()).timestamp_authority()
    with served(key, clock=hands) as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, service: Service, hands: Hands) -> Iterator[Services]:
    with desk(tmp_path / "data", [service.url], clock=hands) as made:
        yield made


@pytest.fixture(scope="session")
def four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pages(tmp_path_factory.mktemp("pages") / "four", 4)


def down(services: Services, folder: Path, *, waiting: tuple[int, ...] = ()) -> list[DocumentId]:
    with services.writing():
        return put_down(services, folder, waiting=waiting)


def records(services: Services, papers: list[DocumentId]) -> list[Document]:
    return [services.store.records.document(paper) for paper in papers]


def levels(services: Services, document: Document) -> list[str]:
    assert document.object_sha256 is not None
    with services.store.blobs.path(document.object_sha256) as path:
        report = services.verify(path, at=services.clock())
    return [f"{one.level.label} {one.conclusion}" for one in report.signatures]


def stamped(services: Services) -> list[str]:
    entries = services.store.records.journal(limit=10_000)
    return [entry.event.subject for entry in entries if entry.event.kind is EventKind.DOCUMENT_STAMPED]


def test_filing_asks_no_authority_and_says_that_the_stamp_is_to_come(
    office: Services, service: Service, four: Path
) -> None:
    service.manner = "down"
    filed = records(office, down(office, four))
    assert service.asked == 0
    assert {one.state for one in filed} == {DocumentState.FILED}
    assert {one.signature for one in filed} == {SignatureStatus.STAMP_PENDING}
    assert {one.trust for one in filed} == {Trust.T5}
    assert len({one.result_code for one in filed} - {""}) == 4
    assert levels(office, filed[0]) == ["B-B indeterminate"]
    assert office.store.records.stamps.backlog().count == 4


def test_filed_papers_are_stamped_and_sealed_in_the_order_of_filing_and_once(
    office: Services, service: Service, four: Path
) -> None:
    papers = down(office, four)
    codes = [one.result_code for one in records(office, papers)]
    office.settings = replace(
        office.settings, timestamps=(replace(office.settings.timestamps[0], at_once=1),)
    )
    assert complete_now(office) == Passed(completed=4)
    assert complete_now(office) == Passed()
    assert stamped(office) == papers
    done = records(office, papers)
    assert [levels(office, one) for one in done] == [["B-LTA passed"] * 2] * 4
    assert {(one.signature, one.trust, one.version) for one in done} == {
        (SignatureStatus.PASSED, Trust.T4, 2)
    }
    assert [one.result_code for one in done] == codes
    assert office.store.records.stamps.backlog().count == 0
    # Officer's stamp, organisation's stamp, document timestamp.
    assert service.asked == 12
    assert sorted(path.name for path in (office.settings.data / "stamping").iterdir()) == ["stamping.lock"]
    office.store.records.check_journal()


def test_a_waiting_paper_gets_its_stamp_and_is_sealed_after_a_person_looked(
    office: Services, service: Service, four: Path
) -> None:
    (paper, *_) = down(office, four, waiting=(0, 1, 2, 3))
    assert complete_now(office).completed == 4
    waiting = office.store.records.document(paper)
    assert (waiting.state, waiting.signature) == (DocumentState.WAITING, SignatureStatus.PASSED)
    assert (waiting.trust, levels(office, waiting)) == (Trust.T5, ["B-T passed"])
    service.manner = "down"
    with office.writing():
        filed = issue(office, waiting.next_version(questions=()))
    assert (filed.state, filed.signature) == (DocumentState.FILED, SignatureStatus.STAMP_PENDING)
    service.manner = "good"
    assert complete_now(office).completed == 1
    sealed = office.store.records.document(paper)
    assert (sealed.trust, levels(office, sealed)) == (Trust.T4, ["B-LTA passed"] * 2)


def test_an_authority_that_is_down_ends_the_pass_and_is_left_alone_until_its_time(
    office: Services, service: Service, hands: Hands, four: Path
) -> None:
    papers = down(office, four)
    service.manner = "down"
    assert Completer(office, chance=lambda: 0.0).run().completed == 0
    asked = service.asked
    backlog = office.store.records.stamps.backlog()
    assert (backlog.count, backlog.error_code) == (4, "signing.timestamp_unavailable")
    assert backlog.next_try is not None
    assert backlog.next_try > hands()
    service.manner = "good"
    assert Completer(office).run() == Passed()
    assert service.asked == asked
    hands.ahead += timedelta(hours=1)
    assert Completer(office).run().completed == 4
    assert {one.signature for one in records(office, papers)} == {SignatureStatus.PASSED}


def test_a_paper_that_cannot_be_completed_does_not_hold_the_others_up(office: Services, four: Path) -> None:
    papers = down(office, four)
    broken = office.store.records.document(papers[0])
    with office.writing():
        office.store.records.save_document(
            broken.next_version(object_sha256=Sha256("0" * 64)),
        )
    assert complete_now(office) == Passed(completed=3, failed=1)
    backlog = office.store.records.stamps.backlog()
    assert (backlog.count, backlog.attempts, backlog.error_code) == (1, 1, "store.object_missing")
    assert complete_now(office) == Passed(failed=1)
    assert office.store.records.stamps.backlog().attempts == 2


def test_a_finished_copy_is_taken_over_without_asking_again(
    office: Services, service: Service, four: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = down(office, four)
    office.settings = replace(
        office.settings, timestamps=(replace(office.settings.timestamps[0], at_once=1),)
    )
    full = StoreReadOnlyError("store")

    def refuse(*_: object, **__: object) -> Document:
        raise full

    with monkeypatch.context() as patched:
        patched.setattr(type(office.store.records), "save_document", refuse)
        with pytest.raises(StoreReadOnlyError):
            complete_now(office)
    assert service.asked == 3
    assert office.store.records.document(papers[0]).version == 1
    assert complete_now(office).completed == 4
    assert service.asked == 12
    assert len(stamped(office)) == 4


def test_a_copy_that_a_killed_process_left_when_its_paper_was_complete_is_removed(
    office: Services, four: Path
) -> None:
    folder = office.settings.data / "stamping"
    folder.mkdir()
    (folder / "ban-cu").touch()
    with office.writing():
        (paper,) = put_down(office, four, limit=1)
        assert complete_now(office) == Passed(completed=1)
        assert [path.name for path in folder.iterdir()] == ["stamping.lock"]
        (folder / "ban-cu").touch()
        assert complete_now(office) == Passed()
    assert [path.name for path in folder.iterdir()] == ["stamping.lock"]
    assert office.store.records.document(paper).signature is SignatureStatus.PASSED


def test_only_one_process_completes_the_papers_of_a_store(office: Services, four: Path) -> None:
    down(office, four)
    folder = office.settings.data / "stamping"
    folder.mkdir()
    with writer_lock(folder / "stamping.lock"):
        assert complete_now(office) == Passed(busy=True)
    assert complete_now(office).completed == 4


def test_papers_complete_themselves_while_a_batch_writes_on(office: Services, four: Path) -> None:
    with office.writing(), completing(office, finish_s=300):
        papers = put_down(office, four)
    assert {one.signature for one in records(office, papers)} == {SignatureStatus.PASSED}


def test_a_loop_that_waits_for_an_answer_ends_at_once_and_leaves_the_paper_in_the_queue(
    office: Services, service: Service, four: Path
) -> None:
    papers = down(office, four)
    service.manner = "silent"
    with StampLoop(office, pause_s=0.01):
        while not service.asked:
            threading.Event().wait(0.01)
    left = records(office, papers)
    assert {one.signature for one in left} == {SignatureStatus.STAMP_PENDING}
    assert office.store.records.stamps.backlog().attempts == 0
    service.leaving.set()
    service.manner = "good"
    heard: list[int] = []
    assert complete_all(office, tell=heard.append).completed == 4


def test_a_backlog_that_is_too_old_is_told_in_counts_only(office: Services, hands: Hands, four: Path) -> None:
    down(office, four)
    assert alarming_backlog(office) is None
    assert not sound(office)
    hands.ahead = timedelta(hours=25)
    assert sound(office)
    event = office.store.records.journal(limit=10_000)[-1].event
    assert (event.kind, event.subject) == (EventKind.STAMPS_LATE, "")
    assert event.details == {"count": 4, "hours": 25, "code": ""}
    log = (office.settings.data / "logs" / "motlan.jsonl").read_text(encoding="utf-8")
    assert '"stamps.late"' in log
    assert "MẪU" not in log
