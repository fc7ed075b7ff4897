"""``motlan bundle``: what two people type at a desk and at its centre."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main
from tests.bundles.desks import MONDAY, place, work


def run(capsys: pytest.CaptureFixture[str], data: Path, *arguments: object, code: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "vi", "--data", str(data), "bundle", *map(str, arguments)])
    said, complained = capsys.readouterr()
    assert int(ended.value.code or 0) == code, complained
    return said + complained


def test_a_desk_joins_works_alone_and_brings_its_papers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    desk, centre = tmp_path / "ban-a", tmp_path / "trung-tam"
    with place(tmp_path, "ban-a", start=MONDAY) as made, place(tmp_path, "trung-tam", start=MONDAY):
        work(made, tmp_path / "scans", dossiers=1, seed=2)
    assert "chưa gia nhập" in run(capsys, desk, "export", "-o", usb, code=12)
    shown = run(capsys, desk, "key", "--name", "xa-a-ban-1", "-o", usb / "ban.json").splitlines()[-1].strip()
    enrolled = run(capsys, centre, "enrol", usb / "ban.json", "-o", usb / "trung-tam.json")
    assert shown in enrolled
    assert "dải số của bàn: 1" in run(capsys, desk, "join", usb / "trung-tam.json")
    made_ = json.loads(run(capsys, desk, "export", "-o", usb, "--json"))
    assert (made_["number"], made_["counts"]["document"]) == (1, 2)
    bundle = Path(made_["file"])
    assert "nguyên vẹn" in run(capsys, centre, "check", bundle)
    (usb / "rac.bundle").write_text("không phải gói", encoding="utf-8")
    taken = run(capsys, centre, "import", usb / "rac.bundle", bundle, code=12)
    assert "[bundle.refused]" in taken
    assert "gói 1 của bàn xa-a-ban-1 đã nhập, 2 giấy tờ" in taken
    assert "không có gì thay đổi" in run(capsys, centre, "import", bundle)
    receipt = bundle.with_suffix(".receipt.json")
    assert "trung tâm đã nhận đủ" in run(capsys, desk, "ack", receipt)
    listed = json.loads(run(capsys, centre, "list", "--json"))
    assert listed["desks"][0]["bundles"] == [{"number": 1, "imported": True}]
    assert "đã được xác nhận" in run(capsys, desk, "list")
    assert "Không có gì phải chốt" in run(capsys, centre, "questions")
    told = json.loads(run(capsys, centre, "facts", "--json"))
    assert told["paper"]["count"] == 2
    run(capsys, centre, "retire", "xa-a-ban-1")
    assert "[bundle.unknown_desk]" in run(capsys, centre, "import", bundle, code=12)
    assert run(capsys, centre, "retire", "khong-co", code=10)
    assert "[input.not_found]" in run(capsys, desk, "ack", usb / "khong-co.json", code=10)
