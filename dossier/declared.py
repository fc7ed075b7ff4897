"""What the one-stop software declares of a dossier: each component, and how it came.

The words are those behind the flags of the national portal: digitised here, reused from the store, taken from
a database (Circular 01/2023/TT-VPCP; the flags stand in ``rulebook``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_COMPONENTS = 200


class Came(StrEnum):
    """How a component came."""

    HANDED_IN = "handed_in"
    """The citizen brought it."""
    REUSED = "reused"
    """Taken from what is held; the paper is named."""
    DATA = "data"
    """Read in a database instead."""
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, slots=True)
class DeclaredComponent:
    """A component of a dossier and how it came.

    Attributes:
        code: of the component.
        came: how it came.
        document: id of the paper it is, empty when none is named.
        database: short name of the database it was read in, by the rules of the day; empty for others.
    """

    code: str
    came: Came
    document: str = ""
    database: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What was declared last for a dossier, by whom and when (aware)."""

    dossier: str
    components: tuple[DeclaredComponent, ...]
    declared_by: str
    declared_at: datetime
