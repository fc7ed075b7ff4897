"""Do a step once, whatever dies in between.

A result is first completed in the work area (written, synced, renamed), then kept as an object, then
remembered by the records. Whoever repeats the step after a crash goes on from the last of these that was
reached: the same complete file is kept again, so the store never holds two results of one step.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dossier.ids import Sha256
from dossier.ports import BlobRef, BlobStore, Records
from storage.filesystem import FileLayer, SystemFiles, disk_error, store_errors

Produce = Callable[[Path], None]
"""Writes its result to the path it is given; what it keeps beside it meanwhile is named after that path."""

_UNFINISHED = "part-"


class StepRunner:
    """Runs steps in a work folder. Threads may share it; two of them never run one step at the same time."""

    def __init__(
        self, work: Path, *, blobs: BlobStore, records: Records, files: FileLayer | None = None
    ) -> None:
        self._work = work
        self._blobs = blobs
        self._records = records
        self._files: FileLayer = files or SystemFiles()
        self._guard = threading.Lock()
        self._running: defaultdict[str, _Turn] = defaultdict(_Turn)

    def prepare(self) -> None:
        """Make the work folder and remove what was left half-written. Only for the holder of the lock.

        Raises:
            StoreFullError, StoreReadOnlyError.
        """
        with store_errors(self._work.name):
            self._files.make_folder(self._work)
            self._files.sync_folder(self._work.parent)
            for path in self._work.glob(f"{_UNFINISHED}*"):
                if path.is_dir():
                    # What a step keeps on disk while it works, in a folder named after its draft.
                    shutil.rmtree(path)
                else:
                    self._files.remove(path)

    def run(self, key: str, produce: Produce, *, suffix: str = "") -> BlobRef:
        """The object the step produced, now or before.

        Args:
            key: names the step and its input; opaque.
            produce: called unless an earlier run completed.
            suffix: ending of the file name ``produce`` gets, with the dot, for libraries that look at it.

        Raises:
            StoreError: the result cannot be written or kept; a complete one is not lost.
        """
        name = _file_name(key, suffix)
        with self._turn(name):
            complete = self._work / name
            result = self._records.step_result(key)
            if result is None:
                self._complete(complete, produce)
                ref = self._blobs.put(complete)
                self._records.save_step(key, ref.sha256)
            else:
                ref = self._ref(result)
            self._remove(complete)
        return ref

    def run_temporary(self, key: str, produce: Produce, *, suffix: str = "") -> Path:
        """A file that stays in the work area until it is forgotten; never kept as an object.

        Its key must differ from the keys of ``run``. The file may be gone after ``forget`` or ``motlan``
        was moved to another machine: the step is then simply done again.
        """
        name = _file_name(key, suffix)
        with self._turn(name):
            complete = self._work / name
            self._complete(complete, produce)
        return complete

    def forget(self, keys: Iterable[str]) -> None:
        """Remove the work files of these steps; files that are not there are no matter."""
        for key in keys:
            for path in self._work.glob(f"{_file_name(key, '')}*"):
                self._remove(path)

    def _complete(self, complete: Path, produce: Produce) -> None:
        if complete.exists():
            return
        draft = complete.with_name(f"{_UNFINISHED}{complete.name}")
        self._remove(draft)
        self._produce(draft, produce)
        with store_errors(complete.name):
            self._files.sync_file(draft)
            self._files.replace(draft, complete)
            self._files.sync_folder(self._work)

    def _produce(self, draft: Path, produce: Produce) -> None:
        """A draft that failed is taken away at once: on a full disk it would hold the last room."""
        try:
            produce(draft)
        except Exception as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            trouble = disk_error(error, draft.name) if isinstance(error, OSError) else None
            if trouble is not None:
                raise trouble from error
            raise

    def _remove(self, path: Path) -> None:
        with store_errors(path.name):
            if path.exists():
                self._files.remove(path)

    def _ref(self, sha256: Sha256) -> BlobRef:
        with self._blobs.path(sha256) as path:
            return BlobRef(sha256, path.stat().st_size)

    @contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        with self._guard:
            turn = self._running[name]
            turn.waiting += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._guard:
                turn.waiting -= 1
                if not turn.waiting:
                    del self._running[name]


class _Turn:
    """Who runs a step, and how many want to."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting = 0


def _file_name(key: str, suffix: str) -> str:
    """Keys may hold anything; file names may not."""
    return hashlib.sha256(key.encode()).hexdigest() + suffix
