"""Where batches are signed while the page goes on: one after the other, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from dossier.ids import DocumentId
from dossier.signing_desk import SignBatch
from flows.signing_desk.batch import Sitting, work_through
from wiring.services import Services

_BEAT_SECONDS: Final = 60.0


class SigningRoom:
    """Works batches off in the background. One for each process; close it when it ends."""

    def __init__(self) -> None:
        """Make an empty room."""
        self._turn = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._closing = threading.Event()

    def sign(
        self, services: Services, sitting: Sitting, batch: SignBatch, documents: Sequence[DocumentId]
    ) -> None:
        """Begin to sign a batch; the sitting is closed when it is over, whatever came of it."""

        def work() -> None:
            try:
                self._wait_for_turn(services, batch)
                try:
                    work_through(
                        services, sitting, batch, documents, go_on=lambda: not self._closing.is_set()
                    )
                finally:
                    self._turn.release()
            finally:
                sitting.close()
                self._threads.discard(threading.current_thread())

        # Killed with the process: a paper is then as it was, and the batch is known to be dead.
        thread = threading.Thread(target=work, name="signing-desk", daemon=True)
        self._threads.add(thread)
        thread.start()

    def _wait_for_turn(self, services: Services, batch: SignBatch) -> None:
        """A batch that stands in line lives all the same."""
        while not self._turn.acquire(timeout=_BEAT_SECONDS):
            services.store.records.signing.beat(batch.id, at=services.clock())

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is being signed; ``False`` when that took longer."""
        for thread in tuple(self._threads):
            thread.join(seconds)
        return not self._threads

    def close(self, *, within_s: float = 10.0) -> None:
        """Let the paper that is being signed be finished, and leave the rest in the queue."""
        self._closing.set()
        self.wait(within_s)
