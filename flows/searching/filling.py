"""Takes in the words of papers that were put down or changed, and of those from before there was an index.

Filing does not wait for it. Whoever writes goes on with it, and so does ``motlan serve``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from dossier.aside import ToldAside
from dossier.documents import Document
from dossier.errors import MotlanError, RecordDamagedError
from dossier.ids import DocumentId, ItemId
from dossier.searching import MOST_TEXT, PaperSearch, SearchText, Unfound
from dossier.text import PageText
from flows.capture import load_reading
from flows.pass_loop import PassLoop
from ocr.records import FileReading
from storage.pieces import in_pieces
from wiring.services import Services

AT_ONCE: Final = 100
"""Papers looked up together."""
_TOGETHER: Final = 20
"""Papers taken in by one transaction: others who write wait for its end, some tenths of a second."""
_SERVED_AT_ONCE: Final = 4
"""Papers of a group while a process serves: people may wait for a page of it, or to write."""
_TIMES: Final = 3.0
"""So many times as long as that took, the interpreter is left to them."""
_PAUSE_S: Final = 1.0
_LEAVE_S: Final = 10.0


def fill(services: Services, *, limit: int = AT_ONCE) -> int:
    """Take in the words of papers that wait; gives how many were gone through, none when none waits."""
    words, aside = services.store.records.words, list[DocumentId]()

    def told(document: DocumentId, code: str) -> None:
        services.log.warning("search.set_aside", document=document, code=code)
        aside.append(document)

    waiting = words.waiting(limit=limit, told=told)
    # Papers of one file beside each other: its reading is opened once.
    kept: dict[ItemId, FileReading | None] = {}
    texts: list[tuple[Unfound, SearchText]] = []
    for one in sorted(waiting, key=lambda each: each.document.item):
        if one.document.item not in kept:
            kept = {one.document.item: _reading(services, one.document.item)}
        reading = kept[one.document.item]
        pages = () if reading is None else reading.texts(sorted(one.document.pages))
        texts.append((one, text_of(one.document, pages)))
    if texts:
        _keep(words, texts, told)
    return len(waiting) + len(aside)


def _keep(
    words: PaperSearch,
    texts: Sequence[tuple[Unfound, SearchText]],
    told: ToldAside,
) -> None:
    """Some in one transaction; where what was kept of one is damaged, one by one, and on past that one."""
    for some in in_pieces(texts, _TOGETHER):
        _keep_together(words, some, told)


def _keep_together(
    words: PaperSearch,
    texts: Sequence[tuple[Unfound, SearchText]],
    told: ToldAside,
) -> None:
    try:
        words.keep(texts)
    except RecordDamagedError:
        for one, text in texts:
            try:
                words.keep([(one, text)])
            except RecordDamagedError as error:
                words.set_aside([one], code=error.code, told=told)


def fill_all(services: Services, *, told: Callable[[int], None]) -> int:
    """Go on until no paper waits; others write in between.

    Args:
        services: of this installation.
        told: after each group, how many were gone through so far.

    Returns:
        How many were gone through.
    """
    passed = 0
    while group := fill(services):
        passed += group
        told(passed)
    return passed


def text_of(document: Document, pages: Sequence[PageText]) -> SearchText:
    """What a paper is found by: the lines read on its pages, and its fields."""
    room, found = MOST_TEXT, []
    for page in pages:
        if page.page not in document.pages:
            continue
        lines = tuple(line.text for line in page.lines)
        room -= sum(map(len, lines))
        if room < 0:
            break
        found.append((page.page, lines))
    fields = {field.name: field.value for field in document.fields if field.value}
    return SearchText(tuple(found), fields)


def _reading(services: Services, item: ItemId) -> FileReading | None:
    """What was read on a file; nothing where that is no longer kept: its papers are found by their fields."""
    try:
        return load_reading(services, item)
    except (LookupError, MotlanError):
        return None


class _FillLoop(PassLoop):
    def __init__(self, services: Services, *, pause_s: float, seconds: Callable[[], float]) -> None:
        super().__init__(
            "search words", log=services.log, stopped="search.not_filled", pause_s=pause_s, leave_s=_LEAVE_S
        )
        self._services = services
        self._seconds = seconds

    def _interrupt(self) -> None:
        """A group is short."""

    def _pass(self) -> None:
        """All that waits, a few at a time; nobody who waits for a page shall notice."""
        while not self._stopping:
            began = self._seconds()
            if not fill(self._services, limit=_SERVED_AT_ONCE):
                return
            with self._turn:
                self._turn.wait_for(
                    lambda: self._stopping or self._wanted, timeout=_TIMES * (self._seconds() - began)
                )


@contextmanager
def filling(
    services: Services, *, pause_s: float = _PAUSE_S, seconds: Callable[[], float] = time.monotonic
) -> Iterator[PassLoop]:
    """Take in words while the block runs.

    Args:
        services: of this installation.
        pause_s: between two looks whether papers wait, in seconds.
        seconds: that only grow.
    """
    with _FillLoop(services, pause_s=pause_s, seconds=seconds) as loop:
        yield loop
