"""Take a batch in so that it is work at once; where others do the work, wait until they have done it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from dossier.documents import ItemState
from dossier.ids import ItemId
from dossier.work import Lane
from dossier.work_errors import WorkFullError
from flows.intake import Handed, take_in
from flows.progress import Listener, Progress, Stage
from flows.review import redeclare
from storage.inbox import Declaration
from storage.work_rows import Owed
from wiring.services import Services

_COME_AGAIN_SECONDS: Final = 60
_LOOK_SECONDS: Final = 1.0


def take_in_as_said(
    services: Services, paths: Sequence[Path], *, declared: Declaration, base: Path | None, owed: Owed
) -> Handed:
    """Take files in as work, with the owner that was said now. Only inside ``writing``.

    Raises:
        StoreFullError: the disk is nearly full.
        WorkFullError: too much waits already; what is in work is not counted twice when handed in again.
    """
    services.need_room()
    need_room_in_line(services, lane=owed.lane)
    handed = take_in(services, paths, declared=declared, base=base, owed=owed)
    if declared.owner:
        # Said now, forgotten when the same files were handed in before.
        for item in handed.items:
            redeclare(services, item, declared.owner)
    return handed


def need_room_in_line(services: Services, *, lane: Lane) -> None:
    """Refuse more work than can be done soon: half of the line is the counter's alone.

    Raises:
        WorkFullError: nothing was kept; come again later.
    """
    most = services.settings.work.most_waiting
    if lane is Lane.BACKLOG:
        most = max(1, most // 2)
    if not services.store.records.work.has_room(most=most):
        raise WorkFullError(str(most), seconds=_COME_AGAIN_SECONDS)


def accept(  # noqa: PLR0913  what a call says
    services: Services,
    paths: Sequence[Path],
    *,
    declared: Declaration,
    lane: Lane,
    listen: Listener,
    base: Path | None = None,
    wait: bool = True,
    pause: Callable[[float], None] = time.sleep,
) -> Handed:
    """Take files in and wait until workers elsewhere have brought every one of them to rest.

    Whoever waits may go away: the batch is work from the moment that it was taken in.

    Args:
        services: of this installation.
        paths: files and folders.
        declared: what they are handed in for.
        lane: who waits for them.
        listen: hears of each file that came to rest.
        base: a folder above all paths, below which the names of files begin.
        wait: until all are at rest; else what was taken in is given back at once.
        pause: waits that many seconds.

    Raises:
        WorkFullError, StoreError.
    """
    with services.writing():
        handed = take_in_as_said(services, paths, declared=declared, base=base, owed=Owed(lane=lane))
    work = services.looking.records.work
    waiting = work.open_items(handed.items)
    listen(Progress(stage=Stage.STARTED, total=len(waiting)))
    while wait and waiting:
        pause(_LOOK_SECONDS)
        still = work.open_items(sorted(waiting))
        for item in sorted(waiting - still):
            _tell(services, item, listen)
        waiting = still
    return handed


def _tell(services: Services, item: ItemId, listen: Listener) -> None:
    found = services.looking.records.item(item)
    if found.state is not ItemState.QUARANTINED:
        listen(Progress(stage=Stage.DONE, item=item))
        return
    note = services.looking.quarantine.find(found.error_code, found.sha256)
    message = f"{note.message} {note.next_step}" if note else found.error_code
    listen(Progress(stage=Stage.REFUSED, item=item, code=found.error_code, message=message))
