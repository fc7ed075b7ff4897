"""What is being done with the files of a watched folder, so that a killed process is gone on with.

``watch/<id of the folder>/plan`` in the data folder. It names files, and the name of a file may be that of a
person: the whole is sealed with the store's own key.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

from dossier.declared_names import NameDeclared
from dossier.errors import RecordDamagedError
from storage.filesystem import FileLayer, SystemFiles, store_errors, write_private_file
from storage.hot_folder.look import Seen
from storage.vault import Vault

_PLAN: Final = "plan"
_REMEMBERED: Final = "remembered"
_REFERENCE: Final = "watched file"
_DIGITS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of one file that was handed in.

    Attributes:
        name: below the watched folder.
        code: why it was refused; empty when it was taken.
        message: what happened and what to do, in Vietnamese; empty when it was taken.
        papers: how many it holds.
        waiting: how many of them wait for a person.
        same: it has the bytes of another one that was handed in with it.
    """

    name: str
    code: str = ""
    message: str = ""
    papers: int = 0
    waiting: int = 0
    same: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A bundle on its way.

    Attributes:
        group: the sub-folder.
        files: as they were when they were handed in.
        told: what names and options say about them.
        end_mark: that came with them.
        outcomes: what became of them; nothing while they are being worked on.
    """

    group: str
    files: tuple[Seen, ...]
    told: NameDeclared
    end_mark: str = ""
    outcomes: tuple[Told, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A file that was worked on and could not be put away yet."""

    seen: Seen
    outcome: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All that must not be forgotten: the bundle in hand, and files that are still to be put away."""

    plan: Plan | None = None
    left: tuple[Left, ...] = field(default=())


class WatchMemory:
    """What this installation knows about one watched folder."""

    def __init__(self, home: Path, *, vault: Vault, files: FileLayer | None = None) -> None:
        """Use a folder (``watch/<id>``) and the store's own key."""
        self._home = home
        self._vault = vault
        self._files: FileLayer = files or SystemFiles()
        self._work = Work()
        self._remembered: set[str] = set()
        self._sure: set[Seen] = set()

    @property
    def lock(self) -> Path:
        """Locked by the one process that watches the folder."""
        return self._home / "watch.lock"

    def prepare(self) -> None:
        """Make the folder."""
        self._files.make_folder(self._home.parent)
        self._files.make_folder(self._home)

    # work in hand

    def load(self) -> Work:
        """What was in hand when the process before ended. Only under the lock.

        Raises:
            RecordDamagedError: the plan is not the one that was written here.
        """
        try:
            sealed = (self._home / _PLAN).read_text("ascii")
            self._work = _work(json.loads(self._vault.unseal(sealed, place=self._place)))
        except FileNotFoundError:
            self._work = Work()
        except (UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
            raise RecordDamagedError(_PLAN) from error
        self._remembered = set(self._lines())
        self._sure = set()
        return self._work

    @property
    def work(self) -> Work:
        """What is in hand."""
        return self._work

    def take_up(self, plan: Plan | None) -> None:
        """Note the bundle in hand, what became of it, or that it is done."""
        self._save(replace(self._work, plan=plan))

    def leave(self, left: Sequence[Left]) -> None:
        """Note the files that are still to be put away."""
        if tuple(left) != self._work.left:
            self._save(replace(self._work, left=tuple(left)))

    def _save(self, work: Work) -> None:
        if work == self._work:
            return
        text = json.dumps(asdict(work))
        sealed = self._vault.seal(text, place=self._place)
        write_private_file(self._files, self._home / _PLAN, sealed.encode("ascii"))
        self._work = work

    @property
    def _place(self) -> str:
        return f"watch/{self._home.name}/{_PLAN}"

    # files that stay where they are

    def holds(self, seen: Seen) -> bool:
        """Whether this very file was dealt with."""
        if not self._remembered:
            return False
        if seen in self._sure:
            return True
        if self._reference(seen) not in self._remembered:
            return False
        self._sure.add(seen)
        return True

    def remember(self, files: Sequence[Seen]) -> None:
        """Files that were dealt with and lie where they were; changed ones are new ones.

        Raises:
            StoreError: it cannot be written.
        """
        new = [self._reference(seen) for seen in files if not self.holds(seen)]
        if not new:
            return
        path = self._home / _REMEMBERED
        with store_errors(_REMEMBERED):
            # A line of its own, also after one that a power cut tore.
            descriptor = os.open(
                path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
            )
            try:
                self._files.write(descriptor, "\n".join(("", *new, "")).encode("ascii"))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        self._remembered.update(new)

    def keep_only(self, files: Sequence[Seen]) -> None:
        """Forget files that are not there any more; asked with a whole look at a folder that is there."""
        there = {self._reference(seen) for seen in files}
        kept = self._remembered & there
        if len(kept) < len(self._remembered):
            lines = "".join(f"{reference}\n" for reference in sorted(kept))
            write_private_file(self._files, self._home / _REMEMBERED, lines.encode("ascii"))
            self._remembered, self._sure = kept, set()

    def _lines(self) -> list[str]:
        """References; a line that a power cut tore says nothing."""
        try:
            text = (self._home / _REMEMBERED).read_text("ascii", errors="replace")
        except FileNotFoundError:
            return []
        return [line for line in text.splitlines() if len(line) == _DIGITS]

    def _reference(self, seen: Seen) -> str:
        return self._vault.reference(_REFERENCE, f"{_told(seen.name)}\x1f{seen.size}\x1f{seen.mtime_ns}")


def _told(name: str) -> str:
    """A name in characters that every encoding has."""
    return os.fsencode(name).hex()


def _work(told: dict[str, object]) -> Work:
    plan, left = told["plan"], told["left"]
    if not isinstance(left, list) or not isinstance(plan, dict | None):
        raise TypeError
    return Work(
        plan=_plan(plan) if plan is not None else None,
        left=tuple(Left(seen=Seen(**one["seen"]), outcome=Told(**one["outcome"])) for one in left),
    )


def _plan(told: dict[str, object]) -> Plan:
    files, name, outcomes = told["files"], told["told"], told["outcomes"]
    if not isinstance(files, list) or not isinstance(name, dict) or not isinstance(outcomes, list | None):
        raise TypeError
    return Plan(
        group=str(told["group"]),
        files=tuple(Seen(**one) for one in files),
        told=NameDeclared(**name),
        end_mark=str(told["end_mark"]),
        outcomes=tuple(Told(**one) for one in outcomes) if outcomes is not None else None,
    )
