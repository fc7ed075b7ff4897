"""How long something waits, in words that count right in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from web.station.waits import waited
from web.station.words import words_of


@pytest.mark.parametrize(
    ("spent", "vi", "en"),
    [
        (timedelta(minutes=-3), "dưới 1 giờ", "under an hour"),
        (timedelta(minutes=59), "dưới 1 giờ", "under an hour"),
        (timedelta(hours=1), "1 giờ", "1 hour"),
        (timedelta(hours=23, minutes=59), "23 giờ", "23 hours"),
        (timedelta(hours=24), "1 ngày", "1 day"),
        (timedelta(days=12, hours=5), "12 ngày", "12 days"),
    ],
)
def test_a_wait_is_told_in_whole_hours_and_days(spent: timedelta, vi: str, en: str) -> None:
    assert waited(words_of("vi"), spent) == vi
    assert waited(words_of("en"), spent) == en
