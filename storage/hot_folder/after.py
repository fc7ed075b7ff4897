"""What is done with files once they were taken."""

from __future__ import annotations

from enum import StrEnum


class After(StrEnum):
    """Each keeps a taken file from being taken again."""

    MOVE = "move"
    """Into another folder, by day."""
    REMOVE = "remove"
    """Removed; the store holds their bytes."""
    KEEP = "keep"
    """Left where they are, and remembered."""
