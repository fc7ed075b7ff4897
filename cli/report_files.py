"""Where the files go that ``motlan verify`` writes, and writing them whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dossier.errors import ArgumentError, OutputError


def report_places(report: Path, files: Sequence[Path]) -> list[Path]:
    """Where the report of each file goes.

    One file: the place that was named. Several: a folder of that name without its ending, which holds one
    report for each, named as the file; a second file of the same name gets a number.

    Args:
        report: as it was named; its ending says the form.
        files: that are verified.

    Raises:
        ArgumentError: a report would be written over a file that is verified.
    """
    if len(files) == 1:
        places = [report]
    else:
        taken: set[str] = set()
        places = [report.with_suffix("") / _free(file.stem, report.suffix, taken) for file in files]
    for place in places:
        refuse_input(place, files, option="--report")
    return places


def refuse_input(place: Path, files: Sequence[Path], *, option: str) -> None:
    """Refuse a place for a result that is one of the files to be verified.

    Raises:
        ArgumentError: it is.
    """
    if any(place.exists() and file.exists() and place.samefile(file) for file in files):
        raise ArgumentError(option, expected="một tệp khác với tệp cần kiểm tra")


def write_whole(place: Path, data: bytes) -> None:
    """Write a file so that nobody ever finds half of it; folders are made.

    Raises:
        OutputError: the place cannot be written.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".motlan-", dir=place.parent)
    except OSError as error:
        raise OutputError(str(place), cause=type(error).__name__) from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(place)
    except OSError as error:
        raise OutputError(str(place), cause=type(error).__name__) from error
    finally:
        temporary.unlink(missing_ok=True)


def _free(stem: str, suffix: str, taken: set[str]) -> str:
    name, number = f"{stem}{suffix}", 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}{suffix}"
    taken.add(name.casefold())
    return name
