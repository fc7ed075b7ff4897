"""Laws of the decision, over invented papers of every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dossier.access import Access, Purpose
from dossier.documents import Document, DocumentState, Party, PartyRole, SignatureStatus
from dossier.ids import DocumentId
from dossier.trust import Standing, Term, TermKind, Trust
from reuse.answer import Answer, ComponentAnswer, Status
from reuse.decide import decide
from reuse.question import Person, Question
from reuse.sentences import SENTENCES
from rulebook.procedures import Anew, DataMode, Whose
from tests.reuse.building import CHECKED, CHILD, FILED, HUSBAND, STRANGER, WIFE, catalogue, paper

CATALOGUE = catalogue()
NUMBERS = (WIFE, HUSBAND, CHILD, STRANGER, "", "011123456")
TYPES = (
    "birth_certificate",
    "marriage_certificate",
    "marital_status_certificate",
    "decision",
    "residence_confirmation",
    "household_business_certificate",
    "land_certificate",
    "identity_card",
    "live_birth_notice",
    "death_extract",
    "construction_permit",
    "health_certificate",
    "criminal_record_certificate",
    "unknown",
)
SPOILED = (
    "parties",
    "state",
    "standing",
    "term",
    "trust",
    "signature",
    "signature_checked_at",
    "questions",
    "fields",
)
NAMED = {
    Whose.PARTNER: HUSBAND,
    Whose.CHILD: CHILD,
    Whose.PARENT: STRANGER,
    Whose.DECEASED: HUSBAND,
    Whose.HOST: STRANGER,
}
FACTS = {
    component.condition_fact
    for versions in CATALOGUE.versions.values()
    for version in versions
    for component in version.components
    if component.condition_fact
}
DAYS = st.dates(date(2025, 7, 1), date(2027, 12, 31))


@st.composite
def terms(draw: st.DrawFn) -> Term:
    kind = draw(st.sampled_from(TermKind))
    last = draw(DAYS) if kind is TermKind.UNTIL else None
    return Term(kind, last, draw(st.sampled_from(("", "marriage", "land", "business"))))


@st.composite
def parties(draw: st.DrawFn) -> Party:
    return Party(
        role=draw(st.sampled_from(PartyRole)),
        relation=draw(st.sampled_from(("subject", "wife", "husband", "mother", "father"))),
        number=draw(st.sampled_from(NUMBERS)),
        name=draw(st.sampled_from(("", "Giàng Thị Mỷ", "Sùng A Páo"))),
        birth=draw(st.sampled_from(("", "1990", "1990-04-02", "1988"))),
    )


@st.composite
def papers(draw: st.DrawFn) -> Document:
    fields = {
        "issue_date": draw(st.sampled_from(("", "2025", "2026-01-01", "2026-10-01", "2027-06-01"))),
        "purpose": draw(st.sampled_from(("", "đăng ký kết hôn", "mua bán nhà", "việc khác"))),
        "change_number": draw(st.sampled_from(("", "1", "2"))),
        "changes": draw(st.sampled_from(("", "", "Thế chấp"))),
        "summary": draw(st.sampled_from(("", "V/v công nhận thuận tình ly hôn", "Khen thưởng"))),
        "document_number": draw(st.sampled_from(("", "1/2020", "2/2026"))),
    }
    kind = draw(st.sampled_from(TYPES))
    return paper(
        kind,
        # One id stands for one paper, so what is drawn twice is two versions of it.
        id=DocumentId(draw(st.uuids()).hex),
        fields={name: value for name, value in fields.items() if value},
        parties=tuple(draw(st.lists(parties(), max_size=3))),
        state=draw(st.sampled_from(DocumentState)),
        standing=draw(st.sampled_from(Standing)),
        term=draw(terms()),
        trust=draw(st.sampled_from(Trust)),
        signature=draw(st.sampled_from(SignatureStatus)),
        signature_checked_at=draw(st.sampled_from((None, CHECKED))),
        filed_at=draw(st.sampled_from((None, FILED))),
        questions=draw(st.sampled_from(((), (), ("owner",), ("type",)))),
    )


@st.composite
def fitting_papers(draw: st.DrawFn, asked: Question) -> Document:
    """A paper that fits a component of the question, with none, one or two things wrong with it."""
    wanted = [entry for entry in CATALOGUE.on(asked.procedure, asked.on).components if entry.types]
    if not wanted:
        # Only forms, and papers nobody has said the type of.
        return draw(papers())
    component = draw(st.sampled_from(wanted))
    numbers = [number for whose in component.whose for number in asked.numbers(whose)] or [HUSBAND]
    fits = paper(
        draw(st.sampled_from(component.types)),
        id=DocumentId(draw(st.uuids()).hex),
        fields={
            "issue_date": "2025-01-01",
            "purpose": draw(st.sampled_from(("đăng ký kết hôn", "mua bán nhà"))),
            "change_number": draw(st.sampled_from(("1", "2"))),
        },
        parties=(Party(role=PartyRole.OWNER, relation="subject", number=draw(st.sampled_from(numbers))),),
        term=Term(TermKind.UNTIL, asked.on + timedelta(days=draw(st.integers(0, 400)))),
        trust=draw(st.sampled_from((Trust.T2, Trust.T3, Trust.T4))),
    )
    other = draw(papers())
    wrong = draw(st.lists(st.sampled_from(SPOILED), max_size=2, unique=True))
    return replace(fits, **{name: getattr(other, name) for name in wrong})


@st.composite
def questions(draw: st.DrawFn) -> Question:
    on = draw(DAYS)
    named = draw(st.sets(st.sampled_from(sorted(NAMED))))
    facts = sorted(FACTS)
    return Question(
        procedure=draw(st.sampled_from(CATALOGUE.codes(on))),
        owner=WIFE,
        on=on,
        access=Access(
            "can_bo_01",
            draw(st.sampled_from((*[Purpose.PROCEDURE] * 6, *Purpose))),
            draw(st.sampled_from(("", "H26.5.12-261120-0001"))),
        ),
        place=draw(st.sampled_from(("", "Mường Hum"))),
        persons=tuple(Person(whose, NAMED[whose]) for whose in sorted(named)),
        facts=draw(st.dictionaries(st.sampled_from(facts), st.booleans(), max_size=3)),
        unreadable=draw(st.sampled_from((frozenset(), frozenset({"population", "civil_status"})))),
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[Question, list[Document]]:
    """A question and the papers found for it."""
    asked = draw(questions())
    return asked, draw(st.lists(papers() | fitting_papers(asked), max_size=6))


def answered(asked: Question, found: list[Document]) -> Answer:
    return decide(asked, CATALOGUE.on(asked.procedure, asked.on), documents=found)


def held(answer: Answer, found: list[Document]) -> list[tuple[ComponentAnswer, Document]]:
    by_id = {document.id: document for document in found}
    return [
        (component, by_id[component.document])
        for component in answer.components
        if component.status is Status.HELD and component.document is not None
    ]


@given(situations())
def test_a_held_paper_is_never_anothers(situation: tuple[Question, list[Document]]) -> None:
    asked, found = situation
    wanted = {
        component.code: {number for whose in component.whose for number in asked.numbers(whose)}
        for component in CATALOGUE.on(asked.procedure, asked.on).components
    }
    for component, document in held(answered(asked, found), found):
        assert {party.number for party in document.owners} & wanted[component.code]


@given(situations())
def test_a_held_paper_is_in_term_signed_filed_in_force_and_trusted(
    situation: tuple[Question, list[Document]],
) -> None:
    asked, found = situation
    for component, document in held(answered(asked, found), found):
        assert document.term.kind is not TermKind.UNKNOWN
        assert document.term.until is None or document.term.until >= asked.on
        assert document.signature is SignatureStatus.PASSED
        assert document.signature_checked_at is not None
        assert document.state is DocumentState.FILED
        assert document.standing is Standing.IN_FORCE
        assert document.questions == ()
        assert component.trust == document.trust <= Trust.T4
        assert asked.access.purpose in {Purpose.PROCEDURE, Purpose.OWNER}


@given(situations())
def test_every_component_is_answered_once_with_known_reasons(
    situation: tuple[Question, list[Document]],
) -> None:
    asked, found = situation
    answer = answered(asked, found)
    version = CATALOGUE.on(asked.procedure, asked.on)
    assert [entry.code for entry in answer.components] == [entry.code for entry in version.components]
    for component in answer.components:
        assert component.reasons
        assert all(reason.code in SENTENCES for reason in component.reasons)
        assert (component.status is Status.HELD) == (component.flags.reused > 0)


@given(situations(), st.data())
def test_the_order_of_the_papers_does_not_matter(
    situation: tuple[Question, list[Document]], data: st.DataObject
) -> None:
    asked, found = situation
    assert answered(asked, found) == answered(asked, data.draw(st.permutations(found)))


@given(situations(), st.data())
def test_more_evidence_never_turns_held_into_ask_and_into_unsure_only_with_a_reason(
    situation: tuple[Question, list[Document]], data: st.DataObject
) -> None:
    asked, found = situation
    more = data.draw(papers() | fitting_papers(asked))
    before, after = answered(asked, found), answered(asked, [*found, more])
    for old, new in zip(before.components, after.components, strict=True):
        if old.status is Status.HELD:
            assert new.status in {Status.HELD, Status.UNSURE}
            codes = {reason.code for refusal in new.refusals for reason in refusal.reasons}
            told = {"standing.newer_paper", "standing.event_on_file"}
            assert new.status is Status.HELD or told & codes


@given(situations())
def test_the_day_of_reception_decides_whether_data_or_the_law_takes_the_place_of_a_paper(
    situation: tuple[Question, list[Document]],
) -> None:
    asked, found = situation
    version = CATALOGUE.on(asked.procedure, asked.on)
    for component, answer in zip(version.components, answered(asked, found).components, strict=True):
        if component.switched_off(asked.on):
            assert answer.status is Status.NOT_REQUIRED
        elif answer.status is Status.DATA:
            assert any(
                entry.since <= asked.on and entry.mode is DataMode.REPLACES for entry in component.data
            )
        elif answer.status is Status.NOT_REQUIRED:
            assert asked.facts[component.condition_fact] is False
        elif answer.status is not Status.ASK or component.anew is Anew.NO:
            assert component.replaced_by(asked.on, unreadable=asked.unreadable) is None


@given(situations())
def test_no_sentence_holds_an_identity_number(situation: tuple[Question, list[Document]]) -> None:
    asked, found = situation
    answer = answered(asked, found)
    sentences = [reason.sentence() for entry in answer.components for reason in entry.reasons]
    for text in (*sentences, answer.in_words(), answer.in_words("en")):
        assert not any(number in text for number in NUMBERS if number)


@given(DAYS, st.integers(-3, 3))
def test_a_term_counts_through_its_last_day_and_not_beyond(on: date, days: int) -> None:
    last = on + timedelta(days=days)
    document = paper("land_certificate", fields={"issue_date": "2020-01-01"}, term=Term(TermKind.UNTIL, last))
    asked = Question(
        procedure="2.001035",
        owner=WIFE,
        on=on,
        access=Access("can_bo_01", Purpose.PROCEDURE, "H26.5.12-261120-0001"),
    )
    status = {entry.code: entry.status for entry in answered(asked, [document]).components}["CT-02"]
    assert status is (Status.HELD if days >= 0 else Status.ASK)
