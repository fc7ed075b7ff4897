"""How many working days the law leaves for a request of a data subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final

from dossier.errors import RulebookError
from rulebook.table_files import read_table
from rulebook.workday_tables import load_working_days
from rulebook.working_days import WorkingDays

KINDS: Final = ("view", "correct", "object", "restrict", "erase")
_MOST_DAYS: Final = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDeadlines:
    """The rules of one day.

    Attributes:
        article: where they stand.
        verified: whether the article was read.
        answer: working days to tell the person what will be done.
        carry_out: working days to do it, by kind.
        calendar: which days are worked.
    """

    article: str
    verified: bool
    answer: int
    carry_out: Mapping[str, int]
    calendar: WorkingDays

    def answer_by(self, received: date) -> date:
        """Last day to answer a request received that day."""
        return self.after(received, self.answer)

    def carry_out_by(self, received: date, kind: str) -> date:
        """Last day to carry it out."""
        return self.after(received, self.carry_out[kind])

    def after(self, day: date, count: int) -> date:
        """The day that many working days later; the day itself does not count."""
        return self.calendar.after(day, count)


def load_deadlines(
    day: date, *, source: Traversable | None = None, calendar: WorkingDays | None = None
) -> RequestDeadlines:
    """The rules in force on a day.

    Args:
        day: of reception.
        source: the table; the project's own by default.
        calendar: of this installation; the project's own days by default.

    Raises:
        RulebookError: the table is wrong, or says nothing about that day.
    """
    table = source or resources.files("rulebook") / "tables" / "requests" / "deadlines.toml"
    data: Mapping[str, Any] = read_table(table)
    try:
        versions = [entry for entry in data["deadlines"] if _day(entry["since"]) <= day]
        if not versions:
            raise RulebookError(table.name, line=0, reason=f"không có thời hạn nào áp dụng cho ngày {day}")
        newest = max(versions, key=lambda entry: _day(entry["since"]))
        return RequestDeadlines(
            article=str(newest["article"]),
            verified=bool(newest["verified"]),
            answer=_days(newest["answer"]),
            carry_out={kind: _days(newest[kind]) for kind in KINDS},
            calendar=calendar or load_working_days(),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RulebookError(table.name, line=0, reason=f"thiếu hoặc sai {error}") from error


def _day(value: object) -> date:
    if type(value) is not date:
        msg = f"{value} (cần một ngày)"
        raise ValueError(msg)
    return value


def _days(value: object) -> int:
    if not isinstance(value, int) or not 0 < value <= _MOST_DAYS:
        msg = f"{value} (cần số ngày)"
        raise ValueError(msg)
    return value
