"""Signing keys behind one Protocol, and the checks that come before every use.

Law: signing software checks the certificate before it signs (Circular 15/2025/TT-BKHCN); RSA of 2048 bits
or more, ECDSA of 256 bits or more, no SHA-1 (its annex).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dossier.errors import DemoKeyError, KeyUnusableError
from signing.revocation import Crl

MIN_RSA_BITS = 2048
MIN_EC_BITS = 256
DEMO_WORD = "DEMO"

Purpose = Literal["document", "timestamp"]
Scheme = Literal["ecdsa", "rsa-pss"]
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class SigningKey(Protocol):
    """A key that can sign, wherever it lives.

    One object may be used from several threads. Whoever implements it never shows the key, a password or a
    PIN in ``repr``, in a log or in an error.
    """

    @property
    def item(self) -> str:
        """How to name the key to a person: a role or a file name."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate that belongs to the key."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The authorities above it, nearest first, root last."""

    @property
    def scheme(self) -> Scheme:
        """How it signs: RSASSA-PSS (salt as long as the digest) or ECDSA (DER)."""

    @property
    def signature_size(self) -> int:
        """The longest signature it makes, in bytes."""

    def sign(self, data: bytes) -> bytes:
        """Sign the SHA-256 digest of ``data``.

        Raises:
            KeyUnusableError: the key cannot be reached or refuses.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKey:
    """A key held in memory, read from a file once and checked once; see :class:`SigningKey`."""

    item: str
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    _key: PrivateKey = field(repr=False)

    @property
    def scheme(self) -> Scheme:
        """ECDSA for curves, RSASSA-PSS for RSA (preferred by Circular 15/2025/TT-BKHCN)."""
        return "ecdsa" if isinstance(self._key, ec.EllipticCurvePrivateKey) else "rsa-pss"

    @property
    def signature_size(self) -> int:
        """RSA: the modulus. ECDSA: two integers of the curve's size and their DER frame."""
        whole = (self._key.key_size + 7) // 8
        return 2 * whole + 9 if self.scheme == "ecdsa" else whole

    def sign(self, data: bytes) -> bytes:
        """Sign the SHA-256 digest of ``data``."""
        digest = hashes.SHA256()
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(digest))
        salted = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
        return self._key.sign(data, salted, digest)


def load_pem_key(
    path: Path,
    *,
    certificate: Path,
    chain: Sequence[Path] = (),
    password: bytes | None = None,
    item: str = "",
) -> FileKey:
    """A key from a PEM file, with certificate and chain beside it.

    Args:
        path: PKCS#8 or traditional PEM.
        certificate: PEM of the key's certificate.
        chain: PEM files of the authorities above.
        password: of the key file, if it has one.
        item: how to name it to a person; the file name by default.

    Raises:
        KeyUnusableError: a file is missing or damaged, or key and certificate do not belong together.
    """
    name = item or path.name
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password)
        own = x509.load_pem_x509_certificate(certificate.read_bytes())
        above = [one for file in chain for one in x509.load_pem_x509_certificates(file.read_bytes())]
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusableError(name, reason="không đọc được tệp khóa", cause=type(error).__name__) from error
    return _file_key(name, key, own, above)


def load_pkcs12_key(path: Path, *, password: bytes | None, item: str = "") -> FileKey:
    """A key from a PKCS#12 file (``.p12``, ``.pfx``).

    Raises:
        KeyUnusableError: the file is missing or damaged, the password is wrong, or there is no key in it.
    """
    name = item or path.name
    try:
        key, own, above = pkcs12.load_key_and_certificates(path.read_bytes(), password)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = "không mở được tệp PKCS#12 (sai mật khẩu hoặc tệp hỏng)"
        raise KeyUnusableError(name, reason=reason, cause=type(error).__name__) from error
    if key is None or own is None:
        raise KeyUnusableError(name, reason="tệp PKCS#12 không chứa khóa và chứng thư số")
    return _file_key(name, key, own, above)


def _file_key(item: str, key: object, own: x509.Certificate, above: list[x509.Certificate]) -> FileKey:
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise KeyUnusableError(item, reason="loại khóa không được hỗ trợ")
    if key.public_key() != own.public_key():
        raise KeyUnusableError(item, reason="khóa và chứng thư số không thuộc về nhau")
    return FileKey(item=item, certificate=own, chain=_ordered(own, above), _key=key)


