"""Every implementation of each port, made fresh for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.ports import BlobStore, Records
from storage.database import Database, make_private_file
from storage.files import FolderBlobs
from storage.filesystem import SystemFiles
from storage.heads import HeadFile, HeadKeeper, MemoryHead
from storage.memory import MemoryBlobs
from storage.records import SqlRecords
from tests.storage.builders import KEY, NAMESPACE


@pytest.fixture(params=["folder", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "memory":
        return MemoryBlobs()
    store = FolderBlobs(tmp_path / "objects")
    store.prepare()
    return store


@pytest.fixture(params=["disk", "memory"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    heads: HeadKeeper
    if request.param == "memory":
        heads, database = MemoryHead(), Database.in_memory()
    else:
        heads = HeadFile(tmp_path / "journal.head")
        heads.prepare(SystemFiles())
        make_private_file(tmp_path / "store.sqlite3")
        database = Database.on_disk(tmp_path / "store.sqlite3")
        database.upgrade()
    made = SqlRecords(
        database, heads=heads, namespace=NAMESPACE, key=KEY, result_type_code=lambda name: f"KQ.{name}"
    )
    yield made
    made.close()
