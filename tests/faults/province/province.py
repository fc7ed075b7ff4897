"""The province itself: which hosts there are, what runs on them, and what faults may do to them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx

from tests.faults.province.databases import Databases
from tests.faults.province.faults import ANSWERING, DATABASE, PROGRAMS, STORES, WORKERS
from tests.faults.province.hosts import Host, Service, run
from tests.faults.province.skewed_clock import FILE
from web.client import is_up

NUMBERS: Final = {
    "db-1": 11,
    "db-2": 12,
    "store-a": 21,
    "store-b": 22,
    "prefect": 31,
    "desk": 41,
    "work-1": 51,
    "work-2": 52,
    "keep": 61,
    "answer-1": 71,
    "answer-2": 72,
    "asker": 81,
}
POOLS: Final = {"work-1": ("read", "sign"), "work-2": ("read", "sign"), "keep": ("keep",)}
_DISKS: Final = {"db-1": 1200, "db-2": 1200, "desk": 300, "work-2": 300}
"""Hosts with a disk of their own, in MiB; the data folders of other programs lie in memory of 200 MiB."""
_FEW: Final = 20
"""Writes in a second of a slow disk."""
_BALLAST: Final = "ballast"
_PORT: Final = 9000
_MOTLAN: Final = (sys.executable, "-P", str(Path(__file__).with_name("skewed_clock.py")))
_PREFECT: Final = "prefect.server.api.server:create_app"
_OWN: Final = ("run", "logs", "prefect", "cache")
"""What each machine makes for itself."""
_ANYWHERE: Final = "0.0.0.0"  # noqa: S104 - on a network of its own
_ANSWER_PORT: Final = 8443
_START_SECONDS: Final = 400.0
_READY_SECONDS: Final = 60.0
"""So long a new process may take before the next one is replaced all the same."""
_READY_LOOK_SECONDS: Final = 0.3


class Province:
    """Hosts and services; begun by ``build``."""

    def __init__(self, folder: Path, *, seed: int, old: Path | None) -> None:
        """Plan it.

        Args:
            folder: of everything.
            seed: of what is handed in.
            old: a checkout of the release before, that all programs begin with.
        """
        self.folder = folder
        self.seed = seed
        self.hosts = {name: Host(name, number, folder / name) for name, number in NUMBERS.items()}
        self.databases = Databases(self.hosts["db-1"], self.hosts["db-2"])
        self.services: dict[str, Service] = dict(zip(DATABASE, self.databases.services, strict=True))
        self._new = Path(__file__).parents[3]
        self._old = old
        self._is_old = dict.fromkeys(PROGRAMS, old is not None)
        self._disks: dict[str, str] = {}

    # building it

    def build(self) -> None:
        """Make hosts and servers, then the store."""
        for host in self.hosts.values():
            host.plug_in()
            host.folder.chmod(0o755)
        self._make_disks()
        self.databases.make()
        for name in STORES:
            store = f"-m tests.faults.province.store_host {self.hosts[name].folder} {_ANYWHERE} {_PORT}"
            self._add(name, "store", (sys.executable, *store.split()))
        prefect = f"-m uvicorn --factory {_PREFECT} --host {_ANYWHERE} --port 4200 --log-level error"
        self._add("prefect", "prefect", (sys.executable, *prefect.split()))
        self.keep_up()

    def open_doors(self, data: Path) -> None:
        """Give every program a data folder with the secret of the store, and start all.

        Args:
            data: the folder that the store was made with.
        """
        for name in PROGRAMS:
            # As ``motlan init`` would make it there.
            shutil.copytree(data, self.data(name), ignore=shutil.ignore_patterns(*_OWN))
        self._add("desk", "serve", _MOTLAN, "serve")
        for name in (*WORKERS, "keep"):
            pools = [part for pool in POOLS[name] for part in ("--pool", pool)]
            self._add(name, "work", _MOTLAN, "work", *pools)
        for name in ANSWERING:
            listen = f"{self.hosts[name].address}:{_ANSWER_PORT}"
            self._add(name, "answer", _MOTLAN, "serve", "--answer-only", "--listen", listen)
        self.keep_up()

    def clients(self, dossier: str, owner: str, key: Path) -> list[Service]:
        """Whoever hands in and whoever asks; no fault befalls them."""
        asked = [f"{self.hosts[name].address}:{_ANSWER_PORT}" for name in ANSWERING]
        python = (sys.executable, "-m")
        hands = Service(
            "hands",
            self.hosts["desk"],
            (
                *python,
                "tests.faults.province.desk_client",
                str(self.data("desk")),
                str(self.folder / "hands"),
                str(self.seed),
            ),
            self._environment(self._new),
        )
        asks = Service(
            "asks",
            self.hosts["asker"],
            (
                *python,
                "tests.faults.province.asking_client",
                str(self.folder / "asks"),
                dossier,
                owner,
                str(key),
                *asked,
            ),
            self._environment(self._new),
        )
        for name in ("hands", "asks"):
            (self.folder / name).mkdir(exist_ok=True)
        return [hands, asks]

    def settings(self, data: Path) -> Mapping[str, str]:
        """Of a program with this data folder."""
        secret = self.folder / "secret"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text("mau\n")

        def place(name: str) -> str:
            return json.dumps(
                {
                    "kind": "bucket",
                    "endpoint": f"http://{self.hosts[name].address}:{_PORT}",
                    "bucket": "motlan",
                    "access_key": f"file:{secret}",
                    "secret_key": f"file:{secret}",
                }
            )

        return {
            "MOTLAN_DATA": str(data),
            "MOTLAN_LANG": "vi",
            "MOTLAN_DATABASE": self.databases.url,
            "MOTLAN_FIRST_PLACE": place("store-a"),
            "MOTLAN_SECOND_PLACE": place("store-b"),
            "MOTLAN_PREFECT_URL": f"http://{self.hosts['prefect'].address}:4200/api",
            "MOTLAN_WORK_HERE": "false",
            "MOTLAN_WORK_FILE_MEMORY": "400000000",
            "MOTLAN_ENGINE": "tesseract",
            "MOTLAN_WORKERS": "1",
            "MOTLAN_MIN_FREE_BYTES": "10000000",
            "MOTLAN_API_BEHIND_PROXY": "true",
            "MOTLAN_API_RATE_PER_MINUTE": "100000",
        }

    def data(self, name: str) -> Path:
        """The data folder of a program."""
        return self.hosts[name].folder / "data"

    @property
    def source(self) -> Path:
        """Of the release that programs begin with."""
        return self._old or self._new

    def change_tables(self) -> None:
        """``motlan init`` of the new release, while programs of the old one run."""
        environment = {**os.environ, **self._environment(self._new), **self.settings(self.folder / "first")}
        subprocess.run(
            (sys.executable, "-m", "cli", "init"), env=environment, check=True, cwd="/", timeout=120
        )

    # keeping it up

    def keep_up(self) -> None:
        """What a service manager does."""
        for service in self.services.values():
            service.keep_up()

    def wait_until_ready(self) -> None:
        """Prefect, both answer hosts and the desk say that they are."""
        addresses = [f"http://{self.hosts['prefect'].address}:4200/api/health"]
        addresses += map(self._ready_address, ANSWERING)
        until = time.monotonic() + _START_SECONDS
        for address in addresses:
            while not _answers(address):
                if time.monotonic() > until:
                    raise RuntimeError(f"{address} did not become ready")
                self.keep_up()
                time.sleep(_READY_LOOK_SECONDS)
        while not is_up(self.data("desk")):
            if time.monotonic() > until:
                raise RuntimeError("the desk did not become ready")
            self.keep_up()
            time.sleep(_READY_LOOK_SECONDS)

    def end(self) -> Mapping[str, int | None]:
        """End the programs in order; gives how each ended."""
        ended = {}
        for name in PROGRAMS:
            self.services[name].held_down = True
            ended[name] = self.services[name].stop(seconds=100)
        return ended

    # what faults do

    def mood(self, store: str, feels: str) -> None:
        """See ``Place``."""
        draft = self.hosts[store].folder / "mood.part"
        draft.write_text(feels)
        draft.replace(self.hosts[store].folder / "mood")

    def fill_disk(self, host: str) -> bool:
        """See ``Place``."""
        where = self._disk(host)
        with (where / _BALLAST).open("ab") as file:
            for size in (1 << 24, 1 << 20, 1 << 12):
                try:
                    while True:
                        os.posix_fallocate(file.fileno(), file.tell(), size)
                        file.seek(size, os.SEEK_CUR)
                except OSError:
                    continue
        return True

    def free_disk(self, host: str) -> None:
        """See ``Place``."""
        (self._disk(host) / _BALLAST).unlink(missing_ok=True)

    def slow_disk(self, host: str) -> bool:
        """See ``Place``."""
        device = self._disks.get(host)
        return device is not None and self.hosts[host].slow_disk(device, per_second=_FEW)

    def mend(self, host: str) -> None:
        """See ``Place``."""
        self.hosts[host].mend(list(self.hosts.values()), device=self._disks.get(host, ""))

    def set_clock(self, host: str, seconds: float) -> None:
        """See ``Place``."""
        draft = self._clock(host).with_suffix(".part")
        draft.write_text(str(seconds), "ascii")
        draft.replace(self._clock(host))

    def upgrade(self, service: str) -> bool:
        """See ``Place``."""
        if not self._is_old.get(service):
            return False
        self._is_old[service] = False
        one = self.services[service]
        one.held_down = True
        one.stop(seconds=100)
        one.settings = self._settings_of(service)
        one.held_down = False
        one.keep_up()
        if service in ANSWERING:
            self._wait_for_answers(service)
        return True

    def _wait_for_answers(self, service: str) -> None:
        """As in a rolling replacement the next one goes when this one is ready, or never will be."""
        until = time.monotonic() + _READY_SECONDS
        while time.monotonic() < until and not _answers(self._ready_address(service)):
            self.keep_up()
            time.sleep(_READY_LOOK_SECONDS)

    def _ready_address(self, service: str) -> str:
        return f"http://{self.hosts[service].address}:{_ANSWER_PORT}/v1/ready"

    def _add(self, host: str, name: str, command: Sequence[str], *arguments: str) -> None:
        settings = self._settings_of(host) if host in PROGRAMS else self._environment(self._new)
        if host == "prefect":
            settings = {
                **settings,
                "PREFECT_HOME": str(self.hosts[host].folder / "home"),
                "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
                "DO_NOT_TRACK": "1",
                "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
            }
        self.services[host] = Service(name, self.hosts[host], (*command, *arguments), settings)

    def _settings_of(self, host: str) -> Mapping[str, str]:
        source = self._old if self._is_old[host] and self._old is not None else self._new
        clock = {FILE: str(self._clock(host))}
        return {**self._environment(source), **clock, **self.settings(self.data(host))}

    def _clock(self, host: str) -> Path:
        return self.folder / f"{host}.clock"

    def _environment(self, source: Path) -> dict[str, str]:
        return {"PYTHONPATH": str(source), "OMP_THREAD_LIMIT": "1", "HOME": str(self.folder)}

    def _make_disks(self) -> None:
        for name in PROGRAMS:
            if name not in _DISKS:
                run("mount", "-t", "tmpfs", "-o", "size=200m", "none", str(self.hosts[name].folder))
        for name, size in _DISKS.items():
            image, folder = self.folder / f"{name}.disk", self.hosts[name].folder
            with image.open("wb") as file:
                file.truncate(size * 1024**2)
            run("mkfs.ext4", "-q", "-m", "0", str(image))
            run("mount", "-o", "loop", str(image), str(folder))
            device = folder.stat().st_dev
            self._disks[name] = f"{os.major(device)}:{os.minor(device)}"
            shutil.rmtree(folder / "lost+found")
            folder.chmod(0o755)

    def _disk(self, host: str) -> Path:
        return self.hosts[host].folder


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).is_success
    except httpx.HTTPError:
        return False
