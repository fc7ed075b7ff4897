from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import algos, keys
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import PolicyUnknownError, RulebookError
from signing.algorithms import DatedAlgorithms
from signing.policies import NEVER, SignaturePolicy, SizeRule, accepted_at, end_of, load_policies
from tests.signing.policy_files import BASE, office, policy

CURRENT = load_policies().named("vn-2025")
DAY = date(2026, 11, 21)


def test_the_policy_of_a_day_is_the_one_in_force_then() -> None:
    policies = load_policies()
    assert policies.on(date(2025, 8, 14)).id == "vn-2015"
    assert policies.on(date(2025, 8, 15)).id == "vn-2025"
    assert policies.on(date(2090, 1, 1)).id == "vn-2025"


def test_a_day_before_any_policy_and_an_unknown_id_are_named() -> None:
    with pytest.raises(PolicyUnknownError) as caught:
        load_policies().on(date(2010, 1, 1))
    assert "2010-01-01" in caught.value.sentence("vi")
    with pytest.raises(PolicyUnknownError):
        load_policies().named("vn-1900")


def test_every_policy_of_the_project_names_its_law_text_and_says_whether_it_was_compared() -> None:
    told = {policy.id: (bool(policy.source), policy.verified) for policy in load_policies().all}
    assert told == {"vn-2015": (True, False), "vn-2025": (True, True)}


def test_an_algorithm_without_an_end_has_none_and_one_that_is_not_listed_was_never_accepted() -> None:
    assert CURRENT.digest_ends("sha256") is None
    assert CURRENT.digest_ends("sha224") == date(2030, 12, 31)
    assert CURRENT.digest_ends("sha1") == NEVER
    assert CURRENT.scheme_ends("rsassa-pkcs1v15") is None
    assert CURRENT.scheme_ends("dsa") == NEVER
    assert (CURRENT.key_ends("rsa", 2048), CURRENT.key_ends("rsa", 2047)) == (None, NEVER)
    assert (CURRENT.key_ends("ec", 256), CURRENT.key_ends("ec", 224)) == (None, NEVER)


def test_a_larger_key_lasts_at_least_as_long_as_a_smaller_one(tmp_path: Path) -> None:
    dated = policy(
        tmp_path,
        ("[[rsa]]\nbits = 2048", "[[rsa]]\nbits = 2048\nuntil = 2030-12-31\n\n[[rsa]]\nbits = 3072"),
    )
    assert dated.key_ends("rsa", 2048) == date(2030, 12, 31)
    assert dated.key_ends("rsa", 3071) == date(2030, 12, 31)
    assert dated.key_ends("rsa", 3072) is None


@given(
    rules=st.lists(
        st.builds(SizeRule, bits=st.integers(1024, 8192), until=st.none() | st.dates()), max_size=5
    ),
    small=st.integers(512, 9000),
    more=st.integers(0, 4000),
)
def test_no_larger_key_ever_ends_earlier(rules: list[SizeRule], small: int, more: int) -> None:
    dated = replace(CURRENT, rsa=tuple(rules))
    first, second = dated.key_ends("rsa", small), dated.key_ends("rsa", small + more)
    assert second is None or (first is not None and second >= first)


@given(last=st.dates(date(2000, 1, 1), date(2200, 1, 1)))
def test_an_end_counts_through_the_whole_day_in_vietnam(last: date) -> None:
    over = end_of(last)
    assert accepted_at(last, over - timedelta(microseconds=1))
    assert not accepted_at(last, over)
    assert over.astimezone(UTC).hour == 17


