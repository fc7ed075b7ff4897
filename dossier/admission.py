"""Who may ask the service, for whom, and why: callers and their scopes, open dossiers, emergency grants.

Law 91/2025/QH15 binds processing to a purpose, Decree 278/2025/NĐ-CP Articles 13 and 14 ask that every
sharing can be traced. So nobody reads a citizen's paper through the service without an open dossier of that
citizen, a legal ground, or an emergency that is told to everybody who watches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from dossier.declared import Declaration
from dossier.events import Event
from dossier.ids import DocumentId

EVERYTHING: Final = "*"
"""In a list of offices or procedures: all of them."""


class Role(StrEnum):
    """What a caller is; ``web.auth.matrix`` says what each may do."""

    ONE_STOP = "one_stop"
    """One-stop software and its officers: they receive dossiers and ask about them."""
    ARCHIVIST = "archivist"
    """Keeps and proves; reads on the legal ground of archiving."""
    VERIFIER = "verifier"
    """Has files judged that it brings along; sees nothing that is held."""
    CITIZEN = "citizen"
    """A person who signed in to a portal and looks at their own papers; never the role of a key."""
    OBSERVER = "observer"
    """Reads figures; sees no dossier and no paper."""


class FieldScope(StrEnum):
    """Which fields of a paper a caller sees (basic and sensitive data: Law 91/2025/QH15)."""

    NONE = "none"
    BASIC = "basic"
    SENSITIVE = "sensitive"
    """Sensitive ones too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    """How far a caller's rights reach.

    Attributes:
        role: what it is.
        offices: agency parts of dossier codes; ``H26`` covers ``H26.5.12``; ``*`` all of them.
        procedures: short codes, or ``*``.
        fields: which fields it sees.
    """

    role: Role
    offices: tuple[str, ...]
    procedures: tuple[str, ...] = (EVERYTHING,)
    fields: FieldScope = FieldScope.BASIC

    def covers_office(self, office: str) -> bool:
        """Whether that agency, or one above it, is in scope."""
        return covers(self.offices, office)

    def covers_procedure(self, procedure: str) -> bool:
        """Whether that procedure is in scope."""
        return EVERYTHING in self.procedures or procedure in self.procedures


def covers(offices: Sequence[str], office: str) -> bool:
    """Whether an agency, or one above it, is among these."""
    return any(one in (EVERYTHING, office) or office.startswith(f"{one}.") for one in offices if office)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key that was issued here.

    Attributes:
        id: opaque, 16 hexadecimal digits; stands in the journal as ``key-ID``.
        label: which desk or software it is for; an opaque name, never a person's.
        scopes: what it may do.
        digest: SHA-256 of the secret, hexadecimal; the secret itself is kept nowhere.
        made_at, ends_at: aware; it counts up to ``ends_at``.
        revoked_at: from when on it does not count; nothing while it does.
    """

    id: str
    label: str
    scopes: Scopes
    digest: str = field(repr=False)
    made_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None

    def counts(self, now: datetime) -> bool:
        """Whether it may be used.

        When it was made is not asked: it is in the records, so it was, and a machine whose clock is behind
        would turn a new desk away.
        """
        return self.revoked_at is None and now < self.ends_at


@dataclass(frozen=True, slots=True)
class DossierPerson:
    """A person of a dossier: ``applicant``, ``partner`` or ``child``, and their normalised number."""

    whose: str
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A dossier that the one-stop software registered: the reason why papers of its persons are looked at.

    Attributes:
        code: mã hồ sơ.
        office: agency part of the code.
        procedure: short code.
        received_on: day of reception in Vietnam; decides which rules count.
        persons: whose papers it may be about, the applicant first.
        registered_by, registered_at: caller and moment (aware).
        closed_at: when it was handed over or dropped; nothing while it is open.
    """

    code: str
    office: str
    procedure: str
    received_on: date
    persons: tuple[DossierPerson, ...]
    registered_by: str
    registered_at: datetime
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether papers may be looked at for it."""
        return self.closed_at is None

    @property
    def numbers(self) -> tuple[str, ...]:
        """Numbers of its persons, the applicant's first."""
        return tuple(person.number for person in self.persons if person.number)

    def same_case(self, other: Dossier) -> bool:
        """Whether two registrations say the same."""
        return (self.code, self.procedure, self.received_on, self.persons) == (
            other.code,
            other.procedure,
            other.received_on,
            other.persons,
        )


class EmergencyReason(StrEnum):
    """Why somebody reads without a dossier (Law 91/2025/QH15: processing without consent in an emergency)."""

    LIFE = "life"
    """Life or health of a person is in danger."""
    DISASTER = "disaster"
    COURT = "court"
    """A court or an investigating body demands it at once."""
    OUTAGE = "outage"
    """The one-stop software is down and the person stands at the counter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyGrant:
    """Leave to read one paper without a dossier, for a short time.

    Attributes:
        id: opaque.
        caller: who asked; nobody else may use it.
        document: the paper.
        reason: by code; ``words`` is what was said besides, kept sealed.
        at, ends_at: aware.
    """

    id: str
    caller: str
    document: DocumentId
    reason: EmergencyReason
    words: str = field(repr=False)
    at: datetime
    ends_at: datetime


class Admissions(Protocol):
    """Keys, dossiers, grants and used tokens of one store. Each write is one transaction with its events."""

    def add_key(self, key: ApiKey, *, events: Sequence[Event]) -> None:
        """Keep a new key."""

    def key(self, key: str) -> ApiKey | None:
        """The key of that id."""

    def keys(self) -> Sequence[ApiKey]:
        """All keys, the oldest first."""

    def revoke_key(self, key: str, *, at: datetime, events: Sequence[Event]) -> ApiKey | None:
        """From that moment the key does not count. Doing it again changes and journals nothing."""

    def register(self, dossier: Dossier, *, events: Sequence[Event]) -> Dossier:
        """Keep a dossier; the one that was registered under the code before, when there is one."""

    def dossier(self, code: str) -> Dossier | None:
        """The dossier of that code."""

    def close_dossier(self, code: str, *, at: datetime, events: Sequence[Event]) -> Dossier | None:
        """Close it. Doing it again changes and journals nothing."""

    def declare(self, declaration: Declaration, *, events: Sequence[Event]) -> None:
        """Keep what is declared of a dossier in place of what was. The same again changes nothing."""

    def declared(self, code: str) -> Declaration | None:
        """What was declared last of the dossier of that code."""

    def grant(self, grant: EmergencyGrant, *, events: Sequence[Event]) -> None:
        """Keep a grant."""

    def granted(self, grant: str) -> EmergencyGrant | None:
        """The grant of that id."""

    def alarm(
        self, caller: str, why: str, *, at: datetime, every: timedelta, events: Sequence[Event]
    ) -> bool:
        """Note that an alarm about a caller is raised; ``False`` when one was within that span of time.

        Args:
            caller: opaque name.
            why: stable code.
            at: now, aware.
            every: the same alarm counts once in it, whichever process raises it.
            events: only when it is raised.
        """

    def use_token(self, reference: str, *, ends_at: datetime, now: datetime) -> bool:
        """Note that a token which counts once was used; ``False`` when it was used before.

        Args:
            reference: opaque reference of issuer and token id.
            ends_at: until then it must be remembered.
            now: what ended before is forgotten.
        """
