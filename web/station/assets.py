"""Style, script and their like: small files of the program, under addresses that name their bytes.

Nothing is loaded from elsewhere. An address changes with its content, so browsers may keep it for a year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

_KINDS: Final[Mapping[str, str]] = {
    "station.css": "text/css; charset=utf-8",
    "works.css": "text/css; charset=utf-8",
    "works.js": "text/javascript; charset=utf-8",
    "desk.css": "text/css; charset=utf-8",
    "drafts.js": "text/javascript; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "arrange.css": "text/css; charset=utf-8",
    "arrange.js": "text/javascript; charset=utf-8",
    "group.js": "text/javascript; charset=utf-8",
    "trays.css": "text/css; charset=utf-8",
    "trays.js": "text/javascript; charset=utf-8",
    "station.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
}
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that is served as it is."""

    address: str
    media_type: str
    content: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """All of them by name."""
    folder = files("web.station") / "assets"
    found = {}
    for name, media_type in _KINDS.items():
        content = (folder / name).read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
        found[name] = Asset(f"/assets/{digest}/{name}", media_type, content)
    return found


def address_of(name: str) -> str:
    """Where a file is served."""
    return assets()[name].address
