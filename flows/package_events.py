"""The journal's entries about documents as events of PREMIS: what happened, when, by which opaque agent."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Final

from dossier.events import EventKind
from dossier.ports import JournalEntry, Records
from flows.package_selection import walk
from preservation.model import PreservationEvent
from preservation.premis import ACCESSION, CHANGE, INGESTION, MIGRATION, SIGNATURE
from rulebook.packages import PackageKind

_TERMS: Final = {
    EventKind.ITEM_RECEIVED: INGESTION,
    # Scan to PDF/A with a text layer, signed by the officer.
    EventKind.DOCUMENT_CAPTURED: MIGRATION,
    EventKind.DOCUMENT_CORRECTED: CHANGE,
    EventKind.DOCUMENT_VERIFIED: SIGNATURE,
    EventKind.DOCUMENT_FILED: ACCESSION,
}


def events_of(records: Records, subjects: frozenset[str]) -> Iterator[PreservationEvent]:
    """What happened to these documents and files, in the order of the journal.

    Args:
        records: of the store.
        subjects: ids of documents and of the files they came in.
    """
    for entry in walk(records):
        term = _TERMS.get(entry.event.kind)
        if term is not None and entry.event.subject in subjects:
            yield PreservationEvent(
                id=str(uuid.uuid5(records.namespace, f"journal\x1f{entry.number}")),
                type=term,
                at=entry.event.at,
                agent=agent_id(records, entry.event.actor),
                object=entry.event.subject,
                detail=f"{entry.event.kind} #{entry.number}",
            )


def agent_id(records: Records, actor: str) -> str:
    """Opaque id of an account: the journal of this store can tell who it is, the package cannot."""
    return str(uuid.uuid5(records.namespace, f"agent\x1f{actor}"))


def made_entries(records: Records) -> Iterator[JournalEntry]:
    """Every package that was made, the oldest first."""
    return (entry for entry in walk(records) if entry.event.kind is EventKind.PACKAGE_MADE)


def submitted_as(records: Records, contents: str) -> str:
    """OBJID of the newest SIP of the same documents, or empty: an AIP names what it was made from."""
    found = ""
    for entry in made_entries(records):
        details = entry.event.details
        if details.get("kind") == PackageKind.SIP.value and details.get("contents") == contents:
            found = str(details.get("objid", ""))
    return found
