"""From a waiting paper to a filed one: what a person says decides, and nothing is sealed half answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import pytest

from dossier.access import Access, Purpose
from dossier.documents import Document, DocumentState
from dossier.errors import ArgumentError, SigningError
from dossier.events import EventKind
from dossier.fields import Evidence
from dossier.ids import DocumentId
from dossier.review import OWNER_QUESTION
from flows.capture import read_item
from flows.intake import take_in
from flows.issue import file_item
from flows.lookup import ask_reuse
from flows.progress import silent
from flows.review import redeclare, review
from signing.signer import DocumentSigner
from storage.inbox import Declaration
from tests.project.test_layout import ROOT
from wiring.services import Services
from wiring.settings import read_settings

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
FOLDER = ROOT / "samples" / "dossiers" / "2-dang-ky-ket-hon"
PAPER = FOLDER / "giay-khai-sinh-nu.pdf"
PRINTED = "004300999201"
NEAR = "004300999281"
OTHER = "079186999401"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A fresh desk with demo keys."""
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")}), clock=lambda: NOW) as made:
        made.create()
        yield made


def digitised(services: Services, *, owner: str = "") -> Document:
    """The sample paper, read, signed and put down."""
    with services.writing():
        handed = take_in(services, [PAPER], declared=Declaration(owner=owner))
        (item,) = handed.items
        read_item(services, item, listen=silent)
        file_item(services, item, listen=silent)
        (document,) = services.store.records.documents_of_item(item)
    return document


def kinds(services: Services, document: DocumentId) -> list[EventKind]:
    return [
        entry.event.kind
        for entry in services.store.records.journal(limit=1000)
        if entry.event.subject == document
    ]


def waiting(services: Services) -> Document:
    """The sample paper, waiting: staff declared an owner whose number is all but the printed one."""
    document = digitised(services, owner=NEAR)
    assert document.state is DocumentState.WAITING
    assert document.questions == (OWNER_QUESTION,)
    return document


def test_a_number_all_but_the_declared_one_is_asked_and_the_answer_files_the_paper(
    services: Services,
) -> None:
    document = waiting(services)
    assert services.store.records.documents_of_owner(NEAR) in ((), [])
    filed = review(services, document.id, values={}, owner=NEAR, confirmed=False)
    assert (filed.state, filed.version, filed.questions) == (DocumentState.FILED, 2, ())
    assert [party.number for party in filed.owners] == [NEAR]
    field = filed.field("personal_id")
    assert field is not None
    assert (field.value, field.printed, field.evidence) == (NEAR, PRINTED, Evidence.PERSON)
    (found,) = services.store.records.documents_of_owner(NEAR)
    assert found.id == document.id


def test_a_paper_that_a_person_answered_for_is_held_for_reuse(services: Services) -> None:
    document = waiting(services)
    assert held_for(services, PRINTED) == ("unsure", document.id)
    review(services, document.id, values={"personal_id": PRINTED}, confirmed=False)
    assert held_for(services, PRINTED) == ("held", document.id)


def held_for(services: Services, owner: str) -> tuple[str, DocumentId | None]:
    """What registering residence in a relative's household knows about the proof of kinship."""
    with services.writing():
        answer = ask_reuse(
            services,
            "1.004222",
            owner=owner,
            on=date(2025, 12, 1),
            access=Access("thu-nghiem", Purpose.PROCEDURE, "HS-1"),
            facts={"joins_household": True},
        )
    found = next(component for component in answer.components if component.code == "TT-03")
    return found.status.value, found.document


def test_one_answer_is_one_version_that_tells_of_correction_and_seal(services: Services) -> None:
    document = waiting(services)
    filed = review(services, document.id, values={}, confirmed=True)
    assert filed.version == 2
    assert [party.number for party in filed.owners] == [PRINTED]
    told = kinds(services, document.id)
    assert told[-2:] == [EventKind.DOCUMENT_CORRECTED, EventKind.DOCUMENT_FILED]
    assert len(told) == 4


class Unsealing(Services):
    """A desk whose keys fail."""

    @cached_property
    def signer(self) -> DocumentSigner:
        """No signer."""
        raise SigningError("mau.pdf")


def test_a_seal_that_fails_leaves_the_paper_waiting_with_its_questions(services: Services) -> None:
    document = waiting(services)
    told = kinds(services, document.id)
    with Unsealing(services.settings, clock=lambda: NOW) as broken, pytest.raises(SigningError):
        review(broken, document.id, values={}, confirmed=True)
    assert services.store.records.document(document.id) == document
    assert kinds(services, document.id) == told
    assert review(services, document.id, values={}, confirmed=True).version == 2


