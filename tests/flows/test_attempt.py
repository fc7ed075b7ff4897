"""One file's trouble stays with that file; trouble of the whole installation stops the batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dossier.documents import Batch, Item
from dossier.errors import EngineMissingError, InputEncryptedError, StoreFullError
from dossier.ids import BatchId, ItemId, Sha256
from flows.attempt import BatchStoppedError, Run, attempt
from flows.progress import silent
from wiring.services import Services
from wiring.settings import read_settings

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ITEM = Item(
    id=ItemId("3f1c0a4e-0000-5000-8000-000000000001"),
    batch=BatchId("3f1c0a4e-0000-5000-8000-0000000000aa"),
    order=1,
    sha256=Sha256("0" * 64),
    size=1,
    name="Giấy của Nguyễn Văn Mẫu.jpg",
)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")}), clock=lambda: NOW) as services:
        services.create()
        services.store.records.save_batch(Batch(id=ITEM.batch, received_at=NOW), [ITEM])
        yield Run(services, silent)


def raising(error: Exception) -> None:
    raise error


def test_an_error_of_the_file_comes_back(run: Run) -> None:
    error = InputEncryptedError(ITEM.name)
    assert attempt(run, ITEM.id, lambda: raising(error)) is error
    assert run.fatal is None


@pytest.mark.parametrize("error", [StoreFullError("kho"), EngineMissingError("vie")])
def test_an_error_of_the_installation_stops_the_batch(run: Run, error: Exception) -> None:
    with pytest.raises(BatchStoppedError) as stopped:
        attempt(run, ITEM.id, lambda: raising(error))
    assert run.fatal is error
    assert stopped.value.args == ()
    assert stopped.value.__context__ is None


def test_a_defect_that_one_file_brings_out_is_named_and_logged_without_its_words(run: Run) -> None:
    found = attempt(run, ITEM.id, lambda: raising(ValueError("bad value 'Nguyễn Văn Mẫu' 004300999201")))
    assert found is not None
    assert found.code == "motlan.error"
    assert ITEM.name in found.message()
    (line,) = (run.services.settings.data / "logs" / "motlan.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert told["item"] == ITEM.id
    assert "Nguyễn" not in line
    assert "004300999201" not in line
