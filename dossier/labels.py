"""What corrections teach about forms: words that may be a label, and what a person decided about them.

Neither ever holds what was filled in: no value, no digit, no name. A document stands for itself by its id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from dossier.ids import DocumentId


class LabelVerdict(StrEnum):
    """What became of a proposal."""

    ADOPTED = "adopted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelNote:
    """Words that stood where the label of a corrected value would.

    Attributes:
        type, field: what was corrected.
        key: the words in plain letters ``a`` to ``z``.
        printed: the words as read.
        document: whose correction taught it.
        actor: account that corrected; opaque, from the settings.
        day: when, in Vietnam.
    """

    type: str
    field: str
    key: str
    printed: str
    document: DocumentId
    actor: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDecision:
    """What a person decided about words: taken over, or never to be proposed again."""

    type: str
    field: str
    key: str
    verdict: LabelVerdict
    actor: str
    day: date


class LabelNotes(Protocol):
    """Words that corrections teach, kept with the office's data and never leaving it by themselves.

    What was added or decided is durable when the call returns. Only the writer of the data folder changes it.
    """

    def notes(self) -> tuple[LabelNote, ...]:
        """All notes, oldest first."""

    def decisions(self) -> tuple[LabelDecision, ...]:
        """All decisions, oldest first."""

    def add(self, notes: Iterable[LabelNote]) -> int:
        """Keep notes and say how many were new; the same paper teaches the same words once."""

    def decide(self, decision: LabelDecision) -> None:
        """Keep what a person decided."""


def proposal_id(type_: str, field: str, key: str) -> str:
    """Short id of a proposal: the same words for the same field always have the same."""
    return hashlib.sha256(f"{type_}\x1f{field}\x1f{key}".encode()).hexdigest()[:10]
