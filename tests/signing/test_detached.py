"""Detached signatures over small files: made, carried for years, attacked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509

from dossier.errors import DemoKeyError, KeyUnusableError, SigningError, TimestampUnavailableError
from signing.demo import DemoPki
from signing.detached import DetachedSigner, DetachedVerdict, verify_detached
from signing.report import Conclusion
from signing.timestamps import HttpTimestampAuthority, LocalTimestampAuthority
from signing.trust import TrustStore
from tests.signing.conftest import NOW, clock

CONTENT = '{"nội dung":"MẪU"}'.encode()


def signer_at(pki: DemoPki, moment: datetime) -> DetachedSigner:
    return DetachedSigner(
        key=pki.organisation(),
        timestamps=LocalTimestampAuthority(pki.timestamp_authority(), lambda: moment),
        revocation=pki,
        clock=lambda: moment,
    )


@pytest.fixture(scope="module")
def signature(pki: DemoPki) -> bytes:
    return signer_at(pki, NOW).sign(CONTENT, item="head")


def verdict(
    signature: bytes, trust: TrustStore, *, content: bytes = CONTENT, made: datetime = NOW, days: int = 0
) -> DetachedVerdict:
    return verify_detached(content, signature, trust=trust, made=made, at=NOW + timedelta(days=days))


def test_a_signature_passes_with_signer_and_proven_time(signature: bytes, trust: TrustStore) -> None:
    found = verdict(signature, trust)
    assert found.conclusion == "passed"
    assert found.proven == NOW
    assert "MẪU (DEMO)" in found.signer


@pytest.mark.parametrize("days", [1, 100, 4 * 365, 30 * 365])
def test_a_signature_still_passes_when_lists_and_certificates_have_run_out(
    signature: bytes, trust: TrustStore, days: int
) -> None:
    assert verdict(signature, trust, days=days).conclusion == "passed"


def test_other_content_fails(signature: bytes, trust: TrustStore) -> None:
    found = verdict(signature, trust, content=CONTENT + b" ")
    assert (found.conclusion, found.sub_indication) == ("failed", "HASH_FAILURE")


@pytest.mark.parametrize("damaged", [b"", b"\x30\x00", b"not a signature"])
def test_bytes_that_are_no_signature_fail(trust: TrustStore, damaged: bytes) -> None:
    assert verdict(damaged, trust).conclusion == "failed"


def test_no_flipped_bit_passes_as_something_else(signature: bytes, trust: TrustStore) -> None:
    """What passes after a flip may only be bytes that nothing depends on; the verdict stays the same then."""
    good = verdict(signature, trust)
    conclusions: set[Conclusion] = set()
    for place in range(0, len(signature), 97):
        flipped = bytearray(signature)
        flipped[place] ^= 0x10
        found = verdict(bytes(flipped), trust)
        conclusions.add(found.conclusion)
        assert found.conclusion != "passed" or found == good
    assert "failed" in conclusions


def test_a_root_nobody_trusts_leaves_it_undecided(
    signature: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = verdict(signature, TrustStore(tmp_path_factory.mktemp("empty")))
    assert (found.conclusion, found.sub_indication) == ("indeterminate", "NO_CERTIFICATE_CHAIN_FOUND")


def test_a_claimed_time_far_from_the_timestamp_is_not_believed(signature: bytes, trust: TrustStore) -> None:
    found = verdict(signature, trust, made=NOW - timedelta(days=3))
    assert (found.conclusion, found.sub_indication) == ("indeterminate", "TIMESTAMP_ORDER_FAILURE")


def test_a_demonstration_key_is_refused_in_production(pki: DemoPki) -> None:
    strict = DetachedSigner(
        key=pki.organisation(),
        timestamps=LocalTimestampAuthority(pki.timestamp_authority(), clock),
        revocation=pki,
        clock=clock,
        production=True,
    )
    with pytest.raises(DemoKeyError):
        strict.sign(CONTENT, item="head")


def test_an_expired_key_is_refused(pki: DemoPki) -> None:
    with pytest.raises(KeyUnusableError):
        signer_at(pki, NOW + timedelta(days=4 * 365)).sign(CONTENT, item="head")


def test_without_an_answering_authority_nothing_is_signed(pki: DemoPki) -> None:
    chain: tuple[x509.Certificate, ...] = pki.timestamp_authority().chain
    away = DetachedSigner(
        key=pki.organisation(),
        timestamps=HttpTimestampAuthority(url="http://127.0.0.1:9/tsa", chain=chain, timeout_s=2),
        revocation=pki,
        clock=clock,
    )
    with pytest.raises(SigningError) as caught:
        away.sign(CONTENT, item="head")
    assert isinstance(caught.value, TimestampUnavailableError)
