"""Checks packages, ours and those of others; nothing is written but temporary copies of signed files."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import IO

from dossier.errors import PdfUnreadableError
from preservation.checking.checker import check_package
from preservation.checking.report import PackageReport
from wiring.services import Services


def check_file(services: Services, path: Path, *, signatures: bool) -> PackageReport:
    """The verdict on a package, by the table that holds today.

    Args:
        services: of this installation; a store is needed only for ``signatures``.
        path: ZIP, TAR or folder.
        signatures: verify every PDF too, under the roots this installation trusts.

    Raises:
        InputNotFoundError, PackageUnreadableError: there is no package to judge.
    """
    at = services.clock()

    def verify(stream: IO[bytes]) -> str:
        with tempfile.NamedTemporaryFile(prefix="motlan-", suffix=".pdf") as copy:
            shutil.copyfileobj(stream, copy)
            copy.flush()
            try:
                return str(services.verify(Path(copy.name), at=at).conclusion)
            except PdfUnreadableError:
                return "unreadable"

    return check_package(path, profile=services.package_profile, verify=verify if signatures else None)
