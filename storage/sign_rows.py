"""The row of a paper that waits for the signature of the office comes and goes with its newest version."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, delete, select

from dossier.documents import Document
from dossier.review import waits_for_signer
from storage.bodies import moment_to_text
from storage.desk_tables import sign_waits
from storage.ready import Additions, Ready

FREE: Final = {"holder": "", "seen_at": "", "marked": 0, "batch": ""}
"""What a row says when nobody has the paper."""

_GONE: Final = Ready(delete(sign_waits).where(sign_waits.c.document_serial == bindparam("serial")))
_WAITING: Final = Ready(select(sign_waits.c.since).where(sign_waits.c.document_serial == bindparam("serial")))


def follow(adding: Additions, document: Document, *, serial: int, is_new: bool) -> None:
    """Put the paper into the queue or take it out, as its version that is being saved says.

    One that is there keeps its place and whoever holds it: a timestamp that comes in does not send it to the
    end.
    """
    mine = {"serial": serial}
    if not waits_for_signer(document):
        if not is_new:
            _GONE.run(adding.connection, mine)
        return
    if not is_new and _WAITING.first(adding.connection, mine):
        return
    since = document.signature_checked_at
    row = {
        "document_serial": serial,
        "since": moment_to_text(since) if since is not None else "",
        "error_code": "",
        **FREE,
    }
    adding.add(sign_waits, row)
