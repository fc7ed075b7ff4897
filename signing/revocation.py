"""Certificate revocation lists (RFC 5280, chapter 5) from files; nothing is ever fetched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from dossier.errors import SettingsError

MAX_CRL_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Crl:
    """One revocation list.

    Attributes:
        der: the list as it was issued.
        parsed: the same, parsed.
        this_update: aware; when it was issued.
        next_update: aware; when the next one is due; the list is not used after it.
    """

    der: bytes
    parsed: x509.CertificateRevocationList
    this_update: datetime
    next_update: datetime

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the list, lower-case hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()

    def issued_by(self, issuer: x509.Certificate) -> bool:
        """Whether this list names that authority and bears its signature."""
        if self.parsed.issuer != issuer.subject:
            return False
        try:
            return self.parsed.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
        except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm):
            return False

    def fresh(self, at: datetime) -> bool:
        """Whether the list speaks for that moment."""
        return self.this_update <= at <= self.next_update

    def revoked_since(self, certificate: x509.Certificate) -> datetime | None:
        """When that certificate was revoked; ``None`` if it is not on the list."""
        entry = self.parsed.get_revoked_certificate_by_serial_number(certificate.serial_number)
        return None if entry is None else entry.revocation_date_utc


class RevocationSource(Protocol):
    """Where revocation lists come from."""

    def crls(self, *, now: datetime) -> tuple[Crl, ...]:
        """The newest lists at hand, as of ``now``; may be empty."""


@dataclass(frozen=True, slots=True)
class CrlFolder:
    """Lists that somebody else keeps up to date in a folder: ``*.crl``, DER or PEM."""

    folder: Path

    def crls(self, *, now: datetime) -> tuple[Crl, ...]:
        """All lists of the folder that are not older than ``now`` allows; unreadable ones are an error.

        Raises:
            SettingsError: a file is not a revocation list.
        """
        if not self.folder.is_dir():
            return ()
        lists = [load_crl(path.read_bytes(), item=path.name) for path in sorted(self.folder.glob("*.crl"))]
        return tuple(crl for crl in lists if now <= crl.next_update)


@dataclass(frozen=True, slots=True)
class JoinedLists:
    """The lists of several sources together."""

    sources: tuple[RevocationSource, ...]

    def crls(self, *, now: datetime) -> tuple[Crl, ...]:
        """All lists at hand; the same list from two sources counts once."""
        found = {crl.der: crl for source in self.sources for crl in source.crls(now=now)}
        return tuple(found.values())


def load_crl(data: bytes, *, item: str = "CRL") -> Crl:
    """Parse a revocation list.

    Args:
        data: DER or PEM.
        item: how to name it in an error.

    Raises:
        SettingsError: it is not a list, is too large, or does not say when the next one is due.
    """
    if len(data) > MAX_CRL_BYTES:
        raise SettingsError(item, reason="danh sách thu hồi quá lớn")
    try:
        pem = data.lstrip().startswith(b"-----BEGIN")
        parsed = x509.load_pem_x509_crl(data) if pem else x509.load_der_x509_crl(data)
        this_update, next_update = parsed.last_update_utc, parsed.next_update_utc
    except ValueError as error:
        raise SettingsError(
            item, reason="không phải danh sách thu hồi (CRL)", cause=type(error).__name__
        ) from error
    if next_update is None:
        raise SettingsError(item, reason="danh sách thu hồi không ghi hạn")
    return Crl(parsed.public_bytes(Encoding.DER), parsed, this_update, next_update)
