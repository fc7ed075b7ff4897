from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import cms
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dossier.errors import PdfUnreadableError
from signing.levels import Level
from signing.report import ExpectedSignature
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing import attacks
from tests.signing.conftest import NOW, Files


@pytest.mark.parametrize("attack", attacks.FAILING, ids=lambda attack: attack.__name__)
def test_an_altered_file_fails(
    attack: attacks.Attack, files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    target = tmp_path / "altered.pdf"
    target.write_bytes(attack(files.sealed.read_bytes()))
    report = verify_file(target, trust=trust, at=NOW)
    assert report.conclusion == "failed", report.as_json()
    assert report.exit_code == 1
    assert all(one.reasons for one in report.signatures if one.conclusion == "failed")


def test_without_its_evidence_a_file_rests_on_what_is_kept_here(
    files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    path = tmp_path / "poorer.pdf"
    path.write_bytes(attacks.evidence_removed(files.sealed.read_bytes()))
    report = verify_file(path, trust=trust, at=NOW)
    assert report.conclusion == "passed"
    assert {one.level for one in report.signatures} == {Level.B_T}
    assert all("kho cục bộ" in one.reasons[0] for one in report.signatures)


def without_timestamp(content: cms.SignedData) -> None:
    del content["signer_infos"][0]["unsigned_attrs"]


@pytest.mark.parametrize(
    ("change", "conclusions"),
    [
        (without_timestamp, {"indeterminate"}),
    ],
)
def test_a_signature_that_was_tampered_with_never_passes(
    change: Callable[[cms.SignedData], None],
    conclusions: set[str],
    files: Files,
    trust: TrustStore,
    tmp_path: Path,
) -> None:
    path = tmp_path / "tampered.pdf"
    path.write_bytes(attacks.with_cms(files.signed.read_bytes(), change))
    report = verify_file(path, trust=trust, at=NOW)
    assert report.conclusion in conclusions, report.as_json()
    assert report.signatures[0].reasons


@settings(max_examples=25, deadline=None)
@given(position=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_flipped_bit_of_the_officers_file_passes(
    position: float, bit: int, files: Files, trust: TrustStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytearray(files.signed.read_bytes())
    start, end = attacks.gaps(bytes(data))[0]
    at = int(position * len(data))
    # The signature's own digits hold certificates in clear, whose damage other copies make good.
    assume(not start < at < end)
    data[at] ^= 1 << bit
    path = tmp_path_factory.mktemp("flipped") / "flipped.pdf"
    path.write_bytes(data)
    try:
        report = verify_file(path, trust=trust, at=NOW)
    except PdfUnreadableError:
        return
    assert report.conclusion != "passed"


@settings(max_examples=15, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True))
def test_no_shortened_file_passes_the_register(
    share: float, files: Files, trust: TrustStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = files.sealed.read_bytes()
    path = tmp_path_factory.mktemp("short") / "short.pdf"
    path.write_bytes(data[: int(share * len(data))])
    expected = [ExpectedSignature(field="ChuKyCanBo"), ExpectedSignature(field="ChuKyCoQuan")]
    try:
        report = verify_file(path, trust=trust, at=NOW, expected=expected)
    except PdfUnreadableError:
        return
    assert report.conclusion == "failed"


def test_a_file_cut_back_to_the_first_signature_fails_by_the_register(
    files: Files, trust: TrustStore
) -> None:
    expected = [ExpectedSignature(field="ChuKyCanBo"), ExpectedSignature(field="ChuKyCoQuan")]
    assert verify_file(files.sealed, trust=trust, at=NOW, expected=expected).conclusion == "passed"
    report = verify_file(files.signed, trust=trust, at=NOW, expected=expected)
    assert report.conclusion == "failed"
    assert report.signatures[-1].sub_indication == "SIGNATURE_MISSING"


def test_a_file_cut_back_to_before_signing_fails_by_the_register(files: Files, trust: TrustStore) -> None:
    assert verify_file(files.plain, trust=trust, at=NOW).conclusion == "unsigned"
    expected = [ExpectedSignature(field="ChuKyCoQuan")]
    assert verify_file(files.plain, trust=trust, at=NOW, expected=expected).conclusion == "failed"


def test_a_trusted_but_unexpected_signer_does_not_pass(files: Files, trust: TrustStore) -> None:
    expected = [
        ExpectedSignature(field="ChuKyCanBo", signer="Người khác"),
        ExpectedSignature(field="ChuKyCoQuan"),
    ]
    report = verify_file(files.sealed, trust=trust, at=NOW, expected=expected)
    assert [one.sub_indication for one in report.signatures] == ["UNEXPECTED_SIGNER", None]
    assert report.conclusion == "indeterminate"
