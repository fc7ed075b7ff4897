"""The queue of stamps follows the documents: in with one version, out with another, never apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dossier.documents import Document, DocumentState, SignatureStatus
from dossier.errors import VersionConflictError
from dossier.ids import DocumentId
from dossier.ports import Records
from dossier.stamping import NO_AUTHORITY, Backlog
from tests.storage.builders import MOMENT, batch, document, item, record_id

LATER = MOMENT + timedelta(minutes=5)


@pytest.fixture
def filled(records: Records) -> Records:
    """A batch of one item."""
    records.save_batch(batch(), [item()])
    return records


def pending(name: str, *, minute: int = 0, page: int = 1) -> Document:
    """Filed at that minute, waiting for its stamp."""
    return replace(
        document(name, pages=(page,)),
        state=DocumentState.FILED,
        signature=SignatureStatus.STAMP_PENDING,
        filed_at=MOMENT + timedelta(minutes=minute),
    )


def queue(records: Records, **how: bool) -> list[str]:
    return [one.document for one in records.stamps.due(LATER, limit=10, **how)]


def test_without_documents_that_wait_the_queue_is_empty(filled: Records) -> None:
    filled.save_document(document())
    assert filled.stamps.backlog() == Backlog()
    assert queue(filled) == []


def test_documents_come_in_the_order_of_filing(filled: Records) -> None:
    for name, minute in (("b", 2), ("c", 3), ("a", 1)):
        filled.save_document(pending(name, minute=minute))
    assert queue(filled) == [record_id(name) for name in "abc"]
    assert [one.document for one in filled.stamps.due(LATER, limit=2)] == [record_id("a"), record_id("b")]
    backlog = filled.stamps.backlog()
    assert (backlog.count, backlog.oldest) == (3, MOMENT + timedelta(minutes=1))


def test_a_document_leaves_the_queue_with_the_version_that_has_its_stamp(filled: Records) -> None:
    saved = filled.save_document(pending("a"))
    filled.save_document(saved.next_version(signature=SignatureStatus.PASSED))
    assert queue(filled) == []
    assert filled.stamps.backlog() == Backlog()


def test_a_correction_keeps_the_place_and_what_failed(filled: Records) -> None:
    saved = filled.save_document(replace(pending("a"), state=DocumentState.WAITING, filed_at=None))
    filled.save_document(pending("b", minute=1))
    filled.stamps.failed(saved.id, code="signing.failed", next_try=MOMENT)
    filled.save_document(
        saved.next_version(state=DocumentState.FILED, filed_at=MOMENT + timedelta(minutes=4))
    )
    assert queue(filled) == [record_id("a"), record_id("b")]
    assert filled.stamps.due(LATER, limit=1)[0].attempts == 1


def test_a_version_that_is_refused_leaves_the_queue_as_it_was(filled: Records) -> None:
    saved = filled.save_document(pending("a"))
    with pytest.raises(VersionConflictError):
        filled.save_document(replace(saved, signature=SignatureStatus.PASSED))
    assert queue(filled) == [saved.id]


def test_what_failed_waits_for_its_time_and_the_others_do_not(filled: Records) -> None:
    for name, minute in (("a", 1), ("b", 2)):
        filled.save_document(pending(name, minute=minute))
    wait = LATER + timedelta(minutes=1)
    filled.stamps.failed(DocumentId(record_id("a")), code="signing.failed", next_try=wait)
    assert queue(filled) == [record_id("b")]
    assert queue(filled, patient=False) == [record_id("a"), record_id("b")]
    assert [one.document for one in filled.stamps.due(wait, limit=10)] == [record_id("a"), record_id("b")]
    backlog = filled.stamps.backlog()
    assert (backlog.attempts, backlog.next_try, backlog.error_code) == (1, wait, "signing.failed")


def test_while_no_authority_answers_all_of_them_wait(filled: Records) -> None:
    for name, minute in (("a", 1), ("b", 2)):
        filled.save_document(pending(name, minute=minute))
    wait = LATER + timedelta(minutes=1)
    filled.stamps.failed(DocumentId(record_id("a")), code=NO_AUTHORITY, next_try=wait)
    assert queue(filled) == []
    assert queue(filled, patient=False) == [record_id("a"), record_id("b")]
    assert len(filled.stamps.due(wait, limit=10)) == 2


def test_a_failure_of_a_document_that_is_done_changes_nothing(filled: Records) -> None:
    saved = filled.save_document(pending("a"))
    filled.save_document(saved.next_version(signature=SignatureStatus.PASSED))
    filled.stamps.failed(saved.id, code="signing.failed", next_try=LATER)
    assert filled.stamps.backlog() == Backlog()
