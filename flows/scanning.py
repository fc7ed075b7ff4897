"""A scan at the desk: pages are kept, looked at and read one by one while the feeder runs.

The order for each page is fixed: it is durably kept first, then the coach speaks, then it waits to be read.
Trouble of the device comes out as an error of its own; whatever was kept before stays, and ``feed`` goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from dossier.coaching import Advice
from dossier.feeding import MOST_PAGES, FedPage, Feeder
from dossier.scan_errors import ScanError, ScanPageDamagedError, ScanTooManyError
from flows.scan_advice import stack_advice
from flows.scan_reading import ReadAhead
from ocr.coach import PageLook, look_at, same_page
from ocr.coaching_files import with_sides
from ocr.feeders.netpbm import is_whole
from ocr.feeders.pictures import Picture, picture_of, pixels_of
from ocr.feeders.sane import RAW_NAME, feeding_alone
from ocr.records import PageReading
from storage.drafts import draft_in
from storage.scans import PageFacts, Scan
from wiring.services import Services

_NOT_YET = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """A page that was just kept.

    Attributes:
        number: 1-based.
        advice: what to tell now.
        kept_s: seconds until it was durably kept, from the moment it had come out.
        told_s: seconds until its advice was there, from the same moment.
    """

    number: int
    advice: tuple[Advice, ...]
    kept_s: float
    told_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanWay:
    """How pages of one scan are kept and judged.

    Attributes:
        dpi: that was asked for.
        duplex: both sides of each sheet come, front first.
        quality: of JPEG; ``ocr.feeders.pictures.LOSSLESS`` for PNG.
        longest_mm: of the sheets in the tray; 0 when nobody knows.
    """

    dpi: int = 300
    duplex: bool = False
    quality: int = 90
    longest_mm: float = 0.0


class ScanDesk:
    """One scan, its pages and what is known about them. A context manager; one thread uses it."""

    def __init__(
        self,
        services: Services,
        scan: Scan,
        *,
        way: ScanWay,
        hear: Callable[[PageSeen], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Work on a scan that nobody else works on.

        Args:
            services: of this installation.
            scan: new or unfinished.
            way: how pages are kept and judged.
            hear: told of each page as soon as its advice is there.
            clock: seconds that only go forward.
        """
        self._services = services
        self._scan = scan
        self._way = way
        self._hear = hear
        self._clock = clock
        self._ahead = ReadAhead(services, scan)
        self._looks: dict[int, PageLook] = {}
        self._facts: dict[int, PageFacts] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ahead.__exit__(kind, error, trace)

    @property
    def pages(self) -> tuple[PageFacts, ...]:
        """Pages of the scan, in order."""
        return tuple(self._facts[number] for number in sorted(self._facts))

    @property
    def advice(self) -> tuple[Advice, ...]:
        """All that was told about single pages that are still part of the scan."""
        return tuple(one for number in sorted(self._looks) for one in self._looks[number].advice)

    def take_up(self) -> int:
        """Go on where a call before was stopped or killed; how many pages are there.

        Pages that had come out whole and were not yet kept are kept now. Of a sheet whose second side is
        missing, the first is set aside: the sheet has to go through again.

        Raises:
            StoreError: a page cannot be read or kept.
        """
        kept = self._scan.pages()
        self._facts = {facts.number: facts for facts in kept}
        for facts in kept[-1:]:
            # The next page is compared with it.
            self._look_again(facts)
            self._ahead.submit(facts)
        for facts in kept[:-1]:
            self._ahead.submit(facts, before=self._look_again)
        with feeding_alone(self._scan.raw):
            self._take_what_is_left()
        self._drop_half_sheet()
        return len(self._facts)

    def _take_what_is_left(self) -> None:
        """Pages that the scanning program had finished when this program was ended."""
        run, place = self._last_place()
        for path in sorted(self._scan.raw.glob("page-*.pnm")):
            expected = self._scan.raw / RAW_NAME.format(len(self._facts) + 1)
            if path == expected and is_whole(path):
                place += 1
                page = FedPage(path=path, dpi=self._way.dpi)
                self._take(page, run=max(1, run), place=place, after_pause=False)
        for path in self._scan.raw.glob("page-*"):
            path.unlink(missing_ok=True)

    def feed(self, feeder: Feeder) -> int:
        """Take all pages that lie in the tray; how many came.

        Raises:
            ScanError: trouble; what came before it is kept, and calling again goes on.
            StoreError: a page could not be kept; the feeder was stopped.
        """
        run, first = self._last_place()[0] + 1, len(self._facts) + 1
        place = 0
        if first > MOST_PAGES:
            raise ScanTooManyError(str(MOST_PAGES))
        try:
            with _stopping(feeder.feed(first=first, into=self._scan.raw)) as pages:
                for page in pages:
                    if len(self._facts) >= MOST_PAGES:
                        raise ScanTooManyError(str(MOST_PAGES))
                    place += 1
                    self._take(page, run=run, place=place, after_pause=place == 1 and run > 1)
        except ScanError:
            if place:
                self._drop_half_sheet()
            raise
        return place

    def drop_last(self) -> int:
        """Set the last page aside: its picture stays until the scan is handed in. The number it had.

        Raises:
            ValueError: there is no page.
        """
        number = max(self._facts)
        self._scan.set_aside(number)
        self._ahead.forget(number)
        del self._facts[number]
        self._looks.pop(number, None)
        return number

    def readings(self) -> tuple[PageReading, ...]:
        """What was read on the pages, once all are done."""
        return self._ahead.readings()

    def stack_advice(self, *, without: frozenset[int] = frozenset()) -> tuple[Advice, ...]:
        """What is to be told about the stack as a whole, once all pages were read.

        Args:
            without: numbers of pages that somebody took back.
        """
        readings = [reading for reading in self.readings() if reading.page.page not in without]
        sealed = frozenset(number for number, look in self._looks.items() if look.sealed)
        return stack_advice(self._services, readings, told=self._scan.told, sealed=sealed)

    def _take(self, fed: FedPage, *, run: int, place: int, after_pause: bool) -> None:
        """Keep a page, tell what is seen on it, and have it read."""
        started = self._clock()
        number = len(self._facts) + 1
        picture = picture_of(
            fed.path,
            dpi=fed.dpi,
            page=number,
            quality=self._way.quality,
            limits=self._services.reader.limits,
        )
        height, width = picture.pixels.shape[:2]
        facts = self._scan.keep(
            picture.data,
            PageFacts(
                number=number,
                kind=picture.kind,
                sha256=_NOT_YET,
                dpi=picture.dpi,
                width=width,
                height=height,
                at=self._services.clock(),
                run=run,
                place=place,
            ),
        )
        self._facts[number] = facts
        if fed.passing:
            fed.path.unlink(missing_ok=True)
        kept = self._clock()
        look = self._look(picture, number, after_pause=after_pause)
        told = self._clock()
        self._ahead.submit(facts)
        self._hear(PageSeen(number=number, advice=look.advice, kept_s=kept - started, told_s=told - started))

    def _look(self, picture: Picture, number: int, *, after_pause: bool) -> PageLook:
        look = look_at(
            picture.pixels,
            dpi=picture.dpi,
            page=number,
            bilevel=picture.bilevel,
            longest_mm=self._way.longest_mm,
        )
        before = self._looks.get(number - 1)
        look = with_sides(look, before)
        if after_pause and before is not None and same_page(look, before):
            again = Advice(code="coach.page_again", page=number)
            look = replace(look, advice=(*look.advice, again))
        self._looks[number] = look
        return look

    def _look_again(self, facts: PageFacts) -> None:
        """At a page of a call before; one that cannot be looked at stays, and is read all the same."""
        with draft_in(self._services.store.work) as draft:
            try:
                pixels, dpi, bilevel = pixels_of(
                    self._scan.picture(facts.number),
                    page=facts.number,
                    draft=Path(draft.name),
                    limits=self._services.reader.limits,
                )
            except ScanPageDamagedError:
                return
        self._look(
            Picture(data=b"", kind="jpeg", pixels=pixels, dpi=dpi, bilevel=bilevel),
            facts.number,
            after_pause=False,
        )

    def _last_place(self) -> tuple[int, int]:
        """Run of the feeder that gave the last page, and its place in that run; zeros before the first."""
        if not self._facts:
            return 0, 0
        last = self._facts[max(self._facts)]
        return last.run, last.place

    def _drop_half_sheet(self) -> None:
        """The back did not come, so the sheet is fed again, and its front with it."""
        run, place = self._last_place()
        if self._way.duplex and run and place % 2 == 1:
            self.drop_last()


@contextmanager
def _stopping(pages: Iterator[FedPage]) -> Iterator[Iterator[FedPage]]:
    """The pages, and the device stopped however the block is left."""
    try:
        yield pages
    finally:
        stop = getattr(pages, "close", None)
        if stop is not None:
            stop()
