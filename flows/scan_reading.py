"""Pages are read while the feeder still runs: whoever hands the scan in finds them done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from dossier.errors import MotlanError
from ocr.assembling import write_page
from ocr.records import PageReading
from storage.drafts import draft_in
from storage.scans import PageFacts, Scan
from wiring.logs import kind_of
from wiring.services import Services

Before = Callable[[PageFacts], None]
"""Done in the background before the page is read."""


def _nothing(_facts: PageFacts) -> None:
    """Nothing comes before."""


class ReadAhead:
    """Reads pages of one scan in the background. A context manager: leaving it gives up what is waiting."""

    def __init__(self, services: Services, scan: Scan) -> None:
        """Read pages of that scan, as many at a time as the settings say."""
        self._services = services
        self._scan = scan
        self._pool = ThreadPoolExecutor(services.settings.workers, thread_name_prefix="ahead")
        self._futures: dict[int, Future[PageReading | None]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, facts: PageFacts, *, before: Before = _nothing) -> None:
        """Read a page that is kept."""
        self._futures[facts.number] = self._pool.submit(self._read, facts, before)

    def forget(self, number: int) -> None:
        """The page is not part of the scan any more."""
        with suppress(KeyError):
            self._futures.pop(number).cancel()

    def readings(self) -> tuple[PageReading, ...]:
        """What was read, once all that was asked for is done; pages that cannot be read are not among it."""
        done = [self._futures[number].result() for number in sorted(self._futures)]
        return tuple(reading for reading in done if reading is not None)

    def _read(self, facts: PageFacts, before: Before) -> PageReading | None:
        """Nothing where the page cannot be read: the file's own run says why, and to whom it matters."""
        services, name = self._services, f"trang {facts.number}"
        try:
            before(facts)
            with draft_in(services.store.work) as page:
                page_file(self._scan, facts, Path(page.name), services=services)
                return services.reader.read_ahead(Path(page.name), page=facts.number, name=name)
        except MotlanError as error:
            services.log.warning("scan.not_read_ahead", code=error.code, page=facts.number)
            return None
        except Exception as error:  # noqa: BLE001  reading ahead is a favour; nothing may stop the feeder
            services.log.warning("scan.not_read_ahead", cause=kind_of(error), page=facts.number)
            return None


def page_file(scan: Scan, facts: PageFacts, out: Path, *, services: Services) -> None:
    """Write a kept page as a PDF of one page.

    Raises:
        InputError: its picture cannot be decoded.
        StoreError: its picture is gone or was changed.
    """
    with draft_in(services.store.work) as picture:
        Path(picture.name).write_bytes(scan.picture(facts.number))
        write_page(
            Path(picture.name),
            out,
            dpi=facts.dpi,
            name=f"trang {facts.number}",
            limits=services.reader.limits,
        )
