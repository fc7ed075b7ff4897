"""Who goes first: papers that a citizen waits for before papers of years ago.

Whoever hands papers in at the counter shares a lock for as long as it takes, waiting included. Work of a
campaign looks at that lock before each file, after each page that is read and after each paper that is put
down, and stops there when somebody has it: what is finished stays, and the rest goes on later. The kernel
frees the lock of a process that dies. It counts on one machine; machines that share a database take turns
file by file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dossier.campaign_errors import CounterWaitsError
from flows.progress import Listener, Progress, Stage
from storage.layout import Layout
from storage.lock import is_locked, writer_lock
from wiring.services import Services

_AFTER: Final = frozenset({Stage.PAGE, Stage.FILED, Stage.WAITING})
# Who looks whether the lock is held has it for an instant.
_INSTANT_SECONDS: Final = 5.0


@contextmanager
def at_counter(services: Services) -> Iterator[None]:
    """Hand papers in, and have campaigns wait meanwhile."""
    path = Layout(services.settings.data).counter_lock
    with writer_lock(path, shared=True, wait_seconds=_INSTANT_SECONDS):
        yield


def counter_waits(services: Services) -> bool:
    """Whether somebody hands papers in at the counter, or waits to."""
    return is_locked(Layout(services.settings.data).counter_lock)


def give_way(services: Services) -> None:
    """Raises CounterWaitsError when somebody at the counter waits."""
    if counter_waits(services):
        raise CounterWaitsError(str(services.settings.data))


def patiently(services: Services, listen: Listener) -> Listener:
    """What hears of progress, and stops the work when somebody at the counter waits."""

    def hear(progress: Progress) -> None:
        listen(progress)
        if progress.stage in _AFTER:
            give_way(services)

    return hear
