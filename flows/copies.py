"""Names of the steps that make our copies of a paper, and the conclusion about a copy."""

from __future__ import annotations

from pathlib import Path

from dossier.documents import SignatureStatus
from dossier.ids import DocumentId
from wiring.services import Services

_CAPTURED = "captured-"
_SEALED = "sealed-"

_RENEWED = "renewed-"

OUR_COPIES = (_CAPTURED, _SEALED, _RENEWED)
"""How the keys of the steps begin whose results are copies made here."""


def officer_key(document: DocumentId) -> str:
    """Of the officer's copy on its way; never kept under this key."""
    return f"officer-{document}"


def captured_key(document: DocumentId) -> str:
    """Of the officer's copy."""
    return f"{_CAPTURED}{document}"


def stamped_key(document: DocumentId, *, version: int) -> str:
    """Of the officer's copy with its timestamp, which that version of the document shows."""
    return f"{_CAPTURED}{document}-{version}"


def sealed_key(document: DocumentId, *, version: int) -> str:
    """Of the sealed copy, which that version of the document shows."""
    return f"{_SEALED}{document}-{version}"


def renewed_key(document: DocumentId, *, version: int) -> str:
    """Of the copy with one timestamp more than that version of the document has."""
    return f"{_RENEWED}{document}-{version}"


def status_of(services: Services, path: Path) -> SignatureStatus:
    """The conclusion about a file under the roots of this installation, now."""
    return SignatureStatus(services.verify(path, at=services.clock()).conclusion)
