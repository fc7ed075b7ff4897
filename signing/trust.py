"""The trust store: a folder of root certificates that an operator added by hand. Nothing else is trusted.

A root is one PEM file named by its SHA-256; name and kind stand above the PEM block, where the format leaves
room for words. Authorities below the roots and revocation lists are kept beside them: they help to build
paths without network, and are never trusted by themselves.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from dossier.errors import DemoKeyError, SettingsError
from signing.keys import common_name, says_demo
from signing.revocation import Crl, load_crl

_NAME = "# name: "
_DEMO = "# demo: yes"
_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedRoot:
    """One root.

    Attributes:
        name: how reports name it.
        fingerprint: SHA-256 of the certificate, lower-case hexadecimal.
        demo: whether it may be trusted in demonstrations only.
        certificate: the certificate.
    """

    name: str
    fingerprint: str
    demo: bool
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Roots in a folder; empty until somebody adds one.

    Attributes:
        folder: holds ``<sha256>.pem``, ``authorities/*.pem`` and ``crls/*.crl``; made when first written to.
        production: real operation, where demonstration roots are refused.
    """

    folder: Path
    production: bool = False

    def add(self, certificate: bytes, *, name: str = "") -> TrustedRoot:
        """Trust a root from now on; adding it again renames it.

        Args:
            certificate: PEM or DER of a self-signed certificate; a PEM may hold only one.
            name: how reports shall name it; its common name by default.

        Raises:
            SettingsError: it is not a self-signed authority.
            DemoKeyError: a demonstration root in production.
        """
        parsed = _parse(certificate)
        fingerprint = parsed.fingerprint(hashes.SHA256()).hex()
        if not _is_root(parsed):
            raise SettingsError(fingerprint[:16], reason="không phải chứng thư số gốc tự ký của cơ quan cấp")
        demo = says_demo(parsed)
        if demo and self.production:
            raise DemoKeyError(fingerprint[:16])
        shown = " ".join((name or common_name(parsed) or fingerprint[:16]).split())
        head = f"{_NAME}{shown}\n" + (f"{_DEMO}\n" if demo else "")
        pem = parsed.public_bytes(Encoding.PEM)
        _replace(self.folder / f"{fingerprint}.pem", head.encode() + pem)
        return TrustedRoot(name=shown, fingerprint=fingerprint, demo=demo, certificate=parsed)

    def remove(self, fingerprint: str) -> bool:
        """Trust a root no longer; says whether it was there.

        Args:
            fingerprint: all 64 hexadecimal digits, as :meth:`roots` shows them.
        """
        wanted = fingerprint.replace(":", "").lower()
        if wanted not in {root.fingerprint for root in self.roots()}:
            return False
        (self.folder / f"{wanted}.pem").unlink()
        return True

    def roots(self) -> tuple[TrustedRoot, ...]:
        """All roots, by name; demonstration roots are left out in production.

        Raises:
            SettingsError: a file of the store is damaged.
        """
        found = [_read_root(path) for path in sorted(self.folder.glob("*.pem"))]
        kept = [root for root in found if not (root.demo and self.production)]
        return tuple(sorted(kept, key=lambda root: (root.name, root.fingerprint)))

    def add_authority(self, certificate: bytes) -> None:
        """Keep the certificate of an authority below a root, for building paths."""
        parsed = _parse(certificate)
        name = parsed.fingerprint(hashes.SHA256()).hex()
        _replace(self.folder / "authorities" / f"{name}.pem", parsed.public_bytes(Encoding.PEM))

    def authorities(self) -> tuple[x509.Certificate, ...]:
        """Authorities kept for building paths."""
        return tuple(
            _parse(path.read_bytes()) for path in sorted((self.folder / "authorities").glob("*.pem"))
        )

    def add_crl(self, data: bytes) -> None:
        """Keep a revocation list; a newer one of the same authority replaces it."""
        crl = load_crl(data)
        digest = hashes.Hash(hashes.SHA256())
        digest.update(crl.parsed.issuer.public_bytes())
        path = self.folder / "crls" / f"{digest.finalize().hex()}.crl"
        if path.exists() and load_crl(path.read_bytes()).this_update > crl.this_update:
            return
        _replace(path, crl.der)

    def crls(self) -> tuple[Crl, ...]:
        """Revocation lists kept here."""
        return tuple(load_crl(path.read_bytes()) for path in sorted((self.folder / "crls").glob("*.crl")))


def trust_demo(store: TrustStore, root: bytes, *, crls: Sequence[Crl] = ()) -> TrustedRoot:
    """Trust the demonstration root and keep its revocation lists.

    Args:
        store: not one of production.
        root: PEM of the demonstration root.
        crls: the newest lists of its authorities.

    Raises:
        DemoKeyError: the store is one of production.
    """
    added = store.add(root)
    for crl in crls:
        store.add_crl(crl.der)
    return added


def _parse(data: bytes) -> x509.Certificate:
    reason = "không phải một chứng thư số (PEM hoặc DER)"
    if len(data) > _MAX_BYTES:
        raise SettingsError("trust", reason=reason)
    try:
        if b"-----BEGIN" not in data:
            return x509.load_der_x509_certificate(data)
        (certificate,) = x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise SettingsError("trust", reason=reason, cause=type(error).__name__) from error
    return certificate


def _is_root(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(certificate)
    except Exception:  # noqa: BLE001  the library documents three kinds and raises more on odd certificates
        return False
    return constraints.ca


def _read_root(path: Path) -> TrustedRoot:
    data = path.read_bytes()
    certificate = _parse(data)
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    if path.stem != fingerprint:
        raise SettingsError(path.name, reason="tên tệp không khớp với chứng thư số")
    lines = data.decode("utf-8", "replace").splitlines()
    name = next((line.removeprefix(_NAME) for line in lines if line.startswith(_NAME)), fingerprint[:16])
    demo = _DEMO in lines or says_demo(certificate)
    return TrustedRoot(name=name, fingerprint=fingerprint, demo=demo, certificate=certificate)


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.stem[:16]}-", dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
