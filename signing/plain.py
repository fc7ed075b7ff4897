"""Records as plain JSON values."""

from __future__ import annotations

import base64
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any


def plain(record: Any, *, binary: bool = False) -> dict[str, object]:
    """The fields of a dataclass, and of those inside it, as JSON values.

    Times become ISO 8601 in UTC; empty values stay, so that every record of a kind has the same keys.

    Args:
        record: a dataclass.
        binary: whether fields of bytes are given, in base64; otherwise they are left out.
    """
    return {
        one.name: _value(getattr(record, one.name), binary=binary)
        for one in fields(record)
        if binary or not isinstance(getattr(record, one.name), bytes)
    }


def _value(value: object, *, binary: bool) -> object:
    if isinstance(value, tuple):
        return [_value(one, binary=binary) for one in value]
    if is_dataclass(value):
        return plain(value, binary=binary)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
