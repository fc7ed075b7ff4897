"""When a paper was issued, what it is about, and which of two papers is the newer one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dossier.documents import Document
from dossier.moments import VIETNAM

# A change overrides the first registration, so it is looked for first.
_DATE_FIELDS = (
    "change_date",
    "issue_date",
    "registration_date",
    "certification_date",
    "first_registration_date",
)
_NUMBER_FIELDS = ("business_code", "enterprise_code", "serial_number")
_YEAR = re.compile(r"^\d{4}$")


@dataclass(frozen=True, slots=True)
class Issued:
    """The days between which a paper was issued, both included; one day when it prints the full date."""

    earliest: date
    latest: date


def issued(document: Document) -> Issued | None:
    """When the paper was issued; nothing when it does not tell."""
    for name in _DATE_FIELDS:
        found = _issued(document.value(name))
        if found is not None:
            return found
    return None


def _issued(text: str) -> Issued | None:
    if _YEAR.match(text) and int(text) > 0:
        return Issued(date(int(text), 1, 1), date(int(text), 12, 31))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return Issued(day, day)


def filed_by(document: Document, day: date) -> bool:
    """Whether the paper was in the store on that day (Vietnamese time), so it had been issued by then."""
    return document.filed_at is not None and document.filed_at.astimezone(VIETNAM).date() <= day


def order(document: Document) -> tuple[int, int]:
    """Sorts papers of one kind from old to new: number of the change, then day of issue."""
    change = document.value("change_number")
    found = issued(document)
    return (
        int(change) if change.isdecimal() else 0,
        found.latest.toordinal() if found else 0,
    )


def subject(document: Document) -> tuple[str, str]:
    """Type and number of a paper; two scans of one paper have the same. Without a number, its id."""
    numbers = (document.value(name) for name in ("document_number", *_NUMBER_FIELDS))
    return document.type, next((number for number in numbers if number), document.id)


def same_subject(left: Document, right: Document) -> bool:
    """Whether two papers may be about one thing: same type, and no number that says otherwise."""
    if left.type != right.type:
        return False
    pairs = ((left.value(name), right.value(name)) for name in _NUMBER_FIELDS)
    return all(not a or not b or a == b for a, b in pairs)
