"""Invented records: plain ones by call, any possible one by hypothesis."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from dossier.documents import (
    Batch,
    Document,
    DocumentState,
    Item,
    ItemState,
    Party,
    PartyRole,
    SignatureStatus,
)
from dossier.events import Event, EventKind
from dossier.fields import Evidence, Field
from dossier.geometry import Box
from dossier.ids import BatchId, DocumentId, ItemId, Sha256
from dossier.text import Finding
from dossier.trust import Standing, Term, TermKind, Trust

NAMESPACE = uuid.UUID(int=7)
KEY = bytes(range(32))
MOMENT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
OWNER = "001185000017"
OTHER_OWNER = "001083000042"


class Clock:
    """A clock that goes on by a second whenever somebody looks."""

    def __init__(self) -> None:
        self._moment = MOMENT

    def __call__(self) -> datetime:
        self._moment += timedelta(seconds=1)
        return self._moment


def batch(name: str = "batch", **changes: str) -> Batch:
    return Batch(id=BatchId(record_id(name)), received_at=MOMENT, **changes)


def item(name: str = "item", *, of: str = "batch", order: int = 1) -> Item:
    return Item(
        id=ItemId(record_id(name)),
        batch=BatchId(record_id(of)),
        order=order,
        sha256=Sha256(f"{uuid.uuid5(NAMESPACE, name).int:064x}"),
        size=1000,
        name=f"{name}.jpg",
    )


def document(name: str = "document", *, of: str = "item", pages: tuple[int, ...] = (1,)) -> Document:
    """Version 1, waiting, without parties."""
    return Document(
        id=DocumentId(record_id(name)),
        version=1,
        item=ItemId(record_id(of)),
        pages=pages,
        type="marriage_certificate",
        type_confidence=0.9,
    )


def party(name: str, *, number: str = "", role: PartyRole = PartyRole.OWNER) -> Party:
    return Party(role=role, relation="subject", number=number, name=name)


def event(kind: EventKind = EventKind.DOCUMENT_CAPTURED, **details: str | int) -> Event:
    return Event(kind=kind, at=MOMENT, actor="quay-1", subject=record_id("document"), details=details)


def record_id(name: str) -> str:
    return str(uuid.uuid5(NAMESPACE, name))


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
# The day of the last ones is another in Vietnam, where the calendar of Python ends.
_LAST = datetime(9999, 12, 31, tzinfo=UTC).replace(tzinfo=None)
MOMENTS = st.datetimes(max_value=_LAST, timezones=st.just(UTC))
_SHARES = st.floats(0, 1)
_COUNTS = st.integers(0, 10**6)
_HASHES = st.binary(min_size=32, max_size=32).map(lambda digest: Sha256(digest.hex()))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, right = sorted((draw(_COUNTS), draw(_COUNTS)))
    top, bottom = sorted((draw(_COUNTS), draw(_COUNTS)))
    return Box(left, top, right, bottom)


FIELDS: st.SearchStrategy[Field] = st.builds(
    Field,
    name=TEXTS,
    value=TEXTS,
    printed=TEXTS,
    confidence=_SHARES,
    page=st.integers(1, 500),
    box=boxes(),
    evidence=st.sampled_from(Evidence),
    reasons=st.lists(TEXTS, max_size=3).map(tuple),
)
PARTIES: st.SearchStrategy[Party] = st.builds(
    Party, role=st.sampled_from(PartyRole), relation=TEXTS, number=TEXTS, name=TEXTS, birth=TEXTS
)
TERMS: st.SearchStrategy[Term] = st.one_of(
    st.builds(Term, st.sampled_from([TermKind.UNLIMITED, TermKind.UNKNOWN]), status_check=TEXTS, rule=TEXTS),
    st.builds(Term, st.just(TermKind.UNTIL), st.dates(), status_check=TEXTS, rule=TEXTS),
)
FINDINGS: st.SearchStrategy[Finding] = st.builds(
    Finding, TEXTS, st.integers(1, 500), st.floats(allow_nan=False, allow_infinity=False)
)


def any_document(*, version: int = 1) -> st.SearchStrategy[Document]:
    """Any document of the item ``item()``; filed ones already have a code."""
    return st.builds(
        Document,
        id=st.just(DocumentId(record_id("document"))),
        version=st.just(version),
        item=st.just(ItemId(record_id("item"))),
        pages=st.lists(st.integers(1, 500), max_size=5).map(tuple),
        type=TEXTS,
        type_confidence=_SHARES,
        fields=st.lists(FIELDS, max_size=4).map(tuple),
        questions=st.lists(TEXTS, max_size=3).map(tuple),
        parties=st.lists(PARTIES, max_size=4).map(tuple),
        state=st.sampled_from(DocumentState),
        standing=st.sampled_from(Standing),
        term=TERMS,
        trust=st.sampled_from(Trust),
        dossier=TEXTS,
        procedure=TEXTS,
        component=TEXTS,
        result_code=TEXTS.filter(bool),
        object_sha256=st.none() | _HASHES,
        object_size=_COUNTS,
        signature=st.sampled_from(SignatureStatus),
        signature_checked_at=st.none() | MOMENTS,
        filed_at=st.none() | MOMENTS,
        findings=st.lists(FINDINGS, max_size=3).map(tuple),
        restricted=st.booleans(),
    )


ANY_EVENT: st.SearchStrategy[Event] = st.builds(
    Event,
    kind=st.sampled_from(EventKind),
    at=MOMENTS,
    actor=TEXTS,
    subject=TEXTS,
    owner_ref=TEXTS,
    dossier=TEXTS,
    purpose=TEXTS,
    details=st.dictionaries(TEXTS, TEXTS | st.integers(-(10**12), 10**12), max_size=4),
)
ANY_ITEM: st.SearchStrategy[Item] = st.builds(
    Item,
    id=st.just(ItemId(record_id("item"))),
    batch=st.just(BatchId(record_id("batch"))),
    order=_COUNTS,
    sha256=_HASHES,
    size=st.integers(0, 2**62),
    name=TEXTS,
    state=st.sampled_from(ItemState),
    error_code=TEXTS,
    pages=_COUNTS,
)
ANY_BATCH: st.SearchStrategy[Batch] = st.builds(
    Batch,
    id=st.just(BatchId(record_id("batch"))),
    received_at=MOMENTS,
    dossier=TEXTS,
    procedure=TEXTS,
    owner=TEXTS,
)
