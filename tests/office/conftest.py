from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_commands import Desk
from tests.office.office import Office, office_in, with_account
from tests.storage.pg_server import PgServer, missing, pg_server


@pytest.fixture(scope="session")
def server() -> Iterator[PgServer]:
    """One server of PostgreSQL for these tests."""
    if missing():
        pytest.skip(missing())
    with pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as made:
        with_account(made)
        yield made


@pytest.fixture
def office(tmp_path: Path, server: PgServer) -> Iterator[Office]:
    """An office nobody has used yet."""
    with office_in(tmp_path, server) as made:
        yield made


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Runs commands in that office."""
    for name, value in office.environment.items():
        monkeypatch.setenv(name, value)
    return Desk(office.data, capsys)
