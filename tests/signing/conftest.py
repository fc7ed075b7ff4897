from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.demo import DemoPki, ensure_demo_pki
from signing.signer import DocumentSigner, SigningSetup
from signing.timestamps import LocalTimestampAuthority
from signing.trust import RootKind, TrustStore, TrustTerms
from tests.signing.attack_table import Desk
from tests.signing.offices import Office
from tests.signing.pdfs import make_pdfa

NOW = datetime(2026, 11, 21, 3, 57, 37, tzinfo=UTC)


def clock() -> datetime:
    return NOW


@dataclass(frozen=True)
class Files:
    """One paper at its three stages."""

    plain: Path
    signed: Path
    sealed: Path


def setup_of(pki: DemoPki) -> SigningSetup:
    return SigningSetup(
        officer=pki.officer(),
        organisation=pki.organisation(),
        timestamps=LocalTimestampAuthority(pki.timestamp_authority(), clock),
        revocation=pki,
        clock=clock,
    )


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return ensure_demo_pki(tmp_path_factory.mktemp("pki") / "demo", now=NOW - timedelta(hours=1))


@pytest.fixture(scope="session")
def signer(pki: DemoPki) -> Iterator[DocumentSigner]:
    with DocumentSigner(setup_of(pki)) as made:
        yield made


@pytest.fixture(scope="session")
def files(signer: DocumentSigner, tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("paper")
    plain = make_pdfa(folder / "plain.pdf")
    signed, sealed = folder / "signed.pdf", folder / "sealed.pdf"
    signer.sign_as_officer(plain, signed, at=NOW, item="plain.pdf")
    signer.seal_as_organisation(signed, sealed, at=NOW + timedelta(minutes=5), item="plain.pdf")
    return Files(plain, signed, sealed)


@pytest.fixture(scope="session")
def trust(pki: DemoPki, tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    store = TrustStore(tmp_path_factory.mktemp("trust"))
    store.add(pki.root_certificate.read_bytes(), terms=TrustTerms(kind=RootKind.DEMO))
    for crl in pki.crls(now=NOW):
        store.add_crl(crl.der)
    return store


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    plain = make_pdfa(tmp_path_factory.mktemp("desk") / "plain.pdf").read_bytes()
    return Desk(plain=plain, office=Office(), stranger=Office())
