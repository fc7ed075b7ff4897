"""One file's work inside a batch: its own trouble stays with it; an unusable installation stops the batch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from dossier.errors import MotlanError
from dossier.ids import ItemId
from dossier.text import Finding
from dossier.work import Lease
from flows.fatal import fatal
from flows.progress import Listener
from wiring.logs import kind_of
from wiring.services import Services


class BatchStoppedError(Exception):
    """Going on is useless; the reason waits in the run.

    Prefect writes what is raised into its database, and a reason may name a file, which may name a person.
    """


@dataclass(slots=True)
class Run:
    """What the tasks of a batch look up.

    Attributes:
        services: of this installation.
        listen: hears of progress.
        holder: who has the files of this run in hand; nobody where none is taken from the line.
        fatal: what made going on useless, if anything did.
        noticed: what a person must look at on every paper of the batch.
        leases: files in hand.
        stopping: begin nothing more.
        alone: lets as many files be read in processes of their own as the reader takes pages at a time, each
            with the memory that one may need.
    """

    services: Services
    listen: Listener
    holder: str = ""
    fatal: MotlanError | None = None
    noticed: tuple[Finding, ...] = ()
    leases: dict[ItemId, Lease] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    alone: threading.BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        self.alone = threading.BoundedSemaphore(self.services.settings.workers)


def attempt(run: Run, item: ItemId, work: Callable[[], None]) -> MotlanError | None:
    """Do a file's work. What concerns this file alone comes back.

    Raises:
        BatchStoppedError: what makes going on useless lies in ``run.fatal``.
    """
    try:
        return _tried(run, item, work)
    except MotlanError as error:
        run.fatal = run.fatal or error
    # Raised out here, the reason does not hang on it: see the class.
    raise BatchStoppedError


def _tried(run: Run, item: ItemId, work: Callable[[], None]) -> MotlanError | None:
    try:
        work()
    except Exception as error:
        useless = fatal(error, item=item)
        if useless is error:
            raise
        if useless is not None:
            raise useless from error
        if isinstance(error, MotlanError):
            return error
        # A defect of ours or of a library that one odd file brings out must not stop the other files.
        run.services.log.warning("item.failed", item=item, cause=kind_of(error))
        return MotlanError(run.services.store.records.item(item).name, cause=kind_of(error))
    return None
