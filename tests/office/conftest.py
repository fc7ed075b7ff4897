from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.test_commands import Desk
from tests.office.office import Office, office_in, with_account
from tests.storage.pg_server import PgServer, missing, pg_server
from wiring.services import Services


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


@pytest.fixture
def first(office: Office) -> Iterator[Services]:
    """The machine that made the store."""
    with office.services() as made:
        made.create()
        yield made


@pytest.fixture
def second(first: Services, office: Office) -> Iterator[Services]:
    """Another one: its own data folder, the same key, records and bytes."""
    data = Path(f"{office.data}-2")
    data.mkdir()
    shutil.copy(office.data / "store.key", data)
    with Services(replace(first.settings, data=data)) as made:
        made.create()
        yield made
