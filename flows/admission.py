"""Keys, dossiers and emergency grants: made, looked up and closed, each with its entry in the journal."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from dossier.access import Access, Purpose
from dossier.admission import (
    ApiKey,
    Dossier,
    DossierPerson,
    EmergencyGrant,
    EmergencyReason,
    Scopes,
)
from dossier.api_errors import ApiKeyUnknownError, DossierFutureError, RequestConflictError
from dossier.codes import office_of, parse_dossier_code
from dossier.documents import Document, PartyRole
from dossier.events import Event, EventKind
from dossier.ids import DocumentId
from flows.newcomers import need_known
from wiring.services import Services

KEY_DAYS: Final = 365
"""How long a key counts unless told otherwise."""
GRANT_MINUTES: Final = 15
"""How long an emergency grant counts."""
PATTERN_SPANS: Final = {"persons": timedelta(hours=1), "refusals": timedelta(minutes=10)}
"""Alarms about patterns of reading, and the time that each pattern is looked for in."""

_SECRET_BYTES: Final = 32
_ID_BYTES: Final = 8
_KEY: Final = re.compile(r"^motlan_(?P<id>[0-9a-f]{16})_(?P<secret>[A-Za-z0-9_-]{43})$", re.ASCII)


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new key, and the text that its holder sends; the text is told once and kept nowhere."""

    key: ApiKey
    text: str


