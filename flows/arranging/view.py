"""What a file is now to whoever arranges its pages: pages, papers, what is set aside, what must stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from dossier.arrange_errors import ArrangingRefusedError, PlanError
from dossier.arranging import (
    MOST_TIMES,
    Arranging,
    ArrangingState,
    AsideKind,
    Outcomes,
    Plan,
    PlannedPaper,
    need_lawful,
    outcomes,
)
from dossier.documents import Document, DocumentState, Item, ItemState
from dossier.ids import DocumentId, ItemId, document_id
from extraction.split import Stack
from flows.batch_gate import need_open
from flows.capture import load_reading
from flows.splitting import kept_split
from ocr.records import FileReading
from wiring.services import Services

_MARK: Final = 8
"""Digits of an id that are enough to tell the papers of one file apart."""


@dataclass(frozen=True)
class ArrangedFile:
    """A file whose pages may be arranged.

    Attributes:
        item: the file.
        reading: what was read in it, with the turns that count now.
        stack: how it is split now.
        papers: that wait or are filed, in the order of their pages.
        fixed: papers whose pages stay where they are, since they are not digitised.
        last: what was wanted last; nothing when nobody arranged it before.
        kinds: why pages are in no paper.
    """

    item: Item
    reading: FileReading
    stack: Stack
    papers: Sequence[Document]
    fixed: Sequence[Document]
    last: Arranging | None
    kinds: Mapping[int, AsideKind]

    @cached_property
    def pages(self) -> frozenset[int]:
        """Numbers of the pages that may be arranged."""
        stay = {page for paper in self.fixed for page in paper.pages}
        return frozenset(page.page for page in self.reading.pages) - stay

    @cached_property
    def blank(self) -> frozenset[int]:
        """Pages without print."""
        return frozenset(page.page for page in self.reading.pages if page.is_blank)

    @property
    def plan(self) -> Plan:
        """How its pages are arranged now."""
        return Plan(papers=tuple(PlannedPaper(paper.pages) for paper in self.papers), aside=dict(self.kinds))

    @property
    def number(self) -> int:
        """Which time it would be that the file is arranged."""
        return self.last.number + 1 if self.last is not None else 1

    @property
    def is_asked(self) -> bool:
        """Whether an arrangement waits."""
        return self.last is not None and self.last.state is ArrangingState.ASKED

    @property
    def mark(self) -> str:
        """What a person saw: the time, and each paper with its version."""
        return " ".join([str(self.number), *(f"{paper.id[:_MARK]}:{paper.version}" for paper in self.papers)])

    def was_seen(self, mark: str, touched: Sequence[Document]) -> bool:
        """Whether what a person saw still counts for the papers that they change."""
        number, _, told = mark.partition(" ")
        seen = dict(one.partition(":")[::2] for one in told.split())
        same = set(seen) == {paper.id[:_MARK] for paper in self.papers}
        kept = all(seen.get(paper.id[:_MARK]) == str(paper.version) for paper in touched)
        return number == str(self.number) and same and kept


def file_of(services: Services, item_id: ItemId) -> ArrangedFile:
    """A file and its papers as they are now.

    Args:
        services: of this installation.
        item_id: the file.

    Raises:
        RecordMissingError: there is no such file.
        BatchClosedError: its batch is closed.
        ArrangingRefusedError: its pages cannot be arranged.
    """
    records = services.store.records
    item = records.item(item_id)
    need_open(services, item.batch)
    if item.state is not ItemState.DONE:
        raise ArrangingRefusedError(reason="tệp chưa xử lý xong")
    found = records.documents_of_item(item_id)
    if any(paper.state is DocumentState.DESTROYED for paper in found):
        raise ArrangingRefusedError(reason="một giấy tờ của tệp đã bị hủy")
    if any(paper.restricted for paper in found):
        raise ArrangingRefusedError(reason="một giấy tờ của tệp đang bị hạn chế sử dụng")
    stack = kept_split(services, item_id)
    if stack is None:
        raise ArrangingRefusedError(reason="kho này không giữ kết quả đọc của tệp")
    reading = load_reading(services, item_id)
    if reading.signed:
        raise ArrangingRefusedError(reason="tệp đã có chữ ký số khi nhận, phải giữ nguyên vẹn")
    last = records.arrangements.newest(item_id)
    if last is not None and last.number >= MOST_TIMES and last.state is not ArrangingState.ASKED:
        raise ArrangingRefusedError(reason=f"tệp đã được sắp xếp {MOST_TIMES} lần")
    return ArrangedFile(
        item=item,
        reading=reading,
        stack=stack,
        papers=[paper for paper in found if paper.state is not DocumentState.REFUSED],
        fixed=[paper for paper in found if paper.state is DocumentState.REFUSED],
        last=last,
        kinds=_kinds(services, item_id, reading, stack, found),
    )


def _kinds(
    services: Services, item: ItemId, reading: FileReading, stack: Stack, papers: Sequence[Document]
) -> dict[int, AsideKind]:
    held = {page for paper in papers for page in paper.pages}
    sheets = {*(sheet.page for sheet in stack.separators), *stack.backs}
    done = services.store.records.arrangements.last_done(item)
    said = done.plan.aside if done is not None else {}
    found = {}
    for page in reading.pages:
        if page.page in held:
            continue
        known = AsideKind.SEPARATOR if page.page in sheets else AsideKind.BLANK
        found[page.page] = said.get(page.page, known)
    return found


def follows(services: Services, file: ArrangedFile, plan: Plan) -> Outcomes:
    """What a plan makes of the papers of a file.

    Raises:
        PlanError: it breaks a law, or names a type that the rules do not know.
    """
    plan.check(file.pages)
    if any(paper.type_ and not services.papers.knows(paper.type_) for paper in plan.papers):
        raise PlanError(reason="có loại giấy tờ không có trong danh mục")
    namespace = services.store.records.namespace

    def name(pages: tuple[int, ...]) -> DocumentId:
        return document_id(namespace, file.item.id, pages=pages)

    found = outcomes(plan, file.papers, name=name)
    need_lawful(found, plan)
    return found
