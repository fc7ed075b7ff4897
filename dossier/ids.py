"""Ids of records. Opaque: they tell nothing about a person, so they may stand in logs, paths and URLs.

Ids are derived (UUID version 5, RFC 9562) from a secret name space made once for each store and from what
the record is about. The same file handed in twice is therefore the same item, and a killed run that is
repeated finds its own records; outside the store nobody can compute them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import NewType

BatchId = NewType("BatchId", str)
ItemId = NewType("ItemId", str)
DocumentId = NewType("DocumentId", str)
Sha256 = NewType("Sha256", str)
OwnerId = NewType("OwnerId", str)
ProposalId = NewType("ProposalId", str)
LinkId = NewType("LinkId", str)
PairId = NewType("PairId", str)
CampaignId = NewType("CampaignId", str)
BoxId = NewType("BoxId", str)

_SEPARATOR = "\x1f"
_HEX = frozenset("0123456789abcdef")


def _derive(store_namespace: uuid.UUID, kind: str, parts: Iterable[str]) -> str:
    return str(uuid.uuid5(store_namespace, _SEPARATOR.join((kind, *parts))))


def batch_id(store_namespace: uuid.UUID, item_ids: Iterable[str], *, dossier: str) -> BatchId:
    """Id of a batch: the same files for the same dossier are the same batch, in any order."""
    return BatchId(_derive(store_namespace, "batch", (dossier, *sorted(item_ids))))


def item_id(store_namespace: uuid.UUID, sha256: Sha256, *, dossier: str) -> ItemId:
    """Id of a batch item: its bytes, in the dossier they were handed in for."""
    return ItemId(_derive(store_namespace, "item", (sha256, dossier)))


def document_id(store_namespace: uuid.UUID, item: ItemId, *, pages: Iterable[int]) -> DocumentId:
    """Id of a document: the pages (1-based) of an item."""
    return DocumentId(_derive(store_namespace, "document", (item, *(str(page) for page in pages))))


def owner_id(store_namespace: uuid.UUID, number: str) -> OwnerId:
    """Id of the owner record of one identity number (normalised): whoever makes it first makes the same."""
    return OwnerId(_derive(store_namespace, "owner", (number,)))


def proposal_id(store_namespace: uuid.UUID, left: OwnerId, right: OwnerId) -> ProposalId:
    """Id of the proposal that two owner records are one; the order of the two makes no difference."""
    return ProposalId(_derive(store_namespace, "owner proposal", sorted((left, right))))


def link_id(store_namespace: uuid.UUID, left: OwnerId, right: OwnerId, *, turn: int) -> LinkId:
    """Id of an entry about two owner records: the entries about a pair are numbered from 1."""
    return LinkId(_derive(store_namespace, "owner link", (*sorted((left, right)), str(turn))))


def pair_id(store_namespace: uuid.UUID, left: DocumentId, right: DocumentId) -> PairId:
    """Id of the question whether two papers are one; the order of the two makes no difference."""
    return PairId(_derive(store_namespace, "same paper", sorted((left, right))))


def campaign_id(store_namespace: uuid.UUID, name: str, *, office: str) -> CampaignId:
    """Id of a campaign: its name within its office."""
    return CampaignId(_derive(store_namespace, "campaign", (office, name)))


def box_id(store_namespace: uuid.UUID, campaign: CampaignId, label: str) -> BoxId:
    """Id of an archive box of a campaign, by what stands on it."""
    return BoxId(_derive(store_namespace, "campaign box", (campaign, label)))


def package_id(store_namespace: uuid.UUID, kind: str, documents: Iterable[str]) -> uuid.UUID:
    """Id of an archive package: its kind and the documents in it, each ``id/version``, in order."""
    return uuid.UUID(_derive(store_namespace, "package", (kind, *documents)))


def is_digest(text: str) -> bool:
    """True for a SHA-256 as it is written here."""
    return len(text) == 64 and set(text) <= _HEX


def is_id(text: str) -> bool:
    """True for the printed form of one of our ids."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
