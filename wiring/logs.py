"""The log: one JSON object a line, ids and codes only, and a filter that keeps personal data out.

The technical cause of an error may quote a file name, a name or a number, so the words of other people's
errors are never written: ``kind_of`` gives their class and the place in our code instead. What still looks
like a number, a path or a quotation is blotted out before it is written.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TextIO, cast

import structlog

_NUMBER = re.compile(r"\d[\d .]{4,}\d")
_PATH = re.compile(r"/\S.*")
_QUOTED = re.compile(r"['\"\u2018\u201c].*")
_OPAQUE = frozenset({"item", "document", "batch", "note", "event", "code", "timestamp", "level"})


class Log(Protocol):
    """What callers may do with the log."""

    def info(self, event: str, **values: str | float) -> None:
        """Something worth keeping happened."""

    def warning(self, event: str, **values: str | float) -> None:
        """Something a person should look at happened."""


def kind_of(error: BaseException) -> str:
    """Class of an error and the last place in the program it passed, as ``ValueError at flows.issue:120``."""
    places = [
        frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename
    ]
    if not places:
        return type(error).__name__
    last = places[-1]
    module = ".".join(Path(last.filename).with_suffix("").parts[-2:])
    return f"{type(error).__name__} at {module}:{last.lineno}"


def without_personal_data(
    _logger: object, _method: str, entry: MutableMapping[str, object]
) -> MutableMapping[str, object]:
    """Blot out what looks like a number, a path or a quotation in everything but ids and codes."""
    for key, value in entry.items():
        if key not in _OPAQUE and isinstance(value, str):
            entry[key] = _PATH.sub("[path]", _NUMBER.sub("[number]", _QUOTED.sub("[text]", value)))
    return entry


@contextmanager
def open_log(path: Path) -> Iterator[Log]:
    """A log that appends to the file, readable by its owner only, for as long as the block runs."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    with path.open("a", encoding="utf-8", buffering=1) as file:
        yield log_to(file)


def log_to(stream: TextIO) -> Log:
    """A log that writes to a stream: one JSON object a line, in one piece."""
    return cast(
        "Log",
        structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                without_personal_data,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        ),
    )
