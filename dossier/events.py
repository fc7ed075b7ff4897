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
    BATCH_CLOSED = "batch.closed"
    BATCH_REOPENED = "batch.reopened"
    BATCH_PAGES_TOLD = "batch.pages_told"
    BLANK_TAKEN_BACK = "blank.taken_back"
    PAGES_ASKED = "pages.asked"
    PAGES_ARRANGED = "pages.arranged"
    PAGES_REFUSED = "pages.refused"
    FORM_SAID = "intake.form_said"
    DOCUMENT_REFUSED = "document.refused"
    DOCUMENT_CAPTURED = "document.captured"
    DOCUMENT_WAITING = "document.waiting"
    DOCUMENT_CORRECTED = "document.corrected"
    DOCUMENT_ARRANGED = "document.arranged"
    DOCUMENT_DISSOLVED = "document.dissolved"
    DOCUMENT_FILED = "document.filed"
    DOCUMENT_STAMPED = "document.stamped"
    DOCUMENT_RENEWED = "document.renewed"
    DOCUMENT_VERIFIED = "document.verified"
    DOCUMENT_READ = "document.read"
    OWNER_LOOKED_UP = "owner.looked_up"
    PAPERS_SEARCHED = "papers.searched"
    OWNER_READ = "owner.read"
    OWNER_REGISTERED = "owner.registered"
    OWNER_LINKED = "owner.linked"
    OWNER_REFUSED = "owner.refused"
    OWNER_UNLINKED = "owner.unlinked"
    REUSE_ASKED = "reuse.asked"
    SAME_FOUND = "same.found"
    SAME_ANSWERED = "same.answered"
    CAMPAIGN_MADE = "campaign.made"
    CAMPAIGN_IMPORTED = "campaign.imported"
    CAMPAIGN_ASSIGNED = "campaign.assigned"
    CAMPAIGN_RELEASED = "campaign.released"
    CAMPAIGN_BOX_DONE = "campaign.box_done"
    CAMPAIGN_PAUSED = "campaign.paused"
    CAMPAIGN_RESUMED = "campaign.resumed"
    CAMPAIGN_CLOSED = "campaign.closed"
    STAMPS_LATE = "stamps.late"
    KEYS_ROTATED = "keys.rotated"
    RULES_CHANGED = "rules.changed"
    TRUST_CHANGED = "trust.changed"
    PACKAGE_MADE = "package.made"
    COPIES_LATE = "copies.late"
    LOCKS_LATE = "locks.late"
    FIXITY_RUN = "fixity.run"
    FIXITY_LATE = "fixity.late"
    OBJECT_FAILED = "object.failed"
    OBJECT_FELL_OVER = "object.fell_over"
    OBJECT_REPAIRED = "object.repaired"
    OBJECT_LOST = "object.lost"
    ORPHAN_REMOVED = "orphan.removed"
    LEFTOVERS_REMOVED = "leftovers.removed"
    REMAINS_REMOVED = "remains.removed"
    OBJECTS_ENCIPHERED = "objects.enciphered"
    CANARY_RUN = "canary.run"
    STORE_FROZEN = "store.frozen"
    STORE_LIFTED = "store.lifted"
    JOURNAL_SEALED = "journal.sealed"
    JOURNAL_RECOVERED = "journal.recovered"
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
    CORRECTION_PROPOSED = "correction.proposed"
    CORRECTION_REJECTED = "correction.rejected"
    ASKING_INSISTED = "asking.insisted"
    API_KEY_MADE = "api_key.made"
    API_KEY_REVOKED = "api_key.revoked"
    API_ANSWERED = "api.answered"
    API_REFUSED = "api.refused"
    DOSSIER_REGISTERED = "dossier.registered"
    DOSSIER_TOLD = "dossier.told"
    DOSSIER_CLOSED = "dossier.closed"
    COMPONENTS_DECLARED = "dossier.components_declared"
    PORTAL_COUNTED = "portal.counted"
    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_REMOVED = "webhook.removed"
    WEBHOOK_RESUMED = "webhook.resumed"
    WEBHOOK_OFF = "webhook.off"
    RESULT_HELD_BACK = "result.held_back"
    RESULT_HANDED_OVER = "result.handed_over"
    EMERGENCY_OPENED = "emergency.opened"
    ACCESS_ALARM = "access.alarm"
    DESK_ENROLLED = "desk.enrolled"
    DESK_RETIRED = "desk.retired"
    CENTRE_JOINED = "centre.joined"
    BUNDLE_EXPORTED = "bundle.exported"
    BUNDLE_ACKNOWLEDGED = "bundle.acknowledged"
    BUNDLE_IMPORTED = "bundle.imported"
    DOCUMENT_MERGED = "document.merged"
    STAFF_ADDED = "staff.added"
    STAFF_CHANGED = "staff.changed"
    STAFF_DISABLED = "staff.disabled"
    STAFF_RESET = "staff.reset"
    STAFF_PASSWORD_CHANGED = "staff.password_changed"  # noqa: S105 - a kind of event
    STAFF_FACTOR_ENROLLED = "staff.factor_enrolled"
    STAFF_RECOVERY_USED = "staff.recovery_used"
    STAFF_SIGNED_IN = "staff.signed_in"
    STAFF_SIGN_IN_FAILED = "staff.sign_in_failed"
    STAFF_LOCKED = "staff.locked"
    STAFF_SIGNED_OUT = "staff.signed_out"
    STATION_REFUSED = "station.refused"
    CHECK_LAID_ASIDE = "check.laid_aside"
    DOCUMENT_SIGNED = "document.signed"
    DOCUMENT_RETURNED = "document.returned"
    SIGNING_BEGUN = "signing.begun"
    SIGNING_ENDED = "signing.ended"
    ARCHIVE_ORDERED = "archive.ordered"
    PACKAGE_TAKEN = "package.taken"
    JOURNAL_LOOKED_AT = "journal.looked_at"
    JOURNAL_PROVEN = "journal.proven"
    TRAY_HANDED_IN = "tray.handed_in"
    TRAY_DISCARDED = "tray.discarded"
    QUALITY_PROMISED = "quality.promised"
    QUALITY_DRAWN = "quality.drawn"
    QUALITY_DECIDED = "quality.decided"
    QUALITY_JUDGED = "quality.judged"
    QUALITY_STEPPED = "quality.stepped"
    QUALITY_WHOLE = "quality.whole"
    QUALITY_WHOLE_DONE = "quality.whole_done"
    WORK_RELEASED = "work.released"
    WORK_REFUSED = "work.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes:
        kind: what.
        at: when, aware, UTC.
        actor: account or office that did it; an opaque name from the settings.
        subject: id of the item, document or batch, or hash of the object it is about; empty for look-ups of
            a person, whose record id stands in ``owner_ref``.
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
