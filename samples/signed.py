"""The one sample that arrives signed: an invented agency's PAdES B-LTA signature on a born-digital decision.

The keys live only while the file is made; what stays is the root certificate, so that the signature can be
checked. Every certificate says MẪU and DEMO in its name.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSigningSession,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import CertificateRegistry

if TYPE_CHECKING:
    from pathlib import Path

ROOT_FILE = "co-quan-mau.pem"
KEY_BITS = 3072
HANOI = timezone(timedelta(hours=7))
VALID_FROM = datetime(2025, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2050, 1, 1, tzinfo=UTC)
REVOCATION_UNTIL = datetime(2049, 1, 1, tzinfo=UTC)
REVOCATION_FROM = datetime(2026, 10, 5, tzinfo=UTC)
SIGNED_AT = datetime(2026, 10, 6, 9, 14, 22, tzinfo=HANOI)
RESERVED_HEX_DIGITS = 32_768

# Certificates and revocation data go in before the document timestamp, so that it covers the whole file.
_TIDY = DSSContentSettings(
    include_vri=False,
    placement=SigDSSPlacementPreference.TOGETHER_WITH_NEXT_TS,
    next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
)


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def asn1(self) -> asn1_x509.Certificate:
        """The certificate as pyHanko takes it."""
        return asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER))

    @property
    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        """The key as pyHanko takes it."""
        data = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return asn1_keys.PrivateKeyInfo.load(data)


class DatedSigner(PdfSigner):
    """A signer whose clock stands at the day of the decision."""

    def init_signing_session(self, *arguments: Any, **options: Any) -> PdfSigningSession:
        """Start a session and set its clock."""
        session: PdfSigningSession = super().init_signing_session(*arguments, **options)
        session.system_time = SIGNED_AT
        return session


def sign_file(path: Path, trust: Path) -> None:
    """Sign a PDF in place at level B-LTA with new keys, and leave the root certificate in `trust`."""
    root = _root()
    agency = _issued(
        root,
        name=_name("MẪU DEMO - UBND phường Bình Lợi Trung", "Cơ quan MẪU, không có thật"),
        usage=_usage(digital_signature=True, content_commitment=True),
    )
    stamper = _issued(
        root,
        name=_name("MẪU DEMO - Cấp dấu thời gian", "Cơ quan MẪU, không có thật"),
        usage=_usage(digital_signature=True),
        purpose=ExtendedKeyUsageOID.TIME_STAMPING,
    )
    path.write_bytes(asyncio.run(_sign(path.read_bytes(), root, agency=agency, stamper=stamper)))
    trust.mkdir(parents=True, exist_ok=True)
    (trust / ROOT_FILE).write_bytes(root.certificate.public_bytes(Encoding.PEM))


async def _sign(data: bytes, root: Identity, *, agency: Identity, stamper: Identity) -> bytes:
    registry = CertificateRegistry()
    registry.register_multiple([root.asn1, agency.asn1, stamper.asn1])
    context = ValidationContext(
        trust_roots=[root.asn1],
        other_certs=[agency.asn1, stamper.asn1],
        crls=[asn1_crl.CertificateList.load(_revocation_list(root).public_bytes(Encoding.DER))],
        moment=SIGNED_AT,
        allow_fetching=False,
        revocation_mode="require",
    )
    metadata = PdfSignatureMetadata(
        field_name="ChuKyCoQuan",
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        location="Thành phố Hồ Chí Minh",
        validation_context=context,
        embed_validation_info=True,
        use_pades_lta=True,
        dss_settings=_TIDY,
    )
    timestamper = DummyTimeStamper(
        stamper.asn1, stamper.asn1_key, certs_to_embed=registry, fixed_dt=SIGNED_AT + timedelta(seconds=2)
    )
    signer = SimpleSigner(signing_cert=agency.asn1, signing_key=agency.asn1_key, cert_registry=registry)
    output = io.BytesIO()
    await DatedSigner(metadata, signer, timestamper=timestamper).async_sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(data)), output=output, bytes_reserved=RESERVED_HEX_DIGITS
    )
    return output.getvalue()


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(**allowed: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names})


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _builder(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _root() -> Identity:
    key = _new_key()
    name = _name("MẪU DEMO - Chứng thư gốc", "Cơ quan MẪU, không có thật")
    certificate = (
        _builder(name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Identity(certificate, key)


def _issued(
    root: Identity, *, name: x509.Name, usage: x509.KeyUsage, purpose: x509.ObjectIdentifier | None = None
) -> Identity:
    key = _new_key()
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
    builder = (
        _builder(name, root.certificate.subject, key)
        .add_extension(authority, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    return Identity(builder.sign(root.key, hashes.SHA256()), key)


def _revocation_list(root: Identity) -> x509.CertificateRevocationList:
    """An empty revocation list that stays fresh for the whole life of the sample."""
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(REVOCATION_FROM)
        .next_update(REVOCATION_UNTIL)
        .add_extension(authority, critical=False)
        .add_extension(x509.CRLNumber(1), critical=False)
        .sign(root.key, hashes.SHA256())
    )
