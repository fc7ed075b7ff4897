"""What a paper that prints a number of its own is known by: a keyed reference, the same for every scan."""

from __future__ import annotations

from typing import Final

from dossier.documents import Document
from storage.vault import Vault

_DATES: Final = (
    "registration_date",
    "issue_date",
    "certification_date",
    "first_registration_date",
    "received_at",
)


def paper_number_reference(vault: Vault, document: Document) -> str:
    """The reference of type, own number and date; empty where the paper has no number."""
    number = "".join(document.own_number.casefold().split())
    if not number:
        return ""
    day = next((found for name in _DATES if (found := document.value(name))), "")
    return vault.reference("paper number", f"{document.type} {number} {day}")
