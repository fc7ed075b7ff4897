"""Records as plain JSON values."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any


def plain(record: Any) -> dict[str, object]:
    """The fields of a dataclass, and of those inside it, as JSON values.

    Times become ISO 8601 in UTC; empty values stay, so that every record of a kind has the same keys.
    """
    return {one.name: _value(getattr(record, one.name)) for one in fields(record)}


def _value(value: object) -> object:
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    if is_dataclass(value):
        return plain(value)
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
