"""Which program this is: its version, and a mark that changes when the code that judges does."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_DISTRIBUTION = "motlan"
_JUDGING = "signing"
_LIBRARIES = ("pyhanko", "pyhanko-certvalidator", "asn1crypto", "cryptography")


@cache
def program_version() -> str:
    """Version of the program and of the libraries that judge, and sizes and times of our own files.

    A patched installation keeps its version number; its verdicts must still not be those of before.
    """
    folder = Path(__file__).parents[1] / _JUDGING
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        told = path.stat()
        digest.update(f"{path.name} {told.st_size} {told.st_mtime_ns}\n".encode())
    named = " ".join(f"{name}={_version(name)}" for name in (_DISTRIBUTION, *_LIBRARIES))
    return f"{named} {digest.hexdigest()[:16]}"


def distribution_version() -> str:
    """The version number of the program."""
    return _version(_DISTRIBUTION)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"
