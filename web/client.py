"""Talk to a running ``motlan serve`` over the socket in the data folder."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dossier.errors import MotlanError, StoreError, all_errors
from flows.intake import Handed, RefusedRow
from flows.progress import Listener, Progress, Stage
from storage.inbox import Declaration


def socket_path(data: Path) -> Path:
    """Where the socket of a data folder is."""
    return data / "run" / "motlan.sock"


def is_up(data: Path) -> bool:
    """Whether a process answers on the socket; a file left by a killed process does not count."""
    path = socket_path(data)
    if not path.exists():
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def ingest(data: Path, paths: Sequence[Path], *, declared: Declaration, listen: Listener) -> Handed:
    """Have the running process take files in and work on them; pass on what it tells.

    Raises:
        MotlanError: what ended the run there, rebuilt by its code.
        StoreError: the process went away in the middle; nothing is lost.
    """
    # Only this call needs the HTTP library, and importing it costs more than most commands.
    import httpx  # noqa: PLC0415

    asked = {"paths": [str(path.absolute()) for path in paths], **asdict(declared)}
    transport = httpx.HTTPTransport(uds=str(socket_path(data)))
    handed: Handed | None = None
    try:
        with (
            # A batch takes as long as it takes; each page has its own time limit over there.
            httpx.Client(transport=transport, base_url="http://motlan", timeout=None) as client,  # noqa: S113
            client.stream("POST", "/v1/batches", json=asked) as answer,
        ):
            answer.raise_for_status()
            for line in answer.iter_lines():
                handed = _hear(json.loads(line), listen) or handed
    except (httpx.HTTPError, ValueError) as error:
        raise StoreError(cause=str(error)) from error
    if handed is None:
        raise StoreError(cause="the serving process ended without an answer")
    return handed


def _hear(line: dict[str, Any], listen: Listener) -> Handed | None:
    """Pass progress on, raise what went wrong, give the outcome back."""
    if "error" in line:
        failure = line["error"]
        kinds = {kind.code: kind for kind in all_errors()}
        kind = kinds.get(str(failure["code"]), MotlanError)
        raise kind(str(failure["item"]), **failure["details"])
    if "handed" in line:
        told = line["handed"]
        return Handed(
            batch=told["batch"],
            items=tuple(told["items"]),
            refused=tuple(RefusedRow(**row) for row in told["refused"]),
            duplicates=tuple(told["duplicates"]),
            skipped=tuple(told["skipped"]),
        )
    listen(Progress(**{**line, "stage": Stage(line["stage"])}))
    return None
