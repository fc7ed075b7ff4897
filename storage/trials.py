"""What a place is tried for with a canary, and how each trial came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["held", "failed", "unproven"]
"""``unproven``: this kind of place cannot be held to it (a folder refuses its owner nothing)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial.

    Attributes:
        what: its code, as in ``docs/how-to/object-store.md``.
        outcome: how it came out.
    """

    what: str
    outcome: Outcome


def trial(what: str, *, held: bool) -> Trial:
    """A trial that a place either passes or fails."""
    return Trial(what=what, outcome="held" if held else "failed")
