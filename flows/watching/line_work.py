"""The process that works on what a watch found: it has images, engine and Prefect, and ends when idle.

One JSON object a line: requests come in, progress and one answer for each go out. Nobody else talks to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from dossier.documents import DocumentState, ItemState
from dossier.errors import MotlanError
from dossier.ids import ItemId
from flows.intake import Handed
from flows.progress import Listener, Progress, Stage
from storage.hot_folder.plan import Told
from storage.inbox import Declaration
from wiring.logs import kind_of
from wiring.services import Services

HandIn = Callable[[Sequence[Path], Declaration, Path, Listener], Handed]
"""Hands files in and works on them: paths, what was said about them, the watched folder, a listener."""

READY = {"ready": True}


def work(services: Services, requests: TextIO, answers: TextIO, *, hand_in: HandIn) -> None:
    """Answer requests until there are no more.

    Args:
        services: of the installation; the store is made when there is none.
        requests: one JSON object a line.
        answers: the same.
        hand_in: does the work.
    """

    def answer(line: Mapping[str, object]) -> None:
        answers.write(json.dumps(line) + "\n")
        answers.flush()

    try:
        services.create()
    except MotlanError as error:
        answer(_error_json(error))
        return
    answer(READY)
    for request in requests:
        answer(_answered(services, json.loads(request), answer, hand_in=hand_in))


def _answered(
    services: Services,
    asked: Mapping[str, object],
    tell: Callable[[Mapping[str, object]], None],
    *,
    hand_in: HandIn,
) -> Mapping[str, object]:
    names, told = asked["names"], asked["declared"]
    if not isinstance(names, list) or not isinstance(told, dict):
        raise TypeError
    folder = Path(str(asked["folder"]))

    def listen(progress: Progress) -> None:
        if progress.stage in (Stage.DONE, Stage.REFUSED):
            tell({"step": True})

    try:
        handed = hand_in([folder / name for name in names], Declaration(**told), folder, listen)
        return {"outcomes": [asdict(outcome) for outcome in _outcomes(services, handed)]}
    except MotlanError as error:
        return _error_json(error)
    except Exception as error:  # noqa: BLE001 - the last fence: the watch must hear of it
        services.log.warning("watch.failed", cause=kind_of(error))
        return _error_json(MotlanError(cause=kind_of(error)))


def _outcomes(services: Services, handed: Handed) -> Iterator[Told]:
    """What became of every file, by its name as handed in."""
    for name, item in zip(handed.names, handed.items, strict=True):
        yield from _outcome(services, name, item)
    for row in handed.refused:
        yield Told(name=row.file, code=row.code, message=row.message)
    for name in handed.duplicates:
        yield Told(name=name, same=True)


def _outcome(services: Services, name: str, item_id: ItemId) -> Iterator[Told]:
    """Nothing for a file whose work was not finished: it is handed in again."""
    records = services.store.records
    item = records.item(item_id)
    if item.state is ItemState.QUARANTINED:
        note = services.store.quarantine.find(item.error_code, item.sha256)
        message = f"{note.message} {note.next_step}" if note else MotlanError(name).message()
        yield Told(name=name, code=item.error_code, message=message)
    elif item.state is ItemState.DONE:
        documents = records.documents_of_item(item_id)
        waiting = sum(document.state is DocumentState.WAITING for document in documents)
        yield Told(name=name, papers=len(documents), waiting=waiting)


def _error_json(error: MotlanError) -> Mapping[str, object]:
    return {"error": {"code": error.code, "item": error.item, "details": error.details}}
