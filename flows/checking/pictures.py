"""What a checker looks at: a page at the size of a screen, and what stands around a field, large."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import Final

from dossier.api_errors import ServiceBusyError
from dossier.check_errors import CheckNotHeldError
from dossier.documents import Document
from dossier.errors import InputError, StoreError
from dossier.geometry import Box
from dossier.ids import DocumentId, Sha256
from dossier.text import PageText
from flows.capture import load_reading
from ocr.field_looks import FieldLook, field_look
from ocr.limits import ReadLimits
from ocr.page_pictures import ScreenPage, framed, part_as_stored, part_of, screen_page, writing_of
from wiring.services import Services

STRIP_WIDTH: Final = 960
STRIP_HEIGHT: Final = 240
"""Pixels of the picture around a field; always the same, so that nothing on the screen jumps."""
PAGE_WIDTH: Final = 1000
_KEPT_BYTES: Final = 128_000_000
"""Pages of two hundred people; what was looked at longest ago goes first."""
_CLOSER_WIDTH: Final = 2400
_CLOSER: Final = 1.6
"""Of what the picture around a field shows, seen from closer with every pixel."""
_MADE_AT_ONCE: Final = 2
_WHOLE_AT_ONCE: Final = 1
"""Pages decoded with all their pixels: one of A3 at 600 pixels per inch takes up to 500 MB."""
_PATIENCE_S: Final = 10.0
_BUSY_S: Final = 2
_LINES: Final = 4.2
"""Heights of the field that the picture around it shows: the lines above and below help to read it."""
_LEAST_LINE_MM: Final = 4.0
_MM_PER_INCH: Final = 25.4
_WIDER: Final = 1.2

_KNOWN_PAGES: Final = 4096
"""Pages of which size and turn are known, without pictures."""

_KNOWN_LOOKS: Final = 8192
"""Fields of which the look is known: those of more than three hundred groups."""

_Key = tuple[DocumentId, int, int]
_FREE: Final = threading.Lock()
"""Held by nobody: nothing has to be made."""


class Pictures:
    """Pages that people look at now, in memory alone: decoding one again for each field would be slow.

    Safe for threads. Holds no more than some 128 MB, whoever asked last stays. A page is decoded once,
    however many wait for it, and two at a time.
    """

    def __init__(self, *, most_bytes: int = _KEPT_BYTES) -> None:
        """Hold nothing yet."""
        self._most = most_bytes
        self._lock = threading.Lock()
        self._pages: OrderedDict[_Key, PageText] = OrderedDict()
        self._kept: OrderedDict[_Key, ScreenPage] = OrderedDict()
        self._looks: OrderedDict[tuple[DocumentId, int, int, Box], FieldLook | None] = OrderedDict()
        self._bytes = 0
        self._making: dict[_Key, threading.Lock] = {}
        self._places = threading.BoundedSemaphore(_MADE_AT_ONCE)
        self._whole = threading.BoundedSemaphore(_WHOLE_AT_ONCE)

    def size(self, services: Services, document: Document, number: int) -> tuple[int, int]:
        """Width and height of a page as it was read; what boxes are in. Nothing is decoded for it.

        Raises:
            CheckNotHeldError: the paper has no such page.
            StoreError, LookupError, StopIteration: nothing is known of it.
        """
        page = self._page(services, document, number)
        return page.width, page.height

    def page(self, services: Services, document: Document, number: int) -> bytes:
        """A page as a JPEG, ``PAGE_WIDTH`` pixels wide.

        Raises:
            CheckNotHeldError: the paper has no such page.
            InputError, StoreError: the page cannot be shown.
        """
        return self._screen(services, document, number).shown

    def strip(self, services: Services, document: Document, number: int, box: Box) -> bytes:
        """What stands around a box of a page as a JPEG of ``STRIP_WIDTH``. Raises as ``page``."""
        page, screen = self._page(services, document, number), self._screen(services, document, number)
        size = (page.width, page.height)
        return part_of(screen, region(box, size, dpi=page.dpi), of=size, width=STRIP_WIDTH)

    def closer(self, services: Services, document: Document, number: int, box: Box) -> bytes:
        """What stands around a box with every pixel that was scanned, as a JPEG.

        Raises:
            CheckNotHeldError, InputError, StoreError: as ``page``.
            ServiceBusyError: others look so closely, and this one waited for ten seconds.
        """
        page = self._page(services, document, number)
        around = region(box, (page.width, page.height), dpi=page.dpi, times=_CLOSER)
        if not self._whole.acquire(timeout=_PATIENCE_S):
            raise ServiceBusyError(seconds=_BUSY_S)
        try:
            with services.store.blobs.path(_scan(services, document)) as path:
                return part_as_stored(
                    path, page, around, name=document.id, limits=_limits(services), most=_CLOSER_WIDTH
                )
        finally:
            self._whole.release()

    def look(self, services: Services, document: Document, number: int, box: Box) -> FieldLook | None:
        """What the writing in a box looks like; nothing where the page is not at hand, or there is none.

        Kept once it was taken, while the program runs: some thousands, a kilobyte each.
        """
        key = (*_key(document, number), box)
        with self._lock:
            if key in self._looks:
                return self._looks[key]
            screen = self._kept.get(key[:3])
        if screen is None:
            return None
        try:
            size = self.size(services, document, number)
        except (InputError, StoreError, LookupError, StopIteration):
            return None
        found = field_look(writing_of(screen, box, of=size))
        with self._lock:
            self._looks[key] = found
            while len(self._looks) > _KNOWN_LOOKS:
                self._looks.popitem(last=False)
        return found

    def framed_strip(self, services: Services, document: Document, number: int, box: Box) -> bytes:
        """What ``strip`` shows, with a frame around the box. Raises as ``page``."""
        around = self.around(services, document, number, box)
        inside = Box(
            max(0, box.left - around.left),
            max(0, box.top - around.top),
            min(around.width, box.right - around.left),
            min(around.height, box.bottom - around.top),
        )
        strip = self.strip(services, document, number, box)
        return framed(strip, inside, of=(around.width, around.height))

    def framed_page(self, services: Services, document: Document, number: int, box: Box | None) -> bytes:
        """A page as ``page`` with a frame around a box, where there is one. Raises as ``page``."""
        shown = self.page(services, document, number)
        return framed(shown, box, of=self.size(services, document, number)) if box else shown

    def around(self, services: Services, document: Document, number: int, box: Box) -> Box:
        """Which part of a page ``strip`` shows. Raises as ``size``."""
        page = self._page(services, document, number)
        return region(box, (page.width, page.height), dpi=page.dpi)

    def make_ready(self, services: Services, document: Document, number: int) -> bool:
        """Decode a page that somebody may look at soon; gives whether it was done now.

        Nobody waits for it: it is left alone while others are decoded.

        Raises:
            CheckNotHeldError, InputError, StoreError: as ``page``.
        """
        key = _key(document, number)
        with self._lock:
            if key in self._kept or key in self._making:
                return False
        if not self._places.acquire(blocking=False):
            return False
        self._places.release()
        self._screen(services, document, number)
        return True

    def _page(self, services: Services, document: Document, number: int) -> PageText:
        if number not in document.pages:
            raise CheckNotHeldError
        key = _key(document, number)
        with self._lock:
            found = self._pages.get(key)
        if found is not None:
            return found
        page = _bare(load_reading(services, document.item).texts((number,))[0])
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > _KNOWN_PAGES:
                self._pages.popitem(last=False)
        return page

    def _screen(self, services: Services, document: Document, number: int) -> ScreenPage:
        page, key = self._page(services, document, number), _key(document, number)
        kept, making = self._look(key)
        if kept is not None:
            return kept
        with making:
            kept, _ = self._look(key)
            if kept is not None:
                return kept
            try:
                with self._places, services.store.blobs.path(_scan(services, document)) as path:
                    made = screen_page(
                        path, page, name=document.id, limits=_limits(services), shown=PAGE_WIDTH
                    )
                self._keep(key, made)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def _look(self, key: _Key) -> tuple[ScreenPage | None, threading.Lock]:
        """A page that is there, and what to hold while one that is not is made."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept, _FREE
            return None, self._making.setdefault(key, threading.Lock())

    def _keep(self, key: _Key, made: ScreenPage) -> None:
        with self._lock:
            self._kept[key] = made
            self._bytes += made.size
            while len(self._kept) > 1 and self._bytes > self._most:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= gone.size