def new_key(
    services: Services,
    label: str,
    scopes: Scopes,
    *,
    days: int = KEY_DAYS,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> MadeKey:
    """Issue a key.

    Args:
        services: of this installation.
        label: which desk or software it is for.
        scopes: what it may do.
        days: how long it counts.
        random_bytes: source of id and secret.
    """
    now = services.clock()
    secret = base64.urlsafe_b64encode(random_bytes(_SECRET_BYTES)).rstrip(b"=").decode()
    key = ApiKey(
        id=random_bytes(_ID_BYTES).hex(),
        label=label,
        scopes=scopes,
        digest=_digest(secret),
        made_at=now,
        ends_at=now + timedelta(days=days),
    )
    details = {"role": scopes.role.value, "offices": " ".join(scopes.offices), "fields": scopes.fields.value}
    event = Event(
        kind=EventKind.API_KEY_MADE, at=now, actor=services.settings.actor, subject=key.id, details=details
    )
    services.store.records.admissions.add_key(key, events=[event])
    return MadeKey(key, f"motlan_{key.id}_{secret}")


def keys(services: Services) -> Sequence[ApiKey]:
    """All keys, the oldest first."""
    return services.store.records.admissions.keys()


def revoke_key(services: Services, key: str) -> ApiKey:
    """A key no longer counts, from this moment on.

    Raises:
        ApiKeyUnknownError: there is no such key.
    """
    now = services.clock()
    event = Event(kind=EventKind.API_KEY_REVOKED, at=now, actor=services.settings.actor, subject=key)
    found = services.store.records.admissions.revoke_key(key, at=now, events=[event])
    if found is None:
        raise ApiKeyUnknownError(key)
    return found


def is_key(text: str) -> bool:
    """Whether a text has the form of our keys."""
    return _KEY.match(text) is not None


def key_of(services: Services, text: str) -> ApiKey | None:
    """The key that a text proves to hold, when it counts now.

    The secret has 256 random bits, so one plain digest of it can neither be guessed nor be turned back; an
    unknown id takes as long as a wrong secret.
    """
    found = _KEY.match(text)
    if found is None:
        return None
    key = services.store.records.admissions.key(found["id"])
    kept = key.digest if key is not None else _digest("")
    proven = hmac.compare_digest(kept, _digest(found["secret"]))
    return key if key is not None and proven and key.counts(services.clock()) else None


def register_dossier(
    services: Services, code: str, *, procedure: str, persons: Sequence[DossierPerson], caller: str
) -> tuple[Dossier, bool]:
    """Register a dossier; saying the same again is the same dossier.

    Args:
        services: of this installation.
        code: mã hồ sơ; its date is the day of reception, which decides the rules.
        procedure: short code.
        persons: the applicant first.
        caller: who registers it.

    Returns:
        The dossier, and whether it is new.

    Raises:
        ArgumentError: the code is none.
        DossierFutureError: its day has not come yet.
        ProcedureUnknownError: no such procedure on that day.
        OwnerMissingError: a number in the form of the store's own was never given.
        RequestConflictError: another case is registered under the code.
    """
    parsed = parse_dossier_code(code)
    if parsed.received > services.today():
        raise DossierFutureError(str(parsed))
    services.procedures.on(procedure, parsed.received)
    need_known(services, [person.number for person in persons])
    now = services.clock()
    wanted = Dossier(
        code=str(parsed),
        office=parsed.agency,
        procedure=procedure,
        received_on=parsed.received,
        persons=tuple(persons),
        registered_by=caller,
        registered_at=now,
    )
    details: dict[str, str | int] = {"procedure": procedure, "persons": len(persons)}
    event = Event(
        kind=EventKind.DOSSIER_REGISTERED, at=now, actor=caller, dossier=wanted.code, details=details
    )
    kept = services.store.records.admissions.register(wanted, events=[event])
    if not kept.same_case(wanted):
        raise RequestConflictError(wanted.code)
    return kept, kept == wanted


def close_dossier(services: Services, dossier: Dossier, *, caller: str) -> Dossier:
    """The dossier was handed over or dropped: it justifies no look any more."""
    now = services.clock()
    event = Event(kind=EventKind.DOSSIER_CLOSED, at=now, actor=caller, dossier=dossier.code)
    closed = services.store.records.admissions.close_dossier(dossier.code, at=now, events=[event])
    return closed or dossier


def find_dossier(services: Services, code: str) -> Dossier | None:
    """The dossier that is registered under a code; nothing under what is no code at all."""
    # What stands in an address may hold anything, and a server of databases takes not every character.
    return services.store.records.admissions.dossier(code) if office_of(code) else None


def open_emergency(
    services: Services, document: DocumentId, *, reason: EmergencyReason, words: str, caller: str
) -> EmergencyGrant:
    """Leave to read one paper without a dossier for a quarter of an hour; told loudly."""
    now = services.clock()
    grant = EmergencyGrant(
        id=str(uuid.uuid4()),
        caller=caller,
        document=document,
        reason=reason,
        words=unicodedata.normalize("NFC", words.strip()),
        at=now,
        ends_at=now + timedelta(minutes=GRANT_MINUTES),
    )
    access = Access(caller, Purpose.EMERGENCY)
    opened = Event(
        kind=EventKind.EMERGENCY_OPENED,
        at=now,
        actor=caller,
        subject=document,
        purpose=access.purpose,
        details={"grant": grant.id, "reason": reason.value},
    )
    services.store.records.admissions.grant(grant, events=[opened])
    raise_alarm(services, caller, "emergency", subject=document)
    return grant


def find_grant(services: Services, grant: str) -> EmergencyGrant | None:
    """The emergency grant of an id."""
    return services.store.records.admissions.granted(grant)


def raise_alarm(services: Services, caller: str, why: str, *, subject: str = "") -> None:
    """Tell journal and log that somebody should look at what a caller does.

    Args:
        services: of this installation.
        caller: opaque name.
        why: stable code; ``PATTERN_SPANS`` has those of patterns, told once in their span of time whichever
            process sees them. Others are told each time.
        subject: record it is about.
    """
    at = services.clock()
    event = Event(kind=EventKind.ACCESS_ALARM, at=at, actor=caller, subject=subject, details={"why": why})
    span, records = PATTERN_SPANS.get(why), services.store.records
    if span is None:
        records.record(event)
    elif not records.admissions.alarm(caller, why, at=at, every=span, events=[event]):
        return
    services.log.warning("access.alarm", item=caller, code=why)


def relation_to(services: Services, document: Document, dossier: Dossier) -> PartyRole | None:
    """What the persons of a dossier are to a paper: owners, only named on it, or nothing."""
    return relation_of(services, document, dossier.numbers)


def relation_of(services: Services, document: Document, numbers: Sequence[str]) -> PartyRole | None:
    """What persons are to a paper: owners, only named on it, or nothing.

    Linked numbers of a person count as theirs.
    """
    records = services.store.records
    theirs = {number for own in numbers for number in records.numbers_of_owner(own)}
    roles = {party.role for party in document.parties if party.number in theirs}
    if PartyRole.OWNER in roles:
        return PartyRole.OWNER
    return PartyRole.RELATED if roles else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
