"""A bundle as one file: a ZIP of stored members, each enciphered, with a manifest that the desk signs.

``<members>, manifest.json, manifest.sig``. Nothing in it is compressed, so nothing can swell; members are
looked up by the names in the signed manifest and never unpacked by their own. A member is cut into pieces of
64 KiB under a key of its own (``storage.aead.Pieces``), so files of any size are written and read in constant
memory and a piece that was changed, moved or cut off is noticed. docs/bundles.md describes it for others.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from dossier.bundle_errors import BundleError
from dossier.bundles import Member
from dossier.ids import Sha256
from storage.aead import TAG_BYTES, Pieces
from storage.filesystem import FileLayer, store_errors

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
PIECE_BYTES: Final = 64 * 1024
MOST_LINE_BYTES: Final = 32 * 1024 * 1024
"""The longest record that is read: one paper with all its versions."""

_MOST_MANIFEST: Final = 256 * 1024 * 1024
_MOST_SIGNATURE: Final = 4096
_NAME: Final = re.compile(r"(?:records|journal|heads|index|objects/\d{9})", re.ASCII)
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED: Final = 0x1
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeError,
    ValueError,
    struct.error,
)


class BundleWriter:
    """Writes a bundle beside its last name and puts it there when it is whole."""

    def __init__(self, target: Path, *, key: bytes, files: FileLayer) -> None:
        """Begin a bundle.

        Args:
            target: where it is going to be; nothing may be there.
            key: 32 bytes, of this bundle alone.
            files: the file system.
        """
        self._target = target
        self._draft = target.with_name(f".{target.name}.part")
        self._key = key
        self._files = files
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        with store_errors(self._target.name):
            self._draft.unlink(missing_ok=True)
            self._stream = os.fdopen(self._files.create(self._draft), "wb")
            self._zip = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_STORED, allowZip64=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            # A half bundle is none; on a full disk it would hold the last room.
            with suppress(OSError):
                self._stream.close()
            self._draft.unlink(missing_ok=True)

    @contextmanager
    def member(self, name: str) -> Iterator[MemberWriter]:
        """Write one member.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreError.
        """
        with store_errors(self._target.name):
            with self._zip.open(_entry(name), "w", force_zip64=True) as stream:
                writer = MemberWriter(stream, member_pieces(self._key, name))
                yield writer
                writer.finish()
            self.members.append(Member(name=name, size=writer.size, sha256=writer.sha256))

    def complete(self, manifest: bytes, signature: bytes) -> None:
        """Add manifest and signature; all of the bundle is on the disk, under the name of a draft.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreError.
        """
        with store_errors(self._target.name):
            for name, content in ((MANIFEST, manifest), (SIGNATURE, signature)):
                self._zip.writestr(_entry(name), content)
            self._zip.close()
            self._stream.flush()
            self._files.sync(self._stream.fileno())
            self._stream.close()

    def publish(self) -> None:
        """Give the complete file its name, which nobody else has taken meanwhile.

        Raises:
            StoreReadOnlyError, StoreError.
        """
        with store_errors(self._target.name):
            self._files.publish(self._draft, self._target)
            self._files.sync_folder(self._target.parent)


class MemberWriter:
    """Enciphers what is written to one member."""

    def __init__(self, stream: IO[bytes], pieces: Pieces) -> None:
        self._stream = stream
        self._pieces = pieces
        self._waiting = bytearray()
        self._number = 0
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, plain: bytes) -> None:
        """Add plain bytes."""
        self._waiting += plain
        while len(self._waiting) > PIECE_BYTES:
            self._put(bytes(self._waiting[:PIECE_BYTES]), last=False)
            del self._waiting[:PIECE_BYTES]

    def finish(self) -> None:
        """Write the last piece, which every member has."""
        self._put(bytes(self._waiting), last=True)

    @property
    def sha256(self) -> Sha256:
        """Of the enciphered bytes."""
        return Sha256(self._hash.hexdigest())

    def _put(self, plain: bytes, *, last: bool) -> None:
        sealed = self._pieces.encrypt(self._number, plain, last=last)
        self._stream.write(sealed)
        self._hash.update(sealed)
        self.size += len(sealed)
        self._number += 1


class BundleFile:
    """An arrived bundle: nothing of it is believed before it was compared with the signed manifest."""

    def __init__(self, path: Path, stream: IO[bytes], archive: zipfile.ZipFile, size: int) -> None:
        self.name = path.name
        self._stream = stream
        self._zip = archive
        self._size = size

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[BundleFile]:
        """A bundle whose table of contents is sound.

        Raises:
            BundleError: it is no bundle, was cut off, or holds what no bundle holds.
            StoreError: it cannot be read.
        """
        with store_errors(path.name):
            if not path.is_file():
                raise BundleError(path.name, reason="không phải tệp")
            with path.open("rb") as stream:
                try:
                    archive = zipfile.ZipFile(stream)
                except _UNREADABLE as error:
                    raise _no_bundle(path, error) from error
                found = cls(path, stream, archive, path.stat().st_size)
                found._check_contents()
                yield found

    def manifest(self) -> tuple[bytes, bytes]:
        """The manifest and the signature over it, as they stand there.

        Raises:
            BundleError: one is missing or too large.
        """
        return self._small(MANIFEST, _MOST_MANIFEST), self._small(SIGNATURE, _MOST_SIGNATURE)

    def need_members(self, members: tuple[Member, ...]) -> None:
        """Refuse a file that does not hold exactly the members of its manifest, each with its size.

        Raises:
            BundleError.
        """
        wanted = {member.name: member.size for member in members}
        there = {entry.filename: entry.file_size for entry in self._zip.infolist()}
        del there[MANIFEST], there[SIGNATURE]
        if len(wanted) != len(members) or there != wanted:
            raise BundleError(self.name, reason="các phần không khớp với bản kê đã ký")

    def plain(self, member: Member, key: bytes) -> Iterator[bytes]:
        """The plain bytes of a member, piece by piece; the last one comes only when all of it was right.

        Raises:
            BundleError: it is not the member that was signed.
        """
        pieces, digest, left, number = member_pieces(key, member.name), hashlib.sha256(), member.size, 0
        try:
            with store_errors(self.name), self._zip.open(member.name) as stream:
                while left > 0:
                    size = min(left, PIECE_BYTES + TAG_BYTES)
                    sealed = stream.read(size)
                    left -= size
                    digest.update(sealed)
                    plain = pieces.decrypt(number, sealed, last=left == 0)
                    if plain is None or (left == 0 and digest.hexdigest() != member.sha256):
                        raise self._altered(member)
                    yield plain
                    number += 1
        except _UNREADABLE as error:
            raise self._altered(member) from error
        if not number:
            raise self._altered(member)

    def lines(self, member: Member, key: bytes) -> Iterator[bytes]:
        """The lines of a member, each without its end.

        Raises:
            BundleError: as ``plain``, or a line is longer than any of ours.
        """
        waiting = bytearray()
        for plain in self.plain(member, key):
            waiting += plain
            *whole, rest = waiting.split(b"\n")
            yield from (bytes(line) for line in whole)
            waiting = bytearray(rest)
            if len(waiting) > MOST_LINE_BYTES:
                raise BundleError(self.name, reason="có bản ghi dài quá mức")
        if waiting:
            raise BundleError(self.name, reason="bản ghi cuối bị cụt")

    def _altered(self, member: Member) -> BundleError:
        return BundleError(self.name, reason=f"phần '{member.name}' đã bị sửa hoặc bị cắt")

    def _small(self, name: str, most: int) -> bytes:
        try:
            if self._zip.getinfo(name).file_size > most:
                raise BundleError(self.name, reason=f"'{name}' lớn quá mức")
            with store_errors(self.name):
                return self._zip.read(name)
        except (KeyError, *_UNREADABLE) as error:
            raise BundleError(self.name, reason=f"thiếu hoặc hỏng '{name}'") from error

    def _check_contents(self) -> None:
        """Every member stored as it is, under a name of ours, once, and all of them within the file."""
        seen: set[str] = set()
        total = 0
        for entry in self._zip.infolist():
            known = entry.filename in (MANIFEST, SIGNATURE) or _NAME.fullmatch(entry.filename)
            if not known or entry.filename in seen:
                raise BundleError(self.name, reason="có phần lạ hoặc phần lặp lại")
            if (
                entry.compress_type != zipfile.ZIP_STORED
                or entry.flag_bits & _ENCRYPTED
                or entry.compress_size != entry.file_size
            ):
                raise BundleError(self.name, reason="có phần bị nén; gói của motlan không nén")
            seen.add(entry.filename)
            total += entry.file_size
        if total > self._size:
            raise BundleError(self.name, reason="các phần chồng lên nhau")
        if not {MANIFEST, SIGNATURE} <= seen:
            raise BundleError(self.name, reason="thiếu bản kê hoặc chữ ký")


def member_pieces(key: bytes, name: str) -> Pieces:
    """What enciphers and deciphers a member; its key is used for nothing else."""
    bound = f"motlan bundle member\x1f{name}".encode()
    return Pieces(hmac.digest(key, bound, "sha256"), associated=bound)


def _entry(name: str) -> zipfile.ZipInfo:
    """Without a time of its own: what was made when stands in the signed manifest."""
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.external_attr = 0o100600 << 16
    return entry


def _no_bundle(path: Path, error: Exception) -> BundleError:
    return BundleError(path.name, reason="không phải gói, hoặc bị cắt cụt", cause=type(error).__name__)
