"""Which paper types bear a seal when they are issued: ``tables/coaching/seals.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def sealed_types() -> frozenset[str]:
    """Paper types on which a clerk expects a seal (con dấu)."""
    table = files("rulebook") / "tables" / "coaching" / "seals.toml"
    return frozenset(tomllib.loads(table.read_text(encoding="utf-8"))["types"])
