"""The one-stop software: asks the answer hosts in turn, and notes what each said.

``python -m tests.faults.province.asking_client FOLDER DOSSIER OWNER KEY_FILE ADDRESS…``: a line in
``FOLDER/asked.jsonl`` for each question with moment, host, status (0: no answer) and what was answered. It
goes on until ``FOLDER/enough`` is there.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx

_PAUSE_S: Final = 0.5
_PATIENCE_S: Final = 5.0


def main(folder: Path, dossier: str, owner: str, key: str, addresses: Sequence[str]) -> None:
    """Ask until told that it is enough."""
    with (
        (folder / "asked.jsonl").open("a", encoding="utf-8") as told,
        httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=_PATIENCE_S) as client,
    ):
        for address in itertools.cycle(addresses):
            if (folder / "enough").exists():
                return
            began = time.time()
            status, held = ask(client, address, dossier=dossier, owner=owner)
            line = {"at": began, "took": time.time() - began, "host": address, "status": status, "held": held}
            told.write(f"{json.dumps(line)}\n")
            told.flush()
            time.sleep(_PAUSE_S)


def ask(client: httpx.Client, address: str, *, dossier: str, owner: str) -> tuple[int, list[str]]:
    """One question: the status, and the components that are held."""
    try:
        answer = client.post(f"http://{address}/v1/reuse-checks", json={"dossier": dossier, "owner": owner})
    except httpx.HTTPError:
        return 0, []
    if answer.status_code != httpx.codes.OK:
        return answer.status_code, []
    components = answer.json()["answer"]["components"]
    return 200, sorted(each["code"] for each in components if each["status"] == "held")


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        sys.argv[2],
        sys.argv[3],
        Path(sys.argv[4]).read_text("utf-8").strip(),
        sys.argv[5:],
    )
