from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store, open_store
from storage.store_making import create_store
from tests.storage.builders import KEY, Clock


def fixed_bytes(count: int) -> bytes:
    """The same secrets in every test, so that ids can be compared between stores."""
    return KEY[:count]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder, made and closed."""
    folder = tmp_path / "data"
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    return folder


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """The same, open for writing."""
    with open_store(data, clock=Clock(), read_only=False) as opened:
        yield opened
