"""Same owner: a number decides, a name alone never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.documents import Party, PartyRole
from dossier.matching import Match, birth_agrees_with_number, same_owner

NUMBER = "011190000001"
OTHER = "011199000003"


def party(number: str = "", name: str = "", birth: str = "") -> Party:
    return Party(role=PartyRole.OWNER, relation="subject", number=number, name=name, birth=birth)


KNOWN = (party(NUMBER, "Giàng Thị Mỷ", "1990-04-02"),)


@pytest.mark.parametrize(
    ("found", "known", "outcome", "code"),
    [
        (party(NUMBER), (), Match.YES, "owner.same_number"),
        (party(NUMBER, "Người Khác"), KNOWN, Match.YES, "owner.same_number"),
        (party(OTHER), (), Match.NO, "owner.other_number"),
        (party(OTHER, "Giàng Thị Mỷ", "1990-04-02"), KNOWN, Match.NO, "owner.other_number"),
        (party("063123456", "Giàng Thị Mỷ", "1990"), KNOWN, Match.UNSURE, "owner.same_name_and_birth"),
        (party("", "GIÀNG THỊ MỶ", "1990-04-02"), KNOWN, Match.UNSURE, "owner.same_name_and_birth"),
        (party("", "Giàng Thị Mỷ", "1990"), KNOWN, Match.UNSURE, "owner.same_name_and_birth"),
        (party("", "Giàng Thị Mỷ", "1991"), KNOWN, Match.UNSURE, "owner.name_only"),
        (party("", "Giàng Thị Mỷ"), KNOWN, Match.UNSURE, "owner.name_only"),
        (party("", "Giàng Thị My"), KNOWN, Match.NO, "owner.other_name"),
        (party("", "Giàng Thị Mỷ"), (), Match.UNSURE, "owner.nothing_to_compare"),
        (party("", "Giàng Thị Mỉ", "1990"), KNOWN, Match.UNSURE, "owner.same_name_and_birth"),
        (party(), KNOWN, Match.UNSURE, "owner.nothing_to_compare"),
        (party("063123456"), (), Match.UNSURE, "owner.nothing_to_compare"),
    ],
)
def test_the_verdict_and_its_reason(
    found: Party, known: tuple[Party, ...], outcome: Match, code: str
) -> None:
    assert same_owner(found, number=NUMBER, known=known) == (outcome, code)


NAMES = st.sampled_from(("", "Giàng Thị Mỷ", "Sùng A Páo"))
BIRTHS = st.sampled_from(("", "1990", "1990-04-02", "1991"))
PARTIES = st.builds(party, st.sampled_from(("", NUMBER, OTHER, "063123456", "x")), NAMES, BIRTHS)


@given(PARTIES, st.lists(PARTIES, max_size=4))
def test_yes_only_by_the_same_number(found: Party, known: list[Party]) -> None:
    outcome, _ = same_owner(found, number=NUMBER, known=tuple(known))
    assert (outcome is Match.YES) == (found.number == NUMBER)


@pytest.mark.parametrize(
    ("birth", "agrees"),
    [
        ("1990-04-02", True),
        ("1990", True),
        ("1991", False),
        ("2090", False),
        ("", None),
        ("199", None),
        ("19²0", None),
        ("không rõ", None),
    ],
)
def test_the_birth_year_is_compared_with_the_number_when_it_can_be(birth: str, agrees: bool | None) -> None:
    assert birth_agrees_with_number(birth, NUMBER) is agrees


def test_an_old_card_number_tells_no_birth_year() -> None:
    assert birth_agrees_with_number("1990", "063123456") is None
