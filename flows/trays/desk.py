"""What an operator does with a tray: begin, add, take back, hand in, discard. Nothing here reads a page.

A file is acknowledged once its bytes and its row are durable. Handing in only says that the tray is complete:
the working process takes it from there (``flows.trays.line``), however often it is killed meanwhile.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final

from dossier.admission import EVERYTHING, covers
from dossier.codes import office_of, parse_dossier_code
from dossier.errors import InputEmptyError, InputFileTooLargeError, MotlanError, all_errors
from dossier.events import Event, EventKind
from dossier.scan_errors import ScanError
from dossier.tray_errors import (
    TrayBusyError,
    TrayClosedError,
    TrayElsewhereError,
    TrayEmptyError,
    TrayFullError,
    TrayManyError,
    TrayMissingError,
    TrayOfficeError,
    TrayProcedureError,
)
from dossier.trays import (
    MOST_FILES,
    SCANNED,
    ScanState,
    Tray,
    TrayFile,
    TrayState,
    TrayTrouble,
    TrayWish,
)
from storage.aead import KEY_BYTES
from storage.sources import display_name
from wiring.services import Services

MOST_OPEN: Final = 50
"""Trays of one person that were not handed in."""
_LONGEST_NAME: Final = 120
_MEGABYTE: Final = 1_000_000

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Whoever gathers.

    Attributes:
        actor: opaque name, in the journal and with each file.
        offices: agency parts of dossier codes that they work for, ``*`` for all.
        procedures: short codes, or ``*``.
    """

    actor: str
    offices: Sequence[str]
    procedures: Sequence[str]


def begin(  # noqa: PLR0913 - what a person says about a tray
    services: Services,
    operator: Operator,
    *,
    dossier: str,
    procedure: str,
    owner: str = "",
    random_bytes: RandomBytes = secrets.token_bytes,
) -> Tray:
    """Begin a tray for a dossier.

    Args:
        services: of this installation.
        operator: who gathers.
        dossier: its code.
        procedure: short code; may be empty.
        owner: identity number, checked; may be empty.
        random_bytes: source of the id.

    Raises:
        ArgumentError: the code of the dossier is none.
        TrayOfficeError, TrayProcedureError: outside the person's reach.
        TrayManyError: they have too many that were not handed in.
        StoreError: it cannot be kept.
    """
    code = parse_dossier_code(dossier)
    if not covers(operator.offices, code.agency):
        raise TrayOfficeError
    if procedure and EVERYTHING not in operator.procedures and procedure not in operator.procedures:
        raise TrayProcedureError
    table = services.store.records.trays
    if table.count_open(operator.actor, most=MOST_OPEN) >= MOST_OPEN:
        raise TrayManyError(most=MOST_OPEN)
    now = services.clock()
    tray = Tray(
        id=str(uuid.UUID(bytes=random_bytes(16), version=4)),
        actor=operator.actor,
        dossier=str(code),
        procedure=procedure,
        owner=owner,
        began_at=now,
        changed_at=now,
    )
    services.store.trays.make(tray.id)
    table.begin(tray)
    return tray


def find(services: Services, operator: Operator, tray: str) -> Tray:
    """A tray of the person.

    Raises:
        TrayMissingError: there is none, it is somebody else's, or outside the person's reach by now.
    """
    found = services.store.records.trays.find(tray)
    theirs = found is not None and found.actor == operator.actor
    if found is None or not theirs or not covers(operator.offices, office_of(found.dossier)):
        raise TrayMissingError
    return found


def mine(
    services: Services, operator: Operator, *, before: datetime | None = None, limit: int = 50
) -> Sequence[Tray]:
    """Trays of the person, the newest first."""
    found = services.store.records.trays.of(operator.actor, before=before, limit=limit)
    return [tray for tray in found if covers(operator.offices, office_of(tray.dossier))]


