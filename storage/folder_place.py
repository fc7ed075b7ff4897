"""A folder as a place of objects: listed in order, damaged bytes set aside, drafts swept up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dossier.errors import StoreUnavailableError
from dossier.ids import Sha256
from storage.files import FolderBlobs
from storage.filesystem import FileLayer, SystemFiles, store_errors
from storage.folder_canary import FolderCanary
from storage.places import Listed, Place

_HASH: Final = re.compile(r"[0-9a-f]{64}\Z")
_DIGITS: Final = re.compile(r"[0-9a-f]{2}\Z")
_DRAFTS: Final = "incoming"
_ASIDE: Final = "damaged"


class FolderTending:
    """``storage.places.Tending`` on the folder of ``FolderBlobs``."""

    def __init__(self, folder: Path, *, files: FileLayer | None = None) -> None:
        self._folder = folder
        self._files: FileLayer = files or SystemFiles()

    def need_reachable(self) -> None:
        """See ``Tending``. The folder of drafts is made with the place; without it nothing is mounted."""
        with store_errors(self._folder.name):
            if not (self._folder / _DRAFTS).is_dir():
                raise StoreUnavailableError(self._folder.name, cause="the folder is not there")

    def walk(self, *, after: str = "") -> Iterator[Listed]:
        """See ``Tending``; one folder of 65,536 is in memory at a time."""
        with store_errors(self._folder.name):
            for first in _folders(self._folder, after[:2]):
                for second in _folders(first, after[2:4] if first.name == after[:2] else ""):
                    yield from _objects(second, after)

    def set_aside(self, sha256: Sha256) -> bool:
        """See ``Tending``: into ``damaged/<hash>-<number>``, synced before the old name is free."""
        place, aside = self._place(sha256), self._folder / _ASIDE
        with store_errors(sha256):
            if not place.exists():
                return False
            self._files.make_folder(aside)
            self._files.sync_folder(self._folder)
            self._files.publish(place, _free_name(aside, sha256))
            self._files.sync_folder(aside)
            self._files.sync_folder(place.parent)
        return True

    def remove(self, sha256: Sha256) -> bool:
        """See ``Tending``. A folder locks nothing."""
        place = self._place(sha256)
        with store_errors(sha256):
            if place.exists():
                self._files.remove(place)
                self._files.sync_folder(place.parent)
        return True

    def leftovers(self, *, before: datetime, remove: bool) -> int:
        """See ``Tending``."""
        with store_errors(self._folder.name):
            limit = before.timestamp()
            drafts = [path for path in (self._folder / _DRAFTS).iterdir() if path.stat().st_mtime < limit]
            if remove:
                for draft in drafts:
                    self._files.remove(draft)
        return len(drafts)

    def _place(self, sha256: Sha256) -> Path:
        return self._folder / sha256[:2] / sha256[2:4] / sha256


def folder_place(
    name: str, folder: Path, *, files: FileLayer | None = None, read_only: bool = False
) -> Place:
    """A folder as a place.

    Args:
        name: of the place.
        folder: on one file system.
        files: the file system.
        read_only: nothing may be put.
    """
    layer: FileLayer = files or SystemFiles()
    blobs = FolderBlobs(folder, files=layer, read_only=read_only)
    return Place(
        name=name,
        blobs=blobs,
        tending=FolderTending(folder, files=layer),
        prepare=blobs.prepare,
        prove=FolderCanary(folder, files=layer),
    )


def _folders(folder: Path, lowest: str) -> list[Path]:
    names = sorted(path.name for path in folder.iterdir() if _DIGITS.match(path.name))
    return [folder / name for name in names if name >= lowest]


def _objects(folder: Path, after: str) -> Iterator[Listed]:
    names = sorted(path.name for path in folder.iterdir() if _HASH.match(path.name))
    for name in names:
        if name <= after:
            continue
        try:
            found = (folder / name).stat()
        except FileNotFoundError:
            # Removed since the folder was listed.
            continue
        stored_at = datetime.fromtimestamp(found.st_mtime, UTC)
        yield Listed(sha256=Sha256(name), size=found.st_size, stored_at=stored_at)


def _free_name(folder: Path, sha256: Sha256) -> Path:
    number = 1
    while (folder / f"{sha256}-{number}").exists():
        number += 1
    return folder / f"{sha256}-{number}"
