"""Empty backs that were kept aside: listed, and taken back as a page of their paper."""

from __future__ import annotations

from dossier.documents import Document, DocumentState
from dossier.errors import ArgumentError, RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import ItemId, is_id
from dossier.keeping import Act, KeepingAct
from flows.batch_gate import need_open
from flows.issue import file_again
from flows.splitting import kept_split
from wiring.services import Services

_LIVING = frozenset({DocumentState.WAITING, DocumentState.FILED})


def taken_back(services: Services, item: ItemId) -> frozenset[int]:
    """Backs of a file that were kept aside and are pages of a paper now."""
    stack = kept_split(services, item)
    if stack is None:
        return frozenset()
    held = {page for paper in services.store.records.documents_of_item(item) for page in paper.pages}
    return frozenset(held & set(stack.asides))


def take_back(services: Services, item: str, page: int, *, actor: str = "") -> Document:
    """Make a back that was kept aside a page of the paper whose front it lies behind.

    The paper is captured and signed anew from the original file; its older versions stay. Done before, it
    does nothing; what a killed run began is ended first.

    Args:
        services: of this installation.
        item: id of the file.
        page: 1-based number in the file.
        actor: who says so; the account of the settings when empty.

    Returns:
        The paper, as saved.

    Raises:
        RecordMissingError: there is no such file.
        ArgumentError: the page was not kept aside, or its paper is destroyed or not digitised.
        BatchClosedError: the batch of the file is closed.
        SigningError: the paper cannot be signed or sealed; nothing is saved then.
    """
    if not is_id(item):
        raise RecordMissingError(item)
    with services.writing():
        records = services.store.records
        found = records.item(ItemId(item))
        need_open(services, found.batch)
        stack = kept_split(services, found.id)
        asides = stack.asides if stack is not None else ()
        if page not in asides:
            known = ", ".join(map(str, asides)) or "—"
            raise ArgumentError(str(page), expected=f"một trang trắng để riêng của tệp này: {known}")
        paper = _paper_of(services, found.id, page)
        if paper is None:
            raise ArgumentError(str(page), expected="trang của giấy tờ đang lưu hoặc đang chờ")
        if page not in paper.pages:
            _act(services, paper, page, actor=actor or services.settings.actor)
        for wanted in _acted(services, paper):
            if wanted not in paper.pages:
                pages = _behind_front(paper.pages, wanted)
                paper = file_again(services, paper, pages=pages, version=paper.next_version())
        return paper


def _paper_of(services: Services, item: ItemId, page: int) -> Document | None:
    """The living paper that holds the page or the front before it."""
    papers = services.store.records.documents_of_item(item)
    near = [paper for paper in papers if {page, page - 1} & set(paper.pages)]
    return next((paper for paper in near if paper.state in _LIVING), None)


def _behind_front(pages: tuple[int, ...], back: int) -> tuple[int, ...]:
    """The pages with a back right behind its front, also where a person gave them another order."""
    if back - 1 not in pages:
        return tuple(sorted((*pages, back)))
    place = pages.index(back - 1) + 1
    return (*pages[:place], back, *pages[place:])


def _acted(services: Services, paper: Document) -> tuple[int, ...]:
    """Pages that persons took back for the paper, in order; what was arranged since then counts instead."""
    records = services.store.records
    arranged = records.arrangements.last_done(paper.item)
    since = arranged.done_at if arranged is not None else None
    return tuple(
        int(act.details["page"])
        for act in records.acts(case=paper.id)
        if act.act is Act.BLANK_TAKEN_BACK and (since is None or act.at > since)
    )


def _act(services: Services, paper: Document, page: int, *, actor: str) -> None:
    """Said first, carried out then: a run that is killed in between ends it next time."""
    if page in _acted(services, paper):
        return
    records, at = services.store.records, services.clock()
    event = Event(
        kind=EventKind.BLANK_TAKEN_BACK,
        at=at,
        actor=actor,
        subject=paper.id,
        dossier=paper.dossier,
        details={"page": page},
    )
    act = KeepingAct(
        case=paper.id,
        act=Act.BLANK_TAKEN_BACK,
        target=paper.id,
        at=at,
        actor=actor,
        details={"page": str(page)},
    )
    records.act(act, seen=len(records.acts(case=paper.id)), events=[event])
