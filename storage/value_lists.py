"""Statements with a list of values, asked many times a second.

``IN (…)`` has another text for each length of its list, which the library would make and a server plan anew
each time. So lists are filled up to a power of two, which leaves few texts, and each text is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar

from sqlalchemy import CompoundSelect, Connection, CursorResult, Row, Select

Value = TypeVar("Value", bound=str)

MOST_VALUES: Final = 512
"""In one list; what is more is asked in several statements."""

_NO_LISTS: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})


def padded(values: Iterable[Value]) -> list[list[Value]]:
    """The different values in lists, each filled up with its last value to a power of two."""
    left = sorted(set(values))
    lists = [left[start : start + MOST_VALUES] for start in range(0, len(left), MOST_VALUES)]
    return [each + each[-1:] * ((1 << (len(each) - 1).bit_length()) - len(each)) for each in lists]


class ListStatement:
    """A statement whose parameters are all lists of texts (expanding). Safe for threads."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        """Keep the texts of a statement."""
        self._statement = statement
        self._texts: dict[tuple[str, tuple[tuple[str, int], ...]], tuple[str, tuple[str, ...]]] = {}

    def rows(
        self,
        connection: Connection,
        name: str,
        values: Iterable[str],
        besides: Mapping[str, Sequence[str]] = _NO_LISTS,
    ) -> list[Row[Any]]:
        """All rows for the values, in as many statements as it takes; no values have no rows.

        Args:
            connection: that reads.
            name: of the parameter the values are for.
            values: any number.
            besides: the other parameters, the same in each statement; padded by the caller.
        """
        return [row for some in padded(values) for row in self._asked(connection, {name: some, **besides})]

    def _asked(self, connection: Connection, lists: Mapping[str, Sequence[str]]) -> CursorResult[Any]:
        lengths = tuple((name, len(values)) for name, values in lists.items())
        known = self._texts.get((connection.dialect.name, lengths))
        if known is None:
            known = self._texts[connection.dialect.name, lengths] = self._text(connection, lists)
        text, positions = known
        told = {
            f"{name}_{place}": value
            for name, values in lists.items()
            for place, value in enumerate(values, start=1)
        }
        given = tuple(told[position] for position in positions) if positions else told
        return connection.exec_driver_sql(text, given)

    def _text(
        self, connection: Connection, lists: Mapping[str, Sequence[str]]
    ) -> tuple[str, tuple[str, ...]]:
        """The text in the words of the database, and its parameters in order where it counts them."""
        compiled = self._statement.params(**lists).compile(
            dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
        )
        return str(compiled), tuple(compiled.positiontup or ())
