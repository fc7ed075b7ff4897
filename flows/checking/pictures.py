"""What a checker looks at: a page at the size of a screen, and what stands around a field, large."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from dossier.check_errors import CheckNotHeldError
from dossier.documents import Document
from dossier.geometry import Box
from dossier.ids import ItemId
from dossier.text import PageText
from flows.capture import load_reading
from ocr.limits import ReadLimits
from ocr.page_pictures import framed, narrower, part_of, upright_page
from wiring.services import Services

STRIP_WIDTH: Final = 960
STRIP_HEIGHT: Final = 240
"""Pixels of the picture around a field; always the same, so that nothing on the screen jumps."""
PAGE_WIDTH: Final = 1000
_KEPT_BYTES: Final = 48_000_000
_LINES: Final = 4.2
"""Heights of the field that the picture around it shows: the lines above and below help to read it."""
_LEAST_LINE_MM: Final = 4.0
_MM_PER_INCH: Final = 25.4
_WIDER: Final = 1.2


@dataclass(frozen=True, slots=True)
class _Kept:
    """A page as it was read, and its picture at some 200 pixels per inch."""

    page: PageText
    picture: bytes


class Pictures:
    """Pages that people look at now, in memory alone: decoding one again for each field would be slow.

    Safe for threads. Holds no more than some 48 MB, whoever asked last stays.
    """

    def __init__(self, *, most_bytes: int = _KEPT_BYTES) -> None:
        """Hold nothing yet."""
        self._most = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[ItemId, int], _Kept] = OrderedDict()

    def size(self, services: Services, document: Document, number: int) -> tuple[int, int]:
        """Width and height of a page as it was read; what boxes are in.

        Raises:
            CheckNotHeldError: the paper has no such page.
            InputError, StoreError: the page cannot be shown.
        """
        page = self._page(services, document, number).page
        return page.width, page.height

    def page(self, services: Services, document: Document, number: int) -> bytes:
        """A page as a JPEG, ``PAGE_WIDTH`` pixels wide. Raises as ``size``."""
        return narrower(self._page(services, document, number).picture, width=PAGE_WIDTH)

    def strip(self, services: Services, document: Document, number: int, box: Box) -> bytes:
        """What stands around a box of a page as a JPEG of ``STRIP_WIDTH``. Raises as ``size``."""
        kept = self._page(services, document, number)
        size = (kept.page.width, kept.page.height)
        around = region(box, size, dpi=kept.page.dpi)
        return part_of(kept.picture, around, of=size, width=STRIP_WIDTH)

    def framed_strip(self, services: Services, document: Document, number: int, box: Box) -> bytes:
        """The same with a frame around the box. Raises as ``size``."""
        kept = self._page(services, document, number)
        size = (kept.page.width, kept.page.height)
        around = region(box, size, dpi=kept.page.dpi)
        strip = part_of(kept.picture, around, of=size, width=STRIP_WIDTH)
        inside = Box(
            max(0, box.left - around.left),
            max(0, box.top - around.top),
            min(around.width, box.right - around.left),
            min(around.height, box.bottom - around.top),
        )
        return framed(strip, inside, of=(around.width, around.height))

    def framed_page(self, services: Services, document: Document, number: int, box: Box | None) -> bytes:
        """A page as ``page`` with a frame around a box, where there is one. Raises as ``size``."""
        kept = self._page(services, document, number)
        shown = narrower(kept.picture, width=PAGE_WIDTH)
        return framed(shown, box, of=(kept.page.width, kept.page.height)) if box else shown

    def around(self, services: Services, document: Document, number: int, box: Box) -> Box:
        """Which part of a page ``strip`` shows. Raises as ``size``."""
        page = self._page(services, document, number).page
        return region(box, (page.width, page.height), dpi=page.dpi)

    def _page(self, services: Services, document: Document, number: int) -> _Kept:
        if number not in document.pages:
            raise CheckNotHeldError
        key = (document.item, number)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = _made(services, document, number)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > 1 and sum(len(one.picture) for one in self._kept.values()) > self._most:
                self._kept.popitem(last=False)
        return made


def _made(services: Services, document: Document, number: int) -> _Kept:
    page = next(page for page in load_reading(services, document.item).pages if page.page == number)
    sha256 = services.store.records.item(document.item).sha256
    limits = ReadLimits(max_pixels=services.settings.max_page_pixels)
    with services.store.blobs.path(sha256) as path:
        return _Kept(page, upright_page(path, page, name=document.id, limits=limits))


def region(box: Box, size: tuple[int, int], *, dpi: int) -> Box:
    """The part of a page around a box, in the shape of the strip and inside the page.

    Args:
        box: of the field, in pixels of the page.
        size: width and height of the page in pixels.
        dpi: pixels per inch of the page; small print is not blown up without end.
    """
    shape = STRIP_WIDTH / STRIP_HEIGHT
    width, height = size
    least = _LEAST_LINE_MM / _MM_PER_INCH * dpi
    tall = max(
        _LINES * min(max(box.height, least), 3 * least), _WIDER * box.height, _WIDER * box.width / shape
    )
    wide = min(round(tall * shape), width)
    tall = min(round(wide / shape), height)
    across, down = box.centre
    left = min(max(0, round(across - wide / 2)), width - wide)
    top = min(max(0, round(down - tall / 2)), height - tall)
    return Box(left, top, left + wide, top + tall)
