"""What the size of an installation chooses of a store: its database, and the place that takes what is put.

The desk's choice is what stands here: a file and a folder, both in the data folder. Wiring makes the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dossier.ports import Clock
from storage.database import Database
from storage.filesystem import FileLayer
from storage.folder_place import folder_place
from storage.layout import Layout
from storage.places import FIRST, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNeeds:
    """What the first place is made with.

    Attributes:
        layout: of the data folder; ``work`` is for files on their way.
        files: the file system.
        clock: the present moment.
        read_only: nothing is going to be put.
    """

    layout: Layout
    files: FileLayer
    clock: Clock
    read_only: bool


def database_in_folder(layout: Layout) -> Database:
    """The SQLite file of the data folder."""
    return Database.on_disk(layout.database)


def objects_in_folder(needs: PlaceNeeds) -> Place:
    """The folder of objects in the data folder."""
    return folder_place(FIRST, needs.layout.objects, files=needs.files, read_only=needs.read_only)


def keep_nothing() -> None:
    """A file and a folder are opened anew by whoever opens the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreParts:
    """How the parts of a store are made.

    Attributes:
        database: opens the database; the store closes it.
        first: makes the place that takes what is put.
        close: closes what they keep for the next who opens the store.
    """

    database: Callable[[Layout], Database] = database_in_folder
    first: Callable[[PlaceNeeds], Place] = objects_in_folder
    close: Callable[[], None] = keep_nothing
