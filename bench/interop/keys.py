"""The demonstration PKI with RSA keys beside its ECDSA ones, and a signature made by another program."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import demo_certificates as made
from signing.cms_signer import asn1_certificate
from signing.demo import DemoPki
from signing.keys import SigningKey, load_pem_key
from signing.timestamps import TimestampSource

RSA_BITS = (2048, 3072)
CITIZEN = made.Entity(name="Người dân MẪU (DEMO)", organisation="")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """Keys of officer and organisation that sign the same way."""

    name: str
    officer: SigningKey
    organisation: SigningKey


def key_pairs(pki: DemoPki, *, now: datetime) -> list[KeyPair]:
    """The keys of the PKI, then RSA keys of each size for the same people."""
    pairs = [KeyPair(name="ECDSA P-256", officer=pki.officer(), organisation=pki.organisation())]
    for bits in RSA_BITS:
        officer, organisation = (
            _rsa_key(pki, role, bits=bits, now=now) for role in ("officer", "organisation")
        )
        pairs.append(KeyPair(name=f"RSA-PSS {bits}", officer=officer, organisation=organisation))
    return pairs


def _rsa_key(pki: DemoPki, role: str, *, bits: int, now: datetime) -> SigningKey:
    stem = pki.folder / f"{role}-rsa-{bits}"
    key, certificate = _rsa_pair(pki, made.ENTITIES[role], bits=bits, now=now)
    path, own = stem.with_suffix(".key"), stem.with_suffix(".pem")
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    own.write_bytes(made.certificate_pem(certificate))
    chain = (pki.folder / "issuing.pem", pki.root_certificate)
    return load_pem_key(path, certificate=own, chain=chain, item=stem.name)


def _rsa_pair(
    pki: DemoPki, entity: made.Entity, *, bits: int, now: datetime
) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    issuer = made.read_pair(pki.folder, "issuing")
    return key, made.certify(entity, key.public_key(), issuer=issuer, now=now)


class OtherProgram:
    """Signs as a citizen's own program would: invisible, RSA PKCS#1 v1.5, level B-T, nothing of ours."""

    scheme = "RSA PKCS#1 v1.5 2048"

    def __init__(self, pki: DemoPki, *, timestamps: TimestampSource, now: datetime) -> None:
        key, certificate = _rsa_pair(pki, CITIZEN, bits=2048, now=now)
        above = [pki.folder / "issuing.pem", pki.root_certificate]
        chain = [x509.load_pem_x509_certificate(path.read_bytes()) for path in above]
        self.certificates = tuple(map(asn1_certificate, (certificate, *chain)))
        store = SimpleCertificateStore()
        store.register_multiple(self.certificates[1:])
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self._signer = SimpleSigner(
            signing_cert=self.certificates[0],
            signing_key=asn1_keys.PrivateKeyInfo.load(der),
            cert_registry=store,
            prefer_pss=False,
        )
        self._timestamps = timestamps

    def sign(self, source: Path, out: Path) -> None:
        """Write the signed file."""
        meta = PdfSignatureMetadata(
            field_name="Signature1", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        signer = PdfSigner(meta, self._signer, timestamper=self._timestamps.client())
        with source.open("rb") as stream, out.open("w+b") as target:
            writer = IncrementalPdfFileWriter(stream)
            asyncio.run(signer.async_sign_pdf(writer, output=target))
