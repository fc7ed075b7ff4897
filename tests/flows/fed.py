"""Sheets of invented papers as a feeder gives them: a TIFF of drawn pages, and what was read on each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw

from dossier.documents import Document
from dossier.ids import ItemId
from dossier.text import PageText
from flows.capture import read_item, reading_key
from flows.intake import Handed, take_in
from flows.issue import file_item
from flows.progress import silent
from ocr.records import FileReading, PageReading, StageSeconds
from storage.inbox import Declaration
from wiring.services import Services
from wiring.settings import read_settings

OWNER = "025219000123"  # invented
RED = 180.0
"""Square millimetres of red ink that a round seal leaves."""


@contextmanager
def open_desk(tmp_path: Path) -> Iterator[Services]:
    """A fresh desk with demo keys."""
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data"), "MOTLAN_ACTOR": "quay-1"})) as made:
        made.create()
        yield made


def numbered(*pages: PageText, red: float | None = RED) -> list[PageText]:
    """Pages of one file, numbered from 1, each with so much red ink."""
    return [
        replace(
            page,
            page=number,
            red_mm2=(red if page.words else 0.0) if page.red_mm2 is None else page.red_mm2,
            findings=tuple(replace(one, page=number) for one in page.findings),
        )
        for number, page in enumerate(pages, start=1)
    ]


def drawn(path: Path, pages: Sequence[PageText]) -> Path:
    """The pages as a scanner would store them: a black mark for each word."""
    images = [_image(page) for page in pages]
    dpi = pages[0].dpi
    images[0].save(path, save_all=True, append_images=images[1:], dpi=(dpi, dpi), compression="tiff_lzw")
    return path


def taken(
    desk: Services, path: Path, pages: Sequence[PageText], declared: Declaration | None = None
) -> tuple[Handed, ItemId]:
    """The file, handed in; what is on its pages is known without reading them."""
    with desk.writing():
        handed = take_in(desk, [drawn(path, pages)], declared=declared or Declaration(owner=OWNER))
        (item,) = handed.items
        know(desk, item, pages)
    return handed, item


def know(desk: Services, item: ItemId, pages: Sequence[PageText]) -> None:
    """Keep what is on the pages of a file as its reading."""
    reading = FileReading(
        kind="tiff", signed=False, readings=tuple(PageReading(page, StageSeconds()) for page in pages)
    )
    text = json.dumps(reading.to_json(), ensure_ascii=False)

    def keep(target: Path) -> None:
        target.write_text(text, encoding="utf-8")

    desk.store.steps.run(reading_key(item), keep)


def filed(
    desk: Services, path: Path, pages: Sequence[PageText], declared: Declaration | None = None
) -> tuple[Handed, ItemId, tuple[Document, ...]]:
    """The file worked on to the end, with its papers."""
    handed, item = taken(desk, path, pages, declared)
    with desk.writing():
        read_item(desk, item, listen=silent)
        file_item(desk, item, listen=silent)
    return handed, item, tuple(desk.store.records.documents_of_item(item))


def _image(page: PageText) -> Image.Image:
    image = Image.new("RGB", (page.width, page.height), (252, 250, 245))
    draw = ImageDraw.Draw(image)
    for word in page.words:
        draw.rectangle((word.box.left, word.box.top, word.box.right, word.box.bottom), fill=(30, 30, 30))
    return image
