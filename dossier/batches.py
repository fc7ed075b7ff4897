"""A batch as it is closed: what was counted, what does not agree, which pages a person looked at.

A batch is closed by a person or stays open. Everything a person decides about it is an act that stays
(``dossier.keeping``); what it is now follows from its acts in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from dossier.ids import BatchId, ItemId
from dossier.keeping import Act, KeepingAct
from dossier.totals import Count

NOT_COUNTED: Final = "batch.not_counted"
FILE_REFUSED: Final = "batch.file_refused"
PAGES_ALIKE: Final = "batch.pages_alike"
CARD_SIDE_MISSING: Final = "batch.card_side_missing"
CARD_SIDES_APART: Final = "batch.card_sides_apart"


class BatchState(StrEnum):
    """Where a batch stands."""

    OPEN = "open"
    CLOSED = "closed"


class Alike(StrEnum):
    """What a person says about two pages that look alike."""

    NOTE = "note"
    """One page, with the note that is stuck on it and without (Circular 01/2023/TT-VPCP Article 8)."""
    TWICE = "twice"
    """One page, fed twice."""
    DIFFERENT = "different"
    """Two pages."""


@dataclass(frozen=True, slots=True, order=True)
class PageRef:
    """A page of a batch: place of its file in the batch (from 1), its number in the file (from 1)."""

    file: int
    page: int

    def __str__(self) -> str:
        return f"{self.file}:{self.page}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikePages:
    """Two pages that look alike, in order.

    Attributes:
        first, second: the pages.
        likeness: share of words and picture they have in common, 0 to 1.
        guess: what it looks like: a note, or fed twice.
        said: what a person said; nothing while nobody did.
    """

    first: PageRef
    second: PageRef
    likeness: float
    guess: Alike
    said: Alike | None = None

    @property
    def one_page(self) -> bool:
        """Whether a person said that both are one page, which counts once."""
        return self.said in {Alike.NOTE, Alike.TWICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What does not agree: a stable code, the file (0 for the whole batch), the page, two counts.

    ``other`` is a second file that it is about; 0 for none.
    """

    code: str
    file: int = 0
    page: int = 0
    declared: int = 0
    found: int = 0
    other: int = 0

    def as_json(self) -> dict[str, str | int]:
        """As commands print it."""
        return {
            "code": self.code,
            "file": self.file,
            "page": self.page,
            "declared": self.declared,
            "found": self.found,
            "other": self.other,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A closing or reopening: what, when, by whom, why (may be empty for a closing), what was counted."""

    act: Act
    at: datetime
    actor: str
    reason: str = ""
    count: Count = field(default_factory=Count)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch in a list.

    Attributes:
        id, received_at, dossier, procedure: of the batch.
        files: how many it has; ``refused`` and ``unfinished`` of them.
        operators, devices: of its files, each once.
        declared: what was counted by hand.
        state: open or closed.
    """

    id: BatchId
    received_at: datetime
    dossier: str
    procedure: str
    files: int
    refused: int
    unfinished: int
    operators: tuple[str, ...]
    devices: tuple[str, ...]
    declared: Count
    state: BatchState


def closings(acts: Sequence[KeepingAct]) -> tuple[Closing, ...]:
    """Closings and reopenings among the acts of a batch, in order."""
    return tuple(
        Closing(
            act=act.act,
            at=act.at,
            actor=act.actor,
            reason=act.details.get("reason", ""),
            count=Count(int(act.details.get("papers", "0")), int(act.details.get("pages", "0"))),
        )
        for act in acts
        if act.act in {Act.BATCH_CLOSED, Act.BATCH_REOPENED}
    )


def state_of(acts: Sequence[KeepingAct]) -> BatchState:
    """What the newest closing or reopening made of the batch."""
    found = closings(acts)
    return BatchState.CLOSED if found and found[-1].act is Act.BATCH_CLOSED else BatchState.OPEN


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page by the file it is in; what persons say is kept of it, since places change between batches."""

    item: ItemId
    page: int


def alike_said(acts: Sequence[KeepingAct]) -> dict[tuple[ItemPage, ItemPage], Alike]:
    """What persons said about pages that look alike; said again, the last counts."""
    return {
        (_page(act.details["first"]), _page(act.details["second"])): Alike(act.details["said"])
        for act in acts
        if act.act is Act.BATCH_PAGES_TOLD
    }


def page_text(page: ItemPage) -> str:
    """A page as an act keeps it."""
    return f"{page.item}:{page.page}"


def _page(text: str) -> ItemPage:
    item, _, page = text.rpartition(":")
    return ItemPage(ItemId(item), int(page))
