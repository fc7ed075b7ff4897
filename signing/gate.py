"""No signed file leaves unchecked: bytes, coverage and integrity of every signature in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from dossier.errors import SigningError, SigningRefusedError
from signing.reading import OpenedFile, ReadSignature, frame_faults

_CHUNK = 1024 * 1024


def pass_gate(path: Path, *, source: Path, earlier: tuple[str, ...], made: str, item: str) -> None:
    """Check a file that was just signed.

    Args:
        path: the signed file.
        source: what it was made from; must be its beginning, byte for byte.
        earlier: names of the signatures that the source had.
        made: name of the new signature.
        item: how to name the file.

    Raises:
        SigningRefusedError: a signature that was there before is broken.
        SigningError: the file is not what it should be.
    """
    if not _begins_with(path, source):
        raise SigningError(item, cause="the signed file does not begin with its source")
    with OpenedFile(path, item=item) as opened:
        faults = frame_faults(opened)
        read = [ReadSignature(opened, found) for found in opened.found()]
        names = tuple(signature.name for signature in read if not signature.is_timestamp)
        for signature in read:
            fault = _fault(signature)
            if fault and signature.name in earlier:
                reason = "chữ ký đã có trong tệp không còn nguyên vẹn"
                raise SigningRefusedError(item, reason=reason, cause=fault)
            if fault:
                raise SigningError(item, cause=f"{signature.name}: {fault}")
        if faults or sorted(names) != sorted((*earlier, made)):
            raise SigningError(item, cause=f"faults {faults}, signatures {names}")


def _fault(signature: ReadSignature) -> str:
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


def _begins_with(path: Path, source: Path) -> bool:
    with path.open("rb") as whole, source.open("rb") as start:
        while chunk := start.read(_CHUNK):
            if whole.read(len(chunk)) != chunk:
                return False
    return True
