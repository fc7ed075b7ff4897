"""The plan of renewals: what every implementation of ``EvidenceRecords`` keeps and finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.evidence import EndReason, Life, SignatureEvidence
from dossier.ids import DocumentId, Sha256
from dossier.ports import EndGroup, Records
from tests.storage.builders import batch, document, item

NOW = datetime(2030, 6, 1, tzinfo=UTC)


@pytest.fixture
def filed(records: Records) -> list[Document]:
    """Four filed documents and one that waits."""
    records.save_batch(batch(), [item()])
    records.save_document(document("waits"))
    return [
        records.save_document(replace(document(name), state=DocumentState.FILED))
        for name in ("a", "b", "c", "d")
    ]


def row(
    of: Document,
    *,
    due: str = "2030-05-01",
    ends: str = "2031-01-01",
    reason: EndReason = EndReason.STAMP_ENDS,
) -> SignatureEvidence:
    end = datetime.fromisoformat(ends).replace(tzinfo=UTC) if ends else None
    return SignatureEvidence(
        document=of.id,
        version=of.version,
        object_sha256=Sha256("a" * 64),
        life=Life(
            level="B-LTA",
            reason=EndReason.STAMP_ENDS,
            holds_until=end,
            stamped_at=NOW,
            stamp_ends=end,
            digests=("sha256", "sha512"),
            longest_days=90,
        ),
        ends=end,
        reason=reason,
        due=date.fromisoformat(due) if due else None,
        notes=("lead.shortened",),
        rules="180;",
    )


def test_rows_come_back_as_they_were_and_are_replaced(records: Records, filed: list[Document]) -> None:
    first, second = row(filed[0]), row(filed[1], due="", ends="", reason=EndReason.UNSIGNED)
    records.evidence.save([first, second])
    assert [records.evidence.of(one.id) for one in filed[:3]] == [first, second, None]
    changed = replace(first, due=date(2040, 1, 1), rules="200;")
    records.evidence.save([changed])
    assert records.evidence.of(filed[0].id) == changed


def test_a_row_of_a_document_nobody_has_is_refused_whole(records: Records, filed: list[Document]) -> None:
    stranger = replace(row(filed[0]), document=DocumentId("none"))
    with pytest.raises(RecordMissingError):
        records.evidence.save([row(filed[0]), stranger])
    assert records.evidence.of(filed[0].id) is None


def test_filed_documents_without_a_row_of_their_newest_version_are_missing(
    records: Records, filed: list[Document]
) -> None:
    evidence = records.evidence
    assert [one.id for one in evidence.missing()] == [one.id for one in filed]
    evidence.save([row(one) for one in filed[:3]])
    assert (list(evidence.missing()), evidence.count_missing()) == ([filed[3]], 1)
    newer = records.save_document(filed[0].next_version(dossier="H26"))
    assert list(evidence.missing()) == [newer, filed[3]]
    assert list(evidence.missing(after=newer.id)) == [filed[3]]
    assert list(evidence.missing(limit=1)) == [newer]


def test_what_is_due_is_found_in_pages_the_longest_due_first(records: Records, filed: list[Document]) -> None:
    dues = ("2030-05-02", "2030-05-01", "2030-05-01", "2030-07-01")
    rows = [row(one, due=due) for one, due in zip(filed, dues, strict=True)]
    evidence = records.evidence
    evidence.save(rows)
    until = date(2030, 6, 1)
    assert evidence.count_due(until=until, now=NOW) == 3
    found: list[SignatureEvidence] = []
    while page := evidence.due(until=until, now=NOW, after=found[-1] if found else None, limit=1):
        found += page
    assert found == [rows[1], rows[2], rows[0]]
    assert [one.due for one in evidence.due(until=date(2030, 7, 1), now=NOW, after=rows[0])] == [
        date(2030, 7, 1)
    ]


def test_what_has_ended_is_not_due_any_more(records: Records, filed: list[Document]) -> None:
    records.evidence.save([row(filed[0], ends="2030-05-31"), row(filed[1], due="", ends="2030-12-31")])
    assert list(records.evidence.due(until=date(2031, 1, 1), now=NOW)) == []
    assert records.evidence.count_due(until=date(2031, 1, 1), now=NOW) == 0


def test_ends_are_counted_by_reason_and_year(records: Records, filed: list[Document]) -> None:
    evidence = records.evidence
    evidence.save(
        [
            row(filed[0], ends="2031-01-01"),
            row(filed[1], ends="2031-06-01"),
            row(filed[2], ends="2035-01-01", reason=EndReason.DIGEST_ENDS),
            row(filed[3], due="", ends="", reason=EndReason.UNSIGNED),
        ]
    )
    assert evidence.ending(before=datetime(2031, 1, 1, tzinfo=UTC)) == {}
    assert evidence.ending(before=datetime(2036, 1, 1, tzinfo=UTC)) == {
        EndReason.STAMP_ENDS: 2,
        EndReason.DIGEST_ENDS: 1,
    }
    assert list(evidence.by_year()) == [
        EndGroup(None, EndReason.UNSIGNED, 1),
        EndGroup(2031, EndReason.STAMP_ENDS, 2),
        EndGroup(2035, EndReason.DIGEST_ENDS, 1),
    ]
    (first, _) = evidence.examples(EndReason.STAMP_ENDS, before=datetime(2036, 1, 1, tzinfo=UTC))
    assert first.document == filed[0].id
    assert list(evidence.due_by_month(now=NOW)) == [("2030-05", 3)]


def test_rows_are_found_by_the_rules_they_were_planned_by(records: Records, filed: list[Document]) -> None:
    evidence = records.evidence
    other = replace(row(filed[1]), rules="200;")
    evidence.save([row(filed[0]), other, row(filed[2])])
    assert sorted(evidence.plans()) == [(("sha256", "sha512"), "180;"), (("sha256", "sha512"), "200;")]
    assert list(evidence.planned(("sha256", "sha512"), "200;")) == [other]
    assert list(evidence.planned(("sha256",), "200;")) == []
