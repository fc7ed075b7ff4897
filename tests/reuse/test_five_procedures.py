"""Decision table of the five procedures: what an office sees with and without papers in the store."""

from __future__ import annotations

from datetime import date

import pytest

from dossier.documents import Document, Party, PartyRole
from dossier.trust import Term, TermKind
from reuse.answer import Answer, Status
from reuse.decide import decide, lookups
from reuse.question import Person
from rulebook.procedures import Whose
from tests.reuse.building import CHILD, HUSBAND, WIFE, catalogue, owner, paper, question, until

CATALOGUE = catalogue()
BEFORE, AFTER = date(2025, 12, 31), date(2026, 11, 20)
H, D, A, U, N = Status.HELD, Status.DATA, Status.ASK, Status.UNSURE, Status.NOT_REQUIRED

HUSBAND_OWNER = owner(HUSBAND, name="Sùng A Páo", birth="1988-01-05")


def _papers() -> dict[str, Document]:
    """One paper of each sample type, all filed and signed, issued in October 2025."""
    issued = {"issue_date": "2025-10-01"}
    return {
        "birth": paper("birth_certificate", fields={"registration_date": "1990-05-01"}),
        "marriage": paper(
            "marriage_certificate",
            fields={"registration_date": "2015-05-01"},
            parties=(owner(), HUSBAND_OWNER),
            term=Term(TermKind.UNLIMITED, None, "marriage"),
        ),
        "single": paper(
            "marital_status_certificate",
            fields=issued | {"purpose": "Để đăng ký kết hôn"},
            term=until(date(2026, 4, 1), status_check="marriage"),
        ),
        "decision": paper("decision", fields=issued, term=Term(TermKind.UNKNOWN)),
        "residence": paper(
            "residence_confirmation", fields=issued, term=until(date(2026, 10, 1), status_check="residence")
        ),
        "business": paper(
            "household_business_certificate",
            fields={"first_registration_date": "2024-03-01", "business_code": "12A8000001"},
            term=Term(TermKind.UNLIMITED, None, "business"),
        ),
        "land": paper("land_certificate", fields=issued, term=Term(TermKind.UNLIMITED, None, "land")),
        "card": paper("identity_card", fields=issued, term=until(date(2030, 4, 2))),
    }


def asked(code: str, on: date, *, names: str = "", **changes: object) -> Answer:
    everything = _papers()
    found = [everything[name] for name in names.split()]
    query = question(procedure=code, on=on, persons=(Person(Whose.PARTNER, HUSBAND),), **changes)
    return decide(query, CATALOGUE.on(code, on), documents=found)


ALL = "birth marriage single decision residence business land card"


@pytest.mark.parametrize(
    ("code", "on", "names", "statuses"),
    [
        # form, live birth notice, identity, marriage, residence
        ("1.001193", BEFORE, "", [A, A, A, A, A]),
        ("1.001193", BEFORE, ALL, [A, A, H, H, H]),
        ("1.001193", AFTER, "", [A, A, D, A, D]),
        ("1.001193", AFTER, ALL, [A, A, D, H, D]),
        # form, identity of both, marital status of both, divorce decision
        ("1.000894", BEFORE, "", [A, A, A, A, A, A]),
        ("1.000894", BEFORE, ALL, [A, H, A, H, A, U]),
        ("1.000894", AFTER, ALL, [A, D, D, A, A, U]),
        # form, dwelling, family relation, residence
        ("1.004222", BEFORE, "", [A, A, A, A]),
        ("1.004222", BEFORE, ALL, [A, H, H, H]),
        ("1.004222", AFTER, "", [A, A, A, D]),
        ("1.004222", AFTER, "land birth", [A, H, H, D]),
        # draft, land certificate, identity, marital status, authorisation
        ("2.001035", AFTER, "", [A, A, D, A, A]),
        ("2.001035", AFTER, ALL, [A, U, D, H, A]),
        ("2.001035", AFTER, "single", [A, A, D, A, A]),
        # notice, current certificate, identity, decision
        ("2.000720", BEFORE, "", [A, A, A, A]),
        ("2.000720", BEFORE, "business card", [A, H, H, A]),
        ("2.000720", AFTER, ALL, [A, H, D, U]),
    ],
)
def test_the_decision_table(code: str, on: date, names: str, statuses: list[Status]) -> None:
    assert [entry.status for entry in asked(code, on, names=names).components] == statuses


def test_a_marital_status_certificate_ends_after_its_last_day() -> None:
    on_last = asked("1.000894", date(2026, 4, 1), names="single").components[3]
    day_after = asked("1.000894", date(2026, 4, 2), names="single").components[3]
    assert (on_last.status, on_last.valid_until) == (H, date(2026, 4, 1))
    assert (day_after.status, day_after.reasons[0].code) == (A, "term.expired")


def test_a_marital_status_certificate_for_marriage_does_not_serve_a_sale() -> None:
    found = asked("2.001035", date(2026, 1, 5), names="single").components[3]
    assert (found.status, found.reasons[0].code) == (A, "scope.other_purpose")


def test_the_certificate_of_the_one_is_not_that_of_the_other() -> None:
    mine, theirs = asked("1.000894", date(2026, 1, 5), names="single").components[3:5]
    assert (mine.status, theirs.status) == (H, A)
    assert theirs.reasons[0].code == "component.nothing_held"


def test_facts_of_the_case_take_components_away() -> None:
    facts = {"applicant_from_elsewhere": False, "applicant_divorced": False}
    found = asked("1.000894", AFTER, facts=facts)
    assert [entry.status for entry in found.components] == [A, D, D, N, A, N]


def test_any_decision_of_the_person_is_read_before_it_counts_as_the_wanted_one() -> None:
    limitless = paper("decision", term=Term(TermKind.UNLIMITED))
    version = CATALOGUE.on("1.000894", AFTER)
    found = decide(question(procedure="1.000894"), version, documents=[limitless]).components[5]
    assert (found.status, found.reasons[0].code) == (U, "type.content_to_read")


def test_residence_paper_serves_when_the_database_cannot_be_read() -> None:
    found = asked(
        "1.001193", date(2026, 9, 30), names="residence", unreadable=frozenset({"population"})
    ).components[4]
    assert (found.status, found.document) == (H, "residence_confirmation-1")
    assert "data.unreadable" in {reason.code for reason in found.reasons}


def test_an_identity_card_image_is_not_used_without_a_dossier() -> None:
    open_access = question().access
    without = type(open_access)(open_access.actor, open_access.purpose)
    found = asked("2.000720", BEFORE, names="card", access=without).components[2]
    assert (found.status, found.reasons[0].code) == (U, "purpose.dossier_wanted")


def test_the_birth_certificate_of_a_named_child_proves_the_relation() -> None:
    mother = Party(role=PartyRole.RELATED, relation="mother", number=WIFE)
    of_child = paper("birth_certificate", parties=(owner(CHILD, birth="2026"), mother))
    version = CATALOGUE.on("1.004222", AFTER)
    named = question(procedure="1.004222", persons=(Person(Whose.CHILD, CHILD),))
    unnamed = question(procedure="1.004222")
    assert decide(named, version, documents=[of_child]).components[2].status is H
    assert decide(unnamed, version, documents=[of_child]).components[2].status is U


def test_birth_registration_looks_for_papers_of_the_applicant_alone() -> None:
    query = question(procedure="1.001193")
    (found,) = lookups(query, CATALOGUE.on("1.001193", AFTER))
    # The marriage certificate may be replaced by a result, so papers of any type are wanted.
    assert (found.number, found.types, found.related) == (WIFE, (), False)
