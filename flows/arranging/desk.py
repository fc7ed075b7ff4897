"""Who may arrange a file: whoever has one of its papers on the table and may have all of them."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.access import Access, Purpose
from dossier.arrange_errors import ArrangingRefusedError
from dossier.arranging import Arranging
from dossier.check_errors import CheckNotHeldError
from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.ids import DocumentId, ItemId, is_id
from flows.arranging.view import ArrangedFile, file_of
from flows.checking import desk
from flows.checking.desk import Checker
from flows.lookup import read_document
from wiring.services import Services


def held_file(services: Services, checker: Checker, document: DocumentId) -> ArrangedFile:
    """The file of the paper on somebody's table, which stays theirs from now on.

    Raises:
        CheckNotHeldError: it does not lie there.
        ArrangingRefusedError, BatchClosedError: its pages cannot be arranged, or not by this person.
    """
    held = desk.need_held(services, checker, document)
    file = file_of(services, held.item)
    _need_all(services, checker, file.papers)
    services.store.records.checks.take(
        document, checker.actor, at=services.shared_clock(), free_before=desk.free_before(services)
    )
    return file


def look(services: Services, checker: Checker, file: ArrangedFile, *, besides: DocumentId) -> None:
    """Note that the person sees the other papers of the file too."""
    for paper in file.papers:
        if paper.id != besides:
            access = Access(checker.actor, Purpose.OPERATION, paper.dossier)
            read_document(services, paper.id, access=access)


def need_page(services: Services, checker: Checker, document: DocumentId, number: int) -> ItemId:
    """The file, as long as the person may see that page of it.

    Raises:
        CheckNotHeldError: the paper does not lie on their table, or the page is none that they may see.
        ArrangingRefusedError: a paper of the file is not for this person.
    """
    held = desk.need_held(services, checker, document)
    papers = services.store.records.documents_of_item(held.item)
    _need_all(services, checker, papers)
    if any(number in paper.pages for paper in papers if paper.state is DocumentState.REFUSED):
        raise CheckNotHeldError
    return held.item


def asked_by(services: Services, checker: Checker, item: str) -> Arranging:
    """What the person wanted of a file last.

    Raises:
        RecordMissingError: they wanted nothing of such a file.
    """
    found = services.store.records.arrangements.newest(ItemId(item)) if is_id(item) else None
    if found is None or found.actor != checker.actor:
        raise RecordMissingError(item)
    return found


def left_to_check(services: Services, checker: Checker, item: ItemId) -> list[Document]:
    """Papers of the file that wait for this person, in the order of their pages."""
    return [
        paper
        for paper in services.store.records.documents_of_item(item)
        if paper.state is DocumentState.WAITING and desk.may_have(services, checker, paper)
    ]


def _need_all(services: Services, checker: Checker, papers: Sequence[Document]) -> None:
    there = (paper for paper in papers if paper.state is not DocumentState.REFUSED)
    if not all(desk.may_have(services, checker, paper) for paper in there):
        raise ArrangingRefusedError(reason="tệp có giấy tờ ngoài phạm vi của bạn")
