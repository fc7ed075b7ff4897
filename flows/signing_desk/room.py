"""Where batches are signed while the page goes on: one after the other, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final

from dossier.errors import MotlanError
from dossier.ids import DocumentId
from dossier.signing_desk import SignBatch
from flows.signing_desk.batch import Sitting, end, work_through
from wiring.logs import kind_of
from wiring.services import Services

_BEAT_SECONDS: Final = 60.0


class SigningRoom:
    """Works batches off in the background. One for each process; close it when it ends."""

    def __init__(
        self,
        *,
        beat_seconds: float = _BEAT_SECONDS,
        start: Callable[[threading.Thread], None] = threading.Thread.start,
    ) -> None:
        """Make an empty room.

        Args:
            beat_seconds: between two signs of life of a batch that stands in line.
            start: starts a thread.
        """
        self._beat_seconds = beat_seconds
        self._start = start
        self._turn = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._closing = threading.Event()

    def sign(
        self, services: Services, sitting: Sitting, batch: SignBatch, documents: Sequence[DocumentId]
    ) -> None:
        """Begin to sign a batch; the sitting is closed when it is over, whatever came of it."""

        def work() -> None:
            try:
                self._work(services, sitting, batch, documents)
            finally:
                sitting.close()
                self._threads.discard(threading.current_thread())

        # Killed with the process: a paper is then as it was, and the batch is known to be dead.
        thread = threading.Thread(target=work, name="signing-desk", daemon=True)
        self._threads.add(thread)
        try:
            self._start(thread)
        except BaseException:
            # No thread will do it: the key is not left open, and the papers are free again.
            self._threads.discard(thread)
            sitting.close()
            self._end(services, batch, code=MotlanError.code)
            raise

    def _work(
        self, services: Services, sitting: Sitting, batch: SignBatch, documents: Sequence[DocumentId]
    ) -> None:
        """A thread's whole work; what goes wrong with it is told, and the batch is ended."""
        try:
            self._wait_for_turn(services, batch)
            try:
                work_through(services, sitting, batch, documents, go_on=lambda: not self._closing.is_set())
            finally:
                self._turn.release()
        except Exception as error:  # noqa: BLE001 - a thread's last fence; the trouble goes to the log
            code = error.code if isinstance(error, MotlanError) else MotlanError.code
            services.log.warning("signing.broke_off", item=batch.id, code=code, cause=kind_of(error))
            self._end(services, batch, code=code)

    def _end(self, services: Services, batch: SignBatch, *, code: str) -> None:
        try:
            end(services, batch.id, code=code)
        except Exception as error:  # noqa: BLE001 - it gives no sign of life any more: the next look ends it
            services.log.warning("signing.not_ended", item=batch.id, cause=kind_of(error))

    def _wait_for_turn(self, services: Services, batch: SignBatch) -> None:
        """A batch that stands in line lives all the same, also while no sign of it can be given."""
        while not self._turn.acquire(timeout=self._beat_seconds):
            try:
                services.looking.records.signing.beat(batch.id, at=services.shared_clock())
            except Exception as error:  # noqa: BLE001 - the database may be back before the batch counts as dead
                services.log.warning("signing.no_beat", item=batch.id, cause=kind_of(error))

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is being signed; ``False`` when that took longer."""
        for thread in tuple(self._threads):
            thread.join(seconds)
        return not self._threads

    def close(self, *, within_s: float = 10.0) -> None:
        """Let the paper that is being signed be finished, and leave the rest in the queue."""
        self._closing.set()
        self.wait(within_s)
