"""People and organisations: look at them, and decide which records are one person. No Prefect.

Every look and every decision is journalled with its purpose. Decisions need no turn at the data folder: they
touch records only, and the database lets one writer in at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dossier.access import Access
from dossier.errors import OwnerMissingError
from dossier.events import Event, EventKind
from dossier.ids import LinkId, OwnerId, ProposalId, is_id
from dossier.owners import Owner, OwnerLink, active
from dossier.proposals import Proposal
from wiring.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerView:
    """An owner as a person looks at it.

    Attributes:
        owner: with all records that are one with it.
        history: every entry about them, the oldest first.
        active: ids of the links that count now.
        proposals: what a person should decide about it.
        papers: how many papers it owns or is named on.
    """

    owner: Owner
    history: Sequence[OwnerLink]
    active: frozenset[LinkId]
    proposals: Sequence[Proposal]
    papers: int


def list_owners(services: Services, *, access: Access, after: str = "", limit: int = 50) -> Sequence[Owner]:
    """Owners in the order they became known.

    Args:
        services: of this installation.
        access: who asks and why.
        after: id of the last owner of the page before, empty for the first page.
        limit: at most so many.

    Raises:
        OwnerMissingError: ``after`` is no id.
    """
    last = OwnerId(_known(after)) if after else None
    found = services.store.records.owners.owners(after=last, limit=limit)
    _journal_seen(services, found, access=access, listed=True)
    return found


def list_proposals(
    services: Services, *, access: Access, after: str = "", limit: int = 50
) -> Sequence[Proposal]:
    """Pairs of owners that may be one person and wait for a person; arguments as ``list_owners``."""
    owners = services.store.records.owners
    found = owners.proposals(after=ProposalId(_known(after)) if after else None, limit=limit)
    sides = {owner.id: owner for proposal in found for owner in (proposal.left, proposal.right)}
    _journal_seen(services, tuple(sides.values()), access=access, listed=True)
    return found


def show_owner(services: Services, *, owner: str = "", number: str = "", access: Access) -> OwnerView:
    """One owner with everything that is known.

    Args:
        services: of this installation.
        owner: id of one of its records, or empty.
        number: normalised identity number, when no id is given.
        access: who asks and why.

    Raises:
        OwnerMissingError: no filed paper bears that number, or there is no such record.
    """
    owners = services.store.records.owners
    found = owners.owner_of(number) if number else owners.owner(OwnerId(_known(owner)))
    if found is None:
        raise OwnerMissingError
    _journal_seen(services, (found,), access=access, listed=False)
    history = owners.history(found.id)
    return OwnerView(
        owner=found,
        history=history,
        active=frozenset(link.id for link in active(history)),
        proposals=owners.proposals_of(found.id),
        papers=len(services.store.records.documents_of_owner(found.numbers[0].number, related=True)),
    )


def confirm(services: Services, proposal: str, *, access: Access) -> OwnerLink:
    """Link the two owners of a proposal.

    Raises:
        OwnerMissingError, OwnerConflictError: see ``dossier.ports.Owners``.
    """
    owners = services.store.records.owners
    return owners.confirm(ProposalId(_known(proposal)), access=access, at=services.clock())


def refuse(services: Services, proposal: str, *, access: Access) -> OwnerLink:
    """Say that the two owners of a proposal are two.

    Raises:
        OwnerMissingError, OwnerLinkedError: see ``dossier.ports.Owners``.
    """
    owners = services.store.records.owners
    return owners.refuse(ProposalId(_known(proposal)), access=access, at=services.clock())


def unmerge(services: Services, link: str, *, access: Access) -> OwnerLink:
    """Undo a link; no paper changes.

    Raises:
        OwnerMissingError, OwnerLaterLinkError: see ``dossier.ports.Owners``.
    """
    owners = services.store.records.owners
    return owners.unmerge(LinkId(_known(link)), access=access, at=services.clock())


def _known(text: str) -> str:
    """An id that may be asked for; anything else could be a name or a number and is not repeated."""
    if not is_id(text):
        raise OwnerMissingError
    return text


def _journal_seen(services: Services, seen: Sequence[Owner], *, access: Access, listed: bool) -> None:
    """One entry for each number of each owner somebody saw, so that every citizen can be told."""
    records = services.store.records
    records.record(
        *(
            Event(
                kind=EventKind.OWNER_READ,
                at=services.clock(),
                actor=access.actor,
                subject=owner.id,
                owner_ref=records.owner_ref(number.number),
                dossier=access.dossier,
                purpose=access.purpose,
                details={"listed": int(listed)},
            )
            for owner in seen
            for number in owner.numbers
        )
    )
