"""An installation of the office size for tests: PostgreSQL, a bucket, a second one on another server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.storage.pg_server import PgServer
from tests.storage.s3_server import Bucket, s3_server
from wiring.services import Services
from wiring.settings import read_settings

ACCOUNT = "motlan"
PASSWORD = "mat-khau-thu"  # noqa: S105  of a server that lives as long as the tests


class Site:
    """A server with one bucket, that can go away and come back at the same address."""

    def __init__(self) -> None:
        self.bucket = Bucket()
        self._stack = ExitStack()
        self.endpoint = self._stack.enter_context(s3_server(self.bucket))

    def go(self) -> None:
        self._stack.close()

    def come_back(self) -> None:
        port = urlsplit(f"//{self.endpoint}").port
        assert port is not None
        self._stack.enter_context(s3_server(self.bucket, port=port))

    def objects(self) -> set[str]:
        return {key.rpartition("/")[2] for key in self.bucket.versions if key.startswith("objects/")}


@dataclass
class Office:
    """What a test may look into and spoil.

    Attributes:
        folder: of secrets and the data folder.
        server: of the database.
        admin: address of the database with all rights.
        first, second: where bytes are.
        more: settings of this test.
    """

    folder: Path
    server: PgServer
    admin: str
    first: Site
    second: Site
    more: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "MOTLAN_DATA": str(self.data),
            "MOTLAN_DATABASE": self.admin.replace("postgres@", f"{ACCOUNT}@"),
            "MOTLAN_DATABASE_PASSWORD": f"file:{self.secret('db', PASSWORD)}",
            "MOTLAN_FIRST_PLACE": self.table(self.first, "luu-tru"),
            "MOTLAN_SECOND_PLACE": self.table(self.second, "ban-sao"),
            "MOTLAN_LOCK_SECONDS": "0",
            **self.more,
        }

    def table(self, site: Site, bucket: str) -> str:
        return json.dumps(
            {
                "kind": "bucket",
                "endpoint": f"http://{site.endpoint}",
                "bucket": bucket,
                "access_key": f"file:{self.secret('access', 'someone')}",
                "secret_key": f"file:{self.secret('secret', 'a secret')}",
                "timeout_seconds": 5,
            }
        )

    def secret(self, name: str, text: str) -> Path:
        """The file of a secret; what a test wrote there stays."""
        file = self.folder / name
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(f"{text}\n")
        return file

    def services(self) -> Services:
        return Services(read_settings(self.environment))

    def sql(self, statement: str) -> None:
        """As the administrator of the server."""
        writes = "-c default_transaction_read_only=off"
        with psycopg.connect(self.admin, autocommit=True, options=writes) as connection:
            connection.execute(statement)


@contextmanager
def office_in(folder: Path, server: PgServer) -> Iterator[Office]:
    """A new office: an empty database owned by the account, two empty buckets."""
    admin = server.new_database()
    name = urlsplit(admin).path.removeprefix("/")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} OWNER TO {ACCOUNT}")
        connection.execute(f"ALTER SCHEMA public OWNER TO {ACCOUNT}")
    first, second = Site(), Site()
    try:
        yield Office(folder, server, admin, first, second)
    finally:
        first.go()
        second.go()


def with_account(server: PgServer) -> None:
    """Make the account, which has to give its password."""
    rules = server.folder / "data" / "pg_hba.conf"
    rules.write_text(f"local all {ACCOUNT} scram-sha-256\n{rules.read_text()}")
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE ROLE {ACCOUNT} LOGIN PASSWORD '{PASSWORD}'")
