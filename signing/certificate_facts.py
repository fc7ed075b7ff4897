"""What a person is told of a certificate that is signed with: whose it is, from whom, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from cryptography import x509

from signing.key_checks import common_name, organisation_name


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """A certificate in short.

    Attributes:
        holder: organisation or name in it.
        issuer: name of the authority.
        begins_at, ends_at: aware, UTC.
    """

    holder: str
    issuer: str
    begins_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, found: x509.Certificate) -> Self:
        """Of a certificate."""
        named = found.issuer.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return cls(
            holder=organisation_name(found) or common_name(found),
            issuer=str(named[0].value) if named else "",
            begins_at=found.not_valid_before_utc,
            ends_at=found.not_valid_after_utc,
        )
