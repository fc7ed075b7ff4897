"""``motlan stamp`` and the loud line about a backlog."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main
from signing.demo import ensure_demo_pki
from tests.flows.stamping import desk, pages, put_down
from tests.signing.tsa_servers import served
from wiring.services import utc_now

pytestmark = pytest.mark.timeout(600)


def ran(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert isinstance(left.value.code, int)
    return left.value.code


def test_the_command_tells_what_waits_and_completes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    with desk(data, []):
        key = ensure_demo_pki(data / "demo-pki", now=utc_now()).timestamp_authority()
    with served(key, clock=utc_now, manner="down") as service:
        with desk(data, [service.url]) as office, office.writing():
            put_down(office, pages(tmp_path / "pages", 1))
        monkeypatch.setenv("MOTLAN_TIMESTAMPS", json.dumps([{"url": service.url}]))
        monkeypatch.setenv("MOTLAN_STAMP_ALARM_COUNT", "1")
        assert ran("--data", str(data), "stamp", "--json") == 13
        first = capsys.readouterr()
        told = json.loads(first.out)
        assert (told["completed"], told["failed"], told["pending"], told["busy"]) == (0, 1, 1, False)
        assert (told["attempts"], told["error_code"]) == (1, "signing.timestamp_unavailable")
        assert told["oldest"] < told["next_try"]
        assert "⚠ CÒN 1 GIẤY TỜ CHỜ DẤU THỜI GIAN" in first.err
        service.manner = "good"
        assert ran("--data", str(data), "--lang", "en", "stamp", "--wait") == 0
        second = capsys.readouterr()
        assert second.out == "1 papers have their timestamp now, 0 still wait.\n"
        assert second.err == ""
    assert ran("--data", str(data), "stamp") == 0
    assert capsys.readouterr().out == "0 giấy tờ đã có dấu thời gian, 0 còn chờ.\n"
