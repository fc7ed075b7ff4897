"""What a paper says about the bearer of a number, and which two numbers it gives to one person."""

from __future__ import annotations

import pytest

from dossier.documents import Document, Party, PartyRole
from dossier.fields import Evidence, Field
from dossier.geometry import Box
from dossier.ids import DocumentId, ItemId
from dossier.persons import NumberKind
from dossier.said import PairSaid, Reading, Said, numbers_said, pairs_said

NEW = "079186999401"
OLD = "023999101"


def field(
    name: str,
    value: str,
    *,
    printed: str = "",
    confidence: float = 0.995,
    evidence: Evidence = Evidence.PRINT,
) -> Field:
    return Field(
        name=name,
        value=value,
        printed=printed or value,
        confidence=confidence,
        page=1,
        box=Box(0, 0, 1, 1),
        evidence=evidence,
    )


def paper(*fields: Field, parties: tuple[Party, ...] = (), questions: tuple[str, ...] = ()) -> Document:
    return Document(
        id=DocumentId("d"),
        item=ItemId("i"),
        pages=(1,),
        type="identity_card",
        type_confidence=1.0,
        fields=fields,
        parties=parties,
        questions=questions,
    )


def party(
    number: str, relation: str = "subject", *, name: str = "Giàng Thị Mỷ", birth: str = "1986-04-02"
) -> Party:
    role = PartyRole.RELATED if relation in {"mother", "father"} else PartyRole.OWNER
    return Party(role=role, relation=relation, number=number, name=name, birth=birth)


def test_fields_without_a_role_are_about_the_subject() -> None:
    told = paper(
        field("sex", "female"),
        field("mother_full_name", "Sùng Thị Dở"),
        field("father_full_name", "Giàng A Páo"),
        field("current_residence", "Thôn Ví Dụ, xã Mẫu"),
        parties=(party(NEW),),
    )
    (found,) = numbers_said(told)
    assert (found.number, found.kind) == (NEW, NumberKind.PERSONAL_ID)
    assert found.said == Said(
        name="Giàng Thị Mỷ",
        birth="1986-04-02",
        sex="female",
        mother="Sùng Thị Dở",
        father="Giàng A Páo",
        residence="Thôn Ví Dụ, xã Mẫu",
    )


def test_spouses_have_the_sex_of_their_place_and_the_residence_beside_it() -> None:
    told = paper(
        field("sex", "male"),
        field("wife_residence", "Thôn Ví Dụ"),
        parties=(party(NEW, "wife"), party("079083999402", "husband", name="Sùng A Páo", birth="1983")),
    )
    wife, husband = numbers_said(told)
    assert (wife.said.sex, wife.said.residence) == ("female", "Thôn Ví Dụ")
    assert (husband.said.sex, husband.said.residence) == ("male", "")


def test_a_mother_on_her_childs_paper_has_no_mother_of_the_child() -> None:
    told = paper(field("mother_full_name", "Giàng Thị Mỷ"), parties=(party(NEW, "mother"),))
    (mother,) = numbers_said(told)
    assert (mother.said.mother, mother.said.sex) == ("", "female")


@pytest.mark.parametrize("number", ["", "12345", "0791 8699 9401", "abc"])
def test_a_number_that_is_none_has_no_bearer(number: str) -> None:
    assert numbers_said(paper(parties=(party(number),))) == ()


@pytest.mark.parametrize("birth", ["", "02/04/1986", "1986-4-2", "không rõ"])
def test_a_birth_that_is_no_date_is_not_said(birth: str) -> None:
    (found,) = numbers_said(paper(parties=(party(NEW, birth=birth),)))
    assert found.said.birth == ""


def test_a_card_that_was_read_surely_states_both_numbers() -> None:
    card = paper(field("personal_id", NEW), field("old_identity_number", OLD))
    assert pairs_said(card) == (PairSaid(NEW, OLD, Reading.SURE),)


@pytest.mark.parametrize(
    ("card", "reading"),
    [
        (paper(field("personal_id", NEW), field("old_identity_number", OLD, confidence=0.92)), Reading.FAIR),
        (
            paper(field("personal_id", NEW, confidence=0.8), field("old_identity_number", OLD)),
            Reading.DOUBTFUL,
        ),
        (
            paper(
                field("personal_id", NEW),
                field("old_identity_number", OLD, confidence=0.5, evidence=Evidence.QR),
            ),
            Reading.SURE,
        ),
        (
            paper(
                field("personal_id", NEW),
                field("old_identity_number", OLD),
                questions=("old_identity_number",),
            ),
            Reading.DOUBTFUL,
        ),
    ],
)
def test_doubt_about_either_number_leaves_it_to_a_person(card: Document, reading: Reading) -> None:
    assert pairs_said(card) == (PairSaid(NEW, OLD, reading),)


def test_one_field_that_prints_both_numbers_states_both() -> None:
    printed = f"{NEW} (CMND cũ: {OLD})"
    confirmation = paper(field("husband_personal_id", NEW, printed=printed))
    assert pairs_said(confirmation) == (PairSaid(NEW, OLD, Reading.SURE),)


@pytest.mark.parametrize(
    "printed", [NEW, f"{NEW} {NEW}", f"{NEW} 079083999402", f"{NEW} {OLD} 024999102", f"079083999402 {OLD}"]
)
def test_a_field_that_does_not_print_just_these_two_states_nothing(printed: str) -> None:
    assert pairs_said(paper(field("personal_id", NEW, printed=printed))) == ()


def test_the_old_number_of_one_spouse_is_not_the_others() -> None:
    both = paper(field("wife_personal_id", NEW), field("husband_old_identity_number", OLD))
    assert pairs_said(both) == ()
