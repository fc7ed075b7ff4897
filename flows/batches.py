"""Batches as persons close them: what was found, what does not agree, closing and opening again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from dossier.batch_errors import BatchDiffersError, BatchUnfinishedError, ReasonMissingError
from dossier.batches import (
    CARD_SIDE_MISSING,
    CARD_SIDES_APART,
    FILE_REFUSED,
    NOT_COUNTED,
    PAGES_ALIKE,
    Alike,
    AlikePages,
    BatchRow,
    BatchState,
    Closing,
    PageRef,
    Problem,
    alike_said,
    closings,
    page_text,
)
from dossier.documents import Batch, Document, DocumentState, Item, ItemState
from dossier.errors import ArgumentError, RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import BatchId, is_id
from dossier.keeping import Act, KeepingAct
from dossier.moments import VIETNAM
from dossier.totals import Count, differences
from extraction.split import Stack
from flows.alike_pages import alike_pages, item_page, with_said
from flows.batch_gate import need_open
from flows.blanks import taken_back
from flows.card_sides import lone_sides, once_for_each_card
from flows.intake import declare_count
from flows.splitting import batch_count, kept_split
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a batch: its record, how it was split (nothing while unread), papers, backs kept aside."""

    item: Item
    stack: Stack | None
    papers: tuple[Document, ...]
    asides: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """All that is known of a batch.

    Attributes:
        batch: its record.
        files: in the order handed in.
        declared, found: papers and printed pages; pages that a person said are one count once.
        alike: pages that look alike.
        problems: what does not agree.
        history: closings and reopenings, the oldest first.
        digest: SHA-256 over the hashes of its files in order (hexadecimal, each on a line).
    """

    batch: Batch
    files: tuple[FileView, ...]
    declared: Count
    found: Count
    alike: tuple[AlikePages, ...]
    problems: tuple[Problem, ...]
    history: tuple[Closing, ...]
    digest: str

    @property
    def state(self) -> BatchState:
        """Open or closed."""
        closed = bool(self.history) and self.history[-1].act is Act.BATCH_CLOSED
        return BatchState.CLOSED if closed else BatchState.OPEN

    @property
    def unfinished(self) -> int:
        """How many files were not worked on to the end."""
        open_states = {ItemState.RECEIVED, ItemState.READ}
        return sum(file.item.state in open_states for file in self.files)


def view_batch(services: Services, batch: str) -> BatchView:
    """Look a batch up with everything that has to be looked at before it is closed.

    Raises:
        RecordMissingError: there is no such batch.
    """
    if not is_id(batch):
        raise RecordMissingError(batch)
    found = services.store.records.batch(BatchId(batch))
    return _view(services, found, alike_pages(services, services.store.records.items(found.id)))


def _view(services: Services, batch: Batch, alike: Sequence[AlikePages]) -> BatchView:
    """A batch as it is now; which pages look alike does not change with what persons say."""
    records = services.store.records
    acts, items = records.acts(case=batch.id), records.items(batch.id)
    alike = with_said(alike, items, alike_said(acts))
    counted = batch_count(services, batch.id)
    counted = replace(counted, pages=max(0, counted.pages - _counted_twice(alike)))
    files = tuple(_file(services, item) for item in items)
    declared = records.declared_count(batch.id)
    return BatchView(
        batch=batch,
        files=files,
        declared=declared,
        found=counted,
        alike=alike,
        problems=tuple(_problems(services, files, declared=declared, found=counted, alike=alike)),
        history=closings(acts),
        digest=hashlib.sha256("".join(f"{item.sha256}\n" for item in items).encode()).hexdigest(),
    )


def list_batches(  # noqa: PLR0913 - each narrows the list
    services: Services,
    *,
    state: BatchState | None = None,
    first: date | None = None,
    last: date | None = None,
    office: str = "",
    operator: str = "",
) -> Iterator[BatchRow]:
    """Batches, the newest first.

    Args:
        services: of this installation.
        state: only open or only closed ones.
        first: first day of reception in Vietnam.
        last: last day, included.
        office: agency part of the dossier code, with the agencies below it.
        operator: account of who fed a file of it.
    """
    until = _midnight(last + timedelta(days=1)) if last is not None else None
    since = _midnight(first) if first is not None else None
    for row in services.store.records.list_batches(first=since, until=until):
        if state is not None and row.state is not state:
            continue
        if operator and operator not in row.operators:
            continue
        if not office or _is_of(row.dossier, office):
            yield row


def close_batch(
    services: Services, batch: str, *, reason: str = "", count: Count | None = None, actor: str = ""
) -> BatchView:
    """Close a batch: it takes nothing more. Closed already, nothing is done.

    Args:
        services: of this installation.
        batch: its id.
        reason: why it is closed although something does not agree; in words, kept sealed.
        count: what was counted now; what is 0 in it stays as it was declared.
        actor: who closes it; the account of the settings when empty.

    Raises:
        RecordMissingError: there is no such batch.
        BatchUnfinishedError: files were not worked on to the end.
        BatchDiffersError: something does not agree, and no reason is given.
    """
    with services.writing():
        before = view_batch(services, batch)
        if before.state is BatchState.CLOSED:
            return before
        if count is not None and count != Count():
            told = Count(count.papers or before.declared.papers, count.pages or before.declared.pages)
            declare_count(services, before.batch.id, told, dossier=before.batch.dossier, actor=actor)
            before = _view(services, before.batch, before.alike)
        if before.unfinished:
            raise BatchUnfinishedError(before.batch.id, files=before.unfinished)
        if before.problems and not reason.strip():
            codes = ", ".join(sorted({problem.code for problem in before.problems}))
            raise BatchDiffersError(before.batch.id, count=len(before.problems), codes=codes)
        details: dict[str, str | int] = {
            "files": len(before.files),
            "papers": before.found.papers,
            "pages": before.found.pages,
            "problems": len(before.problems),
            "digest": before.digest,
        }
        words = {"reason": " ".join(reason.split())} | {
            name: str(details[name]) for name in ("papers", "pages")
        }
        act_on(services, before.batch, Act.BATCH_CLOSED, words, details=details, actor=actor)
        return _view(services, before.batch, before.alike)


