"""Timestamp tokens (RFC 3161) as plain values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms, x509

from signing.subjects import subject_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One timestamp token.

    Attributes:
        time: aware; what the authority says.
        authority: common name, or organisation, in its certificate; empty if the token does not bring it.
        digest: algorithm of the imprint.
        der: the token.
    """

    time: datetime
    authority: str
    digest: str
    der: bytes = field(repr=False)

    @property
    def identifier(self) -> str:
        """Its name among the objects of a report."""
        return f"vo-timestamp-{hashlib.sha256(self.der).hexdigest()}"


def read_token(token: cms.SignedData) -> Token:
    """Read one token; raises whatever the reader of a malformed one meets."""
    content = token["encap_content_info"]["content"].parsed
    return Token(
        time=content["gen_time"].native,
        authority=_authority(token),
        digest=content["message_imprint"]["hash_algorithm"]["algorithm"].native,
        der=bytes(cms.ContentInfo({"content_type": "signed_data", "content": token}).dump()),
    )


def _authority(token: cms.SignedData) -> str:
    wanted = token["signer_infos"][0]["sid"].chosen
    for choice in token["certificates"]:
        certificate = choice.chosen
        if isinstance(certificate, x509.Certificate) and _is_named(certificate, wanted):
            subject = certificate.subject
            return subject_text(subject, "common_name") or subject_text(subject, "organization_name")
    return ""


def _is_named(certificate: x509.Certificate, wanted: cms.IssuerAndSerialNumber | cms.OctetString) -> bool:
    if not isinstance(wanted, cms.IssuerAndSerialNumber):
        return bool(certificate.key_identifier == wanted.native)
    same = certificate.serial_number == wanted["serial_number"].native
    return bool(same and certificate.issuer.dump() == wanted["issuer"].dump())


def certificates_in(data: cms.SignedData) -> list[x509.Certificate]:
    """The certificates that come with a signature or a token."""
    return [choice.chosen for choice in data["certificates"] if choice.name == "certificate"]


def certificate_of(data: cms.SignedData) -> x509.Certificate:
    """The certificate of the one who signed it.

    Raises:
        ValueError: it does not come along, or there is not exactly one signer.
    """
    (signer,) = data["signer_infos"]
    sid = signer["sid"]
    for certificate in certificates_in(data):
        if sid.name != "issuer_and_serial_number":
            if certificate.key_identifier == sid.chosen.native:
                return certificate
            continue
        number, issuer = sid.chosen["serial_number"].native, sid.chosen["issuer"]
        if certificate.serial_number == number and certificate.issuer == issuer:
            return certificate
    msg = "signed without its certificate"
    raise ValueError(msg)


def stamp_time(token: cms.SignedData) -> datetime:
    """The time that a timestamp token vouches for; aware."""
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment
