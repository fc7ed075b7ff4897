"""``motlan campaign`` and ``motlan same`` as people and programs meet them; nothing is read here."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from dossier.ids import pair_id
from dossier.same import SamePair
from tests.cli.desk import Desk
from tests.contract.test_same_papers import put_down
from tests.storage.builders import MOMENT
from wiring.services import Services
from wiring.settings import read_settings

NAME = "Kết quả <cũ> & mới"


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path / "data", capsys)


@pytest.fixture
def begun(desk: Desk, tmp_path: Path) -> Desk:
    """A campaign of two boxes."""
    made = desk.json("campaign", "new", NAME, "--office", "H26.5.12", "--target", "2026=50")
    assert (made["state"], made["targets"]) == ("open", {"2026": 0.5})
    inventory = tmp_path / "hop.csv"
    inventory.write_text("hộp,năm,số kết quả\nH-1,2015,30\nH-2,2016,50\n", encoding="utf-8")
    assert desk.json("campaign", "import", NAME, inventory) == {"boxes": 2, "new": 2}
    assert desk.json("campaign", "import", NAME, inventory) == {"boxes": 2, "new": 0}
    return desk


def test_boxes_are_given_shown_and_given_back(begun: Desk) -> None:
    assert begun.json("campaign", "assign", NAME, "H-2", "--to", "ha.tran") == {
        "boxes": [{"box": "H-2", "state": "taken", "operator": "ha.tran"}]
    }
    assert begun.run("campaign", "take", NAME, "H-2") == 10
    assert "[campaign.box_taken]" in begun.complained
    assert begun.json("campaign", "take", NAME)["boxes"][0]["box"] == "H-1"
    shown = begun.json("campaign", "show", NAME)
    assert (shown["results"], shown["digitised"], shown["to_target"]["left"]) == (80, 0, 40)
    assert shown["to_target"]["days"] is None
    assert [box["operator"] for box in shown["boxes"]] == ["ban-so-hoa", "ha.tran"]
    assert begun.run("campaign", "assign", NAME, "H-2", "--release") == 0
    assert begun.json("campaign", "show", NAME)["boxes"][1]["operator"] is None
    assert begun.run("campaign", "assign", NAME, "H-2") == 10
    assert begun.run("campaign", "assign", NAME, "H-2", "--to", "Mẫu Thị Thử") == 10
    assert "--to" in begun.complained


def test_people_see_bars_and_that_nothing_can_be_estimated_yet(begun: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "tien-do.svg"
    assert begun.run("campaign", "show", NAME, "--picture", picture) == 0
    assert "0/80 (0.0 %); chỉ tiêu" in begun.said
    assert "chưa đủ số liệu để ước lượng" in begun.said
    assert "░░" in begun.said
    drawn = fromstring(picture.read_text("utf-8"))  # noqa: S314 - our own file
    assert drawn.find("{http://www.w3.org/2000/svg}title").text == NAME  # type: ignore[union-attr]
    assert begun.run("campaign", "show", NAME, lang="en") == 0
    assert "nothing to estimate from yet" in begun.said


def test_a_closed_campaign_gives_no_box_and_stays_closed(begun: Desk) -> None:
    assert begun.json("campaign", "pause", NAME)["state"] == "paused"
    assert begun.run("campaign", "take", NAME) == 10
    assert begun.json("campaign", "pause", NAME, "--resume")["state"] == "open"
    assert begun.json("campaign", "close", NAME)["state"] == "closed"
    assert begun.run("campaign", "pause", NAME, "--resume") == 10
    assert [one["state"] for one in begun.json("campaign", "list")["campaigns"]] == ["closed"]


@pytest.mark.parametrize("target", ["2026", "2026=101", "26=50", "2026=-1", "2026=1/2", "x=y", "2026=1/0"])
def test_a_target_that_is_none_is_refused(desk: Desk, target: str) -> None:
    assert desk.run("campaign", "new", "a", "--office", "H26", "--target", target) == 10
    assert "[input.argument]" in desk.complained


def test_a_pair_is_listed_and_answered(desk: Desk) -> None:
    assert desk.run("init") == 0
    with Services(read_settings({"MOTLAN_DATA": str(desk.data)})) as services:
        records = services.store.records
        one, other = put_down(records, "one"), put_down(records, "other")
        pair = SamePair(
            id=pair_id(records.namespace, one.id, other.id),
            earlier=one.id,
            later=other.id,
            because=("same.number", "same.changed_digits"),
            found_at=MOMENT,
        )
        records.same.settle(other, [], [pair])
    assert desk.run("same", "list") == 0
    assert "cùng số, CÓ CHỮ SỐ KHÁC" in " ".join(desk.said.split())
    assert desk.run("same", "answer", pair.id, "perhaps") == 10
    assert desk.json("same", "answer", pair.id, "different")["answer"] == "different"
    assert desk.json("same", "list") == {"pairs": []}
    assert desk.json("same", "look-back") == {"papers": 0, "open": 0}
    assert [found["answered_by"] for found in desk.json("same", "list", "--all")["pairs"]] == ["ban-so-hoa"]
    assert desk.run("same", "show", "3f1c0a4e-0000-5000-8000-000000000001") == 12
