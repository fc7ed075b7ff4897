"""The list of key fields of a batch, and the random sample of it that anybody can draw again.

The list is what was filed first, so that it stays the same whatever is corrected later. Each field gets a
number by HMAC-SHA-256 under a seed of 256 random bits that is drawn after the list is settled; those with
the lowest numbers are the sample. How many that is depends on the numbers and on sizes, never on what the
fields say, so every set of that size was as likely as any other.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dossier.codes import office_of
from dossier.documents import Document, DocumentState
from dossier.fields import Evidence
from dossier.ids import BatchId, DocumentId
from dossier.quality import Key, Route
from flows.quality.bounds import MILLION
from flows.signing_desk.own import checkers_of
from wiring.services import Services

_NUMBER_BYTES: Final = 8
_NUMBERS: Final = 1 << (8 * _NUMBER_BYTES)


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """A key field of a paper as it was filed first."""

    document: DocumentId
    field: str
    route: Route
    version: int
    office: str
    not_by: tuple[str, ...]


def frame_of(services: Services, batch: BatchId) -> Sequence[Unit]:
    """All key fields of the papers of a batch that were filed, in the order of their ids.

    Files that came with an earlier batch belong to that one. A field that the paper does not have counts too:
    that it lacks is what was filed.

    Args:
        services: of this installation.
        batch: the batch.

    Raises:
        RecordMissingError: there is no such batch.
    """
    records, units = services.store.records, list[Unit]()
    records.batch(batch)
    for item in records.items(batch):
        if item.batch != batch:
            continue
        for document in records.documents_of_item(item.id):
            units += _units(services, document, operator=item.origin.operator)
    return sorted(units)


def frame_hash(frame: Sequence[Unit]) -> str:
    """SHA-256 of the list: a line for each field, paper, name and route with spaces between."""
    lines = [f"{unit.document} {unit.field} {unit.route.value}\n" for unit in frame]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def drawn(frame: Sequence[Unit], seed: str, *, share: int, own: int) -> Sequence[Unit]:
    """The sample: every field whose number lies below the share, and as many as a batch of its own needs.

    Args:
        frame: all fields.
        seed: hexadecimal.
        share: parts of a million.
        own: fields that are drawn at least.
    """
    ranked = sorted((_number(unit, bytes.fromhex(seed)), unit) for unit in frame)
    below = sum(number * MILLION < share * _NUMBERS for number, _ in ranked)
    return [unit for _, unit in ranked[: max(below, min(own, len(ranked)))]]


def as_keys(units: Sequence[Unit], batch: BatchId, *, whole: bool = False) -> Sequence[Key]:
    """Fields as they wait for a second person, those of one paper after another."""
    return [
        Key(
            batch=batch,
            group=0,
            document=unit.document,
            version=unit.version,
            field=unit.field,
            route=unit.route,
            whole=whole,
            office=unit.office,
            not_by=unit.not_by,
        )
        for unit in sorted(units)
    ]


def _number(unit: Unit, seed: bytes) -> int:
    told = hmac.digest(seed, f"{unit.document} {unit.field}".encode(), "sha256")
    return int.from_bytes(told[:_NUMBER_BYTES], "big")


def _units(services: Services, document: Document, *, operator: str) -> Sequence[Unit]:
    filed, asked = _filed_first(services, document)
    if filed is None:
        return []
    fields = {field.name: field for field in filed.fields}
    spec = services.papers.spec(filed.type)
    known = [field.name for field in spec.fields if field.key or field.name in fields]
    names = [name for name in known if name in spec.deciding]
    said = {name for name, field in fields.items() if field.evidence is Evidence.PERSON}
    by_person = (asked | said) & set(names)
    people = {operator} - {""}
    if asked or said:
        people |= checkers_of(services, document.id)
    return [
        Unit(
            document=document.id,
            field=name,
            route=Route.PERSON if name in by_person else Route.ALONE,
            version=filed.version,
            office=office_of(filed.dossier),
            not_by=tuple(sorted(people)),
        )
        for name in names
    ]


def _filed_first(services: Services, document: Document) -> tuple[Document | None, set[str]]:
    """The version in which it was filed first, and what was asked of people before."""
    asked: set[str] = set()
    if document.state is DocumentState.DESTROYED:
        return None, asked
    for number in range(1, document.version + 1):
        found = services.store.records.document(document.id, version=number)
        if found.state is DocumentState.FILED:
            return found, asked
        asked |= set(found.questions)
    return None, asked
