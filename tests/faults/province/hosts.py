"""Hosts as network namespaces on one bridge, and what can be done to a host or to its processes.

Everything lies in the name spaces of ``tests.faults.province.run`` (network, mounts, processes): it goes with
that process, however it ends. The kernel's own tools do it: ``ip``, ``tc``, ``nsenter``, control groups.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

NETWORK: Final = "10.77.0"
_BRIDGE: Final = "mau-br"
_CGROUPS: Final = Path("/sys/fs/cgroup")
_TOOLS: Final = ("ip", "tc", "nsenter", "unshare", "bridge")
_SLOW_LINE: Final = ("rate", "256kbit", "burst", "8kb", "latency", "400ms")
_RUN_OUT: Final = 4 * 1024**2
"""Bytes of memory that a host still has when it runs out."""


def missing() -> str:
    """Why there can be no hosts here; empty when there can."""
    if os.geteuid() != 0:
        return "hosts as network namespaces need root"
    lacking = [name for name in _TOOLS if shutil.which(name) is None]
    if lacking:
        return f"hosts as network namespaces need {', '.join(lacking)} (Debian packages iproute2, util-linux)"
    tried = subprocess.run(["unshare", "--net", "--pid", "--fork", "true"], check=False, capture_output=True)
    return "" if tried.returncode == 0 else "this machine makes no network namespaces"


def run(*command: str) -> None:
    """Run a tool of the kernel; it must succeed."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


@contextlib.contextmanager
def bridge() -> Iterator[None]:
    """The switch between all hosts; this process is on it too, as host 1."""
    # Names of namespaces of others stay theirs.
    Path("/run/netns").mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "none", "/run/netns")
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", _BRIDGE, "type", "bridge", "forward_delay", "0")
    run("ip", "address", "add", f"{NETWORK}.1/24", "dev", _BRIDGE)
    run("ip", "link", "set", _BRIDGE, "up")
    yield


@dataclass(eq=False)
class Host:
    """A machine: an address of its own, and processes that nobody but a fault ends.

    Attributes:
        name: short, unique.
        number: last part of its address.
        folder: of its own.
    """

    name: str
    number: int
    folder: Path
    _groups: list[Path] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{NETWORK}.{self.number}"

    def plug_in(self) -> None:
        """Make it and put it on the bridge."""
        self.folder.mkdir(parents=True, exist_ok=True)
        port, inside = f"p-{self.name}", f"e-{self.name}"
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", port, "type", "veth", "peer", "name", inside)
        run("ip", "link", "set", inside, "netns", self.name)
        run("ip", "link", "set", port, "master", _BRIDGE, "up")
        self._ip("link", "set", "lo", "up")
        self._ip("address", "add", f"{self.address}/24", "dev", inside)
        self._ip("link", "set", inside, "up")
        for kind in ("memory", "blkio"):
            group = _CGROUPS / kind / f"{self.folder.parent.name}-{self.name}"
            with contextlib.suppress(OSError):
                group.mkdir(exist_ok=True)
                self._groups.append(group)

    def start(self, command: Sequence[str], *, log: Path, **settings: str) -> subprocess.Popen[bytes]:
        """Start a process on it, the leader of a group of its own."""
        groups = "".join(f"echo $$ > {group}/cgroup.procs; " for group in self._groups)
        inside = ("nsenter", f"--net=/run/netns/{self.name}", *command)
        with log.open("ab") as said:
            return subprocess.Popen(
                ("sh", "-c", f'{groups}exec "$@"', "sh", *inside),
                env={**os.environ, **settings},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
            )

    # what befalls it

    def cut_off(self) -> None:
        """Nothing comes or goes, and nobody is told."""
        run("bridge", "link", "set", "dev", f"p-{self.name}", "state", "0")

    def deaf_to(self, others: Sequence[Host]) -> None:
        """What it sends to others is lost; what they send arrives."""
        for other in others:
            if other is not self:
                self._ip("route", "replace", "blackhole", f"{other.address}/32")

    def slow(self) -> None:
        """A line of 256 kbit/s with a short queue, both ways."""
        run("tc", "qdisc", "replace", "dev", f"p-{self.name}", "root", "tbf", *_SLOW_LINE)
        self._inside("tc", "qdisc", "replace", "dev", f"e-{self.name}", "root", "tbf", *_SLOW_LINE)

    def slow_disk(self, device: str, *, per_second: int) -> bool:
        """So many writes in a second and no more; false where the kernel does not count them."""
        return self._limit("blkio", "blkio.throttle.write_iops_device", f"{device} {per_second}")

    def run_out_of_memory(self) -> bool:
        """Almost all memory is taken: the next one who needs some is ended by the kernel."""
        used = self._group("memory")
        if used is None:
            return False
        now = int((used / "memory.usage_in_bytes").read_text())
        return self._limit("memory", "memory.limit_in_bytes", str(now + _RUN_OUT))

    def limit_memory(self, size: int) -> bool:
        """So many bytes for all its processes."""
        return self._limit("memory", "memory.limit_in_bytes", str(size))

    def mend(self, others: Sequence[Host], *, device: str) -> None:
        """Line, disk and memory are as on the first day."""
        run("bridge", "link", "set", "dev", f"p-{self.name}", "state", "3")
        for other in others:
            with contextlib.suppress(RuntimeError):
                self._ip("route", "del", "blackhole", f"{other.address}/32")
        with contextlib.suppress(RuntimeError):
            run("tc", "qdisc", "del", "dev", f"p-{self.name}", "root")
        with contextlib.suppress(RuntimeError):
            self._inside("tc", "qdisc", "del", "dev", f"e-{self.name}", "root")
        self.slow_disk(device, per_second=0)
        self._limit("memory", "memory.limit_in_bytes", "-1")

    def forget(self) -> None:
        """Its control groups are gone; all of its processes ended before."""
        for group in self._groups:
            with contextlib.suppress(OSError):
                group.rmdir()

    def _group(self, kind: str) -> Path | None:
        return next((group for group in self._groups if group.parent.name == kind), None)

    def _limit(self, kind: str, name: str, value: str) -> bool:
        group = self._group(kind)
        if group is None:
            return False
        try:
            (group / name).write_text(value)
        except OSError:
            return False
        return True

    def _ip(self, *arguments: str) -> None:
        run("ip", "-n", self.name, *arguments)

    def _inside(self, *command: str) -> None:
        run("nsenter", f"--net=/run/netns/{self.name}", *command)


@dataclass(eq=False)
class Service:
    """A process that a service manager keeps running on a host: begun again whenever it ended.

    Attributes:
        name: of it.
        host: where it runs.
        command: what it is.
        settings: variables of its environment.
    """

    name: str
    host: Host
    command: Sequence[str]
    settings: Mapping[str, str]
    begun: int = 0
    held_down: bool = False
    _process: subprocess.Popen[bytes] | None = None

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    @property
    def log(self) -> Path:
        return self.host.folder / f"{self.name}.log"

    def keep_up(self) -> None:
        """Begin it again when it is not there."""
        if self.held_down or self.runs:
            return
        # What a killed leader left behind on this host goes with it, as with a unit.
        self.kill()
        self.begun += 1
        self._process = self.host.start(self.command, log=self.log, **self.settings)

    def kill(self) -> None:
        """``kill -9``: it and its children."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self, *, seconds: float) -> int | None:
        """SIGTERM, as a service manager does it, and SIGKILL when it takes too long (nothing then)."""
        if self._process is None or not self.runs:
            return 0
        self._process.terminate()
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def freeze(self) -> None:
        """It stands still: what swapping or a paused machine look like from outside."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if nothing had been."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self.runs:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)
