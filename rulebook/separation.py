"""Which steps of a paper one and the same person may not do, and on which days: maker and checker differ.

The project's table lets a checker sign what they checked only where nobody else of the office could; an
office of three people must be able to work on a day when two of them are away. An office states otherwise,
in ``separation.toml`` of its rules folder, row by row, each with its day and its decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from dossier.errors import RulebookError
from rulebook.table_files import read_table

SEPARATION_FILE: Final = "separation.toml"
_KEYS: Final = frozenset({"since", "article", "verified", "sign_own_check"})


class SignOwnCheck(StrEnum):
    """Whether whoever checked a paper may sign it."""

    NEVER = "never"
    WHEN_ALONE = "when_alone"
    """Where nobody else of the office may sign."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """A row.

    Attributes:
        since: first day on which it holds, in Vietnam.
        article: what it rests on; ``verified`` whether that was read.
        sign_own_check: as there.
    """

    since: date
    article: str
    verified: bool
    sign_own_check: SignOwnCheck


@dataclass(frozen=True, slots=True)
class SeparationRules:
    """The rows of an installation: its own where it has any, else the project's."""

    rows: tuple[Separation, ...]

    def sign_own_check(self, on: date) -> SignOwnCheck:
        """What holds on a day; before the first row, and with none, nothing keeps people from it."""
        held = [row for row in self.rows if row.since <= on]
        newest = max(held, key=lambda row: row.since, default=None)
        return newest.sign_own_check if newest else SignOwnCheck.ALWAYS


def load_separation(folder: Path | None = None) -> SeparationRules:
    """The office's table, or the project's where the office has none.

    Args:
        folder: of the office's rules.

    Raises:
        RulebookError: the table is wrong.
    """
    own = folder / SEPARATION_FILE if folder is not None else None
    project = resources.files("rulebook") / "tables" / "staff" / SEPARATION_FILE
    table: Traversable | Path = own if own is not None and own.exists() else project
    data: Mapping[str, Any] = read_table(table)
    try:
        _need_only(data, frozenset({"separation"}))
        return SeparationRules(tuple(_row(entry) for entry in data["separation"]))
    except (KeyError, TypeError, ValueError) as error:
        raise RulebookError(table.name, line=0, reason=f"thiếu hoặc sai {error}") from error


def _row(entry: Mapping[str, Any]) -> Separation:
    _need_only(entry, _KEYS)
    since, article, verified = entry["since"], str(entry["article"]).strip(), entry["verified"]
    if type(since) is not date or not article or not isinstance(verified, bool):
        msg = "since, article, verified"
        raise ValueError(msg)
    return Separation(
        since=since,
        article=article,
        verified=verified,
        sign_own_check=SignOwnCheck(entry["sign_own_check"]),
    )


def _need_only(data: Mapping[str, Any], known: frozenset[str]) -> None:
    if set(data) - known:
        raise ValueError(", ".join(sorted(set(data) - known)))
