from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from signing import checks
from signing.details import SignatureDetails
from signing.report import ExpectedSignature, Report
from signing.revisions import prefix_digests
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing import attacks
from tests.signing.conftest import NOW, Files

AT = NOW + timedelta(hours=1)


def details_of(report: Report, index: int = 0) -> SignatureDetails:
    found = report.signatures[index].details
    assert found is not None
    return found


def outcomes(details: SignatureDetails) -> dict[str, str]:
    return {check.code: check.outcome for check in details.checks}


@pytest.fixture(scope="session")
def sealed(files: Files, trust: TrustStore) -> Report:
    return verify_file(files.sealed, trust=trust, at=AT)


def test_a_report_names_the_file_and_the_moment(sealed: Report, files: Files) -> None:
    data = files.sealed.read_bytes()
    assert sealed.details.sha256 == hashlib.sha256(data).hexdigest()
    assert (sealed.details.size, sealed.details.revisions) == (len(data), 4)
    assert sealed.judged_at == AT


def test_a_signature_is_described_with_its_certificate(sealed: Report) -> None:
    certificate = details_of(sealed).certificate
    assert certificate.common_name == "Cán bộ số hóa MẪU (DEMO)"
    assert certificate.organisation == "Trung tâm Phục vụ hành chính công MẪU (DEMO)"
    assert certificate.title == "Cán bộ số hóa"
    assert certificate.issuer == "Cơ quan cấp chứng thư MẪU (DEMO)"
    assert (certificate.key_algorithm, certificate.key_bits) == ("EC secp256r1", 256)
    assert certificate.valid_from is not None
    assert certificate.valid_until is not None
    assert certificate.valid_from < NOW < certificate.valid_until
    assert certificate.fingerprint == sealed.signatures[0].fingerprint


def test_the_path_leads_from_the_signer_to_the_trusted_root(sealed: Report, trust: TrustStore) -> None:
    details = details_of(sealed)
    (root,) = trust.roots()
    assert details.chain[0] == details.certificate.fingerprint
    assert details.chain[-1] == root.fingerprint
    assert len(details.chain) == 3
    assert details.trust_kind == "demo"


def test_both_claimed_times_and_every_timestamp_are_told(sealed: Report) -> None:
    details = details_of(sealed)
    assert (details.claimed_printed, details.claimed_signed) == (NOW, None)
    told = [(one.kind, one.time, one.authority, one.trusted, one.digest) for one in details.timestamps]
    authority = "Dịch vụ cấp dấu thời gian MẪU (DEMO)"
    assert told == [
        ("signature", NOW, authority, True, "sha256"),
        ("document", NOW, authority, True, "sha256"),
    ]
    assert details.process == "LTA"


def test_the_covered_bytes_are_the_file_as_signed(sealed: Report, files: Files) -> None:
    for index, revision in ((0, 2), (1, 3)):
        coverage = details_of(sealed, index).coverage
        assert coverage is not None
        assert (coverage.revision, coverage.revisions) == (revision, 4)
        first = files.sealed.read_bytes()[: coverage.covered]
        assert hashlib.sha256(first).hexdigest() == coverage.sha256
        assert coverage.byte_range[0] == 0
        assert coverage.byte_range[2] + coverage.byte_range[3] == coverage.covered
    officer = details_of(sealed).coverage
    assert officer is not None
    assert files.signed.read_bytes() == files.sealed.read_bytes()[: officer.covered]


def test_later_revisions_are_listed_by_kind(sealed: Report) -> None:
    told = [(one.revision, one.kind, one.allowed) for one in details_of(sealed).later]
    assert told == [(3, "signature", True), (4, "evidence", True), (4, "timestamp", True)]
    assert [(one.revision, one.kind) for one in details_of(sealed, 1).later] == [
        (4, "evidence"),
        (4, "timestamp"),
    ]


def test_revocation_data_are_named_with_place_and_time(
    sealed: Report, files: Files, trust: TrustStore
) -> None:
    archived = details_of(sealed).revocation
    assert (archived.source, archived.embedded, archived.revoked_at) == ("CRL", True, None)
    assert archived.issued is not None
    assert archived.next_update is not None
    assert archived.issued <= NOW <= archived.next_update
    fresh = details_of(verify_file(files.signed, trust=trust, at=AT)).revocation
    assert (fresh.source, fresh.embedded) == ("CRL", False)


