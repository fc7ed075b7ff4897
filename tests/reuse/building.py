"""Invented people, papers, components and questions for the reuse tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dossier.access import Access, Purpose
from dossier.documents import Document, DocumentState, Party, PartyRole, SignatureStatus
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import DocumentId, ItemId
from dossier.trust import Term, TermKind, Trust
from reuse.question import Question
from reuse.verdict import Case
from rulebook.procedure_tables import load_procedures
from rulebook.procedures import (
    Anew,
    Component,
    Handling,
    Procedure,
    Procedures,
    Scope,
    Whose,
)
from rulebook.vocabulary import VOCABULARY

# Invented: no such numbers are handed out for these people.
WIFE = "011190000001"
HUSBAND = "011088000002"
STRANGER = "011199000003"
CHILD = "011326000004"

ON = date(2026, 11, 20)
CHECKED = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
FILED = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
UNLIMITED = Term(TermKind.UNLIMITED)
UNKNOWN = Term(TermKind.UNKNOWN)
ACCESS = Access("can_bo_01", Purpose.PROCEDURE, "H26.5.12-261120-0001")


def until(day: date, *, status_check: str = "") -> Term:
    return Term(TermKind.UNTIL, day, status_check)


def owner(number: str = WIFE, *, name: str = "Giàng Thị Mỷ", birth: str = "1990-04-02") -> Party:
    return Party(role=PartyRole.OWNER, relation="subject", number=number, name=name, birth=birth)


def a_field(name: str, value: str) -> Field:
    return Field(name=name, value=value, printed=value, confidence=0.99, page=1, box=Box(1, 2, 3, 4))


def paper(kind: str, *, fields: dict[str, str] | None = None, **changes: Any) -> Document:
    """A paper that every condition accepts, unless changed."""
    values = {"issue_date": "2026-10-01"} if fields is None else fields
    settings: dict[str, Any] = {
        "id": DocumentId(f"{kind}-1"),
        "item": ItemId("item-1"),
        "pages": (1,),
        "type": kind,
        "type_confidence": 0.99,
        "version": 1,
        "fields": tuple(a_field(name, value) for name, value in values.items()),
        "parties": (owner(),),
        "state": DocumentState.FILED,
        "term": UNLIMITED,
        "trust": Trust.T4,
        "signature": SignatureStatus.PASSED,
        "signature_checked_at": CHECKED,
        "filed_at": FILED,
    }
    return Document(**(settings | changes))


def component(**changes: Any) -> Component:
    """A plain component that takes a birth certificate of the applicant, unless changed."""
    settings: dict[str, Any] = {
        "code": "A-01",
        "name_vi": "Giấy thử",
        "source": "Căn cứ thử",
        "anew": Anew.NO,
        "types": ("birth_certificate",),
        "replacement_results": (),
        "trust": Trust.T4,
        "whose": (Whose.APPLICANT,),
        "scope": Scope.NATION,
        "status_check": Handling.PERSON,
        "unknown_term": Handling.ASK,
        "read_by_person": False,
        "newest_wins": False,
        "dossier_wanted": False,
        "purposes": (Purpose.PROCEDURE, Purpose.OWNER),
        "stated_purposes": (),
        "data": (),
        "not_required_since": None,
        "condition_fact": "",
        "condition_vi": "",
    }
    return Component(**(settings | changes))


def procedure(*components: Component) -> Procedure:
    return Procedure(
        code="1.001193",
        name_vi="Thủ tục thử",
        valid_from=date(2020, 1, 1),
        valid_to=None,
        source="Căn cứ thử",
        components=components,
    )


def question(**changes: Any) -> Question:
    settings: dict[str, Any] = {"procedure": "1.001193", "owner": WIFE, "on": ON, "access": ACCESS}
    return Question(**(settings | changes))


def case(document: Document, *others: Document, asked: Question | None = None, **changes: Any) -> Case:
    """A case for one condition; ``changes`` are of the component."""
    return Case(
        question=asked or question(),
        component=component(**changes),
        document=document,
        papers=(document, *others),
    )


def catalogue() -> Procedures:
    return load_procedures(VOCABULARY)
