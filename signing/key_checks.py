"""What is checked before a key is used: strength, usage, validity, chain, revocation.

Law: signing software checks the certificate before it signs (Circular 15/2025/TT-BKHCN); RSA of 2048 bits
or more, ECDSA of 256 bits or more, no SHA-1 (its annex).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dossier.errors import DemoKeyError, KeyUnusableError
from signing.revocation import Crl

if TYPE_CHECKING:
    from signing.keys import SigningKey

MIN_RSA_BITS = 2048
MIN_EC_BITS = 256
DEMO_WORD = "DEMO"

Purpose = Literal["document", "timestamp"]


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
