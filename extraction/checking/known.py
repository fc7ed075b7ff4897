"""What checks know besides the fields: the form and the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dossier.fields import Field
from rulebook.paper_spec import PaperSpec
from rulebook.places import Places

_ISSUED = ("issue_date", "registration_date", "certification_date", "change_date", "first_registration_date")
DAY = len("2000-01-01")
"""Characters of a whole day; a year alone has four."""


@dataclass(frozen=True, slots=True)
class Known:
    """The paper's form, and the places of the country."""

    spec: PaperSpec
    places: Places


def calendar_year(value: str) -> int | None:
    """The year of a day or of a year alone; nothing when it is neither."""
    return int(value[:4]) if value[:4].isdecimal() and value[4:5] in {"", "-"} else None


def issued_on(fields: Mapping[str, Field]) -> date | None:
    """The day a paper was made, by whatever name its form has for it."""
    for name in _ISSUED:
        if name in fields and len(fields[name].value) == DAY:
            try:
                return date.fromisoformat(fields[name].value)
            except ValueError:
                continue
    return None
