"""``motlan work``, as an operator meets it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dossier.documents import ItemState
from dossier.ids import ItemId
from dossier.work import FairRules, Lane, Pool, WorkReason
from dossier.work_errors import WorkParkedError
from flows.intake import take_in
from flows.work.holding import holding_work
from storage.inbox import Declaration
from storage.work_fence import holding
from storage.work_rows import Owed
from tests.cli.desk import Desk
from wiring.services import Services
from wiring.settings import read_settings

RULES = FairRules(cap=0, share=5, tries=1)


def with_parked_file(data: Path, folder: Path) -> ItemId:
    """A desk with one file that was parked and one that waits."""
    folder.mkdir()
    (folder / "1-hỏng.png").write_bytes(b"never read")
    (folder / "2-tốt.png").write_bytes(b"never read either")
    with Services(read_settings({"MOTLAN_DATA": str(data)})) as services:
        services.create()
        with services.writing():
            take_in(services, [folder], declared=Declaration(), owed=Owed(lane=Lane.COUNTER))
        with holding_work(services) as held:
            work = services.looking.records.work
            first = work.take(Pool.READ, held.holder, rules=RULES)
            assert first is not None
            work.give_back(first, failed=WorkReason.MEMORY)
            spent = work.take(Pool.READ, held.holder, rules=RULES)
            assert spent is not None
            with services.writing(), holding(spent):
                refused = replace(
                    services.store.records.item(spent.item),
                    state=ItemState.QUARANTINED,
                    error_code=WorkParkedError.code,
                )
                services.store.records.save_item(refused)
    return spent.item


def test_an_operator_sees_what_waits_and_decides_about_parked_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = with_parked_file(tmp_path / "data", tmp_path / "in")
    desk = Desk(tmp_path / "data", capsys)
    assert desk.run("work", "list") == 0
    assert desk.said == "đọc (quầy): 1 chờ, 0 đang làm, 1 để riêng\n"
    assert desk.run("work", "parked", lang="en") == 0
    assert desk.said.startswith(item)
    assert "1-hỏng.png" in desk.said
    assert "1 tries, needed too much memory" in desk.said
    told = desk.json("work", "parked")
    assert (told["item"], told["tries"], told["reason"]) == (item, 1, "memory")
    assert desk.run("work", "release", item) == 0
    assert desk.said == f"Sẽ thử lại: {item}\n"
    assert desk.run("work", "parked") == 0
    assert desk.said == "Không có tệp nào để riêng.\n"
    assert desk.run("work", "refuse", item) == 10
    assert "work.not_parked" in desk.complained
    assert desk.run("work", "release", "khong-co") == 10
    assert desk.json("work", "list") == {
        "pool": "read",
        "lane": "counter",
        "ready": 2,
        "held": 0,
        "parked": 0,
    }
