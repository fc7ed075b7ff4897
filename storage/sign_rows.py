"""The row of a paper that waits for the signature of the office comes and goes with its newest version."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, delete, select, update

from dossier.documents import Document
from dossier.review import waits_for_signer
from storage.bodies import moment_to_text
from storage.desk_tables import sign_batches, sign_waits
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


def look_again(connection: Connection, serial: int) -> None:
    """What the paper shows is not what somebody looked through any more: nobody has it, no batch signs it.

    A batch that was about to counts it among those that it did not sign.
    """
    mine = sign_waits.c.document_serial == serial
    batch = connection.execute(select(sign_waits.c.batch).where(mine)).scalar()
    if batch is None:
        return
    connection.execute(update(sign_waits).where(mine).values(**FREE))
    if batch:
        counted = {"failed": sign_batches.c.failed + 1}
        connection.execute(update(sign_batches).where(sign_batches.c.id == batch).values(**counted))
