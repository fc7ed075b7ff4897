"""Registered dossiers with everything the store holds about how they went, read from the tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from dossier.declared import DeclaredComponent
from dossier.documents import DocumentState
from dossier.keeping import Act
from dossier.told import Counted, DossierPaper, DossierRow
from storage.bodies import moment_from_text
from storage.declared_text import components_from_text
from storage.schema import (
    document_index,
    documents,
    dossier_components,
    dossier_reads,
    dossier_told,
    dossiers,
    keeping_acts,
)
from storage.told_bodies import counted_of

DOSSIERS: Final = select(
    dossiers.c.code,
    dossiers.c.procedure,
    dossiers.c.received_on,
    dossiers.c.registered_at,
    dossiers.c.closed_at,
    dossiers.c.applicant_ref,
).order_by(dossiers.c.applicant_ref, dossiers.c.code)
"""Registered dossiers person by person, to be narrowed."""


def dossier_rows(connection: Connection, page: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[DossierRow]:
    """What the store holds about each dossier of a page of ``DOSSIERS``."""
    codes = [row.code for row in page]
    counted = _counted(connection, codes)
    papers = _papers(connection, codes)
    insisted = _insisted(connection, codes)
    declared = _declared(connection, codes)
    for row in page:
        yield DossierRow(
            code=row.code,
            procedure=row.procedure,
            received_on=date.fromisoformat(row.received_on),
            registered_at=moment_from_text(row.registered_at),
            closed_at=moment_from_text(row.closed_at) if row.closed_at else None,
            applicant=row.applicant_ref,
            counted=counted.get(row.code),
            papers=tuple(papers.get(row.code, ())),
            insisted=insisted[row.code],
            declared=declared.get(row.code, ()),
        )


def _counted(connection: Connection, codes: Sequence[str]) -> dict[str, Counted]:
    """The newest version of each dossier."""
    newest = (
        select(dossier_told.c.code, func.max(dossier_told.c.version).label("version"))
        .where(dossier_told.c.code.in_(codes))
        .group_by(dossier_told.c.code)
        .subquery()
    )
    wanted = select(dossier_told.c.code, dossier_told.c.facts, dossier_told.c.officer_ref).join(
        newest, (newest.c.code == dossier_told.c.code) & (newest.c.version == dossier_told.c.version)
    )
    return {row.code: counted_of(row.facts, officer=row.officer_ref) for row in connection.execute(wanted)}


def _papers(connection: Connection, codes: Sequence[str]) -> dict[str, list[DossierPaper]]:
    """Papers handed in for each dossier, and papers of other dossiers that were read for it."""
    paper = (documents.c.id, documents.c.state, document_index.c.type)
    indexed = documents.join(document_index, document_index.c.document_serial == documents.c.serial)
    there = documents.c.state.not_in([DocumentState.DESTROYED.value, DocumentState.DISSOLVED.value])
    own = (
        select(document_index.c.dossier.label("code"), *paper)
        .select_from(indexed)
        .where(document_index.c.dossier.in_(codes), there)
        .order_by(documents.c.serial)
    )
    read = (
        select(dossier_reads.c.code, *paper)
        .select_from(indexed.join(dossier_reads, dossier_reads.c.document_id == documents.c.id))
        .where(dossier_reads.c.code.in_(codes), dossier_reads.c.code != document_index.c.dossier, there)
        .order_by(documents.c.serial)
    )
    found: defaultdict[str, list[DossierPaper]] = defaultdict(list)
    for wanted, is_own in ((own, True), (read, False)):
        for row in connection.execute(wanted):
            filed = row.state == DocumentState.FILED.value
            found[row.code].append(DossierPaper(document=row.id, type=row.type, filed=filed, own=is_own))
    return found


def _declared(connection: Connection, codes: Sequence[str]) -> dict[str, tuple[DeclaredComponent, ...]]:
    """How the components of each dossier came, as declared last."""
    wanted = select(dossier_components.c.code, dossier_components.c.body)
    rows = connection.execute(wanted.where(dossier_components.c.code.in_(codes)))
    return {row.code: components_from_text(row.body) for row in rows}


def _insisted(connection: Connection, codes: Sequence[str]) -> Counter[str]:
    wanted = (
        select(keeping_acts.c.target, func.count().label("times"))
        .where(keeping_acts.c.target.in_(codes), keeping_acts.c.act == Act.ASKING_INSISTED.value)
        .group_by(keeping_acts.c.target)
    )
    return Counter({row.target: row.times for row in connection.execute(wanted)})
