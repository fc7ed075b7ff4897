"""``motlan quality``: promise, draw, look, verify; the same as on the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.quality.promises import percent, read_percent
from tests.cli.test_api_key import run
from tests.web.office import Clock, Office
from tests.web.quality import THIRD, checker, filed_batch, key_all
from wiring.services import utc_now


class Now(Clock):
    """The commands have the clock of the machine."""

    def __call__(self) -> object:  # type: ignore[override]
        return utc_now()


def test_a_promise_is_kept_samples_are_drawn_and_a_certificate_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    run(capsys, data, "init")
    assert json.loads(run(capsys, data, "quality", "draw", "--json")) == {"drawn": 0}
    told = run(capsys, data, "quality", "promise", "--error", "5", "--share", "100")
    assert "153 ô" in told
    office = Office(data, Now())
    batch = filed_batch(office, "lot", 2, wrong=1)
    assert json.loads(run(capsys, data, "quality", "draw", "--json")) == {"drawn": 1}
    assert "đang nhập lại mẫu" in run(capsys, data, "quality", "list")
    key_all(office, checker("mai"))
    key_all(office, checker("hoa"), turns=THIRD)
    office.close()
    found = json.loads(run(capsys, data, "quality", "certificate", batch, "--json"))
    assert (found["standing"], found["judged"]["whole"]["errors"]) == ("not_met", 1)
    assert found["promise"] == {**found["promise"], "error_ppm": 50_000, "confidence_ppm": 950_000}
    assert "KHÔNG ĐẠT" in run(capsys, data, "quality", "certificate", batch)
    assert "Đúng mẫu" in run(capsys, data, "quality", "verify", batch)
    assert "+1" in run(capsys, data, "quality", "status")
    assert json.loads(run(capsys, data, "quality", "inspect", batch, "--json")) == {"fields": 0}
    assert "[quality.whole]" in run(capsys, data, "quality", "inspect", batch, code=17)
    assert "[quality.promise]" in run(capsys, data, "quality", "promise", "--error", "ít", code=17)


@pytest.mark.parametrize(
    ("text", "parts"), [("0,5", 5_000), ("0.5 %", 5_000), ("95", 950_000), ("99.99%", 999_900)], ids=str
)
def test_percentages_are_read_as_people_type_them(text: str, parts: int) -> None:
    assert read_percent(text) == parts


def test_percentages_are_written_as_people_read_them_and_never_better_than_they_are() -> None:
    assert percent(5_000, "vi") == "0,5 %"
    assert percent(333_334, "vi") == "33,34 %"
    assert percent(1_234, "en") == "0.124 %"
    assert percent(0, "en") == "0 %"
    assert percent(None, "vi") == "—"
