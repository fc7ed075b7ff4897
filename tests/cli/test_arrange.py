"""``motlan arrange`` as an operator meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.flows.arranging import waiting_stack
from tests.flows.fed import open_desk


def test_a_file_is_shown_and_arranged_by_a_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_desk(tmp_path) as services:
        item, papers = waiting_stack(services, tmp_path)
    desk, plan = Desk(tmp_path / "data", capsys), tmp_path / "plan.json"
    assert desk.run("arrange", item) == 0
    assert "1. Giấy khai sinh, trang 1\n" in desk.said
    told = desk.json("arrange", item)
    assert [paper["pages"] for paper in told["papers"]] == [[1], [2, 3], [4, 5]]
    told["papers"] = [{"pages": [1]}, {"pages": [2, 3, 4]}]
    plan.write_text(json.dumps(told), encoding="utf-8")
    assert desk.run("arrange", item, "--plan", plan) == 17
    assert "thiếu trang 5" in desk.complained
    told["aside"] = {"5": "blank"}
    plan.write_text(json.dumps(told), encoding="utf-8")
    done = desk.json("arrange", item, "--plan", plan, "--operator", "ha.tran")
    assert (done["state"], done["code"], done["ended"]) == ("done", "", [papers[2].id])
    assert [(paper["pages"], paper["changed"]) for paper in done["papers"]] == [
        ([1], False),
        ([2, 3, 4], True),
    ]
    assert desk.run("arrange", item, lang="en") == 0
    assert "Set aside: page 5 (blank)" in desk.said
    # The same once more changes nothing and is said so.
    assert desk.run("arrange", item, "--plan", plan) == 17
    assert "chưa có gì thay đổi" in desk.complained
    assert desk.run("journal", "verify") == 0


@pytest.mark.parametrize("content", ["", "[]", '{"papers": 1}', '{"papers": [{"pages": "x"}]}', "{"])
def test_a_file_that_holds_no_plan_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    from cli.arrange import _read  # noqa: PLC0415
    from dossier.arrange_errors import PlanError  # noqa: PLC0415

    path = tmp_path / "plan.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PlanError):
        _read(path)
