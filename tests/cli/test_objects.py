"""``motlan object``: from a hash that upkeep told to the paper, whichever of its names it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from dossier.documents import DocumentState
from dossier.ids import Sha256
from storage.schema import steps
from tests.cli.test_commands import Desk
from tests.flows.test_disposal import file_paper, put
from tests.storage.builders import batch, item, record_id
from wiring.services import Services
from wiring.settings import read_settings


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk that enciphers bytes, with a paper."""
    monkeypatch.setenv("MOTLAN_ENCRYPT_OBJECTS", "true")
    made = Desk(tmp_path / "data", capsys)
    assert made.run("init") == 0
    return made


def opened(desk: Desk) -> Services:
    return Services(read_settings({"MOTLAN_DATA": str(desk.data), "MOTLAN_ENCRYPT_OBJECTS": "true"}))


@pytest.fixture
def sealed(desk: Desk, tmp_path: Path) -> Sha256:
    """The hash of the paper's file, as its record has it."""
    with opened(desk) as services:
        original = put(services, tmp_path, "original")
        services.store.records.save_batch(batch(), [replace(item(), sha256=original)])
        paper = file_paper(services, tmp_path, "paper", of="item")
        assert paper.state is DocumentState.FILED
        assert paper.object_sha256 is not None
        return paper.object_sha256


def test_both_names_of_an_object_lead_to_its_paper(desk: Desk, sealed: Sha256) -> None:
    with opened(desk) as services:
        key = services.store.keys.find(sealed)
    assert key is not None
    for name in (sealed, key.stored, key.stored.upper()):
        assert desk.run("object", name, "--json") == 0
        (told,) = desk.lines
        assert (told["object"], told["stored"], told["enciphered"]) == (sealed, key.stored, True)
        assert told["uses"] == ["signed"]
        assert [one["document"] for one in told["documents"]] == [record_id("paper")]
    assert desk.run("object", key.stored) == 0
    for part in (sealed, key.stored, "tệp đã ký của giấy tờ", record_id("paper")):
        assert part in desk.said
    assert desk.run("journal", "list", "--json") == 0
    assert json.loads(desk.said.splitlines()[-1])["kind"] == "document.read"


def test_an_original_a_step_and_a_seal_are_told_apart(desk: Desk, sealed: Sha256) -> None:
    with opened(desk) as services:
        original = services.store.records.item(item().id).sha256
        version = services.store.records.document(
            services.store.records.use_of(sealed).documents[0], version=1
        )
    assert desk.run("object", original, "--json") == 0
    assert desk.lines[0]["uses"] == ["original"]
    assert [one["document"] for one in desk.lines[0]["documents"]] == [record_id("paper")]
    assert version.object_sha256 is not None
    assert desk.run("object", version.object_sha256, "--json") == 0
    assert desk.lines[0]["uses"] == ["signed", "step"]
    assert desk.run("journal", "seal") == 0
    with opened(desk) as services, services.store.records.upkeep.database.reading() as connection:
        heads = steps.c.key.startswith("head-")
        seal = connection.execute(select(steps.c.sha256).where(heads)).scalars().all()[0]
    assert seal is not None
    assert desk.run("object", seal) == 0
    assert "Là: niêm phong của nhật ký" in desk.said


def test_a_hash_that_is_none_or_that_nothing_names_is_told(
    desk: Desk, sealed: Sha256, tmp_path: Path
) -> None:
    assert sealed
    assert desk.run("object", "8789f1527b…") == 10
    assert "SHA-256" in desk.complained
    assert desk.run("object", "0" * 64) == 12
    assert "[store.record_missing]" in desk.complained
    with opened(desk) as services:
        orphan = put(services, tmp_path, "nobody's")
    assert desk.run("object", orphan) == 12