def add(  # noqa: PLR0913 - a file has these parts
    services: Services,
    tray: Tray,
    *,
    name: str,
    size: int,
    stream: BinaryIO,
    random_bytes: RandomBytes = secrets.token_bytes,
) -> TrayFile:
    """Keep a file; when this returns it is durable. The same bytes again are the file that is there.

    Args:
        services: of this installation.
        tray: open.
        name: as the browser told it, perhaps with folders.
        size: in bytes.
        stream: its bytes.
        random_bytes: source of its key.

    Raises:
        TrayClosedError: it was handed in meanwhile.
        TrayElsewhereError: its bytes are not here.
        TrayFullError: it holds no more.
        InputEmptyError, InputFileTooLargeError: it is not taken.
        StoreError: it could not be kept.
    """
    table, shown = services.store.records.trays, shown_name(name)
    most = services.settings.max_file_bytes
    if not size:
        raise InputEmptyError(shown)
    if size > most:
        raise InputFileTooLargeError(
            shown, size=round(size / _MEGABYTE + 0.05, 1), limit=round(most / _MEGABYTE, 1)
        )
    _need_open(services, tray)
    services.need_room()
    key = random_bytes(KEY_BYTES)
    kept = services.store.trays.keep(tray.id, bytes_name(key), stream, key=key)
    file = TrayFile(tray=tray.id, number=0, name=shown, key=key, size=kept.size, sha256=kept.sha256)
    added = table.add_file(file, most=MOST_FILES)
    if added is None or added.key != key:
        services.store.trays.drop(tray.id, bytes_name(key))
    if added is None:
        _need_open(services, tray)
        raise TrayFullError(most=MOST_FILES)
    return added


def take_file_back(services: Services, tray: Tray, number: int) -> None:
    """Take a file out again; gone already is no matter.

    Raises:
        TrayClosedError: the tray was handed in.
    """
    table = services.store.records.trays
    file = next((one for one in table.files(tray.id) if one.number == number), None)
    if file is None:
        return
    if not table.remove_file(tray.id, number):
        raise TrayClosedError
    services.store.trays.drop(tray.id, bytes_name(file.key))


def take_page_back(services: Services, tray: Tray, number: int, *, back: bool) -> None:
    """Take a scanned page back, or put it in again: its picture stays until the tray is handed in.

    Raises:
        TrayClosedError: the tray was handed in.
    """
    _need_open(services, tray)
    services.store.records.trays.take_page_back(tray.id, SCANNED, number, back=back)


def press(services: Services, tray: Tray, wish: TrayWish) -> None:
    """The scanner button.

    Raises:
        TrayClosedError: the tray was handed in.
        TrayBusyError: the scanner is at work.
    """
    now = _need_open(services, tray)
    if now.scan_state is not ScanState.IDLE:
        raise TrayBusyError
    told: dict[str, object] = {
        "scan_state": ScanState.WANTED,
        "scan_trouble": None,
        "wish": wish,
        "changed_at": services.clock(),
    }
    if not services.store.records.trays.change(tray.id, told, only=(TrayState.OPEN,)):
        raise TrayClosedError


def hand_in(services: Services, tray: Tray, *, papers: int, pages: int) -> None:
    """Say that the tray is complete. Again, or from another tab, changes nothing.

    Args:
        services: of this installation.
        tray: open, or stopped and to be tried again.
        papers: counted; 0 when nobody did.
        pages: that bear print, counted; 0 when nobody did.

    Raises:
        TrayEmptyError: nothing lies in it.
        TrayBusyError: the scanner is at work.
        TrayElsewhereError: its bytes are not here.
    """
    table = services.store.records.trays
    now = table.find(tray.id)
    if now is None or now.state not in (TrayState.OPEN, TrayState.STOPPED):
        return
    if not services.store.trays.has(tray.id):
        raise TrayElsewhereError
    if now.scan_state is not ScanState.IDLE:
        raise TrayBusyError
    files = len(table.files(tray.id))
    scanned = sum(not page.back for page in table.pages(tray.id) if page.file == SCANNED)
    if not files and not scanned:
        raise TrayEmptyError
    event = Event(
        kind=EventKind.TRAY_HANDED_IN,
        at=services.clock(),
        actor=tray.actor,
        dossier=tray.dossier,
        details={"files": files, "scanned": scanned},
    )
    told: dict[str, object] = {
        "state": TrayState.HANDED,
        "papers": papers,
        "pages": pages,
        "tries": 0,
        "failures": 0,
        "trouble": None,
        "changed_at": services.clock(),
    }
    table.change(tray.id, told, only=(TrayState.OPEN, TrayState.STOPPED), events=[event])


