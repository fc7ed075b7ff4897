"""The catalogue of units an operator loaded, kept in the data folder: ``rulebook/units.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from dossier.errors import InputNotAFileError, InputTableError
from rulebook.catalogue import NameOf, read_units, write_units
from rulebook.units import Unit
from storage.filesystem import SystemFiles, store_errors, write_private_file
from storage.sources import display_name, input_error

_MOST_BYTES = 20_000_000


class Gazetteer:
    """The catalogue of this installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "units.csv"

    def units(self, names: NameOf) -> tuple[Unit, ...]:
        """What was loaded last; nothing where nothing was.

        Args:
            names: name of a province by its code (``Places.name_of``).

        Raises:
            InputTableError: the file in the data folder was changed by hand and is wrong.
        """
        if not self._path.exists():
            return ()
        return read_catalogue(self._path, names)

    def keep(self, units: Sequence[Unit]) -> bool:
        """Replace the catalogue as a whole; whether that changed anything.

        Raises:
            StoreError: the folder cannot be written.
        """
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(write_units(units))
        content = out.getvalue().encode("utf-8")
        with store_errors(self._folder.name):
            if self._path.exists() and self._path.read_bytes() == content:
                return False
            self._folder.mkdir(mode=0o700, exist_ok=True)
            write_private_file(SystemFiles(), self._path, content)
        return True


def read_catalogue(file: Path, names: NameOf) -> tuple[Unit, ...]:
    """Read and check a catalogue file.

    Raises:
        InputNotFoundError, InputPermissionError, InputNotAFileError, InputUnreadableError: it cannot be read.
        InputTableError: with the line that is wrong.
    """
    name = display_name(file.name)
    content = _content(file)
    if len(content) > _MOST_BYTES:
        reason = f"tệp lớn hơn {_MOST_BYTES // 1_000_000} MB, không phải danh mục đơn vị hành chính"
        raise InputTableError(name, line=1, reason=reason)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = "không phải UTF-8 (trong Excel: lưu thành kiểu CSV UTF-8)"
        raise InputTableError(name, line=line, reason=reason) from error
    return read_units(io.StringIO(text, newline=""), item=name, names=names)


def _content(file: Path) -> bytes:
    """The bytes of a regular file, also behind a link, and no more than tell that it is too large."""
    try:
        # A pipe or a device would never end.
        if file.exists() and not file.is_file():
            raise InputNotAFileError(display_name(file))
        with file.open("rb") as stream:
            return stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise input_error(error, display_name(file)) from error
