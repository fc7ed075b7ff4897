"""Which records may be one person: what speaks for it, what rules it out, and what links come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.ids import DocumentId, LinkId, OwnerId
from dossier.owner_words import REASONS
from dossier.owners import (
    LinkAction,
    Owner,
    OwnerKind,
    OwnerLink,
    OwnerNumber,
    active,
    joined,
    kind_of,
    later_links,
    members,
)
from dossier.persons import identity_number
from dossier.proposals import RULES, Proposal, Strength, is_news, objections, propose
from dossier.said import Said

NEW = "079186999401"
OTHER_NEW = "079190999402"
OLD = "023999101"
MY = Said(name="Giàng Thị Mỷ", birth="1986-04-02", sex="female")
PAPER = DocumentId("paper-1")
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def owner(number: str, *said: Said) -> Owner:
    parsed = identity_number(number)
    assert parsed is not None
    record = OwnerId(f"owner-{number}")
    return Owner(
        id=record,
        kind=kind_of(parsed[1]),
        members=(record,),
        numbers=(OwnerNumber(number=number, kind=parsed[1]),),
        said=said,
    )


def judged(left: Said, right: Said) -> Proposal:
    found = propose(owner(NEW, left), owner(OLD, right))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("other", "strength", "reasons"),
    [
        (MY, Strength.LIKELY, {"owner.name_same", "owner.birth_date_same", "owner.number_agrees"}),
        (
            Said(name="Giàng Thị Mỉ", birth="1986-04-02"),
            Strength.LIKELY,
            {"owner.name_spelling", "owner.birth_date_same"},
        ),
        (
            Said(name="GIANG THI MY", birth="1986-04-02"),
            Strength.POSSIBLE,
            {"owner.name_without_accents", "owner.birth_date_same"},
        ),
        (
            Said(name="Giàng Mỷ", birth="1986-04-02"),
            Strength.POSSIBLE,
            {"owner.name_shorter", "owner.birth_date_same"},
        ),
        (
            Said(name="Giàng Thị Mỷ", birth="1986"),
            Strength.POSSIBLE,
            {"owner.name_same", "owner.birth_year_same"},
        ),
        (Said(name="Giàng Mỷ", birth="1986"), Strength.WEAK, {"owner.name_shorter", "owner.birth_year_same"}),
        (Said(name="Giàng Thị Mỷ"), Strength.WEAK, {"owner.name_same"}),
    ],
)
def test_the_strength_and_its_reasons(other: Said, strength: Strength, reasons: set[str]) -> None:
    found = judged(MY, other)
    assert found.strength is strength
    assert set(found.reasons) == reasons


def test_parents_and_residence_speak_for_it_too() -> None:
    home = "Thôn Ví Dụ, xã Mẫu, tỉnh Thử"
    ours = Said(name="Giàng Thị Mỷ", mother="Sùng Thị Dở", father="Giàng A Páo", residence=home)
    theirs = Said(name="Giàng Thị Mỷ", mother="SUNG THI DO", father="Giàng A Páo", residence=home.upper())
    found = judged(ours, theirs)
    assert found.strength is Strength.LIKELY
    assert found.reasons[1:] == ("owner.mother_same", "owner.father_same", "owner.residence_same")


def test_a_province_alone_is_no_residence() -> None:
    ours = Said(name="Giàng Thị Mỷ", residence="Tỉnh Hà Giang")
    assert judged(ours, ours).reasons == ("owner.name_same",)


def test_another_name_with_the_same_birth_is_no_proposal() -> None:
    assert propose(owner(NEW, MY), owner(OLD, Said(name="Sùng Thị Dở", birth="1986-04-02"))) is None


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        (owner(NEW, MY), owner(OTHER_NEW, Said(name=MY.name)), "owner.other_number"),
        (owner(NEW, MY), owner(OLD, Said(name=MY.name, birth="1990-04-02")), "owner.other_birth"),
        (owner(NEW, MY), owner(OLD, Said(name=MY.name, birth="1985")), "owner.other_birth"),
        (owner(NEW, Said(name=MY.name)), owner(OLD, Said(name=MY.name, birth="1990")), "owner.other_birth"),
        (owner(NEW, MY), owner(OLD, Said(name=MY.name, sex="male")), "owner.other_sex"),
        (owner("024999102", MY), owner(OLD, Said(name=MY.name, sex="male")), "owner.other_sex"),
        (
            owner("0100109106", Said(name="Công ty Mẫu")),
            owner(NEW, Said(name="Công ty Mẫu")),
            "owner.other_kind",
        ),
        (
            owner("0100109106", Said(name="Công ty Mẫu")),
            owner("0100233488", Said(name="Công ty Mẫu")),
            "owner.other_number",
        ),
    ],
)
def test_what_cannot_be_one_is_never_proposed(left: Owner, right: Owner, code: str) -> None:
    assert code in objections(left, right)
    assert propose(left, right) is None
    assert propose(right, left) is None


def test_a_birth_that_varies_between_papers_of_one_rules_nothing_out() -> None:
    varied = owner(OLD, Said(name=MY.name, birth="1985"), Said(name=MY.name, birth="1986-04-02"))
    assert objections(owner(NEW, MY), varied) == ()


def test_a_paper_that_states_both_numbers_surely_is_certain() -> None:
    found = propose(owner(NEW, MY), owner(OLD), papers=[PAPER], sure=True)
    assert found is not None
    assert (found.strength, found.score, found.reasons) == (Strength.CERTAIN, 1.0, ("owner.stated_by_paper",))
    assert found.because == ("owner.stated_by_paper", "paper:paper-1")


def test_a_paper_read_with_doubt_waits_for_a_person() -> None:
    found = propose(owner(NEW, MY), owner(OLD), papers=[PAPER])
    assert found is not None
    assert found.strength is Strength.LIKELY


@pytest.mark.parametrize(
    ("said", "against"),
    [
        (Said(name="Sùng Thị Dở"), ("owner.other_name",)),
        (Said(name=MY.name, birth="1990"), ("owner.other_birth",)),
        (Said(name=MY.name, sex="male"), ("owner.other_sex",)),
    ],
)
def test_what_speaks_against_a_sure_paper_leaves_it_to_a_person(said: Said, against: tuple[str, ...]) -> None:
    found = propose(owner(NEW, MY), owner(OLD, said), papers=[PAPER], sure=True)
    assert found is not None
    assert (found.strength, found.against) == (Strength.POSSIBLE, against)


def test_no_paper_makes_one_of_two_twelve_digit_numbers() -> None:
    linked = joined([owner(OLD), owner(OTHER_NEW)])
    assert propose(owner(NEW, MY), linked, papers=[PAPER], sure=True) is None


def test_linked_records_are_judged_together() -> None:
    both = joined([owner(NEW, MY), owner("024999102", Said(name="Giàng Thị My", birth="1986"))])
    assert both.id == both.members[0] == "owner-079186999401"
    assert both.names == ("Giàng Thị Mỷ", "Giàng Thị My")
    found = propose(both, owner(OLD, Said(name="Giàng Thị My", birth="1986-04-02")))
    assert found is not None
    assert found.reasons[:2] == ("owner.name_same", "owner.birth_date_same")


def test_every_rule_has_its_words() -> None:
    assert {rule.code for rule in RULES} <= set(REASONS)
    assert all(set(words) == {"vi", "en"} for words in REASONS.values())


# --- laws

_NAMES = st.sampled_from(["", "Giàng Thị Mỷ", "Giàng Thị Mỉ", "GIANG THI MY", "Giàng Mỷ", "Sùng A Páo"])
_BIRTHS = st.sampled_from(["", "1986", "1986-04-02", "1990-01-01"])
_SAID = st.builds(
    Said,
    name=_NAMES,
    birth=_BIRTHS,
    sex=st.sampled_from(["", "male", "female"]),
    mother=_NAMES,
    father=_NAMES,
    residence=st.sampled_from(["", "Thôn Ví Dụ, xã Mẫu, tỉnh Thử", "Tỉnh Thử"]),
)
_NUMBERS = st.sampled_from([NEW, OTHER_NEW, OLD, "024999102", "B1234567", "0100109106"])
_PAPERS = st.lists(st.sampled_from([PAPER, DocumentId("paper-2")]), max_size=2)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Owner, Owner]:
    left, right = draw(st.lists(_NUMBERS, min_size=2, max_size=2, unique=True))
    return (
        owner(left, *draw(st.lists(_SAID, max_size=3))),
        owner(right, *draw(st.lists(_SAID, max_size=3))),
    )


@given(pair=pairs(), papers=_PAPERS, sure=st.booleans())
def test_the_order_of_two_owners_makes_no_difference(
    pair: tuple[Owner, Owner], papers: list[DocumentId], *, sure: bool
) -> None:
    left, right = pair
    assert propose(left, right, papers=papers, sure=sure) == propose(right, left, papers=papers, sure=sure)
    assert objections(left, right) == objections(right, left)


@given(pairs())
def test_a_name_alone_is_never_more_than_weak(pair: tuple[Owner, Owner]) -> None:
    names_only = [
        Owner(
            id=side.id,
            kind=side.kind,
            members=side.members,
            numbers=side.numbers,
            said=tuple(Said(name=said.name) for said in side.said),
        )
        for side in pair
    ]
    found = propose(*names_only)
    assert found is None or found.strength is Strength.WEAK


@given(pair=pairs(), sure=st.booleans())
def test_without_a_paper_nothing_is_certain(pair: tuple[Owner, Owner], *, sure: bool) -> None:
    found = propose(*pair, sure=sure)
    assert found is None or found.strength < Strength.CERTAIN


@given(pair=pairs(), papers=_PAPERS, sure=st.booleans())
def test_two_people_by_number_or_kind_are_never_proposed(
    pair: tuple[Owner, Owner], papers: list[DocumentId], *, sure: bool
) -> None:
    if {"owner.other_number", "owner.other_kind"} & set(objections(*pair)):
        assert propose(*pair, papers=papers, sure=sure) is None


@given(pair=pairs(), papers=_PAPERS, sure=st.booleans())
def test_what_is_certain_has_nothing_against_it(
    pair: tuple[Owner, Owner], papers: list[DocumentId], *, sure: bool
) -> None:
    found = propose(*pair, papers=papers, sure=sure)
    if found is not None:
        assert 0 <= found.score <= 1
        assert found.strength < Strength.CERTAIN or (not found.against and objections(*pair) == ())


# --- links


class Book:
    """A history that grows as the store's does."""

    def __init__(self) -> None:
        self.entries: list[OwnerLink] = []

    def add(self, action: LinkAction, left: str, right: str, undoes: LinkId | None = None) -> OwnerLink:
        entry = OwnerLink(
            id=LinkId(f"link-{len(self.entries) + 1}"),
            order=len(self.entries) + 1,
            action=action,
            left=OwnerId(left),
            right=OwnerId(right),
            at=NOW,
            actor="quay-1",
            undoes=undoes,
        )
        self.entries.append(entry)
        return entry

    def groups(self) -> set[frozenset[OwnerId]]:
        return {members(OwnerId(record), self.entries) for record in "abcdef"}


