from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from signing.demo import ensure_demo_pki
from signing.keys import check_key
from signing.signer import DocumentSigner
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing.conftest import NOW, setup_of
from tests.signing.pdfs import make_pdfa


def test_it_is_made_once_and_found_again(tmp_path: Path) -> None:
    first = ensure_demo_pki(tmp_path / "keys", now=NOW)
    content = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    second = ensure_demo_pki(tmp_path / "keys", now=NOW + timedelta(days=1))
    assert {path.name: path.read_bytes() for path in second.folder.iterdir()} == content
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    pki = ensure_demo_pki(tmp_path / "keys", now=NOW)
    assert stat.S_IMODE(pki.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in pki.folder.iterdir()} == {0o600}


def test_remains_of_a_killed_attempt_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / ".keys-abc").mkdir()
    (tmp_path / ".keys-abc" / "root.key").write_text("half")
    pki = ensure_demo_pki(tmp_path / "keys", now=NOW)
    check_key(pki.officer(), at=NOW, crls=pki.crls(now=NOW))


def test_two_at_once_end_with_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: ensure_demo_pki(tmp_path / "keys", now=NOW), range(4)))
    assert len({pki.officer().certificate for pki in made}) == 1


@pytest.mark.parametrize("name", ["root", "issuing", "officer", "organisation", "tsa"])
def test_every_subject_says_demo(name: str, tmp_path: Path) -> None:
    pki = ensure_demo_pki(tmp_path / "keys", now=NOW)
    certificate = x509.load_pem_x509_certificate((pki.folder / f"{name}.pem").read_bytes())
    assert "DEMO" in certificate.subject.rfc4514_string()


def test_terms_are_those_of_the_law(tmp_path: Path) -> None:
    pki = ensure_demo_pki(tmp_path / "keys", now=NOW)
    days = {
        key.item: (key.certificate.not_valid_after_utc - key.certificate.not_valid_before_utc).days
        for key in (pki.officer(), pki.organisation(), pki.timestamp_authority())
    }
    assert days == {"officer": 3 * 365, "organisation": 3 * 365, "tsa": 5 * 365}


def test_certificates_are_renewed_for_the_same_keys_when_they_near_their_end(tmp_path: Path) -> None:
    before = ensure_demo_pki(tmp_path / "keys", now=NOW).timestamp_authority().certificate
    pki = ensure_demo_pki(tmp_path / "keys", now=NOW + timedelta(days=5 * 365 - 92))
    assert pki.timestamp_authority().certificate == before
    later = NOW + timedelta(days=5 * 365 - 90)
    after = ensure_demo_pki(tmp_path / "keys", now=later).timestamp_authority().certificate
    assert after.public_key() == before.public_key()
    assert after.serial_number != before.serial_number
    assert after.not_valid_after_utc > later + timedelta(days=5 * 365 - 2)
    assert pki.refresh_certificates(later) == ()


@pytest.mark.parametrize("years", [1, 4, 6, 12, 19])
def test_a_demonstration_signs_and_its_files_pass_for_as_long_as_its_root_lasts(
    years: int, tmp_path: Path
) -> None:
    begun = NOW - timedelta(days=years * 365)
    ensure_demo_pki(tmp_path / "keys", now=begun)
    pki = ensure_demo_pki(tmp_path / "keys", now=NOW)
    trust = TrustStore(tmp_path / "trust")
    trust.add(pki.root_certificate.read_bytes())
    plain, signed = make_pdfa(tmp_path / "plain.pdf"), tmp_path / "signed.pdf"
    with DocumentSigner(setup_of(pki)) as signer:
        signer.seal_as_organisation(plain, signed, at=NOW, item="a.pdf")
    assert verify_file(signed, trust=trust, at=NOW).conclusion == "passed"


def test_revocation_lists_are_renewed_when_they_near_their_end_and_not_before(tmp_path: Path) -> None:
    pki = ensure_demo_pki(tmp_path / "keys", now=NOW)
    assert pki.refresh_crls(NOW + timedelta(days=59)) is False
    later = NOW + timedelta(days=61)
    assert pki.refresh_crls(later) is True
    assert {crl.this_update for crl in pki.crls(now=later)} == {later}
    check_key(pki.officer(), at=later, crls=pki.crls(now=later))
