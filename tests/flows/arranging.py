"""Files of invented papers that wait for a person, and the arrangement of their pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from dossier.arranging import Arranging, Plan, PlannedPaper
from dossier.documents import Document
from dossier.ids import ItemId
from dossier.text import PageText
from flows.arranging.asking import ask
from flows.arranging.carry import Heard, carry_out
from flows.arranging.view import file_of
from storage.inbox import Declaration
from tests.extraction.papers import BIRTH, DECISION
from tests.extraction.stacks import SECOND_PAGE
from tests.extraction.writing import blank, page
from tests.flows.fed import filed, numbered
from wiring.services import Services

DOSSIER = "H26.5.12-261102-0001"
ACTOR = "user-1"
REASON = "Trang hai của giấy tờ này bị tách nhầm"
UNSURE = 0.6
BUSY = timedelta(minutes=20)


def stack(*, confidence: float = UNSURE) -> list[PageText]:
    """A birth certificate, a decision of two pages, another decision with an empty page behind it."""
    return numbered(
        page(BIRTH, confidence=confidence),
        page(DECISION, confidence=confidence),
        page(SECOND_PAGE, confidence=confidence),
        page(DECISION, confidence=confidence),
        blank(5),
    )


def waiting_stack(services: Services, folder: Path) -> tuple[ItemId, tuple[Document, ...]]:
    """The stack read and put down; every paper of it waits, since nobody is sure of what was read."""
    return put_down(services, folder / "xap.tif", stack())


def put_down(
    services: Services, path: Path, pages: Sequence[PageText]
) -> tuple[ItemId, tuple[Document, ...]]:
    """A file with these pages, read and put down for a dossier."""
    _, item, papers = filed(services, path, pages, Declaration(dossier=DOSSIER, operator="ha.tran"))
    return item, papers


def wanted(
    services: Services, item: ItemId, plan: Plan, *, actor: str = ACTOR, reason: str = ""
) -> Arranging:
    """Asked for, by somebody who sees the file as it is."""
    file = file_of(services, item)
    free_before = services.clock() - BUSY
    return ask(services, file, plan, mark=file.mark, reason=reason, actor=actor, free_before=free_before)


def arranged(
    services: Services,
    item: ItemId,
    plan: Plan,
    *,
    reason: str = "",
    heard: Heard | None = None,
) -> Arranging:
    """Asked for and done."""
    one = wanted(services, item, plan, reason=reason)
    return carry_out(services, one, heard=heard) if heard is not None else carry_out(services, one)


def planned(*papers: Sequence[int], types: Sequence[str] = (), **more: object) -> Plan:
    """A plan of these papers."""
    said = [*types, *[""] * (len(papers) - len(types))]
    made = tuple(PlannedPaper(tuple(pages), type_) for pages, type_ in zip(papers, said, strict=True))
    return Plan(papers=made, **more)  # type: ignore[arg-type]  # aside and turns
