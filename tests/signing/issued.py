"""Certificates that the demonstration authority issues to other keys: RSA, tokens, phones. All invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from signing import demo_certificates as made
from signing.demo import DemoPki
from signing.schemes import PrivateKey, Scheme, key_bits, longest_signature, sign_locally
from tests.signing.conftest import NOW


@dataclass(frozen=True)
class Issued:
    """A key with its certificate and the authorities above."""

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def default_scheme(self) -> Scheme:
        return "ecdsa" if isinstance(self.key, ec.EllipticCurvePrivateKey) else "rsa-pkcs1"


@dataclass(frozen=True)
class LocalKey:
    """A key in memory with any scheme, as a device that cannot do better would have it."""

    issued: Issued
    scheme: Scheme
    item: str = "officer"

    @property
    def certificate(self) -> x509.Certificate:
        return self.issued.certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return self.issued.chain

    @property
    def signature_size(self) -> int:
        return longest_signature(self.scheme, key_bits(self.certificate))

    def sign(self, data: bytes) -> bytes:
        return sign_locally(self.issued.key, self.scheme, data)

    def sign_many(self, datas: Sequence[bytes]) -> list[bytes]:
        return [self.sign(data) for data in datas]


def issue(
    pki: DemoPki, key: PrivateKey, *, name: str = "Cán bộ ký số MẪU (DEMO)", now: datetime = NOW
) -> Issued:
    authority, issuing = made.read_pair(pki.folder, "issuing")
    _, root = made.read_pair(pki.folder, "root")
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, made.ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    start = now - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuing.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3 * 365))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(made._key_usage("signer"), critical=True)
        .sign(authority, hashes.SHA256())
    )
    return Issued(key, certificate, (issuing, root))


@cache
def rsa_key(bits: int = 2048, number: int = 0) -> rsa.RSAPrivateKey:
    """A key for a whole test session; making one is slow."""
    return rsa.generate_private_key(65537, bits)
