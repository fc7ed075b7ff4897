"""Owners in a real store: an older store gets them, writers at once and killed ones leave no double."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dossier.access import Access, Purpose
from dossier.documents import Document, DocumentState, PartyRole
from dossier.events import EventKind
from dossier.ids import LinkId
from dossier.owners import Owner, active
from storage.database import Database
from storage.heads import MemoryHead
from storage.layout import Layout
from storage.records import SqlRecords
from storage.store import Store, open_store
from storage.store_making import create_store
from tests.contract.test_owners import BIRTH, NAME, NEW, OLD, OLDER, PASSPORT, card, paper
from tests.processes import start
from tests.storage.builders import KEY, MOMENT, NAMESPACE, Clock, batch, event, item
from tests.storage.conftest import fixed_bytes
from tests.storage.old_stores import put_back

ACCESS = Access("quay-1", Purpose.OPERATION)
EVERYBODY = (NEW, OLD, OLDER, PASSPORT)


def owners(records: SqlRecords) -> list[Owner]:
    return list(records.owners.owners())


# --- a store of an earlier version


def test_a_store_of_an_earlier_version_gets_its_owners_with_the_tables(data: Path) -> None:
    with open_store(data, clock=Clock(), read_only=False) as store:
        store.records.save_batch(batch(), [item()])
        for each in (paper("a", OLD), card(), paper("b", PASSPORT)):
            store.records.save_document(each)
        store.records.save_document(replace(paper("w", OLDER), state=DocumentState.WAITING))
        expected = owners(store.records)
        proposed = store.records.owners.proposals()
    assert [len(found.members) for found in expected] == [2, 1]
    put_back(data, revision="0001")
    assert create_store(data, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes) is False
    with open_store(data, clock=Clock(), read_only=True) as store:
        assert owners(store.records) == expected
        assert store.records.owners.proposals() == proposed
        last = store.records.journal()[-1].event
        assert last.kind is EventKind.OWNER_LINKED
        store.records.record(event())
        store.records.check_journal()


def test_the_history_of_links_only_grows(store: Store) -> None:
    store.records.save_batch(batch(), [item()])
    store.records.save_document(card())
    database = Database.on_disk(Layout(store.folder).database)
    for statement in ("DELETE FROM owner_links", "UPDATE owner_links SET action = 'refuse'"):
        with pytest.raises(Exception, match="store"), database.writing() as connection:
            connection.execute(text(statement))
    database.close()
    assert len(store.records.numbers_of_owner(OLD)) == 2


# --- laws


@settings(max_examples=30)
@given(
    moves=st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=10),
    order=st.permutations(EVERYBODY),
)
def test_undoing_a_link_gives_back_every_owner_as_it_was(
    moves: Sequence[tuple[bool, int]], order: Sequence[str]
) -> None:
    records = SqlRecords(
        Database.in_memory(), heads=MemoryHead(), namespace=NAMESPACE, key=KEY, result_type_code=str
    )
    records.save_batch(batch(), [item()])
    for number in order:
        records.save_document(paper(number, number))
    before: list[tuple[LinkId, list[Owner], list[str]]] = []
    proposals = [found.id for found in records.owners.proposals()]
    for undo, choice in moves:
        open_now = records.owners.proposals()
        if undo and before:
            link, told, found = before.pop()
            records.owners.unmerge(link, access=ACCESS, at=MOMENT)
            assert (owners(records), found_under(records)) == (told, found)
        elif not undo and open_now:
            state = (owners(records), found_under(records))
            chosen = open_now[choice % len(open_now)]
            made = records.owners.confirm(chosen.id, access=ACCESS, at=MOMENT)
            before.append((made.id, *state))
    for link, told, found in reversed(before):
        records.owners.unmerge(link, access=ACCESS, at=MOMENT)
        assert (owners(records), found_under(records)) == (told, found)
    assert len(owners(records)) == len(EVERYBODY)
    assert len(proposals) >= 1
    records.close()


def found_under(records: SqlRecords) -> list[str]:
    return [
        f"{number} {sorted(paper.id for paper in records.documents_of_owner(number))}" for number in EVERYBODY
    ]


# --- many writers, and killed ones


def papers(which: int) -> list[Document]:
    """What one counter files: the same people as the other counter, on papers of its own."""
    mother = replace(paper("m", OLDER).parties[0], role=PartyRole.RELATED, relation="mother")
    made: list[Document] = []
    for turn in range(4):
        name = f"{which} {turn}"
        with_mother = paper(f"{name} new", NEW)
        made += [
            replace(with_mother, parties=(*with_mother.parties, mother)),
            paper(f"{name} old", OLD),
            card(f"{name} card"),
            paper(f"{name} pass", PASSPORT),
        ]
    return made


def file_papers(folder: Path, which: int, told: Connection | None = None) -> None:
    with open_store(folder, clock=lambda: MOMENT, read_only=True) as store:
        for each in papers(which):
            if not any(found.id == each.id for found in store.records.documents_of_item(each.item)):
                store.records.save_document(each, events=[event(EventKind.DOCUMENT_FILED)])
            if told is not None:
                told.send("filed")
        for proposal in store.records.owners.proposals():
            store.records.owners.confirm(proposal.id, access=ACCESS, at=MOMENT)
            if told is not None:
                told.send("confirmed")


def judged(folder: Path) -> tuple[list[tuple[str, ...]], int, list[EventKind]]:
    """Owners by their numbers, how many links count, and what the journal tells about owners."""
    with open_store(folder, clock=lambda: MOMENT, read_only=True) as store:
        found = owners(store.records)
        links = {link.id for each in found for link in active(store.records.owners.history(each.id))}
        told = [entry.event.kind for entry in store.records.journal()]
        store.records.check_journal()
        return (
            sorted(tuple(sorted(number.number for number in each.numbers)) for each in found),
            len(links),
            [kind for kind in told if kind.startswith("owner.")],
        )


def test_two_counters_that_file_at_once_make_each_owner_and_each_link_once(data: Path) -> None:
    with open_store(data, clock=Clock(), read_only=False) as store:
        store.records.save_batch(batch(), [item()])
    counters = [start(file_papers, data, which) for which in range(2)]
    for counter in counters:
        counter.join()
    assert [counter.exitcode for counter in counters] == [0, 0]
    everybody, links, told = judged(data)
    assert everybody == [tuple(sorted(EVERYBODY))]
    assert links == 3
    assert told == [EventKind.OWNER_LINKED] * 3


@pytest.mark.parametrize("step", range(2))
def test_a_counter_that_is_killed_again_and_again_ends_as_an_undisturbed_one(data: Path, step: int) -> None:
    with open_store(data, clock=Clock(), read_only=False) as store:
        store.records.save_batch(batch(), [item()])
    marks = len(papers(0)) + 2
    for mark in range(1 + step, marks, 2):
        ours, theirs = multiprocessing.Pipe()
        process = start(file_papers, data, 0, theirs)
        theirs.close()
        for _ in range(mark):
            try:
                ours.recv()
            except EOFError:
                break
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        ours.close()
    file_papers(data, 0)
    everybody, links, told = judged(data)
    assert everybody == [tuple(sorted(EVERYBODY))]
    assert links == 3
    assert told == [EventKind.OWNER_LINKED] * 3
    with open_store(data, clock=Clock(), read_only=True) as store:
        (found,) = owners(store.records)
        assert (found.names, found.births) == ((NAME,), (BIRTH,))
        assert len(store.records.documents_of_owner(OLD)) == len(papers(0))
