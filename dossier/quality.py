"""The promise about errors in key fields, and the samples that are keyed a second time to prove it.

Rates, shares and confidences are whole parts of a million. A second value is personal data: stores seal it,
and it goes when it is settled which value was right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from dossier.admission import EVERYTHING
from dossier.events import Event
from dossier.ids import BatchId, DocumentId


class Route(StrEnum):
    """How a field came into the store."""

    ALONE = "alone"
    """Nobody was asked about it."""
    PERSON = "person"
    """A person confirmed or typed it."""


class Outcome(StrEnum):
    """What the second look, or the third, said about a filed value."""

    SAME = "same"
    """The second value is the filed one."""
    FIRST_WRONG = "first_wrong"
    """The filed value is wrong, the second is right."""
    SECOND_WRONG = "second_wrong"
    """The filed value is right."""
    BOTH_WRONG = "both_wrong"
    UNREADABLE = "unreadable"
    """Nobody can tell from the picture, or the picture may not be shown any more."""


WRONG = frozenset({Outcome.FIRST_WRONG, Outcome.BOTH_WRONG})
"""Outcomes that count as an error of what was filed."""


class KeyState(StrEnum):
    """Whose turn it is with a field of a sample."""

    SECOND = "second"
    THIRD = "third"
    DONE = "done"


class LotState(StrEnum):
    """Where a batch stands."""

    WAITING = "waiting"
    """Files are to be read or papers wait for a person: nothing is drawn yet."""
    DRAWN = "drawn"
    EMPTY = "empty"
    """It has no key field, or no promise held when it came."""


class Verdict(StrEnum):
    """What a sample says about the promise."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    """So small a sample proves neither."""


class Fix(StrEnum):
    """What became of the correction of a value that was found wrong."""

    NONE = ""
    DONE = "done"
    PROPOSED = "proposed"
    """It waits for a second person."""
    BY_HAND = "by_hand"
    """It contradicts other fields: somebody has to look at the whole paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a manager promises.

    Attributes:
        serial: 0 before it is kept.
        office: agency and those below it for which it holds; empty for all.
        error: highest rate of wrong key fields.
        confidence: that it is proven with.
        share: of key fields of small batches that are keyed again.
        days: small batches that come within so many days are judged together.
        since: batches that came from then on, aware.
        actor: who promised.
    """

    serial: int = 0
    office: str
    error: int
    confidence: int
    share: int
    days: int
    since: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of one route.

    Attributes:
        population: key fields that were filed.
        sample: of them drawn.
        keyed: of the sample settled, unreadable ones among them.
        errors: filed values that are wrong.
        unreadable: nobody can tell.
    """

    population: int = 0
    sample: int = 0
    keyed: int = 0
    errors: int = 0
    unreadable: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            population=self.population + other.population,
            sample=self.sample + other.sample,
            keyed=self.keyed + other.keyed,
            errors=self.errors + other.errors,
            unreadable=self.unreadable + other.unreadable,
        )


