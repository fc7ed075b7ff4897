"""A small real load: eight clients over TCP, every answer right and in the journal once; shedding."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from importlib import resources

import httpx
from starlette.types import Receive, Scope, Send

from dossier.errors import RecordDamagedError
from dossier.events import EventKind
from rulebook.procedure_tables import PROCEDURES_FOLDER
from tests.web.conftest import MakeOffice
from tests.web.office import HUSBAND, PROCEDURE, WIFE, Office, paper
from web.answers import open_signer, prove
from web.api.checks import Check, answer_all
from web.api.context import Context
from web.api.reuse import CHECKS
from web.api.shapes import ReuseCheckIn
from web.api.shell import Shell
from web.auth.matrix import Endpoint
from web.serve_api import answering

CLIENTS = 8
ROUNDS = 30


def codes(office: Office, key: dict[str, str], count: int) -> list[tuple[str, str]]:
    """Dossiers of two people, one after the other: code and number."""
    client = office.serve()
    made = []
    for place in range(count):
        owner = (WIFE, HUSBAND)[place % 2]
        code = f"H26.5.12-261120-{place + 1:04d}"
        body = {"code": code, "procedure": PROCEDURE, "owner": owner}
        assert client.post("/v1/dossiers", headers=key, json=body).status_code == 201
        made.append((code, owner))
    client.close()
    return made


def test_every_answer_under_load_is_the_right_one_and_is_in_the_journal_once(
    make_office: MakeOffice,
) -> None:
    office = make_office(MOTLAN_API_RATE_PER_MINUTE="100000", MOTLAN_API_WAIT_SECONDS="60")
    office.save(paper("own", WIFE), paper("other", HUSBAND, type="marriage_certificate"))
    key = dict(office.key())
    asked = codes(office, key, CLIENTS)
    right = {}
    client = office.serve()
    for code, owner in asked:
        told = client.post("/v1/reuse-checks", headers=key, json={"dossier": code, "owner": owner})
        right[code] = told.json()["answer"]
    client.close()
    assert len({str(each["components"]) for each in right.values()}) == 2
    before = len(office.events(EventKind.API_ANSWERED))

    with answering(office.services, ("127.0.0.1", 0)) as (host, port):

        def work(place: int) -> list[httpx.Response]:
            code, owner = asked[place]
            with httpx.Client(base_url=f"http://{host}:{port}", headers=key) as client:
                return [
                    client.post("/v1/reuse-checks", json={"dossier": code, "owner": owner})
                    for _ in range(ROUNDS)
                ]

        with ThreadPoolExecutor(CLIENTS) as pool:
            answers = [each for some in pool.map(work, range(CLIENTS)) for each in some]

    assert Counter(each.status_code for each in answers) == {200: CLIENTS * ROUNDS}
    keys = open_signer(office.services).keys
    for each in answers:
        told = each.json()
        assert told["answer"] == right[told["answer"]["dossier"]]
        assert prove(each.content, keys, item="answer").given.request == told["request"]
    kept = [event.subject for event in office.events(EventKind.API_ANSWERED)][before:]
    assert sorted(kept) == sorted(each.json()["request"] for each in answers)
    office.services.store.records.check_journal()


def test_too_many_checks_are_turned_away_with_a_time_others_are_not_and_it_recovers(
    make_office: MakeOffice,
) -> None:
    office = make_office(MOTLAN_API_WAITING="2")

    async def asking() -> None:
        go_on, seen = asyncio.Event(), []

        async def blocked(scope: Scope, _receive: Receive, send: Send) -> None:
            if scope["path"] == CHECKS:
                await go_on.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        def observe(_name: str, status: int, _seconds: float) -> None:
            seen.append(status)

        shell = Shell(blocked, office.services, seconds=lambda: office.clock.seconds, observe=observe)
        transport = httpx.ASGITransport(shell)
        async with httpx.AsyncClient(transport=transport, base_url="http://motlan.test") as client:
            inside = [asyncio.create_task(client.post(CHECKS)) for _ in range(2)]
            await asyncio.sleep(0.01)
            turned = await client.post(CHECKS)
            assert (turned.status_code, turned.json()["code"]) == (503, "request.busy")
            assert turned.headers["Retry-After"] == "1"
            assert (await client.get("/v1/health")).status_code == 200
            go_on.set()
            assert [(await call).status_code for call in inside] == [200, 200]
            assert (await client.post(CHECKS)).status_code == 200
        assert sorted(seen) == [200, 200, 200, 200, 503]

    asyncio.run(asking())
    log = (office.services.settings.data / "logs" / "motlan.jsonl").read_text("utf-8")
    assert [json.loads(line)["event"] for line in log.splitlines()].count("api.turned_away") == 1


def test_a_rulebook_that_changed_counts_at_the_next_check(make_office: MakeOffice) -> None:
    office = make_office()
    key = dict(office.key())
    client = office.serve()
    body = {"code": "H26.5.12-261120-0001", "procedure": PROCEDURE, "owner": WIFE}
    assert client.post("/v1/dossiers", headers=key, json=body).status_code == 201
    asked = {"dossier": body["code"], "owner": WIFE}
    before = client.post("/v1/reuse-checks", headers=key, json=asked).json()["answer"]["components"]
    assert "MAU-99" not in [each["code"] for each in before]
    folder = office.services.rules_folder / PROCEDURES_FOLDER
    folder.mkdir(parents=True)
    own = resources.files("rulebook").joinpath(f"tables/procedures/{PROCEDURE}.toml").read_text("utf-8")
    (folder / f"{PROCEDURE}.toml").write_text(own.replace('"TT-02"', '"MAU-99"'), encoding="utf-8")
    after = client.post("/v1/reuse-checks", headers=key, json=asked).json()["answer"]["components"]
    assert "MAU-99" in [each["code"] for each in after]
    client.close()


def test_a_damaged_paper_of_one_person_keeps_nobody_else_from_an_answer(make_office: MakeOffice) -> None:
    office = make_office()
    key = dict(office.key())
    asked = codes(office, key, 2)
    (own,) = office.save(paper("own", WIFE))
    with sqlite3.connect(office.services.settings.data / "store.sqlite3") as raw:
        raw.execute("UPDATE document_keys SET wrapped = zeroblob(60)")
    raw.close()
    client = office.serve()
    context: Context = client.app.state.context
    caller = context.authenticator.caller(key["Authorization"], peer="")
    checks = [
        Check(
            caller=caller,
            asked=ReuseCheckIn(dossier=code, owner=owner),
            endpoint=Endpoint.REUSE_CHECK,
            request=code,
        )
        for code, owner in asked
    ]
    damaged, whole = answer_all(context, checks)
    assert isinstance(damaged, RecordDamagedError)
    assert isinstance(whole, bytes)
    assert json.loads(whole)["answer"]["owner"] == HUSBAND
    assert [event.subject for event in office.events(EventKind.API_ANSWERED)][-1] == asked[1][0]
    assert own not in str(damaged)
    client.close()
