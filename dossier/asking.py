"""The record that a citizen was asked for a paper although the answer said that it must not be asked for.

Resolution 66.7/2025/NQ-CP: only when the data cannot be read, or is incomplete or wrong, may the paper be
asked for all the same. So it needs a reason, in a word a program can count and in words a person can check.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from dossier.keeping import KeepingAct

LEAST_WORDS: Final = 10
"""Characters that a written reason has at least."""

MOST_WORDS: Final = 500


class AskReason(StrEnum):
    """Why the paper is asked for all the same."""

    DATA_UNREADABLE = "data_unreadable"
    """The database cannot be read now."""
    DATA_WRONG = "data_wrong"
    """The data is incomplete or wrong; the citizen is told how to have it corrected."""
    COPY_UNREADABLE = "copy_unreadable"
    """The held copy cannot be read, or a page is missing."""
    DOUBT = "doubt"
    """There is doubt whether the held paper is genuine or still counts."""
    LAW = "law"
    """A law or decree asks for the paper itself; the written reason names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insisted:
    """One paper that was asked for although it was held.

    Attributes:
        id: of the record.
        at, actor: when and by whom.
        dossier: code of the dossier, empty when none was named.
        procedure, component: what it was asked for.
        status: what the answer had said (``held``, ``data``, ``not_required``).
        reason, words: why; the words stay in the records and out of journal and log.
    """

    id: str
    at: datetime
    actor: str
    dossier: str
    procedure: str
    component: str
    status: str
    reason: AskReason
    words: str


def insisted_of(act: KeepingAct) -> Insisted:
    """The record that an act makes."""
    told = act.details
    return Insisted(
        id=act.case,
        at=act.at,
        actor=act.actor,
        dossier=act.target,
        procedure=told["procedure"],
        component=told["component"],
        status=told["status"],
        reason=AskReason(told["reason"]),
        words=told["words"],
    )


def counted(records: Iterable[Insisted]) -> Mapping[tuple[str, str, AskReason], int]:
    """How often each component of each procedure was asked for all the same, by reason; most often first."""
    found = Counter((record.procedure, record.component, record.reason) for record in records)
    return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))


def between(records: Sequence[Insisted], first: datetime, end: datetime) -> Sequence[Insisted]:
    """Those from a moment on and before another."""
    return [record for record in records if first <= record.at < end]
