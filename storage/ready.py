"""Statements of every filing, handed to the driver as they stand.

The library makes the text of a statement once and keeps it, and still each further execution through it costs
several times what the driver takes. So what every paper asks and adds goes past it: the text is made once for
each kind of database, and a cursor of the driver works within the transaction of the connection it is given.
Errors come as the library raises them. Values must be what drivers take as it is: text, whole numbers, bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, Final, Protocol, Self, cast

from sqlalchemy import ClauseElement, Connection, Table
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, object]
"""Of the parameters of a statement, or of the columns of a row, by name."""

Row = tuple[Any, ...]

_SERVER: Final = "postgresql"
_CURSOR: Final = "motlan_cursor"
_MOST_TOGETHER: Final = 32
"""Rows in one statement; a paper has fewer, and each number of rows is a text that the server plans."""


class _Cursor(Protocol):
    """What the cursors of both drivers have."""

    def execute(self, text: str, values: Sequence[object], /) -> object:
        """Work off a statement."""

    def executemany(self, text: str, values: Sequence[Sequence[object]], /) -> object:
        """Work off a statement for each of the values."""

    def fetchall(self) -> list[Row]:
        """All rows it gave."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement in the words of one database, and where its values come from, in order."""

    text: str
    names: tuple[str, ...]
    fixed: Values


