"""The authorities above a certificate, found by their signatures alone.

Used to say why something does not pass, and to look a certificate up in the lists of its real authority.
Whether a path may be relied upon is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

_LONGEST = 8


class Authorities:
    """Certificates of authorities that are kept here: trusted roots and what is below them."""

    def __init__(self, roots: Sequence[x509.Certificate], below: Sequence[x509.Certificate]) -> None:
        self._roots = tuple(roots)
        self._below = tuple(below)

    def chain(
        self, certificate: asn1_x509.Certificate, others: Iterable[asn1_x509.Certificate]
    ) -> list[x509.Certificate]:
        """The certificate and those above it, as far as they can be found.

        Args:
            certificate: where to begin.
            others: what came along with it.
        """
        first = parsed(certificate)
        if first is None:
            return []
        brought = [one for one in map(parsed, others) if one is not None]
        found = [first]
        while len(found) < _LONGEST and found[-1] not in self._roots:
            issuer = _issuer(found[-1], (*self._roots, *self._below, *brought))
            if issuer is None or issuer in found:
                break
            found.append(issuer)
        return found

    def reach(self, certificate: asn1_x509.Certificate, others: Iterable[asn1_x509.Certificate]) -> bool:
        """Whether signatures lead from the certificate up to a trusted root."""
        chain = self.chain(certificate, others)
        return bool(chain) and chain[-1] in self._roots


def parsed(certificate: asn1_x509.Certificate) -> x509.Certificate | None:
    """The same certificate for the other ASN.1 library; ``None`` if that cannot read it."""
    try:
        return x509.load_der_x509_certificate(certificate.dump())
    except ValueError:
        return None


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
