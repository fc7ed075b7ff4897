"""Run the application on the socket of the data folder until somebody stops it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import uvicorn

from dossier.errors import SettingsError
from flows.archive_desk.work import taking_orders
from flows.arranging.loop import arranging
from flows.checking.saving import LEAVE_S as SAVER_LEAVE_SECONDS
from flows.checking.saving import Saver
from flows.copy_loop import copying_along
from flows.leaving import leaving_together
from flows.searching.filling import filling
from flows.server import bring_up
from flows.signing_desk.tidying import tidying
from flows.stamp_loop import completing
from flows.trays.loop import serving_trays
from flows.work.worker import LEAVE_SECONDS as WORKER_LEAVE_SECONDS
from flows.work.worker import working_along
from storage.lock import writer_lock
from web.app import build_app
from web.client import socket_path
from web.draining import Draining
from web.hooks.delivery import delivering
from web.serve_api import LEAVE_SECONDS as ANSWERS_LEAVE_SECONDS
from web.serve_api import SIGNING_SECONDS, answering
from wiring.sealing import seal_if_due
from wiring.services import Services
from wiring.settings import Settings

_LOOK_SECONDS = 600.0
_LEAVE_SECONDS = 10.0
_LINE_SECONDS = 15.0
"""Work that a killed process left begins so long after this one at the latest."""
_BATCH_SECONDS = 90
"""So long batches in hand may go on once told to end; then they give back what they have, page by page."""
_SOCKET_SECONDS = 120
"""So long the socket waits for them."""
_LONGEST_SOCKET_PATH = 107
"""A Unix socket's address holds 108 bytes with its end mark (unix(7))."""

STOP_SECONDS: Final = max(_SOCKET_SECONDS, WORKER_LEAVE_SECONDS) + ANSWERS_LEAVE_SECONDS + SIGNING_SECONDS
"""The longest that the serving process takes to end, but for a page in hand; all else ends meanwhile.

Units and manifests give it more before they kill it (``deploy/``).
"""

Listening = Callable[[tuple[str, int]], None]
"""Told where machines are answered, once they are."""


def alone_stop_seconds(settings: Settings) -> float:
    """The same of a process that answers and does nothing else: the paper being saved ends meanwhile."""
    return max(settings.api.drain_seconds, SAVER_LEAVE_SECONDS) + ANSWERS_LEAVE_SECONDS + SIGNING_SECONDS


def serve(
    services: Services, *, listen: tuple[str, int] | None = None, told: Listening = lambda _address: None
) -> None:
    """Bring Prefect up once, then answer until SIGTERM or SIGINT.

    Batches in hand have a minute and a half to end; what is left goes on with the next start.

    Args:
        services: of the installation.
        listen: where machines are answered, besides the socket of the desk.
        told: the address as it is bound.

    Raises:
        StoreBusyError: another process serves this data folder.
        SettingsError: that address cannot be listened on.
    """
    data = services.settings.data
    path = socket_path(data)
    if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH:
        raise SettingsError("MOTLAN_DATA", reason=f"đường dẫn kho dài quá {_LONGEST_SOCKET_PATH} byte")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with writer_lock(path.parent / "serve.lock"), contextlib.ExitStack() as stack:
        # Uvicorn sends itself the signal again when it is done; only an exit runs what is registered for it.
        signal.signal(signal.SIGTERM, _leave)
        draining = Draining()
        if listen is not None:
            # Counters are answered at once: looking needs no Prefect, which takes its time to come up.
            told(stack.enter_context(answering(services, listen, draining=draining)))
        else:
            stack.enter_context(following_people(services, told=draining.told))
        _serve(services, path, draining)


def answer_alone(
    services: Services, *, listen: tuple[str, int], told: Listening = lambda _address: None
) -> None:
    """Answer pages and machines until SIGTERM or SIGINT: one of many beside the one that takes batches in.

    What people finish at its pages is saved by the process that takes batches in, or here when that left it
    for a minute; no batch is worked on and nothing is completed, so any number of such processes run on one
    store.

    Args:
        services: of the installation; the store must be there, with tables that suit this program.
        listen: where.
        told: the address as it is bound.

    Raises:
        StoreMissingError, SchemaOlderError, SchemaNewerError: the store cannot be looked at.
        SettingsError: that address cannot be listened on.
    """
    draining = Draining()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        draining.begin()

    with answering(services, listen, draining=draining, alone=True) as bound:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, leave)
        told(bound)
        draining.wait()


@contextlib.contextmanager
def following_people(services: Services, *, told: threading.Event | None = None) -> Iterator[None]:
    """Do what follows on people's work at pages that other processes serve: save papers, take in words.

    Nobody waits for a page of this process. Two processes have an interpreter each, so those who check are
    not kept waiting by signatures that are made behind them (``python -m bench.check_people``).

    Args:
        services: of the installation.
        told: set when the process is to end; nothing new is begun then.
    """
    # A second look at the store: what is written meanwhile does not close it.
    with (
        Services(services.settings, clock=services.clock) as looking,
        leaving_together(told or threading.Event(), filling(looking), Saver(services)),
    ):
        yield


class _Desk(uvicorn.Server):
    """The server of the socket: whoever else answers hears at once that the process is to end."""

    def __init__(self, config: uvicorn.Config, draining: Draining) -> None:
        super().__init__(config)
        self._draining = draining

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """See ``Server``."""
        self._draining.begin()
        super().handle_exit(sig, frame)


def _serve(services: Services, path: Path, draining: Draining) -> None:
    """The one serving process of a data folder: the lock is the kernel's, so a killed one frees it."""
    bring_up(services.settings.data, url=services.settings.prefect_url)
    listening = _bind(path)
    try:
        config = uvicorn.Config(
            build_app(services, is_over=lambda: draining.is_over(_BATCH_SECONDS)),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=_SOCKET_SECONDS,
        )
        # What waits (for a timestamp, a second copy, its turn) is done as long as this process lives. All of
        # it is told to end when the socket is, and not once the last batch has ended.
        with leaving_together(
            draining.told,
            completing(services),
            copying_along(services),
            taking_orders(services),
            tidying(services),
            _sealing(services),
            delivering(services),
            arranging(services),
            serving_trays(services),
            working_along(services, poll_seconds=_LINE_SECONDS),
        ):
            _Desk(config, draining).run(sockets=[listening])
    finally:
        listening.close()
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


@contextlib.contextmanager
def _sealing(services: Services) -> Iterator[None]:
    """Seal the journal every day while the block runs."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            seal_if_due(services)
            stop.wait(_LOOK_SECONDS)

    thread = threading.Thread(target=work, name="journal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_LEAVE_SECONDS)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def _bind(path: Path) -> socket.socket:
    """A listening socket only our account may use; uvicorn's own would be open to everybody."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    return listening
