"""An installation in the past with a clock that a test moves, and sealed documents in it.

Dates lie before today: validators ask the machine for the present when they look back, and only what lies
behind it is past.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from cryptography import x509

import signing
from dossier.documents import Document, DocumentState, SignatureStatus
from dossier.trust import Trust
from signing import demo_certificates as made
from signing.keys import SigningKey, load_pem_key
from signing.local_tsa import LocalTimeStamper
from signing.report import Report
from signing.timestamps import TimestampSource
from tests.signing.decades import Clock, day
from tests.signing.pdfs import make_pdfa
from tests.storage.builders import batch, document, item
from wiring.services import Services
from wiring.settings import read_settings

START = day("21.11.2006")


@dataclass
class Stamps:
    """A timestamp authority whose certificate changes; see ``signing.timestamps.TimestampSource``."""

    key: SigningKey
    clock: Clock
    demo: bool = True

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return (self.key.certificate, *self.key.chain)

    @property
    def token_bytes(self) -> int:
        return 0

    def client(self) -> LocalTimeStamper:
        return LocalTimeStamper(self.key, clock=self.clock)


class Office(Services):
    """An installation whose timestamp authority gets a new certificate when time passes."""

    @cached_property
    def stamps(self) -> Stamps:
        assert isinstance(self.clock, Clock)
        return Stamps(self._demo.timestamp_authority(), self.clock)

    def _timestamps(self) -> TimestampSource:
        return super()._timestamps() if self.settings.timestamps else self.stamps


def archive(folder: Path, *, at: datetime = START, kind: type[Office] = Office, **settings: str) -> Office:
    """A fresh installation with demo keys, whose certificates begin at a moment of the past."""
    policies = folder / "rules" / "policies"
    policies.mkdir(parents=True, exist_ok=True)
    # What holds today, for days before there was a policy.
    text = (Path(signing.__path__[0]) / "policies" / "vn-2025.toml").read_text("utf-8")
    ageless = text.replace("since = 2025-08-15", "since = 2000-01-01").replace('"vn-2025"', '"mau"')
    (policies / "mau.toml").write_text(ageless, "utf-8")
    settings = {"MOTLAN_DATA": str(folder / "data"), "MOTLAN_RULES": str(folder / "rules"), **settings}
    office = kind(read_settings(settings), clock=Clock(at))
    office.create()
    return office


def travel(services: Office, to: datetime) -> None:
    """Move the clock: the authority has a new certificate then, the office that day's revocation lists."""
    services.stamps.clock.now = to
    services.create()
    folder = services.settings.data / "demo-pki"
    # The lists of that day, though those of before may still run.
    services._demo.refresh_crls(to)
    pair = made.make_pair(made.ENTITIES["tsa"], issuer=made.read_pair(folder, "issuing"), now=to)
    (folder / "tsa-new.key").write_bytes(made.key_pem(pair[0]))
    (folder / "tsa-new.pem").write_bytes(made.certificate_pem(pair[1]))
    services.stamps.key = load_pem_key(
        folder / "tsa-new.key",
        certificate=folder / "tsa-new.pem",
        chain=(folder / "issuing.pem", folder / "root.pem"),
        item="tsa",
    )


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
