"""Writing DER (ITU-T X.690) for the few structures that are made thousands of times."""

from __future__ import annotations

from datetime import UTC, datetime

INTEGER, OCTETS, NULL, OID = 0x02, 0x04, 0x05, 0x06
SEQUENCE, SET, TIME = 0x30, 0x31, 0x18
_SHORT = 0x80


def tlv(tag: int, *parts: bytes) -> bytes:
    """One value: tag, length, the parts joined."""
    body = b"".join(parts)
    if len(body) < _SHORT:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, _SHORT | len(length))) + length + body


def integer(value: int) -> bytes:
    """A number that is not negative."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """An object identifier, ``1.2.840…``."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    return tlv(OID, *(_base128(part) for part in (40 * first + second, *rest)))


def set_of(*members: bytes) -> bytes:
    """A SET OF, in the order that DER asks for."""
    return tlv(SET, *sorted(members))


def generalized_time(moment: datetime) -> bytes:
    """A moment in UTC, whole seconds."""
    return tlv(TIME, moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode("ascii"))


def _base128(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(0x80 | value & 0x7F)
    return bytes(reversed(digits))
