from __future__ import annotations

from pathlib import Path

import pytest

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
