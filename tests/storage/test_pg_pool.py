"""Connections that stay open between two openings of a store, and what must not stay with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from dossier.errors import StoreBusyError
from storage.database import Database
from storage.pg_pool import PgPool
from tests.storage.pg_server import PgServer, missing
from wiring.services import Services
from wiring.settings import read_settings

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=missing() or "-"),
]

_SESSIONS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"


@pytest.fixture
def pool(url: str) -> Iterator[PgPool]:
    with closing(PgPool(url)) as made:
        yield made


def _asked(url: str, query: str) -> list[object]:
    with closing(Database.on_server(url)) as other, other.reading() as connection:
        return list(connection.execute(text(query)).scalars())


def test_whoever_writes_next_needs_no_new_connection(pool: PgPool, url: str) -> None:
    def write() -> None:
        with closing(Database.on_pool(pool)) as database, database.only_writer(), database.writing() as one:
            one.execute(text("SELECT 1"))

    write()
    first = set(_asked(url, _SESSIONS))
    for _ in range(3):
        write()
    assert set(_asked(url, _SESSIONS)) == first
    assert len(first) == 2


def test_the_connection_of_a_writer_comes_back_without_locks_and_settings(pool: PgPool, url: str) -> None:
    with closing(Database.on_pool(pool)) as database, database.only_writer(wait_seconds=7.5):
        assert _asked(url, _LOCKS) == [2]
    assert _asked(url, _LOCKS) == [0]
    with closing(Database.on_pool(pool)) as database, database.reading() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "0"
    with closing(Database.on_server(url)) as other, other.only_writer():
        pass


def test_two_openings_of_one_pool_are_two_writers(pool: PgPool) -> None:
    with (
        closing(Database.on_pool(pool)) as one,
        closing(Database.on_pool(pool)) as two,
        one.only_writer(),
    ):
        with pytest.raises(StoreBusyError), two.only_writer(wait_seconds=0.01):
            pass
        # Only the writer's own transactions are bound to its lock.
        with one.writing() as first:
            first.execute(text("SELECT 1"))
        with two.writing() as second:
            second.execute(text("SELECT 1"))


def test_an_installation_closes_its_connections_when_it_is_closed(server: PgServer, tmp_path: Path) -> None:
    url = server.new_database()
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data"), "MOTLAN_DATABASE": url})) as services:
        services.create()
        with services.writing():
            pass
        assert _asked(url, _SESSIONS)
    # The server takes a moment to notice.
    assert any(not _asked(url, _SESSIONS) for _ in range(1000))
