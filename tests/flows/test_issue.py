"""Each paper of a file goes its own way, verified as it is kept, and leaves no work file behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest

from dossier.documents import DocumentState, ItemState, SignatureStatus
from dossier.errors import InputAlreadyHeldError, MarkCollisionError, SigningError, TimestampUnavailableError
from dossier.events import Event, EventKind
from dossier.ids import ItemId
from dossier.review import SIGNATURE_QUESTION
from dossier.trust import Trust
from flows.capture import read_item
from flows.intake import take_in
from flows.issue import file_item, issue
from flows.progress import silent
from flows.quarantine import set_aside
from signing.report import Conclusion, ExpectedSignature, Report
from storage.inbox import Declaration
from tests.end_to_end.line import DOSSIERS, SAMPLES
from wiring.services import Services
from wiring.settings import read_settings

SCAN = DOSSIERS / "2-dang-ky-ket-hon" / "giay-khai-sinh-nu.pdf"
NEAR_OWNER = "004300999281"
RESULT = DOSSIERS / "4-ho-kinh-doanh" / "quyet-dinh-ho-tro-lai-suat.pdf"


class Desk(Services):
    """An installation whose verdicts a test may choose, and whose papers it may make impossible to sign."""

    verdict: Conclusion | None = None
    refusals: tuple[Exception, ...] = ()

    def verify(
        self, path: Path, *, at: datetime, expected: Sequence[ExpectedSignature] | None = None
    ) -> Report:
        if self.refusals:
            refusal, *rest = self.refusals
            self.refusals = tuple(rest)
            raise refusal
        if self.verdict is not None:
            return Report(file=str(path), conclusion=self.verdict)
        return super().verify(path, at=at, expected=expected)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A fresh desk with demo keys, the one writer, that trusts the agency of the signed sample."""
    with Desk(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as made:
        made.create()
        made.trust.add((SAMPLES / "trust" / "co-quan-mau.pem").read_bytes())
        with made.writing():
            yield made


def read(desk: Desk, path: Path, *, owner: str = "") -> ItemId:
    (item,) = take_in(desk, [path], declared=Declaration(owner=owner)).items
    read_item(desk, item, listen=silent)
    return item


def work_files(desk: Desk) -> list[str]:
    return [path.name for path in desk.store.work.iterdir()]


def test_a_result_signed_by_its_agency_is_filed_as_it_is(desk: Desk) -> None:
    item = read(desk, RESULT)
    file_item(desk, item, listen=silent)
    (filed,) = desk.store.records.documents_of_item(item)
    assert (filed.state, filed.trust, filed.questions) == (DocumentState.FILED, Trust.T2, ())
    assert filed.object_sha256 == desk.store.records.item(item).sha256
    assert work_files(desk) == []


def test_a_copy_of_ours_is_no_new_paper_and_no_result_of_somebody_else(desk: Desk, tmp_path: Path) -> None:
    item = read(desk, SCAN)
    file_item(desk, item, listen=silent)
    (filed,) = desk.store.records.documents_of_item(item)
    assert (filed.state, filed.trust) == (DocumentState.FILED, Trust.T4)
    assert filed.object_sha256 is not None
    copy = tmp_path / "ban-sao.pdf"
    with desk.store.blobs.path(filed.object_sha256) as kept:
        shutil.copyfile(kept, copy)
    report = desk.verify(copy, at=desk.clock())
    assert [desk.signer.made(one) for one in report.signatures] == [True, True]
    renewed = [replace(one, fingerprint="0" * 64) for one in report.signatures]
    assert [desk.signer.made(one) for one in renewed] == [True, True]
    stranger = desk.verify(RESULT, at=desk.clock()).signatures
    assert [desk.signer.made(one) for one in stranger] == [False]
    again = read(desk, copy)
    with pytest.raises(InputAlreadyHeldError):
        file_item(desk, again, listen=silent)
    assert list(desk.store.records.documents_of_item(again)) == []


def test_a_signature_that_does_not_pass_is_asked_about(desk: Desk) -> None:
    item = read(desk, RESULT)
    desk.verdict = "indeterminate"
    file_item(desk, item, listen=silent)
    (waiting,) = desk.store.records.documents_of_item(item)
    assert (waiting.state, waiting.trust) == (DocumentState.WAITING, Trust.T6)
    assert SIGNATURE_QUESTION in waiting.questions


def test_the_kept_copy_has_the_verdict_it_was_given(desk: Desk) -> None:
    item = read(desk, SCAN, owner=NEAR_OWNER)
    before = set(desk.store.blobs)
    desk.verdict = "failed"
    with pytest.raises(SigningError):
        file_item(desk, item, listen=silent)
    assert set(desk.store.blobs) == before
    assert work_files(desk) == []
    desk.verdict = "indeterminate"
    file_item(desk, item, listen=silent)
    (waiting,) = desk.store.records.documents_of_item(item)
    assert (waiting.state, waiting.signature) == (DocumentState.WAITING, SignatureStatus.INDETERMINATE)


def test_a_waiting_paper_is_verified_and_later_sealed_with_what_led_there(desk: Desk) -> None:
    item = read(desk, SCAN, owner=NEAR_OWNER)
    file_item(desk, item, listen=silent)
    (waiting,) = desk.store.records.documents_of_item(item)
    assert (waiting.state, waiting.signature) == (DocumentState.WAITING, SignatureStatus.PASSED)
    why = Event(
        kind=EventKind.DOCUMENT_CORRECTED, at=desk.clock(), actor="quay-1", subject=waiting.id, details={}
    )
    answered = waiting.next_version(questions=())
    desk.refusals = (SigningError(waiting.id),)
    with pytest.raises(SigningError):
        issue(desk, answered, events=(why,))
    assert desk.store.records.document(waiting.id) == waiting
    filed = issue(desk, answered, events=(why,))
    assert (filed.state, filed.version, filed.trust) == (DocumentState.FILED, 2, Trust.T4)
    told = [entry.event.kind for entry in desk.store.records.journal() if entry.event.subject == waiting.id]
    assert told[-2:] == [EventKind.DOCUMENT_CORRECTED, EventKind.DOCUMENT_FILED]


def two_papers(folder: Path) -> Path:
    """One file that holds a birth certificate and a marital status certificate."""
    other = SCAN.with_name("xac-nhan-tinh-trang-hon-nhan-nam.pdf")
    with pikepdf.open(SCAN) as file, pikepdf.open(other) as more:
        file.pages.extend(more.pages)
        file.save(folder / "hai-giay.pdf")
    return folder / "hai-giay.pdf"


def test_a_paper_that_cannot_be_signed_does_not_hold_the_others_up(desk: Desk, tmp_path: Path) -> None:
    item = read(desk, two_papers(tmp_path))
    desk.refusals = (MarkCollisionError("hai-giay.pdf"),)
    with pytest.raises(MarkCollisionError):
        file_item(desk, item, listen=silent)
    (second,) = desk.store.records.documents_of_item(item)
    assert second.pages[0] > 1
    assert desk.store.records.item(item).state is ItemState.READ
    assert work_files(desk) == []
    file_item(desk, item, listen=silent)
    first, unchanged = desk.store.records.documents_of_item(item)
    assert first.pages[0] == 1
    assert unchanged == second


def test_a_timestamp_service_that_is_down_stops_at_once(desk: Desk, tmp_path: Path) -> None:
    item = read(desk, two_papers(tmp_path))
    desk.refusals = (TimestampUnavailableError("hai-giay.pdf"),)
    with pytest.raises(TimestampUnavailableError):
        file_item(desk, item, listen=silent)
    assert list(desk.store.records.documents_of_item(item)) == []


def test_what_a_killed_run_left_in_the_work_area_is_tidied_up(desk: Desk) -> None:
    item = read(desk, SCAN)
    file_item(desk, item, listen=silent)
    (filed,) = desk.store.records.documents_of_item(item)
    for key in (f"officer-{filed.id}", f"captured-{filed.id}", f"sealed-{filed.id}-1"):
        desk.store.steps.run_temporary(key, lambda target: target.touch())
    pages = desk.store.work / f"read-{item}"
    pages.mkdir()
    (pages / "1.json").touch()
    assert len(work_files(desk)) == 4
    desk.store.records.save_item(replace(desk.store.records.item(item), state=ItemState.QUARANTINED))
    read_item(desk, item, listen=silent)
    file_item(desk, item, listen=silent)
    assert work_files(desk) == []
    assert list(desk.store.records.documents_of_item(item)) == [filed]


def test_a_file_filed_on_a_later_try_has_its_note_resolved(desk: Desk) -> None:
    item = read(desk, RESULT)
    sha256 = desk.store.records.item(item).sha256
    for error in (MarkCollisionError("a.pdf"), SigningError("a.pdf")):
        set_aside(desk, item, error, listen=silent)
    read_item(desk, item, listen=silent)
    file_item(desk, item, listen=silent)
    notes = [
        desk.store.quarantine.find(code, sha256) for code in ("signing.mark_collision", "signing.failed")
    ]
    assert [note is not None and note.resolved_at is not None for note in notes] == [True, True]
    assert desk.store.records.item(item).state is ItemState.DONE
