"""Which pages of a file make which paper, as a person arranges them: the plan, its laws, what follows.

Every page of the file stands in exactly one paper of the plan or is set aside. What follows for the papers
that are there is worked out here alone, so that a screen shows before what is done afterwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from dossier.arrange_errors import PlanError
from dossier.documents import Document, DocumentState
from dossier.events import Event
from dossier.ids import DocumentId, ItemId, Sha256
from dossier.keeping import KeepingAct

MOST_TIMES: Final = 50
"""How often one file may be arranged anew."""
_QUARTERS: Final = (90, 180, 270)
_UNREADABLE: Final = "không đọc được cách sắp xếp"
_PAGE: Final = r"\d{1,5}(?:>(?:90|180|270))?"
_PAPER: Final = re.compile(rf"^({_PAGE}(?:,{_PAGE})*)(?:=([a-z0-9_]{{1,60}}))?\Z", re.ASCII)
_ASIDE: Final = re.compile(rf"^({_PAGE}):([a-z_]{{1,20}})\Z", re.ASCII)


class AsideKind(StrEnum):
    """Why a page is in no paper."""

    BLANK = "blank"
    SEPARATOR = "separator"
    NOT_PAPER = "not_paper"
    """Something that was fed by mistake."""


@dataclass(frozen=True, slots=True)
class PlannedPaper:
    """Pages of one paper in their order, 1-based; the type that a person says it is, empty for none."""

    pages: tuple[int, ...]
    type_: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the pages of a file are arranged.

    Attributes:
        papers: in the order people see them.
        aside: pages in no paper, and why.
        turns: degrees clockwise that a page is turned by from how it is now: 90, 180 or 270.
    """

    papers: tuple[PlannedPaper, ...] = ()
    aside: Mapping[int, AsideKind] = field(default_factory=lambda: MappingProxyType({}))
    turns: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def pages(self) -> tuple[int, ...]:
        """Every page it speaks of, as often as it does."""
        return (*(page for paper in self.papers for page in paper.pages), *self.aside)

    def check(self, pages: Collection[int]) -> None:
        """Hold it against the laws.

        Args:
            pages: those that have to be in it, all others must not.

        Raises:
            PlanError: a page is lost, stands twice or is none of the file, a paper is empty, a turn is none.
        """
        if any(not paper.pages for paper in self.papers):
            raise PlanError(reason="có giấy tờ không còn trang nào")
        doubled = sorted(page for page, times in Counter(self.pages).items() if times > 1)
        if doubled:
            raise PlanError(reason=f"trang {_listed(doubled)} nằm ở hai chỗ")
        lost = sorted(set(pages) - set(self.pages))
        if lost:
            raise PlanError(reason=f"thiếu trang {_listed(lost)}")
        foreign = sorted(set(self.pages) - set(pages))
        if foreign:
            raise PlanError(reason=f"trang {_listed(foreign)} không sắp xếp được ở tệp này")
        if any(turn not in _QUARTERS for turn in self.turns.values()) or not set(self.turns) <= set(pages):
            raise PlanError(reason="chỉ xoay trang của tệp này 90, 180 hoặc 270 độ")

    def as_text(self) -> str:
        """The plan on one line: ``1,2>90;3=birth_certificate|4:blank``."""
        papers = ";".join(
            ",".join(self._page(page) for page in paper.pages) + (f"={paper.type_}" if paper.type_ else "")
            for paper in self.papers
        )
        aside = ";".join(f"{self._page(page)}:{kind.value}" for page, kind in sorted(self.aside.items()))
        return f"{papers}|{aside}"

    def _page(self, page: int) -> str:
        turn = self.turns.get(page, 0)
        return f"{page}>{turn}" if turn else str(page)


def plan_from_text(text: str) -> Plan:
    """The plan that ``as_text`` wrote; its laws are not looked at.

    Raises:
        PlanError: it is none.
    """
    papers, line, aside = text.partition("|")
    if not line:
        raise PlanError(reason=_UNREADABLE)
    turns: dict[int, int] = {}
    planned = []
    for one in papers.split(";") if papers else ():
        found = _PAPER.match(one)
        if found is None:
            raise PlanError(reason=_UNREADABLE)
        pages = tuple(_page_of(told, turns) for told in found[1].split(","))
        planned.append(PlannedPaper(pages, found[2] or ""))
    kinds: dict[int, AsideKind] = {}
    for one in aside.split(";") if aside else ():
        found = _ASIDE.match(one)
        page = _page_of(found[1], turns) if found is not None else 0
        if found is None or found[2] not in set(AsideKind) or page in kinds:
            raise PlanError(reason=_UNREADABLE)
        kinds[page] = AsideKind(found[2])
    return Plan(papers=tuple(planned), aside=kinds, turns=turns)