def _ordered(own: x509.Certificate, above: list[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    chain: list[x509.Certificate] = []
    current = own
    while current.issuer != current.subject:
        found = next((one for one in above if one.subject == current.issuer and one not in chain), None)
        if found is None:
            break
        chain.append(found)
        current = found
    return tuple(chain)


def check_key(
    key: SigningKey,
    *,
    at: datetime,
    crls: Sequence[Crl],
    purpose: Purpose = "document",
    production: bool = False,
) -> None:
    """Refuse a key that must not sign at this moment.

    Args:
        key: what is about to be used.
        at: aware; the moment of use.
        crls: revocation lists at hand; every certificate below the root needs one that is fresh.
        purpose: signing documents or giving timestamps.
        production: real operation, where demonstration keys are refused.

    Raises:
        DemoKeyError: a demonstration key in production.
        KeyUnusableError: with the reason, in words.
    """
    if production and is_demo(key):
        raise DemoKeyError(key.item)
    reason = _usage_fault(key.certificate, purpose) or _chain_fault(key)
    for certificate in (key.certificate, *key.chain):
        reason = reason or _strength_fault(certificate) or _validity_fault(certificate, at)
    reason = reason or _revocation_fault(key, at=at, crls=crls)
    if reason:
        raise KeyUnusableError(key.item, reason=reason)


def is_demo(key: SigningKey) -> bool:
    """Whether the certificate or one above it says DEMO."""
    return any(says_demo(certificate) for certificate in (key.certificate, *key.chain))


def says_demo(certificate: x509.Certificate) -> bool:
    """Whether subject or issuer of a certificate says DEMO."""
    return any(DEMO_WORD in name.rfc4514_string() for name in (certificate.subject, certificate.issuer))


def common_name(certificate: x509.Certificate) -> str:
    """Name of the person or organisation in the subject, NFC; empty if there is none."""
    return _attribute(certificate, NameOID.COMMON_NAME)


def organisation_name(certificate: x509.Certificate) -> str:
    """Organisation in the subject, NFC; empty if there is none."""
    return _attribute(certificate, NameOID.ORGANIZATION_NAME)


def _attribute(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    values = certificate.subject.get_attributes_for_oid(oid)
    return unicodedata.normalize("NFC", str(values[0].value)) if values else ""


def _usage_fault(certificate: x509.Certificate, purpose: Purpose) -> str:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return "chứng thư số không ghi mục đích sử dụng khóa"
    if purpose == "document":
        return (
            "" if usage.content_commitment else "chứng thư số không dùng để ký văn bản (thiếu chống chối bỏ)"
        )
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return "chứng thư số không dùng để cấp dấu thời gian"
    fits = purposes.critical and list(purposes.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    return "" if fits else "chứng thư số không chỉ dùng để cấp dấu thời gian"


def _chain_fault(key: SigningKey) -> str:
    links = (key.certificate, *key.chain)
    if links[-1].issuer != links[-1].subject:
        return "thiếu chứng thư số của cơ quan cấp cho đến gốc"
    for lower, upper in zip(links, (*links[1:], links[-1]), strict=True):
        try:
            lower.verify_directly_issued_by(upper)
        except Exception:  # noqa: BLE001  the library documents three kinds and raises more on odd keys
            return "chuỗi chứng thư số không khớp"
    return ""


def _strength_fault(certificate: x509.Certificate) -> str:
    public = certificate.public_key()
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < MIN_RSA_BITS:
        return f"khóa RSA {public.key_size} bit quá yếu"
    if isinstance(public, ec.EllipticCurvePublicKey) and public.key_size < MIN_EC_BITS:
        return f"khóa ECDSA {public.key_size} bit quá yếu"
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return "loại khóa không được hỗ trợ"
    algorithm = certificate.signature_hash_algorithm
    if isinstance(algorithm, hashes.SHA1 | hashes.MD5):
        return "chứng thư số được ký bằng hàm băm yếu"
    return ""


def _validity_fault(certificate: x509.Certificate, at: datetime) -> str:
    if at < certificate.not_valid_before_utc:
        return "chứng thư số chưa có hiệu lực"
    if at > certificate.not_valid_after_utc:
        return "chứng thư số đã hết hạn"
    return ""


def _revocation_fault(key: SigningKey, *, at: datetime, crls: Sequence[Crl]) -> str:
    for certificate, issuer in zip((key.certificate, *key.chain), key.chain, strict=False):
        lists = [crl for crl in crls if crl.fresh(at) and crl.issued_by(issuer)]
        if not lists:
            return "không có danh sách thu hồi còn hạn để kiểm tra chứng thư số"
        if any(crl.revoked_since(certificate) is not None for crl in lists):
            return "chứng thư số đã bị thu hồi"
    return ""
