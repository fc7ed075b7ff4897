"""The newest word on a certificate counts: revocation lists that are kept here against older ones in a file.

Whoever stole a key may put a revocation answer from before the theft into the file; the lists that the
operator keeps up to date tell better. A certificate that they call revoked at or before the proven time does
not pass, and neither does one below an authority that was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from asn1crypto import x509 as asn1_x509
from cryptography import x509

from signing.chains import Authorities, parsed
from signing.revocation import Crl


class LocalRevocation:
    """Looks certificates up in the lists that are kept here."""

    def __init__(self, crls: Sequence[Crl], authorities: Authorities) -> None:
        self._crls = tuple(crls)
        self._authorities = authorities
        self._known: dict[bytes, datetime | None] = {}

    def speaks_of(self, certificate: asn1_x509.Certificate) -> bool:
        """Whether a list of the certificate's authority is kept here, whatever it says."""
        own = parsed(certificate)
        return own is not None and any(crl.parsed.issuer == own.issuer for crl in self._crls)

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
            self._known[certificate.sha256] = self._since(self._authorities.chain(certificate, others))
        since = self._known[certificate.sha256]
        return since is not None and since <= moment

    def _since(self, chain: Sequence[x509.Certificate]) -> datetime | None:
        """The earliest revocation in a chain."""
        dates = [
            crl.revoked_since(certificate)
            for certificate, issuer in pairwise(chain)
            for crl in self._crls
            if crl.issued_by(issuer)
        ]
        return min((since for since in dates if since is not None), default=None)
