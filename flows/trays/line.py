"""A tray that was handed in becomes a batch: in the process that serves, one after the other.

Everything may be done again. The same files make the same items and the same batch, so a process that was
killed at any moment is followed by one that hands the same tray in again and finds what is done. The bytes
leave the tray only after every file of it is at rest. A tray over which the process ended three times, or
that failed six times in a row, is stopped and told to a person, so that it cannot keep all others waiting.

Where workers elsewhere read and sign, a tray is only taken in here, and looked after until they are done:
nothing waits for it meanwhile.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from dossier.batch_errors import BatchClosedError
from dossier.database_errors import StoreLockLostError
from dossier.documents import ItemState
from dossier.errors import (
    EngineMissingError,
    MotlanError,
    OrchestrationError,
    StoreBusyError,
    StoreFullError,
    StoreKeyLostError,
    StoreReadOnlyError,
    StoreUnavailableError,
)
from dossier.events import EventKind
from dossier.ids import BatchId, ItemId, Sha256, item_id
from dossier.tray_errors import TrayCrashedError, TrayLostError
from dossier.trays import SCANNED, FileState, Tray, TrayFile, TrayState, TrayTrouble
from dossier.work import Lane
from dossier.work_errors import WorkLostError
from flows.capture import pages_folder
from flows.intake import Handed
from flows.progress import Listener, Progress, Stage
from flows.scan_handing import assembled
from flows.submit import ingest
from flows.trays.desk import trouble_of, whole
from flows.work.accepting import accept
from ocr.records import PageReading
from storage.filesystem import store_errors
from storage.inbox import Declaration
from storage.scans import PageFacts
from wiring.logs import kind_of
from wiring.services import Services

MOST_TRIES: Final = 3
MOST_FAILURES: Final = 6
"""About a quarter of an hour of tries; what passes by itself (a full disk, say) is not counted."""
_RETRY_SECONDS: Final = 30.0
_LONGEST_RETRY: Final = 300.0
_TELL_SECONDS: Final = 0.5
_NEVER_BEGAN: Final = timedelta(hours=1)
_UNDER_WAY: Final = (TrayState.HANDED, TrayState.WORKING)
_LOOK_SECONDS: Final = 1.0
_OF_ALL: Final = (
    StoreBusyError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnavailableError,
    StoreKeyLostError,
    StoreLockLostError,
    WorkLostError,
    EngineMissingError,
    OrchestrationError,
)
"""The installation does not go on: no tray can be blamed, and each is tried until it does."""

HandIn = Callable[[Services, Sequence[Path], Declaration, Listener], Handed]
"""Takes files all the way: into the store, read, signed, filed."""
Readings = Callable[[str], Sequence[PageReading]]
"""What was read ahead of the scanned pages of a tray; whoever scans lets go of them."""


def ingest_tray(services: Services, paths: Sequence[Path], declared: Declaration, listen: Listener) -> Handed:
    """As ``motlan ingest`` does it in the process that serves; only taken in where others do the work."""
    if not services.settings.work.here:
        return accept(services, paths, declared=declared, lane=Lane.COUNTER, listen=listen, wait=False)
    return ingest(services, paths, declared=declared, listen=listen)


class TrayLine:
    """Works trays off. One thread uses it."""

    def __init__(
        self,
        services: Services,
        *,
        hand_in: HandIn = ingest_tray,
        readings: Readings = lambda _tray: (),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Work for an installation.

        Args:
            services: of it; may write.
            hand_in: takes files all the way.
            readings: of pages that were scanned here.
            seconds: that only grow.
        """
        self._services = services
        self._hand_in = hand_in
        self._readings = readings
        self._seconds = seconds
        self._not_before: dict[str, float] = {}
        self._pause: dict[str, float] = defaultdict(lambda: _RETRY_SECONDS)
        self._at_work: Tray | None = None

    def sweep(self) -> None:
        """Remove bytes that a killed process left of trays that are done, or that never began.

        Trays that were under way when a backup was made, and whose bytes no backup has, are closed.
        """
        services, old = self._services, self._services.clock() - _NEVER_BEGAN
        self._close_lost()
        for tray, made_at in services.store.trays.all():
            found = services.store.records.trays.find(tray)
            if found is not None and found.state is TrayState.DONE:
                self._clear(found)
            elif found is None and made_at < old:
                services.store.trays.remove(tray)

    def release(self) -> None:
        """Give back the try of a tray that an orderly end of the process breaks off: it is nobody's fault."""
        tray = self._at_work
        if tray is not None:
            self._change(tray, state=TrayState.HANDED, tries=tray.tries)

    def _close_lost(self) -> None:
        services = self._services
        restored = services.store.records.journal_of(EventKind.STORE_RESTORED)
        if not restored:
            return
        for waiting in services.store.records.trays.in_state(*_UNDER_WAY):
            tray = services.store.records.trays.find(waiting)
            if tray is None or services.store.trays.has(waiting):
                continue
            if tray.changed_at <= restored[-1].event.at:
                self._stop(tray, trouble_of(TrayLostError()))

    def turn(self) -> bool:
        """Work on the tray that waits longest and may be tried now; whether there was one."""
        services = self._services
        for waiting in services.store.records.trays.in_state(*_UNDER_WAY):
            now = self._seconds()
            if self._not_before.get(waiting, now) > now or not services.store.trays.has(waiting):
                continue
            tray = services.store.records.trays.find(waiting)
            if tray is not None and tray.state in _UNDER_WAY:
                self._work(tray)
                return True
        return False

    def _work(self, tray: Tray) -> None:
        self._at_work = tray
        try:
            self._work_on(tray)
        finally:
            self._at_work = None

    def _work_on(self, tray: Tray) -> None:
        is_elsewhere = tray.state is TrayState.WORKING and tray.batch is not None and not self._works_here
        if not is_elsewhere and tray.tries >= MOST_TRIES:
            self._stop(tray, trouble_of(TrayCrashedError()))
            return
        try:
            if is_elsewhere:
                self._look_after(tray)
            else:
                # Counted before anything is looked at: a file may end this very process.
                self._change(tray, state=TrayState.WORKING, tries=tray.tries + 1)
                self._hand_over(tray)
        except BatchClosedError as error:
            self._stop(tray, trouble_of(error))
        except MotlanError as error:
            self._later(tray, error)
        except Exception as error:  # noqa: BLE001 - a thread's last fence; the tray waits for its next try
            self._services.log.warning("tray.failed", item=tray.id, cause=kind_of(error))
            self._later(tray, MotlanError(), counted=tray.tries + 1)

    @property
    def _works_here(self) -> bool:
        return self._services.settings.work.here

    def _later(self, tray: Tray, error: MotlanError, *, counted: int = 0) -> None:
        """It may not be the tray's fault: told, and tried again after a while, if not too often already."""
        if not isinstance(error, StoreBusyError):
            self._services.log.warning("tray.later", item=tray.id, code=error.code)
        failures = tray.failures if isinstance(error, _OF_ALL) else tray.failures + 1
        if failures >= MOST_FAILURES:
            self._stop(tray, trouble_of(error))
            return
        self._not_before[tray.id] = self._seconds() + self._pause[tray.id]
        self._pause[tray.id] = min(_LONGEST_RETRY, 2 * self._pause[tray.id])
        self._change(
            tray, state=TrayState.HANDED, tries=counted, failures=failures, trouble=trouble_of(error)
        )

    def _look_after(self, tray: Tray) -> None:
        """Workers elsewhere have it: what became of its files so far, and its end once all are at rest."""
        files = self._services.store.records.trays.files(tray.id)
        taken = tuple(file.item for file in files if file.item is not None)
        handed = Handed(batch=tray.batch, items=taken)
        open_ = self._services.looking.records.work.open_items(taken)
        ended = (FileState.DONE, FileState.REFUSED)
        news = [file for file in files if file.item not in open_ and file.state not in ended]
        self._note(tray, news, handed)
        if open_:
            self._not_before[tray.id] = self._seconds() + _LOOK_SECONDS
        elif self._is_unfinished(handed):
            # Owed nothing and not at rest: handed in once more it is owed again.
            self._later(replace(tray, batch=None), MotlanError())
        else:
            self._end(tray, tray.batch)

    def _stop(self, tray: Tray, trouble: TrayTrouble) -> None:
        self._services.log.warning("tray.stopped", item=tray.id, code=trouble.code)
        self._change(tray, state=TrayState.STOPPED, trouble=trouble)

    def _change(self, tray: Tray, **values: object) -> None:
        services = self._services
        services.store.records.trays.change(
            tray.id, {"changed_at": services.clock(), **values}, only=_UNDER_WAY
        )

    def _hand_over(self, tray: Tray) -> None:
        services, table = self._services, self._services.store.records.trays
        namespace = services.store.records.namespace
        files = [
            replace(file, item=item_id(namespace, file.sha256, dossier=tray.dossier))
            for file in table.files(tray.id)
            if file.number != SCANNED
        ]
        with services.store.trays.plain(tray.id, "work") as folder, self._scanned(tray) as scan:
            paths = [_put_down(services, file, folder) for file in files]
            if scan is not None:
                files.append(_scan_file(services, tray, scan))
                table.note_file(files[-1])
            listen = _Listening(services, tray, files, seconds=self._seconds)
            handed = self._hand_in(
                services, [*paths, *([scan] if scan is not None else ())], _declared(tray), listen
            )
        self._note(tray, files, handed)
        if handed.batch is not None and self._is_unfinished(handed):
            if not self._works_here:
                self._not_before[tray.id] = self._seconds() + _LOOK_SECONDS
                self._change(tray, state=TrayState.WORKING, tries=0, trouble=None, batch=handed.batch)
                return
            # Everything is where it was; nothing of it was at rest when the run ended.
            self._later(tray, MotlanError())
            return
        self._end(tray, handed.batch or tray.batch)

    def _end(self, tray: Tray, batch: BatchId | None) -> None:
        self._change(tray, state=TrayState.DONE, tries=0, failures=0, trouble=None, batch=batch)
        self._not_before.pop(tray.id, None)
        self._pause.pop(tray.id, None)
        self._clear(tray)

    def _clear(self, tray: Tray) -> None:
        """The bytes are in the store; what the tray held of them goes."""
        services = self._services
        if tray.scan in services.store.scans.unfinished():
            services.store.scans.open(tray.scan).remove()
        services.store.trays.remove(tray.id)

    def _is_unfinished(self, handed: Handed) -> bool:
        undone = {ItemState.RECEIVED, ItemState.READ}
        return any(self._services.store.records.item(item).state in undone for item in handed.items)

    @contextmanager
    def _scanned(self, tray: Tray) -> Iterator[Path | None]:
        """The scanned pages that were not taken back, as one file; what was read on them is put in place."""
        services = self._services
        numbers = [
            page.number
            for page in services.store.records.trays.pages(tray.id)
            if page.file == SCANNED and not page.back
        ]
        readings = self._readings(tray.id) if tray.scan else ()
        if not numbers or tray.scan not in services.store.scans.unfinished():
            yield None
            return
        scan = services.store.scans.open(tray.scan)
        with scan.alone(wait_seconds=services.settings.lock_seconds):
            facts = {one.number: one for one in scan.pages()}
            pages = [facts[number] for number in numbers if number in facts]
            with assembled(services, scan, pages) if pages else nullcontext() as file:
                if file is not None:
                    self._keep_ahead(tray, file, pages, readings)
                yield file

    def _keep_ahead(
        self, tray: Tray, file: Path, pages: Sequence[PageFacts], readings: Sequence[PageReading]
    ) -> None:
        """A page that stands elsewhere than it was scanned is read once more: readings know their number."""
        services = self._services
        same = {facts.number for place, facts in enumerate(pages, start=1) if facts.number == place}
        fitting = [reading for reading in readings if reading.page.page in same]
        item = _scan_file(services, tray, file).item
        if fitting and item is not None:
            services.reader.keep_ahead(file, fitting, work=pages_folder(services, item))

    def _note(self, tray: Tray, files: Sequence[TrayFile], handed: Handed) -> None:
        """What became of every file; one that was not even taken in is known by its name."""
        table, records = self._services.store.records.trays, self._services.store.records
        refused: dict[str, list[str]] = defaultdict(list)
        for row in handed.refused:
            refused[row.file].append(row.code)
        for file in files:
            if file.item in handed.items:
                item = records.item(file.item)
                state = {ItemState.DONE: FileState.DONE, ItemState.QUARANTINED: FileState.REFUSED}.get(
                    item.state, FileState.KEPT
                )
                trouble = TrayTrouble(code=item.error_code) if state is FileState.REFUSED else None
                pages = item.pages or file.total
                table.change_file(
                    tray.id,
                    file.number,
                    state=state,
                    trouble=trouble,
                    item=file.item,
                    done=pages,
                    total=pages,
                )
            elif refused[file.name]:
                trouble = TrayTrouble(code=refused[file.name].pop(0))
                table.change_file(tray.id, file.number, state=FileState.REFUSED, trouble=trouble)


