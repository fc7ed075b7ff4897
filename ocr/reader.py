"""The door of this package: read a file, write its searchable PDF/A."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import cast

from dossier.errors import InputPermissionError, InputUnreadableError
from ocr.clock import CpuClock
from ocr.engine import Engine
from ocr.limits import ReadLimits
from ocr.long_readings import SHORT_PAGES, kept_pages
from ocr.memory import give_back
from ocr.pages import Clock, PageTools, read_page
from ocr.prints import PagePrint, page_print
from ocr.records import FileReading, PageReading, PageReadingJson
from ocr.searchable import PdfaResult, write_searchable
from ocr.sources import Source, open_source

# Part of the name of kept pages: raise it when the same file would be read differently.
_READER_VERSION = 11
_CHUNK = 1 << 20
_PRINT_DPI = 100
# Pages that wait for each worker, so that none stands still while a finished page is put down.
_AHEAD = 2


class Reader:
    """Reads files page by page, several at a time, and writes their PDF/A.

    Args:
        engine: what recognises.
        witness: another engine, asked about words the first leaves open; nobody when not given.
        limits: what is refused, and how long a page may take.
        workers: pages in work at the same time, however many files are read at once; each drives one engine
            process on one core.
        cpu_clock: counts CPU seconds; a part of every record, so tests may hand in a still one.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        witness: Engine | None = None,
        limits: ReadLimits | None = None,
        workers: int = 1,
        cpu_clock: Clock | None = None,
    ) -> None:
        self._engine = engine
        give_back()
        self._witness = witness
        self._limits = limits if limits is not None else ReadLimits()
        self._workers = max(1, workers)
        # Shared by all calls: several files may be read at the same time, each with threads of its own.
        self._room = threading.BoundedSemaphore(self._workers)
        self._clock: Clock = cpu_clock if cpu_clock is not None else CpuClock()

    def read(
        self, path: Path, *, name: str, work: Path, on_page: Callable[[int, int], None] | None = None
    ) -> FileReading:
        """Read all pages of a file.

        A finished page is kept in ``work`` at once, so a run that was killed goes on where it was and gives
        the same reading. Kept pages count only for the same bytes, engine and limits. Memory does not grow
        with the pages: those of a file of more than ``SHORT_PAGES`` stay in ``work`` and are read from there.

        Args:
            path: where the bytes are.
            name: what messages call the file.
            work: folder for finished pages; made when it is not there. It has to stay while the pages of a
                long file are used.
            on_page: called with pages finished and pages in all, from the calling thread.

        Raises:
            InputError, EngineError: the file or one of its pages cannot be read.
        """
        with open_source(path, name=name, limits=self._limits) as source:
            work.mkdir(parents=True, exist_ok=True)
            prefix = self._fingerprint(path, name=name)
            readings = self._read_pages(source, name=name, work=work, prefix=prefix, on_page=on_page)
            return FileReading(kind=source.kind, signed=source.signed, readings=readings)

    def read_ahead(self, path: Path, *, page: int, name: str) -> PageReading:
        """Read a file of one page that will be page ``page`` (1-based) of a file that is not whole yet.

        Raises:
            InputError, EngineError: the page cannot be read.
        """
        with open_source(path, name=name, limits=self._limits) as source:
            return self._read_one(source, 1, name=name, given_up=threading.Event()).moved_to(page)

    def read_turned(self, path: Path, rotations: Mapping[int, int], *, name: str) -> dict[int, PageReading]:
        """Read pages of a file anew, turned as a person says; by page number.

        Args:
            path: the file.
            rotations: of the wanted pages (1-based): degrees clockwise that make each upright.
            name: what messages call the file.

        Raises:
            InputError, EngineError: a page cannot be read.
        """
        with open_source(path, name=name, limits=self._limits) as source:
            return {
                number: self._read_one(
                    source, number, name=name, given_up=threading.Event(), upright=rotation
                )
                for number, rotation in sorted(rotations.items())
            }

    def keep_ahead(self, path: Path, readings: Sequence[PageReading], *, work: Path) -> None:
        """Put down what was read ahead of the pages of a file, so that ``read`` finds them done.

        Args:
            path: the whole file, of the very images that were read.
            readings: of any of its pages.
            work: the folder that ``read`` will be given.

        Raises:
            InputError: the file cannot be read.
        """
        work.mkdir(parents=True, exist_ok=True)
        prefix = self._fingerprint(path, name=path.name)
        for reading in readings:
            _keep_page(_page_path(work, prefix, reading.page.page), reading)

    @property
    def limits(self) -> ReadLimits:
        """What is refused."""
        return self._limits

    def write_pdfa(  # noqa: PLR0913  each is part of what makes the bytes
        self,
        path: Path,
        reading: FileReading,
        *,
        pages: Sequence[int],
        out: Path,
        title: str,
        created: datetime,
        top_clear_mm: float = 0.0,
    ) -> PdfaResult:
        """Write the given pages (1-based, in that order) of a file that was read as PDF/A-2b.

        See ``ocr.searchable.write_searchable``.
        """
        with open_source(path, name=path.name, limits=self._limits) as source:
            return write_searchable(
                source,
                reading.texts(pages),
                out=out,
                title=title,
                created=created,
                top_clear_mm=top_clear_mm,
            )

    def prints(self, path: Path, rotations: Mapping[int, int]) -> dict[int, PagePrint]:
        """What pages of a file that was read look like, by page number.

        Args:
            path: the file.
            rotations: of the wanted pages (1-based): degrees clockwise that make each upright.

        Raises:
            InputError: the file cannot be decoded any more.
        """
        with open_source(path, name=path.name, limits=self._limits) as source:
            found = {}
            for number, rotation in rotations.items():
                raw = source.page(number, enough_dpi=_PRINT_DPI)
                found[number] = page_print(raw.pixels, dpi=raw.dpi, rotation=rotation)
            return found

    def _read_pages(
        self,
        source: Source,
        *,
        name: str,
        work: Path,
        prefix: str,
        on_page: Callable[[int, int], None] | None,
    ) -> Sequence[PageReading]:
        total = source.page_count
        found: dict[int, PageReading] = {}
        waiting: list[int] = []
        for number in range(1, total + 1):
            kept = _load_page(_page_path(work, prefix, number), number)
            if kept is None:
                waiting.append(number)
            elif total <= SHORT_PAGES:
                found[number] = kept
        done = total - len(waiting)
        if on_page is not None and done:
            on_page(done, total)
        # Closed at once when something fails here: then no further page is begun.
        with closing(self._read_some(source, waiting, name=name)) as finished:
            for number, reading in finished:
                _keep_page(_page_path(work, prefix, number), reading)
                if total <= SHORT_PAGES:
                    found[number] = reading
                done += 1
                if on_page is not None:
                    on_page(done, total)
        if total <= SHORT_PAGES:
            return tuple(found[number] for number in range(1, total + 1))
        return kept_pages(work, lambda number: _page_path(work, prefix, number).name, total=total)

    def _read_some(
        self, source: Source, numbers: Sequence[int], *, name: str
    ) -> Generator[tuple[int, PageReading], None, None]:
        """Pages as they are finished; no more are begun than the workers need next."""
        given_up = threading.Event()
        threads = max(1, min(self._workers, len(numbers)))
        left = iter(numbers)
        futures: dict[Future[PageReading], int] = {}
        with ThreadPoolExecutor(max_workers=threads, thread_name_prefix="read") as pool:
            try:
                while True:
                    for number in islice(left, threads * _AHEAD - len(futures)):
                        futures[pool.submit(self._read_one, source, number, name=name, given_up=given_up)] = (
                            number
                        )
                    if not futures:
                        return
                    for future in wait(futures, return_when=FIRST_COMPLETED).done:
                        yield futures.pop(future), future.result()
            except BaseException:
                given_up.set()
                _cancel(futures)
                raise

    def _read_one(
        self,
        source: Source,
        number: int,
        *,
        name: str,
        given_up: threading.Event,
        upright: int | None = None,
    ) -> PageReading:
        tools = PageTools(engine=self._engine, limits=self._limits, clock=self._clock, witness=self._witness)
        with self._room:
            if given_up.is_set():
                # Nobody asks for this page any more: another page of the file has failed.
                raise CancelledError
            reading = read_page(source, number, tools=tools, name=name, upright=upright)
            give_back()
            return reading

    def _fingerprint(self, path: Path, *, name: str) -> str:
        """Sixteen hex digits for bytes, engine, limits and reader."""
        witnessed = self._witness is not None
        told = f"{_READER_VERSION} {self._engine.version()} {witnessed} {self._limits}"
        digest = hashlib.sha256(told.encode())
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        except PermissionError as error:
            raise InputPermissionError(name, cause=str(error)) from error
        except OSError as error:
            raise InputUnreadableError(name, cause=str(error)) from error
        return digest.hexdigest()[:16]


def _cancel(futures: dict[Future[PageReading], int]) -> None:
    for future in futures:
        future.cancel()


def _page_path(work: Path, prefix: str, number: int) -> Path:
    return work / f"{prefix}-{number:05d}.json"


def _keep_page(path: Path, reading: PageReading) -> None:
    """Written beside and renamed, so that a page is either there whole or not at all."""
    temp = path.with_suffix(".part")
    temp.write_text(json.dumps(reading.to_json(), ensure_ascii=False), encoding="utf-8")
    temp.replace(path)


def _load_page(path: Path, number: int) -> PageReading | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        reading = PageReading.from_json(cast("PageReadingJson", data))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return reading if reading.page.page == number else None
