"""The canary of a folder: write-once as far as a folder can, and damage is seen when it is read."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from dossier.errors import ObjectDamagedError, ObjectMissingError, StoreUnavailableError
from dossier.ids import Sha256
from storage.files import FolderBlobs
from storage.filesystem import FileLayer, store_errors
from storage.trials import Trial, trial

_BYTES: Final = 1024
_WRITABLE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_CANARY: Final = "canary"
_DRAFTS: Final = "incoming"


class FolderCanary:
    """Tries a folder with an object of its own, beside the objects and on the same file system."""

    def __init__(
        self,
        folder: Path,
        *,
        files: FileLayer,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._folder = folder
        self._files = files
        self._random_bytes = random_bytes

    def __call__(self) -> Sequence[Trial]:
        """Try everything.

        Raises:
            StoreUnavailableError: the folder is not there.
            StoreFullError, StoreReadOnlyError, StoreError: no canary can be written.
        """
        if not (self._folder / _DRAFTS).is_dir():
            raise StoreUnavailableError(self._folder.name, cause="the folder is not there")
        cage = self._folder / _CANARY
        with store_errors(_CANARY):
            self._files.make_folder(cage)
            blobs = FolderBlobs(cage, files=self._files)
            blobs.prepare()
            seed = cage / "seed"
            seed.write_bytes(self._random_bytes(_BYTES))
            try:
                sha256 = blobs.put(seed).sha256
                place = cage / sha256[:2] / sha256[2:4] / sha256
                trials = self._try(cage, blobs, sha256, place)
                self._files.remove(place)
                trials.append(trial("removed_is_missed", held=_is_missed(blobs, sha256)))
            finally:
                seed.unlink()
        # A folder refuses nothing to its owner: that is what a bucket with Object Lock is for.
        return [*trials, Trial(what="delete", outcome="unproven")]

    def _try(self, cage: Path, blobs: FolderBlobs, sha256: Sha256, place: Path) -> list[Trial]:
        return [
            trial("write_protected", held=not place.stat().st_mode & _WRITABLE),
            self._opened_for_writing(place),
            trial("overwrite", held=self._refuses_overwrite(cage, place)),
            trial("flipped_byte", held=_sees(blobs, sha256, place, _flipped)),
            trial("cut_short", held=_sees(blobs, sha256, place, lambda content: content[:-1])),
        ]

    def _opened_for_writing(self, place: Path) -> Trial:
        if os.geteuid() == 0:
            return Trial(what="opened_for_writing", outcome="unproven")
        try:
            os.close(os.open(place, os.O_WRONLY))
        except PermissionError:
            return trial("opened_for_writing", held=True)
        return trial("opened_for_writing", held=False)

    def _refuses_overwrite(self, cage: Path, place: Path) -> bool:
        other = cage / "other"
        content = place.read_bytes()
        other.write_bytes(_flipped(content))
        try:
            self._files.publish(other, place)
        except FileExistsError:
            return place.read_bytes() == content
        finally:
            other.unlink(missing_ok=True)
        return False


def _sees(blobs: FolderBlobs, sha256: Sha256, place: Path, spoil: Callable[[bytes], bytes]) -> bool:
    """Whether a spoilt object is refused by whoever reads it; it is put right again."""
    content, mode = place.read_bytes(), place.stat().st_mode
    place.chmod(mode | stat.S_IWUSR)
    place.write_bytes(spoil(content))
    try:
        blobs.open(sha256).close()
    except ObjectDamagedError:
        return True
    finally:
        place.write_bytes(content)
        place.chmod(mode)
    return False


def _is_missed(blobs: FolderBlobs, sha256: Sha256) -> bool:
    try:
        blobs.check(sha256)
    except ObjectMissingError:
        return True
    return False


def _flipped(content: bytes) -> bytes:
    return bytes([content[0] ^ 1]) + content[1:]
