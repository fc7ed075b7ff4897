"""The file in an office's rulebook that keeps the national catalogue with all its editions."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any, Final

from dossier.errors import RulebookError
from rulebook.national_catalogue import Edition, History, Kept, Listed, ListedComponent

CATALOGUE_FOLDER: Final = "catalogue"
"""Folder of the catalogue in an office's rulebook."""

CATALOGUE_FILE: Final = "national.json"

FORMAT: Final = 1
"""Of the file; another number is refused."""

_MOST_BYTES: Final = 256 * 1024 * 1024


def load_history(office: Traversable) -> History:
    """The catalogue an office has imported; empty when it never did.

    Args:
        office: its rulebook folder.

    Raises:
        RulebookError: the file cannot be read, is damaged or of another format.
    """
    source = office / CATALOGUE_FOLDER / CATALOGUE_FILE
    if not source.is_file():
        return History()
    try:
        with source.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise RulebookError(source.name, line=0, reason="tệp danh mục quá lớn")
        return from_json(content.decode(), item=source.name)
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(source.name, line=0, reason="không đọc được tệp danh mục") from error


def to_json(history: History) -> str:
    """The history as the file that keeps it; the same history gives the same text."""
    told = {
        "format": FORMAT,
        "editions": [
            {
                "name": edition.name,
                "counts_from": edition.counts_from.isoformat(),
                "imported": edition.imported.isoformat(),
                "sha256": edition.sha256,
            }
            for edition in history.editions
        ],
        "procedures": {
            code: [_kept_json(kept) for kept in versions]
            for code, versions in sorted(history.versions.items())
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"


def from_json(text: str, *, item: str) -> History:
    """The history of a file.

    Args:
        text: of the file.
        item: its name, for errors.

    Raises:
        RulebookError: it is damaged or of another format.
    """
    try:
        told: Any = json.loads(text)
        if told["format"] != FORMAT:
            raise RulebookError(item, line=1, reason="phiên bản tệp danh mục không đọc được")
        editions = tuple(
            Edition(
                name=str(one["name"]),
                counts_from=date.fromisoformat(one["counts_from"]),
                imported=date.fromisoformat(one["imported"]),
                sha256=str(one["sha256"]),
            )
            for one in told["editions"]
        )
        versions = {
            str(code): tuple(_kept(str(code), one) for one in kept)
            for code, kept in told["procedures"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        raise RulebookError(
            item, line=line, reason="tệp danh mục quốc gia bị hỏng; nạp lại danh mục"
        ) from error
    return History(editions, versions)


def _kept_json(kept: Kept) -> dict[str, object]:
    listed = kept.listed
    return {
        "first": kept.first.isoformat(),
        "last": kept.last.isoformat() if kept.last else None,
        "edition": kept.edition,
        "name": listed.name_vi,
        "field": listed.field_vi,
        "components": [
            [component.code, component.name_vi, list(component.types), list(component.results)]
            for component in listed.components
        ],
    }


def _kept(code: str, told: Any) -> Kept:
    first = date.fromisoformat(told["first"])
    last = date.fromisoformat(told["last"]) if told["last"] is not None else None
    components = tuple(
        ListedComponent(str(own), str(name), tuple(map(str, types)), tuple(map(str, results)))
        for own, name, types, results in told["components"]
    )
    listed = Listed(
        code=code,
        name_vi=str(told["name"]),
        field_vi=str(told["field"]),
        valid_from=first,
        valid_to=last,
        components=components,
    )
    return Kept(first=first, last=last, edition=str(told["edition"]), listed=listed)
