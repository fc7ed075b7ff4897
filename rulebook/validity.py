"""How long a paper counts: dated rules, each with its article. Unknown is a result, never a guess."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dossier.persons import search_form
from dossier.trust import Term, TermKind

_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_NO_LIMIT = "khong thoi han"
_ISSUE_FIELDS = ("issue_date", "registration_date", "certification_date")


class ValidityKind(StrEnum):
    """Kinds of validity rule."""

    UNLIMITED = "unlimited"
    MONTHS = "months"
    DAYS = "days"
    PRINTED = "printed"
    UNTIL_CHANGED = "until_changed"
    UNKNOWN = "unknown"


_PERIODS = frozenset({ValidityKind.MONTHS, ValidityKind.DAYS})


def months_after(day: date, *, months: int) -> date:
    """The last day of a period of months (Civil Code 91/2015/QH13 Article 148: the corresponding day).

    A month without that day ends the period on its last day.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """One rule.

    Attributes:
        kind: what ends the paper.
        months, days: length for ``MONTHS`` and ``DAYS``.
        field: the field the period starts from, or the printed last day.
        status_check: the later event to look for (``marriage``, ``land``, ``residence`` …).
        since, until: first and last day of issue the rule is for; nothing means open.
        when, values: the rule is only for papers that have this field (with one of these values, whatever the
            case and the accents); empty means every paper.
        article: where the rule stands.
        verified: the article was read; a rule from memory counts, and is shown as not verified.
    """

    kind: ValidityKind
    article: str
    months: int = 0
    days: int = 0
    field: str = ""
    status_check: str = ""
    since: date | None = None
    until: date | None = None
    when: str = ""
    values: tuple[str, ...] = ()
    verified: bool = False

    @property
    def is_period(self) -> bool:
        """Whether it counts from a day on the paper."""
        return self.kind in _PERIODS

    def covers(self, values: Mapping[str, str], received_on: date) -> bool:
        """Whether the rule is for a paper of that day of issue (of reception when issue is not known)."""
        if self.when and not self._is_meant(values.get(self.when, "")):
            return False
        started = _day(values.get(self.field, "")) if self.is_period else None
        day = started or day_of_issue(values) or received_on
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def _is_meant(self, value: str) -> bool:
        if not self.values:
            return bool(value)
        return search_form(value) in {search_form(meant) for meant in self.values}

    def term(self, values: Mapping[str, str]) -> Term:
        """The term of a paper with these values."""
        if self.is_period:
            day = _day(values.get(self.field, ""))
            return self._until(self._last(day) if day else None)
        if self.kind is ValidityKind.PRINTED:
            printed = values.get(self.field, "")
            if search_form(printed) == _NO_LIMIT:
                return self._open(TermKind.UNLIMITED)
            return self._until(_day(printed))
        if self.kind is ValidityKind.UNKNOWN:
            return self._open(TermKind.UNKNOWN)
        return self._open(TermKind.UNLIMITED)

    def _last(self, day: date) -> date:
        """The last day of the period that starts on that day (which does not count, Article 147)."""
        if self.kind is ValidityKind.DAYS:
            return day + timedelta(days=self.days)
        return months_after(day, months=self.months)

    def _until(self, day: date | None) -> Term:
        if day is None:
            return self._open(TermKind.UNKNOWN)
        return Term(TermKind.UNTIL, day, self.status_check, self.article)

    def _open(self, kind: TermKind) -> Term:
        return Term(kind, None, self.status_check, self.article)


def day_of_issue(values: Mapping[str, str]) -> date | None:
    """The day a paper with these values was issued or registered; nothing when it says none."""
    return next((day for name in _ISSUE_FIELDS if (day := _day(values.get(name, "")))), None)


def _day(text: str) -> date | None:
    if _ISO.match(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
