"""What happens when a person corrects or confirms a document."""

from __future__ import annotations

import unicodedata

from dossier.documents import Document, DocumentState
from dossier.fields import Evidence, Field
from dossier.geometry import Box
from dossier.ids import DocumentId, ItemId
from dossier.review import corrected, must_wait

BOX = Box(10, 20, 110, 50)
READ = Field(name="full_name", value="Giang Thi My", printed="GIANG THI MY", confidence=0.4, page=2, box=BOX)
DOCUMENT = Document(
    id=DocumentId("d"),
    item=ItemId("i"),
    pages=(2, 3),
    type="birth_certificate",
    type_confidence=0.9,
    version=1,
    fields=(READ,),
    questions=("full_name", "owner"),
)


def test_a_document_with_a_question_waits() -> None:
    assert must_wait(DOCUMENT)
    assert not must_wait(DOCUMENT.next_version(questions=()))


def test_a_correction_is_the_next_version_and_keeps_what_was_printed() -> None:
    after = corrected(DOCUMENT, {"full_name": unicodedata.normalize("NFD", "Giàng Thị Mỷ")}, confirmed=False)
    assert (after.version, after.state, after.questions) == (2, DocumentState.WAITING, ("owner",))
    assert after.fields == (
        Field(
            name="full_name",
            value=unicodedata.normalize("NFC", "Giàng Thị Mỷ"),
            printed="GIANG THI MY",
            confidence=1.0,
            page=2,
            box=BOX,
            evidence=Evidence.PERSON,
        ),
    )
    assert DOCUMENT.fields == (READ,)


def test_a_field_the_machine_missed_is_added_on_the_first_page() -> None:
    after = corrected(DOCUMENT, {"sex": "female"}, confirmed=False)
    added = after.field("sex")
    assert added is not None
    assert (added.value, added.printed, added.page, added.evidence) == ("female", "", 2, Evidence.PERSON)
    assert after.questions == ("full_name", "owner")


def test_an_empty_value_removes_a_field_the_paper_does_not_have() -> None:
    assert corrected(DOCUMENT, {"full_name": "", "sex": ""}, confirmed=False).fields == ()


def test_a_confirmation_settles_every_question() -> None:
    after = corrected(DOCUMENT, {}, confirmed=True)
    assert (after.questions, after.fields, after.version) == ((), (READ,), 2)
