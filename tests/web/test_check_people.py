"""Several people at the check station at once: nothing they were told was taken is lost or taken twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench.check_load import run, told
from bench.check_people import judge
from bench.check_stage import fill, people, serving, settings_of, wait_until_saved
from wiring.services import Services

pytestmark = pytest.mark.slow

PEOPLE = 6


def test_of_several_people_nobody_loses_an_answer_and_no_paper_lies_on_two_tables(tmp_path: Path) -> None:
    data = tmp_path / "data"
    fill(data, 30, asked=("full_name", "date_of_birth"))
    with Services(settings_of(data)) as services:
        everybody = people(services, PEOPLE)
        with serving(data) as served:
            host, _, port = served.address.removeprefix("http://").rpartition(":")
            wanted: dict[str, object] = {
                "host": host,
                "port": int(port),
                "tokens": [one.token for one in everybody],
                "think_from": 0.05,
                "think_to": 0.2,
                "seconds": 5.0,
            }
            came = told(asyncio.run(run(wanted)))
            wait_until_saved(services, within_s=60)
        assert len(came["taken"]) > PEOPLE
        assert {status for kind in ("answers", "pictures") for _, _, status in came[kind]} <= {200, 204}
        assert judge(services, came, everybody) == []
