"""The newest word on a certificate counts: revocation lists that are kept here against older ones in a file.

Whoever stole a key may put a revocation answer from before the theft into the file; the lists that the
operator keeps up to date tell better. A certificate that they call revoked at or before the proven time does
not pass, and neither does one below an authority that was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from signing.revocation import Crl

_LONGEST_CHAIN = 8


class LocalRevocation:
    """Looks certificates up in lists and authorities that are kept here."""

    def __init__(self, crls: Sequence[Crl], authorities: Iterable[x509.Certificate]) -> None:
        self._crls = tuple(crls)
        self._authorities = tuple(authorities)
        self._known: dict[bytes, datetime | None] = {}

    def revoked_by(
        self, certificate: asn1_x509.Certificate, others: Iterable[asn1_x509.Certificate], moment: datetime
    ) -> bool:
        """Whether a certificate, or an authority above it, was revoked at or before a moment.

        Args:
            certificate: the one in question.
            others: what came along with it and may hold authorities.
            moment: aware.
        """
        if not self._crls:
            return False
        if certificate.sha256 not in self._known:
            brought = [one for one in map(_parsed, others) if one is not None]
            own = _parsed(certificate)
            self._known[certificate.sha256] = None if own is None else self._since(own, brought)
        since = self._known[certificate.sha256]
        return since is not None and since <= moment

    def _since(self, certificate: x509.Certificate, brought: Sequence[x509.Certificate]) -> datetime | None:
        """The earliest revocation in the chain above a certificate, itself included."""
        found: list[datetime] = []
        for _ in range(_LONGEST_CHAIN):
            issuer = _issuer(certificate, (*self._authorities, *brought))
            if issuer is None or certificate.issuer == certificate.subject:
                break
            dates = (crl.revoked_since(certificate) for crl in self._crls if crl.issued_by(issuer))
            found.extend(since for since in dates if since is not None)
            certificate = issuer
        return min(found, default=None)


def _issuer(certificate: x509.Certificate, candidates: Iterable[x509.Certificate]) -> x509.Certificate | None:
    for candidate in candidates:
        if candidate.subject != certificate.issuer:
            continue
        try:
            certificate.verify_directly_issued_by(candidate)
        except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm):
            continue
        return candidate
    return None


def _parsed(certificate: asn1_x509.Certificate) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(certificate.dump())
    except ValueError:
        return None
