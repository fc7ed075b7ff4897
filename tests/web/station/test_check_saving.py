"""Papers are saved behind the person: each once, in order, also after a crash; what fails comes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from dossier.check_errors import CheckSavingError
from dossier.checking import CheckSave
from dossier.documents import DocumentState
from dossier.errors import MotlanError
from dossier.events import EventKind
from dossier.ids import DocumentId
from flows.checking.answers import Act, HandedOver, OnTable, answer, on_table
from flows.checking.desk import queue, take, take_next
from flows.checking.saving import Saver, save_all, save_one
from flows.review import review
from storage.check_drafts import put_draft
from tests.web.checking import SUGGESTED
from tests.web.office import Clock, Office, copy_of
from tests.web.station.test_check import ANYBODY, papers
from web.serve import following_people

OTHER = replace(ANYBODY, actor="user-2", accounts=frozenset({"user-2"}))


@pytest.fixture
def office(waiting_store: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    made = Office(copy_of(waiting_store, tmp_path / "data"), clock)
    yield made
    made.close()


def answered(office: Office) -> DocumentId:
    """Take the next paper and answer all of it, the last question by the suggestion."""
    services = office.services
    paper = take_next(services, ANYBODY)
    assert paper is not None
    told: OnTable | HandedOver = on_table(services, ANYBODY, paper.id)
    while isinstance(told, OnTable):
        name = told.current.name
        value = SUGGESTED if name == "personal_id" else told.current.value
        told = answer(services, ANYBODY, paper.id, question=name, act=Act.SAY, value=value)
    return paper.id


def on_its_way(office: Office) -> CheckSave:
    (save,) = office.services.store.records.saves.due(at=office.clock(), limit=5)
    return save


def corrections(office: Office) -> list[tuple[str, str]]:
    return [(str(event.subject), event.actor) for event in office.events(EventKind.DOCUMENT_CORRECTED)]


def test_a_paper_that_is_on_its_way_is_nobodys_and_the_queue_says_so(office: Office) -> None:
    first = answered(office)
    records = office.services.store.records
    assert records.document(first).state is DocumentState.WAITING
    with pytest.raises(CheckSavingError):
        take(office.services, OTHER, first)
    following = take_next(office.services, OTHER)
    assert following is not None
    assert following.id == papers(office)[1]
    line = next(one for one in queue(office.services, OTHER) if one.document.id == first)
    assert line.is_saving
    assert save_all(office.services) == 1
    assert records.document(first).state is DocumentState.FILED
    assert records.saves.of(first) is None
    assert corrections(office) == [(first, "user-1")]


def test_papers_are_saved_in_the_order_in_which_they_were_answered(office: Office) -> None:
    made = []
    for _ in range(3):
        made.append(answered(office))
        office.clock.tick(1)
    save_all(office.services)
    assert [subject for subject, _ in corrections(office)] == made


def test_a_paper_that_a_killed_process_had_entered_is_not_entered_twice(office: Office) -> None:
    first = answered(office)
    save, services = on_its_way(office), office.services
    draft = services.store.records.checks.draft(first, "user-1")
    assert draft is not None
    # The process died here: the version is there, and so is what says that it is on its way.
    review(services, first, values=draft.values, confirmed=True, actor="user-1")
    save_one(services, save)
    records = services.store.records
    assert records.saves.of(first) is None
    assert records.checks.draft(first, "user-1") is None
    assert len(corrections(office)) == 1
    save_one(services, save)
    assert len(corrections(office)) == 1


def test_a_process_beside_the_one_that_writes_leaves_papers_to_it_for_a_while(office: Office) -> None:
    first, records = answered(office), office.services.store.records
    with Saver(office.services, after=timedelta(minutes=1)) as saver:
        saver.finish(within_s=30)
        assert records.saves.of(first) is not None
        office.clock.tick(61)
        saver.finish(within_s=30)
    assert records.saves.of(first) is None
    assert records.document(first).state is DocumentState.FILED


def test_the_process_that_writes_saves_and_takes_in_words_behind_pages_of_others(office: Office) -> None:
    first, records = answered(office), office.services.store.records
    with following_people(office.services):
        # Its loops begin with a look.
        while records.saves.of(first) is not None or records.words.waiting(limit=1):
            threading.Event().wait(0.01)
    assert records.document(first).state is DocumentState.FILED


def test_the_next_start_saves_what_was_on_its_way(waiting_store: Path, tmp_path: Path, clock: Clock) -> None:
    data = copy_of(waiting_store, tmp_path / "data")
    office = Office(data, clock)
    first = answered(office)
    office.close()
    again = Office(data, clock)
    with Saver(again.services) as saver:
        saver.finish(within_s=30)
    assert again.services.store.records.document(first).value("personal_id") == SUGGESTED
    again.close()


def test_a_paper_that_somebody_changed_comes_back_with_what_was_typed(office: Office) -> None:
    first, services = answered(office), office.services
    with services.writing():
        records = services.store.records
        records.save_document(records.document(first).next_version(component="KS-01"))
    review(services, first, values={"ethnicity": "Tày"}, confirmed=False, actor="user-9")
    save_all(services)
    records = services.store.records
    assert records.document(first).state is DocumentState.WAITING
    (back,) = records.saves.brought_back("user-1")
    assert (back.document, back.code) == (first, "store.conflict")
    found = take_next(services, ANYBODY)
    assert found is not None
    assert found.id == first
    shown = on_table(services, ANYBODY, first)
    assert shown.came_back == "store.conflict"
    assert shown.draft.values == {"personal_id": SUGGESTED}
    # What was looked at may be another value now, so it is asked again.
    assert {"full_name", "date_of_birth"} <= set(shown.left)
    while isinstance(shown, OnTable):
        current = shown.current
        told = answer(services, ANYBODY, first, question=current.name, act=Act.SAY, value=current.value)
        if isinstance(told, HandedOver):
            break
        shown = told
    save_all(services)
    saved = services.store.records.document(first)
    assert (saved.state, saved.value("ethnicity")) == (DocumentState.FILED, "Tày")
    assert services.store.records.saves.brought_back("user-1") == []


def test_a_copy_that_was_stamped_meanwhile_keeps_nothing_from_being_saved(office: Office) -> None:
    first, services = answered(office), office.services
    with services.writing():
        records = services.store.records
        records.save_document(records.document(first).next_version(signature_checked_at=office.clock()))
    save_all(services)
    assert services.store.records.document(first).value("personal_id") == SUGGESTED


def test_a_paper_that_somebody_else_filed_is_let_go(office: Office) -> None:
    first, services = answered(office), office.services
    review(services, first, values={}, confirmed=True, actor="user-9")
    save_all(services)
    records = services.store.records
    (back,) = records.saves.brought_back("user-1")
    assert back.code
    following = take_next(services, ANYBODY)
    assert following is not None
    assert following.id != first
    assert records.saves.brought_back("user-1") == []


def test_while_another_process_writes_a_paper_stays_on_its_way(office: Office, clock: Clock) -> None:
    first = answered(office)
    data = office.services.settings.data
    other = Office(data, clock)
    with other.services.writing():
        impatient = Office(data, clock, MOTLAN_LOCK_SECONDS="0.1")
        save_one(impatient.services, on_its_way(office))
        impatient.close()
    other.close()
    records = office.services.store.records
    assert records.saves.due(at=clock(), limit=5) == []
    clock.tick(6)
    assert save_all(office.services) == 1
    assert records.document(first).state is DocumentState.FILED


def test_a_paper_that_brings_a_defect_out_comes_back_and_the_others_are_saved(office: Office) -> None:
    first, services = answered(office), office.services
    office.clock.tick(1)
    second = answered(office)
    records = services.store.records
    draft = records.checks.draft(first, "user-1")
    assert draft is not None
    with services.looking.records.upkeep.writing() as writing:
        # No answer of a person looks like this: what meets it fails as only a defect does.
        put_draft(writing.connection, replace(draft, values={"personal_id": cast("str", 7)}))
    with Saver(services) as saver:
        saver.finish(within_s=30)
    (back,) = records.saves.brought_back("user-1")
    assert (back.document, back.code) == (first, MotlanError.code)
    assert records.document(second).state is DocumentState.FILED
