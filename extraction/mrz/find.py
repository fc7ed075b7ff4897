"""The zone of a paper, whatever its size."""

from __future__ import annotations

from collections.abc import Iterable

from extraction.layout import Sheet
from extraction.mrz.digits import Zone
from extraction.mrz.td1 import find_td1
from extraction.mrz.td3 import find_td3


def find_zone(sheets: Iterable[Sheet]) -> Zone | None:
    """The zone most of whose check digits agree; nothing where no sheet has one."""
    zones = [zone for sheet in sheets for find in (find_td1, find_td3) if (zone := find(sheet)) is not None]
    return max(zones, key=lambda zone: zone.passed, default=None)
