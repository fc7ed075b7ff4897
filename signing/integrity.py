"""Does a signature fit the bytes it covers? No trust is needed for this answer."""

from __future__ import annotations

import hashlib

from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from signing.reading import ReadSignature


def integrity_fault(signature: ReadSignature) -> str:
    """What is wrong with one signature; empty if nothing is."""
    if signature.faults:
        return ", ".join(signature.faults)
    if not signature.check_coverage():
        return "coverage"
    embedded = signature.embedded
    try:
        intact, valid = validate_sig_integrity(
            embedded.signer_info,
            cert=embedded.signer_cert,
            expected_content_type="tst_info" if signature.is_timestamp else "data",
            actual_digest=_signed_digest(signature),
        )
    except SignatureValidationError as error:
        return type(error).__name__
    if not (intact and valid):
        return "integrity"
    if signature.is_timestamp and _imprint(signature) != embedded.compute_digest():
        return "the stamp is for something else"
    return ""


def _signed_digest(signature: ReadSignature) -> bytes:
    """The digest that the signature must contain; that of a stamp is over its own content."""
    embedded = signature.embedded
    if not signature.is_timestamp:
        return embedded.compute_digest()
    content = bytes(embedded.signed_data["encap_content_info"]["content"])
    return hashlib.new(embedded.md_algorithm, content).digest()


def _imprint(signature: ReadSignature) -> bytes:
    content = signature.embedded.signed_data["encap_content_info"]["content"]
    return bytes(content.parsed["message_imprint"]["hashed_message"].native)
