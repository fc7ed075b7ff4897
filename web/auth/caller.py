"""Who asks, once that is proven."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dossier.admission import Scopes


@dataclass(frozen=True, slots=True)
class Caller:
    """A proven caller: an opaque name for the journal, and how far its rights reach.

    ``person`` is the identity number of a citizen who signed in; empty for everybody else. ``ends_at`` is
    when the key or token ends; nothing for one that counts once.
    """

    id: str
    scopes: Scopes
    person: str = field(default="", repr=False)
    ends_at: datetime | None = field(default=None, compare=False)
