"""Who asks, once that is proven."""

from __future__ import annotations

from dataclasses import dataclass

from dossier.admission import Scopes


@dataclass(frozen=True, slots=True)
class Caller:
    """A proven caller: an opaque name for the journal, and how far its rights reach."""

    id: str
    scopes: Scopes
