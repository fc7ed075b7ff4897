"""Documents, fields, terms, trust and purposes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.access import Purpose, parse_purpose
from dossier.documents import Document, DocumentState, Party, PartyRole, SignatureStatus
from dossier.errors import AccessRefusedError
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import DocumentId, ItemId
from dossier.trust import Standing, Term, TermKind, Trust

CHILD = Party(role=PartyRole.OWNER, relation="subject", name="Giàng A Nhà")
MOTHER = Party(role=PartyRole.RELATED, relation="mother", name="Giàng Thị Mỷ")
NAME = Field(
    name="full_name",
    value="Giàng A Nhà",
    printed="GIÀNG A NHÀ",
    confidence=0.98765,
    page=1,
    box=Box(1, 2, 3, 4),
)
DOCUMENT = Document(
    id=DocumentId("d"),
    item=ItemId("i"),
    pages=(1,),
    type="birth_certificate",
    type_confidence=0.9,
    fields=(NAME,),
    parties=(CHILD, MOTHER),
)


def test_a_new_document_trusts_nothing() -> None:
    assert DOCUMENT.state is DocumentState.WAITING
    assert DOCUMENT.term == Term(TermKind.UNKNOWN)
    assert DOCUMENT.trust is Trust.T6
    assert DOCUMENT.signature is SignatureStatus.UNSIGNED
    assert DOCUMENT.standing is Standing.IN_FORCE


def test_fields_are_found_by_name() -> None:
    assert DOCUMENT.field("full_name") is NAME
    assert DOCUMENT.value("full_name") == "Giàng A Nhà"
    assert DOCUMENT.field("sex") is None
    assert DOCUMENT.value("sex") == ""


def test_only_owners_own() -> None:
    assert DOCUMENT.owners == (CHILD,)


def test_the_next_version_leaves_the_old_one_alone() -> None:
    after = DOCUMENT.next_version(state=DocumentState.FILED)
    assert (after.version, after.state) == (1, DocumentState.FILED)
    assert (DOCUMENT.version, DOCUMENT.state) == (0, DocumentState.WAITING)


def test_a_field_prints_as_the_vocabulary_says() -> None:
    assert NAME.as_json() == {
        "value": "Giàng A Nhà",
        "printed": "GIÀNG A NHÀ",
        "confidence": 0.9877,
        "page": 1,
        "box": [1, 2, 3, 4],
    }


@given(st.sampled_from(TermKind), st.none() | st.dates())
def test_a_term_has_a_last_day_exactly_when_it_is_limited(kind: TermKind, last: date | None) -> None:
    if (last is None) == (kind is not TermKind.UNTIL):
        assert Term(kind, last).until == last
    else:
        with pytest.raises(ValueError, match="term of kind"):
            Term(kind, last)


def test_the_ladder_goes_from_databases_down_to_uploads() -> None:
    assert max(Trust) is Trust.T6
    assert min(Trust) is Trust.T1
    assert [str(step) for step in Trust] == ["T1", "T2", "T3", "T4", "T5", "T6"]


def test_a_known_purpose_is_read_and_an_unknown_one_refused() -> None:
    assert parse_purpose("giai_quyet_thu_tuc") is Purpose.PROCEDURE
    with pytest.raises(AccessRefusedError) as caught:
        parse_purpose("tò mò")
    assert "tò mò" not in caught.value.message()
