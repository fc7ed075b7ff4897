"""Small pictures of the pages of a file that somebody arranges, in memory alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from dossier.api_errors import ServiceBusyError
from dossier.check_errors import CheckNotHeldError
from dossier.ids import ItemId, Sha256
from flows.arranging.results import newest_result
from flows.capture import load_reading, reading_key
from ocr.limits import ReadLimits
from ocr.thumbnails import thumbnail
from wiring.services import Services

EDGE: Final = 300
LARGE: Final = 1400
"""Pixels of the longer edge, among others and alone."""
_KEPT_BYTES: Final = 24_000_000
_READINGS: Final = 20
"""Files whose turns are remembered."""
_MADE_AT_ONCE: Final = 2
_PATIENCE_S: Final = 20.0
_BUSY_S: Final = 2


class Thumbs:
    """Thumbnails of the files that are arranged now. Safe for threads.

    Holds no more than some 24 MB; two are made at a time, since each decodes a page.
    """

    def __init__(self, *, most_bytes: int = _KEPT_BYTES) -> None:
        """Hold nothing yet."""
        self._most = most_bytes
        self._bytes = 0
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(_MADE_AT_ONCE)
        self._kept: OrderedDict[tuple[Sha256, int, int], bytes] = OrderedDict()
        self._turns: OrderedDict[Sha256, dict[int, int]] = OrderedDict()

    def page(self, services: Services, item: ItemId, number: int, *, edge: int = EDGE) -> bytes:
        """A page as a JPEG, as it lies now.

        Args:
            services: of this installation.
            item: the file.
            number: of the page, 1-based.
            edge: pixels of its longer edge.

        Raises:
            CheckNotHeldError: there is no such page.
            ServiceBusyError: many others are made.
            InputError, StoreError: it cannot be shown.
        """
        reading = newest_result(services, reading_key(item))
        if reading is None:
            raise CheckNotHeldError
        # A reading is of one file, and another one when a page was turned.
        key = (reading, number, edge)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        rotation = self._rotations(services, item, reading).get(number)
        if rotation is None:
            raise CheckNotHeldError
        if not self._room.acquire(timeout=_PATIENCE_S):
            raise ServiceBusyError(seconds=_BUSY_S)
        try:
            made = _made(services, item, number, rotation, edge)
        finally:
            self._room.release()
        self._keep(key, made)
        return made

    def _keep(self, key: tuple[Sha256, int, int], made: bytes) -> None:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._bytes += len(made)
            while len(self._kept) > 1 and self._bytes > self._most:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone)

    def _rotations(self, services: Services, item: ItemId, reading: Sha256) -> dict[int, int]:
        """How each page is turned: to read all that is on them for every picture would be slow."""
        with self._lock:
            if reading in self._turns:
                self._turns.move_to_end(reading)
                return self._turns[reading]
        found = {page.page: page.rotation for page in load_reading(services, item).pages}
        with self._lock:
            self._turns[reading] = found
            while len(self._turns) > _READINGS:
                self._turns.popitem(last=False)
        return found


def _made(services: Services, item: ItemId, number: int, rotation: int, edge: int) -> bytes:
    limits = ReadLimits(max_pixels=services.settings.max_page_pixels)
    with services.store.blobs.path(services.store.records.item(item).sha256) as path:
        return thumbnail(path, number, rotation, name=item, limits=limits, edge=edge)
