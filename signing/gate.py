"""No signed file leaves unchecked: bytes, coverage and integrity of every signature in it."""

from __future__ import annotations

from pathlib import Path

from dossier.errors import SigningError, SigningRefusedError
from signing.integrity import integrity_fault
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
    if not begins_with(path, source):
        raise SigningError(item, cause="the signed file does not begin with its source")
    with OpenedFile(path, item=item) as opened:
        faults = frame_faults(opened)
        read = [ReadSignature(opened, found) for found in opened.found()]
        names = tuple(signature.name for signature in read if not signature.is_timestamp)
        for signature in read:
            fault = integrity_fault(signature)
            if fault and signature.name in earlier:
                reason = "chữ ký đã có trong tệp không còn nguyên vẹn"
                raise SigningRefusedError(item, reason=reason, cause=fault)
            if fault:
                raise SigningError(item, cause=f"{signature.name}: {fault}")
        if faults or sorted(names) != sorted((*earlier, made)):
            raise SigningError(item, cause=f"faults {faults}, signatures {names}")


def begins_with(path: Path, source: Path) -> bool:
    """Whether the bytes of the source are the beginning of the file."""
    with path.open("rb") as whole, source.open("rb") as start:
        while chunk := start.read(_CHUNK):
            if whole.read(len(chunk)) != chunk:
                return False
    return True