def test_the_digest_of_the_signed_attributes_is_what_the_key_signed(sealed: Report) -> None:
    details = details_of(sealed)
    (signer,) = [one for one in details.objects if one.sha256 == details.certificate.fingerprint]
    key = x509.load_der_x509_certificate(base64.b64decode(signer.content)).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    digest = bytes.fromhex(details.attributes_digest)
    key.verify(bytes.fromhex(details.signature_value), digest, ec.ECDSA(utils.Prehashed(SHA256())))
    assert (details.scheme, details.digest) == ("ECDSA", "sha256")


def test_every_object_is_what_its_digest_says_and_proven_by_the_archive_timestamp(sealed: Report) -> None:
    objects = details_of(sealed).objects
    assert {one.kind for one in objects} == {"certificate", "CRL", "timestamp"}
    assert all(hashlib.sha256(base64.b64decode(one.content)).hexdigest() == one.sha256 for one in objects)
    assert {one.poe for one in objects if one.kind != "timestamp"} == {NOW}
    tokens = {one.identifier for one in objects if one.kind == "timestamp"}
    assert tokens == {stamp.token for stamp in details_of(sealed).timestamps}


def test_all_checks_of_an_honest_file_pass_and_the_register_was_not_asked(sealed: Report) -> None:
    told = outcomes(details_of(sealed))
    assert tuple(told) == checks.CODES
    assert told.pop(checks.REGISTER) == "not_run"
    assert set(told.values()) == {"passed"}


@pytest.mark.parametrize(("named", "outcome"), [(None, "passed"), ("Người khác MẪU", "failed")])
def test_the_comparison_with_the_register_is_a_check(
    named: str | None, outcome: str, files: Files, trust: TrustStore
) -> None:
    expected = [ExpectedSignature(field="ChuKyCanBo", signer=named)]
    report = verify_file(files.signed, trust=trust, at=AT, expected=expected)
    assert outcomes(details_of(report))[checks.REGISTER] == outcome


@pytest.mark.parametrize(
    ("attack", "code", "last"),
    [
        (attacks.page_contents_replaced, checks.LATER, ("other", False)),
        (attacks.script_added, checks.LATER, ("other", False)),
        (attacks.object_appended_without_table, "revisions", ("other", False)),
        (attacks.text_in_the_gap, "gap", None),
        (attacks.data_behind_the_signature, "trailing_data", None),
        (attacks.byte_of_the_scan_flipped, checks.INTEGRITY, None),
    ],
)
def test_an_attack_shows_in_the_check_it_breaks(  # noqa: PLR0917
    attack: attacks.Attack,
    code: str,
    last: tuple[str, bool] | None,
    files: Files,
    trust: TrustStore,
    tmp_path: Path,
) -> None:
    path = tmp_path / "attacked.pdf"
    path.write_bytes(attack(files.sealed.read_bytes()))
    report = verify_file(path, trust=trust, at=AT)
    assert report.conclusion == "failed"
    details = details_of(report)
    assert outcomes(details)[code] == "failed"
    if last is not None:
        assert (details.later[-1].kind, details.later[-1].allowed) == last


def test_a_signature_of_a_stranger_has_no_path_but_is_described(files: Files, tmp_path: Path) -> None:
    report = verify_file(files.sealed, trust=TrustStore(tmp_path), at=AT)
    details = details_of(report)
    assert (details.chain, details.trust_kind, report.signatures[0].root) == ((), None, None)
    assert details.certificate.common_name == "Cán bộ số hóa MẪU (DEMO)"
    assert [stamp.trusted for stamp in details.timestamps if stamp.kind == "document"] == [False]


def test_certificates_and_signatures_are_not_in_the_repr_of_a_report(sealed: Report) -> None:
    assert "content=" not in repr(sealed)
    assert "signature_value=" not in repr(sealed)


@given(st.binary(max_size=4000), st.lists(st.integers(-5, 5000), max_size=6))
def test_digests_of_beginnings_are_those_of_each_beginning(data: bytes, lengths: list[int]) -> None:
    found = prefix_digests(data, lengths)
    inside = {length for length in lengths if 0 <= length <= len(data)}
    assert found == {length: hashlib.sha256(data[:length]).hexdigest() for length in inside}


def test_a_claim_that_is_later_than_its_proof_fails_the_check_of_time() -> None:
    def outcome(delay: timedelta | None) -> str:
        made = checks.checks_of(faults=(), intact=True, unchanged=True, bound=True, delay=delay)
        return {check.code: check.outcome for check in made}[checks.CLAIM]

    assert outcome(checks.CLOCK_TOLERANCE) == "passed"
    assert outcome(timedelta(days=-400)) == "passed"
    assert outcome(checks.CLOCK_TOLERANCE + timedelta(seconds=1)) == "failed"
    assert outcome(None) == "not_run"