class Ready:
    """One statement that stands ready. Safe for threads."""

    def __init__(self, statement: ClauseElement, *, columns: Sequence[str] | None = None) -> None:
        """Keep a statement.

        Args:
            statement: its parameters are single values.
            columns: those that an INSERT fills.
        """
        self._statement = statement
        self._columns = columns
        self._texts: dict[str, _Text] = {}

    def rows(self, connection: Connection, values: Values) -> list[Row]:
        """All rows of a statement that gives rows.

        Raises:
            DBAPIError: one of its kinds, as the library would raise it.
            KeyError: a value is neither given nor fixed by the statement.
        """
        return _asked(connection, *self._given(connection, values))

    def run(self, connection: Connection, values: Values) -> None:
        """Work off a statement that gives no rows.

        Raises:
            DBAPIError, KeyError: as ``rows``.
        """
        _work_off(connection, *self._given(connection, values))

    def first(self, connection: Connection, values: Values) -> Row | None:
        """The first row; nothing without one."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def scalar(self, connection: Connection, values: Values) -> Any:
        """The first value of the first row; nothing without one."""
        found = self.rows(connection, values)
        return found[0][0] if found else None

    def _given(self, connection: Connection, values: Values) -> tuple[str, list[object]]:
        text = self._texts.get(connection.dialect.name) or self._text(connection)
        return text.text, [values[name] if name in values else text.fixed[name] for name in text.names]

    def _text(self, connection: Connection) -> _Text:
        dialect = connection.dialect
        if dialect.name == _SERVER:
            # As the server itself counts parameters: the driver has nothing to translate.
            dialect = cast("type[DefaultDialect]", type(dialect))(paramstyle="numeric_dollar")
        compiled = cast("SQLCompiler", self._statement.compile(dialect=dialect, column_keys=self._columns))
        # A parameter that nobody fixed would go as NULL, which finds nothing and says nothing.
        fixed = {
            name: one.value
            for name, one in compiled.binds.items()
            if not one.required and one.value is not None
        }
        made = _Text(str(compiled), tuple(compiled.positiontup or ()), fixed)
        self._texts[connection.dialect.name] = made
        return made


class Additions:
    """Rows to be added: collected table by table, and sent together before anybody asks for them.

    A server gets them in one statement, which costs as much as two or three rows by themselves. Whoever
    collects sends before a statement whose answer could depend on one of the rows, and at the end.
    """

    def __init__(self, connection: Connection) -> None:
        """Collect for a writing transaction."""
        self.connection = connection
        self._waiting: list[tuple[Table, Sequence[Values]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: object) -> None:
        if kind is None:
            self.send()

    def add(self, table: Table, *rows: Values) -> None:
        """Collect rows of a table that fill the same columns; those that they refer to come before."""
        if rows:
            self._waiting.append((table, rows))

    def send(self) -> None:
        """Add what was collected.

        Raises:
            DBAPIError: one of its kinds, as the library would raise it.
        """
        waiting, self._waiting = self._waiting, []
        if self.connection.dialect.name == _SERVER and _is_few(waiting):
            _add_together(self.connection, waiting)
            return
        for table, rows in waiting:
            _add_rows(self.connection, table, rows)


def plain(connection: Connection, text: str) -> list[Row]:
    """Work off a statement without parameters; gives its rows. On a server it must give some.

    Raises:
        DBAPIError: one of its kinds, as the library would raise it.
    """
    return _asked(connection, text, ())


def _is_few(waiting: Sequence[tuple[Table, Sequence[Values]]]) -> bool:
    return 1 < sum(len(rows) for _, rows in waiting) <= _MOST_TOGETHER


def _add_together(connection: Connection, waiting: Sequence[tuple[Table, Sequence[Values]]]) -> None:
    """In one statement; references between its rows are checked at its end."""
    shape = tuple((table.name, tuple(rows[0]), len(rows)) for table, rows in waiting)
    given = [row[column] for _, rows in waiting for row in rows for column in rows[0]]
    _work_off(connection, _joined_text(shape), given)


def _add_rows(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    columns = tuple(rows[0])
    text = _insert_text(connection.dialect.name, table.name, columns)
    if len(rows) == 1:
        _work_off(connection, text, list(rows[0].values()))
        return
    with _Errors(connection):
        _cursor(connection).executemany(text, [[row[column] for column in columns] for row in rows])


@lru_cache(maxsize=256)
def _insert_text(kind: str, table: str, columns: tuple[str, ...]) -> str:
    marks = [f"${number}" if kind == _SERVER else "?" for number, _ in enumerate(columns, start=1)]
    return f"INSERT INTO {table} ({_quoted(columns)}) VALUES ({', '.join(marks)})"  # noqa: S608  our names


@lru_cache(maxsize=256)
def _joined_text(shape: tuple[tuple[str, tuple[str, ...], int], ...]) -> str:
    numbers = count(1)
    parts = []
    for table, columns, rows in shape:
        values = ", ".join(f"({', '.join(f'${next(numbers)}' for _ in columns)})" for _ in range(rows))
        parts.append(f"INSERT INTO {table} ({_quoted(columns)}) VALUES {values}")  # noqa: S608  our names
    before = ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(parts[:-1]))
    return f"WITH {before} {parts[-1]}" if before else parts[-1]


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _work_off(connection: Connection, text: str, values: Sequence[object]) -> None:
    with _Errors(connection):
        _cursor(connection).execute(text, values)


def _asked(connection: Connection, text: str, values: Sequence[object]) -> list[Row]:
    cursor = _cursor(connection)
    with _Errors(connection):
        cursor.execute(text, values)
        # To the last row: SQLite does not commit while a statement is half-way.
        return cursor.fetchall()


def _cursor(connection: Connection) -> _Cursor:
    """The one cursor of a connection of the driver: nobody leaves rows in it."""
    known = connection.info.get(_CURSOR)
    if known is None:
        proxied, dialect = connection.connection, connection.dialect
        if dialect.name == _SERVER:
            known = dialect.loaded_dbapi.RawCursor(proxied.dbapi_connection)
        else:
            known = proxied.cursor()
        connection.info[_CURSOR] = known
    return cast("_Cursor", known)


class _Errors:
    """Raises what the driver reports as the library does, and gives a connection up that was cut."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        dialect = self._connection.dialect
        if error is None or not isinstance(error, dialect.loaded_dbapi.Error):
            return
        driver = self._connection.connection.dbapi_connection
        is_cut = dialect.is_disconnect(error, driver, None)
        if is_cut:
            self._connection.invalidate(error)
        # Statement and values stay out: they hold names and numbers of people.
        raise DBAPIError.instance(
            None, None, error, dialect.loaded_dbapi.Error, connection_invalidated=is_cut, dialect=dialect
        ) from error
