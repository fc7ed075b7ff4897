"""The file of what corrections taught: one JSON object a line, replaced whole and durable at every change.

A file and not a table: it is small, holds no record of the store, is wanted by nobody else, and an archivist
can read it. The writer of the data folder is its only writer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Final

from dossier.errors import StoreError
from dossier.ids import DocumentId
from dossier.labels import LabelDecision, LabelNote, LabelVerdict
from storage.filesystem import FileLayer, SystemFiles, store_errors, write_private_file

MOST_NOTES: Final = 20_000
"""Oldest notes go when there are more; decisions stay."""


class LabelFile:
    """Implements ``dossier.labels.LabelNotes`` in a folder of its own."""

    def __init__(self, folder: Path, files: FileLayer | None = None) -> None:
        self._path = folder / "labels.jsonl"
        self._files = files or SystemFiles()

    def notes(self) -> tuple[LabelNote, ...]:
        """See ``LabelNotes``."""
        return tuple(entry for entry in self._entries() if isinstance(entry, LabelNote))

    def decisions(self) -> tuple[LabelDecision, ...]:
        """See ``LabelNotes``."""
        return tuple(entry for entry in self._entries() if isinstance(entry, LabelDecision))

    def add(self, notes: Iterable[LabelNote]) -> int:
        """See ``LabelNotes``."""
        entries = self._entries()
        known = {_same(entry) for entry in entries if isinstance(entry, LabelNote)}
        new = {_same(note): note for note in notes if _same(note) not in known}
        if new:
            self._write([*entries, *new.values()])
        return len(new)

    def decide(self, decision: LabelDecision) -> None:
        """See ``LabelNotes``."""
        self._write([*self._entries(), decision])

    def _entries(self) -> list[LabelNote | LabelDecision]:
        with store_errors(self._path.name):
            if not self._path.exists():
                return []
            lines = self._path.read_bytes().splitlines()
        try:
            return [_entry(json.loads(line)) for line in lines]
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError(self._path.name, cause="not readable") from error

    def _write(self, entries: Sequence[LabelNote | LabelDecision]) -> None:
        notes = [entry for entry in entries if isinstance(entry, LabelNote)]
        gone = set(map(_same, notes[: max(0, len(notes) - MOST_NOTES)]))
        kept = [entry for entry in entries if isinstance(entry, LabelDecision) or _same(entry) not in gone]
        content = "".join(f"{json.dumps(_json(entry), ensure_ascii=False)}\n" for entry in kept)
        with store_errors(self._path.name):
            self._files.make_folder(self._path.parent)
            self._files.sync_folder(self._path.parent.parent)
        write_private_file(self._files, self._path, content.encode())


def _same(note: LabelNote) -> tuple[str, str, str, str]:
    """Notes that agree in this are one: a paper teaches a label once."""
    return (note.type, note.field, note.key, note.document)


def _json(entry: LabelNote | LabelDecision) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(entry).items()}


def _entry(told: dict[str, str]) -> LabelNote | LabelDecision:
    if "verdict" in told:
        return LabelDecision(
            type=told["type"],
            field=told["field"],
            key=told["key"],
            verdict=LabelVerdict(told["verdict"]),
            actor=told["actor"],
            day=date.fromisoformat(told["day"]),
        )
    return LabelNote(
        type=told["type"],
        field=told["field"],
        key=told["key"],
        printed=told["printed"],
        document=DocumentId(told["document"]),
        actor=told["actor"],
        day=date.fromisoformat(told["day"]),
    )
