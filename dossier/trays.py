"""Trays: what an operator gathers at the station for one dossier until it is handed in as one batch.

A tray holds files that were sent and pages that a scanner gave. Whatever was acknowledged is durable; handing
in says that the tray is complete, and from then on the working process owns it. What a tray tells outlives
it for a while: which files became which items, and what was refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from dossier.coaching import Advice
from dossier.events import Event
from dossier.ids import BatchId, ItemId, Sha256

MOST_FILES: Final = 200
"""Files of one tray, as many as a watched folder makes one batch of."""
SCANNED: Final = 0
"""As which file pages of the scanner count; files that were sent count from 1."""
PLACES: Final = 1000
"""A page stands at its number times this: what comes instead of one stands right behind it."""


class TrayState(StrEnum):
    """Where a tray stands."""

    OPEN = "open"
    """Takes files and pages."""
    HANDED = "handed"
    """Complete; waits for its turn, also after trouble that may pass."""
    WORKING = "working"
    """Being worked on."""
    DONE = "done"
    """Every file of it is at rest."""
    STOPPED = "stopped"
    """Could not be worked on; its files are kept, and a person may try again."""


class FileState(StrEnum):
    """Where a file of a tray stands."""

    KEPT = "kept"
    READING = "reading"
    READ = "read"
    DONE = "done"
    REFUSED = "refused"


class ScanState(StrEnum):
    """What the scanner of a tray does."""

    IDLE = ""
    WANTED = "wanted"
    """Somebody pressed the button."""
    FEEDING = "feeding"
    READING = "reading"
    """The feeder is empty; the last pages are being read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayWish:
    """How the next pages are to be scanned.

    Attributes:
        scanner: name of a profile, or SANE's name of a device.
        source: the device's own name of what it scans from; chosen by ``duplex`` when empty.
        duplex: both sides of each sheet.
        resolution: pixels per inch.
        mode: ``color`` or ``gray``.
        instead: number of the page that is scanned again; 0 when pages are added.
    """

    scanner: str = ""
    source: str = ""
    duplex: bool = False
    resolution: int = 300
    mode: str = "color"
    instead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayTrouble:
    """An error as it is kept, to be told in the language of whoever looks."""

    code: str
    item: str = ""
    details: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tray:
    """One tray.

    Attributes:
        id: opaque.
        actor: opaque name of the operator.
        dossier: code it is gathered for.
        procedure: short code, may be empty.
        owner: identity number of the owner, may be empty; personal.
        papers, pages: what the operator counted, 0 when nobody did.
        state: where it stands.
        trouble: why it does not go on, or why the last try ended; nothing when nothing did.
        tries: attempts that began and did not end.
        failures: attempts in a row that ended with what may be the fault of the tray.
        batch: of its files, once it is known.
        scan: id of the scan that holds its pages; empty before the first.
        scan_state: what the scanner does.
        scan_trouble: how the last run of the scanner ended, when not well.
        wish: how it is to scan, or scanned last.
        advice: about the stack of scanned pages as a whole.
        began_at, changed_at: aware.
        revision: grows with everything that changes, also of files and pages.
    """

    id: str
    actor: str
    dossier: str
    procedure: str
    owner: str = field(repr=False)
    papers: int = 0
    pages: int = 0
    state: TrayState = TrayState.OPEN
    trouble: TrayTrouble | None = None
    tries: int = 0
    failures: int = 0
    batch: BatchId | None = None
    scan: str = ""
    scan_state: ScanState = ScanState.IDLE
    scan_trouble: TrayTrouble | None = None
    wish: TrayWish = TrayWish()
    advice: tuple[Advice, ...] = ()
    began_at: datetime
    changed_at: datetime
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayFile:
    """A file that was sent.

    Attributes:
        tray: in which tray.
        number: from 1, in the order of arrival; never given twice in a tray.
        name: as shown to people; personal.
        key: of its bytes while they lie in the tray.
        size: in bytes.
        sha256: of its bytes.
        state: where it stands.
        trouble: why it was refused, or will be.
        looked: whether the coach has looked at it.
        done, total: pages that were read, and all of them; 0 before that is known.
        item: what it became.
    """

    tray: str
    number: int
    name: str = field(repr=False)
    key: bytes = field(repr=False)
    size: int
    sha256: Sha256
    state: FileState = FileState.KEPT
    trouble: TrayTrouble | None = None
    looked: bool = False
    done: int = 0
    total: int = 0
    item: ItemId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayPage:
    """A page that can be looked at before it is handed in.

    Attributes:
        tray: in which tray.
        file: ``SCANNED``, or the number of its file.
        number: in the scan or in the file, from 1.
        place: pages go in this order.
        back: the operator took it back: it is not handed in.
        width, height: pixels of the page that boxes of the advice are in.
        advice: what the coach said.
    """

    tray: str
    file: int
    number: int
    place: int
    back: bool = False
    width: int
    height: int
    advice: tuple[Advice, ...] = ()


class TrayTable(Protocol):
    """What is known of trays. Every change is durable when it returns."""

    def begin(self, tray: Tray) -> None:
        """Keep a new tray; forgets those that ended long ago."""

    def find(self, tray: str) -> Tray | None:
        """A tray by its id."""

    def revision(self, tray: str) -> int:
        """Its revision alone; -1 when there is none."""

    def of(self, actor: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[Tray]:
        """Those of a person, the newest first."""

    def count_open(self, actor: str, *, most: int) -> int:
        """How many of a person's take files now, counted to ``most``."""

    def in_state(self, *states: TrayState) -> Sequence[str]:
        """Ids of trays, the oldest first."""

    def scans_wanted(self) -> Sequence[str]:
        """Ids of trays whose scanner is to begin, or was at work when its process ended."""

    def change(
        self,
        tray: str,
        values: Mapping[str, object],
        *,
        only: Sequence[TrayState],
        events: Sequence[Event] = (),
    ) -> bool:
        """Change a tray that is in one of these states; whether it was.

        Args:
            tray: its id.
            values: attributes of ``Tray`` with what they are from now on.
            only: states in which it may be changed.
            events: for the journal, when it is.
        """

    def forget(self, tray: str, *, only: Sequence[TrayState], events: Sequence[Event] = ()) -> bool:
        """Remove a tray that is in one of these states with all that is known of it; whether it was."""

    def add_file(self, file: TrayFile, *, most: int) -> TrayFile | None:
        """Add a file to an open tray under the next number; the one with the same bytes when there is one.

        Returns:
            The file as it is kept; nothing when the tray takes no more.
        """

    def note_file(self, file: TrayFile) -> None:
        """Keep a file under the number it has, or replace what was known of it: that of the scanned pages."""

    def change_file(self, tray: str, number: int, **values: object) -> None:
        """Change attributes of a file."""

    def remove_file(self, tray: str, number: int) -> bool:
        """Take a file out of an open tray; whether it was there."""

    def files(self, tray: str) -> Sequence[TrayFile]:
        """All files of a tray, in order."""

    def keep_page(self, page: TrayPage) -> None:
        """Add a page, or replace what was known of it."""

    def take_page_back(self, tray: str, file: int, number: int, *, back: bool) -> bool:
        """Take a page of an open tray back, or put it in again; whether it is there."""

    def keep_only_pages(self, tray: str, file: int, numbers: Sequence[int]) -> None:
        """Forget pages of a file that are not there any more."""

    def pages(self, tray: str) -> Sequence[TrayPage]:
        """All pages of a tray that can be looked at, those of the scanner first, in order."""
