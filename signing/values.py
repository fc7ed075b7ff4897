"""Signature values as the signing library writes them, read straight from the bytes of a file.

Its general reader takes a ``/Contents`` digit by digit, which costs more than making the signature. Here one
pattern matches the whole object and nothing else, so there is no second way to read it; an object of another
form is left to the general reader.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.structure import Buffer, end_marks, signature_faults

_OBJECT = re.compile(
    rb"(\d+) (\d+) obj\n<<\n/Contents <((?:[0-9A-Fa-f]{2})+)>\n"
    rb"/ByteRange \[0 (\d{1,12}) (\d{1,12}) (\d{1,12})\] *\n"
    rb"/Type /(Sig|DocTimeStamp)\n/Filter /Adobe\.PPKLite\n"
    rb"/SubFilter /(?:ETSI\.CAdES\.detached|ETSI\.RFC3161)\n"
    rb"(?:/M \([^()]{0,80}\)\n)?>>\nendobj\n"
)
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureValue:
    """One signature value.

    Attributes:
        contents: the CMS and the zeros after it.
        is_timestamp: whether it is a document timestamp.
        gap: where the string stands that it does not cover: start, end.
        length: how many bytes from the start of the file it spans.
        revision: number of the revision that wrote it last, from 0.
    """

    contents: bytes
    is_timestamp: bool
    gap: tuple[int, int]
    length: int
    revision: int

    def digest(self, data: Buffer, algorithm: hashes.HashAlgorithm) -> bytes:
        """Digest of the bytes that it covers."""
        digest = hashlib.new(algorithm.name)
        for start, end in ((0, self.gap[0]), (self.gap[1], self.length)):
            for at in range(start, end, _CHUNK):
                digest.update(data[at : min(at + _CHUNK, end)])
        return digest.digest()


def value_of(
    field: generic.DictionaryObject, *, reader: PdfFileReader, data: Buffer
) -> SignatureValue | None:
    """The value of a filled field; ``None`` if it is of another form.

    Args:
        field: from ``reader``.
        reader: of the file.
        data: its bytes.
    """
    reference = field.raw_get("/V")
    if not isinstance(reference, generic.IndirectObject):
        return None
    at = reader.xrefs[reference.reference]
    found = _OBJECT.match(data, at) if isinstance(at, int) else None
    if found is None or (int(found[1]), int(found[2])) != (reference.idnum, reference.generation):
        return None
    first, gap_end, tail = int(found[4]), int(found[5]), int(found[6])
    if (first, gap_end) != (found.start(3) - 1, found.end(3) + 1):
        return None
    return SignatureValue(
        contents=bytes.fromhex(found[3].decode("ascii")),
        is_timestamp=found[7] == b"DocTimeStamp",
        gap=(first, gap_end),
        length=gap_end + tail,
        revision=reader.xrefs.get_last_change(reference.reference),
    )


def value_fault(value: SignatureValue, *, reader: PdfFileReader, data: Buffer) -> str:
    """What is wrong with the bytes around a value; empty if it covers its revision, all of it and no more."""
    tail = value.length - value.gap[1]
    faults = signature_faults(data, byte_range=(0, *value.gap, tail), contents=value.contents)
    if faults:
        return ", ".join(faults)
    end = b"startxref\n%d\n%%%%EOF\n" % reader.xrefs.get_startxref_for_revision(value.revision)
    if data[max(0, value.length - len(end)) : value.length] != end:
        return "coverage"
    later = reader.xrefs.total_revisions - 1 - value.revision
    return "" if end_marks(data, value.length) == later else "revisions"
