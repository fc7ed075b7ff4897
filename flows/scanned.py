"""What the file of a scan tells of its pages: when each came out, and the hash of its picture."""

from __future__ import annotations

from dossier.documents import Item
from dossier.feeding import ScannedPage
from ocr.assembling import scanned_pages
from wiring.services import Services


def pages_of_scan(services: Services, item: Item) -> tuple[ScannedPage, ...]:
    """Pages of a file that ``motlan scan`` made; empty for other files and for bytes that were destroyed.

    Args:
        services: of this installation.
        item: the file.

    Raises:
        StoreError: its bytes cannot be read.
    """
    # Files of other sources are not opened for it: a scan is a PDF that came through a device.
    is_scan = bool(item.origin.device) and item.name.endswith(".pdf")
    if not is_scan or not services.store.blobs.contains(item.sha256):
        return ()
    with services.store.blobs.path(item.sha256) as path:
        return scanned_pages(path)
