"""What a scanner with a feeder is to this program: a tray that gives one page after the other.

A **page** is one side of a **sheet**. Pages are numbered from 1 in the order in which they come out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Protocol

ColourMode = Literal["color", "gray"]

MOST_PAGES: Final = 400
"""Pages of one scan; it becomes one file, and its pages are open together while it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanWish:
    """How a stack is to be scanned.

    Attributes:
        source: the device's own name of what it scans from; chosen by ``duplex`` when empty.
        resolution: pixels per inch; Circular 01/2023/TT-VPCP asks for 200 at least, 300 reads better.
        mode: colour keeps seals red.
        duplex: both sides of each sheet.
        width_mm, height_mm: of the largest sheet.
        options: further options of the device, as ``scanimage`` takes them (``--df-action=Stop``).
        stall_s: seconds without a byte after which the scanner counts as hanging.
    """

    source: str = ""
    resolution: int = 300
    mode: ColourMode = "color"
    duplex: bool = False
    width_mm: float = 210.0
    height_mm: float = 297.0
    options: tuple[str, ...] = ()
    stall_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FedPage:
    """A page that has come out whole.

    Attributes:
        path: its picture: PNM, JPEG, PNG or TIFF. The file is the taker's to remove when ``passing``.
        dpi: pixels per inch it was scanned at.
        passing: the file is no longer needed once the page is kept.
    """

    path: Path
    dpi: int
    passing: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedPage:
    """What the file of a scan tells of one of its pages.

    Attributes:
        number: 1-based number in the file.
        sha256: of the picture as it was kept when it came out of the scanner, hexadecimal.
        at: when it came out, aware.
    """

    number: int
    sha256: str
    at: datetime


class Feeder(Protocol):
    """A tray of paper. Several calls of ``feed`` empty it one after the other."""

    def feed(self, *, first: int, into: Path) -> Iterator[FedPage]:
        """Give the pages that lie in the tray, each as soon as it is whole; end when the tray is empty.

        Closing the iterator stops the device. What was given is out of the tray; a page that trouble came
        over is not given, and its sheet has to be put back.

        Args:
            first: number of the first page, 1-based.
            into: an empty folder for pictures.

        Raises:
            ScanError: one class of it for each kind of trouble; never for a tray that is empty at the end.
            FeederEmptyError: not one page lay in the tray.
        """
        ...


@dataclass(frozen=True, slots=True)
class Device:
    """A scanner that is there: its name for the driver, and what it is."""

    name: str
    vendor: str = ""
    model: str = ""
    kind: str = ""
