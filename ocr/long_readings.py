"""Readings of long files: pages lie on the disk and come one at a time; memory does not grow with them.

A reading is one JSON object with a page on each line. What reads it whole finds an object as it always was;
what reads it line by line needs memory for one page, and the place of each line to come back to any.
"""

from __future__ import annotations

import json
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final, cast

from ocr.lazy_pages import LazyPages
from ocr.records import FileKind, FileReading, PageReading, PageReadingJson

SHORT_PAGES: Final = 64
"""Files of so many pages are held in memory; pages of longer ones come from the disk when asked for."""

_OPENED: Final = '"pages": ['
_CLOSED: Final = b"]}"


def write_reading(reading: FileReading, target: Path) -> None:
    """Write a reading, a page at a time."""
    with target.open("w", encoding="utf-8") as out:
        out.writelines(lines_of(reading))


def lines_of(reading: FileReading) -> Iterator[str]:
    """The same as pieces of text."""
    yield f'{{"kind": {json.dumps(reading.kind)}, "signed": {json.dumps(reading.signed)}, {_OPENED}'
    for place, page in enumerate(reading.readings):
        yield f"{',' if place else ''}\n{json.dumps(page.to_json(), ensure_ascii=False)}"
    yield "\n]}"


def read_reading(stream: BinaryIO, *, spool: Callable[[], BinaryIO]) -> FileReading:
    """A reading as it was written; the pages of a long one stay in a file.

    Args:
        stream: what ``write_reading`` wrote, or the same object in any other JSON form.
        spool: opens an empty file that nobody else sees and that goes away when it is closed.

    Raises:
        KeyError, TypeError, ValueError: the data is not a reading.
    """
    head = stream.readline()
    if not head.rstrip().endswith(_OPENED.encode()):
        return FileReading.from_json(json.loads(head + stream.read()))
    told = json.loads(head + _CLOSED)
    lines: list[bytes] = []
    for line in stream:
        if line.startswith(_CLOSED):
            return _reading(told, tuple(map(_page, lines)))
        if len(lines) == SHORT_PAGES:
            return _reading(told, _spooled(chain(lines, (line,), stream), spool()))
        lines.append(line)
    msg = "a reading ends early"
    raise ValueError(msg)


def kept_pages(folder: Path, name_of: Callable[[int], str], *, total: int) -> Sequence[PageReading]:
    """The pages of a long file that were kept in a folder, each in a file of its own.

    Args:
        folder: where they are; it has to stay as long as pages are asked for.
        name_of: the file of a page, counted from 1.
        total: how many there are.
    """
    return LazyPages(total, lambda place: _page((folder / name_of(place + 1)).read_bytes()))


def _reading(told: dict[str, object], readings: Sequence[PageReading]) -> FileReading:
    return FileReading(kind=cast("FileKind", told["kind"]), signed=bool(told["signed"]), readings=readings)


def _spooled(lines: Iterable[bytes], kept: BinaryIO) -> Sequence[PageReading]:
    """Every line in the file, and the place of each."""
    places = [0]
    for line in lines:
        if line.startswith(_CLOSED):
            return LazyPages(len(places) - 1, _Lines(kept, places).page)
        kept.write(line)
        places.append(places[-1] + len(line))
    kept.close()
    msg = "a reading ends early"
    raise ValueError(msg)


class _Lines:
    """Lines of a file, by their places; it is closed when nobody can ask for them any more."""

    def __init__(self, file: BinaryIO, places: Sequence[int]) -> None:
        self._file = file
        self._places = places
        self._lock = threading.Lock()
        weakref.finalize(self, file.close)

    def page(self, place: int) -> PageReading:
        begin, end = self._places[place], self._places[place + 1]
        with self._lock:
            self._file.seek(begin)
            line = self._file.read(end - begin)
        return _page(line)


def _page(line: bytes) -> PageReading:
    return PageReading.from_json(cast("PageReadingJson", json.loads(line.rstrip().rstrip(b","))))
