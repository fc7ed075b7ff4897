"""Begin a watch: the folders lie apart, the mark is ours, nobody else watches, work in hand goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dossier.errors import InputNotFoundError, OutputError, StoreBusyError
from dossier.watch_errors import WatchAwayError, WatchBusyError
from flows.watching.happenings import Happening, Kind, Tell
from flows.watching.line import Line
from flows.watching.loop import Machine, Orders, Watch
from flows.watching.putting import Putting
from storage.hot_folder.after import After
from storage.hot_folder.mark import FolderMark
from storage.hot_folder.overlap import need_apart
from storage.hot_folder.plan import WatchMemory
from storage.key_ring import ring_of_store
from storage.layout import Layout
from storage.lock import writer_lock
from storage.sources import display_name
from storage.store_secret import read_key
from storage.vault import Vault
from wiring.place_settings import FolderSettings
from wiring.services import Services

_HOME: Final = "watch"
_AWAY_PAUSE: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked for.

    Attributes:
        folder: to watch.
        done, quarantine: where taken and refused files go.
        after: what is done with taken files.
        defaults: dossier, procedure, owner, operator, device, for files whose names do not say.
        once: end when nothing is left to do.
        take_over: the folder is new, or was another installation's.
    """

    folder: Path
    done: Path
    quarantine: Path
    after: After
    defaults: Mapping[str, str]
    once: bool = False
    take_over: bool = False


def beside(folder: Path, ending: str) -> Path:
    """The folder of that name beside another one: ``vao`` and ``vao-da-nhan``."""
    whole = folder.absolute()
    return whole.with_name(f"{whole.name}-{ending}")


def check_folders(services: Services, asked: Asked) -> None:
    """Refuse folders that overlap each other, the data folder or a place of bytes.

    Raises:
        WatchOverlapError.
    """
    folders = {"thư mục theo dõi": asked.folder, "kho dữ liệu": services.settings.data}
    if asked.after is After.MOVE:
        folders["thư mục đã nhận"] = asked.done
    folders["thư mục tệp lỗi"] = asked.quarantine
    need_apart(folders)
    for place in (services.settings.first_place, services.settings.second_place):
        if isinstance(place, FolderSettings):
            own = {name: path for name, path in folders.items() if name != "kho dữ liệu"}
            need_apart_from("nơi lưu", place.path, own)


def need_apart_from(name: str, path: Path, folders: Mapping[str, Path]) -> None:
    """Refuse folders of which one overlaps a place.

    Raises:
        WatchOverlapError.
    """
    for other, folder in folders.items():
        need_apart({other: folder, name: path})


def watch(services: Services, asked: Asked, *, line: Line, machine: Machine, tell: Tell) -> None:
    """Watch until told to stop. The folders were checked.

    Raises:
        MotlanError: the line cannot work: that is said now, not with the first paper.
        WatchBusyError: another process of this installation watches the folder.
        WatchTakenError: another installation does.
        InputNotFoundError: there is no such folder, and never was.
        OutputError: a folder to put files into cannot be made.
    """
    settings = services.settings
    home = settings.data / _HOME
    mark = FolderMark(asked.folder, home=home)
    if not asked.folder.is_dir() and not mark.was_watched:
        raise InputNotFoundError(display_name(asked.folder.name))
    layout = Layout(settings.data)
    if not layout.marker.exists():
        line.begin()
    identity = _claimed(mark, asked, machine=machine, tell=tell)
    if identity is None:
        return
    secret = read_key(layout)
    memory = WatchMemory(home / identity, vault=Vault(secret=secret, ring=ring_of_store(secret)))
    memory.prepare()
    with _only_one(memory, asked.folder):
        memory.load()
        line.begin()
        putting = Putting(
            asked.folder,
            done=asked.done,
            quarantine=asked.quarantine,
            after=asked.after,
            memory=memory,
            clock=services.clock,
        )
        try:
            putting.prepare()
        except OSError as error:
            raise OutputError(", ".join(display_name(place.name) for place in putting.places)) from error
        Watch(
            Orders(
                folder=asked.folder,
                identity=identity,
                defaults=asked.defaults,
                rules=settings.watch.rules,
                rhythm=settings.watch.rhythm,
                poll_seconds=settings.watch.poll_seconds,
                once=asked.once,
            ),
            mark=mark,
            memory=memory,
            putting=putting,
            line=line,
            machine=machine,
            tell=tell,
        ).run()


def _claimed(mark: FolderMark, asked: Asked, *, machine: Machine, tell: Tell) -> str | None:
    """The id of the folder; a share that is not mounted yet is waited for. Nothing when told to stop."""
    told = False
    while not machine.is_stopping():
        try:
            return mark.claim(take_over=asked.take_over)
        except WatchAwayError as error:
            if not told:
                told = True
                tell(Happening(kind=Kind.AWAY, code=error.code, message=error.message()))
            machine.pause(_AWAY_PAUSE)
    return None


@contextmanager
def _only_one(memory: WatchMemory, folder: Path) -> Iterator[None]:
    """The kernel frees the lock when its holder dies, however it dies."""
    try:
        with writer_lock(memory.lock):
            yield
    except StoreBusyError as error:
        if error.item != os.fspath(memory.lock.parent):
            raise
        raise WatchBusyError(display_name(folder.name)) from error
