"""The flat rows of dossiers added up place by place, as of one moment; see ``rulebook.place_count``.

One statement for each office of each level reads the rows in the order they are kept in: no sorting, and a
period costs what lies in it, however many years there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Result,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
    tuple_,
)

from dossier.handling import Channel, OfficeLevel
from dossier.moments import micros
from rulebook.place_count import ALWAYS, MARKS, PlaceCount, Unpromised
from rulebook.time_limits import Punctuality
from storage.database import Database
from storage.dossier_counts import Recounted, compare_all, recount_all
from storage.schema import dossier_count_marks, dossier_counts

Place = tuple[str, OfficeLevel, str]
"""Office, level, and month as ``2026-11``."""
Span = tuple[str, OfficeLevel, date, date]
"""Office, level, first and last day of reception."""

_C: Final = dossier_counts.c
_PERIOD: Final = and_(
    _C.office == bindparam("office"),
    _C.level == bindparam("level"),
    _C.day >= bindparam("first"),
    _C.day <= bindparam("last"),
)
_NEXT_PLACE: Final = (
    select(_C.office, _C.level)
    .where(tuple_(_C.office, _C.level) > tuple_(bindparam("office"), bindparam("level")))
    .order_by(_C.office, _C.level)
    .limit(1)
)
_UNPROMISED: Final = _C.promised_at.is_(None) & (_C.twice == 0)
_UNPROMISED_ROWS: Final = select(_C.procedure, _C.day, _C.received_at, _C.until, _C.ended, _C.taken).where(
    _PERIOD, _UNPROMISED
)


def _count(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.count().filter(condition).label(name)


def _list(column: ColumnElement[Any], name: str) -> ColumnElement[str]:
    return func.aggregate_strings(cast(column, Text), ",").label(name)


def _when(condition: ColumnElement[bool], column: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((condition, column), else_=None)


_OVERDUE: Final = _C.overdue_from < bindparam("now")
_KNOWN: Final = _C.applicant_ref != ""
_SUMS: Final = select(
    func.count().label("dossiers"),
    *(func.sum(_C[mark]).label(mark) for mark in MARKS),
    func.count(_C.late).label("judged"),
    func.sum(_C.late).label("late"),
    *(_count(_C.channel == channel.value, f"channel_{channel.value}") for channel in Channel),
    *(_count(_C.punctuality == kind.value, f"kind_{kind.value}") for kind in Punctuality),
    _count(_C.ended == 0, "open"),
    _count((_C.ended == 0) & _OVERDUE, "open_late"),
    _count(_C.officer_ref != "", "by_officers"),
    _count(_UNPROMISED, "unpromised"),
    _list(_when(_C.officer_ref != "", _C.officer_ref), "officers"),
    _list(_C.waited, "waiting"),
    _list(_C.handling, "handling"),
    _list(_when(_KNOWN, _C.applicant_ref), "people"),
    _list(_when(_KNOWN & (_C.again == 1), _C.applicant_ref), "again"),
    _list(_when(_C.ended == 0, _C.overdue_from), "overdue"),
).where(_PERIOD)


class SqlCounts:
    """The counted rows of dossiers. Safe for threads."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def places(
        self,
        first: date,
        last: date,
        *,
        now: datetime,
        covers: Callable[[str, OfficeLevel], bool],
        procedures: Sequence[str] | None = None,
    ) -> Iterator[PlaceCount]:
        """The sums of dossiers received in a period, from one state of the database.

        Args:
            first: first day of reception in Vietnam.
            last: last day, included.
            now: the moment open dossiers are looked at, aware.
            covers: which places are wanted.
            procedures: short codes; nothing for all.
        """
        period = {"first": first.isoformat(), "last": last.isoformat()}
        with self._database.reading() as connection:
            for office, level in _places(connection):
                if covers(office, OfficeLevel(level)):
                    values = {**period, "office": office, "level": level, "now": micros(now)}
                    place = _Place(connection, values, procedures).count()
                    if place is not None:
                        yield place

    def marks(self, first: date, last: date) -> Mapping[Place, int]:
        """How often the counted rows of each month and place changed, of the months that a period touches."""
        columns = dossier_count_marks.c
        wanted = select(dossier_count_marks).where(
            columns.month >= f"{first:%Y-%m}", columns.month <= f"{last:%Y-%m}"
        )
        with self._database.reading() as connection:
            return {
                (row.office, OfficeLevel(row.level), row.month): row.version
                for row in connection.execute(wanted.order_by(columns.month, columns.office, columns.level))
            }

    def spans(
        self, wanted: Iterable[Span], *, procedures: Sequence[str] | None = None
    ) -> Iterator[tuple[Span, PlaceCount, Sequence[int]] | None]:
        """The sums of spans, whatever moment they are looked at.

        Args:
            wanted: office, level, first and last day.
            procedures: short codes; nothing for all.

        Returns:
            The span, its sums with every open dossier in time, and since when each open one is overdue, in
            microseconds; nothing for a span without a dossier.
        """
        with self._database.reading() as connection:
            for span in wanted:
                office, level, first, last = span
                values: dict[str, object] = {
                    "office": office,
                    "level": level.value,
                    "first": first.isoformat(),
                    "last": last.isoformat(),
                    # Nothing is overdue before the beginning.
                    "now": ALWAYS,
                }
                place = _Place(connection, values, procedures)
                count = place.count()
                yield None if count is None else (span, count, place.overdue)

    def recount(self, *, told: Callable[[int], None]) -> Recounted:
        """Make rows anew that do not say what the facts say; ``told`` how many dossiers were looked at."""
        return recount_all(self._database.writing, told=told)

    def compare(self, *, told: Callable[[int], None]) -> Recounted:
        """Count rows that do not say what the facts say; changes nothing."""
        return compare_all(self._database, told=told)


