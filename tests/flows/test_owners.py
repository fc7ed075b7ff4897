"""From a scan to reuse under another number: proposed, confirmed by a person, and parted again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dossier.access import Access, Purpose
from dossier.documents import Batch, Document, DocumentState, Item, Party, PartyRole
from dossier.errors import RecordMissingError
from dossier.events import EventKind
from dossier.ids import BatchId, DocumentId, ItemId, Sha256
from dossier.matching import Aliases, Match, same_owner
from dossier.queries import PaperQuery
from extraction.document import understand_paper
from flows.extract import settle
from flows.lookup import ask_reuse, find_papers, found_under
from flows.owners import confirm, list_owners, list_proposals, refuse, show_owner, unmerge
from reuse.answer import ComponentAnswer
from tests.extraction.papers import CARD_BACK, CARD_FRONT
from tests.extraction.writing import page
from tests.flows.test_review import PRINTED, digitised
from wiring.services import Services
from wiring.settings import read_settings

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
OLD = "085999101"
ACCESS = Access("thu-nghiem", Purpose.PROCEDURE, "HS-1")
ITEM = Item(
    id=ItemId("3f1c0a4e-0000-5000-8000-000000000001"),
    batch=BatchId("3f1c0a4e-0000-5000-8000-0000000000aa"),
    order=1,
    sha256=Sha256("0" * 64),
    size=1,
    name="mau.jpg",
)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A fresh desk with demo keys."""
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")}), clock=lambda: NOW) as made:
        made.create()
        made.store.records.save_batch(Batch(id=ITEM.batch, received_at=NOW), [ITEM])
        yield made


def old_paper(services: Services, of: Document) -> Document:
    """A filed paper of the same person, from the time of nine digits."""
    (bearer,) = of.owners
    paper = Document(
        id=DocumentId("3f1c0a4e-0000-5000-8000-000000000002"),
        item=ITEM.id,
        pages=(1,),
        type="residence_confirmation",
        type_confidence=1.0,
        version=1,
        parties=(
            Party(role=PartyRole.OWNER, relation="subject", number=OLD, name=bearer.name, birth=bearer.birth),
        ),
        state=DocumentState.FILED,
        filed_at=NOW,
    )
    return services.store.records.save_document(paper)


def kinship(services: Services, number: str) -> ComponentAnswer:
    """What registering residence in a relative's household knows about the proof of kinship."""
    answer = ask_reuse(
        services,
        "1.004222",
        owner=number,
        on=date(2025, 12, 1),
        access=ACCESS,
        facts={"joins_household": True},
    )
    return next(component for component in answer.components if component.code == "TT-03")


def codes(answer: ComponentAnswer) -> list[str]:
    return [reason.code for reason in answer.reasons]


def test_a_paper_under_another_number_is_unsure_then_held_then_asked_for(services: Services) -> None:
    scanned = digitised(services)
    assert (scanned.state, scanned.owners[0].number) == (DocumentState.FILED, PRINTED)
    old_paper(services, scanned)

    before = kinship(services, OLD)
    assert (before.status, before.document) == ("unsure", scanned.id)
    assert codes(before)[0] == "owner.proposed"
    (proposal,) = list_proposals(services, access=ACCESS)
    assert proposal.id in before.reasons[0].sentence()
    assert "trùng họ tên, trùng ngày sinh" in before.reasons[0].sentence()

    link = confirm(services, proposal.id, access=ACCESS)
    after = kinship(services, OLD)
    assert (after.status, after.document) == ("held", scanned.id)
    assert "owner.linked_number" in codes(after)
    assert kinship(services, PRINTED).status == "held"

    unmerge(services, link.id, access=ACCESS)
    assert codes(kinship(services, OLD))[0] == "component.nothing_held"
    assert list_proposals(services, access=ACCESS) == []
    services.store.records.check_journal()


def test_papers_are_found_under_every_confirmed_number_and_each_says_why(services: Services) -> None:
    scanned = digitised(services)
    old = old_paper(services, scanned)
    assert [found.id for found in find_papers(services, PaperQuery(number=PRINTED), access=ACCESS)] == [
        scanned.id
    ]
    (proposal,) = list_proposals(services, access=ACCESS)
    confirm(services, proposal.id, access=ACCESS)
    found = find_papers(services, PaperQuery(number=PRINTED), access=ACCESS)
    assert found_under(services, PRINTED, found) == {
        scanned.id: "owner.same_number",
        old.id: "owner.linked_number",
    }


