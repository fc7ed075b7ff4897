"""A scan becomes one file, and what was read ahead is put where the line will look for it."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from dossier.errors import MotlanError, StoreBusyError
from dossier.feeding import ScannedPage
from dossier.ids import Sha256, item_id
from dossier.moments import VIETNAM
from flows.capture import forget_pages, pages_folder
from flows.intake import Handed
from flows.scan_reading import page_file
from flows.server import bring_up
from ocr.assembling import write_joined
from ocr.records import PageReading
from storage.scans import PageFacts, Scan
from wiring.logs import kind_of
from wiring.services import Services

_JOINING = "joining"

HandOver = Callable[[Path], Handed]
"""Takes a file all the way, in this process or in one that serves."""


def hand_in(
    services: Services,
    scan: Scan,
    pages: Sequence[PageFacts],
    readings: Sequence[PageReading],
    *,
    hand_over: HandOver,
) -> Handed:
    """Make one file of the pages, have it worked on, and forget the scan once it is safely taken in.

    The same pages make the same bytes, so a call that was killed at any moment and is repeated finds the
    same item.

    Args:
        services: of this installation.
        scan: nobody else works on it.
        pages: all of its pages, in order; at least one.
        readings: of those that could be read.
        hand_over: takes the file all the way.

    Raises:
        StoreError, InputError, OrchestrationError: nothing is lost; the scan can be handed in again.
    """
    with assembled(services, scan, pages) as file:
        with file.open("rb") as stream:
            sha256 = Sha256(hashlib.file_digest(stream, "sha256").hexdigest())
        item = item_id(services.store.records.namespace, sha256, dossier=scan.told.get("dossier", ""))
        services.reader.keep_ahead(file, readings, work=pages_folder(services, item))
        handed = hand_over(file)
    if handed.items:
        # Where the file was taken in before, nobody has looked for them.
        forget_pages(services, item)
        scan.remove()
    return handed


@contextmanager
def assembled(services: Services, scan: Scan, pages: Sequence[PageFacts]) -> Iterator[Path]:
    """The scan as one PDF, for as long as the block runs; its name tells when it began, and nothing else."""
    folder = scan.raw / _JOINING
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        parts = [folder / f"{facts.number:05d}.part.pdf" for facts in pages]
        for facts, part in zip(pages, parts, strict=True):
            page_file(scan, facts, part, services=services)
        file = folder / file_name(pages[0].at)
        scanned = [
            ScannedPage(number=number, sha256=facts.sha256, at=facts.at)
            for number, facts in enumerate(pages, start=1)
        ]
        write_joined(parts, file, scanned=scanned)
        yield file
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def file_name(began: datetime) -> str:
    """What people see as the file's name."""
    return f"quet-{began.astimezone(VIETNAM):%Y%m%d-%H%M%S}.pdf"


class WarmUp:
    """Gets ready, while the feeder runs, what the line will need. A context manager; leaving it waits.

    Never in the way: what fails here is done, and told, when the scan is handed in.
    """

    def __init__(self, services: Services, *, served: bool) -> None:
        """Get ready for the line here, or for reading alone where another process serves."""
        self._services = services
        self._served = served
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wait()

    def start(self) -> None:
        """Begin, once there is a page to get ready for; again does nothing."""
        if self._thread is None and not self._served:
            self._thread = threading.Thread(target=self._work, name="warm")
            self._thread.start()

    def wait(self) -> None:
        """Until all is ready."""
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        services = self._services
        try:
            # Where somebody else writes, Prefect comes up when it is our turn.
            with suppress(StoreBusyError), services.writing():
                bring_up(services.settings.data, url=services.settings.prefect_url)
                services.signer  # noqa: B018  loading is the point
        except MotlanError as error:
            services.log.warning("scan.not_warm", code=error.code)
        except Exception as error:  # noqa: BLE001  whatever Prefect raises
            services.log.warning("scan.not_warm", cause=kind_of(error))
