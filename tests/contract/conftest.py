"""Every implementation of each port, made fresh for each test."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from dossier.ports import BlobStore, Records
from ocr.arrays import GrayImage
from ocr.careful import CarefulEngine
from ocr.engine import Engine, RecogniseMode
from ocr.net.engine import NetEngine
from ocr.recorded import RecordedEngine, RecordingEngine
from ocr.tesseract import TesseractEngine
from storage.database import Database
from storage.files import FolderBlobs
from storage.filesystem import SystemFiles
from storage.heads import HeadFile, HeadKeeper, MemoryHead
from storage.memory import MemoryBlobs
from storage.records import SqlRecords
from storage.sqlite import make_private_file
from tests.ocr.pages import draw_page
from tests.storage.buckets import blobs_in, place_for_test
from tests.storage.builders import KEY, NAMESPACE
from tests.storage.copies import bucket_at, folder_at, sealed, twice
from tests.storage.pg_server import PgServer, missing, pg_server

ENGINE_DPI = 250
ENGINE_TEXT = ("Ủy ban nhân dân xã xác nhận", "các nội dung sau đây là đúng")
_PRINT = draw_page(ENGINE_TEXT, dpi=ENGINE_DPI, size=(5.0, 1.4))
ENGINE_PAGES: dict[str, GrayImage] = {
    "print": _PRINT,
    "empty": np.full((350, 500), 255, dtype=np.uint8),
    "print cut by the edge": np.ascontiguousarray(_PRINT[130:, 200:700]),
    "specks": np.where(np.random.default_rng(3).random((350, 500)) < 0.01, 0, 255).astype(np.uint8),
}


@pytest.fixture(
    params=[
        "folder",
        "memory",
        "bucket",
        "two folders",
        "folder and bucket",
        "enciphered",
        "enciphered in two folders",
        "enciphered in a bucket",
    ]
)
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BlobStore]:
    if request.param == "memory":
        yield MemoryBlobs()
    elif request.param == "folder":
        store = FolderBlobs(tmp_path / "objects")
        store.prepare()
        yield store
    elif request.param == "two folders":
        yield twice(folder_at(tmp_path / "first"), folder_at(tmp_path / "second"))
    elif request.param == "enciphered":
        yield sealed(folder_at(tmp_path / "first").blobs, tmp_path)
    elif request.param == "enciphered in two folders":
        yield sealed(twice(folder_at(tmp_path / "first"), folder_at(tmp_path / "second")), tmp_path)
    elif request.param == "enciphered in a bucket":
        with bucket_at(tmp_path) as bucket_place:
            yield sealed(bucket_place.blobs, tmp_path)
    elif request.param == "folder and bucket":
        with bucket_at(tmp_path) as second:
            yield twice(folder_at(tmp_path / "first"), second)
    else:
        with place_for_test(tmp_path) as place:
            bucket = blobs_in(place, tmp_path / "s3-work")
            bucket.prepare()
            yield bucket


@pytest.fixture(scope="session")
def pg() -> Iterator[PgServer]:
    """A PostgreSQL server of the session's own; loudly skipped where there can be none."""
    why = missing()
    if why:
        pytest.skip(why)
    with pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as server:
        ready = server.new_database()
        database = Database.on_server(ready)
        database.upgrade()
        database.close()
        yield replace(server, ready=ready.partition("@/")[2].partition("?")[0])


@pytest.fixture(params=["disk", "memory", "server"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    heads: HeadKeeper
    if request.param == "memory":
        heads, database = MemoryHead(), Database.in_memory()
    elif request.param == "server":
        heads = MemoryHead()
        server: PgServer = request.getfixturevalue("pg")
        database = Database.on_server(server.new_database(like=server.ready))
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


def _recorded() -> RecordedEngine:
    recorder = RecordingEngine(NetEngine())
    modes: tuple[RecogniseMode, ...] = ("page", "block")
    for image in ENGINE_PAGES.values():
        for mode in modes:
            recorder.recognise(image, dpi=ENGINE_DPI, mode=mode, seconds=60)
    return RecordedEngine(recorder.recording, version="recorded 1 vie")


_ENGINES: dict[str, Callable[[], Engine]] = {
    "net": NetEngine,
    "tesseract": TesseractEngine,
    "tesseract twice": lambda: CarefulEngine(TesseractEngine()),
    "recorded": _recorded,
}


@cache
def _made(name: str) -> Engine:
    """Made once: tests come in random order, and pytest would make it anew at each change of the engine."""
    return _ENGINES[name]()


@pytest.fixture(params=_ENGINES, scope="module")
def engine(request: pytest.FixtureRequest) -> Engine:
    """Every engine of the project; a recording answers for the pages above and no other."""
    return _made(request.param)
