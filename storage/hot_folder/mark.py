"""The mark in a watched folder: it tells a mounted share from an empty mount point, and whose folder it is.

``.motlan-watch`` holds two opaque ids: of the folder, and of the installation (its *seat*) that watches it.
What the installation itself knows of the folder lies in its data folder, ``watch/<id of the folder>/``.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dossier.ids import is_id
from dossier.watch_errors import WatchAwayError, WatchTakenError
from storage.filesystem import FileLayer, SystemFiles, write_private_file
from storage.sources import display_name

MARK: Final = ".motlan-watch"
_SEAT: Final = "seat"
_PLACES: Final = "folders"
_MOST_BYTES: Final = 1000

NewId = Callable[[], uuid.UUID]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a mark says."""

    folder: str
    seat: str


class FolderMark:
    """The mark of one folder, and what this installation remembers of it."""

    def __init__(
        self, folder: Path, *, home: Path, files: FileLayer | None = None, new_id: NewId = uuid.uuid4
    ) -> None:
        """Look after the mark of a folder.

        Args:
            folder: that is watched.
            home: ``watch`` in the data folder.
            files: the file system.
            new_id: makes a random id.
        """
        self._folder = folder
        self._home = home
        self._files: FileLayer = files or SystemFiles()
        self._new_id = new_id
        self._identity: tuple[int, int] | None = None

    def claim(self, *, take_over: bool = False) -> str:
        """Make the mark where there is none yet; give the id of the folder.

        Args:
            take_over: the folder is new although one was here before, or was another installation's.

        Raises:
            WatchAwayError: the folder had a mark and has none now, or cannot be read or written.
            WatchTakenError: another installation watches it.
        """
        seat = self._seat()
        known = self._known()
        told = self._read()
        if told is not None and told.seat != seat and not take_over:
            raise WatchTakenError(self._shown)
        if told is None and known and not take_over:
            raise WatchAwayError(self._shown, cause="no mark")
        folder = told.folder if told is not None else str(self._new_id())
        if told is None or told.seat != seat:
            self._write(_Told(folder, seat))
        if known != folder:
            self._remember(folder)
        self._identity = self._present()
        return folder

    def check(self, folder: str) -> None:
        """Whether the folder is there, and still ours.

        Raises:
            WatchAwayError: it is not there, or it is another one.
            WatchTakenError: another installation took it over.
        """
        told = self._read()
        if told is None and self._identity is not None and self._present() == self._identity:
            # The very folder, so nothing was unmounted: somebody tidied hidden files away.
            told = _Told(folder, self._seat())
            self._write(told)
        if told is None or told.folder != folder:
            raise WatchAwayError(self._shown, cause="no mark" if told is None else "another mark")
        if told.seat != self._seat():
            raise WatchTakenError(self._shown)
        self._identity = self._present()

    @property
    def was_watched(self) -> bool:
        """Whether a folder of this path was watched before."""
        return bool(self._known())

    def _present(self) -> tuple[int, int] | None:
        """Device and number of the folder: other ones when a share was mounted over it or taken off."""
        try:
            found = self._folder.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    @property
    def _shown(self) -> str:
        return display_name(self._folder.name)

    def _read(self) -> _Told | None:
        try:
            descriptor = os.open(self._folder / MARK, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            if not self._folder.is_dir():
                raise WatchAwayError(self._shown, cause="no folder") from None
            return None
        except OSError as error:
            raise WatchAwayError(self._shown, cause=type(error).__name__) from error
        try:
            told = json.loads(os.read(descriptor, _MOST_BYTES))
            found = _Told(str(told["folder"]), str(told["seat"]))
        except OSError as error:
            raise WatchAwayError(self._shown, cause=type(error).__name__) from error
        except (ValueError, KeyError, TypeError):
            # Half a mark, or somebody's: made anew by --take-over.
            return None
        finally:
            os.close(descriptor)
        return found if is_id(found.folder) and is_id(found.seat) else None

    def _write(self, told: _Told) -> None:
        """Whole or not at all; on a share nothing but the name tells when it is there."""
        path = self._folder / MARK
        draft = path.with_name(f"{MARK}.part")
        try:
            draft.unlink(missing_ok=True)
            descriptor = os.open(
                draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644
            )
            try:
                os.write(descriptor, json.dumps({"folder": told.folder, "seat": told.seat}).encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            draft.replace(path)
        except OSError as error:
            raise WatchAwayError(self._shown, cause=type(error).__name__) from error

    # what this installation remembers

    def _seat(self) -> str:
        path = self._home / _SEAT
        try:
            return path.read_text("ascii").strip()
        except FileNotFoundError:
            seat = str(self._new_id())
            self._files.make_folder(self._home)
            write_private_file(self._files, path, f"{seat}\n".encode())
            return seat

    def _known(self) -> str:
        """The id of the folder that was watched under this path; empty when none was."""
        try:
            return self._place().read_text("ascii").strip()
        except FileNotFoundError:
            return ""

    def _remember(self, folder: str) -> None:
        self._files.make_folder(self._home / _PLACES)
        write_private_file(self._files, self._place(), f"{folder}\n".encode())

    def _place(self) -> Path:
        """Named by a hash: the path of a folder may tell a name."""
        path = os.fsencode(self._folder.absolute())
        return self._home / _PLACES / hashlib.sha256(path).hexdigest()[:32]
