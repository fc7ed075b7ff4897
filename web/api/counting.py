"""Figures of a period for whoever asks over HTTP, machine or browser: one counts at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final

from dossier.api_errors import PeriodError, ServiceBusyError
from dossier.errors import RulebookError
from flows.indicators import Wanted, make_report
from rulebook.period_report import PeriodReport
from web.api.context import Context

_BUSY_SECONDS: Final = 10


@contextmanager
def turn_to_count(context: Context, *, patience: float = 0) -> Iterator[None]:
    """Count alone while the block runs: counting takes the machine.

    Args:
        context: of the service.
        patience: seconds to wait for the turn.

    Raises:
        ServiceBusyError: somebody else counts for longer than that.
    """
    if not context.counting.acquire(timeout=patience):
        raise ServiceBusyError(seconds=_BUSY_SECONDS)
    try:
        yield
    finally:
        context.counting.release()


def counted(context: Context, first: date, last: date, wanted: Wanted) -> PeriodReport:
    """The report of a period, within a turn to count.

    Raises:
        PeriodError: no rules count such a period.
    """
    with rules_known(first, last):
        return make_report(context.services, first, last, wanted=wanted, kept=context.kept)


@contextmanager
def rules_known(first: date, last: date) -> Iterator[None]:
    """Say it of the period when no rules count it.

    Raises:
        PeriodError: that is so.
    """
    try:
        yield
    except RulebookError as error:
        raise PeriodError(f"{first} - {last}") from error
