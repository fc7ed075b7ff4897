"""Whose paper it is: a printed number decides; what staff declared helps; a name alone never does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dossier.documents import Batch, Document, DocumentState, Item, Party, PartyRole
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import BatchId, DocumentId, ItemId, Sha256
from dossier.review import OWNER_QUESTION
from dossier.trust import TermKind
from flows.extract import settle
from wiring.services import Services
from wiring.settings import read_settings

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
DECLARED = "079186999401"
OTHER = "001090000000"
NEAR = "079186999481"
FARTHER = "079186999777"
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
    """A desk with one item of a dossier whose owner staff declared."""
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")}), clock=lambda: NOW) as made:
        made.create()
        batch = Batch(id=ITEM.batch, received_at=NOW, owner=DECLARED)
        made.store.records.save_batch(batch, [ITEM])
        yield made


def field(name: str, value: str) -> Field:
    return Field(name=name, value=value, printed=value, confidence=1.0, page=1, box=Box(0, 0, 1, 1))


def paper(*fields: Field, type_: str = "marital_status_certificate") -> Document:
    return Document(
        id=DocumentId("3f1c0a4e-0000-5000-8000-000000000002"),
        item=ITEM.id,
        pages=(1,),
        type=type_,
        type_confidence=0.9,
        version=1,
        fields=fields,
    )


def held(services: Services, document: Document) -> None:
    services.store.records.save_document(replace(document, state=DocumentState.FILED, filed_at=NOW))


def test_a_printed_number_is_the_owner_whatever_was_declared(services: Services) -> None:
    settled = settle(services, paper(field("personal_id", OTHER)))
    assert [party.number for party in settled.owners] == [OTHER]
    assert settled.questions == ()


def test_the_owner_a_person_names_is_added(services: Services) -> None:
    asked = replace(paper(field("full_name", "Trần Thị Thu Hương")), questions=(OWNER_QUESTION, "full_name"))
    settled = settle(services, asked, owner=DECLARED)
    assert DECLARED in [party.number for party in settled.owners]
    assert settled.questions == ("full_name",)


def test_the_type_decides_the_term(services: Services) -> None:
    settled = settle(services, paper(field("personal_id", OTHER), field("issue_date", "2026-10-01")))
    assert settled.questions == ()
    assert settled.term.kind is TermKind.UNTIL
    assert settled.term.until is not None
    assert settled.term.until.isoformat()[:7] == "2027-04"


@pytest.mark.parametrize(("number", "asked"), [(NEAR, True), (FARTHER, False), (DECLARED, False)])
def test_a_printed_number_all_but_the_declared_one_is_asked(
    services: Services, number: str, *, asked: bool
) -> None:
    settled = settle(services, paper(field("personal_id", number)))
    assert settled.questions == ((OWNER_QUESTION,) if asked else ())
    assert [party.number for party in settled.owners] == [number]


def test_a_number_a_person_confirms_is_not_asked(services: Services) -> None:
    assert settle(services, paper(field("personal_id", NEAR)), confirmed=True).questions == ()


def test_the_owner_a_person_named_beside_a_printed_number_stays(services: Services) -> None:
    named = settle(services, paper(field("personal_id", OTHER)), owner=DECLARED)
    assert {party.number for party in settle(services, named).owners} == {OTHER, DECLARED}


def test_a_corrected_number_moves_the_paper_to_its_owner(services: Services) -> None:
    held(services, replace(paper(field("personal_id", OTHER)), parties=(owner_party(OTHER),)))
    corrected = replace(paper(field("personal_id", DECLARED)), version=2)
    settled = settle(services, corrected)
    services.store.records.save_document(settled)
    assert services.store.records.documents_of_owner(OTHER) in ((), [])
    (found,) = services.store.records.documents_of_owner(DECLARED)
    assert found.version == 2


def owner_party(number: str) -> Party:
    return Party(role=PartyRole.OWNER, relation="subject", number=number)
