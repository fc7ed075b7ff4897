"""What a file is, by its first bytes; never by its name."""

from __future__ import annotations

import stat
from pathlib import Path

from dossier.errors import (
    InputEmptyError,
    InputNotAFileError,
    InputNotFoundError,
    InputPermissionError,
    InputTypeError,
    InputUnreadableError,
)
from ocr.records import FileKind

_HEAD_BYTES = 1024
_MAGIC: tuple[tuple[bytes, FileKind], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
)


def detect_kind(path: Path, *, name: str) -> FileKind:
    """The kind of the content at ``path``; ``name`` is what messages call the file.

    Raises:
        InputNotFoundError, InputPermissionError, InputNotAFileError, InputEmptyError, InputTypeError,
        InputUnreadableError: as their names say.
    """
    head = _read_head(path, name=name)
    if not head:
        raise InputEmptyError(name)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    # ISO 32000 readers accept a header within the first 1024 bytes; scanners do put bytes before it.
    if b"%PDF-" in head and not head.startswith((b"MZ", b"PK")):
        return "pdf"
    raise InputTypeError(name)


def _read_head(path: Path, *, name: str) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputNotAFileError(name)
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except FileNotFoundError as error:
        raise InputNotFoundError(name, cause=str(error)) from error
    except PermissionError as error:
        raise InputPermissionError(name, cause=str(error)) from error
    except OSError as error:
        raise InputUnreadableError(name, cause=str(error)) from error
