"""A desk whose timestamps come over the network, and papers that are signed without being read.

Pages are made, not scanned, and nothing is recognised: what is tried is everything from the officer's
signature on, through the same steps, records and completer that a batch uses.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dossier.documents import Document, Item, Party, PartyRole, SignatureStatus
from dossier.ids import DocumentId, document_id
from dossier.ports import Clock
from dossier.trust import Term, TermKind, Trust
from flows.copies import captured_key, officer_key
from flows.intake import take_in
from flows.issue import issue
from storage.inbox import Declaration
from tests.signing.pdfs import make_pdfa
from wiring.services import Services, utc_now
from wiring.settings import read_settings

OWNER = "001185000017"


@contextmanager
def desk(data: Path, urls: Sequence[str], *, clock: Clock = utc_now, **settings: str) -> Iterator[Services]:
    """An installation that asks these services in this order; demo keys unless the environment says where."""
    tables = json.dumps([{"url": url, "timeout_s": 300} for url in urls])
    told = {name: os.environ[name] for name in ("MOTLAN_CONFIG", "TEST_TOKEN_PIN") if name in os.environ}
    environment = {"MOTLAN_DATA": str(data), **told, **settings}
    if urls:
        environment["MOTLAN_TIMESTAMPS"] = tables
    with Services(read_settings(environment), clock=clock) as made:
        made.create()
        yield made


def pages(folder: Path, count: int) -> Path:
    """A folder of so many small PDF/A files of one page."""
    folder.mkdir()
    for number in range(count):
        make_pdfa(folder / f"to-{number:04}.pdf")
    return folder


def put_down(
    services: Services, folder: Path, *, waiting: Sequence[int] = (), limit: int | None = None
) -> list[DocumentId]:
    """Sign and put down every page of a folder that was not before; only inside ``writing``.

    Args:
        services: of the desk.
        folder: of ``pages``.
        waiting: places, from 0, of papers that a person must look at.
        limit: how many from the first on.
    """
    handed = take_in(services, [folder], declared=Declaration())
    papers = []
    for place, item in enumerate(handed.items[:limit]):
        record = services.store.records.item(item)
        if not services.store.records.documents_of_item(item):
            put_down_item(services, record, questions=("owner",) if place in waiting else ())
        papers.append(document_id(services.store.records.namespace, item, pages=(1,)))
    return papers


def put_down_item(services: Services, item: Item, *, questions: tuple[str, ...] = ()) -> Document:
    """As ``flows.issue`` does it with a paper that was read."""
    paper = document_id(services.store.records.namespace, item.id, pages=(1,))
    steps = services.store.steps

    def sign(target: Path) -> None:
        with services.store.blobs.path(item.sha256) as page:
            services.signer.sign_as_officer(page, target, at=services.clock(), item=item.name)

    copy = steps.run_temporary(officer_key(paper), sign)
    kept = steps.run(captured_key(paper), lambda target: _copy(copy, target))
    draft = Document(
        id=paper,
        item=item.id,
        pages=(1,),
        version=1,
        type="marriage_certificate",
        type_confidence=1.0,
        questions=questions,
        parties=(Party(role=PartyRole.OWNER, relation="husband", number=OWNER, name="Giàng Seo MẪU"),),
        term=Term(TermKind.UNLIMITED),
        object_sha256=kept.sha256,
        object_size=kept.size,
        signature=SignatureStatus.STAMP_PENDING,
        signature_checked_at=services.clock(),
        trust=Trust.T5,
    )
    saved = services.store.records.save_document(draft) if questions else issue(services, draft)
    steps.forget((officer_key(paper),))
    return saved


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
