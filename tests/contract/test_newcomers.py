"""Owners without a number of the state, on every database: found again, never mixed up, linked and parted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dossier.documents import Document
from dossier.errors import OwnerConflictError, OwnerMissingError
from dossier.events import EventKind
from dossier.owners import OwnerKind
from dossier.persons import new_store_number
from dossier.proposals import Strength
from dossier.unnumbered import Newcomer, Unnumbered
from storage.records import SqlRecords
from tests.contract.test_owners import ACCESS, NEW, file, paper
from tests.storage.builders import MOMENT, batch, item

NAME, BIRTH = "Giàng A Bé", "2026-11-01"
BORN = Unnumbered(
    kind=OwnerKind.PERSON,
    name=NAME,
    birth=BIRTH,
    paper_type="live_birth_notice",
    paper_number="12/2026",
    dossier="H26.5.12-261102-0001",
)
COMPANY = replace(BORN, kind=OwnerKind.ORGANISATION, name="Công ty Mẫu Thử", birth="")


def number(fill: int, *, organisation: bool = False) -> str:
    return new_store_number(organisation=organisation, random_bytes=lambda size: bytes([fill] * size))


FIRST, SECOND, THIRD = number(1), number(2), number(3, organisation=True)


@pytest.fixture
def filled(records: SqlRecords) -> SqlRecords:
    """A batch of one item."""
    records.save_batch(batch(), [item()])
    return records


def add(records: SqlRecords, told: Unnumbered = BORN, wanted: str = FIRST) -> Newcomer:
    return records.newcomers.add(told, number=wanted, access=ACCESS, at=MOMENT)


def citizen(records: SqlRecords, name: str = "born", bearer: str = "001226999405") -> Document:
    """The paper that gives the number: filed, of the same name and day of birth."""
    made = paper(name, bearer, of=NAME, birth=BIRTH)
    file(records, made)
    return made


def test_who_is_told_again_gets_the_same_number_and_nobody_else_does(filled: SqlRecords) -> None:
    made = add(filled)
    assert (made.number, made.is_new) == (FIRST, True)
    assert add(filled, wanted=SECOND) == replace(made, is_new=False)
    other = add(filled, replace(BORN, dossier="H26.5.12-261102-0002"), SECOND)
    assert (other.number, other.is_new) == (SECOND, True)
    found = filled.owners.owner_of(FIRST)
    assert found is not None
    assert (found.id, found.names, found.births, found.kind) == (
        made.owner,
        (NAME,),
        (BIRTH,),
        OwnerKind.PERSON,
    )
    assert list(filled.numbers_of_owner(FIRST)) == [FIRST]
    events = filled.journal_of(EventKind.OWNER_REGISTERED)
    assert [entry.event.owner_ref for entry in events] == [filled.owner_ref(FIRST), filled.owner_ref(SECOND)]
    assert NAME not in str(events)


def test_one_who_was_told_twice_is_proposed_and_never_joined_by_itself(filled: SqlRecords) -> None:
    add(filled)
    add(filled, replace(BORN, dossier="H26.5.12-261102-0002"), SECOND)
    (found,) = filled.owners.proposals()
    assert found.strength is Strength.LIKELY
    assert list(filled.numbers_of_owner(FIRST)) == [FIRST]


@pytest.mark.parametrize("number_first", [False, True])
def test_the_number_of_the_state_is_proposed_and_linked_by_a_person(
    filled: SqlRecords, number_first: bool
) -> None:
    bearer = "001226999405"
    if number_first:
        citizen(filled, bearer=bearer)
    add(filled)
    if not number_first:
        citizen(filled, bearer=bearer)
    (found,) = filled.owners.proposals()
    filled.owners.confirm(found.id, access=ACCESS, at=MOMENT)
    assert set(filled.numbers_of_owner(FIRST)) == {FIRST, bearer}


def test_a_paper_links_and_undoing_gives_back_what_was_before(filled: SqlRecords) -> None:
    add(filled)
    certificate = citizen(filled)
    bearer = certificate.parties[0].number
    linked = filled.newcomers.link(FIRST, bearer, paper=certificate, access=ACCESS, at=MOMENT)
    again = filled.newcomers.link(
        FIRST, bearer, paper=certificate, access=ACCESS, at=MOMENT + timedelta(hours=1)
    )
    assert again.id == linked.id
    assert set(filled.numbers_of_owner(bearer)) == {FIRST, bearer}
    filled.owners.unmerge(linked.id, access=ACCESS, at=MOMENT)
    assert list(filled.numbers_of_owner(FIRST)) == [FIRST]


def test_nobody_is_linked_to_a_number_of_somebody_else(filled: SqlRecords) -> None:
    add(filled)
    add(filled, COMPANY, THIRD)
    stranger = paper("stranger", NEW)
    file(filled, stranger)
    certificate = citizen(filled)
    for ours, other, document in (
        (FIRST, NEW, stranger),
        (FIRST, certificate.parties[0].number, stranger),
        (THIRD, certificate.parties[0].number, certificate),
    ):
        with pytest.raises(OwnerConflictError):
            filled.newcomers.link(ours, other, paper=document, access=ACCESS, at=MOMENT)
    with pytest.raises(OwnerMissingError):
        filled.newcomers.link(SECOND, NEW, paper=stranger, access=ACCESS, at=MOMENT)
    assert list(filled.numbers_of_owner(FIRST)) == [FIRST]


def test_an_organisation_is_linked_to_its_tax_code_by_its_certificate(filled: SqlRecords) -> None:
    add(filled, COMPANY, THIRD)
    certificate = paper("certificate", "0100109106", of="Công ty Mẫu Thử", birth="")
    file(filled, certificate)
    filled.newcomers.link(THIRD, "0100109106", paper=certificate, access=ACCESS, at=MOMENT)
    assert set(filled.numbers_of_owner(THIRD)) == {THIRD, "0100109106"}


def test_what_was_told_moves_to_a_new_key(filled: SqlRecords) -> None:
    add(filled)
    assert sum(filled.key_usage().values()) == filled.rotate_keys() + sum(filled.key_usage().values())
    found = filled.owners.owner_of(FIRST)
    assert found is not None
    assert found.names == (NAME,)


def test_the_code_of_a_digitised_result_leaves_a_number_of_ours_out(filled: SqlRecords) -> None:
    add(filled)
    file(filled, paper("a", FIRST, of=NAME, birth=BIRTH))
    code = filled.documents_of_owner(FIRST)[0].result_code
    assert code.startswith(".")
    assert FIRST not in code
