"""``motlan renew`` and ``motlan forecast`` as an archivist meets them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.renewal_words import REASONS
from dossier.documents import DocumentState, SignatureStatus
from dossier.evidence import EndReason, Life, SignatureEvidence
from dossier.ids import Sha256
from signing.signer import DocumentSigner
from tests.cli.test_commands import Desk, desk, ready
from tests.signing.pdfs import make_pdfa
from tests.storage.builders import batch, document, item
from wiring.services import Services
from wiring.settings import read_settings

__all__ = ["desk", "ready"]


def services(of: Desk) -> Services:
    return Services(read_settings({"MOTLAN_DATA": str(of.data)}))


def file_captured(of: Desk, folder: Path) -> str:
    """A document whose file has a signature timestamp and nothing that outlives it."""
    with services(of) as made, made.writing():
        signer: DocumentSigner = made.signer
        path = folder / "captured.pdf"
        signer.sign_as_officer(make_pdfa(folder / "plain.pdf"), path, at=made.clock(), item="a.pdf")
        kept = made.store.blobs.put(path)
        made.store.records.save_batch(batch(), [item()])
        saved = made.store.records.save_document(
            replace(
                document(),
                state=DocumentState.FILED,
                object_sha256=kept.sha256,
                object_size=kept.size,
                signature=SignatureStatus(made.verify(path, at=made.clock()).conclusion),
            )
        )
    return saved.id


def plan_rows(of: Desk, *ends_in_years: float) -> None:
    """Documents that are planned already; their files are not asked for."""
    now = datetime.now(UTC)
    with services(of) as made:
        records = made.store.records
        records.save_batch(batch(), [item()])
        key = made.renewal_rules.key(("sha256",))
        for number, years in enumerate(ends_in_years):
            saved = records.save_document(replace(document(f"{number}"), state=DocumentState.FILED))
            end = now + timedelta(days=365.25 * years)
            life = Life(
                level="B-LTA",
                reason=EndReason.STAMP_ENDS,
                holds_until=end,
                stamped_at=now - timedelta(days=3650),
                digests=("sha256",),
            )
            records.evidence.save(
                [
                    SignatureEvidence(
                        document=saved.id,
                        version=1,
                        object_sha256=Sha256("a" * 64),
                        life=life,
                        ends=end,
                        reason=EndReason.STAMP_ENDS,
                        due=(end - timedelta(days=180)).date(),
                        rules=key,
                    )
                ]
            )


def test_a_rehearsal_lists_what_is_due_and_a_run_renews_it(ready: Desk, tmp_path: Path) -> None:
    document_id = file_captured(ready, tmp_path)
    assert ready.run("renew", "--dry-run") == 0
    assert f"{document_id}  đến hạn" in ready.said
    assert "1 tệp mới được xem; 1 đến hạn, 0 KHÔNG gia hạn được." in ready.said
    assert ready.run("renew", "--json") == 0
    outcome, total = ready.lines
    assert (outcome["document"], outcome["action"], outcome["reason"], outcome["error"]) == (
        document_id,
        "renewed",
        "evidence.none",
        None,
    )
    assert total == {"looked_at": 0, "planned": 0, "renewed": 1, "failed": 0}
    assert ready.run("renew") == 0
    assert "0 đã gia hạn" in ready.said
    assert "MẪU (DEMO)" in ready.said


def test_the_forecast_says_how_many_end_when_and_why(ready: Desk) -> None:
    plan_rows(ready, -0.5, 0.4, 3, 8, 30)
    assert ready.run("forecast", "--json", "--details") == 0
    (found,) = ready.lines
    assert [(one["years"], one["lost"]) for one in found["prospects"]] == [(0, 1), (1, 2), (5, 3), (10, 4)]
    assert found["prospects"][3]["reasons"] == {"stamp.ends": 4}
    assert (found["documents"], found["unseen"], found["overdue"]) == (5, 0, 1)
    assert sum(group["documents"] for group in found["ends"]) == 5
    assert len(found["examples"]["stamp.ends"]) == 4
    assert ready.run("forecast", "--years", "2") == 0
    assert REASONS[EndReason.STAMP_ENDS]["vi"] in ready.said
    assert "⚠ 1 giấy tờ đã đến hạn gia hạn: chạy 'motlan renew'." in ready.said


def test_documents_nobody_looked_at_are_told_and_not_called_safe(ready: Desk, tmp_path: Path) -> None:
    file_captured(ready, tmp_path)
    assert ready.run("forecast") == 0
    assert "⚠ 1 giấy tờ chưa được xem nên chưa tính" in ready.said


def test_an_empty_archive_has_a_forecast(ready: Desk) -> None:
    assert ready.run("forecast") == 0
    assert "0 giấy tờ đã lưu kho" in ready.said


@pytest.mark.parametrize(
    "arguments",
    [("forecast", "--years", "0"), ("forecast", "--years", "a"), ("renew", "--until", "31/12/2030")],
)
def test_malformed_arguments_are_named(ready: Desk, arguments: tuple[str, ...]) -> None:
    assert ready.run(*arguments) == 10


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(REASONS) == set(EndReason)
    assert all(words["vi"] and words["en"] for words in REASONS.values())
