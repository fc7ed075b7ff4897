"""What a look finds: a point, how it is, and a code that the words for people are found by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from dossier.errors import MotlanError

if TYPE_CHECKING:
    from flows.doctor.surroundings import Surroundings
    from wiring.services import Services
    from wiring.settings import Settings


class State(StrEnum):
    """How a point is."""

    PASSED = "passed"
    WARNING = "warning"
    """It works, and will not for ever, or not as well as it should."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """It does not apply here, or cannot be looked at before another point is mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found. It holds no secret, no personal data and no address of a person.

    Attributes:
        point: what was looked at.
        state: how it is.
        code: stable; words are found by it.
        values: what the words name: numbers, names of settings, places and files.
        error: what the program itself says; its sentence and next step count then.
    """

    point: str
    state: State
    code: str
    values: dict[str, str | int] = field(default_factory=dict)
    error: MotlanError | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at: an installation, and the machine and network around it."""

    services: Services
    around: Surroundings

    @property
    def settings(self) -> Settings:
        """Of the installation."""
        return self.services.settings

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.settings.data

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.services.clock()


Check = Callable[[Patient], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Point:
    """Makes the findings of one point."""

    name: str

    def passed(self, code: str = "ok", **values: str | int) -> Finding:
        """It holds."""
        return self._found(State.PASSED, code, values)

    def warning(self, code: str, **values: str | int) -> Finding:
        """Somebody should look after it."""
        return self._found(State.WARNING, code, values)

    def failed(self, code: str, **values: str | int) -> Finding:
        """It has to be mended."""
        return self._found(State.FAILED, code, values)

    def skipped(self, code: str = "skipped", **values: str | int) -> Finding:
        """It was not looked at."""
        return self._found(State.SKIPPED, code, values)

    def error(self, error: MotlanError, *, state: State = State.FAILED) -> Finding:
        """What the program itself said."""
        return Finding(point=self.name, state=state, code=error.code, error=error)

    def _found(self, state: State, code: str, values: dict[str, str | int]) -> Finding:
        return Finding(point=self.name, state=state, code=f"{self.name}.{code}", values=values)


def days(span: timedelta) -> int:
    """Whole days of a span."""
    return int(span.total_seconds() // 86_400)


def hours(span: timedelta) -> int:
    """Whole hours of a span."""
    return int(span.total_seconds() // 3_600)
