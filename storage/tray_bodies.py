"""Trays, their files and pages as rows, and back again."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import Connection, Row

from dossier.coaching import Advice
from dossier.geometry import Box
from dossier.ids import BatchId, ItemId, Sha256
from dossier.trays import (
    FileState,
    ScanState,
    Tray,
    TrayFile,
    TrayPage,
    TrayState,
    TrayTrouble,
    TrayWish,
)
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.vault import vault_of


def tray_place(tray: str) -> str:
    """What the owner of a tray is bound to."""
    return f"trays/{tray}/told"


def file_id(tray: str, number: int) -> str:
    """The row of a file."""
    return f"{tray}/{number}"


def file_place(row: str) -> str:
    """What name and key of a file are bound to."""
    return f"tray_files/{row}/told"


def page_id(tray: str, file: int, number: int) -> str:
    """The row of a page."""
    return f"{tray}/{file}/{number}"


def tray_row(connection: Connection, tray: Tray) -> dict[str, object]:
    """A tray as its row."""
    return {
        "id": tray.id,
        "actor": tray.actor,
        "dossier": tray.dossier,
        "procedure": tray.procedure,
        "told": vault_of(connection).seal(canonical_json({"owner": tray.owner}), place=tray_place(tray.id)),
        "began_at": moment_to_text(tray.began_at),
        "revision": tray.revision,
        "next_file": 1,
        **tray_columns({name: getattr(tray, name) for name in _TRAY}),
    }


def tray_columns(values: Mapping[str, object]) -> dict[str, object]:
    """Attributes of a tray that change, as columns."""
    return dict(_TRAY[name](value) for name, value in values.items())


def file_columns(values: Mapping[str, object]) -> dict[str, object]:
    """Attributes of a file that change, as columns."""
    return dict(_FILE[name](value) for name, value in values.items())


def file_row(connection: Connection, file: TrayFile) -> dict[str, object]:
    """A file as its row."""
    row = file_id(file.tray, file.number)
    told = canonical_json({"name": file.name, "key": base64.b64encode(file.key).decode("ascii")})
    return {
        "id": row,
        "tray_id": file.tray,
        "number": file.number,
        "told": vault_of(connection).seal(told, place=file_place(row)),
        "size": file.size,
        "sha256": file.sha256,
        **file_columns({name: getattr(file, name) for name in _FILE}),
    }


def page_row(page: TrayPage) -> dict[str, object]:
    """A page as its row."""
    return {
        "id": page_id(page.tray, page.file, page.number),
        "tray_id": page.tray,
        "file": page.file,
        "number": page.number,
        "place": page.place,
        "back": int(page.back),
        "width": page.width,
        "height": page.height,
        "advice": _advice_text(page.advice),
    }


def tray_of(connection: Connection, row: Row[Any]) -> Tray:
    """The tray of a row."""
    told = json.loads(vault_of(connection).unseal(row.told, place=tray_place(row.id)))
    return Tray(
        id=row.id,
        actor=row.actor,
        dossier=row.dossier,
        procedure=row.procedure,
        owner=told["owner"],
        papers=row.papers,
        pages=row.pages,
        state=TrayState(row.state),
        trouble=_trouble(row.trouble),
        tries=row.tries,
        failures=row.failures,
        batch=BatchId(row.batch_id) if row.batch_id else None,
        scan=row.scan_id,
        scan_state=ScanState(row.scan_state),
        scan_trouble=_trouble(row.scan_trouble),
        wish=TrayWish(**json.loads(row.wish)),
        advice=_advice(row.advice),
        began_at=moment_from_text(row.began_at),
        changed_at=moment_from_text(row.changed_at),
        revision=row.revision,
    )


def file_of(connection: Connection, row: Row[Any]) -> TrayFile:
    """The file of a row."""
    told = json.loads(vault_of(connection).unseal(row.told, place=file_place(row.id)))
    return TrayFile(
        tray=row.tray_id,
        number=row.number,
        name=told["name"],
        key=base64.b64decode(told["key"]),
        size=row.size,
        sha256=Sha256(row.sha256),
        state=FileState(row.state),
        trouble=_trouble(row.trouble),
        looked=bool(row.looked),
        done=row.done,
        total=row.total,
        item=ItemId(row.item_id) if row.item_id else None,
    )


def page_of(row: Row[Any]) -> TrayPage:
    """The page of a row."""
    return TrayPage(
        tray=row.tray_id,
        file=row.file,
        number=row.number,
        place=row.place,
        back=bool(row.back),
        width=row.width,
        height=row.height,
        advice=_advice(row.advice),
    )


def _trouble_text(trouble: object) -> str:
    return canonical_json(_plain(trouble)) if isinstance(trouble, TrayTrouble) else ""


def _plain(trouble: TrayTrouble) -> dict[str, object]:
    return {"code": trouble.code, "item": trouble.item, "details": dict(trouble.details)}


def _trouble(text: str) -> TrayTrouble | None:
    return TrayTrouble(**json.loads(text)) if text else None


def _wish_text(wish: object) -> str:
    return canonical_json(asdict(wish)) if isinstance(wish, TrayWish) else "{}"


def _advice_text(advice: object) -> str:
    told = [one for one in advice if isinstance(one, Advice)] if isinstance(advice, Sequence) else []
    return canonical_json([_told(one) for one in told])


def _told(one: Advice) -> list[object]:
    box = [one.box.left, one.box.top, one.box.right, one.box.bottom] if one.box else None
    # Moved by a hair, so that whole numbers stay what they are as text, too.
    return [one.code, one.page, f"{one.value:.4f}", box, one.about]


def _advice(text: str) -> tuple[Advice, ...]:
    return tuple(
        Advice(code=code, page=page, value=float(value), box=Box(*box) if box else None, about=about)
        for code, page, value, box, about in json.loads(text or "[]")
    )


def _same(name: str) -> Callable[[object], tuple[str, object]]:
    return lambda value: (name, value)


def _as(name: str, make: Callable[[object], object]) -> Callable[[object], tuple[str, object]]:
    return lambda value: (name, make(value))


_TRAY: Final[Mapping[str, Callable[[Any], tuple[str, object]]]] = {
    "papers": _same("papers"),
    "pages": _same("pages"),
    "state": _as("state", str),
    "trouble": _as("trouble", _trouble_text),
    "tries": _same("tries"),
    "failures": _same("failures"),
    "batch": _as("batch_id", lambda batch: batch or ""),
    "scan": _same("scan_id"),
    "scan_state": _as("scan_state", str),
    "scan_trouble": _as("scan_trouble", _trouble_text),
    "wish": _as("wish", _wish_text),
    "advice": _as("advice", _advice_text),
    "changed_at": lambda at: ("changed_at", moment_to_text(at)),
}
_FILE: Final[Mapping[str, Callable[[Any], tuple[str, object]]]] = {
    "state": _as("state", str),
    "trouble": _as("trouble", _trouble_text),
    "looked": _as("looked", lambda looked: int(bool(looked))),
    "done": _same("done"),
    "total": _same("total"),
    "item": _as("item_id", lambda item: item or ""),
}
