"""Take a file out of the watched folder: into another folder, or for good once it is kept elsewhere.

A writer may put a new file under the same name at any moment. Names are therefore taken away by one rename,
and what was taken away is looked at afterwards: another file than the one that was worked on goes back.
"""

from __future__ import annotations

import errno
import filecmp
import os
import shutil
import stat
import zlib
from contextlib import suppress
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Final

from storage.hot_folder.look import Seen

GOING: Final = ".motlan-going-"
"""How the name of a file begins that is about to be removed; a killed process leaves at most one behind."""

_DRAFT: Final = ".motlan-draft-"
_LONGEST_NAME: Final = 250
_MOST_NAMES: Final = 100_000


class Gone(Enum):
    """What became of a file."""

    MOVED = "moved"
    CHANGED = "changed"
    """It is not the file that was worked on; it lies where it was."""
    MISSING = "missing"


def is_same(path: Path, seen: Seen) -> bool:
    """Whether the file is still the one that was seen."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and (found.st_size, found.st_mtime_ns) == (seen.size, seen.mtime_ns)


def free_name(folder: Path, name: str, *, like: Path) -> Path:
    """Where a file can lie in a folder: its own name, or with a number; where its very bytes lie already.

    Args:
        folder: of put-away files.
        name: below the watched folder.
        like: the file itself.
    """
    wanted = folder / _below(name)
    for number in range(1, _MOST_NAMES):
        path = wanted if number == 1 else _numbered(wanted, number)
        if not os.path.lexists(path) or _same_bytes(path, like):
            return path
    raise OSError(errno.EEXIST, os.strerror(errno.EEXIST))


def put_away(source: Path, target: Path, *, seen: Seen) -> Gone:
    """Move a file to a free name (see ``free_name``), also onto another file system. May be done again.

    Raises:
        OSError: it cannot be moved; it lies where it was.
    """
    if not is_same(source, seen):
        return Gone.CHANGED if os.path.lexists(source) else Gone.MISSING
    target.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(target):
        # Its bytes are there already: a move that was broken off, or the same paper once more.
        return retire(source, seen=seen)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(source, target)
        gone = retire(source, seen=seen)
        if gone is not Gone.MOVED:
            target.unlink()
        return gone
    if is_same(target, seen):
        return Gone.MOVED
    _give_back(target, source)
    return Gone.CHANGED


def retire(source: Path, *, seen: Seen) -> Gone:
    """Remove a file whose bytes are kept elsewhere.

    Raises:
        OSError: it cannot be removed.
    """
    going = source.with_name(f"{GOING}{source.name}")
    try:
        source.rename(going)
    except FileNotFoundError:
        return Gone.MISSING
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        # No room for the prefix: the look before has to do.
        going = source
    if is_same(going, seen):
        going.unlink()
        return Gone.MOVED
    if going != source:
        _give_back(going, source)
    return Gone.CHANGED


def bring_back(folder: Path) -> None:
    """Give files that a killed process was about to remove their names again; they are found to be done."""
    for going in folder.rglob(f"{GOING}*"):
        if not going.is_symlink():
            with suppress(OSError):
                _give_back(going, going.with_name(going.name.removeprefix(GOING)))


def remove_empty(folder: Path, group: str) -> None:
    """Remove the emptied folders of a group, innermost first; one that holds anything stays."""
    if not group:
        return
    root = folder / group
    for place, _, _ in os.walk(root, topdown=False, followlinks=False):
        with suppress(OSError):
            Path(place).rmdir()
    for above in (root.parent, *root.parent.parents):
        if above == folder:
            return
        with suppress(OSError):
            above.rmdir()


def _below(name: str) -> PurePosixPath:
    """A relative path that stays below whatever it is joined to."""
    path = PurePosixPath(name)
    return PurePosixPath(*(part for part in path.parts if part not in ("/", "..")))


def _numbered(path: Path, number: int) -> Path:
    """``a (2).pdf``, cut where it would be longer than a name may be."""
    ending = f" ({number}){path.suffix}"
    stem = os.fsencode(path.stem)[: _LONGEST_NAME - len(os.fsencode(ending))]
    return path.with_name(stem.decode("utf-8", "ignore") + ending)


def _same_bytes(path: Path, like: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode) and filecmp.cmp(path, like, shallow=False)
    except OSError:
        return False


def _give_back(path: Path, source: Path) -> None:
    """Under its own name, or beside whatever took that meanwhile."""
    number = 1
    back = source
    while os.path.lexists(back):
        number += 1
        back = _numbered(source, number)
    path.rename(back)


def _copy(source: Path, target: Path) -> None:
    """Whole under its name, with its time, and on the disk; or not at all."""
    draft = target.with_name(f"{_DRAFT}{zlib.crc32(os.fsencode(target.name)):08x}")
    draft.unlink(missing_ok=True)
    shutil.copy2(source, draft, follow_symlinks=False)
    descriptor = os.open(draft, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(target)
