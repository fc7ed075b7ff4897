"""How values are shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import web.station
from web.station.views import sized


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "1 kB"),
        (168_683, "169 kB"),
        (999_999, "1000 kB"),
        (1_000_000, "1,0 MB"),
        (2_340_000_000, "2,3 GB"),
    ],
)
def test_a_number_of_bytes_is_told_as_people_read_it(count: int, told: str) -> None:
    assert sized(count) == told


def test_pages_with_drafts_load_what_keeps_them_first() -> None:
    found = {}
    for one in (Path(web.station.__path__[0]) / "templates").glob("*.j2"):
        scripts = re.findall(r'<script src="{{ asset\("(\w+)\.js"\) }}"', one.read_text("utf-8"))
        if {"desk", "group", "arrange"} & set(scripts):
            found[one.name] = scripts[0]
    assert len(found) == 5
    assert set(found.values()) == {"drafts"}, found