def reopen_batch(services: Services, batch: str, *, reason: str, actor: str = "") -> BatchView:
    """Open a closed batch again. Open already, nothing is done.

    Raises:
        RecordMissingError: there is no such batch.
        ReasonMissingError: no reason is given.
    """
    with services.writing():
        before = view_batch(services, batch)
        if before.state is BatchState.OPEN:
            return before
        if not reason.strip():
            raise ReasonMissingError(before.batch.id)
        words = {"reason": " ".join(reason.split())}
        act_on(services, before.batch, Act.BATCH_REOPENED, words, details={}, actor=actor)
        return _view(services, before.batch, before.alike)


def say_alike(  # noqa: PLR0913 - two pages, what they are, who says so
    services: Services, batch: str, first: PageRef, second: PageRef, *, said: Alike, actor: str = ""
) -> BatchView:
    """Record what two pages that look alike are; of one page the second image counts no more.

    Raises:
        RecordMissingError: there is no such batch.
        BatchClosedError: it is closed.
        ArgumentError: the two are no pair of this batch.
    """
    with services.writing():
        before = view_batch(services, batch)
        need_open(services, before.batch.id)
        pair = next((one for one in before.alike if (one.first, one.second) == (first, second)), None)
        if pair is None:
            known = ", ".join(f"{one.first} {one.second}" for one in before.alike) or "—"
            raise ArgumentError(f"{first} {second}", expected=f"một cặp trang giống nhau của đợt: {known}")
        if pair.said is said:
            return before
        words = {
            "first": page_text(item_page([file.item for file in before.files], first)),
            "second": page_text(item_page([file.item for file in before.files], second)),
            "said": said.value,
        }
        details = {"first": str(first), "second": str(second), "said": said.value}
        act_on(services, before.batch, Act.BATCH_PAGES_TOLD, words, details=details, actor=actor)
        return _view(services, before.batch, before.alike)


_KINDS = {
    Act.BATCH_CLOSED: EventKind.BATCH_CLOSED,
    Act.BATCH_REOPENED: EventKind.BATCH_REOPENED,
    Act.BATCH_PAGES_TOLD: EventKind.BATCH_PAGES_TOLD,
}


def act_on(  # noqa: PLR0913 - what is said, and what of it the journal may tell
    services: Services,
    batch: Batch,
    act: Act,
    words: dict[str, str],
    *,
    details: dict[str, str | int] | dict[str, str],
    actor: str,
) -> None:
    """Add an act about a batch; its words are sealed, its details stand in the journal."""
    records = services.store.records
    who, at = actor or services.settings.actor, services.clock()
    event = Event(
        kind=_KINDS[act], at=at, actor=who, subject=batch.id, dossier=batch.dossier, details=details
    )
    done = KeepingAct(case=batch.id, act=act, target=batch.id, at=at, actor=who, details=words)
    records.act(done, seen=len(records.acts(case=batch.id)), events=[event])


def _file(services: Services, item: Item) -> FileView:
    stack = kept_split(services, item.id)
    back = taken_back(services, item.id)
    return FileView(
        item=item,
        stack=stack,
        papers=tuple(services.store.records.documents_of_item(item.id)),
        asides=tuple(page for page in stack.asides if page not in back) if stack is not None else (),
    )


def _problems(
    services: Services,
    files: Sequence[FileView],
    *,
    declared: Count,
    found: Count,
    alike: Sequence[AlikePages],
) -> Iterator[Problem]:
    if declared == Count():
        yield Problem(code=NOT_COUNTED)
    for difference in differences(declared, found):
        yield Problem(code=difference.code, declared=difference.declared, found=difference.found)
    for place, file in enumerate(files, start=1):
        if file.item.state is ItemState.QUARANTINED:
            yield Problem(code=FILE_REFUSED, file=place)
        for difference in file.stack.differences if file.stack is not None else ():
            if _still_asked(file.papers):
                yield Problem(
                    code=difference.code,
                    file=place,
                    page=difference.page,
                    declared=difference.declared,
                    found=difference.found,
                )
    yield from _card_problems(services, files)
    for pair in alike:
        if pair.said is None:
            yield Problem(code=PAGES_ALIKE, file=pair.second.file, page=pair.second.page)


def _card_problems(services: Services, files: Sequence[FileView]) -> Iterator[Problem]:
    """Cards that are not whole; one whose sides lie in two files is told once."""
    sides = [
        side
        for place, file in enumerate(files, start=1)
        for side in lone_sides(services, file.item, file.papers, file=place)
    ]
    for side, other in once_for_each_card(sides):
        if other is None:
            yield Problem(code=CARD_SIDE_MISSING, file=side.file, page=side.page)
        else:
            yield Problem(code=CARD_SIDES_APART, file=side.file, page=side.page, other=other.file)


def _still_asked(papers: Sequence[Document]) -> bool:
    """Whether a paper of the file waits: a difference that a person confirmed is settled."""
    return any(paper.state is DocumentState.WAITING for paper in papers)


def _counted_twice(alike: Sequence[AlikePages]) -> int:
    """Pages that are the second image of another one."""
    return len({pair.second for pair in alike if pair.one_page})


def _is_of(dossier: str, office: str) -> bool:
    found = dossier.partition("-")[0]
    return found == office or found.startswith(f"{office}.")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)
