"""Talk to a running ``motlan serve`` over the socket in the data folder."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from dossier.errors import MotlanError, StoreError, all_errors
from dossier.ids import BatchId
from flows.progress import Listener, Progress, Stage


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


def run_batch(data: Path, batch: BatchId, *, listen: Listener) -> None:
    """Have the running process work on a batch and pass on what it tells.

    Raises:
        MotlanError: what ended the run there, rebuilt by its code.
        StoreError: the process went away in the middle; nothing is lost.
    """
    # Only this call needs the HTTP library, and importing it costs more than most commands.
    import httpx  # noqa: PLC0415

    transport = httpx.HTTPTransport(uds=str(socket_path(data)))
    try:
        with (
            httpx.Client(transport=transport, base_url="http://motlan", timeout=None) as client,  # noqa: S113
            client.stream("POST", f"/v1/batches/{batch}/run") as answer,
        ):
            for line in answer.iter_lines():
                _hear(json.loads(line), listen)
    except (httpx.HTTPError, ValueError) as error:
        raise StoreError(batch, cause=str(error)) from error


def _hear(line: dict[str, object], listen: Listener) -> None:
    failure = line.get("error")
    if isinstance(failure, dict):
        kinds = {kind.code: kind for kind in all_errors()}
        kind = kinds.get(str(failure.get("code")), MotlanError)
        details = failure.get("details")
        raise kind(str(failure.get("item", "")), **(details if isinstance(details, dict) else {}))
    listen(
        Progress(
            stage=Stage(str(line["stage"])),
            item=str(line["item"]),
            document=str(line["document"]),
            done=int(str(line["done"])),
            total=int(str(line["total"])),
            code=str(line["code"]),
            message=str(line["message"]),
            seconds=float(str(line["seconds"])),
        )
    )
