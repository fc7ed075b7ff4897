"""Timestamp tokens of a file as far as policy asks about them: who gave them, when, with which algorithms."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from signing.reading import ReadSignature


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One timestamp token (RFC 3161), read but not yet believed.

    Attributes:
        moment: aware; when the authority says that it was given.
        authority: certificate of the authority.
        certificates: the others in the token.
        imprint: digest over what was stamped, as asn1crypto names it.
        algorithm: how the token itself is signed.
    """

    moment: datetime
    authority: x509.Certificate
    certificates: tuple[x509.Certificate, ...]
    imprint: algos.DigestAlgorithm
    algorithm: algos.SignedDigestAlgorithm


def signature_stamps(signature: ReadSignature) -> tuple[Stamp, ...]:
    """Those that hang at a signature itself."""
    tokens = extract_tst_data_iter(signature.embedded.signer_info, signed=False)
    return tuple(_stamp(token) for token in tokens)


def archive_stamps(reader: PdfFileReader, *, after: int) -> tuple[Stamp, ...]:
    """Document timestamps in revisions after that one, oldest first."""
    later = [one for one in reader.embedded_timestamp_signatures if one.signed_revision > after]
    ordered = sorted(later, key=lambda one: int(one.signed_revision))
    return tuple(_stamp(one.signed_data) for one in ordered)


def _stamp(token: cms.SignedData) -> Stamp:
    told = token["encap_content_info"]["content"].parsed
    given = extract_certificate_info(token)
    return Stamp(
        moment=told["gen_time"].native,
        authority=given.signer_cert,
        certificates=tuple(given.other_certs),
        imprint=told["message_imprint"]["hash_algorithm"],
        algorithm=token["signer_infos"][0]["signature_algorithm"],
    )
