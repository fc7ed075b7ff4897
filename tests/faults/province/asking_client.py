"""The one-stop software: asks the answer hosts in turn, and notes what was said.

``python -m tests.faults.province.asking_client FOLDER DOSSIER OWNER KEY_FILE ADDRESS…``: a line in
``FOLDER/asked.jsonl`` for each question with moment, host, status (0: no answer) and what was answered. It
goes on until ``FOLDER/enough`` is there. A host that takes no question is passed over, as by the proxy in
``deploy/`` (``proxy_next_upstream error``): one that was heard and not answered is never put twice.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx

_PAUSE_S: Final = 0.5
_PATIENCE_S: Final = 5.0
_NOT_TAKEN: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.RemoteProtocolError)
"""Nobody heard the question: no connection, or one that the other side had closed before."""


def main(folder: Path, dossier: str, owner: str, key: str, addresses: Sequence[str]) -> None:
    """Ask until told that it is enough."""
    with (
        (folder / "asked.jsonl").open("a", encoding="utf-8") as told,
        httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=_PATIENCE_S) as client,
    ):
        for turn in itertools.count():
            if (folder / "enough").exists():
                return
            began = time.time()
            first = turn % len(addresses)
            line = {
                "at": began,
                **ask(client, (*addresses[first:], *addresses[:first]), dossier=dossier, owner=owner),
                "took": time.time() - began,
            }
            told.write(f"{json.dumps(line)}\n")
            told.flush()
            time.sleep(_PAUSE_S)


def ask(
    client: httpx.Client, addresses: Sequence[str], *, dossier: str, owner: str
) -> Mapping[str, str | int | Sequence[str]]:
    """One question to the first host that takes it: host, status, and the components that are held."""
    asked, host = {"dossier": dossier, "owner": owner}, ""
    for host in addresses:
        try:
            answer = client.post(f"http://{host}/v1/reuse-checks", json=asked)
        except _NOT_TAKEN:
            continue
        except httpx.HTTPError:
            break
        components = answer.json()["answer"]["components"] if answer.status_code == httpx.codes.OK else ()
        held = sorted(each["code"] for each in components if each["status"] == "held")
        return {"host": host, "status": answer.status_code, "held": held}
    return {"host": host, "status": 0, "held": ()}


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        sys.argv[2],
        sys.argv[3],
        Path(sys.argv[4]).read_text("utf-8").strip(),
        sys.argv[5:],
    )
