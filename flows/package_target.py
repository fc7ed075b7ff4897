"""Where a package goes: beside its place while it is written, under its name only when it is whole.

What a killed run left beside the place is taken away by the next run for the same place; a run that is still
going on keeps its own by a lock.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final, cast

from dossier.errors import ArgumentError, MotlanError, OutputError
from dossier.moments import VIETNAM
from preservation.model import PackageHead
from preservation.writing.folder import FolderWriter
from preservation.writing.tar import TarWriter
from preservation.writing.writer import PackageWriter
from preservation.writing.zip64 import ZipWriter
from storage.filesystem import disk_error

_PIECE: Final = 1 << 20


class Form(StrEnum):
    """Outer form of a package."""

    ZIP = "zip"
    TAR = "tar"
    FOLDER = "folder"


class Target:
    """One package being written; use ``open_target``."""

    def __init__(self, place: Path, drafts: Path, *, form: Form) -> None:
        self.place = place
        self._drafts = drafts
        self._form = form
        self._draft = drafts / "package"

    def new_spool(self) -> BinaryIO:
        """An empty nameless file beside the package, on the same disk."""
        return cast("BinaryIO", tempfile.TemporaryFile(dir=self._drafts))

    @contextmanager
    def writer(self, head: PackageHead) -> Iterator[PackageWriter]:
        """Takes the files of the package; on the disk when the block ends."""
        if self._form is Form.FOLDER:
            self._draft.mkdir()
            yield FolderWriter(self._draft)
            return
        at = head.made_at.astimezone(VIETNAM)
        with self._draft.open("xb") as stream, self.new_spool() as directory:
            if self._form is Form.TAR:
                yield TarWriter(stream, prefix=head.folder, at=at)
            else:
                yield ZipWriter(stream, directory=directory, prefix=head.folder, at=at)
            stream.flush()
            os.fsync(stream.fileno())

    def digest(self) -> str:
        """SHA-256 of the written file; of a folder, of its METS.xml, which names all other digests."""
        whole = self._draft / "METS.xml" if self._form is Form.FOLDER else self._draft
        digest = hashlib.sha256()
        with whole.open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
        return digest.hexdigest()

    def publish(self) -> None:
        """Give the package its name; nothing that is there is ever replaced.

        Raises:
            OutputError: something of that name appeared meanwhile.
        """
        if self._form is Form.FOLDER:
            if self.place.exists() or self.place.is_symlink():
                raise OutputError(str(self.place))
            self._draft.rename(self.place)
        else:
            self._draft.chmod(0o600)
            os.link(self._draft, self.place, follow_symlinks=False)
        _sync(self.place.parent)


@contextmanager
def open_target(output: Path, *, form: Form, name: str) -> Iterator[Target]:
    """A place for a package.

    Args:
        output: the file or folder to make, or a folder that is there, into which it goes under its own name.
        form: how it is packed.
        name: the package's own name, without ending.

    Raises:
        ArgumentError: something of that name is there.
        OutputError: the place cannot be written.
        StoreFullError, StoreReadOnlyError: the disk is full or read-only.
    """
    place = output / _named(name, form) if output.is_dir() else output
    if place.exists() or place.is_symlink():
        raise ArgumentError(str(place), expected="tên chưa có trong thư mục đó")
    drafts = place.parent / f".{place.name}.motlan-draft"
    with _told(place), _locked(drafts, place):
        yield Target(place, drafts, form=form)


def _named(name: str, form: Form) -> str:
    return name if form is Form.FOLDER else f"{name}.{form.value}"


@contextmanager
def _locked(drafts: Path, place: Path) -> Iterator[None]:
    """The folder for drafts, empty and ours alone; gone when the block ends."""
    drafts.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(drafts, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputError(str(place), cause="another run is writing it") from error
        _empty(drafts)
        yield
        _empty(drafts)
        drafts.rmdir()
    except BaseException:
        shutil.rmtree(drafts, ignore_errors=True)
        raise
    finally:
        os.close(descriptor)


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """Errors of the place in our words."""
    try:
        yield
    except MotlanError:
        raise
    except OSError as error:
        full = disk_error(error, str(place))
        raise full or OutputError(str(place), cause=f"{type(error).__name__}: {error.strerror}") from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
