"""Two PostgreSQL servers, one streaming to the other, and the switch to the stand-by.

What a manager like Patroni does is done here by hand: fence the old primary, promote the stand-by, make the
old one the new stand-by from a copy. The stand-by is synchronous, as ``docs/how-to/province.md`` asks for.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg

from tests.faults.province.hosts import NETWORK, Host, Service
from tests.storage.pg_server import _ACCOUNT, _PROGRAMS, give, run_as_server

_SECONDS: Final = 60.0
_RULES: Final = (
    f"local all all trust\nhost all all {NETWORK}.0/24 trust\nhost replication all {NETWORK}.0/24 trust\n"
)
_SETTINGS: Final = {
    "listen_addresses": "*",
    "unix_socket_directories": "",
    "wal_level": "replica",
    "max_connections": "200",
    "max_wal_senders": "8",
    "wal_keep_size": "512MB",
    "max_wal_size": "256MB",
    "synchronous_commit": "on",
    "synchronous_standby_names": "ANY 1 (*)",
    "hot_standby": "on",
    "wal_receiver_timeout": "5s",
    "wal_sender_timeout": "5s",
    "wal_receiver_status_interval": "1s",
    "wal_retrieve_retry_interval": "500ms",
    "shared_buffers": "64MB",
    "restart_after_crash": "on",
}


class Databases:
    """The pair."""

    def __init__(self, first: Host, second: Host) -> None:
        self.services = [self._service(host) for host in (first, second)]
        self.primary = 0
        self.switches = 0

    def make(self) -> None:
        """A cluster on the first host, its copy on the second; both run."""
        first = self.services[0]
        give(first.host.folder)
        run_as_server(
            *("initdb", "-D", str(self._data(0)), "-U", _ACCOUNT, "--auth=trust", "-E", "UTF8", "--no-sync")
        )
        (self._data(0) / "pg_hba.conf").write_text(_RULES)
        with (self._data(0) / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
        first.keep_up()
        self.wait_until_up()
        # Nothing waits for a stand-by that is not there yet.
        self._sql("SET synchronous_commit = local; CREATE ROLE motlan LOGIN")
        self._follow(1)
        self._sql("CREATE DATABASE motlan OWNER motlan ENCODING 'UTF8' TEMPLATE template0")

    @property
    def url(self) -> str:
        """Address for programs, as ``docs/how-to/sizes.md`` has it: both hosts, whichever writes."""
        hosts = ",".join(service.host.address for service in self.services)
        return f"postgresql://motlan@/motlan?host={hosts}&port=5432,5432&target_session_attrs=read-write"

    def switch(self, *, cut_off: Callable[[], None] | None = None) -> None:
        """The primary is lost: the other takes over, and what was lost comes back as its stand-by.

        Args:
            cut_off: mends its line, where it is cut off and not dead: then it goes on alone until it is ended
                (a synchronous primary without its stand-by acknowledges nothing).
        """
        lost, taking = self.primary, 1 - self.primary
        self.services[lost].held_down = True
        if cut_off is None:
            self.services[lost].kill()
        self.services[taking].keep_up()
        self._wait(taking, "SELECT pg_is_in_recovery()", wanted=True)
        run_as_server("pg_ctl", "-D", str(self._data(taking)), "-w", "promote")
        self._wait(taking, "SELECT pg_is_in_recovery()", wanted=False)
        self.primary = taking
        self.switches += 1
        self.services[lost].kill()
        if cut_off is not None:
            cut_off()
        self._follow(lost)

    def wait_until_up(self) -> None:
        """The primary answers, and takes writes."""
        self._wait(self.primary, "SELECT pg_is_in_recovery()", wanted=False)

    def follows(self) -> bool:
        """Whether the stand-by has all of it at once; a primary that is away just now has none."""
        query = b"SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
        try:
            with self._connect(self.primary) as connection:
                return bool((connection.execute(query).fetchone() or (0,))[0])
        except psycopg.Error:
            return False

    def a_backend(self) -> int:
        """Process id of a session of a program on the primary; 0 when there is none."""
        children = Path(f"/proc/{self.services[self.primary].pid}/task").glob("*/children")
        pids = [int(pid) for file in children for pid in _read(file).split()]
        own = [pid for pid in pids if b"postgres: motlan" in _read(Path(f"/proc/{pid}/cmdline"))]
        return own[len(own) // 2] if own else 0

    def _follow(self, number: int) -> None:
        service, source = self.services[number], self.services[self.primary].host.address
        shutil.rmtree(self._data(number), ignore_errors=True)
        give(service.host.folder)
        self.wait_until_up()
        run_as_server(
            *("pg_basebackup", "-h", source, "-U", _ACCOUNT, "-D", str(self._data(number))),
            *("-R", "-X", "stream", "-c", "fast", "--no-sync"),
        )
        service.held_down = False
        service.keep_up()
        self._wait(number, "SELECT pg_is_in_recovery()", wanted=True)

    def _service(self, host: Host) -> Service:
        program = str(_PROGRAMS[-1].with_name("postgres"))
        account = (
            ()
            if os.geteuid()
            else ("setpriv", f"--reuid={_ACCOUNT}", f"--regid={_ACCOUNT}", "--clear-groups")
        )
        return Service("postgres", host, (*account, program, "-D", str(host.folder / "pg")), {})

    def _data(self, number: int) -> Path:
        return self.services[number].host.folder / "pg"

    def _connect(self, number: int) -> psycopg.Connection[tuple[Any, ...]]:
        address = self.services[number].host.address
        return psycopg.connect(
            f"host={address} user={_ACCOUNT} dbname=postgres connect_timeout=2", autocommit=True
        )

    def _sql(self, statements: str) -> None:
        with self._connect(self.primary) as connection:
            for statement in statements.split(";"):
                connection.execute(statement.encode())

    def _wait(self, number: int, query: str, *, wanted: object) -> None:
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            self.services[number].keep_up()
            try:
                with self._connect(number) as connection:
                    if (connection.execute(query.encode()).fetchone() or (None,))[0] is wanted:
                        return
            except psycopg.Error:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"{self.services[number].host.name}: {query} did not become {wanted}")


def _read(file: Path) -> bytes:
    """A file of a process, which may be gone by now."""
    try:
        return file.read_bytes()
    except OSError:
        return b""
