"""The socket of the desk takes so many batches at a time; who comes then is told when to come again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import cv2
import httpx
from fastapi import FastAPI

from dossier.work import FairRules, Pool
from flows.work.holding import holding_work
from tests.ocr.pages import draw_page
from tests.prefect_server import NOBODY
from web.app import build_app
from wiring.services import Services
from wiring.settings import Settings, read_settings


def settings(folder: Path) -> Settings:
    """Of an installation whose runs no Prefect server hears of."""
    return read_settings({"MOTLAN_DATA": str(folder / "data"), "MOTLAN_PREFECT_URL": NOBODY})


def hand_in(app: FastAPI, path: Path) -> dict[str, object]:
    """The last line that was said to one who hands a file in."""

    async def ask() -> str:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return (await client.post("/v1/batches", json={"paths": [str(path)]})).text

    told: dict[str, object] = json.loads(asyncio.run(ask()).splitlines()[-1])
    return told


def test_one_too_many_is_told_to_come_again_and_a_place_is_free_after_each_call(tmp_path: Path) -> None:
    empty = tmp_path / "in"
    empty.mkdir()
    with Services(settings(tmp_path)) as services:
        services.create()
        full = hand_in(build_app(services, most_calls=0), empty)["error"]
        assert isinstance(full, dict)
        assert (full["code"], full["details"]) == ("work.full", {"seconds": 60})
        desk = build_app(services, most_calls=1)
        for _ in range(2):
            assert "handed" in hand_in(desk, empty)


def test_a_batch_that_had_its_time_gives_back_what_it_has_at_the_next_page(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    cv2.imwrite(str(folder / "a.png"), draw_page(("Giấy này có giá trị",), dpi=200, size=(5.0, 1.4)))
    with Services(settings(tmp_path)) as services:
        services.create()
        failed = hand_in(build_app(services, is_over=lambda: True), folder)["error"]
        assert isinstance(failed, dict)
        assert failed["code"] == "store.busy"
        with holding_work(services) as held:
            rules = FairRules(cap=0, share=5, tries=3)
            lease = services.looking.records.work.take(Pool.READ, held.holder, rules=rules)
            assert lease is not None
            assert lease.tries == 1