def test_a_linked_paper_that_tells_of_somebody_else_is_unsure() -> None:
    known = (
        Party(role=PartyRole.OWNER, relation="subject", number=PRINTED, name="Nông Thị Liễu", birth="2000"),
    )

    def told(name: str, birth: str) -> tuple[Match, str]:
        party = replace(known[0], number=OLD, name=name, birth=birth)
        return same_owner(party, number=PRINTED, known=known, aliases=Aliases(frozenset({OLD})))

    assert told("Nông Thị Liễu", "2000-12-08") == (Match.YES, "owner.linked_number")
    assert told("", "") == (Match.YES, "owner.linked_number")
    assert told("Nông Thị Liễu", "1999") == (Match.UNSURE, "owner.linked_doubtful")
    assert told("Sùng A Páo", "") == (Match.UNSURE, "owner.linked_doubtful")


def test_the_names_known_of_an_owner_are_those_of_all_its_numbers(services: Services) -> None:
    """A paper without a number, declared for the old number, bears the name the new number is known by."""
    scanned = digitised(services)
    old = old_paper(services, scanned)
    (proposal,) = list_proposals(services, access=ACCESS)
    confirm(services, proposal.id, access=ACCESS)
    nameless = replace(old, version=2, parties=(replace(old.parties[0], name="", birth=""),))
    services.store.records.save_document(nameless)
    assert settle(services, replace(old, fields=()), declared=OLD).questions == ()


def test_whoever_looks_at_an_owner_is_journalled_under_each_of_its_numbers(services: Services) -> None:
    old_paper(services, digitised(services))
    (proposal,) = list_proposals(services, access=ACCESS)
    confirm(services, proposal.id, access=ACCESS)
    start = len(services.store.records.journal())
    (owner,) = list_owners(services, access=ACCESS)
    view = show_owner(services, number=OLD, access=ACCESS)
    assert (view.owner, view.papers, len(view.active)) == (owner, 2, 1)
    told = [entry.event for entry in services.store.records.journal(after=start)]
    references = {services.store.records.owner_ref(number) for number in (PRINTED, OLD)}
    assert [event.kind for event in told] == [EventKind.OWNER_READ] * 4
    assert {event.owner_ref for event in told} == references
    assert {event.subject for event in told} == {owner.id}
    assert {event.purpose for event in told} == {Purpose.PROCEDURE}


def test_a_card_as_it_is_read_joins_the_old_number_of_its_bearer(services: Services) -> None:
    rows = [*CARD_FRONT, "", "Số CMND cũ: 023999101", *CARD_BACK]
    understood = understand_paper([page(rows)], services.papers)
    card = Document(
        id=DocumentId("3f1c0a4e-0000-5000-8000-000000000003"),
        item=ITEM.id,
        pages=(1,),
        type=understood.type,
        type_confidence=understood.type_confidence,
        version=1,
        fields=understood.fields,
        questions=understood.questions,
        parties=understood.parties,
        state=DocumentState.FILED,
        filed_at=NOW,
    )
    bearer = card.owners[0]
    assert (bearer.number, card.value("old_identity_number")) == ("001190123456", "023999101")
    records = services.store.records
    records.save_document(card)
    old = replace(
        card,
        id=DocumentId("3f1c0a4e-0000-5000-8000-000000000004"),
        type="residence_confirmation",
        fields=(),
        parties=(replace(bearer, number="023999101"),),
    )
    records.save_document(old)
    assert {found.id for found in records.documents_of_owner("001190123456")} == {card.id, old.id}
    (told,) = [entry.event for entry in records.journal() if entry.event.kind is EventKind.OWNER_LINKED]
    assert f"paper:{card.id}" in str(told.details["because"])


@pytest.mark.parametrize("text", ["", "Nông Thị Bích Liễu", PRINTED, "3f1c0a4e"])
def test_what_is_no_id_is_missing_and_not_repeated(services: Services, text: str) -> None:
    for act in (confirm, refuse, unmerge):
        with pytest.raises(RecordMissingError) as told:
            act(services, text, access=ACCESS)
        assert told.value.item == ""
