"""Threads that save beside the batch that their process writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wiring.services import Services
from wiring.settings import read_settings

_SECONDS = 60


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A desk that waits for its turn to write."""
    settings = read_settings({"MOTLAN_DATA": str(tmp_path / "data"), "MOTLAN_LOCK_SECONDS": str(_SECONDS)})
    with Services(settings) as made:
        made.create()
        yield made


def test_who_saves_beside_a_batch_keeps_the_open_store_when_the_batch_ends(
    services: Services, tmp_path: Path
) -> None:
    (tmp_path / "scan").write_bytes(b"scan")
    joined, never = threading.Event(), threading.Event()

    def save() -> str:
        with services.saving():
            opened = services.store
            joined.set()
            # Until the store changes, which must not be, or long after the batch came to its end.
            any(services.store is not opened or never.wait(0.01) for _ in range(30))
            return services.store.blobs.put(tmp_path / "scan").sha256

    with ThreadPoolExecutor(1) as pool:
        with services.writing():
            saved = pool.submit(save)
            assert joined.wait(_SECONDS)
        assert saved.done()
        assert list(services.store.blobs) == [saved.result()]


def test_who_comes_when_the_batch_ends_writes_by_himself(services: Services, tmp_path: Path) -> None:
    names = [f"scan-{number}" for number in range(12)]
    for name in names:
        (tmp_path / name).write_text(name, encoding="utf-8")

    def save(name: str) -> str:
        with services.saving():
            return services.store.blobs.put(tmp_path / name).sha256

    with ThreadPoolExecutor(4) as pool:
        saved = [pool.submit(save, name) for name in names]
        while not all(one.done() for one in saved):
            with services.writing():
                pass
    assert set(services.store.blobs) == {one.result() for one in saved}
