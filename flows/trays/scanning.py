"""The scanner of a tray, in the process that serves: it waits for the button, and pages appear one by one.

A scan stays open for some minutes between two runs of its feeder, so that what was read ahead is there when
the tray is handed in. Whatever ends it, its pages are kept (``storage.scans``); after a kill the next process
finds them and goes on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

from dossier.coaching import Advice
from dossier.errors import MotlanError
from dossier.feeding import Feeder
from dossier.scan_errors import FeederEmptyError, ScannerNotFoundError
from dossier.trays import PLACES, SCANNED, ScanState, Tray, TrayPage, TrayState, TrayWish
from flows.scanners import feeder_of, way_of
from flows.scanning import PageSeen, ScanDesk
from flows.trays.desk import trouble_of
from ocr.records import PageReading
from storage.scans import PageFacts, Scan
from wiring.logs import kind_of
from wiring.scan_settings import ScannerSettings
from wiring.services import Services

_IDLE_SECONDS: Final = 600.0
_AGAIN: Final = "coach.page_again"

MakeFeeder = Callable[[ScannerSettings], Feeder]


@dataclass(slots=True)
class _Open:
    """The scan that is open, and until when nobody did anything."""

    tray: str
    desk: ScanDesk
    left: ExitStack
    used: float


class TrayScanner:
    """Scans for trays, one at a time. Safe for the thread that scans and the one that hands trays in."""

    def __init__(
        self,
        services: Services,
        *,
        feeder: MakeFeeder = feeder_of,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Scan for an installation.

        Args:
            services: of it.
            feeder: makes the tray of a scanner.
            seconds: that only grow.
        """
        self._services = services
        self._feeder = feeder
        self._seconds = seconds
        self._lock = threading.Lock()
        self._open: _Open | None = None

    def turn(self) -> bool:
        """Scan for a tray whose button was pressed; whether there was one."""
        services = self._services
        with self._lock:
            self._close_idle()
            for wanted in services.store.records.trays.scans_wanted():
                tray = services.store.records.trays.find(wanted)
                if tray is not None and services.store.trays.has(wanted):
                    self._scan(tray)
                    return True
        return False

    def readings(self, tray: str) -> Sequence[PageReading]:
        """What was read ahead for a tray, and let go of its scan: it is being handed in."""
        with self._lock:
            opened = self._open
            if opened is None or opened.tray != tray:
                return ()
            readings = opened.desk.readings()
            self._close()
            return readings

    def close(self, *, within_s: float = 0.0) -> None:
        """Let go of the scan that is open; a feeder that runs is waited for so long, in seconds."""
        if self._lock.acquire(timeout=within_s):
            try:
                self._close()
            finally:
                self._lock.release()

    def _scan(self, tray: Tray) -> None:
        was_at_work = tray.scan_state is not ScanState.WANTED
        trouble: MotlanError | None = None
        try:
            opened = self._opened(tray)
            if not was_at_work:
                # Pages of a process that was killed are there now; the person presses the button again.
                self._feed(tray, opened.desk)
            self._change(tray, scan_state=ScanState.READING)
            self._advise(tray, opened.desk)
        except MotlanError as error:
            trouble = error
        except Exception as error:  # noqa: BLE001 - a thread's last fence; the pages are kept
            self._services.log.warning("tray.scan_failed", item=tray.id, cause=kind_of(error))
            trouble = MotlanError()
        if self._open is not None:
            self._open.used = self._seconds()
        told = trouble_of(trouble) if trouble is not None else None
        self._change(tray, scan_state=ScanState.IDLE, scan_trouble=told)

    def _feed(self, tray: Tray, desk: ScanDesk) -> None:
        """Empty the feeder; what came before trouble is told all the same.

        Raises:
            ScanError: trouble, unless the tray is just empty and pages are there.
        """
        self._change(tray, scan_state=ScanState.FEEDING)
        before = {facts.number for facts in desk.pages}
        try:
            desk.feed(self._feeder(scanner_of(self._services, tray.wish)))
        except FeederEmptyError:
            if not desk.pages:
                raise
        finally:
            self._put_in_place(tray, desk, before)

    def _put_in_place(self, tray: Tray, desk: ScanDesk, before: set[int]) -> None:
        """Of half a sheet nothing stays; what was scanned instead of a page stands where it stood."""
        table = self._services.store.records.trays
        numbers = [facts.number for facts in desk.pages]
        table.keep_only_pages(tray.id, SCANNED, numbers)
        known = {page.number: page for page in table.pages(tray.id) if page.file == SCANNED}
        old = known.get(tray.wish.instead)
        fresh = [known[number] for number in numbers if number not in before and number in known]
        if old is None or not fresh:
            return
        for step, page in enumerate(fresh, start=1):
            # It is the same page again on purpose.
            advice = tuple(one for one in page.advice if one.code != _AGAIN)
            table.keep_page(replace(page, place=old.place + step, advice=advice))
        table.take_page_back(tray.id, SCANNED, old.number, back=True)

    def _advise(self, tray: Tray, desk: ScanDesk) -> None:
        pages = self._services.store.records.trays.pages(tray.id)
        back = frozenset(page.number for page in pages if page.file == SCANNED and page.back)
        self._change(tray, advice=desk.stack_advice(without=back))

    def _opened(self, tray: Tray) -> _Open:
        """The scan of the tray, opened anew where another was open."""
        if self._open is not None and self._open.tray == tray.id:
            return self._open
        self._close()
        services = self._services
        scan = self._begun(tray)
        with ExitStack() as stack:
            stack.enter_context(scan.alone(wait_seconds=services.settings.lock_seconds))
            way = way_of(scanner_of(services, tray.wish))
            desk: ScanDesk = stack.enter_context(
                ScanDesk(services, scan, way=way, hear=lambda seen: self._hear(tray, desk, seen))
            )
            if scan.numbers():
                desk.take_up()
                self._recover(tray, scan)
            self._open = _Open(tray.id, desk, stack.pop_all(), self._seconds())
        return self._open

    def _begun(self, tray: Tray) -> Scan:
        scans = self._services.store.scans
        if tray.scan in scans.unfinished():
            return scans.open(tray.scan)
        told = {
            "dossier": tray.dossier,
            "procedure": tray.procedure,
            "owner": tray.owner,
            "operator": tray.actor,
            "device": tray.wish.scanner,
            "resolution": str(tray.wish.resolution),
        }
        scan = scans.begin(told)
        self._change(tray, scan=scan.id)
        return scan

    def _recover(self, tray: Tray, scan: Scan) -> None:
        """Pages that were kept, and whose row a kill left out."""
        table = self._services.store.records.trays
        known = {page.number for page in table.pages(tray.id) if page.file == SCANNED}
        for facts in scan.pages():
            if facts.number not in known:
                self._keep_page(tray, facts, ())

    def _hear(self, tray: Tray, desk: ScanDesk, seen: PageSeen) -> None:
        self._keep_page(tray, desk.pages[-1], seen.advice)

    def _keep_page(self, tray: Tray, facts: PageFacts, advice: tuple[Advice, ...]) -> None:
        self._services.store.records.trays.keep_page(
            TrayPage(
                tray=tray.id,
                file=SCANNED,
                number=facts.number,
                place=facts.number * PLACES,
                width=facts.width,
                height=facts.height,
                advice=advice,
            )
        )

    def _change(self, tray: Tray, **values: object) -> None:
        services = self._services
        services.store.records.trays.change(
            tray.id, {"changed_at": services.clock(), **values}, only=tuple(TrayState)
        )

    def _close_idle(self) -> None:
        opened = self._open
        if opened is None:
            return
        tray = self._services.store.records.trays.find(opened.tray)
        is_gone = tray is None or tray.state in (TrayState.DONE, TrayState.STOPPED)
        if is_gone or self._seconds() - opened.used >= _IDLE_SECONDS:
            self._close()

    def _close(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            opened.left.close()


def scanner_of(services: Services, wish: TrayWish) -> ScannerSettings:
    """The profile of that name, or the device of that name as no profile says otherwise, with the wish.

    Raises:
        ScannerNotFoundError: neither a profile nor a name that a device can have.
    """
    scanners = services.settings.scanners
    if wish.scanner in scanners.profiles:
        found = scanners.profiles[wish.scanner]
    elif not wish.scanner.startswith(("-", "folder:")):
        # A folder of the machine is a scanner only where the settings say so.
        found = replace(ScannerSettings(), device=wish.scanner)
    else:
        raise ScannerNotFoundError(wish.scanner)
    asked = replace(
        found.wish,
        source=wish.source or found.wish.source,
        duplex=wish.duplex,
        resolution=wish.resolution,
        mode="gray" if wish.mode == "gray" else "color",
    )
    return replace(found, wish=asked)
