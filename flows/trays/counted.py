"""What was declared of a dossier beside what came: what to fetch, what nobody asked for, what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from dossier.codes import parse_dossier_code
from dossier.declared import Came
from dossier.documents import Document, DocumentState
from dossier.errors import ProcedureUnknownError
from dossier.totals import Count, total
from dossier.trays import Tray, TrayFile
from flows.splitting import kept_split
from rulebook.procedures import Anew, Component, Procedure
from wiring.services import Services

_FORM: Final = "application_form"
_UNKNOWN: Final = "unknown"


class Verdict(StrEnum):
    """What a component says to whoever holds the dossier."""

    THERE = "there"
    MISSING = "missing"
    SEVERAL = "several"
    """More than one paper is it: copies, or the same one twice."""
    NOT_WANTED = "not_wanted"
    """It came although it was taken from the store or a database, or is not required."""
    LOOK = "look"
    """Which papers it can be nobody has said: a person looks."""
    ELSEWHERE = "elsewhere"
    """It was not to come on paper, and did not."""
    NOT_ASKED = "not_asked"
    """It depends on the case, nobody declared it, and it did not come."""


@dataclass(frozen=True, slots=True)
class PaperSeen:
    """A paper that was recognised: what it is, its pages in its file, and whether a person must look."""

    label: str
    file: int
    pages: tuple[int, ...]
    state: DocumentState


@dataclass(frozen=True, slots=True)
class ComponentSeen:
    """A component of the procedure: how it was declared to come (nothing when nobody did), what came."""

    code: str
    name: str
    came: Came | None
    papers: tuple[PaperSeen, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Everything that was counted of a tray.

    Attributes:
        declared: what the operator counted; 0 is not counted.
        found: papers and pages with print.
        blanks: empty pages and backs that were kept aside.
        components: of the procedure, in its order; empty when the procedure is not known.
        besides: papers that are none of its components.
        unknown: papers that were not recognised.
    """

    declared: Count
    found: Count
    blanks: int
    components: tuple[ComponentSeen, ...]
    besides: tuple[PaperSeen, ...]
    unknown: tuple[PaperSeen, ...]

    @property
    def papers_differ(self) -> bool:
        """Whether another number of papers was counted than found."""
        return self.declared.papers not in (0, self.found.papers)

    @property
    def pages_differ(self) -> bool:
        """Whether another number of pages with print was counted than found."""
        return self.declared.pages not in (0, self.found.pages)

    @property
    def missing(self) -> tuple[ComponentSeen, ...]:
        """What is to be fetched."""
        return tuple(one for one in self.components if one.verdict is Verdict.MISSING)


def counted(services: Services, tray: Tray, files: Sequence[TrayFile]) -> Counted:
    """Hold what came against what was declared.

    Args:
        services: of this installation.
        tray: that was worked on.
        files: of it.
    """
    records = services.store.records
    found, blanks = [], 0
    seen: list[tuple[Document, PaperSeen]] = []
    for file in files:
        if file.item is None:
            continue
        papers = records.documents_of_item(file.item)
        stack = kept_split(services, file.item)
        pages = sum(len(paper.pages) for paper in papers)
        found.append(stack.count if stack is not None else Count(len(papers), pages))
        if stack is not None:
            blanks += len(stack.asides) + len(stack.backs) + sum(len(one.blanks) for one in stack.papers)
        seen += [(paper, _seen(services, paper, file.number)) for paper in papers]
    procedure = _procedure(services, tray)
    declared = records.admissions.declared(tray.dossier)
    came = {one.code: one.came for one in declared.components} if declared is not None else {}
    components, left = _matched(procedure, seen, came, services.today()) if procedure else ((), seen)
    return Counted(
        declared=Count(tray.papers, tray.pages),
        found=total(found),
        blanks=blanks,
        components=tuple(components),
        besides=tuple(paper for document, paper in left if document.type != _UNKNOWN),
        unknown=tuple(paper for document, paper in left if document.type == _UNKNOWN),
    )


def _procedure(services: Services, tray: Tray) -> Procedure | None:
    if not tray.procedure:
        return None
    try:
        return services.procedures.on(tray.procedure, parse_dossier_code(tray.dossier).received)
    except ProcedureUnknownError:
        return None


def _seen(services: Services, paper: Document, file: int) -> PaperSeen:
    return PaperSeen(services.papers.spec(paper.type).label_vi, file, paper.pages, paper.state)


def _matched(
    procedure: Procedure,
    seen: Iterable[tuple[Document, PaperSeen]],
    came: Mapping[str, Came],
    today: date,
) -> tuple[Sequence[ComponentSeen], Sequence[tuple[Document, PaperSeen]]]:
    """Each component with its papers, and the papers of none; a paper is one component alone."""
    left = list(seen)
    told = []
    for component in procedure.components:
        its = [one for one in left if _is(component, one[0].type)]
        left = [one for one in left if one not in its]
        how = came.get(component.code)
        verdict = _verdict(component, how, len(its), today)
        told.append(
            ComponentSeen(component.code, component.name_vi, how, tuple(paper for _, paper in its), verdict)
        )
    return told, left


def _is(component: Component, type_: str) -> bool:
    return type_ in component.types or (component.anew is Anew.FORM and type_ == _FORM)


def _verdict(component: Component, came: Came | None, papers: int, today: date) -> Verdict:
    if came is not None and came is not Came.HANDED_IN:
        return Verdict.NOT_WANTED if papers else Verdict.ELSEWHERE
    if papers:
        return Verdict.SEVERAL if papers > 1 else Verdict.THERE
    if component.unmapped:
        return Verdict.LOOK
    always = not component.condition_fact and not component.switched_off(today)
    wanted = came is Came.HANDED_IN or (always and component.replaced_by(today) is None)
    return Verdict.MISSING if wanted else Verdict.NOT_ASKED
