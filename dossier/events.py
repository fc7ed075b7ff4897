"""What can happen. Each event becomes one entry of the journal: who, for what, which record, when.

An event names records by id only. ``details`` holds codes and counts, never a name, an identity number or a
document number, so the journal can be shown to auditors and its head published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """The kinds of entries."""

    STORE_MADE = "store.made"
    ITEM_RECEIVED = "item.received"
    ITEM_QUARANTINED = "item.quarantined"
    ITEM_READ = "item.read"
    ITEM_SPLIT = "item.split"
    BATCH_COUNTED = "batch.counted"
    DOCUMENT_CAPTURED = "document.captured"
    DOCUMENT_WAITING = "document.waiting"
    DOCUMENT_CORRECTED = "document.corrected"
    DOCUMENT_FILED = "document.filed"
    DOCUMENT_VERIFIED = "document.verified"
    DOCUMENT_READ = "document.read"
    OWNER_LOOKED_UP = "owner.looked_up"
    OWNER_READ = "owner.read"
    OWNER_LINKED = "owner.linked"
    OWNER_REFUSED = "owner.refused"
    OWNER_UNLINKED = "owner.unlinked"
    REUSE_ASKED = "reuse.asked"
    RULES_CHANGED = "rules.changed"
    JOURNAL_SEALED = "journal.sealed"
    STORE_BACKED_UP = "store.backed_up"
    STORE_RESTORED = "store.restored"
    HOLD_ADDED = "hold.added"
    HOLD_LIFTED = "hold.lifted"
    DISPOSAL_PROPOSED = "disposal.proposed"
    DISPOSAL_APPROVED = "disposal.approved"
    DISPOSAL_REJECTED = "disposal.rejected"
    DISPOSAL_BEGUN = "disposal.begun"
    DISPOSAL_EXECUTED = "disposal.executed"
    REQUEST_ADDED = "request.added"
    REQUEST_ANSWERED = "request.answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes:
        kind: what.
        at: when, aware, UTC.
        actor: account or office that did it; an opaque name from the settings.
        subject: id of the item, document or batch it is about; empty for look-ups of a person,
            whose record id stands in ``owner_ref``.
        owner_ref: opaque reference of the owner whose data was read, empty when none was.
        dossier: dossier code the act was for, may be empty.
        purpose: why data was read (``tra_cuu``, ``giai_quyet_thu_tuc`` …), empty for writes.
        details: codes and counts.
    """

    kind: EventKind
    at: datetime
    actor: str
    subject: str = ""
    owner_ref: str = ""
    dossier: str = ""
    purpose: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)
