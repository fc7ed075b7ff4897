"""A bundle of a desk taken into the centre: first all of it is checked, then it is folded in piece by piece.

Killed anywhere, the same command goes on: objects lie under their own hash, records and entries that are here
are left alone, and only when everything is here does the bundle count as imported.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dossier.bundle_errors import BundleStoppedError
from dossier.bundles import Arrival, Desk
from dossier.errors import StoreFullError
from dossier.events import Event, EventKind
from flows.bundle_check import (
    UNREADABLE,
    CheckedBundle,
    Contents,
    Turn,
    entries_of,
    objects_of,
    opened,
    read_through,
)
from flows.bundle_keys import signed_text
from storage.bodies import moment_to_text
from storage.filesystem import store_errors
from storage.pieces import in_pieces
from wiring.services import Services

Told = Callable[[str, int], None]
"""Told at which stage (``check``, ``objects``, ``records``, ``journal``) how many pieces are done."""

_OBJECTS_AT_ONCE: Final = 50
_RECORDS_AT_ONCE: Final = 50
_IN_A_TURN: Final = 500
_DRAFT: Final = "part-bundle-object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a bundle.

    Attributes:
        desk: whose it was.
        number: of the bundle.
        turn: where it stood before; ``imported`` and ``contained`` changed nothing.
        documents: papers in it.
        questions: that people must settle and that were raised by it.
        absent: objects that the desk has lost.
        receipt: signed, for the desk.
    """

    desk: Desk
    number: int
    turn: Turn
    documents: int
    questions: int
    absent: int
    receipt: bytes


def _silent(_stage: str, _count: int) -> None:
    """Nobody is told."""


def take(services: Services, path: Path, *, told: Told = _silent) -> Imported:
    """Take a bundle in; taken before, it changes nothing.

    Args:
        services: of the centre.
        path: the file.
        told: hears how it gets on.

    Raises:
        BundleError: it is refused, with the reason; nothing was changed.
        StoreFullError: there is no room for its objects; nothing was changed.
        StoreError: the store cannot go on; run again, it goes on where it stopped.
    """
    with opened(services, path) as bundle:
        absent = 0
        before = services.store.records.desks.count_questions()
        if bundle.turn in (Turn.NEW, Turn.BEGUN):
            told("check", 0)
            contents = read_through(services, bundle)
            absent = contents.absent
            _need_room(services, contents)
            _fold(services, bundle, contents, told)
        elif bundle.turn is Turn.CONTAINED:
            _note(services, bundle, Contents(heads=(), absent=0, new_bytes=0))
        after = services.store.records.desks.count_questions()
        return Imported(
            desk=bundle.desk,
            number=bundle.manifest.number,
            turn=bundle.turn,
            documents=bundle.manifest.counts.get("document", 0),
            questions=max(0, after - before),
            absent=absent,
            receipt=_receipt(services, bundle),
        )


def _need_room(services: Services, contents: Contents) -> None:
    free = shutil.disk_usage(services.settings.data).free
    if free < contents.new_bytes + services.settings.min_free_bytes:
        raise StoreFullError(str(services.settings.data))


def _fold(services: Services, bundle: CheckedBundle, contents: Contents, told: Told) -> None:
    records, desk = services.store.records, bundle.desk
    records.desks.begin(_arrival(services, bundle))
    _take_objects(services, bundle, told)
    _take_records(services, bundle, told)
    _take_entries(services, bundle, told)
    records.taking.take_heads(desk, contents.heads)
    _note(services, bundle, contents)


def _take_records(services: Services, bundle: CheckedBundle, told: Told) -> None:
    """Fifty in a transaction, some transactions in a turn: others write in between."""
    actor, at, done = services.settings.actor, services.clock(), 0
    for some in in_pieces(bundle.lines("records"), _IN_A_TURN):
        with services.saving():
            for lines in in_pieces(some, _RECORDS_AT_ONCE):
                try:
                    services.store.records.taking.take(bundle.desk, lines, at=at, actor=actor)
                except UNREADABLE as error:
                    raise BundleStoppedError(
                        bundle.file.name, reason="có bản ghi không ghép được", cause=type(error).__name__
                    ) from error
                done += len(lines)
                told("records", done)


def _take_entries(services: Services, bundle: CheckedBundle, told: Told) -> None:
    done = 0
    for entries in in_pieces(entries_of(bundle), _IN_A_TURN):
        with services.saving():
            services.store.records.taking.take_entries(bundle.desk, entries)
        done += len(entries)
        told("journal", done)


def _take_objects(services: Services, bundle: CheckedBundle, told: Told) -> None:
    done = 0
    for some in in_pieces(objects_of(bundle), _OBJECTS_AT_ONCE):
        with services.saving():
            store = services.store
            draft = store.work / _DRAFT
            for sha256, member in some:
                if store.blobs.contains(sha256):
                    continue
                _write(draft, bundle.file.plain(member, bundle.key))
                if store.blobs.put(draft).sha256 != sha256:
                    raise BundleStoppedError(bundle.file.name, reason="tệp gói thay đổi trong lúc đọc")
            draft.unlink(missing_ok=True)
        done += len(some)
        told("objects", done)


def _write(draft: Path, pieces: Iterable[bytes]) -> None:
    with store_errors(draft.name), draft.open("wb") as stream:
        stream.writelines(pieces)


def _arrival(services: Services, bundle: CheckedBundle) -> Arrival:
    manifest = bundle.manifest
    return Arrival(
        desk=bundle.desk.id,
        number=manifest.number,
        base=manifest.base,
        manifest=bundle.sha256,
        entries=manifest.journal.entries,
        begun_at=services.clock(),
    )


def _note(services: Services, bundle: CheckedBundle, contents: Contents) -> None:
    """Everything is here."""
    arrival, desks = _arrival(services, bundle), services.store.records.desks
    event = Event(
        kind=EventKind.BUNDLE_IMPORTED,
        at=arrival.begun_at,
        actor=services.settings.actor,
        details={
            "desk": arrival.desk,
            "number": arrival.number,
            "manifest": arrival.manifest,
            "entries": arrival.entries,
            "head": bundle.manifest.journal.head,
            "heads": len(contents.heads),
            "absent": contents.absent,
        },
    )
    desks.begin(arrival)
    desks.finish(arrival, at=arrival.begun_at, events=[event])


def _receipt(services: Services, bundle: CheckedBundle) -> bytes:
    return signed_text(
        services,
        {
            "motlan": "motlan receipt",
            "format": 1,
            "desk": bundle.desk.id,
            "number": bundle.manifest.number,
            "manifest": bundle.sha256,
            "at": moment_to_text(services.clock()),
        },
    )
