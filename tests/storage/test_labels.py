"""What corrections taught is kept whole, once, and tells when it cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dossier.errors import StoreError
from dossier.ids import DocumentId
from dossier.labels import LabelDecision, LabelNote, LabelVerdict, proposal_id
from storage.labels import MOST_NOTES, LabelFile

NOTE = LabelNote(
    type="health_certificate",
    field="full_name",
    key="nguoiduockham",
    printed="Người được khám",
    document=DocumentId("3f1c0a4e-0000-5000-8000-000000000001"),
    actor="ban-so-hoa",
    day=date(2026, 11, 26),
)
DECISION = LabelDecision(
    type="health_certificate",
    field="full_name",
    key="nguoiduockham",
    verdict=LabelVerdict.REJECTED,
    actor="ban-so-hoa",
    day=date(2026, 11, 26),
)


def _of(number: int) -> LabelNote:
    return replace(NOTE, document=DocumentId(f"3f1c0a4e-0000-5000-8000-{number:012}"))


def test_nothing_is_there_before_the_first_note(tmp_path: Path) -> None:
    kept = LabelFile(tmp_path / "learning")
    assert (kept.notes(), kept.decisions()) == ((), ())
    assert not (tmp_path / "learning").exists()


def test_notes_and_decisions_come_back_in_order(tmp_path: Path) -> None:
    kept = LabelFile(tmp_path / "learning")
    assert kept.add([_of(1), _of(2)]) == 2
    kept.decide(DECISION)
    assert kept.add([_of(3)]) == 1
    again = LabelFile(tmp_path / "learning")
    assert again.notes() == (_of(1), _of(2), _of(3))
    assert again.decisions() == (DECISION,)


def test_a_paper_teaches_the_same_words_once(tmp_path: Path) -> None:
    kept = LabelFile(tmp_path / "learning")
    assert kept.add([NOTE, replace(NOTE, printed="người được khám")]) == 1
    assert kept.add([replace(NOTE, day=date(2026, 12, 1))]) == 0
    assert len(kept.notes()) == 1


def test_the_oldest_notes_go_when_there_are_too_many_and_decisions_stay(tmp_path: Path) -> None:
    kept = LabelFile(tmp_path / "learning")
    kept.decide(DECISION)
    kept.add(_of(number) for number in range(MOST_NOTES + 2))
    notes = kept.notes()
    assert (len(notes), notes[0], notes[-1]) == (MOST_NOTES, _of(2), _of(MOST_NOTES + 1))
    assert kept.decisions() == (DECISION,)


@pytest.mark.parametrize("content", [b"{", b'{"type": "x"}\n', b"\xff\n", b"[1]\n"])
def test_a_file_that_cannot_be_read_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "learning" / "labels.jsonl"
    path.parent.mkdir()
    path.write_bytes(content)
    kept = LabelFile(tmp_path / "learning")
    with pytest.raises(StoreError):
        kept.add([NOTE])
    assert path.read_bytes() == content


def test_the_file_is_private(tmp_path: Path) -> None:
    LabelFile(tmp_path / "learning").add([NOTE])
    assert (tmp_path / "learning" / "labels.jsonl").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "learning").stat().st_mode & 0o777 == 0o700


def test_a_proposal_has_the_same_id_everywhere() -> None:
    assert proposal_id("a", "b", "c") == proposal_id("a", "b", "c") != proposal_id("a", "bc", "")
    assert len(proposal_id("a", "b", "c")) == 10
