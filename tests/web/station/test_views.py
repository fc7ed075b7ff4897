"""How values are shown."""

from __future__ import annotations

import pytest

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
