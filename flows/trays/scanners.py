"""Which scanners the machine of the station has: those of the settings, and those found when asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.feeding import Device
from dossier.scan_errors import ScanError
from ocr.feeders.sane import devices
from wiring.services import Services

_KEPT_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class ScannerChoice:
    """A scanner that can be chosen: how it is named in a form, how people know it."""

    name: str
    label: str


class KnownScanners:
    """Remembers for some minutes what was found: looking takes seconds. Safe for threads."""

    def __init__(
        self,
        *,
        find: Callable[[], Sequence[Device]] = devices,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look by ``find``; ``seconds`` only grow."""
        self._find = find
        self._seconds = seconds
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._found: tuple[float, Sequence[Device]] | None = None

    def look(self) -> None:
        """Look for devices on USB and on the network; none where there is no program to look with.

        While somebody looks, others do not: each would keep a thread of all pages busy for seconds.
        """
        if not self._looking.acquire(blocking=False):
            return
        try:
            try:
                found = self._find()
            except ScanError:
                found = ()
            with self._lock:
                self._found = (self._seconds(), found)
        finally:
            self._looking.release()

    def choices(self, services: Services) -> Sequence[ScannerChoice]:
        """Profiles of the settings, the usual one first, then devices that were found."""
        scanners = services.settings.scanners
        names = sorted(scanners.profiles, key=lambda name: (name != scanners.default, name))
        told = [ScannerChoice(name, name) for name in names]
        known = {profile.device for profile in scanners.profiles.values()}
        return [
            *told,
            *(
                ScannerChoice(one.name, " ".join(filter(None, (one.vendor, one.model))) or one.name)
                for one in self._devices()
                if one.name not in known
            ),
        ]

    @property
    def has_looked(self) -> bool:
        """Whether somebody looked not long ago."""
        return bool(self._devices()) or (self._found is not None and not self._is_old)

    def _devices(self) -> Sequence[Device]:
        with self._lock:
            found = self._found
        return found[1] if found is not None and not self._is_old else ()

    @property
    def _is_old(self) -> bool:
        found = self._found
        return found is None or self._seconds() - found[0] > _KEPT_SECONDS
