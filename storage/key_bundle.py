"""The secrets of a data folder as one value, to be sealed: only what nothing else could make again."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Final

from dossier.keeping_errors import BackupError
from storage.filesystem import FileLayer, store_errors, write_private_file

KEY_PLACES: Final = ("store.key", "keys", "demo-pki")


def bundle(data: Path) -> bytes:
    """The secret files of a data folder with their paths.

    Raises:
        StoreError: one cannot be read.
    """
    found: dict[str, str] = {}
    with store_errors("keys"):
        for name in KEY_PLACES:
            place = data / name
            for path in (place, *sorted(place.rglob("*"))):
                if path.is_file():
                    found[path.relative_to(data).as_posix()] = base64.b64encode(path.read_bytes()).decode()
    return json.dumps(found).encode()


def unpack(content: bytes, data: Path, *, files: FileLayer) -> tuple[str, ...]:
    """Put the secret files into a data folder; gives their paths.

    Raises:
        BackupError: it is no bundle.
        StoreError: one cannot be written.
    """
    try:
        found = {str(path): base64.b64decode(text) for path, text in json.loads(content).items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise BackupError("keys.sealed", reason="không đọc được nội dung") from error
    for path, secret in found.items():
        if Path(path).parts[0] not in KEY_PLACES or ".." in Path(path).parts:
            raise BackupError("keys.sealed", reason="có đường dẫn lạ")
        place = data / path
        with store_errors(place.name):
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private_file(files, place, secret)
    return tuple(found)
