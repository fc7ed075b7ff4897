"""What becomes of each table in a bundle is decided, and told to whoever works without the network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from storage.schema import metadata

PAGE: Final = Path(__file__).parents[2] / "docs/how-to/offline.md"
FATES: Final = {"carried", "made again", "stays"}
_ROW: Final = re.compile(r"^\| `([a-z_]+)` \| ([a-z ]+) \| (.+) \|$", re.MULTILINE)


def decided() -> dict[str, str]:
    """Table by table, whether it travels."""
    rows = _ROW.findall(PAGE.read_text(encoding="utf-8").partition("## What travels")[2])
    assert len({name for name, _, _ in rows}) == len(rows), "a table is decided twice"
    return {name: fate for name, fate, _ in rows}


def test_whether_it_travels_is_decided_for_every_table_of_the_store() -> None:
    """A new table fails here until docs/how-to/offline.md says what becomes of it, and why."""
    assert set(decided()) == set(metadata.tables)
    assert set(decided().values()) == FATES
