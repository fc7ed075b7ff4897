from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from samples.make import DEFAULT_SEED, build_file
from samples.plans import DOSSIERS
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.samples.shelf import SAMPLES

NAME = "quyet-dinh-ho-tro-lai-suat.pdf"
SIGNED = SAMPLES / "dossiers" / "4-ho-kinh-doanh" / NAME
ROOT = SAMPLES / "trust" / "co-quan-mau.pem"


def _trust(folder: Path, root: Path) -> TrustStore:
    store = TrustStore(folder)
    store.add(root.read_bytes())
    return store


@pytest.mark.parametrize("year", [2026, 2035, 2048])
def test_the_signed_sample_passes_for_decades_without_a_network(tmp_path: Path, year: int) -> None:
    report = verify_file(SIGNED, trust=_trust(tmp_path, ROOT), at=datetime(year, 12, 1, tzinfo=UTC))
    assert report.conclusion == "passed"
    (signature,) = report.signatures
    assert signature.level.name == "B_LTA"
    assert "DEMO" in signature.signer


def test_without_its_root_the_signed_sample_does_not_pass(tmp_path: Path) -> None:
    report = verify_file(SIGNED, trust=TrustStore(tmp_path), at=datetime(2026, 12, 1, tzinfo=UTC))
    assert report.conclusion == "indeterminate"


def test_a_changed_byte_of_the_signed_sample_is_noticed(tmp_path: Path) -> None:
    data = bytearray(SIGNED.read_bytes())
    data[data.index(b"/Author (") + len(b"/Author (")] ^= 1
    changed = tmp_path / NAME
    changed.write_bytes(data)
    report = verify_file(changed, trust=_trust(tmp_path, ROOT), at=datetime(2026, 12, 1, tzinfo=UTC))
    assert report.conclusion == "failed"


def test_the_root_says_that_it_is_a_specimen() -> None:
    certificate = x509.load_pem_x509_certificate(ROOT.read_bytes())
    assert "MẪU DEMO" in certificate.subject.rfc4514_string()


def test_a_signed_sample_made_anew_passes_with_its_own_root(tmp_path: Path) -> None:
    plan = next(plan for dossier in DOSSIERS for plan in dossier.files if plan.name == NAME)
    build_file(tmp_path, plan, seed=DEFAULT_SEED, trust=tmp_path / "trust")
    trust = _trust(tmp_path / "roots", tmp_path / "trust" / ROOT.name)
    report = verify_file(tmp_path / NAME, trust=trust, at=datetime(2026, 12, 1, tzinfo=UTC))
    assert report.conclusion == "passed"