class _Place:
    """One office of one level in a period."""

    def __init__(
        self, connection: Connection, values: dict[str, object], procedures: Sequence[str] | None
    ) -> None:
        self._connection = connection
        self._values = values
        self._procedures = procedures
        self.overdue: Sequence[int] = ()
        """Since when each open dossier is, where the row itself tells; once they were counted."""

    def count(self) -> PlaceCount | None:
        """The sums; nothing when no dossier is there."""
        told = self._run(_SUMS).mappings().one()
        if not told["dossiers"]:
            return None
        self.overdue = [int(moment) for moment in _split(told["overdue"])]
        return PlaceCount(
            office=str(self._values["office"]),
            level=OfficeLevel(str(self._values["level"])),
            dossiers=told["dossiers"],
            met={mark: told[mark] for mark in MARKS},
            ended=told["judged"],
            late=told["late"] or 0,
            channels={channel: told[f"channel_{channel.value}"] for channel in Channel},
            punctuality={kind: told[f"kind_{kind.value}"] for kind in Punctuality},
            open_in_time=told["open"] - told["open_late"],
            open_late=told["open_late"],
            by_officers=told["by_officers"],
            officers=frozenset(_split(told["officers"])),
            people=frozenset(_split(told["people"])),
            again=frozenset(_split(told["again"])),
            waiting=_counted(told["waiting"]),
            handling=_counted(told["handling"]),
            unpromised=self._unpromised() if told["unpromised"] else (),
        )

    def _unpromised(self) -> Sequence[Unpromised]:
        return self._run(_UNPROMISED_ROWS).all()

    def _run(self, query: Select[*tuple[Any, ...]]) -> Result[*tuple[Any, ...]]:
        if self._procedures is not None:
            query = query.where(_C.procedure.in_(self._procedures))
        return self._connection.execute(query, self._values)


def _places(connection: Connection) -> Iterator[tuple[str, str]]:
    """Offices and levels that have any dossier, each found by one look into the index."""
    place = ("", "")
    while True:
        values = {"office": place[0], "level": place[1]}
        row = connection.execute(_NEXT_PLACE, values).first()
        if row is None:
            return
        place = (row.office, row.level)
        yield place


def _split(text: str | None) -> Sequence[str]:
    return text.split(",") if text else ()


def _counted(text: str | None) -> Mapping[int, int]:
    """How often each number stands in a list; numbers are made of the few different ones only."""
    return {int(number): times for number, times in Counter(_split(text)).items()}
