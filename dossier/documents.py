"""Batch, item, document: frozen records, their states and the moves that are allowed between them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from dossier.fields import Field
from dossier.ids import BatchId, DocumentId, ItemId, Sha256
from dossier.legal_form import Origin
from dossier.text import Finding
from dossier.trust import Standing, Term, TermKind, Trust

_NUMBER_FIELDS: Final = (
    "document_number",
    "serial_number",
    "certification_number",
    "licence_number",
    "business_code",
    "enterprise_code",
    "passport_number",
    "dossier_code",
)
"""Where a paper prints its own number, by type (vocabulary)."""


class ItemState(StrEnum):
    """Where a batch item (one file handed in) stands."""

    RECEIVED = "received"
    READ = "read"
    DONE = "done"
    QUARANTINED = "quarantined"


class DocumentState(StrEnum):
    """Where a document stands: ``FILED`` ones answer reuse questions, ``WAITING`` ones make them unsure.

    ``REFUSED`` ones are of a legal form that is not digitised: nothing of them was extracted or filed; the
    file they came in is kept. Of ``DESTROYED`` ones only the record is left: bytes, fields and parties are
    gone by a decision. Of ``DISSOLVED`` ones the pages are pages of other papers of the file, as a person
    said; the versions before are kept.
    """

    WAITING = "waiting"
    FILED = "filed"
    REFUSED = "refused"
    DESTROYED = "destroyed"
    DISSOLVED = "dissolved"

    @property
    def is_gone(self) -> bool:
        """Whether there is no such paper any more."""
        return self in (DocumentState.DESTROYED, DocumentState.DISSOLVED)


class SignatureStatus(StrEnum):
    """The stored conclusion of the last verification (ETSI EN 319 102-1)."""

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    UNSIGNED = "unsigned"
    STAMP_PENDING = "stamp_pending"
    """Signed by the officer; the timestamp, and for filed papers the seal, come later by themselves."""


class PartyRole(StrEnum):
    """What a person is to a paper."""

    OWNER = "owner"
    RELATED = "related"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Files handed in together. ``dossier``, ``procedure`` and ``owner`` are empty when not declared."""

    id: BatchId
    received_at: datetime
    dossier: str = ""
    procedure: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file handed in.

    Attributes:
        id: the same bytes in the same dossier are the same item.
        batch: the batch it first came with.
        order: place in the batch, from 1.
        sha256: of the untouched bytes, which are kept for ever.
        size: bytes.
        name: the file name as handed in; shown to people, never logged (it may hold a person's name).
        state: where it stands.
        error_code: why it is in quarantine, else empty.
        pages: pages found, 0 while unread.
        origin: who fed it, through which device, and what was said about its legal form.
    """

    id: ItemId
    batch: BatchId
    order: int
    sha256: Sha256
    size: int
    name: str
    state: ItemState = ItemState.RECEIVED
    error_code: str = ""
    pages: int = 0
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or organisation named on a paper.

    Attributes:
        role: owner (the paper is theirs) or related (parents on a child's birth certificate).
        relation: which place on the paper (``subject``, ``wife``, ``mother`` …).
        number: identity number, empty when the paper prints none.
        name: full name in title case, or the organisation's name.
        birth: ISO date or year, empty when unknown.
    """

    role: PartyRole
    relation: str
    number: str = ""
    name: str = ""
    birth: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One paper: what it is, what it says, where its bytes are, and whether it counts.

    Attributes:
        id, version: every save makes the next version; older ones stay in the history.
        item: the file it came in; ``pages`` are 1-based numbers in that file.
        type: vocabulary type, ``unknown`` when not sure.
        type_confidence: 0 to 1.
        fields: at most one for each name.
        questions: names of fields a person must look at; ``type`` stands for the type itself,
            ``owner`` for whose paper it is.
        parties: people and organisations it names.
        state: waiting for a person, or filed.
        standing: in force, replaced or revoked.
        term: how long it counts.
        trust: step of the ladder.
        dossier, procedure, component: what it was handed in for; each may be empty.
        result_code: mã kết quả số hóa, empty until issued.
        object_sha256: of the signed PDF/A (or of the file that arrived signed).
        object_size: its bytes.
        signature: conclusion when last verified, and when that was.
        filed_at: when it was filed.
        findings: what was noticed about its pages.
        restricted: a data subject had it withdrawn from use (Law 91/2025/QH15 Article 4): kept, and shown for
            named purposes only.
        held_back: the result of a dossier that was not handed over yet: not reused until it is.
    """

    id: DocumentId
    item: ItemId
    pages: tuple[int, ...]
    type: str
    type_confidence: float
    version: int = 0
    fields: tuple[Field, ...] = ()
    questions: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    state: DocumentState = DocumentState.WAITING
    standing: Standing = Standing.IN_FORCE
    term: Term = field(default_factory=lambda: Term(TermKind.UNKNOWN))
    trust: Trust = Trust.T6
    dossier: str = ""
    procedure: str = ""
    component: str = ""
    result_code: str = ""
    object_sha256: Sha256 | None = None
    object_size: int = 0
    signature: SignatureStatus = SignatureStatus.UNSIGNED
    signature_checked_at: datetime | None = None
    filed_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    restricted: bool = False
    held_back: bool = False

    def field(self, name: str) -> Field | None:
        """The field of that name, if the paper has it."""
        return next((found for found in self.fields if found.name == name), None)

    def value(self, name: str) -> str:
        """Normalised value of a field, or an empty text."""
        found = self.field(name)
        return found.value if found else ""

    @property
    def own_number(self) -> str:
        """The number that the paper prints as its own; empty without one."""
        return next((found for name in _NUMBER_FIELDS if (found := self.value(name))), "")

    @property
    def owners(self) -> tuple[Party, ...]:
        """Those whose paper it is."""
        return tuple(party for party in self.parties if party.role is PartyRole.OWNER)

    def remnant(self) -> Document:
        """What may be left of this version once the paper is destroyed: which paper, when, under which hash.

        No fields, no persons, nothing that was noticed about them or asked. The code of the result goes too:
        it begins with the number of the owner.
        """
        return replace(self, fields=(), parties=(), questions=(), findings=(), result_code="")

    def next_version(self, **changes: Any) -> Document:
        """The document as it will be saved next: changed, one version up."""
        return replace(self, version=self.version + 1, **changes)
