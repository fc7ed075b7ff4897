"""Certificates of signatures and timestamp tokens (RFC 5652, RFC 3161)."""

from __future__ import annotations

from datetime import datetime

from asn1crypto import cms, x509


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
