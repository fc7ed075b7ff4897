"""The demonstration PKI: everything needed to sign and verify without a real certificate.

Five key pairs, every subject says DEMO: a root, an issuing authority, an officer (a person), an
organisation, a timestamp authority. Terms follow Decree 23/2025/NĐ-CP: subscribers three years, timestamp
service five, root twenty-five. Certificates below the root are renewed before they end, so that a
demonstration goes on for as long as its root lasts.

Keys are ECDSA on P-256. Circular 15/2025/TT-BKHCN allows it (X9.62, 256 bits or more); poppler, openssl and
veraPDF accept it; the five pairs are made in milliseconds, where RSA-3072 needs seconds; and a signature
costs a twentieth of the CPU time. RSA keys of an office work just as well, see ``signing.keys``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from signing import demo_certificates as made
from signing.keys import SigningKey, load_pem_key
from signing.revocation import Crl, load_crl

CRL_DAYS = 90
CRL_RENEWED_WITHIN_DAYS = 30
RENEWED_WITHIN_DAYS = 90
_SUBSCRIBERS = ("officer", "organisation", "tsa")
# An authority has to outlast everything that it issues.
_ISSUER_RENEWED_WITHIN_DAYS = RENEWED_WITHIN_DAYS + max(made.ENTITIES[name].days for name in _SUBSCRIBERS)
_CRLS = {"root": "root.crl", "issuing": "issuing.crl"}


@dataclass(frozen=True, slots=True)
class DemoPki:
    """The files of a demonstration PKI.

    Attributes:
        folder: where the files lie; mode 0700, keys 0600.
    """

    folder: Path

    @property
    def root_certificate(self) -> Path:
        """PEM file of the root, to be put into a trust store."""
        return self.folder / "root.pem"

    def officer(self) -> SigningKey:
        """The key of the invented officer."""
        return self._key("officer")

    def organisation(self) -> SigningKey:
        """The key of the invented organisation."""
        return self._key("organisation")

    def timestamp_authority(self) -> SigningKey:
        """The key of the invented timestamp authority."""
        return self._key("tsa")

    def crls(self, *, now: datetime) -> tuple[Crl, ...]:
        """The lists of both authorities, made anew when they near their end.

        Args:
            now: aware; decides whether the lists are still fresh.
        """
        self.refresh_crls(now)
        return tuple(load_crl((self.folder / name).read_bytes()) for name in _CRLS.values())

    def refresh_crls(self, now: datetime) -> bool:
        """Issue new revocation lists if one ends within thirty days; says whether it did."""
        lists = [load_crl((self.folder / name).read_bytes()) for name in _CRLS.values()]
        soon = now + timedelta(days=CRL_RENEWED_WITHIN_DAYS)
        if all(crl.this_update <= now and soon < crl.next_update for crl in lists):
            return False
        for authority, name in _CRLS.items():
            key, certificate = made.read_pair(self.folder, authority)
            data = made.make_crl(key, certificate, now=now, days=CRL_DAYS)
            _replace(self.folder / name, data)
        return True

    def refresh_certificates(self, now: datetime) -> tuple[str, ...]:
        """Issue new certificates, for the same keys, in place of those that near their end.

        Args:
            now: aware.

        Returns:
            Whose certificates were renewed.
        """
        renewed = [name for name in ("issuing",) if self._ends_soon(name, now, _ISSUER_RENEWED_WITHIN_DAYS)]
        renewed += [name for name in _SUBSCRIBERS if self._ends_soon(name, now, RENEWED_WITHIN_DAYS)]
        for name in renewed:
            issuer = made.read_pair(self.folder, "root" if name == "issuing" else "issuing")
            key, _ = made.read_pair(self.folder, name)
            certificate = made.certify(made.ENTITIES[name], key.public_key(), issuer=issuer, now=now)
            _replace(self.folder / f"{name}.pem", made.certificate_pem(certificate))
        return tuple(renewed)

    def _ends_soon(self, name: str, now: datetime, days: int) -> bool:
        _, certificate = made.read_pair(self.folder, name)
        return certificate.not_valid_after_utc < now + timedelta(days=days)

    def _key(self, name: str) -> SigningKey:
        return load_pem_key(
            self.folder / f"{name}.key",
            certificate=self.folder / f"{name}.pem",
            chain=(self.folder / "issuing.pem", self.root_certificate),
            item=name,
        )


def ensure_demo_pki(folder: Path, *, now: datetime) -> DemoPki:
    """Make the demonstration PKI on first use; later calls find it, and renew what is about to end.

    The files are made in a folder beside it, written through to the disk and renamed as one, so that a
    killed process leaves either nothing or all of it; of two processes at once the second takes what the
    first has made.

    Args:
        folder: where the files shall lie; made with mode 0700.
        now: aware; the certificates begin a day earlier.
    """
    pki = DemoPki(folder)
    if (folder / "root.pem").exists():
        pki.refresh_certificates(now)
    else:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            _fill(work, now=now)
            _rename_once(work, folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return pki


def _fill(folder: Path, *, now: datetime) -> None:
    pairs = made.make_pairs(now=now)
    for name, (key, certificate) in pairs.items():
        _write(folder / f"{name}.key", made.key_pem(key))
        _write(folder / f"{name}.pem", made.certificate_pem(certificate))
    for authority, name in _CRLS.items():
        key, certificate = pairs[authority]
        _write(folder / name, made.make_crl(key, certificate, now=now, days=CRL_DAYS))
    _sync_folder(folder)


def _rename_once(work: Path, folder: Path) -> None:
    try:
        work.rename(folder)
    except OSError:
        if not (folder / "root.pem").exists():
            raise
    _sync_folder(folder.parent)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
