"""The bench of reports, small: invented dossiers in bulk, and figures that say the same both ways."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bench.report import FIRST, LAST, measure
from dossier.moments import VIETNAM
from flows.indicators import Wanted, make_report
from wiring.services import Services
from wiring.settings import read_settings

NOW = datetime(2026, 7, 1, 8, tzinfo=VIETNAM)


def test_a_filled_store_gives_the_same_figures_from_rows_and_facts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = read_settings({"MOTLAN_DATA": str(tmp_path / "data")})
    with Services(settings, clock=lambda: NOW) as services:
        assert measure(services, 700)
        assert "both say the same: yes" in capsys.readouterr().out
        whole = make_report(services, FIRST, LAST, wanted=Wanted()).whole
        assert whole.plan.dossiers == 700
        # Every kind of dossier is there: told and not, ended and open, late and in time, brought again.
        assert 0 < whole.plan.nothing_twice < whole.plan.people
        assert all(whole.plan.punctuality.values())
        assert min(whole.plan.open_late, whole.plan.open_in_time + 1) > 0
        assert services.store.records.counts.compare(told=lambda _looked: None).differing == 0
