"""No signed file leaves unchecked: bytes, coverage and integrity of every signature in it.

What was written is read again from the disk, by other code than wrote it: signatures in the form of our own
are taken apart in ``signing.values`` and ``signing.cms_check``, all others by the signing library.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from dossier.errors import SigningError, SigningRefusedError
from signing.cms_check import UnfamiliarError, parse, signature_fault, token_fault
from signing.fields import Found
from signing.integrity import integrity_fault
from signing.reading import OpenedFile, ReadSignature, frame_faults
from signing.values import SignatureValue, value_fault, value_of

_CHUNK = 1024 * 1024


def pass_gate(path: Path, *, source: Path, earlier: tuple[str, ...], made: str, item: str) -> None:
    """Check a file that was just signed.

    Args:
        path: the signed file.
        source: what it was made from; must be its beginning, byte for byte.
        earlier: names of the signatures that the source had, document timestamps not counted.
        made: name of the new signature.
        item: how to name the file.

    Raises:
        SigningRefusedError: a signature that was there before is broken.
        SigningError: the file is not what it should be.
    """
    if not begins_with(path, source):
        raise SigningError(item, cause="the signed file does not begin with its source")
    _check_signatures(path, earlier=earlier, names=(*earlier, made), item=item)


def pass_stamp_gate(  # noqa: PLR0913  a file, its source, and all that must be the same in both
    path: Path, *, source: Path, gap: tuple[int, int], names: tuple[str, ...], stamped: str, item: str
) -> None:
    """Check a file whose last signature was just given its timestamp.

    Args:
        path: the stamped file.
        source: what it was made from; differs nowhere but inside the gap.
        gap: offsets of the first and after the last hexadecimal digit of the signature.
        names: names of the signatures, before and after.
        stamped: name of the one that was stamped.
        item: how to name the file.

    Raises:
        SigningError: the file is not what it should be.
    """
    if not _same_outside(path, source, gap):
        raise SigningError(item, cause="the stamped file differs from its source beside the stamp")
    _check_signatures(path, earlier=(), names=names, item=item)
    with OpenedFile(path, item=item) as opened:
        read = [ReadSignature(opened, found) for found in opened.found if found.name == stamped]
        if not (len(read) == 1 and read[0].covers_all and read[0].has_signature_timestamp):
            raise SigningError(item, cause="the stamp is not where it should be")


def _check_signatures(path: Path, *, earlier: tuple[str, ...], names: tuple[str, ...], item: str) -> None:
    with OpenedFile(path, item=item) as opened:
        faults = frame_faults(opened)
        there: list[str] = []
        for found in opened.found:
            fault, is_timestamp = _examine(opened, found)
            if not is_timestamp:
                there.append(found.name)
            if fault and found.name in earlier:
                reason = "chữ ký đã có trong tệp không còn nguyên vẹn"
                raise SigningRefusedError(item, reason=reason, cause=fault)
            if fault:
                raise SigningError(item, cause=f"{found.name}: {fault}")
        if faults or sorted(there) != sorted(names):
            raise SigningError(item, cause=f"faults {faults}, signatures {there}")


def _examine(opened: OpenedFile, found: Found) -> tuple[str, bool]:
    """What is wrong with a signature, and whether it is a document timestamp."""
    value = value_of(found.field, reader=opened.reader, data=opened.data)
    if value is not None:
        try:
            return _own_fault(opened, value), value.is_timestamp
        except (UnfamiliarError, ValueError, IndexError):
            # Made elsewhere, in a form that is not read here.
            pass
    read = ReadSignature(opened, found)
    return integrity_fault(read), read.is_timestamp


def _own_fault(opened: OpenedFile, value: SignatureValue) -> str:
    fault = value_fault(value, reader=opened.reader, data=opened.data)
    if fault:
        return fault
    cms = parse(value.contents)
    if value.is_timestamp:
        return token_fault(cms, covered=lambda algorithm: value.digest(opened.data, algorithm))
    return signature_fault(cms, digest=value.digest(opened.data, cms.digest_algorithm))


def begins_with(path: Path, source: Path) -> bool:
    """Whether the bytes of the source are the beginning of the file."""
    with path.open("rb") as whole, source.open("rb") as start:
        while chunk := start.read(_CHUNK):
            if whole.read(len(chunk)) != chunk:
                return False
    return True


def _same_outside(path: Path, source: Path, gap: tuple[int, int]) -> bool:
    """Whether two files are equal but for the bytes of the gap."""
    if path.stat().st_size != source.stat().st_size:
        return False
    start, end = gap
    with path.open("rb") as new, source.open("rb") as old:
        return _equal(new, old, start) and new.seek(end) == old.seek(end) and _equal(new, old, None)


def _equal(new: BinaryIO, old: BinaryIO, length: int | None) -> bool:
    """Whether the next bytes are equal: so many, or all that are left."""
    left = length
    while left is None or left > 0:
        size = _CHUNK if left is None else min(_CHUNK, left)
        one, other = new.read(size), old.read(size)
        if one != other:
            return False
        if not one:
            return left is None
        left = None if left is None else left - len(one)
    return True
