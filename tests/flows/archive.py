"""An installation in the past with a clock that a test moves, and sealed documents in it.

Dates lie before today: validators ask the machine for the present when they look back, and only what lies
behind it is past.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from dossier.documents import Document, DocumentState, SignatureStatus
from dossier.trust import Trust
from signing.report import Report
from tests.signing.decades import Clock, day
from tests.signing.pdfs import make_pdfa
from tests.storage.builders import batch, document, item
from wiring.services import Services
from wiring.settings import read_settings

START = day("21.11.2006")


def archive(folder: Path, *, at: datetime = START, **settings: str) -> Services:
    """A fresh installation with demo keys, whose certificates begin at a moment of the past."""
    made = Services(read_settings({"MOTLAN_DATA": str(folder / "data"), **settings}), clock=Clock(at))
    made.create()
    return made


def travel(services: Services, to: datetime) -> None:
    """Move the clock; the office fetches that day's revocation lists, as it does every day."""
    assert isinstance(services.clock, Clock)
    services.clock.now = to
    services.create()


def file(services: Services, name: str, folder: Path, *, level: str = "sealed") -> Document:
    """A document in the store whose file is ``sealed`` (B-LTA), ``captured`` (B-T) or ``plain``."""
    plain, path = make_pdfa(folder / f"{name}-0.pdf", padding=len(name)), folder / f"{name}.pdf"
    now = services.clock()
    if level == "sealed":
        services.signer.seal_as_organisation(plain, path, at=now, item=name)
    elif level == "captured":
        services.signer.sign_as_officer(plain, path, at=now, item=name)
    else:
        path = plain
    report: Report = services.verify(path, at=now)
    with services.writing():
        records = services.store.records
        records.save_batch(batch(), [item()])
        kept = services.store.blobs.put(path)
        return records.save_document(
            replace(
                document(name),
                state=DocumentState.FILED,
                trust=Trust.T4,
                object_sha256=kept.sha256,
                object_size=kept.size,
                signature=SignatureStatus(report.conclusion),
                signature_checked_at=now,
                filed_at=now,
            )
        )
