"""What a store holds, told without anything that differs between two honest runs (ids, times, signatures)."""

from __future__ import annotations

from collections import Counter

from dossier.documents import Document
from wiring.services import Services


def picture(services: Services) -> dict[str, object]:
    """Items, papers, journal and number of objects; equal for two runs over the same files."""
    records = services.store.records
    entries = records.journal(limit=100_000)
    items = {entry.event.subject for entry in entries if entry.event.kind == "item.received"}
    papers = []
    states = []
    for item_id in items:
        item = records.item(item_id)  # type: ignore[arg-type]
        states.append((item.sha256, item.state, item.error_code, item.pages))
        papers += [(item.sha256, _told(document)) for document in records.documents_of_item(item.id)]
    return {
        "items": sorted(states),
        "papers": sorted(papers),
        "journal": Counter(entry.event.kind.value for entry in entries),
        "objects": len(set(services.store.blobs)),
        "left in the work area": sorted(path.name for path in services.store.work.iterdir()),
    }


def _told(document: Document) -> tuple[object, ...]:
    return (
        document.pages,
        document.type,
        tuple((found.name, found.value, found.printed, found.box) for found in document.fields),
        document.questions,
        document.state.value,
        document.version,
        document.trust.name,
        document.signature.value,
        tuple((party.role.value, party.relation, party.number, party.name) for party in document.parties),
    )