def test_an_answer_that_leaves_a_question_keeps_the_paper_waiting(services: Services) -> None:
    document = waiting(services)
    after = review(services, document.id, values={"ethnicity": "Tày"}, confirmed=False)
    assert (after.state, after.version, after.questions) == (DocumentState.WAITING, 2, (OWNER_QUESTION,))
    assert kinds(services, document.id)[-1] is EventKind.DOCUMENT_CORRECTED


def test_the_number_a_person_copies_from_the_paper_settles_whose_it_is(services: Services) -> None:
    document = waiting(services)
    filed = review(services, document.id, values={"personal_id": "004 300 999 201"}, confirmed=False)
    assert filed.state is DocumentState.FILED
    assert [party.number for party in filed.owners] == [PRINTED]


def test_values_are_kept_in_the_normal_form_of_their_field(services: Services) -> None:
    document = waiting(services)
    values = {"date_of_birth": "08/12/2000", "full_name": "NÔNG THỊ BÍCH LIỄU", "sex": "Nữ"}
    after = review(services, document.id, values=values, confirmed=False)
    assert [after.value(name) for name in values] == ["2000-12-08", "Nông Thị Bích Liễu", "female"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("date_of_birth", "31/02/2000"), ("personal_id", "00430099920"), ("sex", "không rõ")],
)
def test_a_value_of_no_such_kind_is_refused_by_field_name(services: Services, name: str, value: str) -> None:
    document = waiting(services)
    with pytest.raises(ArgumentError, match=f"--set {name}"):
        review(services, document.id, values={name: value}, confirmed=True)
    assert services.store.records.document(document.id) == document


def test_values_that_contradict_each_other_are_asked_until_confirmed(services: Services) -> None:
    document = waiting(services)
    asked = review(services, document.id, values={"sex": "Nam"}, owner=PRINTED, confirmed=False)
    assert asked.state is DocumentState.WAITING
    assert set(asked.questions) == {"sex", "personal_id"}
    filed = review(services, document.id, values={}, confirmed=True)
    assert (filed.state, filed.value("sex")) == (DocumentState.FILED, "male")


def test_another_type_is_read_again_and_asks_its_key_fields_even_when_confirmed(services: Services) -> None:
    document = waiting(services)
    after = review(services, document.id, values={}, type_="marriage_certificate", confirmed=True)
    assert (after.type, after.state) == ("marriage_certificate", DocumentState.WAITING)
    assert {"husband_full_name", "husband_personal_id"} <= set(after.questions)
    names = set(services.papers.spec("marriage_certificate").by_name)
    assert {field.name for field in after.fields} <= names
    again = review(services, document.id, values={}, confirmed=True)
    assert again.state is DocumentState.WAITING
    back = review(services, document.id, values={}, type_="birth_certificate", owner=PRINTED, confirmed=True)
    assert (back.type, back.state, back.value("sex")) == ("birth_certificate", DocumentState.FILED, "female")
    assert [party.number for party in back.owners] == [PRINTED]


def test_a_key_field_that_the_paper_does_not_have_is_said_to_be_absent(services: Services) -> None:
    document = waiting(services)
    asked = review(services, document.id, values={}, type_="residence_confirmation", confirmed=True)
    absent = dict.fromkeys(asked.questions, "")
    filed = review(services, document.id, values=absent, owner=PRINTED, confirmed=True)
    assert asked.questions
    assert (filed.type, filed.state) == ("residence_confirmation", DocumentState.FILED)


def test_values_of_a_person_outlive_a_change_of_type(services: Services) -> None:
    document = waiting(services)
    review(services, document.id, values={"full_name": "Nông Thị Liễu"}, confirmed=False)
    after = review(services, document.id, values={}, type_="residence_confirmation", confirmed=False)
    assert after.value("full_name") == "Nông Thị Liễu"


def test_an_owner_declared_anew_files_the_paper_once(services: Services) -> None:
    document = waiting(services)
    with services.writing():
        assert redeclare(services, document.item, "") == ()
        assert redeclare(services, document.item, NEAR) == ()
        (filed,) = redeclare(services, document.item, PRINTED)
        assert redeclare(services, document.item, PRINTED) == ()
    assert (filed.state, filed.version) == (DocumentState.FILED, 2)
    (found,) = services.store.records.documents_of_owner(PRINTED)
    assert found == filed


def test_an_owner_forgotten_at_first_is_taken_for_a_paper_that_prints_no_number(services: Services) -> None:
    document = waiting(services)
    fields = tuple(field for field in document.fields if field.name != "personal_id")
    parties = services.papers.spec(document.type).parties_of(fields)
    with services.writing():
        services.store.records.save_document(document.next_version(fields=fields, parties=parties))
        (filed,) = redeclare(services, document.item, OTHER)
        assert redeclare(services, document.item, OTHER) == ()
    assert [party.number for party in filed.owners if party.number] == [OTHER]
    assert filed.state is DocumentState.FILED
