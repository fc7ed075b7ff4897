"""Papers that a later event ends, when the store itself knows of the event."""

from __future__ import annotations

from datetime import date

import pytest

from dossier.documents import Document, DocumentState
from dossier.matching import Match
from dossier.trust import Term, TermKind
from reuse.answer import Status
from reuse.conditions.standing_holds import check
from reuse.decide import decide, lookups
from rulebook.procedures import Handling
from tests.reuse.building import HUSBAND, STRANGER, WIFE, case, catalogue, owner, paper, question, until

MARRIAGE = Term(TermKind.UNLIMITED, None, "marriage")
WEDDING = {"registration_date": "2015-05-01", "document_number": "12/2015"}


def marriage(**changes: object) -> Document:
    settings: dict[str, object] = {"fields": WEDDING, "parties": (owner(), owner(HUSBAND)), "term": MARRIAGE}
    return paper("marriage_certificate", **(settings | changes))  # type: ignore[arg-type]


def decision(summary: str, day: str = "2020-01-01", **changes: object) -> Document:
    return paper("decision", fields={"issue_date": day, "summary": summary}, **changes)


def told(document: Document, *others: Document) -> tuple[Match, str]:
    found = check(case(document, *others, status_check=Handling.ACCEPT))
    return found.outcome, found.reason.code


ENDED = (Match.UNSURE, "standing.event_on_file")
TO_CHECK = (Match.YES, "standing.check_status")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (paper("death_extract", parties=(owner(HUSBAND),)), ENDED),
        (paper("death_extract", parties=(owner(STRANGER),)), TO_CHECK),
        (paper("death_extract", parties=(owner(HUSBAND),), state=DocumentState.WAITING), TO_CHECK),
        (decision("Công nhận thuận tình LY HÔN"), ENDED),
        (decision("Công nhận thuận tình ly hôn", "2010-01-01"), TO_CHECK),
        (decision("Khen thưởng"), TO_CHECK),
        (decision("ly hôn", parties=(owner(STRANGER),)), TO_CHECK),
        (
            marriage(id="other", fields={"registration_date": "2021-01-01", "document_number": "3/2021"}),
            ENDED,
        ),
        (marriage(id="scan"), TO_CHECK),
    ],
)
def test_a_marriage_certificate_is_doubtful_once_its_end_is_on_file(
    other: Document, expected: tuple[Match, str]
) -> None:
    assert told(marriage(), other) == expected


def test_a_certificate_of_being_single_is_doubtful_after_a_wedding() -> None:
    single = paper(
        "marital_status_certificate",
        fields={"issue_date": "2015-01-01"},
        term=until(date(2027, 1, 1), status_check="marriage"),
    )
    assert told(single, marriage()) == ENDED
    assert told(single, marriage(fields={"registration_date": "2010-01-01"})) == TO_CHECK


@pytest.mark.parametrize(
    ("kind", "event", "fields", "later", "expected"),
    [
        ("land_certificate", "land", {"serial_number": "AB 1"}, {"serial_number": "AB 1"}, ENDED),
        ("land_certificate", "land", {"serial_number": "AB 1"}, {"serial_number": "CD 2"}, TO_CHECK),
        ("household_business_certificate", "business", {"business_code": "1"}, {"business_code": "1"}, ENDED),
        (
            "household_business_certificate",
            "business",
            {"business_code": "1"},
            {"business_code": "2"},
            TO_CHECK,
        ),
    ],
)
def test_a_newer_paper_about_the_same_thing_is_an_event(
    kind: str, event: str, fields: dict[str, str], later: dict[str, str], expected: tuple[Match, str]
) -> None:
    term = Term(TermKind.UNLIMITED, None, event)
    old = paper(kind, fields=fields | {"issue_date": "2015-01-01"}, term=term)
    new = paper(kind, id="newer", fields=later | {"issue_date": "2024-01-01"}, term=term)
    assert told(old, new) == expected
    assert told(new, old) == TO_CHECK


def test_a_notice_that_a_business_ended_is_an_event() -> None:
    business = paper(
        "household_business_certificate",
        fields={"first_registration_date": "2020-01-01"},
        term=Term(TermKind.UNLIMITED, None, "business"),
    )
    notice = paper("notice", fields={"issue_date": "2026-01-01", "summary": "Về việc chấm dứt hoạt động"})
    assert told(business, notice) == ENDED


def test_the_event_is_looked_for_and_told_at_the_counter() -> None:
    version = catalogue().on("2.000720", date(2026, 11, 20))
    asked = question(procedure="2.000720")
    (found,) = lookups(asked, version)
    assert found.number == WIFE
    assert {"notice", "decision", "household_business_certificate"} <= set(found.types)
    business = paper(
        "household_business_certificate",
        fields={"first_registration_date": "2020-01-01"},
        term=Term(TermKind.UNLIMITED, None, "business"),
    )
    notice = paper("notice", fields={"issue_date": "2026-01-01", "summary": "chấm dứt hoạt động"})
    answer = decide(asked, version, documents=[business, notice]).components[1]
    assert (answer.status, answer.document) == (Status.UNSURE, business.id)
    assert "thay đổi hoặc chấm dứt đăng ký kinh doanh" in answer.reasons[0].sentence()
