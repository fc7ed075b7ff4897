"""The machine and the network around an installation. Only addresses that the settings name are asked."""

from __future__ import annotations

import base64
import os
import resource
import shutil
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

import httpx

from signing.certificate_ends import earliest_end

_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What an address answered: status, its clock (aware) if it told, and JSON if it was some."""

    status: int
    clock: datetime | None
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What checks ask; tests put others in their place.

    Attributes:
        disk: bytes in all and bytes free where a path lies.
        memory: bytes of the machine, or of what its group may use.
        cores: that this process may use.
        open_files: it may have.
        get: asks an address; an authority's file, or ``None`` for those of the system.
        ask_prefect: asks an address of the Prefect server, with the secret that its client would send.
        certificate_end: when the certificate of a host and port ends, aware.
        mode: of a file, as ``os.stat`` gives it.
    """

    disk: Callable[[Path], tuple[int, int]]
    memory: Callable[[], int]
    cores: Callable[[], int]
    open_files: Callable[[], int]
    get: Callable[[str, Path | None], Heard]
    ask_prefect: Callable[[str], Heard]
    certificate_end: Callable[[str, int], datetime]
    mode: Callable[[Path], int]


def of_this_machine() -> Surroundings:
    """The real ones."""
    return Surroundings(
        disk=_disk,
        memory=_memory,
        cores=lambda: len(os.sched_getaffinity(0)),
        open_files=lambda: resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        get=_get,
        ask_prefect=lambda url: _get(url, None, headers=_prefect_headers(os.environ)),
        certificate_end=_certificate_end,
        mode=lambda path: path.stat().st_mode,
    )


def _disk(path: Path) -> tuple[int, int]:
    found = shutil.disk_usage(path)
    return found.total, found.free


def _memory() -> int:
    """What a group of processes may use (cgroup v2), where that is less than the machine has."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return whole
    return min(whole, int(limit)) if limit.isdecimal() else whole


def _get(url: str, ca: Path | None, *, headers: Mapping[str, str] | None = None) -> Heard:
    trusted = ssl.create_default_context(cafile=str(ca) if ca else None)
    told = httpx.get(url, timeout=_SECONDS, verify=trusted, trust_env=False, headers=headers)
    date = told.headers.get("date")
    is_json = told.headers.get("content-type", "").startswith("application/json")
    return Heard(
        told.status_code, parsedate_to_datetime(date) if date else None, told.json() if is_json else None
    )


def _prefect_headers(environment: Mapping[str, str]) -> Mapping[str, str]:
    """What Prefect's own client sends; it knows the secret by this variable alone."""
    secret = environment.get("PREFECT_API_AUTH_STRING", "")
    return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret else {}


def _certificate_end(host: str, port: int) -> datetime:
    """Not whether it may be trusted: browsers judge that, by authorities that this machine need not know."""
    return earliest_end(ssl.get_server_certificate((host, port), timeout=_SECONDS).encode())
