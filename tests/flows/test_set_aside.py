"""One damaged record holds up nobody: steps behind the filing go on past it and name it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select, update

from dossier.documents import ItemState
from dossier.errors import RecordDamagedError, StoreKeyLostError
from dossier.ids import DocumentId
from flows.behind import follow_up
from flows.capture import read_item
from flows.intake import take_in
from flows.issue import file_item
from flows.progress import silent
from flows.same_papers import look_for_same
from flows.searching.filling import fill
from storage.inbox import Declaration
from storage.schema import document_keys, documents
from storage.set_aside import AsideStep
from tests.flows.test_same_papers import certificate
from wiring.services import Services
from wiring.settings import read_settings


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as made:
        made.create()
        yield made


def filed(services: Services, folder: Path, names: Sequence[str]) -> Sequence[DocumentId]:
    """Papers of an invented person that were put down, and that nothing followed yet."""
    found = []
    for number, name in enumerate(names):
        path = certificate(folder, f"{name}.pdf", residence=f"Thôn {number}")
        with services.writing():
            (item,) = take_in(services, [path], declared=Declaration()).items
            read_item(services, item, listen=silent)
            file_item(services, item, listen=silent)
        assert services.store.records.item(item).state is ItemState.DONE
        found.append(services.store.records.documents_of_item(item)[0].id)
    return found


def damage(services: Services, document: DocumentId) -> None:
    """As a disk does it: nothing opens the record any more."""
    serial = select(documents.c.serial).where(documents.c.id == document).scalar_subquery()
    with services.store.records.upkeep.writing() as writing:
        writing.connection.execute(
            update(document_keys).where(document_keys.c.document_serial == serial).values(wrapped=b"x" * 60)
        )


def aside(services: Services) -> set[tuple[DocumentId, AsideStep, str]]:
    named = services.store.records.upkeep.operating.named_aside()
    return {(one.document, one.step, one.code) for one in named}


def test_words_and_comparisons_go_on_past_a_damaged_record_and_name_it(
    services: Services, tmp_path: Path
) -> None:
    first, broken, last = filed(services, tmp_path, ["a", "b", "c"])
    damage(services, broken)
    with services.writing():
        (pair,) = look_for_same(services)
        assert fill(services) == 3
        assert fill(services) == 0
    assert {pair.earlier, pair.later} == {first, last}
    assert set(services.store.records.words.texts([first, last])) == {first, last}
    code = RecordDamagedError.code
    assert aside(services) == {(broken, AsideStep.SAME, code), (broken, AsideStep.WORDS, code)}
    assert services.store.records.upkeep.operating.set_aside() == 1


def test_a_paper_that_changes_waits_again_and_is_named_no_more(services: Services, tmp_path: Path) -> None:
    (paper,) = filed(services, tmp_path, ["a"])
    records = services.store.records
    with services.writing():
        records.same.set_aside(paper, code="store.record_damaged")
        records.words.set_aside(records.words.waiting(limit=1), code="store.record_damaged")
        assert (len(aside(services)), fill(services), look_for_same(services)) == (2, 0, [])
        records.save_document(records.document(paper).next_version())
        assert fill(services) == 1
        look_for_same(services)
    assert aside(services) == set()


def test_a_fault_of_other_papers_fails_no_hand_in(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(services, tmp_path, ["a"])

    def broken(*_args: object, **_words: object) -> object:
        raise StoreKeyLostError("k1")

    records = services.store.records
    monkeypatch.setattr(records.same, "pending", broken)
    monkeypatch.setattr(records.same, "look_back", broken)
    with services.writing():
        follow_up(services, own=1)
    # What comes after the step that failed was done all the same.
    assert records.words.waiting(limit=1) == []
