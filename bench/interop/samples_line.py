"""The sample dossiers through the whole program: every paper as it is stored, and before any signature."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.interop.makings import SignedFile
from dossier.documents import Document
from flows.capture import load_reading
from flows.progress import silent
from flows.submit import ingest
from signing.levels import Level
from signing.verify import verify_file
from tools.demo import SAMPLES, Dossier, dossiers
from wiring.services import Services

KIND = "cả dây chuyền"


def digitise(
    services: Services, folder: Path, *, of: Sequence[Dossier] | None = None
) -> Iterator[SignedFile]:
    """Take the sample dossiers in and give every paper that was filed.

    Args:
        services: of an empty data folder with demonstration keys.
        folder: takes the copies.
        of: which dossiers; all by default.
    """
    services.create()
    services.trust.add((SAMPLES / "trust" / "co-quan-mau.pem").read_bytes())
    for dossier in of if of is not None else dossiers():
        handed = ingest(services, [dossier.folder], declared=dossier.declared, listen=silent)
        for item in handed.items:
            for document in services.store.records.documents_of_item(item):
                yield from _filed(services, document, folder)


def _filed(services: Services, document: Document, folder: Path) -> Iterator[SignedFile]:
    if document.object_sha256 is None:
        return
    item = services.store.records.item(document.item)
    stored = folder / f"{document.id}.pdf"
    with services.store.blobs.path(document.object_sha256) as source:
        shutil.copy(source, stored)
    born = document.object_sha256 == item.sha256
    report = verify_file(stored, trust=services.trust, at=services.clock())
    yield SignedFile(
        name=f"{document.id}",
        kind=f"{KIND}, {'ký từ nguồn' if born else document.state}",
        scheme="",
        plain=None if born else _before(services, document, folder),
        file=stored,
        archived=bool(report.signatures) and all(one.level == Level.B_LTA for one in report.signatures),
    )


def _before(services: Services, document: Document, folder: Path) -> Path:
    """The same copy as the program makes it, without signatures."""
    item = services.store.records.item(document.item)
    plain = folder / f"{document.id}-plain.pdf"
    with services.store.blobs.path(item.sha256) as source:
        services.reader.write_pdfa(
            source,
            load_reading(services, item.id),
            pages=document.pages,
            out=plain,
            title="interop",
            created=services.clock(),
        )
    return plain
