"""No signed file leaves unchecked: bytes, coverage and integrity of every signature in it.

What was written is read again from the disk, by other code than wrote it: signatures in the form of our own
are taken apart in ``signing.values`` and ``signing.cms_check``, all others by the signing library.
"""

from __future__ import annotations

from pathlib import Path

from dossier.errors import SigningError, SigningRefusedError
from signing.cms_check import UnfamiliarError, parse, signature_fault, token_fault
from signing.fields import Found
from signing.integrity import integrity_fault
from signing.reading import OpenedFile, ReadSignature, frame_faults
from signing.values import SignatureValue, value_fault, value_of

_CHUNK = 1024 * 1024


def pass_gate(  # noqa: PLR0913  what was there, what was made, and how to say it
    path: Path,
    *,
    source: Path,
    earlier: tuple[str, ...],
    made: str,
    item: str,
    stamps: int | None = None,
) -> None:
    """Check a file that was just signed.

    Args:
        path: the signed file.
        source: what it was made from; must be its beginning, byte for byte.
        earlier: names of the signatures that the source had, document timestamps not counted.
        made: name of the new signature; empty when only a document timestamp was added.
        item: how to name the file.
        stamps: how many document timestamps there must be; not counted if not given.

    Raises:
        SigningRefusedError: a signature that was there before is broken.
        SigningError: the file is not what it should be.
    """
    if not _begins_with(path, source):
        raise SigningError(item, cause="the signed file does not begin with its source")
    with OpenedFile(path, item=item) as opened:
        faults = frame_faults(opened)
        names: list[str] = []
        stamped = 0
        for found in opened.found:
            fault, is_timestamp = _examine(opened, found)
            stamped += is_timestamp
            if not is_timestamp:
                names.append(found.name)
            if fault and found.name in earlier:
                reason = "chữ ký đã có trong tệp không còn nguyên vẹn"
                raise SigningRefusedError(item, reason=reason, cause=fault)
            if fault:
                raise SigningError(item, cause=f"{found.name}: {fault}")
        expected = sorted((*earlier, *((made,) if made else ())))
        if faults or sorted(names) != expected or stamps not in (None, stamped):
            raise SigningError(item, cause=f"faults {faults}, signatures {names}, timestamps {stamped}")


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


def _begins_with(path: Path, source: Path) -> bool:
    with path.open("rb") as whole, source.open("rb") as start:
        while chunk := start.read(_CHUNK):
            if whole.read(len(chunk)) != chunk:
                return False
    return True