def test_a_link_joins_and_its_undoing_parts() -> None:
    book = Book()
    link = book.add(LinkAction.LINK, "a", "b")
    book.add(LinkAction.REFUSE, "b", "c")
    book.add(LinkAction.STATED, "b", "d")
    assert members(OwnerId("b"), book.entries) == {"a", "b"}
    book.add(LinkAction.UNLINK, "a", "b", undoes=link.id)
    assert members(OwnerId("b"), book.entries) == {"b"}
    assert active(book.entries) == ()


def test_later_links_of_the_same_owner_come_first_and_others_do_not_matter() -> None:
    book = Book()
    first = book.add(LinkAction.LINK, "a", "b")
    elsewhere = book.add(LinkAction.LINK, "e", "f")
    second = book.add(LinkAction.LINK, "c", "b")
    third = book.add(LinkAction.LINK, "c", "d")
    assert later_links(first, book.entries) == (third, second)
    assert later_links(third, book.entries) == ()
    assert later_links(elsewhere, book.entries) == ()


_MOVES = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.booleans()), max_size=12)


@given(_MOVES)
def test_undoing_gives_back_exactly_what_was_before_whatever_came_in_between(
    moves: Sequence[tuple[str, str, bool]],
) -> None:
    """Links and undoings in any order: what is undone was the last of its owner, and only that changes."""
    book = Book()
    before: dict[LinkId, frozenset[frozenset[OwnerId]]] = {}
    for left, right, undo in moves:
        open_links = [link for link in active(book.entries) if not later_links(link, book.entries)]
        if undo and open_links:
            link = open_links[-1]
            whole = members(link.left, book.entries)
            others = {group for group in book.groups() if not group & whole}
            book.add(LinkAction.UNLINK, link.left, link.right, undoes=link.id)
            assert {group for group in book.groups() if group & whole} == before[link.id]
            assert {group for group in book.groups() if not group & whole} == others
        elif right not in members(OwnerId(left), book.entries):
            sides = frozenset(members(OwnerId(end), book.entries) for end in (left, right))
            before[book.add(LinkAction.LINK, left, right).id] = sides


def test_a_refused_pair_is_news_only_with_other_evidence() -> None:
    found = judged(MY, MY)
    refusal = OwnerLink(
        id=LinkId("x"),
        order=1,
        action=LinkAction.REFUSE,
        left=found.left.id,
        right=found.right.id,
        at=NOW,
        actor="quay-1",
        because=found.because,
    )
    assert is_news(found, [])
    assert not is_news(found, [refusal])
    with_paper = propose(found.left, found.right, papers=[PAPER])
    assert with_paper is not None
    assert is_news(with_paper, [refusal])


def test_a_tax_code_is_an_organisations() -> None:
    assert owner("0100109106").kind is OwnerKind.ORGANISATION
    assert owner("B1234567").kind is OwnerKind.PERSON
