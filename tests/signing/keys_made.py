"""Keys of invented people that the demonstration PKI does not have."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from signing import demo_certificates as made
from signing.demo import DemoPki
from signing.keys import FileKey, load_pem_key
from tests.signing.conftest import NOW


def rsa_key(folder: Path, pki: DemoPki, *, bits: int = 2048, digital_signature: bool = True) -> FileKey:
    """An RSA key of an invented officer, below the demonstration's issuing authority."""
    issuer_key, issuer = made.read_pair(pki.folder, "issuing")
    key = rsa.generate_private_key(65537, bits)
    usage = x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=True,
        key_cert_sign=False,
        crl_sign=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cán bộ RSA MẪU (DEMO)")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=3 * 365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .sign(issuer_key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "rsa.key").write_bytes(plain)
    (folder / "rsa.pem").write_bytes(made.certificate_pem(certificate))
    return load_pem_key(
        folder / "rsa.key",
        certificate=folder / "rsa.pem",
        chain=(pki.folder / "issuing.pem", pki.root_certificate),
        item="rsa",
    )