Tallies = Mapping[Route, Tally]
"""Counts of both routes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A batch as the promise sees it.

    Attributes:
        batch, received_at, office: of the batch.
        state: where it stands.
        group: with which it is judged; 0 for none.
        drawn_at: aware; nothing before.
        seed: hexadecimal, that the sample was drawn with; empty before.
        frame: SHA-256 of the list that was drawn from; empty before.
        own: least sample that it needs to be judged by itself; 0 where it is judged with others.
        tallies: counts as drawn and keyed.
    """

    batch: BatchId
    received_at: datetime
    office: str
    state: LotState = LotState.WAITING
    group: int = 0
    drawn_at: datetime | None = None
    seed: str = ""
    frame: str = ""
    own: int = 0
    tallies: Tallies = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Batches that are judged together, once; a large batch is judged alone.

    Attributes:
        serial: 0 before it is kept.
        promise: under which.
        single: one batch alone.
        opened_at: when its first sample was drawn, aware.
        received_from: when its first batch came in, aware.
        closed_at: when it was full; nothing while further batches may join.
        judged_at: when all was keyed and the verdict was found.
        verdict: nothing before.
        tallies: what the verdict stands on.
        upper: bound of the rate of errors.
        whole_at: when somebody had all its other fields keyed as well.
        whole_done_at: when that was done.
    """

    serial: int = 0
    promise: int
    single: bool
    opened_at: datetime
    received_from: datetime
    closed_at: datetime | None = None
    judged_at: datetime | None = None
    verdict: Verdict | None = None
    tallies: Tallies = dataclass_field(default_factory=dict)
    upper: int = 0
    whole_at: datetime | None = None
    whole_done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key field of a filed paper that is keyed a second time.

    Attributes:
        serial: 0 before it is kept; the order of the queue.
        batch, group: where it belongs.
        document, version, field: what was filed.
        route: how it came in.
        whole: not of the sample, but of all that is left of a batch.
        office: of the paper.
        not_by: accounts that had to do with the paper.
        state: whose turn it is.
        told: what the second person typed in normal form, empty for a paper that does not have it.
        second_read: whether the second person could read it.
        second_by, third_by: opaque names; empty before.
        outcome: nothing before it is settled.
        fix: what became of the correction.
    """

    serial: int = 0
    batch: BatchId
    group: int
    document: DocumentId
    version: int
    field: str
    route: Route
    whole: bool = False
    office: str
    not_by: tuple[str, ...]
    state: KeyState = KeyState.SECOND
    told: str = dataclass_field(default="", repr=False)
    second_read: bool = True
    second_by: str = ""
    third_by: str = ""
    outcome: Outcome | None = None
    fix: Fix = Fix.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """By how many steps more (or fewer) fields are asked than the tables say, from a moment on.

    Attributes:
        serial: 0 before it is kept.
        office: for which; empty for all.
        at: aware.
        step: above 0 more is asked, below 0 less.
        group: whose verdict was the reason; 0 where a person set it.
        actor: who or what set it.
    """

    serial: int = 0
    office: str
    at: datetime
    step: int
    group: int = 0
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyQuery:
    """Which fields somebody may key.

    Attributes:
        accounts: that they have; fields of papers that one of them had to do with are left out.
        offices: that they work for, ``*`` for all.
        turns: ``second``, ``third`` or both.
        free_before: a hold not used since then is none, aware.
    """

    accounts: frozenset[str]
    offices: tuple[str, ...]
    turns: frozenset[KeyState]
    free_before: datetime


