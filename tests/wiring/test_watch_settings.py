"""Settings of watched folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossier.errors import SettingsError
from storage.hot_folder.after import After
from wiring.settings import read_settings


def test_a_folder_is_watched_as_the_settings_say() -> None:
    watch = read_settings(
        {
            "MOTLAN_WATCH_DONE": "/srv/xong",
            "MOTLAN_WATCH_AFTER": "keep",
            "MOTLAN_WATCH_NEEDS_MARK": "true",
            "MOTLAN_WATCH_FOLDER_QUIET_SECONDS": "90",
        }
    ).watch
    assert (watch.done, watch.after) == (Path("/srv/xong"), After.KEEP)
    assert (watch.rules.needs_mark, watch.rhythm.group_quiet) == (True, 90)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MOTLAN_WATCH_NAMES", "{dossier"),
        ("MOTLAN_WATCH_NAMES", "{name}"),
        ("MOTLAN_WATCH_AFTER", "forget"),
        ("MOTLAN_WATCH_END_MARK", "../xong"),
        ("MOTLAN_WATCH_QUIET_SECONDS", "0"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({name: value})
    assert caught.value.item == name
