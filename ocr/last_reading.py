"""The reading of a long file stays open until that of another one is asked for.

Every paper of a file asks for its pages: to open the reading of a file with ten thousand papers anew for each
would take longer than reading the papers did. Short readings are opened anew each time.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from dossier.ids import Sha256
from ocr.long_readings import SHORT_PAGES, read_reading
from ocr.records import FileReading


class LastReading:
    """Opens kept readings. Safe for threads."""

    def __init__(self, folder: Path) -> None:
        """Open nothing yet.

        Args:
            folder: where pages of long files wait, in a file without a name; made when it is not there.
        """
        self._folder = folder
        self._lock = threading.Lock()
        self._last: tuple[Sha256, FileReading] | None = None

    def get(self, sha256: Sha256, opened: Callable[[], BinaryIO]) -> FileReading:
        """A kept reading.

        Args:
            sha256: of what is kept.
            opened: opens it.

        Raises:
            KeyError, TypeError, ValueError: it is not a reading.
        """
        with self._lock:
            last = self._last
        if last is not None and last[0] == sha256:
            return last[1]
        with opened() as stream:
            reading = read_reading(stream, spool=self._spool)
        if len(reading.readings) > SHORT_PAGES:
            with self._lock:
                self._last = sha256, reading
        return reading

    def _spool(self) -> BinaryIO:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cast("BinaryIO", tempfile.TemporaryFile(dir=self._folder))
