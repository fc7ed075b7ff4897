"""A small real load: eight clients over TCP, every answer right and in the journal once; shedding."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib import resources

import httpx
from starlette.types import Receive, Scope, Send

from dossier.errors import RecordDamagedError
from dossier.events import EventKind
from rulebook.procedure_tables import PROCEDURES_FOLDER
from tests.web.conftest import MakeOffice
from tests.web.office import HUSBAND, PROCEDURE, WIFE, Caller, Office, paper
from web.answers import open_signer, prove
from web.api.checks import Check, answer_all
from web.api.context import Context
from web.api.reuse import CHECKS
from web.api.room import Room
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


def test_checks_without_room_are_turned_away_before_they_are_read_and_others_are_not(
    make_office: MakeOffice,
) -> None:
    office = make_office()
    seen: list[int] = []
    room = Room(1, wait_seconds=10, clock=lambda: office.clock.seconds)

    async def plain(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def observe(_name: str, status: int, _seconds: float) -> None:
        seen.append(status)

    clock = office.clock
    shell = Shell(plain, office.services, room=room, seconds=lambda: clock.seconds, observe=observe)
    client = Caller(shell)
    ticket = room.enter()
    for _ in range(3):
        turned = client.post(CHECKS)
        assert (turned.status_code, turned.json()["code"]) == (503, "request.busy")
        assert turned.headers["Retry-After"] == "1"
    assert client.get("/v1/health").status_code == 200
    room.leave(ticket)
    assert client.post(CHECKS).status_code == 200
    client.close()
    assert seen == [503, 503, 503, 200, 200]
    log = (office.services.settings.data / "logs" / "motlan.jsonl").read_text("utf-8")
    assert [json.loads(line)["event"] for line in log.splitlines()].count("api.turned_away") == 1


def test_who_only_begins_a_check_holds_up_nobody(make_office: MakeOffice) -> None:
    office = make_office(MOTLAN_API_WAITING="1", MOTLAN_API_WAIT_SECONDS="0.2")
    key = dict(office.key())
    (code, owner) = codes(office, key, 1)[0]
    head = (
        f"POST {CHECKS} HTTP/1.1\r\nHost: a\r\nAuthorization: {key['Authorization']}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    with answering(office.services, ("127.0.0.1", 0)) as address, ExitStack() as stack:
        for _ in range(5):
            slow = stack.enter_context(socket.create_connection(address, timeout=20))
            slow.sendall(head.encode())
        office.clock.tick(5)
        url = f"http://{address[0]}:{address[1]}{CHECKS}"
        told = httpx.post(url, headers=key, json={"dossier": code, "owner": owner}, timeout=30)
        assert told.status_code == 200


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