def open_again(services: Services, tray: Tray) -> None:
    """Open a stopped tray, so that a file can be taken out before it is handed in again."""
    table = services.store.records.trays
    told: dict[str, object] = {
        "state": TrayState.OPEN,
        "tries": 0,
        "failures": 0,
        "changed_at": services.clock(),
    }
    if table.change(tray.id, told, only=(TrayState.STOPPED,)):
        # The scanned pages are pages again, until they are handed in as a file once more.
        table.remove_file(tray.id, SCANNED)


def discard(services: Services, tray: Tray) -> None:
    """Give a tray up that was not handed in: its files and pages are gone.

    Raises:
        TrayClosedError: it was handed in.
        TrayBusyError: the scanner is at work.
        ScanInUseError: another program works on its pages.
    """
    store = services.store
    now = store.records.trays.find(tray.id)
    if now is None:
        return
    if now.scan_state is not ScanState.IDLE:
        raise TrayBusyError
    event = Event(
        kind=EventKind.TRAY_DISCARDED,
        at=services.clock(),
        actor=tray.actor,
        dossier=tray.dossier,
        details={"files": len(store.records.trays.files(tray.id))},
    )
    gone = (TrayState.OPEN, TrayState.STOPPED)
    if not store.records.trays.forget(tray.id, only=gone, events=[event]):
        raise TrayClosedError
    store.trays.remove(tray.id)
    if now.scan in store.scans.unfinished():
        store.scans.open(now.scan).remove()


def whole(services: Services, file: TrayFile) -> Iterator[bytes]:
    """The bytes of a file, a piece at a time."""
    return services.store.trays.read(file.tray, bytes_name(file.key), key=file.key)


def bytes_name(key: bytes) -> str:
    """Under which name the bytes of a key lie; says nothing about it."""
    return hashlib.sha256(b"name" + key).hexdigest()[:32]


def shown_name(told: str) -> str:
    """The last part of a name as a browser tells it, as people may see it; a plain one when it is empty."""
    last = told.replace("\\", "/").rpartition("/")[2].strip()
    shown = display_name(last).strip(". ")
    if len(shown) > _LONGEST_NAME:
        stem, dot, ending = shown.rpartition(".")
        shown = (
            f"{stem[: _LONGEST_NAME - len(ending) - 2]}…{dot}{ending}" if dot and len(ending) < 6 else shown
        )
    return shown[:_LONGEST_NAME] or "tep"


def trouble_of(error: MotlanError) -> TrayTrouble:
    """An error as it is kept with a tray: without the name of a file or a folder, which may name a person."""
    told = isinstance(error, ScanError)
    details = {name: value for name, value in error.details.items() if told or not isinstance(value, str)}
    return TrayTrouble(code=error.code, item=error.item if told else "", details=details)


def error_of(trouble: TrayTrouble, *, name: str = "") -> MotlanError | None:
    """The error that was kept, about a file of that name; nothing where it cannot be told again."""
    kind = next((kind for kind in all_errors() if kind.code == trouble.code), MotlanError)
    details = dict(trouble.details)
    try:
        return kind(trouble.item or name, cause="", **details)
    except KeyError:
        return None


def _need_open(services: Services, tray: Tray) -> Tray:
    now = services.store.records.trays.find(tray.id)
    if now is None:
        raise TrayMissingError
    if now.state is not TrayState.OPEN:
        raise TrayClosedError
    if not services.store.trays.has(tray.id):
        raise TrayElsewhereError
    return now
