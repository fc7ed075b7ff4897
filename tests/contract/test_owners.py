"""Owners of a store: found or made with each filed paper, proposed, linked, and parted again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dossier.access import Access, Purpose
from dossier.documents import Document, DocumentState, Party, PartyRole
from dossier.errors import OwnerConflictError, OwnerLaterLinkError, OwnerLinkedError, RecordMissingError
from dossier.events import EventKind
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import LinkId, OwnerId, ProposalId, is_id
from dossier.owners import LinkAction, Owner, OwnerKind
from dossier.persons import NumberKind
from dossier.ports import Records
from dossier.proposals import Proposal, Strength
from tests.storage.builders import MOMENT, batch, document, event, item

NEW = "079186999401"
OTHER_NEW = "079190999402"
OLD = "023999101"
OLDER = "024999102"
PASSPORT = "B9999101"
NAME = "Giàng Thị Mỷ"
BIRTH = "1986-04-02"
ACCESS = Access("quay-1", Purpose.PROCEDURE, "H26.5.12-261102-0001")
LATER = MOMENT + timedelta(hours=1)


@pytest.fixture
def filled(records: Records) -> Records:
    """A batch of one item."""
    records.save_batch(batch(), [item()])
    return records


def field(name: str, value: str, confidence: float = 0.995) -> Field:
    return Field(name=name, value=value, printed=value, confidence=confidence, page=1, box=Box(0, 0, 1, 1))


def paper(name: str, number: str, *, of: str = NAME, birth: str = BIRTH) -> Document:
    """A filed paper of one person."""
    bearer = Party(role=PartyRole.OWNER, relation="subject", number=number, name=of, birth=birth)
    return replace(document(name), state=DocumentState.FILED, filed_at=MOMENT, parties=(bearer,))


def card(name: str = "card", number: str = NEW, old: str = OLD, *, confidence: float = 0.995) -> Document:
    """A filed identity card that prints the earlier number too."""
    fields = (field("personal_id", number), field("old_identity_number", old, confidence))
    return replace(paper(name, number), type="identity_card", fields=fields)


def file(records: Records, *papers: Document) -> None:
    for each in papers:
        records.save_document(each, events=[event(EventKind.DOCUMENT_FILED)])


def owner(records: Records, number: str) -> Owner:
    found = records.owners.owner_of(number)
    assert found is not None
    return found


def only_proposal(records: Records) -> Proposal:
    (found,) = records.owners.proposals()
    return found


def owner_events(records: Records) -> list[EventKind]:
    return [
        entry.event.kind for entry in records.journal() if entry.event.kind is not EventKind.DOCUMENT_FILED
    ]


def under(records: Records, number: str) -> set[str]:
    return {found.id for found in records.documents_of_owner(number)}


# --- find or make


def test_a_filed_paper_makes_the_owner_of_its_number(filled: Records) -> None:
    file(filled, paper("a", NEW))
    found = owner(filled, NEW)
    assert is_id(found.id)
    assert (found.kind, found.members, found.names) == (OwnerKind.PERSON, (found.id,), (NAME,))
    (number,) = found.numbers
    assert (number.number, number.kind, number.since) == (NEW, NumberKind.PERSONAL_ID, MOMENT)
    assert number.document == document("a").id
    assert filled.owners.owner(found.id) == found


def test_the_next_paper_finds_the_owner_and_adds_what_it_says(filled: Records) -> None:
    file(filled, paper("a", NEW), paper("b", NEW, of="Giàng Thị Mỉ"))
    assert owner(filled, NEW).names == (NAME, "Giàng Thị Mỉ")
    assert [found.id for found in filled.owners.owners()] == [owner(filled, NEW).id]


def test_everybody_with_a_number_on_a_paper_is_an_owner(filled: Records) -> None:
    husband = Party(role=PartyRole.OWNER, relation="husband", number=OTHER_NEW, name="Sùng A Páo")
    nameless = Party(role=PartyRole.RELATED, relation="mother", name="Sùng Thị Dở")
    both = paper("a", NEW)
    file(filled, replace(both, parties=(*both.parties, husband, nameless)))
    assert [found.numbers[0].number for found in filled.owners.owners()] == [NEW, OTHER_NEW]


def test_an_organisation_is_one(filled: Records) -> None:
    file(filled, paper("a", "0100109106", of="Công ty Mẫu", birth=""))
    assert owner(filled, "0100109106").kind is OwnerKind.ORGANISATION


def test_a_waiting_paper_says_nothing_yet(filled: Records) -> None:
    filled.save_document(replace(paper("a", NEW), state=DocumentState.WAITING))
    assert filled.owners.owner_of(NEW) is None
    assert list(filled.owners.owners()) == []


def test_what_an_earlier_version_said_is_gone(filled: Records) -> None:
    file(filled, paper("a", NEW, of="Giàng Thị My"))
    first = filled.document(document("a").id)
    file(filled, first.next_version(parties=paper("a", NEW).parties))
    assert owner(filled, NEW).names == (NAME,)
    file(filled, first.next_version().next_version(parties=paper("a", OTHER_NEW).parties))
    assert owner(filled, NEW).names == ()
    assert owner(filled, OTHER_NEW).names == (NAME,)


def test_nobody_and_nothing_of_that_id_is_missing(records: Records) -> None:
    assert records.owners.owner_of(NEW) is None
    assert list(records.numbers_of_owner(NEW)) == [NEW]
    with pytest.raises(RecordMissingError):
        records.owners.owner(OwnerId("none"))
    with pytest.raises(RecordMissingError):
        records.owners.confirm(ProposalId("none"), access=ACCESS, at=LATER)
    with pytest.raises(RecordMissingError):
        records.owners.refuse(ProposalId("none"), access=ACCESS, at=LATER)
    with pytest.raises(RecordMissingError):
        records.owners.unmerge(LinkId("none"), access=ACCESS, at=LATER)


def test_owners_and_proposals_come_in_pages(filled: Records) -> None:
    olds = [f"02399910{last}" for last in range(5)]
    file(
        filled, *(paper(number, number, of=f"Giàng {last} Mỷ", birth="") for last, number in enumerate(olds))
    )
    first = filled.owners.owners(limit=2)
    rest = filled.owners.owners(after=first[-1].id)
    assert [found.numbers[0].number for found in (*first, *rest)] == olds
    file(filled, *(paper(f"{number} again", number, of=NAME) for number in olds[:3]))
    pairs = [found.id for found in filled.owners.proposals()]
    assert len(pairs) == 3
    start = filled.owners.proposals(limit=1)
    assert [found.id for found in (*start, *filled.owners.proposals(after=start[0].id))] == pairs


# --- proposals


def test_one_name_and_birth_under_two_numbers_is_proposed_once(filled: Records) -> None:
    file(filled, paper("a", NEW), paper("b", OLD, of="Giàng Thị Mỉ"), paper("c", OLD))
    found = only_proposal(filled)
    assert {found.left.numbers[0].number, found.right.numbers[0].number} == {NEW, OLD}
    assert found.strength is Strength.LIKELY
    assert found.reasons == ("owner.name_same", "owner.birth_date_same")
    assert list(filled.owners.proposals_of(owner(filled, OLD).id)) == [found]
    assert under(filled, NEW) == {document("a").id}


@pytest.mark.parametrize(
    ("number", "of", "birth"),
    [
        (OTHER_NEW, NAME, BIRTH),
        (OLD, NAME, "1990-04-02"),
        (OLD, NAME, ""),
        (OLD, "Sùng Thị Dở", BIRTH),
        ("0100109106", NAME, BIRTH),
    ],
)
def test_namesakes_and_others_are_not_proposed(filled: Records, number: str, of: str, birth: str) -> None:
    file(filled, paper("a", NEW), paper("b", number, of=of, birth=birth))
    assert list(filled.owners.proposals()) == []


def test_a_proposal_whose_ground_is_corrected_is_gone_and_cannot_be_confirmed(filled: Records) -> None:
    file(filled, paper("a", NEW), paper("b", OLD))
    found = only_proposal(filled)
    before = filled.document(document("b").id)
    file(filled, before.next_version(parties=paper("b", OLD, birth="").parties))
    assert list(filled.owners.proposals()) == []
    with pytest.raises(OwnerConflictError):
        filled.owners.confirm(found.id, access=ACCESS, at=LATER)
    file(filled, before.next_version().next_version(parties=paper("b", OLD, birth="1990").parties))
    with pytest.raises(OwnerConflictError, match=r"owner\.conflict"):
        filled.owners.confirm(found.id, access=ACCESS, at=LATER)
    assert owner_events(filled) == []


# --- confirm, refuse, unmerge


def test_confirmed_papers_are_found_under_both_numbers(filled: Records) -> None:
    file(filled, paper("a", NEW), paper("b", OLD))
    link = filled.owners.confirm(only_proposal(filled).id, access=ACCESS, at=LATER)
    both = {document("a").id, document("b").id}
    assert under(filled, NEW) == under(filled, OLD) == both
    assert list(filled.numbers_of_owner(OLD)) == [OLD, NEW]
    found = owner(filled, OLD)
    assert found == owner(filled, NEW) == filled.owners.owner(found.members[1])
    assert len(found.members) == 2
    assert list(filled.owners.proposals()) == []
    assert (link.action, link.at, link.actor) == (LinkAction.LINK, LATER, "quay-1")
    assert list(filled.owners.owners()) == [found]


def test_confirming_again_gives_the_link_that_is_there(filled: Records) -> None:
    file(filled, paper("a", NEW), paper("b", OLD))
    proposal = only_proposal(filled).id
    link = filled.owners.confirm(proposal, access=ACCESS, at=LATER)
    assert filled.owners.confirm(proposal, access=ACCESS, at=LATER) == link
    assert owner_events(filled) == [EventKind.OWNER_LINKED]
    with pytest.raises(OwnerLinkedError):
        filled.owners.refuse(proposal, access=ACCESS, at=LATER)


def test_every_decision_is_in_the_journal_without_name_or_number(filled: Records) -> None:
    file(filled, paper("a", NEW), paper("b", OLD))
    proposal = only_proposal(filled).id
    refused = filled.owners.refuse(proposal, access=ACCESS, at=LATER)
    link = filled.owners.confirm(proposal, access=ACCESS, at=LATER)
    parted = filled.owners.unmerge(link.id, access=ACCESS, at=LATER)
    told = [entry.event for entry in filled.journal() if entry.event.kind.startswith("owner.")]
    assert [found.kind for found in told] == [
        EventKind.OWNER_REFUSED,
        EventKind.OWNER_LINKED,
        EventKind.OWNER_UNLINKED,
    ]
    assert [found.subject for found in told] == [refused.id, link.id, parted.id]
    assert told[2].details["undoes"] == link.id
    for found in told:
        assert {found.owner_ref, found.details["other"]} == {filled.owner_ref(NEW), filled.owner_ref(OLD)}
        assert (found.purpose, found.dossier) == (ACCESS.purpose, ACCESS.dossier)
        assert all(secret not in str(found) for secret in (NEW, OLD, NAME, "Mỷ"))
    filled.check_journal()


def test_a_refused_pair_comes_again_only_with_new_evidence(filled: Records) -> None:
    file(filled, paper("a", NEW), paper("b", OLD))
    proposal = only_proposal(filled).id
    first = filled.owners.refuse(proposal, access=ACCESS, at=LATER)
    assert filled.owners.refuse(proposal, access=ACCESS, at=LATER) == first
    assert list(filled.owners.proposals()) == []
    file(filled, paper("c", OLD))
    assert list(filled.owners.proposals()) == []
    file(filled, card(confidence=0.5))
    found = only_proposal(filled)
    assert (found.id, found.reasons[0]) == (proposal, "owner.stated_by_paper")
    assert filled.owners.refuse(proposal, access=ACCESS, at=LATER) != first
    assert list(filled.owners.proposals()) == []


def test_unmerging_gives_back_what_was_before_and_does_not_ask_again(filled: Records) -> None:
    file(filled, paper("a", NEW), paper("b", OLD))
    before = (owner(filled, NEW), owner(filled, OLD), filled.owners.owners())
    link = filled.owners.confirm(only_proposal(filled).id, access=ACCESS, at=LATER)
    parted = filled.owners.unmerge(link.id, access=ACCESS, at=LATER)
    assert (owner(filled, NEW), owner(filled, OLD), filled.owners.owners()) == before
    assert under(filled, NEW) == {document("a").id}
    assert under(filled, OLD) == {document("b").id}
    assert list(filled.owners.proposals()) == []
    assert filled.owners.unmerge(link.id, access=ACCESS, at=LATER) == parted
    assert [entry.action for entry in filled.owners.history(owner(filled, NEW).id)] == [
        LinkAction.LINK,
        LinkAction.UNLINK,
    ]


def test_a_link_that_was_undone_may_be_made_again(filled: Records) -> None:
    file(filled, paper("a", NEW), paper("b", OLD))
    proposal = only_proposal(filled).id
    first = filled.owners.confirm(proposal, access=ACCESS, at=LATER)
    filled.owners.unmerge(first.id, access=ACCESS, at=LATER)
    second = filled.owners.confirm(proposal, access=ACCESS, at=LATER)
    assert second.id != first.id
    assert under(filled, OLD) == {document("a").id, document("b").id}


def test_later_links_are_undone_first(filled: Records) -> None:
    file(filled, paper("a", NEW), paper("b", OLD), paper("c", OLDER))
    links = []
    while waiting := filled.owners.proposals():
        links.append(filled.owners.confirm(waiting[0].id, access=ACCESS, at=LATER))
    assert len(links) == 2
    assert len(owner(filled, OLDER).members) == 3
    with pytest.raises(OwnerLaterLinkError) as told:
        filled.owners.unmerge(links[0].id, access=ACCESS, at=LATER)
    assert told.value.details == {"later": links[1].id}
    filled.owners.unmerge(links[1].id, access=ACCESS, at=LATER)
    filled.owners.unmerge(links[0].id, access=ACCESS, at=LATER)
    assert len(filled.owners.owners()) == 3


def test_a_third_number_that_contradicts_the_group_is_not_joined(filled: Records) -> None:
    """The old card fits both 12-digit numbers, but they are two people."""
    file(filled, paper("b", OLD), paper("a", "079186999401"), paper("c", "079186999409"))
    first, second = filled.owners.proposals()
    filled.owners.confirm(first.id, access=ACCESS, at=LATER)
    assert list(filled.owners.proposals()) == []
    with pytest.raises(OwnerConflictError):
        filled.owners.confirm(second.id, access=ACCESS, at=LATER)


# --- papers that state both numbers


def test_a_card_that_states_both_numbers_links_them_when_filed(filled: Records) -> None:
    file(filled, paper("b", OLD), card())
    (link,) = filled.owners.history(owner(filled, NEW).id)
    assert (link.action, link.document, link.actor) == (LinkAction.LINK, document("card").id, "quay-1")
    assert link.because[0] == "owner.stated_by_paper"
    assert under(filled, NEW) == under(filled, OLD) == {document("b").id, document("card").id}
    assert owner_events(filled) == [EventKind.OWNER_LINKED]
    assert list(filled.owners.proposals()) == []


def test_a_card_filed_first_waits_for_the_papers_of_the_old_number(filled: Records) -> None:
    file(filled, card(), paper("b", OLD))
    assert under(filled, NEW) == {document("b").id, document("card").id}


def test_saving_a_card_again_links_nothing_again(filled: Records) -> None:
    file(filled, card())
    file(filled, filled.document(document("card").id).next_version(dossier="D"))
    file(filled, card("renewed"))
    history = filled.owners.history(owner(filled, NEW).id)
    assert [entry.action for entry in history] == [LinkAction.LINK, LinkAction.STATED]
    assert owner_events(filled) == [EventKind.OWNER_LINKED]


@pytest.mark.parametrize(
    "old_paper", [paper("b", OLD, birth="1990"), paper("b", OLD, of="Sùng Thị Dở", birth="")]
)
def test_a_card_against_which_something_speaks_waits_for_a_person(
    filled: Records, old_paper: Document
) -> None:
    file(filled, old_paper, card())
    found = only_proposal(filled)
    assert found.papers == (document("card").id,)
    assert found.against
    assert under(filled, NEW) == {document("card").id}
    filled.owners.confirm(found.id, access=ACCESS, at=LATER)
    assert under(filled, NEW) == {document("b").id, document("card").id}


def test_a_card_read_with_doubt_waits_for_a_person(filled: Records) -> None:
    file(filled, card(confidence=0.92))
    found = only_proposal(filled)
    assert (found.strength, found.reasons) == (Strength.LIKELY, ("owner.stated_by_paper",))
    assert list(filled.numbers_of_owner(NEW)) == [NEW]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_card_read_fairly_counts_where_both_tell_of_one_person(
    filled: Records, order: tuple[int, int]
) -> None:
    papers = (card(confidence=0.92), paper("b", OLD))
    file(filled, *(papers[place] for place in order))
    assert under(filled, NEW) == {document("b").id, document("card").id}
    *_, link = filled.owners.history(owner(filled, NEW).id)
    assert (link.action, link.document) == (LinkAction.LINK, document("card").id)
    assert link.because[:3] == ("owner.stated_by_paper", "owner.name_same", "owner.birth_date_same")
    assert owner_events(filled) == [EventKind.OWNER_LINKED]


def test_a_statement_that_was_corrected_links_nothing_later(filled: Records) -> None:
    file(filled, card(confidence=0.92))
    file(filled, filled.document(document("card").id).next_version(fields=()))
    assert list(filled.owners.proposals()) == []
    file(filled, paper("b", OLD))
    assert list(filled.numbers_of_owner(NEW)) == [NEW]
    assert only_proposal(filled).reasons == ("owner.name_same", "owner.birth_date_same")


def test_a_card_never_undoes_what_a_person_decided(filled: Records) -> None:
    file(filled, card())
    (link,) = filled.owners.history(owner(filled, NEW).id)
    filled.owners.unmerge(link.id, access=ACCESS, at=LATER)
    file(filled, filled.document(document("card").id).next_version(dossier="D"))
    assert list(filled.owners.proposals()) == []
    file(filled, card("renewed"))
    assert list(filled.numbers_of_owner(NEW)) == [NEW]
    assert only_proposal(filled).papers == tuple(sorted((document("card").id, document("renewed").id)))


def test_a_card_that_gives_one_old_number_to_two_people_links_only_the_first(filled: Records) -> None:
    file(filled, card(), card("other", OTHER_NEW))
    assert list(filled.numbers_of_owner(OLD)) == [OLD, NEW]
    assert list(filled.numbers_of_owner(OTHER_NEW)) == [OTHER_NEW]
    assert list(filled.owners.proposals()) == []


def test_confirming_what_is_one_by_other_links_enters_nothing(filled: Records) -> None:
    file(filled, paper("a", NEW), paper("b", OLD), paper("c", OLDER))
    first, second, third = filled.owners.proposals()
    filled.owners.confirm(first.id, access=ACCESS, at=LATER)
    newest = filled.owners.confirm(second.id, access=ACCESS, at=LATER)
    assert filled.owners.confirm(third.id, access=ACCESS, at=LATER) == newest
    assert owner_events(filled) == [EventKind.OWNER_LINKED] * 2
