"""No signed file leaves unchecked: bytes, integrity and later changes of every signature in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pyhanko.sign.ades.report import AdESFailure
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from dossier.errors import SigningError
from signing.reading import OpenedFile, ReadSignature, frame_faults

_CHUNK = 1024 * 1024


def pass_gate(path: Path, *, source: Path, fields: tuple[str, ...], item: str) -> None:
    """Check a file that was just signed.

    Args:
        path: the signed file.
        source: what it was made from; must be its beginning, byte for byte.
        fields: names of the signatures that must be there, in order.
        item: how to name the file.

    Raises:
        SigningError: it is not what it should be.
    """
    if not _begins_with(path, source):
        raise SigningError(item, cause="the signed file does not begin with its source")
    with OpenedFile(path, item=item) as opened:
        faults = frame_faults(opened)
        read = [ReadSignature(opened, found) for found in opened.found()]
        names = tuple(signature.name for signature in read if not signature.is_timestamp)
        if faults or names != fields:
            raise SigningError(item, cause=f"faults {faults}, signatures {names}")
        for signature in read:
            _check(signature, item=item)


def _check(signature: ReadSignature, *, item: str) -> None:
    if signature.faults or signature.modifications == "suspicious":
        raise SigningError(item, cause=f"{signature.name}: {signature.faults or signature.embedded.diff_result}")
    embedded = signature.embedded
    try:
        intact, valid = validate_sig_integrity(
            embedded.signer_info,
            cert=embedded.signer_cert,
            expected_content_type="tst_info" if signature.is_timestamp else "data",
            actual_digest=_signed_digest(signature),
        )
    except SignatureValidationError as error:
        raise SigningError(item, cause=f"{signature.name}: {error.failure_message}") from error
    if not (intact and valid):
        raise SigningError(item, cause=f"{signature.name}: {AdESFailure.HASH_FAILURE.name}")
    if signature.is_timestamp and _imprint(signature) != embedded.compute_digest():
        raise SigningError(item, cause=f"{signature.name}: the stamp is for something else")


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


def _begins_with(path: Path, source: Path) -> bool:
    with path.open("rb") as whole, source.open("rb") as start:
        while chunk := start.read(_CHUNK):
            if whole.read(len(chunk)) != chunk:
                return False
    return True
