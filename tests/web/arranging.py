"""A file of several papers of invented people that wait for a person, fed as one pile."""

from __future__ import annotations

from pathlib import Path

import pikepdf

from dossier.documents import DocumentState
from dossier.ids import ItemId
from flows.capture import read_item
from flows.intake import take_in
from flows.issue import file_item
from flows.progress import silent
from storage.inbox import Declaration
from tests.web.checking import DOSSIER, PAPER
from tests.web.office import Office


def waiting_pile(office: Office, folder: Path, *, dossier: str = DOSSIER) -> ItemId:
    """A birth certificate four times, and a page with nothing on it behind the last; all papers wait."""
    path = folder / "chong.pdf"
    with pikepdf.open(PAPER) as birth, pikepdf.new() as pile:
        for _ in range(4):
            pile.pages.append(birth.pages[0])
        pile.add_blank_page(page_size=(595, 842))
        pile.save(path)
    services = office.services
    with services.writing():
        said = Declaration(dossier=dossier, operator="mau.quet")
        (item,) = take_in(services, [path], declared=said).items
        read_item(services, item, listen=silent)
        file_item(services, item, listen=silent)
        for paper in services.store.records.documents_of_item(item):
            asked = tuple(field.name for field in paper.fields[:2]) or ("type",)
            waits = paper.next_version(state=DocumentState.WAITING, questions=asked, filed_at=None)
            services.store.records.save_document(waits)
    return item
