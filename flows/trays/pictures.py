"""Small pictures of pages that were not handed in yet: never the scan itself."""

from __future__ import annotations

from dossier.scan_errors import ScanPageDamagedError
from dossier.tray_errors import TrayMissingError
from dossier.trays import SCANNED, Tray
from flows.trays.looking import SMALL_WIDTH
from ocr.page_pictures import narrower
from wiring.services import Services


def small_picture_of(services: Services, tray: Tray, *, file: int, number: int) -> bytes:
    """A page as a JPEG of at most ``SMALL_WIDTH`` pixels.

    Raises:
        TrayMissingError: there is no such page, or nobody looked at it yet.
        ScanPageDamagedError: its picture cannot be decoded.
        StoreError: it cannot be read.
    """
    table = services.store.records.trays
    if not any(page.file == file and page.number == number for page in table.pages(tray.id)):
        raise TrayMissingError
    if file == SCANNED:
        if tray.scan not in services.store.scans.unfinished():
            raise TrayMissingError
        return _narrow(services.store.scans.open(tray.scan).picture(number), number)
    key = next((one.key for one in table.files(tray.id) if one.number == file), None)
    found = services.store.trays.small(tray.id, f"{file}-{number}", key=key) if key is not None else None
    if found is None:
        raise TrayMissingError
    return found


def _narrow(picture: bytes, number: int) -> bytes:
    try:
        return narrower(picture, width=SMALL_WIDTH)
    except (ValueError, IndexError) as error:
        raise ScanPageDamagedError(str(number)) from error
