"""What leaves the gate is whole: its own reading of signatures, and the library's for all others."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from dossier.errors import MotlanError, SigningError, SigningRefusedError
from signing.cms_build import frame_of, signed_attributes, signed_data
from signing.cms_check import UnfamiliarError, parse, signature_fault, token_fault
from signing.cms_signer import CachedKeySigner, asn1_certificate
from signing.demo import DemoPki
from signing.gate import pass_gate
from signing.local_tsa import LocalTimeStamper
from signing.reading import OpenedFile
from signing.values import value_of
from tests.signing import attacks
from tests.signing.conftest import NOW, Files, clock

DATA = b"bytes"
DIGEST = hashlib.sha256(DATA).digest()


def gate(path: Path, source: Path) -> None:
    pass_gate(path, source=source, earlier=("ChuKyCanBo",), made="ChuKyCoQuan", item="a.pdf")


def test_a_sealed_file_passes_and_its_values_are_read_by_ourselves(files: Files) -> None:
    gate(files.sealed, files.signed)
    with OpenedFile(files.sealed, item="a.pdf") as opened:
        values = [value_of(found.field, reader=opened.reader, data=opened.data) for found in opened.found]
    assert [(value.is_timestamp, value.revision) for value in values if value is not None] == [
        (False, 1),
        (False, 2),
        (True, 3),
    ]


def test_another_name_is_noticed(files: Files) -> None:
    with pytest.raises(SigningError):
        pass_gate(files.sealed, source=files.signed, earlier=(), made="ChuKyCoQuan", item="a.pdf")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_no_changed_byte_before_the_last_stamp_goes_through(
    files: Files, tmp_path: Path, data: st.DataObject
) -> None:
    sealed = files.sealed.read_bytes()
    at = data.draw(st.integers(0, attacks.gaps(sealed)[-1][0] - 1))
    changed = bytearray(sealed)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    path, source = tmp_path / "changed.pdf", tmp_path / "source.pdf"
    path.write_bytes(changed)
    source.write_bytes(changed[: len(files.signed.read_bytes())])
    with pytest.raises(Exception) as caught:  # noqa: PT011  readers raise what they meet; signing turns it into ours
        gate(path, source)
    assert caught.value is not None


def test_a_changed_digit_of_a_signature_without_a_stamp_behind_it_is_noticed(
    files: Files, tmp_path: Path
) -> None:
    signed = files.signed.read_bytes()
    start, end = attacks.gaps(signed)[0]
    value = signed[start + 1 : end - 1]
    der = bytes.fromhex(value.decode("ascii"))
    signature = cms.ContentInfo.load(der)["content"]["signer_infos"][0]["signature"].native
    at = start + 1 + 2 * (der.index(signature) + 20)
    changed = signed[:at] + (b"0" if signed[at : at + 1] != b"0" else b"1") + signed[at + 1 :]
    path = tmp_path / "changed.pdf"
    path.write_bytes(changed)
    with pytest.raises(SigningError):
        pass_gate(path, source=files.plain, earlier=(), made="ChuKyCanBo", item="a.pdf")
    with pytest.raises(SigningRefusedError):
        pass_gate(path, source=path, earlier=("ChuKyCanBo",), made="ChuKyCoQuan", item="a.pdf")


@pytest.mark.parametrize("change", [attacks.byte_of_the_scan_flipped, attacks.byte_of_the_last_stamp_flipped])
def test_an_attacked_file_does_not_leave(change: attacks.Attack, files: Files, tmp_path: Path) -> None:
    path = tmp_path / "changed.pdf"
    path.write_bytes(change(files.sealed.read_bytes()))
    with pytest.raises(MotlanError):
        gate(path, files.signed)


def _certificate(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cán bộ MẪU (DEMO)")])
    builder = x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=9))
    return builder.sign(private, hashes.SHA256())


def _signed_by_library(kind: str, algorithm: str) -> bytes:
    """A signature over DATA as the library makes it by itself."""
    private = (
        ec.generate_private_key(ec.SECP256R1()) if kind == "ecdsa" else rsa.generate_private_key(65537, 2048)
    )
    raw = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=asn1_certificate(_certificate(private)),
        signing_key=asn1_keys.PrivateKeyInfo.load(raw),
        cert_registry=SimpleCertificateStore(),
        prefer_pss=kind == "pss",
    )
    digest = hashlib.new(algorithm, DATA).digest()
    made = asyncio.run(signer.async_sign(digest, digest_algorithm=algorithm, use_pades=True))
    return bytes(made.dump())


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("kind", ["ecdsa", "pkcs1", "pss"])
def test_signatures_of_the_library_are_read_alike(kind: str, algorithm: str) -> None:
    made = _signed_by_library(kind, algorithm)
    digest = hashlib.new(algorithm, DATA).digest()
    assert signature_fault(parse(made), digest=digest) == ""
    assert signature_fault(parse(made), digest=bytes(len(digest))) == "integrity"
    last = made.rindex(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04") + 20
    changed = made[:last] + bytes((made[last] ^ 1,)) + made[last + 1 :]
    assert signature_fault(parse(changed), digest=digest) == "integrity"


def test_what_is_put_together_is_what_the_library_reads(pki: DemoPki) -> None:
    signer = CachedKeySigner(pki.officer())
    frame = frame_of(signer)
    attributes = signed_attributes(frame, DIGEST)
    signature = pki.officer().sign(attributes)
    made = signed_data(frame, attributes=attributes, signature=signature, token=None)
    read = cms.ContentInfo.load(made, strict=True)
    theirs = asyncio.run(signer.async_sign(DIGEST, digest_algorithm="sha256", use_pades=True))
    ours_info, their_info = (one["content"]["signer_infos"][0] for one in (read, theirs))
    assert ours_info["signed_attrs"].dump() == attributes.replace(b"\x31", b"\xa0", 1)
    assert {one.dump() for one in ours_info["signed_attrs"]} == {
        one.dump() for one in their_info["signed_attrs"]
    }
    for name in ("version", "sid", "digest_algorithm", "signature_algorithm"):
        assert ours_info[name].dump() == their_info[name].dump()
    certificates = [{one.dump() for one in each["content"]["certificates"]} for each in (read, theirs)]
    assert certificates[0] == certificates[1]
    assert len(certificates[0]) == 3


def test_a_stamp_for_another_signature_is_noticed(pki: DemoPki) -> None:
    signer, stamper = CachedKeySigner(pki.officer()), LocalTimeStamper(pki.timestamp_authority(), clock=clock)
    frame = frame_of(signer)
    attributes = signed_attributes(frame, DIGEST)
    signature = pki.officer().sign(attributes)
    faults = []
    for stamped in (signature, b"another"):
        token = asyncio.run(stamper.async_timestamp(hashlib.sha256(stamped).digest(), "sha256")).dump()
        made = signed_data(frame, attributes=attributes, signature=signature, token=token)
        faults.append(signature_fault(parse(made), digest=DIGEST))
        assert token_fault(parse(token), covered=lambda _: bytes(32)) == "the stamp is for something else"
    assert faults == ["", "the stamp is for something else"]


@given(st.binary(max_size=200))
def test_rubbish_is_unfamiliar_and_nothing_worse(data: bytes) -> None:
    with pytest.raises((UnfamiliarError, ValueError, IndexError)):
        parse(data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 4000), value=st.integers(0, 255))
def test_a_damaged_cms_is_read_without_any_other_error(files: Files, at: int, value: int) -> None:
    start, end = attacks.gaps(files.signed.read_bytes())[0]
    data = bytearray(bytes.fromhex(files.signed.read_bytes()[start + 1 : end - 1].decode("ascii")))
    data[at] = value
    try:
        signature_fault(parse(bytes(data)), digest=DIGEST)
    except (UnfamiliarError, ValueError, IndexError):
        return
