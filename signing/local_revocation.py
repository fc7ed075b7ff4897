"""The newest word on a certificate counts: revocation lists that are kept here against older ones in a file.

Whoever stole a key may put a revocation answer from before the theft into the file; the lists that the
operator keeps up to date tell better. A certificate that they call revoked at or before the proven time does
not pass, and neither does one below an authority that was.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.oid import NameOID

from signing.chains import Authorities, parsed
from signing.local_cache import KeptLists
from signing.notes import Note, NoteCode
from signing.revocation import Crl
from signing.revocation_gaps import shown_day


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


def left_out(lists: KeptLists) -> Iterator[Note]:
    """What a verdict does not rest on although it lies in the folder of lists."""
    for name in lists.unreadable:
        yield Note(code=NoteCode.LIST_UNREADABLE, subject=name)
    for crl in lists.later:
        yield Note(code=NoteCode.LIST_LATER, subject=_issuer(crl), day=shown_day(crl.this_update))


def _issuer(crl: Crl) -> str:
    """Common name of a list's authority, NFC, on one line."""
    names = crl.parsed.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = " ".join(unicodedata.normalize("NFC", str(names[0].value)).split()) if names else ""
    return text or crl.fingerprint[:16]
