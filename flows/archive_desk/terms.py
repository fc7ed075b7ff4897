"""Papers whose term of keeping has ended, type by type, and proposals to destroy them, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dossier.admission import covers
from dossier.codes import office_of
from dossier.documents import Document
from dossier.ids import DocumentId
from dossier.keeping import Act, Disposal, DisposalState, Hold, KeepingAct, disposal_of
from dossier.retention import RetentionVerdict
from flows.disposal import DueDocument, holds_on, retention_of
from wiring.services import Services

_ENDED: Final = frozenset({DisposalState.REJECTED, DisposalState.EXECUTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeTerm:
    """A paper type whose papers may be due by now.

    Attributes:
        type: of the vocabulary.
        label: in Vietnamese.
        years: of keeping.
        article: where that stands; ``verified`` whether somebody read it.
        until: last day of filing of what is due.
    """

    type: str
    label: str
    years: int
    article: str
    verified: bool
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """Due papers of one type, the oldest first.

    Attributes:
        papers: of one page.
        after: place that the next page begins after; nothing when there is none.
    """

    papers: Sequence[DueDocument]
    after: tuple[date, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A proposal with everything that was decided about it.

    Attributes:
        disposal: where it stands.
        acts: in order.
        document: the paper as it is now.
        retention: its term.
        holds: active legal holds on it.
    """

    disposal: Disposal
    acts: Sequence[KeepingAct]
    document: Document
    retention: RetentionVerdict
    holds: tuple[Hold, ...]


def terms(services: Services) -> Sequence[TypeTerm]:
    """Types with a term of years, and up to which day of filing their papers are due today.

    A term runs from the end of the year of filing, so that day is always 31 December.
    """
    today = services.today()
    found = [
        TypeTerm(
            type=spec.type,
            label=spec.label_vi,
            years=spec.retention.years,
            article=spec.retention.article,
            verified=spec.retention.verified,
            until=date(today.year - spec.retention.years - 1, 12, 31),
        )
        for spec in services.papers.specs.values()
        if spec.retention is not None and spec.retention.years and not spec.retention.permanent
    ]
    return sorted(found, key=lambda one: one.label)


def due_of_type(
    services: Services,
    term: TypeTerm,
    *,
    offices: tuple[str, ...],
    after: tuple[date, int] | None = None,
    limit: int = 50,
) -> DuePage:
    """Due papers of a type that are of someone's offices, found by an index.

    Args:
        services: of this installation.
        term: of the type.
        offices: whose papers, ``*`` for all.
        after: place of the last paper of the page before.
        limit: papers that one page looks at.
    """
    rows = services.store.records.filed_of_type(term.type, until=term.until, after=after, limit=limit)
    papers = [
        DueDocument(
            document=document,
            retention=retention_of(services, document),
            holds=holds_on(services, document),
            disposal=_open(services, document.id),
        )
        for _, _, document in rows
        if covers(offices, office_of(document.dossier) or "-")
    ]
    last = (rows[-1][0], rows[-1][1]) if len(rows) == limit else None
    return DuePage(papers=papers, after=last)


def cases(
    services: Services, *, offices: tuple[str, ...], before: int = 0, limit: int = 30
) -> tuple[Sequence[Case], int]:
    """Proposals about papers of someone's offices, the newest first, and the key the next page begins before.

    The key is 0 when there is no further page.
    """
    rows = services.store.records.cases(Act.DISPOSAL_PROPOSED, before=before, limit=limit)
    found = [case_of(services, case) for _, case in rows]
    theirs = [one for one in found if is_theirs(one.document, offices)]
    return theirs, rows[-1][0] if len(rows) == limit else 0


def undecided(services: Services, *, offices: tuple[str, ...], limit: int = 50) -> int:
    """How many of the newest proposals about papers of someone's offices still wait for an end."""
    records = services.store.records
    found = 0
    for _, case in records.cases(Act.DISPOSAL_PROPOSED, limit=limit):
        proposal = disposal_of(records.acts(case=case, family="disposal"))
        if proposal.state not in _ENDED:
            found += is_theirs(records.document(DocumentId(proposal.document)), offices)
    return found


def case_of(services: Services, case: str) -> Case:
    """One proposal with everything about it."""
    acts = services.store.records.acts(case=case, family="disposal")
    found = disposal_of(acts)
    document = services.store.records.document(DocumentId(found.document))
    return Case(
        disposal=found,
        acts=acts,
        document=document,
        retention=retention_of(services, document),
        holds=holds_on(services, document),
    )


def is_theirs(document: Document, offices: tuple[str, ...]) -> bool:
    """Whether a paper is of one of these offices; one without a dossier is for those of all."""
    return covers(offices, office_of(document.dossier) or "-")


def _open(services: Services, document: DocumentId) -> Disposal | None:
    acts = services.store.records.acts(target=document, family="disposal")
    cases_of = dict.fromkeys(act.case for act in acts)
    found = [disposal_of([act for act in acts if act.case == case]) for case in cases_of]
    return next((one for one in reversed(found) if one.state.value != "rejected"), None)
