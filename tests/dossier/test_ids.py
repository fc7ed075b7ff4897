"""Ids: the same thing has the same id in one store, and no other store can compute it."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from dossier.ids import (
    ItemId,
    OwnerId,
    Sha256,
    batch_id,
    document_id,
    is_id,
    item_id,
    link_id,
    owner_id,
    proposal_id,
)

STORE = uuid.UUID("7a4f6c1e-0000-4000-8000-000000000001")
OTHER_STORE = uuid.UUID("7a4f6c1e-0000-4000-8000-000000000002")
HASH = Sha256("ab" * 32)
CODES = st.text(alphabet="0123456789ABH.-", max_size=20)


@given(CODES)
def test_the_same_bytes_in_the_same_dossier_are_the_same_item(dossier: str) -> None:
    assert item_id(STORE, HASH, dossier=dossier) == item_id(STORE, HASH, dossier=dossier)
    assert is_id(item_id(STORE, HASH, dossier=dossier))


@given(CODES, CODES)
def test_another_dossier_or_store_makes_another_item(left: str, right: str) -> None:
    assert (item_id(STORE, HASH, dossier=left) == item_id(STORE, HASH, dossier=right)) == (left == right)
    assert item_id(STORE, HASH, dossier=left) != item_id(OTHER_STORE, HASH, dossier=left)


@given(st.lists(st.uuids().map(str), min_size=1, max_size=6), st.data())
def test_the_order_of_the_files_does_not_make_another_batch(items: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(items))
    assert batch_id(STORE, items, dossier="A") == batch_id(STORE, shuffled, dossier="A")
    assert batch_id(STORE, items, dossier="A") != batch_id(STORE, items, dossier="B")


@given(st.sets(st.integers(1, 300), min_size=1), st.sets(st.integers(1, 300), min_size=1))
def test_other_pages_are_another_document(left: set[int], right: set[int]) -> None:
    item = ItemId("item")
    one = document_id(STORE, item, pages=sorted(left))
    assert (one == document_id(STORE, item, pages=sorted(right))) == (left == right)


def test_kinds_of_records_never_share_an_id() -> None:
    batch = batch_id(STORE, ["2"], dossier="1")
    item = item_id(STORE, Sha256("1"), dossier="2")
    document = document_id(STORE, ItemId("1"), pages=[2])
    assert len({str(batch), str(item), str(document)}) == 3


def test_only_the_printed_form_is_an_id() -> None:
    assert is_id("7a4f6c1e-0000-4000-8000-000000000001")
    assert not is_id("7A4F6C1E-0000-4000-8000-000000000001")
    assert not is_id("{7a4f6c1e-0000-4000-8000-000000000001}")
    assert not is_id("../../etc/passwd")
    assert not is_id("")


@given(CODES, CODES)
def test_each_number_has_an_owner_record_of_its_own_in_each_store(left: str, right: str) -> None:
    assert (owner_id(STORE, left) == owner_id(STORE, right)) == (left == right)
    assert owner_id(STORE, left) != owner_id(OTHER_STORE, left)
    assert is_id(owner_id(STORE, left))


def test_what_is_said_of_two_owners_does_not_depend_on_their_order() -> None:
    left, right = OwnerId("a"), OwnerId("b")
    assert proposal_id(STORE, left, right) == proposal_id(STORE, right, left)
    assert link_id(STORE, left, right, turn=1) == link_id(STORE, right, left, turn=1)
    assert link_id(STORE, left, right, turn=1) != link_id(STORE, left, right, turn=2)
