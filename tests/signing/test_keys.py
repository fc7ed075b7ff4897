from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import DemoKeyError, KeyUnusableError, SettingsError
from signing import demo_certificates as made
from signing.demo import DemoPki
from signing.keys import FileKey, chain_of, check_key, is_demo, load_pem_key, load_pkcs12_key
from signing.revocation import CrlFolder, load_crl
from signing.schemes import Scheme, fits, scheme_note
from tests.signing.conftest import NOW
from tests.signing.issued import LocalKey, issue, rsa_key


def p12(pki: DemoPki, path: Path, password: bytes) -> Path:
    key, certificate = made.read_pair(pki.folder, "officer")
    chain = [made.read_pair(pki.folder, name)[1] for name in ("root", "issuing")]
    sealing = serialization.BestAvailableEncryption(password)
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, certificate, chain, sealing))
    return path


def test_a_pkcs12_file_gives_the_same_key_as_pem(pki: DemoPki, tmp_path: Path) -> None:
    key = load_pkcs12_key(p12(pki, tmp_path / "a.p12", b"mat khau"), password=b"mat khau")
    assert key.certificate == pki.officer().certificate
    assert key.chain == pki.officer().chain
    check_key(key, at=NOW, crls=pki.crls(now=NOW))


def test_a_wrong_password_is_an_error_and_not_a_missing_key(pki: DemoPki, tmp_path: Path) -> None:
    path = p12(pki, tmp_path / "a.p12", b"mat khau")
    with pytest.raises(KeyUnusableError) as caught:
        load_pkcs12_key(path, password=b"sai")
    assert "sai mật khẩu" in caught.value.sentence()
    assert "mat khau" not in repr(caught.value) + caught.value.cause


def test_a_key_never_shows_itself(pki: DemoPki) -> None:
    assert "PrivateKey" not in repr(pki.officer())


def test_key_and_certificate_must_belong_together(pki: DemoPki) -> None:
    with pytest.raises(KeyUnusableError, match="không thuộc về nhau"):
        load_pem_key(pki.folder / "officer.key", certificate=pki.folder / "organisation.pem")


def test_signatures_can_be_verified_and_fit_their_size(pki: DemoPki) -> None:
    key = pki.officer()
    public = key.certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    signature = key.sign(b"data")
    assert len(signature) <= key.signature_size
    public.verify(signature, b"data", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"other", ec.ECDSA(hashes.SHA256()))


def test_rsa_keys_sign_with_pss_and_a_salt_as_long_as_the_digest(pki: DemoPki) -> None:
    private = rsa.generate_private_key(65537, 2048)
    key = FileKey(item="rsa", certificate=pki.officer().certificate, chain=(), _key=private)
    assert key.scheme == "rsa-pss"
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    private.public_key().verify(key.sign(b"data"), b"data", scheme, hashes.SHA256())


@pytest.mark.parametrize("scheme", ["rsa-pss", "rsa-pkcs1"])
def test_a_batch_is_signed_in_order_by_either_rsa_scheme(scheme: Scheme, pki: DemoPki) -> None:
    key = LocalKey(issue(pki, rsa_key()), scheme)
    datas = [b"mot", b"hai", b"ba"]
    for data, signature in zip(datas, key.sign_many(datas), strict=True):
        assert fits(key.certificate, scheme, data=data, signature=signature)
        assert len(signature) == key.signature_size
        schemes: tuple[Scheme, ...] = ("rsa-pss", "rsa-pkcs1", "ecdsa")
        fitting = [one for one in schemes if fits(key.certificate, one, data=data, signature=signature)]
        assert fitting == [scheme]
    assert bool(scheme_note(scheme)) == (scheme == "rsa-pkcs1")


@given(data=st.binary(max_size=300), other=st.binary(max_size=300), flip=st.integers(0, 70))
def test_a_signature_fits_its_own_bytes_and_no_others(
    data: bytes, other: bytes, flip: int, pki: DemoPki
) -> None:
    key = pki.officer()
    signature = key.sign_many([data])[0]
    broken = bytearray(signature)
    broken[flip % len(broken)] ^= 1
    assert fits(key.certificate, key.scheme, data=data, signature=signature)
    assert fits(key.certificate, key.scheme, data=other, signature=signature) == (data == other)
    assert not fits(key.certificate, key.scheme, data=data, signature=bytes(broken))


