"""Long work that somebody at the station asks for and a worker does: kept until done, whatever dies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from dossier.events import Event

PAPERS: Final = "papers"
"""In the result of a package: ids of the papers that it holds, between spaces."""


class OrderKind(StrEnum):
    """What may be asked for. Done a second time, each does no harm."""

    PACKAGE = "package"
    PACKAGE_CHECK = "package_check"
    FIXITY = "fixity"
    REPAIR = "repair"
    RENEWAL = "renewal"
    FORECAST = "forecast"
    STAMPS = "stamps"
    DISPOSAL = "disposal"
    JOURNAL_CHECK = "journal_check"
    JOURNAL_SEAL = "journal_seal"


class OrderState(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    """A paper in it was destroyed: what was made is gone, and so is what was asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One piece of work.

    Attributes:
        id: of the order.
        kind: what is to be done.
        actor: opaque name of who asked.
        asked_at: aware.
        wanted: what exactly; its meaning is the kind's own.
        state: how far it is.
        seen_at: aware; when the worker last showed that it lives; nothing before it began.
        ended_at: aware; nothing before.
        result: what came of it, or why it failed; its meaning is the kind's own.
        serial: key that lists are cut by; 0 before it is kept.
        begun: how often a worker began it and has not said that it is over.
    """

    id: str
    kind: OrderKind
    actor: str
    asked_at: datetime
    wanted: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    state: OrderState = OrderState.WAITING
    seen_at: datetime | None = None
    ended_at: datetime | None = None
    result: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    serial: int = 0
    begun: int = 0


class OrderTable(Protocol):
    """The orders of one store. Each write is one transaction with its events."""

    def ask(self, order: Order, *, events: Sequence[Event]) -> bool:
        """Keep an order; ``False`` when the same is waiting or running already, and nothing is kept."""

    def order(self, order: str) -> Order | None:
        """The order of that id."""

    def orders(self, kinds: Sequence[OrderKind], *, before: int = 0, limit: int = 20) -> Sequence[Order]:
        """Orders of those kinds, the newest first, from before a key on."""

    def claim(self, *, at: datetime, dead_before: datetime) -> Order | None:
        """The oldest that waits, or whose worker died, now running; nothing when there is none."""

    def beat(self, order: Order, *, at: datetime) -> bool:
        """Its worker lives; ``False`` when others took it for gone, or the order was withdrawn."""

    def finish(
        self,
        order: Order,
        *,
        state: OrderState,
        at: datetime,
        result: Mapping[str, object],
    ) -> bool:
        """It is over; ``False`` when it is not this worker's any more, and nothing is kept.

        Args:
            order: as it was claimed.
            state: how it ended.
            at: aware.
            result: what came of it.
        """

    def withdrawn(self, orders: Sequence[str]) -> Sequence[str]:
        """Which of these orders were withdrawn."""