def _key(document: Document, number: int) -> _Key:
    """A page that was turned shows in another version of its paper."""
    return document.id, document.version, number


def _bare(page: PageText) -> PageText:
    """What pictures need of a page; its words would take more memory than they."""
    return replace(page, lines=(), stamps=(), codes=(), findings=())


def _scan(services: Services, document: Document) -> Sha256:
    return services.store.records.item(document.item).sha256


def _limits(services: Services) -> ReadLimits:
    return ReadLimits(max_pixels=services.settings.max_page_pixels)


def region(box: Box, size: tuple[int, int], *, dpi: int, times: float = 1.0) -> Box:
    """The part of a page around a box, in the shape of the strip and inside the page.

    Args:
        box: of the field, in pixels of the page.
        size: width and height of the page in pixels.
        dpi: pixels per inch of the page; small print is not blown up without end.
        times: so many times of it.
    """
    shape = STRIP_WIDTH / STRIP_HEIGHT
    width, height = size
    least = _LEAST_LINE_MM / _MM_PER_INCH * dpi
    tall = max(
        _LINES * min(max(box.height, least), 3 * least), _WIDER * box.height, _WIDER * box.width / shape
    )
    wide = min(round(times * tall * shape), width)
    tall = min(round(wide / shape), height)
    across, down = box.centre
    left = min(max(0, round(across - wide / 2)), width - wide)
    top = min(max(0, round(down - tall / 2)), height - tall)
    return Box(left, top, left + wide, top + tall)
