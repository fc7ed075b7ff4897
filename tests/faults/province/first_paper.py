"""What is there before the bad days: a store, one filed paper of an invented person, and a caller's key.

``python first_paper.py KEY_FILE``; settings come by the environment. Run as a file, so that the program of
the release before can run it too.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from dossier.admission import FieldScope, Role, Scopes
from flows.admission import new_key
from tests.storage.builders import batch, item
from tests.web.office import WIFE, paper
from wiring.services import Services
from wiring.settings import read_settings


def main(key: Path) -> None:
    """Make all of it."""
    with Services(read_settings(os.environ)) as services:
        services.create()
        with services.writing():
            store = services.store
            source = store.work / "paper.pdf"
            source.write_bytes("%PDF-1.7 MẪU\n".encode())
            kept = store.blobs.put(source)
            store.records.save_batch(batch(), [replace(item(), sha256=kept.sha256, size=kept.size)])
            store.records.save_document(
                replace(paper("held", WIFE), object_sha256=kept.sha256, object_size=kept.size)
            )
        scopes = Scopes(role=Role.ONE_STOP, offices=("H26",), fields=FieldScope.SENSITIVE)
        key.touch(mode=0o600)
        key.write_text(new_key(services, "mau", scopes).text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