class _Listening:
    """Puts what a run tells into the records, seldom enough not to be a burden."""

    def __init__(
        self, services: Services, tray: Tray, files: Sequence[TrayFile], *, seconds: Callable[[], float]
    ) -> None:
        self._services = services
        self._tray = tray
        self._numbers: Mapping[str, int] = {str(file.item): file.number for file in files if file.item}
        self._seconds = seconds
        self._told: dict[str, float] = {}

    def __call__(self, progress: Progress) -> None:
        try:
            self._tell(progress)
        except MotlanError as error:
            # Whoever watches sees the next step; the work itself must not end for it.
            self._services.log.warning("tray.not_told", item=self._tray.id, code=error.code)

    def _tell(self, progress: Progress) -> None:
        number = self._numbers.get(progress.item)
        table = self._services.store.records.trays
        if number is None:
            if progress.stage is Stage.STARTED:
                table.change(self._tray.id, {"trouble": None}, only=_UNDER_WAY)
            return
        if progress.stage is Stage.PAGE:
            now = self._seconds()
            last = progress.done == progress.total
            if not last and now - self._told.get(progress.item, float("-inf")) < _TELL_SECONDS:
                return
            self._told[progress.item] = now
            table.change_file(
                self._tray.id, number, state=FileState.READING, done=progress.done, total=progress.total
            )
        elif progress.stage is Stage.READ:
            table.change_file(
                self._tray.id, number, state=FileState.READ, done=progress.total, total=progress.total
            )
        elif progress.stage is Stage.DONE:
            table.change_file(self._tray.id, number, state=FileState.DONE, item=ItemId(progress.item))
        elif progress.stage is Stage.REFUSED:
            trouble = TrayTrouble(code=progress.code)
            table.change_file(
                self._tray.id,
                number,
                state=FileState.REFUSED,
                trouble=trouble,
                item=ItemId(progress.item),
            )


def _put_down(services: Services, file: TrayFile, folder: Path) -> Path:
    """The file as it was sent, under its own name in a folder of its own."""
    place = folder / f"{file.number:04d}"
    with store_errors(file.tray):
        place.mkdir(mode=0o700)
        path = place / file.name.replace("/", "_").replace("\0", "_")
        with path.open("wb") as out:
            for piece in whole(services, file):
                out.write(piece)
    return path


def _scan_file(services: Services, tray: Tray, path: Path) -> TrayFile:
    """The scanned pages as the file that they became."""
    with path.open("rb") as stream:
        sha256 = Sha256(hashlib.file_digest(stream, "sha256").hexdigest())
    return TrayFile(
        tray=tray.id,
        number=SCANNED,
        name=path.name,
        key=b"",
        size=path.stat().st_size,
        sha256=sha256,
        looked=True,
        item=item_id(services.store.records.namespace, sha256, dossier=tray.dossier),
    )


def _declared(tray: Tray) -> Declaration:
    return Declaration(
        dossier=tray.dossier,
        procedure=tray.procedure,
        owner=tray.owner,
        papers=tray.papers,
        pages=tray.pages,
        operator=tray.actor,
        device=tray.wish.scanner if tray.scan else "",
    )
