"""File systems that do not protect what they hold."""

from __future__ import annotations

import os
from pathlib import Path

from storage.filesystem import SystemFiles


class OpenFiles(SystemFiles):
    """A file system without permissions, as some network shares are."""

    def protect(self, descriptor: int) -> None:
        os.fchmod(descriptor, 0o666)


class OverwritingFiles(SystemFiles):
    """A file system whose names can be taken."""

    def publish(self, source: Path, target: Path) -> None:
        source.replace(target)
