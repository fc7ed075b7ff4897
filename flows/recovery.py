"""After a database was restored to an earlier moment: the journal goes on, and what came since is got out.

The objects of papers that were taken in after that moment are in the store, but no record names them. They
are spared from clean-ups, and can be written into a folder to be handed in again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dossier.errors import OutputError
from dossier.ids import Sha256
from dossier.ports import BlobStore
from flows.upkeep import need_reason
from flows.upkeep import repair as mend
from wiring.services import Services

if TYPE_CHECKING:
    from storage.journal_recovery import Recovery
    from storage.repair import RepairOrder, RepairReport

_ENDINGS: Final = {
    b"%PDF-": ".pdf",
    b"\xff\xd8\xff": ".jpg",
    b"\x89PNG": ".png",
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
}
_LONGEST: Final = max(map(len, _ENDINGS))


def recover(services: Services, *, lost: int, reason: str) -> Recovery:
    """Let the journal go on behind the last entry the database still has.

    Args:
        services: of this installation.
        lost: how many entries are gone, as the person who decides knows it.
        reason: for the journal.

    Raises:
        ArgumentError: the reason does not fit, or another number of entries is gone.
        JournalBrokenError: what is left does not hold in itself.
        StoreBusyError: somebody else writes.
    """
    from storage.filesystem import SystemFiles  # noqa: PLC0415
    from storage.journal_recovery import recover as go_on  # noqa: PLC0415
    from storage.layout import Layout  # noqa: PLC0415

    need_reason("--reason", reason)
    with services.writing():
        found = go_on(
            services.store.records.upkeep.database,
            Layout(services.settings.data),
            lost=lost,
            reason=reason,
            at=services.clock(),
            actor=services.settings.actor,
            files=SystemFiles(),
        )
    services.log.warning("journal.recovered", lost=found.lost)
    return found


def repair(
    services: Services, order: RepairOrder, *, lost_too: bool = False, rescue: Path | None = None
) -> RepairReport:
    """Mend what can be mended; orphans from a time whose records were lost stay unless told otherwise.

    Args:
        services: of this installation.
        order: what may be done.
        lost_too: such orphans are orphans like others.
        rescue: a folder that gets their bytes, each named by its hash.

    Raises:
        OutputError: the folder cannot be written.
        StoreBusyError: somebody writes or copies.
        StoreFrozenError: the store is read-only.
    """
    from storage.journal_recovery import lost_times  # noqa: PLC0415

    if not lost_too:
        order = replace(order, spared=lost_times(services.store.records.upkeep.database))
    if rescue is not None:
        order = replace(order, spare=_into(rescue))
    return mend(services, order)


def _into(folder: Path) -> Callable[[BlobStore, Sha256], None]:
    def write(blobs: BlobStore, sha256: Sha256) -> None:
        with blobs.open(sha256) as stream:
            start = stream.read(_LONGEST)
            stream.seek(0)
            ending = next((ending for magic, ending in _ENDINGS.items() if start.startswith(magic)), ".bin")
            place = folder / f"{sha256}{ending}"
            draft = place.with_name(f"{place.name}.part")
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with draft.open("wb") as copy:
                    shutil.copyfileobj(stream, copy)
                draft.replace(place)
            except OSError as error:
                raise OutputError(folder.name, cause=type(error).__name__) from error

    return write
