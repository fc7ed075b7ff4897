"""The whole decision: order of steps, choice among candidates, what comes out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dossier.documents import Document, DocumentState, SignatureStatus
from dossier.errors import ReuseError
from dossier.ids import DocumentId
from dossier.trust import Term, TermKind, Trust
from reuse.answer import ComponentAnswer, Flags, Status
from reuse.decide import Lookup, decide, lookups
from reuse.question import Person, Question
from rulebook.procedures import Anew, DataMode, DataSource, Handling, Whose
from tests.reuse.building import (
    CHILD,
    HUSBAND,
    STRANGER,
    WIFE,
    component,
    owner,
    paper,
    procedure,
    question,
    until,
)

POPULATION = DataSource(
    code="population",
    database="CSDL thử",
    since=date(2026, 1, 1),
    mode=DataMode.REPLACES,
    source="Căn cứ dữ liệu",
)


def answer(*papers: Document, asked: Question | None = None, **changes: Any) -> ComponentAnswer:
    return decide(asked or question(), procedure(component(**changes)), documents=papers).components[0]


def codes(found: ComponentAnswer) -> tuple[str, ...]:
    return tuple(reason.code for reason in found.reasons)


def test_a_good_paper_is_held_with_its_term_trust_and_flags() -> None:
    found = answer(paper("birth_certificate", term=until(date(2027, 1, 1))))
    assert (found.status, found.document, found.valid_until, found.trust) == (
        Status.HELD,
        "birth_certificate-1",
        date(2027, 1, 1),
        Trust.T4,
    )
    assert found.flags == Flags(digitised=True, reused=1)
    assert len(codes(found)) == 10


def test_nothing_in_the_store_is_asked_for() -> None:
    found = answer()
    assert (found.status, found.document, codes(found)) == (Status.ASK, None, ("component.nothing_held",))


def test_a_result_that_stands_in_is_flagged_with_its_code() -> None:
    code = f"{WIFE}.KQ_G15_000031.12.01"
    found = answer(
        paper("decision", result_code=code, trust=Trust.T2), replacement_results=("KQ.G15.000031",)
    )
    assert found.status is Status.HELD
    assert found.flags.as_json() == {
        "DuocSoHoa": 0,
        "DuocTaiSuDung": 2,
        "DuocLayTuKhoDMQG": 0,
        "MaKetQuaThayThe": code,
    }


def test_a_database_comes_before_the_store() -> None:
    found = answer(paper("birth_certificate"), data=(POPULATION,))
    assert (found.status, found.document, found.trust) == (Status.DATA, None, Trust.T1)
    assert found.flags == Flags()
    assert "CSDL thử" in found.reasons[0].sentence()


def test_the_date_decides_whether_data_replaces_the_paper() -> None:
    early = answer(asked=question(on=date(2025, 12, 31)), data=(POPULATION,))
    late = answer(asked=question(on=date(2026, 1, 1)), data=(POPULATION,))
    assert (early.status, late.status) == (Status.ASK, Status.DATA)
    assert codes(early) == ("component.nothing_held",)


def test_a_database_that_cannot_be_read_leaves_the_paper() -> None:
    asked = question(unreadable=frozenset({"population"}))
    held = answer(paper("birth_certificate"), asked=asked, data=(POPULATION,))
    assert (held.status, codes(held)[-1]) == (Status.HELD, "data.unreadable")
    missing = answer(asked=asked, data=(POPULATION,))
    assert (missing.status, codes(missing)) == (Status.ASK, ("component.nothing_held", "data.unreadable"))


def test_a_database_to_look_in_first_is_named_and_the_paper_still_counts() -> None:
    first = DataSource(
        code="land",
        database="CSDL đất thử",
        since=date(2020, 1, 1),
        mode=DataMode.LOOK_FIRST,
        source="Căn cứ dữ liệu",
    )
    assert codes(answer(data=(first,))) == ("component.nothing_held", "data.look_first")
    assert answer(paper("birth_certificate"), data=(first,)).status is Status.HELD
    assert answer(data=(first, POPULATION)).status is Status.DATA


def test_a_component_switched_off_by_date_is_not_required_from_that_day() -> None:
    off = date(2026, 7, 1)
    before = answer(asked=question(on=date(2026, 6, 30)), not_required_since=off)
    after = answer(asked=question(on=off), not_required_since=off)
    assert (before.status, after.status) == (Status.ASK, Status.NOT_REQUIRED)
    assert after.reasons[0].sentence() == "Không còn được yêu cầu từ ngày 01/07/2026."


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"married": False}, Status.NOT_REQUIRED, "component.condition_not_met"),
        ({"married": True}, Status.ASK, "component.condition_met"),
        ({}, Status.ASK, "component.condition_unknown"),
    ],
)
def test_a_conditional_component_is_not_required_only_by_a_known_fact(
    facts: dict[str, bool], status: Status, code: str
) -> None:
    found = answer(asked=question(facts=facts), condition_fact="married", condition_vi="khi đã kết hôn")
    assert (found.status, codes(found)[-1]) == (status, code)


@pytest.mark.parametrize("anew", [Anew.FORM, Anew.SINGLE_USE])
def test_what_is_handed_in_anew_is_asked_for_whatever_is_held(anew: Anew) -> None:
    found = answer(paper("birth_certificate"), anew=anew)
    assert (found.status, codes(found)) == (Status.ASK, (f"component.{anew.value}",))


def test_a_person_who_was_not_named_makes_the_component_unsure() -> None:
    found = answer(paper("birth_certificate"), whose=(Whose.PARTNER,))
    assert (found.status, found.document, codes(found)) == (
        Status.UNSURE,
        None,
        ("owner.person_not_named",),
    )


def test_a_waiting_paper_makes_it_unsure_and_is_named() -> None:
    found = answer(paper("birth_certificate", state=DocumentState.WAITING))
    assert (found.status, found.document, codes(found)) == (
        Status.UNSURE,
        "birth_certificate-1",
        ("standing.waiting",),
    )


def test_a_held_paper_wins_over_a_waiting_and_an_expired_one_in_any_order() -> None:
    papers = (
        paper("birth_certificate", id=DocumentId("waiting"), state=DocumentState.WAITING),
        paper("birth_certificate", id=DocumentId("good")),
        paper("birth_certificate", id=DocumentId("old"), term=until(date(2026, 1, 1))),
    )
    for order in (papers, papers[::-1]):
        found = answer(*order)
        assert found.document == "good"
        assert [refusal.document for refusal in found.refusals] == ["waiting", "old"]
        assert [refusal.reasons[0].code for refusal in found.refusals] == [
            "standing.waiting",
            "term.expired",
        ]


def test_the_newest_paper_wins_then_the_strongest() -> None:
    older = paper("birth_certificate", id=DocumentId("a"), fields={"issue_date": "2026-01-01"})
    newer = paper("birth_certificate", id=DocumentId("b"), fields={"issue_date": "2026-02-01"})
    stronger = paper(
        "birth_certificate", id=DocumentId("c"), fields={"issue_date": "2026-02-01"}, trust=Trust.T2
    )
    assert answer(newer, older).document == "b"
    assert answer(stronger, newer, older).document == "c"


def test_several_usable_papers_are_told_but_two_scans_of_one_are_not() -> None:
    one = paper(
        "birth_certificate", id=DocumentId("a"), fields={"issue_date": "2026-01-01", "serial_number": "1"}
    )
    scan = paper(
        "birth_certificate", id=DocumentId("b"), fields={"issue_date": "2026-01-01", "serial_number": "1"}
    )
    other = paper(
        "birth_certificate", id=DocumentId("c"), fields={"issue_date": "2026-01-01", "serial_number": "2"}
    )
    assert "component.several" not in codes(answer(one, scan))
    found = answer(one, scan, other)
    assert found.reasons[-1].sentence().startswith("Kho có 2 giấy tờ")


def test_only_the_newest_version_of_a_paper_counts() -> None:
    first = paper("birth_certificate")
    second = paper("birth_certificate", version=2, signature=SignatureStatus.FAILED)
    for order in ((first, second), (second, first)):
        assert codes(answer(*order)) == ("signature.failed",)


def test_the_nearest_paper_explains_the_refusal_and_other_peoples_papers_are_not_spoken_of() -> None:
    bad = paper("birth_certificate", id=DocumentId("bad"), signature=SignatureStatus.FAILED, trust=Trust.T6)
    near = paper("birth_certificate", id=DocumentId("near"), term=until(date(2026, 11, 19)))
    assert codes(answer(bad, near)) == ("term.expired",)
    others = paper("birth_certificate", parties=(owner(STRANGER, birth="1999"),))
    assert codes(answer(others)) == ("component.nothing_held",)


def test_a_newer_waiting_certificate_puts_the_held_one_in_doubt_with_a_reason() -> None:
    kind = "household_business_certificate"
    old = paper(kind, id=DocumentId("old"), fields={"issue_date": "2026-01-01", "change_number": "1"})
    new = paper(
        kind,
        id=DocumentId("new"),
        fields={"issue_date": "2026-01-01", "change_number": "2"},
        state=DocumentState.WAITING,
    )
    found = answer(old, new, types=(kind,), newest_wins=True)
    assert found.status is Status.UNSURE
    assert {refusal.reasons[0].code for refusal in found.refusals} == {
        "standing.waiting",
        "standing.newer_paper",
    }


def test_a_question_about_another_procedure_or_day_is_refused() -> None:
    with pytest.raises(ReuseError):
        decide(question(procedure="1.000894"), procedure(component()), documents=())
    with pytest.raises(ReuseError):
        decide(question(on=date(2019, 12, 31)), procedure(component()), documents=())


def test_lookups_name_each_person_once_with_all_types_wanted() -> None:
    asked = question(persons=(Person(Whose.PARTNER, HUSBAND),))
    version = procedure(
        component(),
        component(code="A-02", types=("decision",), whose=(Whose.APPLICANT, Whose.PARTNER)),
        component(code="A-03", types=("passport",), anew=Anew.SINGLE_USE),
    )
    assert lookups(asked, version) == (
        Lookup(WIFE, ("birth_certificate", "decision"), related=False),
        Lookup(HUSBAND, ("decision",), related=False),
    )


def test_lookups_ask_for_any_type_where_a_result_may_stand_in_and_for_papers_naming_the_parent() -> None:
    version = procedure(component(replacement_results=("KQ.G15.000031",), whose=(Whose.CHILD,)))
    assert lookups(question(), version) == (Lookup(WIFE, (), related=True),)
    named = question(persons=(Person(Whose.CHILD, CHILD),))
    assert lookups(named, version) == (Lookup(CHILD, (), related=False),)


def test_the_json_has_the_fixed_names_and_speaks_vietnamese() -> None:
    version = procedure(component(), component(code="A-02", anew=Anew.FORM, types=()))
    married = paper(
        "birth_certificate",
        term=Term(TermKind.UNTIL, date(2027, 4, 1), "marriage"),
    )
    version_json = decide(question(), version, documents=[married]).as_json()
    assert version_json == {
        "procedure": "1.001193",
        "owner": WIFE,
        "on": "2026-11-20",
        "components": [
            {
                "code": "A-01",
                "name_vi": "Giấy thử",
                "status": "unsure",
                "document": "birth_certificate-1",
                "valid_until": "2027-04-01",
                "trust": "T4",
                "reasons": [
                    "Chỉ dùng lại sau khi cán bộ kiểm tra chưa có ly hôn, kết hôn hoặc một bên qua đời."
                ],
                "reason_codes": ["standing.check_status_first"],
                "flags": {
                    "DuocSoHoa": 0,
                    "DuocTaiSuDung": 0,
                    "DuocLayTuKhoDMQG": 0,
                    "MaKetQuaThayThe": "",
                },
            },
            {
                "code": "A-02",
                "name_vi": "Giấy thử",
                "status": "ask",
                "document": None,
                "valid_until": None,
                "trust": None,
                "reasons": ["Biểu mẫu điền mới cho mỗi hồ sơ."],
                "reason_codes": ["component.form"],
                "flags": {
                    "DuocSoHoa": 0,
                    "DuocTaiSuDung": 0,
                    "DuocLayTuKhoDMQG": 0,
                    "MaKetQuaThayThe": "",
                },
            },
        ],
    }


def test_the_answer_in_words_groups_by_what_to_do_and_names_nobody() -> None:
    version = procedure(
        component(status_check=Handling.ACCEPT),
        component(code="A-02", name_vi="Tờ khai thử", anew=Anew.FORM, types=()),
        component(code="A-03", name_vi="Giấy khác", data=(POPULATION,)),
    )
    held = paper(
        "birth_certificate", term=until(date(2027, 4, 1)), filed_at=datetime(2026, 11, 1, tzinfo=UTC)
    )
    found = decide(question(), version, documents=[held])
    assert found.in_words() == (
        "Thủ tục thử (1.001193), ngày tiếp nhận 20/11/2026\n"
        "Đã có, không yêu cầu nộp:\n"
        "  - Giấy thử\n"
        "      Còn hiệu lực đến hết ngày 01/04/2027.\n"
        "Đọc từ cơ sở dữ liệu, không yêu cầu nộp:\n"
        "  - Giấy khác\n"
        "      Đọc từ CSDL thử, không yêu cầu giấy tờ (Căn cứ dữ liệu, từ ngày 01/01/2026).\n"
        "Đề nghị công dân nộp:\n"
        "  - Tờ khai thử\n"
        "      Biểu mẫu điền mới cho mỗi hồ sơ.\n"
        "      Căn cứ: Căn cứ thử"
    )
    assert "Held, must not be asked for:" in found.in_words("en")
    assert WIFE not in found.in_words()
