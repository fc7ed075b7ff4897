"""Frozen records to JSON and back, by their types: for reports that are kept, never for what others send.

Known are texts, numbers, booleans, aware moments, days, enumerations, tuples of one type, optional values and
records of these. A record with anything else cannot be written, which shows when it is first tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
_Reader = Callable[[Any], Any]


def to_plain(value: object) -> object:
    """What JSON can hold of a record or a part of one.

    Raises:
        TypeError: it holds something that is not known here.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [to_plain(one) for one in value]
    if value is None or isinstance(value, str | int | float):
        return value
    msg = f"a {type(value).__name__} cannot be kept"
    raise TypeError(msg)


def from_plain(kind: type[Record], plain: object) -> Record:
    """The record of that type.

    Args:
        kind: a frozen dataclass.
        plain: what ``to_plain`` made of one.

    Raises:
        ValueError: it is not what ``to_plain`` makes of such a record.
    """
    try:
        record: Record = _reader(kind)(plain)  # type: ignore[arg-type]  # types are hashable
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(str(error)) from error
    return record


@cache
def _reader(kind: Any) -> _Reader:  # noqa: PLR0911 - one answer for each kind of type
    """How a type is read; worked out once."""
    origin = get_origin(kind)
    if origin is Literal:
        return _literal(get_args(kind))
    if origin in {Union, UnionType}:
        return _optional(kind)
    if origin is tuple:
        return _tuple(kind)
    if kind in {datetime, date}:
        return _moment(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if is_dataclass(kind):
        return _record(kind)
    if kind in {str, int, float, bool}:
        return _exact(kind)
    msg = f"{kind} cannot be kept"
    raise TypeError(msg)


def _record(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    readers = {one.name: _reader(hints[one.name]) for one in fields(kind)}

    def read(plain: Any) -> Any:
        if plain.keys() != readers.keys():
            msg = f"not the parts of a {kind.__name__}"
            raise ValueError(msg)
        return kind(**{name: reader(plain[name]) for name, reader in readers.items()})

    return read


def _tuple(kind: Any) -> _Reader:
    inner, more = get_args(kind)
    if more is not Ellipsis:
        msg = f"{kind} cannot be kept"
        raise TypeError(msg)
    reader = _reader(inner)
    return lambda plain: tuple(reader(one) for one in plain)


def _optional(kind: Any) -> _Reader:
    inner = [one for one in get_args(kind) if one is not NoneType]
    if len(inner) != 1:
        msg = f"{kind} cannot be kept"
        raise TypeError(msg)
    reader = _reader(inner[0])
    return lambda plain: None if plain is None else reader(plain)


def _literal(values: tuple[object, ...]) -> _Reader:
    def read(plain: Any) -> Any:
        if plain not in values:
            msg = f"{plain!r} is none of {values}"
            raise ValueError(msg)
        return plain

    return read


def _moment(kind: type[datetime | date]) -> _Reader:
    return kind.fromisoformat


def _exact(kind: type) -> _Reader:
    def read(plain: Any) -> Any:
        if type(plain) is not kind:
            msg = f"{plain!r} is no {kind.__name__}"
            raise ValueError(msg)
        return plain

    return read
