"""When a person is told who looked at their papers, and for how many days the law lets that wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from dossier.access import Purpose
from dossier.errors import RulebookError
from rulebook.table_files import read_table

_MOST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Looks for a purpose are told so many days later.

    Attributes:
        since: first day on which a look falls under it.
        article: where it stands; ``verified`` whether that was read.
        purpose: of the look.
        days: 1 to 366.
    """

    since: date
    article: str
    verified: bool
    purpose: Purpose
    days: int


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The delays of an installation."""

    delays: tuple[Delay, ...]

    def told_from(self, purpose: str, at: datetime) -> datetime:
        """From when on a look is told to the person; the moment of the look itself where nothing delays it.

        Args:
            purpose: of the look, as the journal has it.
            at: aware.
        """
        rules = [each for each in self.delays if each.purpose == purpose and each.since <= at.date()]
        newest = max(rules, key=lambda each: each.since, default=None)
        return at + timedelta(days=newest.days) if newest else at

    def waiting(self, purpose: str, at: datetime, *, now: datetime) -> bool:
        """Whether a look is not told yet."""
        return now < self.told_from(purpose, at)


def load_disclosure(source: Traversable | None = None) -> Disclosure:
    """The rules of the project, or of another table.

    Raises:
        RulebookError: the table is wrong.
    """
    table = source or resources.files("rulebook") / "tables" / "requests" / "disclosure.toml"
    data: Mapping[str, Any] = read_table(table)
    try:
        entries: Sequence[Mapping[str, Any]] = data["disclosure"]
        return Disclosure(tuple(_delay(entry) for entry in entries))
    except (KeyError, TypeError, ValueError) as error:
        raise RulebookError(table.name, line=0, reason=f"thiếu hoặc sai {error}") from error


def _delay(entry: Mapping[str, Any]) -> Delay:
    since, days = entry["since"], entry["days"]
    if type(since) is not date or type(days) is not int or not 0 < days <= _MOST_DAYS:
        msg = "since, days"
        raise ValueError(msg)
    return Delay(
        since=since,
        article=str(entry["article"]),
        verified=bool(entry["verified"]),
        purpose=Purpose(entry["purpose"]),
        days=days,
    )