@pytest.mark.parametrize(("bits", "reason"), [(1024, "1024 bit quá yếu")])
def test_short_rsa_keys_are_refused_wherever_they_live(bits: int, reason: str, pki: DemoPki) -> None:
    weak = LocalKey(issue(pki, rsa_key(bits)), "rsa-pkcs1")
    with pytest.raises(KeyUnusableError, match=reason):
        check_key(weak, at=NOW, crls=pki.crls(now=NOW))


def test_the_authority_that_made_the_signature_is_taken_when_two_have_one_name(pki: DemoPki) -> None:
    officer = pki.officer()
    rekeyed = made.make_pairs(now=NOW)
    above = [rekeyed["issuing"][1], rekeyed["root"][1], *officer.chain]
    assert chain_of(officer.certificate, above) == officer.chain


def test_demonstration_keys_are_known_and_refused_in_production(pki: DemoPki) -> None:
    assert is_demo(pki.officer())
    with pytest.raises(DemoKeyError):
        check_key(pki.officer(), at=NOW, crls=pki.crls(now=NOW), production=True)


@pytest.mark.parametrize(
    ("days", "reason"), [(-30, "chưa có hiệu lực"), (3 * 365, "hết hạn"), (100, "không có danh sách thu hồi")]
)
def test_a_key_outside_its_time_or_without_fresh_revocation_data_is_refused(
    days: int, reason: str, pki: DemoPki
) -> None:
    with pytest.raises(KeyUnusableError, match=reason):
        check_key(pki.officer(), at=NOW + timedelta(days=days), crls=pki.crls(now=NOW))


def test_a_revoked_key_is_refused(pki: DemoPki) -> None:
    key, certificate = made.read_pair(pki.folder, "issuing")
    serial = pki.officer().certificate.serial_number
    data = made.make_crl(key, certificate, now=NOW, days=9, revoked=((serial, NOW - timedelta(days=1)),))
    with pytest.raises(KeyUnusableError, match="thu hồi"):
        check_key(pki.officer(), at=NOW, crls=[*pki.crls(now=NOW), load_crl(data)])


def test_a_revocation_list_of_another_authority_says_nothing(pki: DemoPki, tmp_path: Path) -> None:
    (other, _), (_, certificate) = made.make_pairs(now=NOW)["issuing"], made.read_pair(pki.folder, "issuing")
    forged = load_crl(made.make_crl(other, certificate, now=NOW, days=9))
    root = pki.crls(now=NOW)[0]
    with pytest.raises(KeyUnusableError, match="không có danh sách thu hồi"):
        check_key(pki.officer(), at=NOW, crls=[root, forged])


@pytest.mark.parametrize(
    ("key", "purpose", "reason"),
    [
        (DemoPki.officer, "timestamp", "không dùng để cấp dấu thời gian"),
        (lambda pki: pki._key("issuing"), "document", "không dùng để ký văn bản"),
    ],
)
def test_a_key_made_for_something_else_is_refused(
    key: Callable[[DemoPki], FileKey], purpose: str, reason: str, pki: DemoPki
) -> None:
    with pytest.raises(KeyUnusableError, match=reason):
        check_key(key(pki), at=NOW, crls=pki.crls(now=NOW), purpose=purpose)  # type: ignore[arg-type]


def test_the_timestamp_authority_may_give_timestamps(pki: DemoPki) -> None:
    check_key(pki.timestamp_authority(), at=NOW, crls=pki.crls(now=NOW), purpose="timestamp")


def test_a_chain_without_its_root_is_refused(pki: DemoPki) -> None:
    key = load_pem_key(pki.folder / "officer.key", certificate=pki.folder / "officer.pem")
    with pytest.raises(KeyUnusableError, match="cho đến gốc"):
        check_key(key, at=NOW, crls=pki.crls(now=NOW))


def test_a_folder_of_lists_leaves_out_what_is_over(pki: DemoPki, tmp_path: Path) -> None:
    for number, crl in enumerate(pki.crls(now=NOW)):
        (tmp_path / f"{number}.crl").write_bytes(crl.der)
    assert len(CrlFolder(tmp_path).crls(now=NOW)) == 2
    assert CrlFolder(tmp_path).crls(now=NOW + timedelta(days=100)) == ()
    assert CrlFolder(tmp_path / "none").crls(now=NOW) == ()
    (tmp_path / "bad.crl").write_bytes(b"nothing")
    with pytest.raises(SettingsError, match=r"bad\.crl"):
        CrlFolder(tmp_path).crls(now=NOW)
