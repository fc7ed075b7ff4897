"""Reads the tables of working days: the project's, one a year, then the office's own on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path

from rulebook.load import Reader
from rulebook.problems import Problems
from rulebook.table_files import read_table
from rulebook.working_days import DayOff, Hours, OffKind, Span, WorkingDays

WORKDAYS_FOLDER = "workdays"
"""Folder of these tables, in the project and in an office's rulebook."""

_SATURDAY = 5


@dataclass(slots=True)
class _Book:
    off: dict[date, DayOff] = field(default_factory=dict)
    worked: set[date] = field(default_factory=set)
    hours: dict[date, Hours] = field(default_factory=dict)
    years: set[int] = field(default_factory=set)
    decided: set[int] = field(default_factory=set)


def load_working_days(*, tables: Traversable | None = None, office: Path | None = None) -> WorkingDays:
    """The calendar of this installation.

    Args:
        tables: folder of the yearly tables; those of the package when not given.
        office: an office's rulebook folder; its ``workdays/*.toml`` add years, days off (``kind = "office"``
            or any other), days worked all the same, and opening hours.

    Raises:
        RulebookError: a table is wrong; file and line are named.
    """
    book = _Book()
    own = tables or files("rulebook") / "tables" / WORKDAYS_FOLDER
    for source in _sources(own):
        _read(source, book, again=False)
    added = office / WORKDAYS_FOLDER if office is not None else None
    if added is not None and added.is_dir():
        for source in _sources(added):
            _read(source, book, again=True)
    return WorkingDays(
        off=book.off,
        worked=frozenset(book.worked),
        hours=tuple(hours for _, hours in sorted(book.hours.items())),
        years=frozenset(book.years),
        decided=frozenset(book.decided),
    )


def check_office_days(office: Path, problems: Problems) -> int:
    """Note what is wrong with an office's own tables of days; how many there are."""
    folder = office / WORKDAYS_FOLDER
    found = _sources(folder) if folder.is_dir() else []
    for source in found:
        with problems.catching(source):
            _read(source, _Book(), again=True)
    return len(found)


def _sources(folder: Traversable) -> list[Traversable]:
    tables = (entry for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return sorted(tables, key=lambda entry: entry.name)


def _read(source: Traversable, book: _Book, *, again: bool) -> None:
    """One table into the book; an office's may say again what another says."""
    reader = Reader(source, read_table(source))
    year = reader.take("year", int, default=0)
    decided = reader.take("decided", bool, default=False)
    if "year" in reader.keys():  # noqa: SIM118 - keys of a reader, not of a mapping
        if not 2000 <= year <= 2200:
            raise reader.fail("year", "cần năm từ 2000 đến 2200")
        book.years.add(year)
        if decided:
            book.decided.add(year)
    reader.take("source", str, default="")
    reader.take("verified", bool, default=False)
    for entry in reader.tables("off"):
        _add_off(entry, book, year=year, again=again)
    for entry in reader.tables("worked"):
        _add_worked(entry, book)
    for entry in reader.tables("hours"):
        found = _hours(entry)
        book.hours[found.since] = found
    reader.done()


def _add_off(reader: Reader, book: _Book, *, year: int, again: bool) -> None:
    day = _day(reader, "day")
    instead = reader.day("worked_instead")
    entry = DayOff(
        day=day,
        name_vi=reader.need("name_vi", str),
        kind=reader.choice("kind", OffKind.HOLIDAY),
        source=reader.need("source", str),
        verified=reader.need("verified", bool),
        worked_instead=instead,
    )
    reader.done()
    if year and day.year != year:
        raise reader.fail("day", f"không thuộc năm {year}")
    if day in book.off and not again:
        raise reader.fail("day", "ngày này đã có ở trên")
    if entry.kind in {OffKind.MAKE_UP, OffKind.SWAP} and day.weekday() >= _SATURDAY:
        raise reader.fail("day", "nghỉ bù và hoán đổi phải là ngày trong tuần")
    if (instead is not None) != (entry.kind is OffKind.SWAP):
        raise reader.fail("worked_instead", "cần ngày làm bù khi hoán đổi, và chỉ khi hoán đổi")
    book.worked.discard(day)
    book.off[day] = entry
    if instead is not None:
        if instead.weekday() < _SATURDAY:
            raise reader.fail("worked_instead", "ngày làm bù phải là thứ bảy hoặc chủ nhật")
        book.worked.add(instead)


def _add_worked(reader: Reader, book: _Book) -> None:
    day = _day(reader, "day")
    reader.need("name_vi", str)
    reader.need("source", str)
    reader.need("verified", bool)
    reader.done()
    book.off.pop(day, None)
    book.worked.add(day)


def _hours(reader: Reader) -> Hours:
    since = _day(reader, "since")
    texts = reader.words("spans")
    reader.done()
    try:
        spans = tuple(_span(text) for text in texts)
    except ValueError as error:
        raise reader.fail("spans", 'cần dạng "07:30-11:30"') from error
    if not spans or not _apart(spans):
        raise reader.fail("spans", "thiếu, trùng nhau hoặc sai thứ tự")
    return Hours(since, spans)


def _span(text: str) -> Span:
    begins, _, ends = text.partition("-")
    return Span(time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip()))


def _apart(spans: Sequence[Span]) -> bool:
    forward = all(
        span.begins < span.ends and span.begins.tzinfo is span.ends.tzinfo is None for span in spans
    )
    return forward and all(one.ends <= other.begins for one, other in pairwise(spans))


def _day(reader: Reader, key: str) -> date:
    day = reader.day(key)
    if day is None:
        raise reader.fail(key, "thiếu")
    return day
