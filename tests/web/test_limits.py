"""What is too much, too large, too slow or not what was asked for, and how it is told."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import StreamingResponse

from dossier.errors import MotlanError, StoreError, all_errors
from dossier.events import EventKind
from flows.admission import keys, revoke_key
from tests.web.conftest import MakeOffice
from tests.web.office import DOSSIER, HUSBAND, PROCEDURE, STRANGER, WIFE, Caller, Office
from web.api.problems import problem, status_of
from web.auth.known import KNOWN_SECONDS
from web.auth.patterns import PERSONS_SECONDS, REFUSALS_SECONDS, Watch
from web.auth.rates import Buckets

BODY = {"code": DOSSIER, "procedure": PROCEDURE, "owner": WIFE}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nope", 404, "request.no_such_path"),
        ("GET", "/v1/documents/../../etc/passwd", 404, "request.no_such_path"),
        ("GET", "/v1/documents/%2e%2e%2fetc%2fpasswd", 404, "request.no_such_path"),
        ("GET", "/v1/documents/x%00y", 400, "request.nul"),
        ("GET", f"/v1/dossiers/{DOSSIER}?since=%00", 400, "request.nul"),
        ("GET", f"/v1/documents/{WIFE}", 422, "request.invalid"),
        ("GET", "/v1/dossiers/H26.5.12-261350-0001", 422, "request.invalid"),
        ("DELETE", "/v1/dossiers", 405, "request.method"),
        ("TRACE", "/v1/health", 405, "request.method"),
        ("GET", "/v1/reuse-checks", 405, "request.method"),
    ],
)
def test_what_is_not_there_is_a_problem_with_a_stable_code(
    office: Office, client: Caller, *, method: str, path: str, status: int, code: str
) -> None:
    told = client.request(method, path, headers=office.key())
    assert (told.status_code, told.json()["code"]) == (status, code)
    assert told.headers["Content-Type"] == "application/problem+json"
    assert told.json()["instance"] == f"urn:uuid:{told.headers['Motlan-Request-Id']}"
    assert status != 405 or told.headers["Allow"]


def test_a_wrong_method_is_told_all_that_the_address_answers_to(office: Office, client: Caller) -> None:
    told = client.request("OPTIONS", "/v1/me/requests", headers=office.key())
    assert (told.status_code, told.headers["Allow"]) == (405, "GET, POST")
    told = client.request("POST", f"/v1/dossiers/{DOSSIER}", headers=office.key())
    assert (told.status_code, told.headers["Allow"]) == (405, "GET")


def test_problems_speak_vietnamese_or_english(client: Caller) -> None:
    assert client.get("/v1/x").json()["detail"] == "Không có địa chỉ này."
    english = client.get("/v1/x", headers={"Accept-Language": "en-GB,en;q=0.9,vi;q=0.1"})
    assert english.json()["detail"] == "There is no such address."
    assert english.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"code": 1}', b"\xff\xfe", b"[" * 50_000, b'{"a":' * 5_000]
)
def test_a_broken_body_is_a_problem_and_nothing_of_it_comes_back(
    office: Office, client: Caller, content: bytes
) -> None:
    headers = {**office.key(), "Content-Type": "application/json"}
    told = client.post("/v1/dossiers", headers=headers, content=content)
    assert (told.status_code, told.json()["code"]) == (422, "request.invalid")


def test_values_that_do_not_fit_are_placed_but_never_repeated(office: Office, client: Caller) -> None:
    body = {**BODY, "owner": f"{WIFE}x", "secret": "Mẫu Thị Thử"}
    told = client.post("/v1/dossiers", headers=office.key(), json=body)
    assert [place["in"] for place in told.json()["places"]] == ["body.owner", "body"]
    assert WIFE not in told.text
    assert "Mẫu" not in told.text


@pytest.mark.parametrize("kind", ["", "text/plain", "application/xml", "multipart/form-data"])
def test_another_kind_of_body_is_refused(office: Office, client: Caller, kind: str) -> None:
    for path in ("/v1/dossiers", "/v1/verifications"):
        headers = {**office.key(), "Content-Type": kind}
        told = client.post(path, headers=headers, content=json.dumps(BODY).encode())
        assert (told.status_code, told.json()["code"]) == (415, "request.media_type")


def test_callers_are_proven_before_anything_else_is_looked_at(client: Caller) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic bW90bGFuOm1vdGxhbg=="},
        {"Authorization": f"Bearer motlan_{'0' * 16}_{'A' * 43}"},
        {"Authorization": "Bearer x.y.z"},
    ):
        told = client.post("/v1/dossiers", headers=headers, content=b"no json at all")
        assert (told.status_code, told.json()["code"]) == (401, "access.credentials")
        assert told.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_and_an_ended_key_prove_nobody(office: Office, client: Caller) -> None:
    first, second = office.key(), office.key()
    path = f"/v1/dossiers/{DOSSIER}"
    assert client.get(path, headers=first).status_code == 403
    revoke_key(office.services, keys(office.services)[0].id)
    office.clock.tick(KNOWN_SECONDS)
    assert client.get(path, headers=first).status_code == 401
    office.clock.tick(366 * 86_400)
    assert client.get(path, headers=second).status_code == 401


def test_a_peer_that_fails_too_often_is_slowed_down(client: Caller) -> None:
    statuses = [client.get(f"/v1/dossiers/{DOSSIER}").status_code for _ in range(62)]
    assert statuses[:60] == [401] * 60
    assert statuses[60:] == [429] * 2


@pytest.fixture
def narrow(make_office: MakeOffice) -> Iterator[tuple[Office, Caller]]:
    office = make_office(
        MOTLAN_API_MAX_BODY_BYTES="1000",
        MOTLAN_API_MAX_UPLOAD_BYTES="2000",
        MOTLAN_API_RATE_PER_MINUTE="6",
        MOTLAN_API_CONCURRENCY="2",
        MOTLAN_API_BODY_SECONDS="0.2",
        MOTLAN_API_ALARM_REFUSALS="2",
    )
    client = office.serve()
    yield office, client
    client.close()


def test_a_body_that_is_too_large_is_refused_by_what_it_says_and_by_what_comes(
    narrow: tuple[Office, Caller],
) -> None:
    office, client = narrow

    async def pieces() -> object:
        for _ in range(30):
            yield b" " * 100

    headers = {**office.key(), "Content-Type": "application/json"}
    for content in (b" " * 1001, pieces()):
        told = client.post("/v1/dossiers", headers=headers, content=content)
        assert (told.status_code, told.json()["code"]) == (413, "request.too_large")
    pdf = {**headers, "Content-Type": "application/pdf"}
    told = client.post("/v1/verifications", headers=pdf, content=b"%PDF" * 501)
    assert (told.status_code, told.json()["code"]) == (413, "request.too_large")
    assert list((office.services.settings.data / "tmp").iterdir()) == []


def test_a_body_that_does_not_come_is_given_up(narrow: tuple[Office, Caller]) -> None:
    office, client = narrow
    waiting = threading.Event()

    async def nothing() -> object:
        yield b"{"
        await asyncio.get_running_loop().run_in_executor(None, waiting.wait, 20)
        yield b"}"

    headers = {**office.key(), "Content-Type": "application/json"}
    told = client.post("/v1/dossiers", headers=headers, content=nothing())
    waiting.set()
    assert (told.status_code, told.json()["code"]) == (408, "request.slow")


def test_a_caller_that_asks_too_often_waits_and_others_do_not(narrow: tuple[Office, Caller]) -> None:
    office, client = narrow
    eager, calm = office.key(), office.key()
    path = f"/v1/dossiers/{DOSSIER}"
    told = [client.get(path, headers=eager) for _ in range(7)]
    assert [each.status_code for each in told] == [403] * 6 + [429]
    assert told[-1].headers["Retry-After"] == "10"
    assert client.get(path, headers=calm).status_code == 403
    office.clock.tick(10)
    assert client.get(path, headers=eager).status_code == 403


def test_a_batch_counts_as_many_as_it_asks(narrow: tuple[Office, Caller]) -> None:
    office, client = narrow
    one = {"dossier": DOSSIER, "owner": WIFE}
    key = office.key()
    for count, status in ((4, 200), (4, 429), (1, 200)):
        told = client.post("/v1/reuse-checks/batch", headers=key, json={"checks": [one] * count})
        assert told.status_code == status


def test_many_refusals_raise_one_alarm(narrow: tuple[Office, Caller]) -> None:
    office, client = narrow
    key = office.key()
    for _ in range(5):
        client.get(f"/v1/dossiers/{DOSSIER}", headers=key)
    alarms = office.events(EventKind.ACCESS_ALARM)
    assert [event.details["why"] for event in alarms] == ["refusals"]
    assert alarms[0].actor.startswith("key-")


def test_one_caller_that_looks_at_very_many_persons_raises_an_alarm(make_office: MakeOffice) -> None:
    office = make_office(MOTLAN_API_ALARM_PERSONS="2")
    client = office.serve()
    key = office.key()
    persons = [{"whose": "child", "number": number} for number in (HUSBAND, STRANGER)]
    client.post("/v1/dossiers", headers=key, json={**BODY, "persons": persons})
    for owner in (WIFE, HUSBAND, WIFE):
        told = client.post("/v1/reuse-checks", headers=key, json={"dossier": DOSSIER, "owner": owner})
        assert told.status_code == 200
    assert office.events(EventKind.ACCESS_ALARM) == []
    client.post("/v1/reuse-checks", headers=key, json={"dossier": DOSSIER, "owner": STRANGER})
    assert [event.details["why"] for event in office.events(EventKind.ACCESS_ALARM)] == ["persons"]
    client.close()


def test_more_requests_than_there_is_room_for_are_turned_away_at_once_and_it_recovers(
    narrow: tuple[Office, Caller],
) -> None:
    _, client = narrow
    hold, inside = threading.Event(), threading.Semaphore(0)

    def wait() -> str:
        inside.release()
        assert hold.wait(20)
        return "done"

    client.app.add_api_route("/v1/wait", wait)

    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(_once, client.app, "/v1/wait") for _ in range(2)]
        inside.acquire()
        inside.acquire()
        refused = client.get("/v1/answer-keys")
        assert (refused.status_code, refused.json()["code"]) == (503, "request.busy")
        assert refused.headers["Retry-After"] == "1"
        hold.set()
        assert [call.result() for call in calls] == [200, 200]
    assert client.get("/v1/answer-keys").status_code == 200


def test_a_stream_of_events_tells_proxies_not_to_gather_it(client: Caller) -> None:
    def events() -> StreamingResponse:
        return StreamingResponse(iter(["data: x\n\n"]), media_type="text/event-stream")

    client.app.add_api_route("/v1/events", events)
    assert client.get("/v1/events").headers["x-accel-buffering"] == "no"
    assert "x-accel-buffering" not in client.get("/v1/health").headers


def _once(app: object, path: str) -> int:
    caller = Caller(app)
    try:
        return caller.get(path).status_code
    finally:
        caller.close()


def test_what_nobody_foresaw_is_a_problem_without_a_word_about_it(client: Caller, office: Office) -> None:
    def broken() -> str:
        raise ValueError(f"{WIFE} Mẫu Thị Thử")

    client.app.add_api_route("/v1/broken", broken)

    told = client.get("/v1/broken")
    assert (told.status_code, told.json()["code"]) == (500, "motlan.error")
    log = (office.services.settings.data / "logs" / "motlan.jsonl").read_text("utf-8")
    assert "ValueError at " in log
    assert told.headers["Motlan-Request-Id"] in log
    assert WIFE not in told.text + log
    assert "Mẫu" not in told.text + log


def test_the_log_has_no_path_no_number_and_no_name(office: Office, client: Caller) -> None:
    key = office.key()
    client.post("/v1/dossiers", headers=key, json=BODY)
    client.get(f"/v1/documents/{WIFE}?field={WIFE}", headers=key)
    log = (office.services.settings.data / "logs" / "motlan.jsonl").read_text("utf-8")
    assert [json.loads(line)["status"] for line in log.splitlines()] == [201, 422]
    assert not [each for each in (WIFE, DOSSIER, "documents/", key["Authorization"][-20:]) if each in log]


def test_every_answer_bears_the_headers_that_protect(client: Caller) -> None:
    for path in ("/v1/health", "/v1/nope", "/v1/openapi.json"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Strict-Transport-Security" not in headers
        assert "Server" not in headers


def test_every_error_has_a_status_and_our_own_failures_keep_their_item_to_themselves() -> None:
    for kind in all_errors():
        assert status_of(kind.__new__(kind)) in range(400, 504)
    told = problem(StoreError("/kho/bi-mat"), request="r", lang="vi")
    assert told.status_code == 500
    assert b"bi-mat" not in told.body
    assert status_of(MotlanError()) == 500


# --- buckets and watch


@given(st.lists(st.floats(0, 30), max_size=60))
def test_no_caller_gets_more_than_its_rate(pauses: list[float]) -> None:
    now = [0.0]
    buckets = Buckets(60, clock=lambda: now[0])
    taken = 0
    for pause in pauses * 4:
        now[0] += pause
        taken += buckets.take("a") == 0
        assert taken <= 60 + now[0] + 1e-6


def test_who_waits_as_long_as_told_gets_in() -> None:
    now = [0.0]
    buckets = Buckets(2, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(2)] == [0, 0]
    wait = buckets.take("a")
    assert wait == 30
    now[0] += wait
    assert buckets.take("a") == 0


def test_only_so_many_callers_are_remembered() -> None:
    buckets = Buckets(1, clock=lambda: 0.0, most=2)
    assert [buckets.take(name) for name in ("a", "b", "c", "a")] == [0, 0, 0, 0]
    assert buckets.take("a") == 60


def test_the_watch_forgets_what_is_long_ago() -> None:
    now = [0.0]
    watch = Watch(persons=2, refusals=1, clock=lambda: now[0])
    assert not watch.looked("a", ["1", "2"])
    now[0] += PERSONS_SECONDS
    assert not watch.looked("a", ["3"])
    assert watch.looked("a", ["4", "5"])
    assert not watch.looked("a", ["6"])
    assert not watch.refused("a")
    now[0] += REFUSALS_SECONDS
    assert not watch.refused("a")
    assert watch.refused("a")
    assert not watch.looked("b", ["1"])
