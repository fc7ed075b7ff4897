"""Campaigns that digitise results of before: boxes on shelves, who works on which, how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from dossier.events import Event
from dossier.ids import BoxId, CampaignId, DocumentId


class CampaignState(StrEnum):
    """Where a campaign stands; nothing of a paused or closed one is worked on."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class BoxState(StrEnum):
    """Where a box stands. One that is ``TAKEN`` belongs to one operator."""

    FREE = "free"
    TAKEN = "taken"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign.

    Attributes:
        id: opaque.
        name: as people call it.
        office: agency part of dossier codes.
        types: paper types it is about; none: all.
        targets: share of the results to be digitised by the end of a year, in order of years.
        state: whether it is worked on.
        made_at: aware.
        made_by: account.
    """

    id: CampaignId
    name: str
    office: str
    types: tuple[str, ...]
    targets: tuple[tuple[int, Fraction], ...]
    state: CampaignState
    made_at: datetime
    made_by: str

    def target(self, year: int) -> Fraction:
        """The share of a year: its own, else that of the last one before; 0 without one."""
        return max(((of, share) for of, share in self.targets if of <= year), default=(0, Fraction(0)))[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredBox:
    """A line of an inventory: what stands on a box and how many results are in it, as counted on paper.

    ``year`` is that of the results, 0 when there are several; ``type`` is empty when there are several.
    """

    label: str
    office: str
    year: int
    type: str
    results: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box of a campaign.

    Attributes:
        id: opaque.
        declared: its line of the inventory.
        state: where it stands.
        operator: account of who has it, or had it last; empty for nobody.
        files: files in its folder, as last seen; 0 before.
        done: of them, those that are worked through.
        next_file: name within its folder of the file that comes next; empty when unknown or none.
        papers: papers that came of it.
    """

    id: BoxId
    declared: DeclaredBox
    state: BoxState
    operator: str
    files: int = 0
    done: int = 0
    next_file: str = ""
    papers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a campaign is.

    Attributes:
        results: declared, all boxes together.
        papers: filed or waiting for a person, out of its boxes.
        by_day: of them, by day of work (Vietnam).
        by_year, by_office, by_type: declared and digitised; of types, what papers turned out to be.
        by_operator: papers of boxes that somebody has or had.
    """

    results: int = 0
    papers: int = 0
    by_day: Mapping[date, int] = field(default_factory=dict)
    by_year: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    by_office: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    by_type: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    by_operator: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> Fraction | None:
        """Digitised of declared, at most all; nothing when nothing was declared."""
        return Fraction(min(self.papers, self.results), self.results) if self.results else None


class Campaigns(Protocol):
    """Campaigns, their boxes, and what was worked through; every change is journalled with it."""

    def make(self, campaign: Campaign, *, events: Sequence[Event]) -> Campaign:
        """Keep a new campaign; one of that name and office that is there already is given back instead."""

    def campaigns(self) -> Sequence[Campaign]:
        """All, the oldest first."""

    def campaign(self, name: str) -> Campaign:
        """By id or name. Raises CampaignUnknownError, also when several offices have one of that name."""

    def set_state(self, campaign: CampaignId, state: CampaignState, *, events: Sequence[Event]) -> None:
        """Pause, resume or close; nothing is entered when it stands so already.

        Raises:
            CampaignStateError: it is closed.
        """

    def declare(self, campaign: CampaignId, boxes: Sequence[DeclaredBox], *, events: Sequence[Event]) -> int:
        """Add boxes to the end; known labels get the new counts. Gives how many are new.

        Raises:
            CampaignStateError: it is closed.
        """

    def boxes(self, campaign: CampaignId) -> Sequence[Box]:
        """In the order of the inventory."""

    def take(
        self,
        campaign: CampaignId,
        *,
        labels: Sequence[str],
        operator: str,
        at: datetime,
        events: Sequence[Event],
    ) -> Sequence[Box]:
        """Give boxes to an operator; without labels the first free one, or the one this operator has already.

        All or none, in one transaction: nobody gets a box twice.

        Raises:
            CampaignUnknownError: no such box, or none is free.
            CampaignStateError: the campaign is not open.
            BoxTakenError: another operator has one, or it is done.
        """

    def release(
        self, campaign: CampaignId, labels: Sequence[str], *, events: Sequence[Event]
    ) -> Sequence[Box]:
        """Free boxes again; what is worked through stays. A box that is done stays done.

        Raises:
            CampaignUnknownError: no such box.
        """

    def see(self, box: BoxId, *, files: int, next_file: str) -> None:
        """Note how many files the folder of a box holds and which one comes next."""

    def is_worked(self, box: BoxId, file: str) -> bool:
        """Whether a file of the folder of a box was worked through."""

    def worked(
        self, box: BoxId, file: str, documents: Sequence[DocumentId], *, day: date, error_code: str = ""
    ) -> None:
        """A file was worked through, and these papers came of it; twice is once."""

    def finish(self, box: BoxId, *, events: Sequence[Event]) -> None:
        """Every file of a box is worked through."""

    def progress(self, campaign: CampaignId) -> Progress:
        """How far it is."""
