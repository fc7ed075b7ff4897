"""Opens a package, whatever its form, without trusting it: names, kinds, sizes are looked at before any byte.

Nothing is ever unpacked to the disk. Reading stops at the size that was announced.
"""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol

from dossier.errors import InputNotFoundError, PackageUnreadableError
from preservation.checking.names import key, unsafe
from preservation.checking.report import Findings

READ_ERRORS: Final = (
    OSError,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    NotImplementedError,
)
"""What reading a file of a damaged package may raise."""

_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1
_LOCAL_HEADER: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is absurd: more files, more bytes in all, a file of ``ratio_from`` bytes that shrank more."""

    files: int = 2_000_000
    size: int = 8 * 10**12
    ratio: int = 200
    ratio_from: int = 10_000_000


class Container(Protocol):
    """The files of a package by path; the folder that holds everything is left out."""

    @property
    def root(self) -> str:
        """Name of that folder."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Announced bytes of every safe file."""

    def open(self, path: str) -> IO[bytes]:
        """A file's bytes; errors are ``READ_ERRORS``."""


class _Opened:
    def __init__(self, root: str, sizes: Mapping[str, int]) -> None:
        self.root = root
        self.sizes = sizes


class _Zip(_Opened):
    def __init__(self, archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], root: str) -> None:
        super().__init__(root, {path: entry.file_size for path, entry in entries.items()})
        self._archive = archive
        self._entries = entries

    def open(self, path: str) -> IO[bytes]:
        return self._archive.open(self._entries[path])


class _Tar(_Opened):
    def __init__(self, archive: tarfile.TarFile, entries: Mapping[str, tarfile.TarInfo], root: str) -> None:
        super().__init__(root, {path: entry.size for path, entry in entries.items()})
        self._archive = archive
        self._entries = entries

    def open(self, path: str) -> IO[bytes]:
        stream = self._archive.extractfile(self._entries[path])
        if stream is None:
            msg = path
            raise tarfile.ReadError(msg)
        return stream


class _Folder(_Opened):
    def __init__(self, folder: Path, sizes: Mapping[str, int]) -> None:
        super().__init__(folder.name, sizes)
        self._folder = folder

    def open(self, path: str) -> IO[bytes]:
        descriptor = os.open(self._folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        return os.fdopen(descriptor, "rb")


@contextmanager
def open_container(path: Path, findings: Findings, *, limits: Limits) -> Iterator[Container]:
    """Open a ZIP, TAR or folder; what is unsafe is noted and left out.

    Raises:
        InputNotFoundError: there is nothing.
        PackageUnreadableError: it is none of the three, or absurd as a whole.
    """
    if not path.exists():
        raise InputNotFoundError(str(path))
    if path.is_dir():
        yield _folder(path.resolve(), findings, limits)
        return
    if not path.is_file():
        # Opening a named pipe would wait for ever.
        raise PackageUnreadableError(str(path), reason="không phải tệp thường")
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield _zip(archive, findings, limits, path)
            return
        with tarfile.open(path, "r:") as archive_tar:
            yield _tar(archive_tar, findings, limits, path)
    except (zipfile.BadZipFile, tarfile.TarError) as error:
        raise PackageUnreadableError(
            str(path), reason="không phải ZIP, TAR hay thư mục đọc được", cause=type(error).__name__
        ) from error
    except OSError as error:
        raise PackageUnreadableError(
            str(path), reason="không đọc được tệp", cause=str(error.errno)
        ) from error


class _Listing:
    """Judges entries one after the other."""

    def __init__(self, findings: Findings, limits: Limits, path: Path) -> None:
        self._findings = findings
        self._limits = limits
        self._path = path
        self._seen: set[str] = set()
        self._count = 0
        self._size = 0
        self.roots: set[str] = set()

    def accepts(self, name: str, size: int, *, rooted: bool) -> str:
        """The path inside the package, or nothing when the entry cannot be used.

        Raises:
            PackageUnreadableError: too many or too large in all.
        """
        self._count += 1
        self._size += max(size, 0)
        if self._count > self._limits.files or self._size > self._limits.size or size < 0:
            raise PackageUnreadableError(str(self._path), reason="quá nhiều tệp hoặc quá lớn")
        reason = unsafe(name)
        if reason:
            self._findings.add("package.path", name, reason)
            return ""
        if key(name) in self._seen:
            self._findings.add("package.duplicate", name)
            return ""
        self._seen.add(key(name))
        if not rooted:
            return name
        root, slash, inner = name.partition("/")
        self.roots.add(root)
        if not slash:
            self._findings.add("package.root", name)
        return inner

    @property
    def root(self) -> str:
        """Name of the one folder; noted when there is not exactly one."""
        if len(self.roots) != 1:
            self._findings.add("package.root", detail=f"{len(self.roots)} thư mục")
        return next(iter(sorted(self.roots)), "")


def _zip(archive: zipfile.ZipFile, findings: Findings, limits: Limits, path: Path) -> _Zip:
    listing = _Listing(findings, limits, path)
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        if entry.is_dir() and not entry.file_size:
            continue
        # The library cuts a name at a zero byte; what it was called before is the name to judge.
        inner = listing.accepts(entry.orig_filename, entry.file_size, rooted=True)
        if inner and _usable(entry, findings, limits):
            entries[inner] = entry
    _refuse_overlaps(archive, findings)
    return _Zip(archive, entries, listing.root)


def _usable(entry: zipfile.ZipInfo, findings: Findings, limits: Limits) -> bool:
    mode = entry.external_attr >> 16
    trouble = ""
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        trouble = "package.link"
    elif entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        trouble = "package.encrypted"
    elif entry.file_size > limits.ratio_from and entry.file_size > limits.ratio * max(entry.compress_size, 1):
        trouble = "package.too_large"
    if trouble:
        findings.add(trouble, entry.orig_filename)
    return not trouble


def _refuse_overlaps(archive: zipfile.ZipFile, findings: Findings) -> None:
    """Entries that share bytes make a small file endlessly large."""
    end = 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            findings.add("package.overlap", entry.orig_filename)
        end = entry.header_offset + _LOCAL_HEADER + len(entry.orig_filename) + entry.compress_size


def _tar(archive: tarfile.TarFile, findings: Findings, limits: Limits, path: Path) -> _Tar:
    listing = _Listing(findings, limits, path)
    entries: dict[str, tarfile.TarInfo] = {}
    for entry in archive:
        if entry.isdir():
            continue
        inner = listing.accepts(entry.name, entry.size, rooted=True)
        if inner and not entry.isreg():
            findings.add("package.link", entry.name)
        elif inner and entry.issparse():
            findings.add("package.too_large", entry.name)
        elif inner:
            entries[inner] = entry
    return _Tar(archive, entries, listing.root)


def _folder(folder: Path, findings: Findings, limits: Limits) -> _Folder:
    listing = _Listing(findings, limits, folder)
    sizes: dict[str, int] = {}
    for found in _walk(folder):
        name = found.relative_to(folder).as_posix()
        about = found.lstat()
        inner = listing.accepts(name, about.st_size, rooted=False)
        if inner and not stat.S_ISREG(about.st_mode):
            findings.add("package.link", name)
        elif inner:
            sizes[inner] = about.st_size
    return _Folder(folder, sizes)


def _walk(folder: Path) -> Iterator[Path]:
    for found in sorted(folder.iterdir()):
        if found.is_dir() and not found.is_symlink():
            yield from _walk(found)
        else:
            yield found
