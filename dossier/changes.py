"""What became different about a paper that is held: the feed that other systems follow.

A change names ids and codes only. Who may see what it is about asks for the paper, for a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from dossier.documents import Document, DocumentState
from dossier.trust import Standing


class ChangeKind(StrEnum):
    """The kinds of changes."""

    FILED = "filed"
    CORRECTED = "corrected"
    """It says something else than before, or counts for another time."""
    REPLACED = "replaced"
    REVOKED = "revoked"
    RESTRICTED = "restricted"
    RELEASED = "released"
    """It is not restricted any more."""
    HELD_BACK = "held_back"
    """The result of a dossier that was not handed over yet; it is not reused until then."""
    HANDED_OVER = "handed_over"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change.

    Attributes:
        serial: place in the feed, from 1; later commits have higher ones.
        kind: what changed.
        document, version: the paper, and the version that says so.
        type: of the paper.
        dossier, office, procedure: what it was handed in for; each may be empty.
        at: aware, UTC.
    """

    serial: int
    kind: ChangeKind
    document: str
    version: int
    type: str
    dossier: str
    office: str
    procedure: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FeedBounds:
    """First and last serial that the feed holds; both 0 when nothing changed yet."""

    first: int
    last: int


class Changes(Protocol):
    """The feed of one store. Changes are written with the papers, in the same transaction."""

    def after(self, serial: int, *, limit: int) -> Sequence[Change]:
        """Changes after that one, in order. Whoever reads on from the last one misses nothing."""

    def bounds(self) -> FeedBounds:
        """Which changes are kept."""

    def trim(self, *, before: datetime, limit: int) -> int:
        """Forget changes older than a moment, the oldest first; the newest one always stays.

        Returns:
            How many were forgotten.
        """


def changes_between(before: Document | None, after: Document) -> tuple[ChangeKind, ...]:
    """What a new version of a paper changes for others; nothing while the paper is not filed.

    Args:
        before: the version before, nothing when there was none.
        after: the new one.
    """
    was_held = before is not None and before.state is DocumentState.FILED
    if after.state is DocumentState.DESTROYED:
        return (ChangeKind.DESTROYED,) if was_held else ()
    if after.state is not DocumentState.FILED:
        return ()
    if before is None or not was_held:
        marks = [(after.held_back, ChangeKind.HELD_BACK), (after.restricted, ChangeKind.RESTRICTED)]
        return (ChangeKind.FILED, *(kind for is_so, kind in marks if is_so))
    return tuple(_marks(before, after))


def _marks(before: Document, after: Document) -> Sequence[ChangeKind]:
    found = []
    if _said(before) != _said(after):
        found.append(ChangeKind.CORRECTED)
    if before.standing is not after.standing:
        kinds = {Standing.REPLACED: ChangeKind.REPLACED, Standing.REVOKED: ChangeKind.REVOKED}
        found.append(kinds.get(after.standing, ChangeKind.CORRECTED))
    if before.restricted != after.restricted:
        found.append(ChangeKind.RESTRICTED if after.restricted else ChangeKind.RELEASED)
    if before.held_back != after.held_back:
        found.append(ChangeKind.HELD_BACK if after.held_back else ChangeKind.HANDED_OVER)
    return list(dict.fromkeys(found))


def _said(document: Document) -> tuple[object, ...]:
    """What others read of a paper: neither its signatures nor how its bytes are kept."""
    values = [(field.name, field.value) for field in document.fields]
    return (document.type, values, document.parties, document.term, document.trust)
