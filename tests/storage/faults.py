"""A file layer that fails on purpose: power cuts at any call, lost unsynced writes, a disk that is full."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from storage.filesystem import SystemFiles


class PowerCut(BaseException):
    """The machine stopped. No handler of ours may catch it by accident."""


class FaultyFiles:
    """The real file system, with a memory of what was never synced.

    Args:
        graveyard: a folder beside the store for names that were taken away; what lies beside it is searched.
        cut_at: the call (from 1) before which the power goes; nothing works afterwards.
        room: bytes that fit on the disk.
    """

    def __init__(self, graveyard: Path, *, cut_at: int | None = None, room: int | None = None) -> None:
        self._system = SystemFiles()
        self._graveyard = graveyard
        graveyard.mkdir(exist_ok=True)
        self._cut_at = cut_at
        self._room = room
        self._buried = 0
        self._unsynced: set[int] = set()
        self._undo: list[tuple[Path, Callable[[], None]]] = []
        self.calls = 0

    def cut_after(self, calls: int) -> None:
        """The power goes before the call that is so many from now (1: the next one)."""
        self._cut_at = self.calls + calls

    def power_is_back(self) -> None:
        """Nothing was lost, and another process goes on; what is unsynced is still remembered."""
        self._cut_at = None

    def lose_unsynced(self) -> None:
        """What a power cut may do: names in unsynced folders go back, bytes never synced are gone."""
        for _, undo in reversed(self._undo):
            undo()
        for path in self._graveyard.parent.rglob("*"):
            if path.is_file() and path.stat().st_ino in self._unsynced:
                path.chmod(0o600)
                path.write_bytes(b"")

    def create(self, path: Path) -> int:
        self.step()
        descriptor = self._system.create(path)
        self._unsynced.add(os.fstat(descriptor).st_ino)
        self._names(path.parent, lambda: path.unlink(missing_ok=True))
        return descriptor

    def write(self, descriptor: int, data: bytes | memoryview) -> None:
        self.step()
        if self._room is not None:
            fits = min(self._room, len(data))
            self._system.write(descriptor, data[:fits])
            self._room -= fits
            if fits < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return
        self._system.write(descriptor, data)

    def protect(self, descriptor: int) -> None:
        self.step()
        self._system.protect(descriptor)

    def sync(self, descriptor: int) -> None:
        self.step()
        self._system.sync(descriptor)
        self._unsynced.discard(os.fstat(descriptor).st_ino)

    def close(self, descriptor: int) -> None:
        # The kernel closes the files of a dead process: no call of its own.
        self._system.close(descriptor)

    def sync_file(self, path: Path) -> None:
        self.step()
        self._system.sync_file(path)
        self._unsynced.discard(path.stat().st_ino)

    def publish(self, source: Path, target: Path) -> None:
        self.step()
        grave = self._bury(source)
        self._system.publish(source, target)
        self._names(target.parent, lambda: target.unlink(missing_ok=True))
        self._names(source.parent, lambda: _restore(grave, source))

    def replace(self, source: Path, target: Path) -> None:
        self.step()
        grave = self._bury(source)
        before = self._bury(target) if target.exists() else None
        self._system.replace(source, target)
        self._names(target.parent, lambda: _replace_or_drop(before, target))
        self._names(source.parent, lambda: _restore(grave, source))

    def remove(self, path: Path) -> None:
        self.step()
        grave = self._bury(path)
        self._system.remove(path)
        self._names(path.parent, lambda: _restore(grave, path))

    def make_folder(self, path: Path) -> None:
        self.step()
        was_there = path.exists()
        self._system.make_folder(path)
        if not was_there:
            self._names(path.parent, lambda: shutil.rmtree(path, ignore_errors=True))

    def sync_folder(self, path: Path) -> None:
        self.step()
        self._system.sync_folder(path)
        self._undo = [(folder, undo) for folder, undo in self._undo if folder != path]

    def written_outside(self, path: Path) -> None:
        """Tell the layer of a file that a step wrote by itself and nobody synced yet."""
        self._unsynced.add(path.stat().st_ino)

    def step(self) -> None:
        """A call: of this layer, or of something beside it that changes what lasts."""
        self.calls += 1
        if self._cut_at is not None and self.calls >= self._cut_at:
            raise PowerCut

    def _names(self, folder: Path, undo: Callable[[], None]) -> None:
        self._undo.append((folder, undo))

    def _bury(self, path: Path) -> Path:
        self._buried += 1
        grave = self._graveyard / str(self._buried)
        os.link(path, grave)
        return grave


def _restore(grave: Path, path: Path) -> None:
    if not path.exists() and path.parent.exists():
        os.link(grave, path)


def _replace_or_drop(before: Path | None, target: Path) -> None:
    target.unlink(missing_ok=True)
    if before is not None:
        os.link(before, target)
