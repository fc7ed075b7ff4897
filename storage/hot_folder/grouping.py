"""What belongs together: a sub-folder is one batch, taken whole; loose files become batches by time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from dossier.declared_names import NameDeclared, NamePattern
from dossier.watch_errors import WatchNameError
from storage.hot_folder.settling import Rest, Rhythm, Settling
from storage.listing import natural_key
from storage.sources import display_name

LOOSE: Final = ""
"""The group of files that lie in no sub-folder."""

_AT_REST: Final = (Rest.SETTLED, Rest.OVERDUE)
_LOOSE_AT_MOST: Final = 6.0
"""However many more keep coming, loose files wait so many times the usual at most."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files that are handed in together.

    Attributes:
        group: the sub-folder, below the watched folder; ``LOOSE`` for loose files.
        names: in the order in which people number their scans.
        told: what the name of sub-folder or file says.
        error: why none of them can be taken, when the name says something that does not hold.
        end_mark: the mark that came with them, if one did.
    """

    group: str
    names: tuple[str, ...]
    told: NameDeclared
    error: WatchNameError | None = None
    end_mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRules:
    """How names are understood.

    Attributes:
        pattern: of sub-folders and loose files.
        end_mark: a file of this name, whatever its ending, says that a sub-folder is complete.
        needs_mark: a sub-folder is never taken before its mark came.
    """

    pattern: NamePattern
    end_mark: str = "_xong"
    needs_mark: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is not taken yet, and how it stands."""

    name: str
    rest: Rest


class Grouping:
    """Finds what is ready."""

    def __init__(self, rules: GroupRules, rhythm: Rhythm) -> None:
        self._rules = rules
        self._rhythm = rhythm
        self._members: dict[str, tuple[frozenset[str], float]] = {}

    def is_end_mark(self, name: str) -> bool:
        """Whether a file is an end mark."""
        return PurePosixPath(name).stem.casefold() == self._rules.end_mark.casefold()

    def group_of(self, name: str) -> str:
        """The sub-folder whose name says what its papers are for; else the outermost one."""
        folders = name.split("/")[:-1]
        for depth, folder in enumerate(folders, start=1):
            try:
                told = self._rules.pattern.declared(display_name(folder))
            except WatchNameError:
                return "/".join(folders[:depth])
            if told is not None:
                return "/".join(folders[:depth])
        return folders[0] if folders else LOOSE

    def ready(self, settling: Settling, *, now: float, unseen: Iterable[str] = ()) -> Iterator[Bundle]:
        """Bundles to hand in now, sub-folders first. Ask with every look: it remembers what changed.

        Args:
            settling: what was seen.
            now: seconds of the monotonic clock.
            unseen: places of the last look that could not be looked at; their groups wait.
        """
        hidden = {self.group_of(f"{place}/x") for place in unseen}
        groups: dict[str, list[str]] = {}
        for name in settling.names:
            groups.setdefault(self.group_of(name), []).append(name)
        self._members = {group: told for group, told in self._members.items() if group in groups}

        def turn(group: str) -> tuple[bool, float, str]:
            """Dossiers before loose files, and whoever came first before the others."""
            return group == LOOSE, min(settling.came(name) for name in groups[group]), group

        for group in sorted(groups, key=turn):
            if group in hidden:
                continue
            marks = sorted(name for name in groups[group] if self.is_end_mark(name))
            names = [name for name in groups[group] if name not in marks]
            mark = marks[0] if marks else ""
            bundles = self._loose if group == LOOSE else self._folder
            yield from bundles(group, names, mark, settling, now)

    def waiting(self, settling: Settling, *, now: float) -> list[Waiting]:
        """Files whose writer has them open, or whose end is missing."""
        found = []
        for name in settling.names:
            rest = settling.rest(name, now=now)
            if not self.is_end_mark(name) and rest in (Rest.BUSY, Rest.UNFINISHED):
                found.append(Waiting(name, rest))
        return found

    def _folder(
        self, group: str, names: list[str], mark: str, settling: Settling, now: float
    ) -> Iterator[Bundle]:
        """A sub-folder, whole or not at all."""
        members, changed = self._members.get(group, (frozenset[str](), now))
        if members != frozenset(names):
            changed = now
        self._members[group] = (frozenset(names), changed)
        latest = max([changed, *(settling.since(name) for name in names)])
        complete = bool(mark) or (not self._rules.needs_mark and now - latest >= self._rhythm.group_quiet)
        if not complete or not all(
            settling.rest(name, now=now, marked=bool(mark)) in _AT_REST for name in names
        ):
            return
        told, error = self._told(PurePosixPath(group).name)
        if not names:
            if mark:
                yield Bundle(group, (), told, end_mark=mark)
            return
        batches = list(_apart(sorted(names, key=natural_key)))
        for batch in batches:
            last = batch is batches[-1]
            yield Bundle(group, tuple(batch), told, error, end_mark=mark if last else "")

    def _loose(
        self, group: str, names: list[str], mark: str, settling: Settling, now: float
    ) -> Iterator[Bundle]:
        """Loose files at rest, once no more come, or they waited long enough, or are many enough."""
        at_rest = [name for name in names if settling.rest(name, now=now, marked=bool(mark)) in _AT_REST]
        if not at_rest and not (mark and not names):
            return
        newest = max((settling.came(name) for name in names), default=now)
        oldest = min((settling.since(name) for name in at_rest), default=now)
        due = (
            now - newest >= self._rhythm.loose
            or now - oldest >= _LOOSE_AT_MOST * self._rhythm.loose
            or len(at_rest) >= self._rhythm.batch_files
            or bool(mark)
        )
        if not due:
            return
        by_word: dict[tuple[NameDeclared, bool], list[tuple[str, WatchNameError | None]]] = {}
        for name in sorted(at_rest, key=natural_key):
            told, error = self._told(PurePosixPath(name).stem)
            by_word.setdefault((told, error is not None), []).append((name, error))
        for (told, wrong), found in by_word.items():
            if wrong:
                yield from (Bundle(group, (name,), told, error) for name, error in found)
                continue
            for start in range(0, len(found), self._rhythm.batch_files):
                part = [name for name, _ in found[start : start + self._rhythm.batch_files]]
                yield from (Bundle(group, tuple(batch), told) for batch in _apart(part))
        if mark and len(at_rest) == len(names):
            yield Bundle(group, (), NameDeclared(), end_mark=mark)

    def _told(self, name: str) -> tuple[NameDeclared, WatchNameError | None]:
        try:
            return self._rules.pattern.declared(display_name(name)) or NameDeclared(), None
        except WatchNameError as error:
            return NameDeclared(), error


def _apart(names: Sequence[str]) -> Iterator[list[str]]:
    """The names in parts in which no two look alike to people: one part, but for undecodable names."""
    left = list(names)
    while left:
        part: dict[str, str] = {}
        for name in left:
            part.setdefault(display_name(name), name)
        yield list(part.values())
        taken = set(part.values())
        left = [name for name in left if name not in taken]


def with_defaults(told: NameDeclared, defaults: Mapping[str, str]) -> NameDeclared:
    """What the name says, and where it says nothing what was said for the whole folder."""
    return NameDeclared(
        dossier=told.dossier or defaults.get("dossier", ""),
        procedure=told.procedure or defaults.get("procedure", ""),
        owner=told.owner or defaults.get("owner", ""),
    )
