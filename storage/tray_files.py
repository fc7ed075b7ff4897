"""Bytes of trays: files that were sent to the station, kept from then on until they are handed in.

A folder for each tray, a file for each that was sent, enciphered in pieces under a key of its own that the
records keep sealed; written beside, synced, renamed and synced again, so that it is there whole or not at
all. A tray is worked on where its folder is: machines that share a database have folders of their own.

trays/
└── 7f0c…/
    ├── 3f9a…            a file, under a random name
    ├── small-0-12       a page as small as it is shown
    └── plain-work/      its files as they were sent, while the tray is worked on
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from dossier.error_base import StoreError
from dossier.ids import Sha256, is_id
from storage.aead import TAG_BYTES, Pieces, decrypt, encrypt
from storage.filesystem import FileLayer, SystemFiles, store_errors, write_private_file

_PIECE: Final = 1 << 20
_DRAFT: Final = ".part"
_GONE: Final = "gone-"
_PLAIN: Final = "plain"


@dataclass(frozen=True, slots=True)
class KeptBytes:
    """What was kept: how many bytes, and their hash."""

    size: int
    sha256: Sha256


class TrayFiles:
    """The bytes of all trays of a data folder."""

    def __init__(self, folder: Path, *, files: FileLayer | None = None) -> None:
        """Use a folder, made when needed."""
        self._folder = folder
        self._files = files or SystemFiles()

    def make(self, tray: str) -> None:
        """Make the folder of a tray, durably.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreError: it could not be made.
        """
        with store_errors(tray):
            for left in self._folder.glob(f"{_GONE}*"):
                shutil.rmtree(left, ignore_errors=True)
            for made in (self._folder, self._folder / tray):
                self._files.make_folder(made)
                self._files.sync_folder(made.parent)

    def has(self, tray: str) -> bool:
        """Whether the bytes of a tray lie here."""
        return is_id(tray) and (self._folder / tray).is_dir()

    def all(self) -> Iterator[tuple[str, datetime]]:
        """Every tray whose bytes lie here, and when its folder last changed (aware)."""
        if not self._folder.is_dir():
            return
        for folder in sorted(self._folder.iterdir()):
            if is_id(folder.name):
                yield folder.name, datetime.fromtimestamp(folder.stat().st_mtime, UTC)

    def keep(self, tray: str, name: str, source: BinaryIO, *, key: bytes) -> KeptBytes:
        """Keep bytes for good before this returns.

        Args:
            tray: whose they are.
            name: opaque, new in the tray.
            source: read from where it stands.
            key: used for nothing else.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreError: they are not kept.
        """
        pieces, digest, size = Pieces(key, associated=_bound(tray, name)), hashlib.sha256(), 0
        target = self._folder / tray / name
        draft = target.with_name(f"{name}{_DRAFT}")
        with store_errors(tray):
            descriptor = self._files.create(draft)
            try:
                for number, (piece, last) in enumerate(_in_pieces(source)):
                    digest.update(piece)
                    size += len(piece)
                    self._files.write(descriptor, pieces.encrypt(number, piece, last=last))
                self._files.sync(descriptor)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
            finally:
                self._files.close(descriptor)
            self._files.replace(draft, target)
            self._files.sync_folder(target.parent)
        return KeptBytes(size, Sha256(digest.hexdigest()))

    def read(self, tray: str, name: str, *, key: bytes) -> Iterator[bytes]:
        """The bytes, a piece at a time; each piece proves itself.

        Raises:
            StoreError: they are missing or were changed.
        """
        pieces = Pieces(key, associated=_bound(tray, name))
        with store_errors(tray), (self._folder / tray / name).open("rb") as stream:
            number, sealed = 0, stream.read(_PIECE + TAG_BYTES)
            while True:
                following = stream.read(_PIECE + TAG_BYTES)
                plain = pieces.decrypt(number, sealed, last=not following)
                if plain is None:
                    raise StoreError(tray, cause="a file of it was changed")
                yield plain
                if not following:
                    return
                number, sealed = number + 1, following

    def keep_small(self, tray: str, page: str, picture: bytes, *, key: bytes) -> None:
        """Keep the small picture of a page, or replace it.

        Args:
            tray: whose it is.
            page: numbers of file and page.
            picture: a few kilobytes.
            key: may be that of the file: these are kept under another one, made of it.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreError: it is not kept.
        """
        name = f"small-{page}"
        sealed = encrypt(
            _small_key(key), picture, associated=_bound(tray, name), random_bytes=secrets.token_bytes
        )
        with store_errors(tray):
            write_private_file(self._files, self._folder / tray / name, sealed)

    def small(self, tray: str, page: str, *, key: bytes) -> bytes | None:
        """The small picture of a page; nothing where there is none."""
        name = f"small-{page}"
        try:
            sealed = (self._folder / tray / name).read_bytes()
        except OSError:
            return None
        return decrypt(_small_key(key), sealed, associated=_bound(tray, name))

    def drop(self, tray: str, name: str) -> None:
        """Take bytes away; gone already is no matter."""
        with store_errors(tray):
            (self._folder / tray / name).unlink(missing_ok=True)

    def remove(self, tray: str) -> None:
        """Take a whole tray away; gone already is no matter."""
        if not self.has(tray):
            return
        gone = self._folder / f"{_GONE}{tray}"
        with store_errors(tray):
            # At once for whoever looks; a part of it must never look like a tray.
            self._files.replace(self._folder / tray, gone)
            self._files.sync_folder(self._folder)
        shutil.rmtree(gone, ignore_errors=True)

    @contextmanager
    def plain(self, tray: str, purpose: str) -> Iterator[Path]:
        """A private folder for plain bytes that lives as long as the block; what a kill left goes first."""
        folder = self._folder / tray / f"{_PLAIN}-{purpose}"
        shutil.rmtree(folder, ignore_errors=True)
        with store_errors(tray):
            folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _in_pieces(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Pieces, and whether each is the last; an empty source has one empty piece."""
    piece = source.read(_PIECE)
    while True:
        following = source.read(_PIECE)
        yield piece, not following
        if not following:
            return
        piece = following


def _bound(tray: str, name: str) -> bytes:
    return f"trays/{tray}/{name}".encode()


def _small_key(key: bytes) -> bytes:
    return hashlib.sha256(b"small" + key).digest()
