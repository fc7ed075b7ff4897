"""Numbers that the store gives: told from those of the state, and from one that was mistyped."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import ArgumentError
from dossier.persons import (
    NumberKind,
    identity_number,
    is_ours,
    new_store_number,
    parse_owner,
    shown_store_number,
)

SEEDS = st.binary(min_size=12, max_size=12)


@given(SEEDS, st.booleans())
def test_a_number_is_read_back_as_it_is_shown(seed: bytes, organisation: bool) -> None:
    number = new_store_number(organisation=organisation, random_bytes=lambda _size: seed)
    kind = NumberKind.STORE_ORGANISATION if organisation else NumberKind.STORE_PERSON
    assert identity_number(shown_store_number(number)) == (number, kind)
    assert identity_number(shown_store_number(number).lower()) == (number, kind)
    assert is_ours(number)


@given(SEEDS, st.integers(3, 15), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_letter_is_noticed(seed: bytes, place: int, letter: str) -> None:
    number = new_store_number(organisation=False, random_bytes=lambda _size: seed)
    wrong = number[:place] + letter + number[place + 1 :]
    assert (identity_number(wrong) is None) is (wrong != number)


@given(SEEDS, st.integers(3, 14))
def test_two_swapped_letters_are_noticed(seed: bytes, place: int) -> None:
    number = new_store_number(organisation=False, random_bytes=lambda _size: seed)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (identity_number(swapped) is None) is (swapped != number)


def test_no_number_of_the_state_is_one_of_ours() -> None:
    assert not any(is_ours(each) for each in ("079186999401", "023999101", "0100109106", "B9999101", ""))
    first, second = (new_store_number(organisation=False, random_bytes=secrets.token_bytes) for _ in range(2))
    assert first != second
    with pytest.raises(ArgumentError):
        parse_owner("MLN-0000-0000-0000-1")
