"""A PostgreSQL server of our own for tests: in a folder, on a socket in that folder, gone with it.

PostgreSQL refuses to run as root; as root it runs as the account of the Debian package.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
_ACCOUNT = "postgres"


def missing() -> str:
    """Why there can be no server here; empty when there can."""
    if not _PROGRAMS:
        return "PostgreSQL is not installed (Debian package postgresql)"
    if os.geteuid() == 0 and _ACCOUNT not in {entry.pw_name for entry in pwd.getpwall()}:
        return "PostgreSQL does not run as root and there is no account postgres"
    return ""


@dataclass(frozen=True)
class PgServer:
    """One server.

    Attributes:
        folder: of data and socket; a short path.
        ready: name of a database with the tables of this program, to be copied.
    """

    folder: Path
    ready: str = ""

    def start(self) -> None:
        """Start it; returns when it answers."""
        options = f"-k {self.folder} -h '' -c fsync=off -c max_connections=60"
        run_as_server(
            "pg_ctl", "-D", self._data, "-l", str(self.folder / "log"), "-w", "-o", options, "start"
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop it; ``immediate`` is what a power cut does to its processes."""
        run_as_server("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    def new_database(self, *, like: str = "template0", language: str = "") -> str:
        """Address of a new database: an empty one, or a copy of one that nobody is using.

        Args:
            like: what it is made from.
            language: whose order of text it has by itself (ICU); that of the server by default.
        """
        order = f" LOCALE_PROVIDER icu ICU_LOCALE '{language}'" if language else ""
        name = f"motlan_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}{order}")
        return self.url(name)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def url(self, name: str) -> str:
        """Address of a database by its name."""
        return f"postgresql://{_ACCOUNT}@/{name}?host={self.folder}"


@contextmanager
def pg_server(folder: Path) -> Iterator[PgServer]:
    """A new server, running."""
    server = PgServer(folder)
    folder.mkdir(parents=True)
    give(folder)
    run_as_server(
        "initdb", "-D", str(folder / "data"), "-U", _ACCOUNT, "--auth=trust", "-E", "UTF8", "--no-sync"
    )
    server.start()
    try:
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def configure(server: PgServer, **settings: str) -> None:
    """Settings as in ``postgresql.conf``; they count from the next start."""
    with (server.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())


def run_as_server(name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL as the account its servers run as."""
    ours = _PROGRAMS[-1].with_name(name)
    command: Sequence[str] = (str(ours) if ours.exists() else name, *arguments)
    if os.geteuid() == 0:
        command = ("setpriv", f"--reuid={_ACCOUNT}", f"--regid={_ACCOUNT}", "--clear-groups", *command)
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stderr + done.stdout


def give(folder: Path) -> None:
    """Let the account of the servers write there."""
    if os.geteuid() == 0:
        shutil.chown(folder, _ACCOUNT)
