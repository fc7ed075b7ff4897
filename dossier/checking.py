"""The check table: who has which waiting paper, and what they have answered about it so far.

A paper is on one person's table at a time. What was answered stays when browser or server die: it is kept
answer by answer, sealed, until the paper is saved with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from dossier.documents import Document
from dossier.events import Event
from dossier.ids import DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckHold:
    """A paper on somebody's table.

    Attributes:
        document: the paper.
        holder: opaque name of the person; empty while nobody has it.
        since, seen_at: aware; when they took it, and when they last did anything.
        aside: version that was laid aside because something on it cannot be read; 0 when none was.
    """

    document: DocumentId
    holder: str
    since: datetime
    seen_at: datetime
    aside: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDraft:
    """What one person has answered about a paper and is not saved yet.

    Attributes:
        document, version: what was looked at.
        actor: who answered.
        values: by field name as typed, empty for one that the paper does not have.
        stood_by: questions that the person looked at and says are right as they stand.
        unreadable: questions that cannot be answered from the picture.
        type_: the right type as the person says, empty to keep it.
        owner: identity number of the owner as the person says, empty to keep.
        done: questions in the order in which they were answered.
        saved_at: aware.
    """

    document: DocumentId
    version: int
    actor: str
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    stood_by: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()
    type_: str = ""
    owner: str = field(default="", repr=False)
    done: tuple[str, ...] = ()
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckQuery:
    """Which waiting papers are asked for.

    Attributes:
        offices: that the person works for, ``*`` for all of them.
        not_by: accounts whose own papers are left out; none where everybody may check theirs.
        type_: one type, empty for all.
        office: one agency, empty for all of ``offices``.
        free_before: a hold not used since then is none, aware.
    """

    offices: tuple[str, ...]
    not_by: frozenset[str]
    type_: str
    office: str
    free_before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """A paper of the queue.

    Attributes:
        serial: its place; the next page begins after it.
        document: as saved.
        received_at: when its file was handed in, aware.
        hold: who has it, if anybody.
        operator: who fed it, empty when nobody is named.
    """

    serial: int
    document: Document
    received_at: datetime
    hold: CheckHold | None
    operator: str


class CheckTable(Protocol):
    """Holds and drafts of one store. Each write is one transaction with its events."""

    def queue(self, query: CheckQuery, *, after: int = 0, limit: int = 50) -> Sequence[CheckLine]:
        """Papers that wait, the oldest first, those on somebody's table and laid aside ones as well."""

    def line(self, document: DocumentId) -> CheckLine:
        """One waiting paper.

        Raises:
            RecordMissingError: there is none of that id, or it waits no longer.
        """

    def take(self, document: DocumentId, actor: str, *, at: datetime, free_before: datetime) -> CheckHold:
        """Put a paper on somebody's table, or leave it with whoever has it: the hold that counts then."""

    def leave(self, actor: str) -> int:
        """Take everything off somebody's table; gives how many there were."""

    def held_by(self, actor: str, *, free_before: datetime) -> Sequence[DocumentId]:
        """What is on somebody's table, the oldest hold first."""

    def draft(self, document: DocumentId, actor: str) -> CheckDraft | None:
        """What somebody answered."""

    def keep(self, draft: CheckDraft, *, free_before: datetime) -> bool:
        """Keep answers of the holder in place of what was kept; very old ones of anybody are forgotten.

        Returns:
            ``False`` when the paper is not on their table any more; nothing is kept then.
        """

    def forget(self, document: DocumentId, *, aside: int = 0, events: Sequence[Event] = ()) -> None:
        """The paper was saved: its hold and everybody's answers go.

        Args:
            document: the paper.
            aside: version to lay aside, 0 for none.
            events: what it leaves in the journal.
        """