def _page_of(told: str, turns: dict[int, int]) -> int:
    """A page as the text has it; its turn goes to the others."""
    page, _, turn = told.partition(">")
    if turn:
        turns[int(page)] = int(turn)
    return int(page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of one paper of a plan.

    Attributes:
        planned: as the plan has it.
        document: which paper it is.
        before: what it was; nothing for a new one.
        source: the paper that its first page was in; nothing where that page was in none.
        changes: whether anything of it has to be done.
        pages_change: whether it must be captured and signed anew.
    """

    planned: PlannedPaper
    document: DocumentId
    before: Document | None
    source: Document | None
    changes: bool
    pages_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What follows from a plan.

    Attributes:
        papers: one for each paper of the plan, in its order.
        gone: papers of which nothing is left under their id, each with the papers that have its pages now.
    """

    papers: tuple[Outcome, ...]
    gone: tuple[tuple[Document, tuple[DocumentId, ...]], ...]

    @property
    def changed(self) -> tuple[Outcome, ...]:
        """Papers that have to be done."""
        return tuple(one for one in self.papers if one.changes)

    @property
    def touched(self) -> tuple[Document, ...]:
        """Papers that are there now and that the plan changes or ends."""
        kept = [one.before for one in self.changed if one.before is not None]
        return (*kept, *(document for document, _ in self.gone))

    @property
    def is_nothing(self) -> bool:
        """Whether the plan is how the file is already."""
        return not self.changed and not self.gone


def outcomes(
    plan: Plan, before: Sequence[Document], *, name: Callable[[tuple[int, ...]], DocumentId]
) -> Outcomes:
    """What a plan that keeps the laws makes of the papers that are there.

    A paper keeps its id where its first page stays the first of one; else it goes with its first page, unless
    that came into a paper that is another one already. A filed paper comes first, and goes where all of its
    pages are. Pages that a paper once began with, and that are a paper of their own again, are that paper.

    Args:
        plan: of the file.
        before: papers that may be arranged, in the order of their pages.
        name: the id that pages of this file have as a new paper.
    """
    taken = _taken(plan, before, name)
    at = {page: document for document in before for page in document.pages}
    found = tuple(
        _outcome(plan, paper, taken.get(place), at, name) for place, paper in enumerate(plan.papers)
    )
    kept = {document.id for document in taken.values()}
    where = {page: one.document for one in found for page in one.planned.pages}
    gone = tuple(
        (document, tuple(dict.fromkeys(where[page] for page in document.pages if page in where)))
        for document in before
        if document.id not in kept
    )
    return Outcomes(papers=found, gone=gone)


def _taken(
    plan: Plan, before: Sequence[Document], name: Callable[[tuple[int, ...]], DocumentId]
) -> dict[int, Document]:
    """Which paper of the plan, by its place, is which of those that are there."""
    taken: dict[int, Document] = {}
    left = {document.id: document for document in before}
    for fits in (_is_filed_in, _is_named_by(name), _begins_with, _holds_first_of):
        for place, paper in enumerate(plan.papers):
            found = next((document for document in left.values() if fits(paper, document)), None)
            if place not in taken and found is not None:
                taken[place] = left.pop(found.id)
    return taken


def _is_filed_in(paper: PlannedPaper, document: Document) -> bool:
    return document.state is DocumentState.FILED and set(document.pages) <= set(paper.pages)


def _is_named_by(name: Callable[[tuple[int, ...]], DocumentId]) -> Callable[[PlannedPaper, Document], bool]:
    def fits(paper: PlannedPaper, document: Document) -> bool:
        return document.id == name(paper.pages)

    return fits


def _begins_with(paper: PlannedPaper, document: Document) -> bool:
    return paper.pages[0] == document.pages[0]


def _holds_first_of(paper: PlannedPaper, document: Document) -> bool:
    return document.pages[0] in paper.pages


def _outcome(
    plan: Plan,
    paper: PlannedPaper,
    before: Document | None,
    at: Mapping[int, Document],
    name: Callable[[tuple[int, ...]], DocumentId],
) -> Outcome:
    same = before is not None and before.pages == paper.pages
    turned = any(page in plan.turns for page in paper.pages)
    retyped = before is not None and bool(paper.type_) and paper.type_ != before.type
    return Outcome(
        planned=paper,
        document=before.id if before is not None else name(paper.pages),
        before=before,
        source=before or next((at[page] for page in paper.pages if page in at), None),
        changes=not same or turned or retyped,
        pages_change=not same or turned,
    )


def need_lawful(found: Outcomes, plan: Plan) -> None:
    """Refuse what must not be done to a filed paper: it may get pages, but loses none and does not vanish.

    Raises:
        PlanError: the plan takes something from a filed paper.
    """
    for document, _ in found.gone:
        if document.state is DocumentState.FILED:
            raise PlanError(reason="giấy tờ đã lưu kho không bỏ hay gộp mất được")
    for one in found.changed:
        before = one.before
        if before is None or before.state is not DocumentState.FILED:
            continue
        if not set(before.pages) <= set(one.planned.pages):
            raise PlanError(reason="không lấy trang ra khỏi giấy tờ đã lưu kho được")
        if any(page in plan.turns for page in before.pages) or one.planned.type_ not in ("", before.type):
            raise PlanError(
                reason="trang và loại của giấy tờ đã lưu kho chỉ sửa được bằng thủ tục đính chính"
            )


def changes_filed(found: Outcomes) -> bool:
    """Whether a filed paper gets a new version, for which there must be a reason."""
    return any(document.state is DocumentState.FILED for document in found.touched)


def _listed(pages: Sequence[int]) -> str:
    return ", ".join(map(str, pages[:10])) + (" …" if len(pages) > 10 else "")


class ArrangingState(StrEnum):
    """Where an arrangement stands."""

    ASKED = "asked"
    """Somebody saved it; its papers are read again soon."""
    DONE = "done"
    REFUSED = "refused"
    """It was not possible any more, or could not be done; nothing of it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranging:
    """One time that a file was arranged.

    Attributes:
        item: the file.
        number: 1 for the first time.
        plan: what is wanted.
        seen: versions of the papers that it changes or ends, as the person saw them.
        reason: why a filed paper changes, in words; empty where none does.
        actor: who wants it.
        asked_at, done_at: aware; nothing while it was not done.
        state: where it stands.
        code: of the error that refused it, else empty.
    """

    item: ItemId
    number: int
    plan: Plan
    seen: Mapping[DocumentId, int]
    reason: str = field(default="", repr=False)
    actor: str
    asked_at: datetime
    done_at: datetime | None = None
    state: ArrangingState = ArrangingState.ASKED
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangedVersion:
    """The next version of one paper, what it leaves in the journal, and the paper its pages came from."""

    document: Document
    events: tuple[Event, ...]
    source: DocumentId | None = None


class Arrangements(Protocol):
    """Arrangements of one store. Each write is one transaction with its events."""

    def ask(self, wanted: Arranging, *, free_before: datetime) -> None:
        """Keep what somebody wants; their own papers of it leave their table.

        Raises:
            ArrangingBusyError: something about the file waits already.
            CheckHeldError: somebody else has one of its papers on the table.
            VersionConflictError: somebody else was first, or a paper has another version than was seen.
        """

    def asked(self, *, limit: int = 20) -> Sequence[Arranging]:
        """What waits, the oldest first."""

    def newest(self, item: ItemId) -> Arranging | None:
        """What was wanted of a file last."""

    def apply(  # noqa: PLR0913 - what is changed together
        self,
        wanted: Arranging,
        versions: Sequence[ArrangedVersion],
        *,
        results: Mapping[str, Sha256],
        act: KeepingAct,
        events: Sequence[Event],
        at: datetime,
    ) -> None:
        """Make it so: all versions, results of steps and entries, or nothing. Done before, it does nothing.

        Raises:
            VersionConflictError: a paper has another version than was seen.
        """

    def refuse(self, wanted: Arranging, *, code: str, at: datetime, events: Sequence[Event]) -> None:
        """Say that it is not done, and why."""
