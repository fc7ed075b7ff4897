"""What the store itself knows of an event that ends a paper: a death, a divorce, a marriage, a newer paper.

The store never knows of every event, so silence proves nothing: the table still says what a clerk must check.
But an event that is on file must not be overlooked.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dossier.documents import Document, DocumentState
from dossier.persons import search_form
from reuse.age import issued, order, same_subject, subject
from reuse.verdict import Case

_FAMILY = ("death_extract", "marriage_certificate", "decision")
_BUSINESS = ("household_business_certificate", "enterprise_certificate", "decision", "notice")

LATER_TYPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "marriage_certificate": _FAMILY,
        "marital_status_certificate": _FAMILY,
        "land_certificate": ("land_certificate", "decision"),
        "household_business_certificate": _BUSINESS,
        "enterprise_certificate": _BUSINESS,
    }
)
"""By paper type: types of papers that may tell of an event that ended it."""

# What the summary of a decision or notice says when it ends such a paper.
_ENDING_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "marriage": ("ly hôn", "hủy kết hôn", "hủy việc kết hôn"),
        "land": ("thu hồi đất", "thu hồi giấy chứng nhận", "hủy giấy chứng nhận"),
        "business": ("chấm dứt", "thu hồi giấy chứng nhận", "giải thể", "tạm ngừng"),
    }
)


def event_on_file(case: Case) -> bool:
    """Whether a filed paper of the same person tells of a later event of the kind this paper ends by."""
    return any(_tells(case, other) for other in case.papers)


def _tells(case: Case, other: Document) -> bool:
    document = case.document
    may_tell = other.type in LATER_TYPES.get(document.type, ()) and other.state is DocumentState.FILED
    if other.id == document.id or not may_tell or not _same_person(case, other):
        return False
    if other.type == "death_extract" or not _later(document, other):
        return other.type == "death_extract"
    if other.type in {"decision", "notice"}:
        words = _ENDING_WORDS.get(document.term.status_check, ())
        said = search_form(other.value("summary"))
        return any(search_form(word) in said for word in words)
    if other.type == "marriage_certificate":
        return _another(document, other)
    return same_subject(other, document) and order(other) > order(document)


def _same_person(case: Case, other: Document) -> bool:
    numbers = case.question.with_linked({party.number for party in case.document.owners if party.number})
    return any(party.number in numbers for party in other.parties if party.number)


def _later(document: Document, other: Document) -> bool:
    """Whether the other paper may have been issued after this one; one without its day may have been."""
    mine, theirs = issued(document), issued(other)
    return mine is None or theirs is None or theirs.latest > mine.earliest


def _another(document: Document, other: Document) -> bool:
    """Whether two papers are about two events; two scans or an extract of one bear one number."""
    return document.type != other.type or (
        bool(document.value("document_number"))
        and bool(other.value("document_number"))
        and subject(document) != subject(other)
    )