class QualityTable(Protocol):
    """Promises, samples and verdicts of one store. Each write is one transaction with its events."""

    def promises(self) -> Sequence[Promise]:
        """All of them, the oldest first."""

    def add_promise(self, promise: Promise, *, events: Sequence[Event]) -> Promise:
        """Keep a promise."""

    def steps(self) -> Sequence[Step]:
        """All of them, the oldest first."""

    def add_step(self, step: Step, *, seen: int, events: Sequence[Event]) -> bool:
        """Keep a step, if the newest one is still ``seen``; ``False`` when another came first."""

    def note_batches(self, *, since: datetime, limit: int) -> int:
        """Note batches that came since then and are not known yet; gives how many."""

    def ready(self, *, after: int, limit: int) -> Sequence[tuple[int, Lot]]:
        """Batches whose files are all done and of which no paper waits, with their place in that order."""

    def draw(
        self,
        lot: Lot,
        keys: Sequence[Key],
        *,
        group: Group | None,
        events: Sequence[Event],
    ) -> bool:
        """Keep a sample, in the group that ``lot`` names, or in this new one.

        Returns:
            ``False`` when somebody else drew for the batch, or the group was closed; nothing is kept then.
        """

    def close_group(self, group: int, *, at: datetime) -> None:
        """No further batches join it."""

    def lot(self, batch: BatchId) -> Lot:
        """A batch with its counts.

        Raises:
            RecordMissingError: it is not known here.
        """

    def lots(
        self, *, before: str = "", limit: int = 50, offices: Sequence[str] = (EVERYTHING,)
    ) -> Sequence[Lot]:
        """Batches that were drawn for, the newest first.

        Args:
            before: place of the last one of the page before; empty to begin.
            limit: of one page.
            offices: of which, with those below them; ``*``, as when not given, for all.
        """

    def place_of(self, lot: Lot) -> str:
        """Where a batch stands in ``lots``: what the page after it begins from."""

    def lots_of(self, group: int) -> Sequence[Lot]:
        """Batches that are judged together, in the order they came."""

    def group(self, serial: int) -> Group:
        """One group.

        Raises:
            RecordMissingError: there is none.
        """

    def open_groups(self) -> Sequence[Group]:
        """Groups that further batches may join."""

    def unjudged(self) -> Sequence[Group]:
        """Groups that are full and have no verdict, or whose other fields are being keyed."""

    def judged(self, *, promise: int, since: datetime, limit: int = 20) -> Sequence[Group]:
        """Groups with a verdict of papers that came in since then, the newest verdict first."""

    def tallies(self, group: int, *, whole: bool = False) -> Tallies:
        """What was keyed of a group: its sample, or with ``whole`` everything of it."""

    def window(self, *, promise: int, since: datetime) -> Tallies:
        """Counts of batches of a promise that came since then and whose fields had their second look.

        A value about which two people differ counts as wrong until a third has looked.
        """

    def judge(
        self, group: Group, *, events: Sequence[Event], step: Step | None = None, seen: int = 0
    ) -> bool:
        """Keep a verdict, once, with the step that follows from it; both or nothing.

        Args:
            group: with the verdict.
            events: for the journal.
            step: what follows; nothing where thresholds stay.
            seen: number of the newest step that whoever decided has seen.

        Returns:
            ``False`` when there is a verdict already, or another step came in between.
        """

    def want_whole(self, group: int, keys: Sequence[Key], *, at: datetime, events: Sequence[Event]) -> bool:
        """Have all other fields keyed; ``False`` when that was asked for before."""

    def drawn_fields(self, batch: BatchId, *, whole: bool = True) -> frozenset[tuple[DocumentId, str]]:
        """Paper and name of every field of a batch that is keyed again; without ``whole`` of its sample."""

    def end_whole(self, group: int, *, at: datetime, events: Sequence[Event]) -> None:
        """All other fields are keyed."""

    def waiting(self) -> Mapping[KeyState, int]:
        """How many fields wait for a second and for a third look."""

    def offered(self, query: KeyQuery, *, after: int, limit: int) -> Sequence[Key]:
        """Fields that wait and are free, in order; those of other people's tables are left out."""

    def take(self, key: int, actor: str, *, turn: KeyState, at: datetime, free_before: datetime) -> bool:
        """Put a field on somebody's table for a second or a third look.

        ``False`` when another has it, it does not wait for that look, or the second look was theirs.
        """

    def held(self, actor: str, *, free_before: datetime) -> Key | None:
        """What is on somebody's table."""

    def leave(self, actor: str) -> None:
        """Take everything off somebody's table."""

    def tell(self, key: Key, *, actor: str, at: datetime, events: Sequence[Event]) -> bool:
        """Keep what the holder said about a field; ``False`` when it is not on their table any more."""

    def note_fix(self, key: int, fix: Fix) -> None:
        """What became of the correction; the value that was kept for it goes."""

    def to_fix(self, *, limit: int) -> Sequence[Key]:
        """Fields that were found wrong and not put right yet; ``told`` is what is right."""

    def found(self, group: int) -> Sequence[Key]:
        """Fields of a group whose filed value was found wrong."""

    def keyed_by(self, group: int) -> Sequence[str]:
        """Opaque names of those who keyed fields of a group, each once."""
