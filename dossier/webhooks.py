"""Receivers that are told of changes as they happen, and how far each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dossier.admission import Scopes
from dossier.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A receiver.

    Attributes:
        id: opaque, 16 hexadecimal digits.
        url: where changes are sent; kept sealed, told to nobody but who lists webhooks.
        secret: 32 bytes, base64; both sides have it; kept sealed.
        scopes: changes of other offices and procedures are not sent.
        made_at: aware.
        after: serial of the last change that it took or that was not meant for it.
        tries: failed tries in a row.
        failing_since, next_try: nothing while it takes what is sent.
        error_code: why the last try failed, by code; empty when it did not.
        off_at: from when on nothing is sent; nothing while it is on.
    """

    id: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    scopes: Scopes
    made_at: datetime
    after: int
    tries: int = 0
    failing_since: datetime | None = None
    next_try: datetime | None = None
    error_code: str = ""
    off_at: datetime | None = None

    def due(self, now: datetime) -> bool:
        """Whether it is on and its time has come."""
        return self.off_at is None and (self.next_try is None or self.next_try <= now)


class Webhooks(Protocol):
    """The receivers of one store. Each write is one transaction with its events."""

    def add(self, webhook: Webhook, *, events: Sequence[Event]) -> None:
        """Keep a new one."""

    def all(self) -> Sequence[Webhook]:
        """All of them, in the order of their making."""

    def get(self, webhook: str) -> Webhook | None:
        """The one of that id."""

    def remove(self, webhook: str, *, events: Sequence[Event]) -> bool:
        """Forget one; says whether it was there."""

    def advance(self, before: Webhook, after: Webhook, *, events: Sequence[Event] = ()) -> bool:
        """Note how far one is; ``False`` when it is gone, or somebody else moved it on meanwhile."""
