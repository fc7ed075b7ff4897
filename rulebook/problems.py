"""What is wrong in the tables, all of it, each with file and line."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources.abc import Traversable
from types import TracebackType

from dossier.errors import RulebookError

INVALID = "rules.invalid"


class Severity(StrEnum):
    """An error stops the start; a note is for the person who keeps the tables."""

    ERROR = "error"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        source: the file; it is shown as the person named its folder.
        line: 1-based; 0 when no line is to blame.
        code: stable, ``rules.…``.
        message: in Vietnamese, for the person who writes the table.
        severity: whether the program starts with it.
    """

    source: Traversable
    line: int
    code: str
    message: str
    severity: Severity = Severity.ERROR

    def error(self) -> RulebookError:
        """As the error that stops the start."""
        return RulebookError(self.source.name, line=self.line, reason=self.message)


@dataclass(slots=True)
class Problems:
    """Collects problems while tables are read."""

    found: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Those that stop the start, in the order in which they were found."""
        return tuple(problem for problem in self.found if problem.severity is Severity.ERROR)

    def in_order(self) -> tuple[Problem, ...]:
        """All of them once, by file and line."""
        return tuple(
            sorted(dict.fromkeys(self.found), key=lambda problem: (str(problem.source), problem.line))
        )

    def stop(self) -> None:
        """Stop the start at the first error.

        Raises:
            RulebookError: there is one.
        """
        for problem in self.errors:
            raise problem.error()

    def catching(self, source: Traversable) -> Catching:
        """Note the error that ends the reading of one part, and let the next part be read."""
        return Catching(self, source)


@dataclass(frozen=True, slots=True)
class Catching:
    """A block whose error about a table becomes a problem."""

    problems: Problems
    source: Traversable

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, RulebookError):
            return False
        details = error.details
        self.problems.found.append(
            Problem(
                source=self.source,
                line=int(details.get("line", 0)),
                code=INVALID,
                message=str(details.get("reason", "")),
            )
        )
        return True
