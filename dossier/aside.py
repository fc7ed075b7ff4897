"""Papers that a step behind the filing goes past: who hears of them."""

from __future__ import annotations

from collections.abc import Callable

from dossier.ids import DocumentId

ToldAside = Callable[[DocumentId, str], None]
"""Hears the id of a paper that was set aside, and the stable code of the reason."""


def tell_nobody(_document: DocumentId, _code: str) -> None:
    """For whoever has no log."""
