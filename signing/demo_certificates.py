"""Making of keys, certificates and revocation lists for the demonstration PKI and for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dossier.errors import KeyUnusableError

ORGANISATION = "Trung tâm Phục vụ hành chính công MẪU (DEMO)"

Pair = tuple[ec.EllipticCurvePrivateKey, x509.Certificate]
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
Purpose = Literal["authority", "signer", "timestamp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Who a certificate is made for.

    Attributes:
        name: the common name.
        organisation: the organisation; empty for none.
        title: the post held; empty for none.
        purpose: what the key may do.
        days: how long the certificate is valid.
        path_length: how many authorities may stand below; for authorities only.
    """

    name: str
    organisation: str = ORGANISATION
    title: str = ""
    purpose: Purpose = "signer"
    days: int = 3 * 365
    path_length: int | None = None


ENTITIES = {
    "root": Entity(name="Gốc tin cậy MẪU (DEMO)", purpose="authority", days=25 * 365, path_length=1),
    "issuing": Entity(
        name="Cơ quan cấp chứng thư MẪU (DEMO)", purpose="authority", days=10 * 365, path_length=0
    ),
    "officer": Entity(name="Cán bộ số hóa MẪU (DEMO)", title="Cán bộ số hóa"),
    "organisation": Entity(name=ORGANISATION),
    "tsa": Entity(name="Dịch vụ cấp dấu thời gian MẪU (DEMO)", purpose="timestamp", days=5 * 365),
}


def make_pairs(*, now: datetime) -> dict[str, Pair]:
    """All five pairs of the demonstration PKI, each certificate beginning a day before ``now``."""
    pairs: dict[str, Pair] = {"root": make_pair(ENTITIES["root"], issuer=None, now=now)}
    pairs["issuing"] = make_pair(ENTITIES["issuing"], issuer=pairs["root"], now=now)
    for name in ("officer", "organisation", "tsa"):
        pairs[name] = make_pair(ENTITIES[name], issuer=pairs["issuing"], now=now)
    return pairs


def make_pair(entity: Entity, *, issuer: Pair | None, now: datetime) -> Pair:
    """A new P-256 key and its certificate.

    Args:
        entity: subject, purpose and term.
        issuer: key and certificate of the authority; ``None`` makes a self-signed root.
        now: aware; the certificate begins a day earlier.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    if issuer is None:
        return key, _signed(entity, key.public_key(), by=key, issuer=_name(entity), now=now)
    return key, certify(entity, key.public_key(), issuer=issuer, now=now)


def certify(entity: Entity, public: PublicKey, *, issuer: Pair, now: datetime) -> x509.Certificate:
    """A certificate for a key that exists already, wherever it lives.

    Args:
        entity: subject, purpose and term.
        public: the key to be certified, ECDSA or RSA.
        issuer: key and certificate of the authority.
        now: aware; the certificate begins a day earlier.
    """
    key, certificate = issuer
    return _signed(entity, public, by=key, issuer=certificate.subject, now=now)


def _signed(
    entity: Entity, public: PublicKey, *, by: ec.EllipticCurvePrivateKey, issuer: x509.Name, now: datetime
) -> x509.Certificate:
    start = now.replace(microsecond=0) - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(entity))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=entity.days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .add_extension(_basic_constraints(entity), critical=True)
        .add_extension(_key_usage(entity.purpose), critical=True)
    )
    if entity.purpose == "timestamp":
        # RFC 3161, 2.3: exactly this purpose, and critical.
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purposes, critical=True)
    return builder.sign(by, hashes.SHA256())


def make_crl(
    key: ec.EllipticCurvePrivateKey,
    certificate: x509.Certificate,
    *,
    now: datetime,
    days: int,
    revoked: tuple[tuple[int, datetime], ...] = (),
) -> bytes:
    """A revocation list in DER.

    Args:
        key: key of the authority.
        certificate: certificate of the authority.
        now: aware; the list begins here.
        days: how long the list is good for.
        revoked: serial numbers with the moment of their revocation.
    """
    start = now.replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certificate.subject)
        .last_update(start)
        .next_update(start + timedelta(days=days))
        .add_extension(x509.CRLNumber(int(start.timestamp())), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for serial, moment in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """PKCS#8 without password: a demonstration key guards nothing."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """The certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def read_pair(folder: Path, name: str) -> Pair:
    """Read ``name.key`` and ``name.pem`` back.

    Raises:
        KeyUnusableError: the files are not those that were made here.
    """
    key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyUnusableError(name, reason="không phải khóa P-256")
    return key, x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())


def _name(entity: Entity) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if entity.organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, entity.organisation))
    if entity.title:
        parts.append(x509.NameAttribute(NameOID.TITLE, entity.title))
    parts.append(x509.NameAttribute(NameOID.COMMON_NAME, entity.name))
    return x509.Name(parts)


def _basic_constraints(entity: Entity) -> x509.BasicConstraints:
    if entity.purpose == "authority":
        return x509.BasicConstraints(ca=True, path_length=entity.path_length)
    return x509.BasicConstraints(ca=False, path_length=None)


def _key_usage(purpose: Purpose) -> x509.KeyUsage:
    authority = purpose == "authority"
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
