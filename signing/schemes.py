"""The three ways our keys sign, all with SHA-256: which fits a certificate, how long, is it genuine.

Circular 15/2025/TT-BKHCN names RSASSA-PSS and ECDSA. PKCS#1 v1.5 is for devices and services that cannot do
PSS; it is accepted with a note. There is no SHA-1.
"""

from __future__ import annotations

from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

Scheme = Literal["ecdsa", "rsa-pss", "rsa-pkcs1"]
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DIGEST_SIZE = 32


def scheme_note(scheme: Scheme) -> str:
    """What a person should know about a scheme; empty if nothing."""
    if scheme == "rsa-pkcs1":
        return "Chữ ký theo PKCS#1 v1.5 vì thiết bị hoặc dịch vụ ký không làm được RSASSA-PSS."
    return ""


def longest_signature(scheme: Scheme, key_bits: int) -> int:
    """Bytes. RSA: the modulus. ECDSA: two integers of the curve's size and their DER frame."""
    whole = (key_bits + 7) // 8
    return 2 * whole + 9 if scheme == "ecdsa" else whole


def key_bits(certificate: x509.Certificate) -> int:
    """Size of the certified key in bits; 0 for kinds that sign nothing here."""
    public = certificate.public_key()
    return public.key_size if isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) else 0


def sign_locally(key: PrivateKey, scheme: Scheme, data: bytes) -> bytes:
    """Sign the SHA-256 digest of ``data`` with a key in memory."""
    digest = hashes.SHA256()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(digest))
    return key.sign(data, _padding(scheme), digest)


def fits(certificate: x509.Certificate, scheme: Scheme, *, data: bytes, signature: bytes) -> bool:
    """Whether a signature over the SHA-256 digest of ``data`` was made by the certified key.

    What a device or a service returns is checked by this before anything is written.
    """
    public, digest = certificate.public_key(), hashes.SHA256()
    try:
        if isinstance(public, ec.EllipticCurvePublicKey) and scheme == "ecdsa":
            public.verify(signature, data, ec.ECDSA(digest))
        elif isinstance(public, rsa.RSAPublicKey) and scheme != "ecdsa":
            public.verify(signature, data, _padding(scheme), digest)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _padding(scheme: Scheme) -> padding.AsymmetricPadding:
    if scheme == "rsa-pkcs1":
        return padding.PKCS1v15()
    return padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=DIGEST_SIZE)
