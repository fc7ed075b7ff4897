"""Holds and drafts of the check station: one hand each, kept whole, sealed, moved to a new key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.checking import CheckDraft
from dossier.errors import RecordMissingError
from dossier.ids import DocumentId
from storage.store import Store, open_store
from storage.store_making import create_store
from tests.storage.builders import MOMENT, Clock, record_id
from tests.storage.conftest import fixed_bytes
from tests.storage.test_encryption import FIRST, SECOND

PAPER = DocumentId(record_id("paper"))
LONG_AGO = MOMENT - timedelta(minutes=10)
DRAFT = CheckDraft(
    document=PAPER,
    version=2,
    actor="user-1",
    values={"full_name": "Mẫu Thị Kiểm", "date_of_birth": ""},
    stood_by=frozenset({"sex"}),
    unreadable=frozenset({"ethnicity"}),
    type_="birth_certificate",
    owner="001185000017",
    done=("full_name", "date_of_birth", "sex", "ethnicity"),
    saved_at=MOMENT,
)


def test_of_many_who_reach_for_a_paper_one_gets_it(store: Store) -> None:
    checks = store.records.checks
    people = [f"user-{number}" for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        holds = list(
            pool.map(lambda one: checks.take(PAPER, one, at=MOMENT, free_before=LONG_AGO).holder, people)
        )
    assert len(set(holds)) == 1
    assert checks.held_by(holds[0], free_before=LONG_AGO) == [PAPER]


def test_a_hold_that_is_too_old_keeps_nobody_off_and_lets_no_answer_in(store: Store) -> None:
    checks, later = store.records.checks, MOMENT + timedelta(minutes=11)
    checks.take(PAPER, "user-1", at=MOMENT, free_before=LONG_AGO)
    assert not checks.keep(replace(DRAFT, saved_at=later), free_before=later - timedelta(minutes=10))
    assert checks.draft(PAPER, "user-1") is None
    taken = checks.take(PAPER, "user-2", at=later, free_before=later - timedelta(minutes=10))
    assert (taken.holder, taken.since) == ("user-2", later)
    assert not checks.keep(replace(DRAFT, saved_at=later), free_before=LONG_AGO)


def test_answers_come_back_as_they_were_and_go_with_the_paper(store: Store) -> None:
    checks = store.records.checks
    checks.take(PAPER, "user-1", at=MOMENT, free_before=LONG_AGO)
    assert checks.keep(DRAFT, free_before=LONG_AGO)
    assert checks.draft(PAPER, "user-1") == DRAFT
    assert checks.draft(PAPER, "user-2") is None
    assert checks.leave("user-1") == 1
    assert checks.draft(PAPER, "user-1") == DRAFT
    checks.forget(PAPER)
    assert checks.draft(PAPER, "user-1") is None


def test_answers_that_nobody_came_back_to_are_forgotten(store: Store) -> None:
    checks, other = store.records.checks, DocumentId(record_id("other"))
    for paper in (PAPER, other):
        checks.take(paper, "user-1", at=MOMENT, free_before=LONG_AGO)
    checks.keep(DRAFT, free_before=LONG_AGO)
    late = replace(DRAFT, document=other, saved_at=MOMENT + timedelta(days=31))
    assert store.records.saves.hand_over(late, free_before=LONG_AGO)
    assert checks.draft(PAPER, "user-1") is None
    assert checks.draft(other, "user-1") == late


def test_a_paper_that_does_not_wait_has_no_line(store: Store) -> None:
    with pytest.raises(RecordMissingError):
        store.records.checks.line(PAPER)


def test_a_rotation_moves_answers_that_are_not_saved_yet(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes, ring=lambda: FIRST)
    with open_store(folder, clock=Clock(), read_only=False, ring=lambda: FIRST) as store:
        store.records.checks.take(PAPER, "user-1", at=MOMENT, free_before=LONG_AGO)
        store.records.checks.keep(DRAFT, free_before=LONG_AGO)
    raw = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for hidden in ("Mẫu Thị Kiểm", DRAFT.owner):
        assert hidden.encode() not in raw
    with open_store(folder, clock=Clock(), read_only=False, ring=lambda: f"{FIRST}\n{SECOND}") as store:
        # The name space, and the answers.
        assert store.records.rotate_keys() == 2
    with open_store(folder, clock=Clock(), read_only=False, ring=lambda: SECOND) as store:
        assert store.records.checks.draft(PAPER, "user-1") == DRAFT
