"""``motlan find`` and ``motlan encryption`` on a store with a few papers. Nothing here starts Prefect."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from dossier.documents import DocumentState
from storage.store import open_store
from tests.storage.builders import OWNER, Clock, batch, document, item, party

DOSSIER = "H26.5.12-261102-0001"


class Counter:
    """Runs commands on a data folder; gives what they printed."""

    def __init__(self, data: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capture = capture

    def run(self, *arguments: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--lang", "vi", "--data", str(self.data), *arguments])
        said, complained = self._capture.readouterr()
        assert int(ended.value.code or 0) == code, complained
        return said + complained

    def find(self, *arguments: str) -> dict[str, Any]:
        """What ``find`` says in JSON."""
        return dict(json.loads(self.run("find", *arguments, "--json")))


@pytest.fixture
def counter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Counter:
    made = Counter(tmp_path / "data", capsys)
    made.run("init")
    with open_store(made.data, clock=Clock(), read_only=False) as store:
        store.records.save_batch(batch(), [item()])
        for number, name in enumerate(("Mẫu Thị Thử", "Mẫu Thị Thư", "Mậu Thị Thu")):
            store.records.save_document(
                replace(
                    document(name),
                    state=DocumentState.FILED,
                    parties=(party(name, number=OWNER),),
                    dossier=DOSSIER,
                    filed_at=datetime(2026, 11, 2 + number, 3, tzinfo=UTC),
                )
            )
    return made


@pytest.mark.parametrize(
    ("arguments", "days"),
    [
        (("--owner", OWNER), [4, 3, 2]),
        (("--name", "mau thi thu"), [4, 3, 2]),
        (("--name", "Mẫu Thị Thử"), [2]),
        (("--name", "mẫu t*"), [3, 2]),
        (("--name", "mẫu t*", "--no-accents"), [4, 3, 2]),
        (("--name", "mau", "--accents"), []),
        (("--type", "marriage_certificate", "--from", "2026-11-03"), [4, 3]),
        (("--type", "decision"), []),
        (("--from", "03/11/2026", "--to", "2026-11-03"), [3]),
        (("--of-dossier", DOSSIER, "--to", "2026-11-02"), [2]),
        (("--office", "h26.5.12"), [4, 3, 2]),
        (("--office", "H26"), []),
    ],
)
def test_find_narrows_by_everything_that_is_given(
    counter: Counter, arguments: tuple[str, ...], days: list[int]
) -> None:
    found = counter.find(*arguments)
    assert [datetime.fromisoformat(line["filed_at"]).day for line in found["documents"]] == days
    assert found["next"] is None


def test_find_gives_long_lists_by_the_page(counter: Counter) -> None:
    seen: list[str] = []
    after: tuple[str, ...] = ()
    for _ in range(3):
        page = counter.find("--office", "H26.5.12", "--limit", "1", *after)
        seen += [line["document"] for line in page["documents"]]
        after = ("--after", page["next"])
    assert len(set(seen)) == 3
    assert counter.find("--office", "H26.5.12", "--limit", "1", *after) == {"documents": [], "next": None}
    assert f"--after {seen[0]}" in counter.run("find", "--office", "H26.5.12", "--limit", "1")
    assert "[store.record_missing]" in counter.run("find", "--office", "H26.5.12", "--after", "x", code=12)


def test_every_page_of_a_search_is_journalled_with_each_paper_it_showed(counter: Counter) -> None:
    counter.find("--office", "H26.5.12", "--limit", "2")
    said = counter.run("journal", "list", "--json")
    kinds = [json.loads(line)["kind"] for line in said.splitlines()]
    assert kinds[-3:] == ["owner.looked_up", "document.read", "document.read"]
    assert OWNER not in said


def test_keys_are_made_put_to_use_and_told(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = counter.data.parent / "encryption.keys"
    counter.run("encryption", "new-key", str(keys), "2026-11")
    assert keys.stat().st_mode & 0o777 == 0o600
    assert "[store.keys]" in counter.run("encryption", "new-key", str(keys), "2026-11", code=12)
    counter.run("encryption", "new-key", str(keys), "2027-01")
    assert [line.split()[0] for line in keys.read_text().splitlines()] == ["2026-11", "2027-01"]
    monkeypatch.setenv("MOTLAN_ENCRYPTION_KEYS", f"file:{keys}")
    before = json.loads(counter.run("encryption", "status", "--json"))
    assert before["current"] == "2027-01"
    assert set(before["keys"]) == {"store"}
    moved = sum(before["keys"].values())
    assert json.loads(counter.run("encryption", "rotate", "--json")) == {"moved": moved, "current": "2027-01"}
    assert json.loads(counter.run("encryption", "status", "--json"))["keys"] == {"2027-01": moved}
    assert len(counter.find("--owner", OWNER)["documents"]) == 3
    assert "keys.rotated" in counter.run("journal", "list", "--json")
    monkeypatch.delenv("MOTLAN_ENCRYPTION_KEYS")
    said = counter.run("find", "--owner", OWNER, code=12)
    assert "[store.key_lost]" in said
    assert "2027-01" in said
