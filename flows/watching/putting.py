"""Where files of a watched folder go once they were worked on."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dossier.moments import VIETNAM
from dossier.ports import Clock
from flows.watching.notes import note_name, note_text
from storage.hot_folder.after import After
from storage.hot_folder.look import Seen
from storage.hot_folder.moving import Gone, free_name, is_same, put_away, remove_empty, retire
from storage.hot_folder.plan import Told, WatchMemory
from storage.sources import display_name

LATER: Final = frozenset({"input.changed", "input.not_found"})
"""Reasons of refusal that end by themselves: such a file is looked at again, not set aside."""


class Putting:
    """Puts taken and refused files of one folder where they belong. Every act may be done again."""

    def __init__(  # noqa: PLR0913 - a folder, where its files go, and what is remembered
        self,
        folder: Path,
        *,
        done: Path,
        quarantine: Path,
        after: After,
        memory: WatchMemory,
        clock: Clock,
    ) -> None:
        """Use folders that lie apart.

        Args:
            folder: that is watched.
            done: where taken files go.
            quarantine: where refused files go.
            after: what is done with taken files.
            memory: of files that stay where they are.
            clock: names the day.
        """
        self._folder = folder
        self._done = done
        self._quarantine = quarantine
        self._after = after
        self._memory = memory
        self._clock = clock
        self._devices: dict[Path, int] = {}

    @property
    def places(self) -> Sequence[Path]:
        """The folders that files are put into."""
        return (self._done, self._quarantine) if self._after is After.MOVE else (self._quarantine,)

    def prepare(self) -> None:
        """Make the folders that are not there; from now on one on another device is one that went away.

        Raises:
            OSError: one cannot be made.
        """
        for place in self.places:
            place.mkdir(exist_ok=True)
            self._devices[place] = place.stat().st_dev

    def put(self, seen: Seen, outcome: Told) -> bool:
        """Put one file where its outcome says. False when another file bears its name by now.

        Raises:
            OSError: it cannot be put there; it lies where it was.
        """
        if outcome.code:
            return self._set_aside(seen, outcome)
        source = self._folder / seen.name
        match self._after:
            case After.KEEP:
                self._memory.remember([seen])
                return True
            case After.REMOVE:
                return retire(source, seen=seen) is not Gone.CHANGED
            case After.MOVE:
                day = self._present(self._done) / f"{self._clock().astimezone(VIETNAM):%Y-%m-%d}"
                return put_away(source, free_name(day, seen.name, like=source), seen=seen) is not Gone.CHANGED

    def tidy(self, group: str, end_mark: str) -> None:
        """Take the end mark and the emptied folders of a group away; one that holds anything stays.

        Raises:
            OSError: the mark cannot be removed.
        """
        if self._after is After.KEEP:
            return
        if end_mark:
            (self._folder / end_mark).unlink(missing_ok=True)
        remove_empty(self._folder, group)

    def _set_aside(self, seen: Seen, outcome: Told) -> bool:
        """The note first: a file without one must not be found, a note without a file harms nobody."""
        source = self._folder / seen.name
        if not is_same(source, seen):
            # Gone: moved before a kill, its note written before that. Or another file by now.
            return not os.path.lexists(source)
        target = free_name(self._present(self._quarantine), seen.name, like=source)
        note = target.with_name(note_name(target.name))
        self._write(note, seen, outcome)
        if self._after is After.KEEP:
            self._memory.remember([seen])
            return True
        gone = put_away(source, target, seen=seen)
        if gone is Gone.CHANGED:
            note.unlink()
        return gone is not Gone.CHANGED

    def _write(self, note: Path, seen: Seen, outcome: Told) -> None:
        text = note_text(
            name=display_name(seen.name), message=outcome.message, code=outcome.code, at=self._clock()
        )
        note.parent.mkdir(parents=True, exist_ok=True)
        draft = note.with_name(f".{note.name}.part")
        draft.write_bytes(text)
        draft.replace(note)

    def _present(self, place: Path) -> Path:
        """The folder, unless it is not the one of the beginning: an empty mount point takes nothing in."""
        if place.stat().st_dev != self._devices[place]:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        return place
