"""Settings to services: the store, and with it engine, signer, rulebook. The only place that picks adapters.

Each service is made when it is first used: a command that only looks something up never loads images or keys.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from threading import Condition, RLock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from dossier.errors import DemoKeyError, SchemaError, SettingsError, StoreFullError, StoreMissingError
from wiring.place_settings import BucketSettings
from wiring.reading_services import ReadingServices
from wiring.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from dossier.ports import Clock
    from signing.desk_keys import DeskKeys
    from storage.copies import FellOver
    from storage.database import Database
    from storage.layout import Layout
    from storage.places import Place
    from storage.store import SecondCopy, Store
    from storage.store_parts import StoreParts


_TURN_SECONDS = 0.2
"""How long a thread stands in line before it looks whether it may save beside whoever writes."""


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody is told."""


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


class Services(ReadingServices):
    """All adapters of one installation. Use it in a ``with`` block, or close it."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = utc_now,
        second_place: Callable[[Settings, Clock], Place] | None = None,
    ) -> None:
        """Choose the adapters; nothing is opened yet.

        Args:
            settings: of the installation.
            clock: the present moment.
            second_place: makes the place of second copies; the one of the settings when not given.
        """
        super().__init__(settings, clock=clock)
        self._second_place = second_place
        self._turn = RLock()
        self._writing: Store | None = None
        self._beside = Condition()
        self._joined = 0
        self._ending = False
        self.wrote = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened."""
        self._stack.close()

    # the store

    def create(self, *, progress: Callable[[str, int, int], None] = _silent) -> bool:
        """Make the data folder, the database and, unless keys are configured, the demo PKI.

        Args:
            progress: told which stage of bringing an older store up to date has done how many of how many.

        Returns:
            Whether the store was made now.

        Raises:
            DemoKeyError: production without keys of its own.
            SettingsError: production with one folder as its only place.
            StoreError: folder, database or a place cannot be used.
        """
        from storage.store_making import create_store  # noqa: PLC0415

        if self.settings.production and self.uses_demo_keys:
            raise DemoKeyError("MOTLAN_OFFICER_KEY, MOTLAN_ORGANISATION_KEY")
        self._need_two_places()
        self._prepare_second()
        # A store that is complete and of this version needs no lock: somebody may be writing to it.
        made = not self._is_ready() and create_store(
            self.settings.data,
            clock=self.clock,
            actor=self.settings.actor,
            ring=self._ring,
            progress=progress,
            parts=self._parts,
            wait_seconds=self.settings.lock_seconds,
        )
        if made and self._second is not None:
            # From now on a second place that is not there is away, not new.
            queue = self.looking.records.upkeep.copies
            queue.catch_up(self._second.place.name, at=self.clock())
        if self.uses_demo_keys:
            self._trust_demo()
        return made

    def _prepare_second(self) -> None:
        """With a new store; later a mount that is gone must not be taken for a new, empty place."""
        from storage.layout import Layout  # noqa: PLC0415

        if self._second is not None and not Layout(self.settings.data).marker.exists():
            self._second.place.prepare()

    def _need_two_places(self) -> None:
        """One folder is one disk: what is lost with it is lost, and nothing locks what is in it."""
        first = self.settings.first_place
        if self.settings.production and not isinstance(first, BucketSettings) and not self.has_second_place:
            reason = "vận hành thật (production) cần nơi lưu thứ hai, hoặc nơi lưu đầu là thùng chứa có khóa"
            raise SettingsError("second_place", reason=reason)

    def _trust_demo(self) -> None:
        from wiring.trusting import trust_demo_root  # noqa: PLC0415

        trust_demo_root(
            self, self._demo.root_certificate.read_bytes(), crls=self._demo.crls(now=self.clock())
        )

    def _is_ready(self) -> bool:
        from storage.store import open_store  # noqa: PLC0415

        try:
            with open_store(
                self.settings.data, clock=self.clock, read_only=True, ring=self._ring, parts=self._parts
            ):
                return True
        except (StoreMissingError, SchemaError):
            return False

    @property
    def store(self) -> Store:
        """The store, open for looking and, inside ``writing``, for everything.

        Raises:
            StoreMissingError: ``create`` was never called here.
        """
        return self._writing or self.looking

    def shared_clock(self) -> datetime:
        """The moment by the clock that all machines of the installation share.

        For whatever one machine says and another compares: who holds what, and since when. On one machine
        it is its own clock; else the database's, for two machines may be minutes apart.
        """
        return self.looking.records.shared_now() or self.clock()

    @cached_property
    def looking(self) -> Store:
        """The store open for looking alone, also while this process writes: it stays open until the end."""
        from storage.store import open_store  # noqa: PLC0415

        return self._stack.enter_context(
            open_store(
                self.settings.data,
                clock=self.clock,
                read_only=True,
                result_type_code=self._result_type_code,
                ring=self._ring,
                second=self._second,
                parts=self._parts,
                encipher=self.settings.encrypt_objects,
            )
        )

    @cached_property
    def _parts(self) -> StoreParts:
        from wiring.places import store_parts  # noqa: PLC0415

        parts = store_parts(self.settings)
        self._stack.callback(parts.close)
        return parts

    def database_alone(self) -> Database:
        """The database without the store around it, to be looked at and closed; its rows stay sealed.

        Raises:
            StoreMissingError: there is no file of the database.
        """
        from storage.layout import Layout  # noqa: PLC0415

        database = self._parts.database(Layout(self.settings.data))
        if not database.is_there():
            database.close()
            raise StoreMissingError(str(self.settings.data))
        return database

    @property
    def has_second_place(self) -> bool:
        """Whether every object gets a second copy."""
        return self._second_place is not None or self.settings.second_place is not None

    @cached_property
    def _second(self) -> SecondCopy | None:
        from storage.store import SecondCopy  # noqa: PLC0415
        from wiring.places import second_place  # noqa: PLC0415

        if self._second_place is not None:
            place: Place | None = self._second_place(self.settings, self.clock)
        else:
            place = second_place(self.settings, self.clock)
        if place is None:
            return None

        def warn(fell_over: FellOver) -> None:
            self.log.warning("object.fell_over", item=fell_over.sha256, code=fell_over.code)

        return SecondCopy(place=place, actor=self.settings.actor, warn=warn)

    @contextmanager
    def copying(self) -> Iterator[None]:
        """Be the one who makes second copies or repairs them, on this machine and all others.

        Raises:
            StoreBusyError: somebody else is.
            StoreMissingError: there is no store.
        """
        with (
            self._lock_file(lambda layout: layout.copies_lock),
            self.looking.records.upkeep.database.only_copier(wait_seconds=self.settings.lock_seconds),
        ):
            yield

    @contextmanager
    def locking(self) -> Iterator[None]:
        """Be the one who prolongs the locks of objects, on this machine and all others.

        Raises:
            StoreBusyError: somebody else is.
            StoreMissingError: there is no store.
        """
        with (
            self._lock_file(lambda layout: layout.locks_lock),
            self.looking.records.upkeep.database.only_locker(wait_seconds=self.settings.lock_seconds),
        ):
            yield

    @contextmanager
    def _lock_file(self, file: Callable[[Layout], Path]) -> Iterator[None]:
        from storage.layout import Layout  # noqa: PLC0415
        from storage.lock import writer_lock  # noqa: PLC0415

        layout = Layout(self.settings.data)
        layout.check_complete()
        with writer_lock(file(layout), wait_seconds=self.settings.lock_seconds):
            yield

    @contextmanager
    def bytes_stay(self, *, alone: bool = False) -> Iterator[None]:
        """Copy what records name, and none of it goes meanwhile; or be the one who takes plain bytes away.

        Args:
            alone: nobody else may copy or take away.

        Raises:
            StoreBusyError: somebody takes bytes away, or, for one who wants to be alone, copies them.
        """
        from storage.layout import Layout  # noqa: PLC0415
        from storage.lock import writer_lock  # noqa: PLC0415

        layout, wait = Layout(self.settings.data), self.settings.lock_seconds
        layout.check_complete()
        with writer_lock(layout.bytes_lock, wait_seconds=wait, shared=not alone):
            yield

    @contextmanager
    def writing(self, *, wait_seconds: float | None = None) -> Iterator[None]:
        """Be the one writer of the store; what a killed writer left half-done is tidied up first.

        Threads of one process take turns and wait; another process waits as long as the settings say.

        Args:
            wait_seconds: no longer than so long, whatever the settings say.

        Raises:
            StoreFrozenError: a failed canary made the store read-only.
            StoreBusyError: another process, here or on another machine, writes for longer than the settings
                wait.
        """
        from storage.store import open_store  # noqa: PLC0415

        settled = self.settings.lock_seconds
        with (
            self._turn,
            open_store(
                self.settings.data,
                clock=self.clock,
                read_only=False,
                result_type_code=self._result_type_code,
                wait_seconds=settled if wait_seconds is None else min(wait_seconds, settled),
                max_file_bytes=self.settings.max_file_bytes,
                ring=self._ring,
                second=self._second,
                parts=self._parts,
                encipher=self.settings.encrypt_objects,
            ) as opened,
        ):
            self.wrote = True
            with self._beside:
                self._writing = opened
            try:
                yield
            finally:
                with self._beside:
                    # Whoever saves beside this block is on the way, and needs the open store to the end; it
                    # is never long. Nobody else comes in.
                    self._ending = True
                    self._beside.wait_for(lambda: self._joined == 0)
                    self._writing, self._ending = None, False

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Save something short: beside the batch that this process writes, or else as the one writer.

        A thread that completes papers must not wait until a long batch ends. What is saved so must not depend
        on what the batch does meanwhile.

        Raises:
            StoreBusyError: another process writes for longer than the settings wait.
        """
        while True:
            with self._beside:
                joins = self._writing is not None and not self._ending
                self._joined += joins
            if joins:
                try:
                    yield
                finally:
                    with self._beside:
                        self._joined -= 1
                        self._beside.notify_all()
                return
            if self._turn.acquire(timeout=_TURN_SECONDS):
                try:
                    with self.writing():
                        yield
                finally:
                    self._turn.release()
                return

    @property
    def _ring(self) -> Callable[[], str]:
        from storage.key_ring import no_ring  # noqa: PLC0415

        return self.settings.encryption_keys or no_ring

    def need_room(self) -> None:
        """Refuse to begin on a disk that is nearly full: a batch and Prefect's own files need room.

        Raises:
            StoreFullError: less is free than the settings ask for.
        """
        if shutil.disk_usage(self.settings.data).free < self.settings.min_free_bytes:
            raise StoreFullError(str(self.settings.data))

    @cached_property
    def desk_keys(self) -> DeskKeys:
        """The keys by which other stores know this one.

        Raises:
            StoreMissingError: there is no store.
        """
        from signing.desk_keys import DeskKeys  # noqa: PLC0415
        from storage.layout import Layout  # noqa: PLC0415
        from storage.store_secret import read_key  # noqa: PLC0415

        layout = Layout(self.settings.data)
        layout.check_complete()
        return DeskKeys.of_store(read_key(layout))

    def _result_type_code(self, type_: str) -> str:
        return self.papers.spec(type_).result_code or type_
