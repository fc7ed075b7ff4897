"""Born-digital papers of invented people, written for a test, and their way into the store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dossier.documents import Document
from flows.capture import read_item
from flows.intake import take_in
from flows.issue import file_item
from flows.progress import silent
from samples.digital import make_pdf
from samples.sheet import Sheet, Style
from storage.inbox import Declaration
from wiring.services import Services

MIDDLE = 105.0
"""Millimetres from the left edge: text there is centred."""

Rows = Sequence[tuple[float, str]]
"""Millimetres from the left edge, and what stands there."""


def written(path: Path, rows: Rows) -> Path:
    """A page of rows as a PDF with a text layer."""
    sheet = Sheet()
    for index, (x, text) in enumerate(rows):
        sheet.write(
            x,
            40 + 10 * index,
            text,
            style=Style("serif", 14),
            align="centre" if x == MIDDLE else "left",
        )
    path.write_bytes(make_pdf([sheet], title="Giấy tờ mẫu", author="Mẫu"))
    return path


def digitised(services: Services, paper: Path) -> Document:
    """The paper, read, signed and put down."""
    with services.writing():
        (item,) = take_in(services, [paper], declared=Declaration()).items
        read_item(services, item, listen=silent)
        file_item(services, item, listen=silent)
        (document,) = services.store.records.documents_of_item(item)
    return document
