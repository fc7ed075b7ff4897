"""The catalogue of units an operator loaded, kept in the data folder: ``rulebook/units.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from dossier.errors import InputNotFoundError, InputPermissionError, InputTableError
from rulebook.catalogue import NameOf, read_units, write_units
from rulebook.units import Unit
from storage.filesystem import SystemFiles, store_errors, write_private_file

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
        InputNotFoundError, InputPermissionError: it cannot be read.
        InputTableError: with the line that is wrong.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InputTableError(file.name, line=1, reason=f"tệp lớn hơn {_MOST_BYTES // 1_000_000} MB")
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputNotFoundError(str(file)) from error
    except UnicodeDecodeError as error:
        raise InputTableError(file.name, line=1, reason="không phải UTF-8") from error
    except OSError as error:
        raise InputPermissionError(str(file)) from error
    return read_units(text.splitlines(), item=file.name, names=names)
