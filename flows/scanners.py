"""From the name of a device to the feeder behind it."""

from __future__ import annotations

from pathlib import Path

from dossier.feeding import Feeder
from flows.scanning import ScanWay
from ocr.feeders.folder import PREFIX, FolderFeeder
from ocr.feeders.sane import SaneFeeder
from wiring.scan_settings import ScannerSettings


def feeder_of(scanner: ScannerSettings) -> Feeder:
    """The tray of a scanner; nothing is opened yet."""
    if scanner.device.startswith(PREFIX):
        folder = Path(scanner.device.removeprefix(PREFIX)).expanduser()
        return FolderFeeder(folder, dpi=scanner.wish.resolution)
    return SaneFeeder(scanner.device, scanner.wish, program=scanner.program)


def way_of(scanner: ScannerSettings) -> ScanWay:
    """How its pages are kept and judged."""
    longest = max(scanner.wish.width_mm, scanner.wish.height_mm)
    return ScanWay(
        dpi=scanner.wish.resolution,
        duplex=scanner.wish.duplex,
        quality=scanner.quality,
        longest_mm=longest,
    )
