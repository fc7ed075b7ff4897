"""Waiting papers of invented people for the check station, read and signed as papers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from dossier.documents import Document
from dossier.ids import DocumentId
from flows.capture import read_item
from flows.intake import take_in
from flows.issue import file_item
from flows.progress import silent
from storage.inbox import Declaration
from tests.web.office import Office

PAPER: Final = (
    Path(__file__).parents[2] / "samples" / "dossiers" / "2-dang-ky-ket-hon" / "giay-khai-sinh-nu.pdf"
)
DOSSIER: Final = "H26.5.12-261120-0007"
ASKED: Final = ("full_name", "date_of_birth", "personal_id")
PRINTED: Final = "004300999201"
SUGGESTED: Final = "004300999281"


def waiting_papers(
    office: Office, folder: Path, count: int, *, dossier: str = DOSSIER, asked: Sequence[str] = ASKED
) -> list[DocumentId]:
    """So many papers that wait for a person: the same form, each in a file of its own."""
    content = PAPER.read_bytes()
    paths = []
    for number in range(count):
        path = folder / f"to-{number + 1}.pdf"
        # A note behind the end of a PDF makes it another file and changes nothing that is read.
        path.write_bytes(content + f"% {dossier} {number}\n".encode())
        paths.append(path)
    services, made = office.services, []
    with services.writing():
        handed = take_in(
            services, paths, declared=Declaration(dossier=dossier, owner=SUGGESTED, operator="mau.quet")
        )
        for item in handed.items:
            read_item(services, item, listen=silent)
            file_item(services, item, listen=silent)
            (document,) = services.store.records.documents_of_item(item)
            made.append(services.store.records.save_document(doubted(document, asked)).id)
    return made


def doubted(document: Document, asked: Sequence[str]) -> Document:
    """The next version of a paper whose fields the machine is not sure of."""
    fields = tuple(
        replace(
            field,
            confidence=0.62,
            suggestion=SUGGESTED if field.name == "personal_id" else "",
            reasons=("qr.print_conflict",) if field.name == "personal_id" else field.reasons,
        )
        if field.name in asked
        else field
        for field in document.fields
    )
    return document.next_version(fields=fields, questions=tuple(asked))
