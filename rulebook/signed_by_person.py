"""Which papers a person signs for the office, and on which days; all others the line signs by itself.

The project's own table is empty: whether a machine may set the office's signature is for the office to
decide. It states so in ``signing.toml`` of its rules folder, row by row, each with its days and its decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from dossier.errors import RulebookError
from rulebook.table_files import read_table

SIGNING_FILE: Final = "signing.toml"
_KEYS: Final = frozenset({"types", "results", "since", "until", "article"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedByPerson:
    """Papers that a person signs on the days ``since`` to ``until``, both included.

    Attributes:
        types: paper types; every type when empty.
        results: results of a dossier's procedure alone.
        since, until: days of filing in Vietnam; no ``until`` means still.
        article: the decision it rests on.
    """

    types: frozenset[str]
    results: bool
    since: date
    article: str
    until: date | None = None

    def counts_for(self, type_: str, *, is_result: bool, on: date) -> bool:
        """Whether it speaks of a paper on a day."""
        in_time = self.since <= on and (self.until is None or on <= self.until)
        return in_time and (not self.types or type_ in self.types) and (is_result or not self.results)


@dataclass(frozen=True, slots=True)
class SigningRules:
    """The table of an installation."""

    rows: tuple[SignedByPerson, ...] = ()

    def by_person(self, type_: str, *, is_result: bool, on: date) -> SignedByPerson | None:
        """The first row that speaks of a paper; nothing when the line signs it."""
        return next((row for row in self.rows if row.counts_for(type_, is_result=is_result, on=on)), None)

    @property
    def is_empty(self) -> bool:
        """Whether the line signs everything."""
        return not self.rows


def load_signing(folder: Path, *, known: Iterable[str]) -> SigningRules:
    """The office's table; empty when there is none.

    Args:
        folder: of the office's rules.
        known: paper types of this installation.

    Raises:
        RulebookError: the table is wrong.
    """
    path = folder / SIGNING_FILE
    if not path.exists():
        return SigningRules()
    data: Mapping[str, Any] = read_table(path)
    try:
        if set(data) - {"by_person"}:
            msg = ", ".join(sorted(set(data) - {"by_person"}))
            raise ValueError(msg)  # noqa: TRY301 - told like the other mistakes of the table
        return SigningRules(tuple(_row(entry, frozenset(known)) for entry in data.get("by_person", ())))
    except (KeyError, TypeError, ValueError) as error:
        raise RulebookError(path.name, line=0, reason=f"thiếu hoặc sai {error}") from error


def _row(entry: Mapping[str, Any], known: frozenset[str]) -> SignedByPerson:
    types = frozenset(str(one) for one in entry.get("types", ()))
    for wrong in (sorted(set(entry) - _KEYS), sorted(types - known)):
        if wrong:
            raise ValueError(", ".join(wrong))
    since, until, results = entry["since"], entry.get("until"), entry.get("results", False)
    days_are_days = type(since) is date and (until is None or type(until) is date)
    if not days_are_days or not isinstance(results, bool) or not str(entry["article"]).strip():
        msg = "since, until, results, article"
        raise ValueError(msg)
    return SignedByPerson(
        types=types, results=results, since=since, until=until, article=str(entry["article"])
    )
