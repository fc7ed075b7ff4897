from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Database
from storage.store import Store, open_store
from storage.store_making import create_store
from tests.storage.builders import KEY, Clock
from tests.storage.pg_server import PgServer, missing, pg_server


def fixed_bytes(count: int) -> bytes:
    """The same secrets in every test, so that ids can be compared between stores."""
    return KEY[:count]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder, made and closed."""
    folder = tmp_path / "data"
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    return folder


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """The same, open for writing."""
    with open_store(data, clock=Clock(), read_only=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def server() -> Iterator[PgServer]:
    """A server of PostgreSQL of the module's own, which it may stop and start."""
    if missing():
        pytest.skip(missing())
    with pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as made:
        yield made


@pytest.fixture
def url(server: PgServer) -> str:
    """Address of a database on it, with the tables of this program."""
    address = server.new_database()
    with closing(Database.on_server(address)) as database:
        database.upgrade()
    return address
