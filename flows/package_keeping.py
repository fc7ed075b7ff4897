"""Packages that were made for somebody: kept for download for some days, and gone with a paper in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wiring.services import Services

PACKAGES: Final = "packages"
KEPT_DAYS: Final = 30
"""A package that was made for somebody is kept for download so long."""


def package_folder(services: Services) -> Path:
    """Where they lie on this machine."""
    return services.settings.data / PACKAGES


def remove_packages(services: Services) -> int:
    """Remove those that are old, and those that hold a paper which was destroyed since; gives how many.

    Each machine looks after its own folder: the paper may have been destroyed on another one.
    """
    folder = package_folder(services)
    if not folder.is_dir():
        return 0
    before = services.clock().timestamp() - KEPT_DAYS * 86_400
    found = sorted(folder.glob("*.zip"))
    withdrawn = set(services.looking.records.orders.withdrawn([path.stem for path in found])) if found else ()
    gone = [path for path in found if path.stem in withdrawn or path.stat().st_mtime < before]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
