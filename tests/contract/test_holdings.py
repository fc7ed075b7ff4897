"""What many questions find together is what each finds alone, on every database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.documents import Document, DocumentState, Party, PartyRole
from dossier.matching import NO_ALIASES
from storage.holdings import PapersOf
from storage.records import SqlRecords
from storage.value_lists import MOST_VALUES, padded
from tests.contract.test_owners import ACCESS, LATER, NEW, OLD, OTHER_NEW, PASSPORT, card, file, paper
from tests.storage.builders import batch, item

NOBODY = "001000000000"
NUMBERS = (NEW, OLD, OTHER_NEW, PASSPORT, NOBODY, "")


@pytest.fixture
def filled(records: SqlRecords) -> SqlRecords:
    """A linked person, one who may be the same, one with many papers, and one only named on a paper."""
    records.save_batch(batch(), [item()])
    mother = Party(role=PartyRole.RELATED, relation="mother", number=NEW, name="Giàng Thị Mỷ")
    child = paper("child", OTHER_NEW, of="Sùng A Páo", birth="2024-01-02")
    file(
        records,
        card(),
        paper("old", OLD),
        paper("may be", PASSPORT),
        replace(child, type="birth_certificate", parties=(*child.parties, mother)),
        *(replace(paper(f"more {n}", NEW), type=("decision", "diploma")[n % 2]) for n in range(5)),
    )
    waiting = replace(paper("waiting", OTHER_NEW), state=DocumentState.WAITING)
    records.save_document(waiting)
    return records


def alone(records: SqlRecords, wanted: PapersOf) -> Sequence[Document]:
    return records.documents_of_owner(wanted.number, types=wanted.types, related=wanted.related)


def test_papers_of_many_are_those_of_each(filled: SqlRecords) -> None:
    wanted = [
        PapersOf(number, types, related)
        for number in NUMBERS
        for types in ((), ("decision",), ("birth_certificate", "identity_card"))
        for related in (False, True)
    ]
    with filled.holdings() as holdings:
        found = holdings.papers(wanted)
    assert [list(each) for each in found] == [list(alone(filled, each)) for each in wanted]
    assert [len(each) for each in found[:6]] == [7, 8, 3, 3, 1, 2]
    typed = [each for each in wanted if each.types]
    with filled.holdings() as holdings:
        found = holdings.papers(typed)
    assert [list(each) for each in found] == [list(alone(filled, each)) for each in typed]


def test_other_numbers_of_many_are_those_of_each(filled: SqlRecords) -> None:
    with filled.holdings() as holdings:
        found = holdings.aliases(NUMBERS)
    assert found[NEW].linked == {OLD}
    assert found[OLD].linked == {NEW}
    assert set(found[NEW].proposed) == set(found[OLD].proposed) == {PASSPORT}
    assert set(found[PASSPORT].proposed) == {NEW, OLD}
    (proposal,) = filled.owners.proposals()
    assert found[PASSPORT].proposed[NEW].proposal == proposal.id
    assert found[PASSPORT].proposed[NEW].reasons == proposal.reasons
    assert found[NOBODY] == found[""] == NO_ALIASES


def test_what_a_person_decides_counts_at_the_next_look(filled: SqlRecords) -> None:
    (proposal,) = filled.owners.proposals()
    filled.owners.confirm(proposal.id, access=ACCESS, at=LATER)
    with filled.holdings() as holdings:
        found = holdings.aliases([NEW, PASSPORT])
        papers = holdings.papers([PapersOf(PASSPORT, (), related=False)])
    assert found[PASSPORT].linked == {NEW, OLD}
    assert not found[NEW].proposed
    assert list(papers[0]) == list(filled.documents_of_owner(PASSPORT))
    assert len(papers[0]) == 8


def test_nothing_asked_is_nothing_found(records: SqlRecords) -> None:
    with records.holdings() as holdings:
        assert holdings.papers([]) == []
        assert holdings.aliases([]) == {}
        assert holdings.dossiers(["", "H26.5.12-261120-0001"]) == {}


@given(st.sets(st.integers(0, 5000), max_size=1500))
def test_lists_hold_every_value_in_few_lengths(values: set[int]) -> None:
    lists = padded(str(each) for each in values)
    assert {value for some in lists for value in some} == {str(each) for each in values}
    assert {len(some) for some in lists} <= {1, 2, 4, 8, 16, 32, 64, 128, 256, MOST_VALUES}
    assert len(lists) == -(-len(values) // MOST_VALUES)
