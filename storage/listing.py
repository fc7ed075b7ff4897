"""Which files are handed in: those named, and those in a folder that look like scans.

Nothing is left out without a word.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from dossier.errors import InputEmptyError, InputNotAFileError, MotlanError
from storage.sources import display_name, input_error, open_source

_SYSTEM_NAMES: Final = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "@eadir", "__macosx"})
_SYSTEM_PREFIXES: Final = (".", "~$")

_SUFFIXES: Final = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".pdf"),
        *(".bmp", ".gif", ".webp", ".heic", ".heif", ".jp2"),
    )
)
"""Endings of scans and photographs, also of kinds we cannot read: their owner is then told so."""

_MAGIC: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PDF_MARK: Final = b"%PDF-"
_PDF_SEARCH_BYTES: Final = 1024


class SkipReason(StrEnum):
    """Why a file in a folder was not taken."""

    SYSTEM_FILE = "system_file"
    NOT_A_SCAN = "not_a_scan"
    OWN_DATA = "own_data"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file to take in: where it is, and its name as shown to people (relative to the folder named)."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file in a folder that is no scan."""

    name: str
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that cannot be taken in, and why. ``note`` is the id of its quarantine note, once written."""

    name: str
    error: MotlanError
    note: str = ""


Found = Candidate | Skipped | Refused


def list_inputs(
    paths: Sequence[Path], *, exclude: Sequence[Path] = (), base: Path | None = None
) -> Iterator[Found]:
    """Everything under the paths, in the order given and, within a folder, in natural order.

    Args:
        paths: files are taken whatever they look like; folders are searched to any depth.
        exclude: folders of our own, never searched.
        base: a folder above all paths, below which their names begin; without it a file has its own name.
    """
    ours = tuple(folder.resolve() for folder in exclude)
    for path in paths:
        name = display_name(path.relative_to(base) if base else path.name or path.resolve().name)
        try:
            mode = path.lstat().st_mode
        except OSError as error:
            yield Refused(name, input_error(error, name))
            continue
        if stat.S_ISDIR(mode):
            yield from _list_folder(path, prefix="", ours=ours)
        else:
            yield _judge_named(path, name, mode=mode)


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Order in which people number their scans: ``trang 2`` before ``trang 10``, capitals no matter."""
    folded = unicodedata.normalize("NFC", name).casefold()
    parts = re.findall(r"[0-9]+|[^0-9]+", folded)
    # Numbers before words, so that the two kinds are never compared with each other.
    return tuple((0, int(part), part) if part[0] in "0123456789" else (1, 0, part) for part in parts), name


def _list_folder(folder: Path, *, prefix: str, ours: tuple[Path, ...]) -> Iterator[Found]:
    shown = prefix or display_name(folder.name or folder.resolve().name)
    if folder.resolve() in ours:
        yield Skipped(shown, SkipReason.OWN_DATA)
        return
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: natural_key(display_name(entry.name)))
    except OSError as error:
        yield Refused(shown, input_error(error, shown))
        return
    for entry in found:
        name = f"{prefix}{display_name(entry.name)}"
        path = Path(entry.path)
        if is_system_file(entry.name):
            yield Skipped(name, SkipReason.SYSTEM_FILE)
        elif entry.is_dir(follow_symlinks=False):
            yield from _list_folder(path, prefix=f"{name}/", ours=ours)
        else:
            yield _judge_found(path, name)


def is_system_file(name: str) -> bool:
    """A hidden file, or one that operating systems and office programs put into every folder."""
    return name.startswith(_SYSTEM_PREFIXES) or name.lower() in _SYSTEM_NAMES


def _judge_named(path: Path, name: str, *, mode: int) -> Found:
    if not stat.S_ISREG(mode):
        return Refused(name, InputNotAFileError(name))
    return Candidate(path, name)


def _judge_found(path: Path, name: str) -> Found:
    """A file in a folder counts as a scan by its ending or by its first bytes."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return Refused(name, InputNotAFileError(name))
        if path.suffix.lower() in _SUFFIXES:
            return Candidate(path, name)
        if not found.st_size and not path.suffix:
            return Refused(name, InputEmptyError(name))
        return Candidate(path, name) if _starts_as_scan(path) else Skipped(name, SkipReason.NOT_A_SCAN)
    except OSError as error:
        return Refused(name, input_error(error, name))
    except MotlanError as error:
        return Refused(name, error)


def _starts_as_scan(path: Path) -> bool:
    with open_source(path) as descriptor:
        start = os.pread(descriptor, _PDF_SEARCH_BYTES, 0)
    return start.startswith(_MAGIC) or _PDF_MARK in start