def test_an_office_adds_a_policy_that_goes_before_the_projects(tmp_path: Path) -> None:
    policies = load_policies(office(tmp_path))
    assert (policies.on(DAY).id, policies.on(DAY).version, policies.on(DAY).own) == ("so-mau", "3", True)
    assert policies.named("vn-2025").own is False
    assert load_policies(tmp_path / "nothing").on(DAY).id == "vn-2025"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('id = "so-mau"', 'id = "vn-2025"', 2, "đã có chính sách"),
        ('id = "so-mau"', 'id = "Sở Mẫu"', 2, "chỉ gồm"),
        ("since = 2020-01-01", "since = 2020-13-01", 7, "sai cú pháp"),
        ("since = 2020-01-01", "since = 2020-01-01\nuntil = 2019-01-01", 7, "sau ngày until"),
        ("since = 2020-01-01", "", 1, "thiếu"),
        ('key_usage = ["non_repudiation"]', 'key_usage = ["key_agreement"]', 8, "cần một hay nhiều"),
        ('names = ["sha256", "sha512"]', 'names = ["sha256", "sha265"]', 12, "sha265"),
        ('names = ["sha256", "sha512"]', 'names = ["sha256", "sha256"]', 12, "đã ghi ở trên"),
        ("bits = 2048", "bits = 20480", 15, "cần 1024 đến"),
        ('name = "rsassa-pss"', 'name = "rsa-pss"', 21, "không thuộc"),
        ("signature_timestamp = true", 'signature_timestamp = "có"', 9, "cần bool"),
        ("signature_timestamp = true", "signature_timestamp = true\nfreshness = 3", 10, "không biết khóa"),
        (
            "signature_timestamp = true",
            "signature_timestamp = true\nrevocation_age_days = 0",
            10,
            "cần 1 đến",
        ),
        ("verified = false", "verified = false\nverified = true", 7, "sai cú pháp"),
    ],
)
def test_a_wrong_policy_stops_with_file_and_line(
    old: str, new: str, line: int, words: str, tmp_path: Path
) -> None:
    assert old in BASE
    with pytest.raises(RulebookError) as caught:
        load_policies(office(tmp_path, BASE.replace(old, new, 1)))
    sentence = caught.value.sentence("vi")
    assert "so-mau.toml" in sentence
    assert f"dòng {line}:" in sentence
    assert words in sentence


def test_an_edited_policy_is_another_one_even_if_its_version_was_forgotten(tmp_path: Path) -> None:
    first = policy(tmp_path / "a")
    second = policy(tmp_path / "b", ('source = "Quyết định MẪU"', 'source = "Quyết định MẪU khác"'))
    assert (first.id, first.version) == (second.id, second.version)
    assert first.digest != second.digest


def key_of(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> keys.PublicKeyInfo:
    plain = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return keys.PublicKeyInfo.load(plain)


P256 = key_of(ec.generate_private_key(ec.SECP256R1()))
P224 = key_of(ec.generate_private_key(ec.SECP224R1()))
RSA_SMALL = key_of(rsa.generate_private_key(65537, 1024))  # noqa: S505 - refused, that is the point
RSA = key_of(rsa.generate_private_key(65537, 2048))
NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("algorithm", "key", "allowed"),
    [
        ("sha256_ecdsa", P256, True),
        ("sha256_ecdsa", P224, False),
        ("sha1_ecdsa", P256, False),
        ("sha256_rsa", RSA, True),
        ("sha256_rsa", RSA_SMALL, False),
        ("sha1_rsa", RSA, False),
        ("md5_rsa", RSA, False),
        ("sha256_dsa", None, False),
        ("ed25519", None, False),
    ],
)
def test_only_what_the_policy_lists_may_sign(
    algorithm: str, key: keys.PublicKeyInfo | None, allowed: bool
) -> None:
    asked = algos.SignedDigestAlgorithm({"algorithm": algorithm})
    answer = DatedAlgorithms(CURRENT).signature_algorithm_allowed(asked, NOON, key)
    assert answer.allowed is allowed
    assert answer.not_allowed_after is None


def ended(tmp_path: Path) -> SignaturePolicy:
    return policy(tmp_path, ('names = ["sha256", "sha512"]', 'names = ["sha256"]\nuntil = 2030-12-31'))


def test_what_has_ended_is_refused_with_the_day_so_that_earlier_proof_counts(tmp_path: Path) -> None:
    dated = ended(tmp_path)
    asked = algos.DigestAlgorithm({"algorithm": "sha256"})
    after = datetime(2031, 1, 1, tzinfo=UTC)
    answer = DatedAlgorithms(dated).digest_algorithm_allowed(asked, after)
    assert (answer.allowed, answer.not_allowed_after) == (False, end_of(date(2030, 12, 31)))
    assert DatedAlgorithms(dated).digest_algorithm_allowed(asked, NOON).allowed
    assert DatedAlgorithms(dated, used_at=NOON).digest_algorithm_allowed(asked, after).allowed
    assert not DatedAlgorithms(dated).digest_algorithm_allowed(asked, None).allowed
