"""A first place on another disk: made once, and away when the disk is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.errors import StoreUnavailableError
from tests.storage.copies import object_in
from wiring.services import Services
from wiring.settings import read_settings


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A desk whose bytes lie on another disk."""
    environment = {
        "MOTLAN_DATA": str(tmp_path / "data"),
        "MOTLAN_FIRST_PLACE": json.dumps({"kind": "folder", "name": "dia-1", "path": str(tmp_path / "disk")}),
    }
    with Services(read_settings(environment)) as made:
        made.create()
        yield made


def test_bytes_lie_where_the_settings_say(services: Services, tmp_path: Path) -> None:
    (tmp_path / "scan").write_bytes(b"scan")
    with services.writing():
        ref = services.store.blobs.put(tmp_path / "scan")
        assert services.store.places[0].name == "dia-1"
    assert object_in(tmp_path / "disk", ref.sha256).read_bytes() == b"scan"
    assert not (tmp_path / "data" / "objects").exists()


def test_a_disk_that_is_not_mounted_is_not_taken_for_an_empty_one(services: Services, tmp_path: Path) -> None:
    (tmp_path / "disk").rename(tmp_path / "unplugged")
    (tmp_path / "disk").mkdir()
    with pytest.raises(StoreUnavailableError), services.writing():
        pass
    assert list((tmp_path / "disk").iterdir()) == []
    (tmp_path / "disk").rmdir()
    (tmp_path / "unplugged").rename(tmp_path / "disk")
    with services.writing():
        assert list(services.store.blobs) == []
