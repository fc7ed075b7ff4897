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
class CheckSave:
    """A paper whose every question was answered, on its way into the records.

    Attributes:
        document: the paper.
        actor: whose answers.
        since: when the last question was answered, aware.
        due_at: not tried before, aware.
        code: of the error for which it came back to the person; empty while it is on its way.
    """

    document: DocumentId
    actor: str
    since: datetime
    due_at: datetime
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnHand:
    """What somebody has of a paper that lies on their table.

    Attributes:
        draft: what they answered; nothing before the first answer.
        came_back: code of the error for which it came back after its last answer; empty for others.
    """

    draft: CheckDraft | None
    came_back: str = ""


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
        save: its way into the records, if it is on it or came back from it.
    """

    serial: int
    document: Document
    received_at: datetime
    hold: CheckHold | None
    operator: str
    save: CheckSave | None = None

    @property
    def is_saving(self) -> bool:
        """Whether it is on its way into the records, and nobody's to take."""
        return self.save is not None and not self.save.code


class CheckTable(Protocol):
    """Holds and drafts of one store. Each write is one transaction with its events."""

    def queue(self, query: CheckQuery, *, after: int = 0, limit: int = 50) -> Sequence[CheckLine]:
        """Papers that wait, the oldest first, those on somebody's table and laid aside ones as well."""

    def free(self, query: CheckQuery, *, after: int = 0, limit: int = 50) -> Sequence[tuple[int, DocumentId]]:
        """Places and ids of papers that nobody has, that are not laid aside and not on their way, in order.

        Nothing is opened: whose office a sheet before the paper names is not looked at.
        """

    def line(self, document: DocumentId, *, query: CheckQuery | None = None) -> CheckLine:
        """One waiting paper.

        Raises:
            RecordMissingError: there is none of that id, it waits no longer, or ``query`` asks for others.
        """

    def take(self, document: DocumentId, actor: str, *, at: datetime, free_before: datetime) -> CheckHold:
        """Put a paper on somebody's table, or leave it with whoever has it: the hold that counts then.

        One that is on its way into the records comes on no table; nobody holds it then.
        """

    def leave(self, actor: str, *, document: DocumentId | None = None) -> int:
        """Take everything off somebody's table, or one paper; gives how many there were."""

    def seen(self, actor: str, *, at: datetime, free_before: datetime) -> None:
        """Somebody did something: all that lies on their table still does."""

    def held_by(self, actor: str, *, free_before: datetime) -> Sequence[DocumentId]:
        """What is on somebody's table, the oldest hold first."""

    def on_hand(self, document: DocumentId, actor: str, *, free_before: datetime) -> OnHand | None:
        """What somebody has of a paper on their table; nothing when it does not lie there."""

    def draft(self, document: DocumentId, actor: str) -> CheckDraft | None:
        """What somebody answered."""

    def keep(self, draft: CheckDraft, *, free_before: datetime) -> bool:
        """Keep answers of the holder in place of what was kept.

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


class SaveTable(Protocol):
    """Papers on their way into the records, kept as facts: whoever comes next goes on with them."""

    def hand_over(self, draft: CheckDraft, *, free_before: datetime) -> bool:
        """Keep the last answers of the holder, take the paper off their table and put it on its way.

        Answers of anybody that nobody came back to for a month are forgotten.

        Returns:
            ``False`` when the paper is not on their table any more; nothing is kept then.
        """

    def due(self, *, at: datetime, limit: int) -> Sequence[CheckSave]:
        """What is on its way and may be tried now, in order."""

    def of(self, document: DocumentId) -> CheckSave | None:
        """The way of one paper."""

    def later(self, save: CheckSave, *, due_at: datetime) -> None:
        """Try it again from a moment on."""

    def come_back(self, save: CheckSave, *, code: str, draft: CheckDraft | None) -> None:
        """Give a paper back to the person, with the answers that still count; no other ones stay."""

    def brought_back(self, actor: str, *, limit: int = 50) -> Sequence[CheckSave]:
        """What came back to somebody, the oldest first."""

    def drop(self, document: DocumentId) -> None:
        """Nobody has to hear of it any more."""
