"""Which files have come to rest, by the machine's own monotonic clock, never by the times of files."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from dossier.errors import MotlanError
from storage.hot_folder.busy import is_busy, is_held_elsewhere
from storage.hot_folder.endings import Ending, ending
from storage.hot_folder.look import Look, Seen
from storage.sources import open_source

_UNKNOWN_KIND_QUIET: Final = 3.0
"""A file without an end mark must be quiet so many times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How long things must stay as they are, in seconds.

    Attributes:
        quiet: a file.
        group_quiet: a sub-folder, before it is taken as one batch.
        loose: no further loose file came, before those that lie there become a batch.
        patience: a file without a readable end, before it is taken for what it is.
        batch_files: loose files in one batch at most.
    """

    quiet: float = 5.0
    group_quiet: float = 20.0
    loose: float = 10.0
    patience: float = 300.0
    batch_files: int = 200


class Rest(Enum):
    """How a file stands."""

    CHANGING = "changing"
    UNFINISHED = "unfinished"
    """Quiet, but its end is not there."""
    BUSY = "busy"
    """Quiet, but somebody has it open for writing."""
    SETTLED = "settled"
    OVERDUE = "overdue"
    """Without an end, and quiet for longer than anybody writes."""


@dataclass(slots=True)
class _Watched:
    """A file over several looks; moments in seconds of the monotonic clock."""

    seen: Seen
    came: float
    since: float
    judged_at: float = float("-inf")
    rest: Rest = Rest.CHANGING


Judge = Callable[[Path, Seen], Ending | Rest]


class Settling:
    """Remembers what was seen when, look by look."""

    def __init__(self, folder: Path, rhythm: Rhythm, *, judge: Judge | None = None) -> None:
        """Watch the files of a folder; ``judge`` looks at the end of one that is quiet."""
        self._folder = folder
        self._rhythm = rhythm
        self._judge = judge or judge_end
        self._files: dict[str, _Watched] = {}

    def observe(self, found: Look, *, now: float, settled_before: Collection[str] = ()) -> None:
        """Take a look in.

        Args:
            found: of the folder.
            now: seconds of the monotonic clock.
            settled_before: names that are dealt with; they need no watching.
        """
        dealt_with = set(settled_before)
        for name, seen in found.files.items():
            if name in dealt_with:
                self._files.pop(name, None)
                continue
            before = self._files.get(name)
            if before is None:
                self._files[name] = _Watched(seen, came=now, since=now)
            elif before.seen != seen:
                self._files[name] = _Watched(seen, came=before.came, since=now)
        for name in [name for name in self._files if name not in found.files and not found.hides(name)]:
            del self._files[name]

    def interrupted(self, *, now: float) -> None:
        """The folder was away: whatever comes back begins its quiet time anew."""
        for watched in self._files.values():
            watched.since, watched.judged_at, watched.rest = now, float("-inf"), Rest.CHANGING

    def begin_anew(self, names: Collection[str], *, now: float) -> None:
        """These files must be quiet once more before they are taken."""
        for name in names:
            if (watched := self._files.get(name)) is not None:
                watched.since, watched.judged_at, watched.rest = now, float("-inf"), Rest.CHANGING

    @property
    def names(self) -> Collection[str]:
        """All files that are not dealt with."""
        return self._files.keys()

    def seen(self, name: str) -> Seen:
        """A file as it was in the last look."""
        return self._files[name].seen

    def came(self, name: str) -> float:
        """When it was first seen."""
        return self._files[name].came

    def since(self, name: str) -> float:
        """Since when it has been as it is."""
        return self._files[name].since

    def rest(self, name: str, *, now: float, marked: bool = False) -> Rest:
        """How a file stands now; opens it when it has been quiet, and again each quiet time while it waits.

        Args:
            name: of a watched file.
            now: seconds of the monotonic clock.
            marked: somebody said that nothing more comes, so an end that is missing will stay missing.
        """
        watched, quiet = self._files[name], now - self._files[name].since
        if quiet < self._rhythm.quiet:
            return Rest.CHANGING
        if watched.rest is not Rest.SETTLED and now - watched.judged_at >= self._rhythm.quiet:
            watched.judged_at = now
            watched.rest = self._judged(watched.seen, quiet=quiet)
        if watched.rest is Rest.UNFINISHED and (marked or quiet >= self._rhythm.patience):
            return Rest.OVERDUE
        return watched.rest

    def _judged(self, seen: Seen, *, quiet: float) -> Rest:
        told = self._judge(self._folder / seen.name, seen)
        if isinstance(told, Rest):
            return told
        if told is Ending.UNKNOWN:
            long_enough = quiet >= _UNKNOWN_KIND_QUIET * self._rhythm.quiet
            return Rest.SETTLED if long_enough else Rest.CHANGING
        return Rest.SETTLED if told is Ending.WHOLE else Rest.UNFINISHED


def judge_end(path: Path, seen: Seen) -> Ending | Rest:
    """What the end of a quiet file says, or that it is not quiet after all.

    What the open file says counts: a network share may tell size and time of before for as long as a minute.
    """
    try:
        with open_source(path) as descriptor:
            opened = os.fstat(descriptor)
            if (opened.st_size, opened.st_mtime_ns) != (seen.size, seen.mtime_ns):
                return Rest.CHANGING
            return Rest.BUSY if is_busy(descriptor) else ending(descriptor, seen.size)
    except MotlanError as error:
        behind = error.__cause__
        held = isinstance(behind, OSError) and is_held_elsewhere(behind)
        return Rest.BUSY if held else Rest.UNFINISHED
    except OSError as error:
        return Rest.BUSY if is_held_elsewhere(error) else Rest.UNFINISHED
