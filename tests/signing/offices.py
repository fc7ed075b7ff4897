"""Another office with a PKI of its own, signing as strangers do: with the library's defaults."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

NOW = datetime(2026, 11, 21, 3, 57, 37, tzinfo=UTC)
DAY = timedelta(days=1)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def new_key(kind: str) -> Key:
    """A key: ``ec``, ``rsa1024``, ``rsa2048`` …."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A key with its certificate."""

    key: Key
    certificate: x509.Certificate

    @property
    def asn1(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER))

    @property
    def private(self) -> asn1_keys.PrivateKeyInfo:
        der = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return asn1_keys.PrivateKeyInfo.load(der)


def hold(
    name: str,
    *,
    issuer: Holder | None,
    kind: str = "ec",
    authority: bool = False,
    begin: datetime = NOW - 30 * DAY,
    end: datetime = NOW + 3 * 365 * DAY,
    purpose: str = "signature",
    serial: int | None = None,
    key: Key | None = None,
) -> Holder:
    """A new holder; ``purpose`` is ``signature``, ``login`` (no non-repudiation), ``stamp`` or ``ocsp``."""
    own = key or new_key(kind)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sở MẪU (DEMO)"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    signer = issuer.key if issuer else own
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(own.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(_usage(authority=authority, purpose=purpose), critical=True)
    )
    extended = {"stamp": ExtendedKeyUsageOID.TIME_STAMPING, "ocsp": ExtendedKeyUsageOID.OCSP_SIGNING}
    if purpose in extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage([extended[purpose]]), critical=True)
    if purpose == "ocsp":
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return Holder(key=own, certificate=builder.sign(signer, hashes.SHA256()))


def _usage(*, authority: bool, purpose: str) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority and purpose != "login",
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def crl_of(
    issuer: Holder,
    *,
    begin: datetime = NOW - DAY,
    days: int = 30,
    revoked: tuple[tuple[Holder, datetime], ...] = (),
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(begin)
        .next_update(begin + days * DAY)
        .add_extension(x509.CRLNumber(int(begin.timestamp())), critical=False)
    )
    for holder, moment in revoked:
        serial = holder.certificate.serial_number
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def ocsp_of(holder: Holder, issuer: Holder, *, responder: Holder, begin: datetime = NOW - DAY) -> bytes:
    answer = ocsp.OCSPResponseBuilder().add_response(
        cert=holder.certificate,
        issuer=issuer.certificate,
        algorithm=hashes.SHA1(),  # noqa: S303  names the certificate, as RFC 6960 clients do
        cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=begin,
        next_update=begin + 30 * DAY,
        revocation_time=None,
        revocation_reason=None,
    )
    answer = answer.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    answer = answer.certificates([responder.certificate])
    return answer.sign(responder.key, hashes.SHA256()).public_bytes(Encoding.DER)


@dataclass
class Office:
    """A root, an authority, a timestamp authority and a signer."""

    kind: str = "ec"
    revoked: tuple[tuple[Holder, datetime], ...] = ()
    root: Holder = field(init=False)
    issuing: Holder = field(init=False)
    tsa: Holder = field(init=False)
    signer: Holder = field(init=False)

    def __post_init__(self) -> None:
        long = NOW + 20 * 365 * DAY
        self.root = hold("Gốc MẪU", issuer=None, authority=True, end=long)
        self.issuing = hold("Cơ quan cấp MẪU", issuer=self.root, authority=True, end=long)
        self.tsa = hold(
            "Dấu thời gian MẪU", issuer=self.issuing, purpose="stamp", kind="rsa2048", end=NOW + 5 * 365 * DAY
        )
        self.signer = hold("Nguyễn Thị MẪU", issuer=self.issuing, kind=self.kind)

    @cached_property
    def root_pem(self) -> bytes:
        return self.root.certificate.public_bytes(Encoding.PEM)

    def crls(self, *, begin: datetime = NOW - DAY, days: int = 30) -> list[bytes]:
        return [
            crl_of(self.root, begin=begin, days=days),
            crl_of(self.issuing, begin=begin, days=days, revoked=self.revoked),
        ]

    def stamper(
        self, at: datetime = NOW, *, tsa: Holder | None = None, md: str | None = None
    ) -> DummyTimeStamper:
        by = tsa or self.tsa
        store = SimpleCertificateStore()
        store.register_multiple([self.issuing.asn1, self.root.asn1])
        return DummyTimeStamper(by.asn1, by.private, store, fixed_dt=at, override_md=md)

    def context(self, *, ocsps: tuple[bytes, ...] = (), at: datetime = NOW) -> ValidationContext:
        return ValidationContext(
            trust_roots=[self.root.asn1],
            other_certs=[self.issuing.asn1],
            crls=[asn1_crl.CertificateList.load(one) for one in self.crls()],
            ocsps=[asn1_ocsp.OCSPResponse.load(one) for one in ocsps],
            moment=at,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )

    def sign(
        self,
        data: bytes,
        *,
        level: str = "T",
        by: Holder | None = None,
        at: datetime = NOW,
        name: str = "Sig1",
        md: str = "sha256",
        pss: bool = False,
        certify: MDPPerm | None = None,
        spec: SigFieldSpec | None = None,
        ocsps: tuple[bytes, ...] = (),
        stamper: DummyTimeStamper | None = None,
        subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES,
    ) -> bytes:
        """Sign with the library's own defaults at level ``B``, ``T``, ``LT`` or ``LTA``."""
        holder = by or self.signer
        store = SimpleCertificateStore()
        store.register_multiple([self.issuing.asn1, self.root.asn1])
        long = level in {"LT", "LTA"}
        meta = PdfSignatureMetadata(
            field_name=name,
            subfilter=subfilter,
            md_algorithm=md,
            certify=certify is not None,
            docmdp_permissions=certify or MDPPerm.FILL_FORMS,
            validation_context=self.context(ocsps=ocsps, at=at) if long else None,
            embed_validation_info=long,
            use_pades_lta=level == "LTA",
        )
        signer = PdfSigner(
            meta,
            SimpleSigner(holder.asn1, holder.private, store, prefer_pss=pss),
            timestamper=None if level == "B" else stamper or self.stamper(at),
            new_field_spec=spec,
        )
        out = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        asyncio.run(signer.async_sign_pdf(writer, output=out, bytes_reserved=32768))
        return out.getvalue()

    def stamp(self, data: bytes, *, at: datetime = NOW, name: str = "Stamp9") -> bytes:
        """Append a document timestamp."""
        out = io.BytesIO()
        stamper = PdfTimeStamper(self.stamper(at), field_name=name)
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        asyncio.run(stamper.async_timestamp_pdf(writer, "sha256", output=out))
        return out.getvalue()
