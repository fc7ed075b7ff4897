"""Who may not sign a paper because they checked it; ``rulebook.separation`` says when that holds."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from dossier.admission import covers
from dossier.codes import office_of
from dossier.documents import Document
from dossier.events import EventKind
from dossier.ids import DocumentId
from dossier.staff import StaffRole
from rulebook.separation import SignOwnCheck
from wiring.services import Services


def is_own_check(services: Services, accounts: AbstractSet[str], document: Document) -> bool:
    """Whether somebody may not sign a paper, since they checked it and another person can sign.

    Args:
        services: of this installation.
        accounts: opaque names and logins of the person.
        document: that waits for the signature of the office.
    """
    rule = services.separation.sign_own_check(services.today())
    if rule is SignOwnCheck.ALWAYS or not accounts & checkers_of(services, document.id):
        return False
    return rule is SignOwnCheck.NEVER or _has_other_signer(services, accounts, document)


def checkers_of(services: Services, document: DocumentId) -> set[str]:
    """Who answered questions about a paper, as the journal has it."""
    entries = services.store.records.journal_about(document)
    return {entry.event.actor for entry in entries if entry.event.kind is EventKind.DOCUMENT_CORRECTED}


def _has_other_signer(services: Services, accounts: AbstractSet[str], document: Document) -> bool:
    """Whether another account may sign for the office; people of a provider stand on no list here."""
    if services.settings.station.provider is not None:
        return True
    office = office_of(document.dossier) or "-"
    return any(
        one.is_enabled
        and StaffRole.SIGNER in one.scopes.roles
        and covers(one.scopes.offices, office)
        and not accounts & {one.actor, one.login}
        for one in services.store.records.staff.accounts()
    )
