"""One look at a watched folder: its regular files by name, size and time. Nothing is opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from pathlib import Path
from typing import Final

from dossier.watch_errors import WatchAwayError
from storage.listing import is_system_file
from storage.sources import display_name

_UNFINISHED_ENDINGS: Final = (
    *("~", ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".upload"),
    *(".uploading", ".writing", ".swp", ".lock", ".ftptmp", ".!ut"),
)
"""Endings under which programs write what they rename when it is whole (WinSCP, FileZilla, browsers)."""

_UNFINISHED_BEGINNING: Final = "~"
_DEEPEST: Final = 32


class Ignored(StrEnum):
    """Why something in the folder is left alone."""

    SYSTEM = "system"
    UNFINISHED = "unfinished"
    LINK = "link"
    SPECIAL = "special"
    TOO_DEEP = "too_deep"


@dataclass(frozen=True, slots=True)
class Seen:
    """A regular file: its name below the folder with ``/`` between, bytes, and time of the last change.

    The time is that of the machine that wrote and may lie anywhere; it is only ever compared with itself.
    """

    name: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Look:
    """What lay in the folder.

    Attributes:
        files: by name.
        ignored: what is left alone, by name.
        unseen: what could not be looked at this time, files or folders: it may still be as it was before.
    """

    files: Mapping[str, Seen]
    ignored: Mapping[str, Ignored] = field(default_factory=dict)
    unseen: frozenset[str] = frozenset()

    def hides(self, name: str) -> bool:
        """Whether a file that is not in the look may be there all the same."""
        return any(name == place or name.startswith(f"{place}/") for place in self.unseen)


def look(folder: Path) -> Look:
    """List the folder to any depth, never through a link.

    Raises:
        WatchAwayError: the folder itself cannot be listed.
    """
    files: dict[str, Seen] = {}
    ignored: dict[str, Ignored] = {}
    unseen: set[str] = set()
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(folder / below if below else folder) as entries:
                for entry in entries:
                    name = f"{below}/{entry.name}" if below else entry.name
                    match _judge(entry, name):
                        case Seen() as seen:
                            files[name] = seen
                        case Ignored() as reason:
                            ignored[name] = reason
                        case _Is.FOLDER:
                            waiting.append(name)
                        case _Is.HIDDEN:
                            unseen.add(name)
                        case _Is.GONE:
                            pass
        except OSError as error:
            if not below:
                raise WatchAwayError(display_name(folder.name), cause=type(error).__name__) from error
            unseen.add(below)
    return Look(files, ignored, frozenset(unseen))


class _Is(Enum):
    """What else an entry may be: a folder to go into, gone meanwhile, or not to be looked at just now."""

    FOLDER = 0
    GONE = 1
    HIDDEN = 2


def _judge(entry: os.DirEntry[str], name: str) -> Seen | Ignored | _Is:  # noqa: PLR0911 - one answer for each kind
    if is_system_file(entry.name):
        return Ignored.SYSTEM
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return _Is.GONE
    except OSError:
        return _Is.HIDDEN
    if stat.S_ISLNK(found.st_mode):
        return Ignored.LINK
    if stat.S_ISDIR(found.st_mode):
        return Ignored.TOO_DEEP if name.count("/") >= _DEEPEST else _Is.FOLDER
    if not stat.S_ISREG(found.st_mode):
        return Ignored.SPECIAL
    if _is_unfinished(entry.name):
        return Ignored.UNFINISHED
    return Seen(name, found.st_size, found.st_mtime_ns)


def _is_unfinished(name: str) -> bool:
    """A name under which a program writes what it will rename."""
    folded = name.casefold()
    return folded.endswith(_UNFINISHED_ENDINGS) or folded.startswith(_UNFINISHED_BEGINNING)
