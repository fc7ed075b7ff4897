"""Signatures and timestamps cut out of a file by their byte range, without any PDF library.

What an independent verifier needs: the bytes that were signed, and the token that signs them. Read by pattern
from the bytes alone, so that nothing of our own reader takes part in the comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from asn1crypto import cms

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_STAMP = "signature_time_stamp_token"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One CMS or RFC 3161 token with the bytes it speaks for.

    Attributes:
        kind: a signature, the timestamp inside one, or a document timestamp.
        der: the token.
        data: what it signs.
    """

    kind: str
    der: bytes
    data: bytes

    @property
    def is_timestamp(self) -> bool:
        """Whether it is an RFC 3161 token."""
        return self.kind != "signature"


def cut_out(data: bytes) -> tuple[Token, ...]:
    """Every token of a file, in the order of the file.

    Raises:
        ValueError: a token is no CMS, or a byte range lies outside the file.
    """
    return tuple(token for match in _RANGE.finditer(data) for token in _tokens(data, match))


def _tokens(data: bytes, match: re.Match[bytes]) -> Iterator[Token]:
    start, before, behind, length = (int(part) for part in match.groups())
    if behind + length > len(data) or behind < before:
        msg = "byte range outside the file"
        raise ValueError(msg)
    signed = data[start : start + before] + data[behind : behind + length]
    digits = data[start + before : behind].strip().removeprefix(b"<").removesuffix(b">")
    der = _without_padding(bytes.fromhex(digits.decode("ascii")))
    message = cms.ContentInfo.load(der)["content"]
    if message["encap_content_info"]["content_type"].dotted == _TST_INFO:
        yield Token(kind="document timestamp", der=der, data=signed)
        return
    yield Token(kind="signature", der=der, data=signed)
    signer = message["signer_infos"][0]
    for attribute in signer["unsigned_attrs"]:
        if attribute["type"].native == _STAMP:
            for stamp in attribute["values"]:
                yield Token(kind="signature timestamp", der=stamp.dump(), data=signer["signature"].native)


def _without_padding(padded: bytes) -> bytes:
    """The first DER value; the container is filled up with zeros behind it."""
    if len(padded) < 2 or padded[1] < 0x80:
        return padded[: 2 + padded[1]] if len(padded) >= 2 else padded
    digits = padded[1] & 0x7F
    return padded[: 2 + digits + int.from_bytes(padded[2 : 2 + digits], "big")]
