"""Two inner loops of the libraries, replaced by ones that answer the same and take a tenth of the time.

A long signature string is read at once instead of digit by digit, and the comparable form of a name
(RFC 5280, 7.1) is worked out once for each name instead of at every comparison. What is answered, and what is
refused, stays as it was: property tests compare both with the originals.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import binascii
import os
from functools import lru_cache
from typing import BinaryIO

from asn1crypto import x509
from pyhanko.pdf_utils import generic

_BLOCK = 16 * 1024
_WHITESPACE = b" \n\r\t\x00\x0c"
_NAMES_KEPT = 4096

Canonical = tuple[tuple[int, frozenset[tuple[str, str]]], ...]


_read_slowly = generic.read_hex_string_from_stream


def read_hex_string(stream: BinaryIO) -> generic.ByteStringObject | generic.TextStringObject:
    """Read a hexadecimal string (ISO 32000-1, 7.3.4.3) from its opening bracket to its closing one.

    Raises:
        PdfStreamError: something else than digits, white space and comments stands in it.
    """
    start = stream.tell()
    stream.seek(1, os.SEEK_CUR)
    parts = []
    while block := stream.read(_BLOCK):
        end = block.find(b">")
        parts.append(block if end < 0 else block[:end])
        if end >= 0:
            break
    digits = b"".join(parts)
    after = start + 1 + len(digits) + 1
    digits = digits.translate(None, _WHITESPACE)
    if block and digits.isalnum():
        try:
            value = binascii.unhexlify(digits + b"0" * (len(digits) % 2))
        except binascii.Error:
            pass
        else:
            stream.seek(after)
            return generic.pdf_string(value)
    # Whatever is unusual about it is for the original to judge.
    stream.seek(start)
    return _read_slowly(stream)


@lru_cache(_NAMES_KEPT)
def canonical(der: bytes) -> Canonical:
    """What two equal names have in common, from a DER sequence of relative names.

    Raises:
        ValueError: it holds characters that no name may have, or is no name.
    """
    return tuple(
        (len(part), frozenset((one["type"].native, one.prepped_value) for one in part))
        for part in x509.RDNSequence.load(der)
    )


@lru_cache(_NAMES_KEPT)
def _hashable(der: bytes) -> str:
    return str(x509.RDNSequence.load(der).hashable)


def _equal(self: x509.Name, other: object) -> bool:
    if not isinstance(other, x509.Name):
        return False
    return canonical(self.chosen.dump()) == canonical(other.chosen.dump())


def install() -> None:
    """Put them in the place of the originals; a second call changes nothing."""
    generic.read_hex_string_from_stream = read_hex_string
    x509.Name.__eq__ = _equal
    x509.Name.hashable = property(lambda name: _hashable(name.chosen.dump()))
