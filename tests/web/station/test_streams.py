"""Server-sent events of a batch: what changed and nothing twice, bounded, and over when the session is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from dossier.trays import FileState
from flows.staff import sessions
from tests.web.office import Office
from tests.web.station.browser import Browser
from tests.web.station.people import Staff
from tests.web.station.trays import NAME, begin, come_in, paper, send
from web.station.app import Site
from web.station.streams import Followed, Streams, following

Heard = Callable[[str], bool]


@pytest.fixture
def operator(staff: Staff, browser: Browser) -> Browser:
    come_in(staff, browser)
    return browser


def listen(site: Site, browser: Browser, path: str, *, enough: Heard, last_id: str = "") -> tuple[Any, str]:
    """What a stream says until it is enough or over: the head of the answer, and the text."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = [(b"host", b"tram.mau.example"), (b"cookie", cookie.encode())]
    if last_id:
        headers.append((b"last-event-id", last_id.encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "client": ("203.0.113.7", 40000),
        "server": ("tram.mau.example", 443),
    }
    head: list[Any] = []
    said: list[str] = []

    async def run() -> None:
        done = asyncio.Event()

        async def receive() -> Any:
            await done.wait()
            return {"type": "http.disconnect"}

        async def tell(message: Any) -> None:
            if message["type"] == "http.response.start":
                head.append(message)
                return
            said.append(message.get("body", b"").decode())
            if enough("".join(said)):
                done.set()

        await asyncio.wait_for(site(scope, receive, tell), 30)

    asyncio.run(run())
    return head[0], "".join(said)


def test_a_stream_tells_what_is_and_then_what_changed(site: Site, operator: Browser, office: Office) -> None:
    address = begin(operator)
    send(operator, address, (NAME, paper()))
    trays, tray = office.services.store.records.trays, address.rpartition("/")[2]

    def enough(text: str) -> bool:
        if text.count("event: changed") == 1 and "2/9" not in text:
            trays.change_file(tray, 1, state=FileState.READING, done=1, total=9)
        return text.count("event: changed") == 2

    head, text = listen(site, operator, f"{address}/events", enough=enough)
    told = {name.decode(): value.decode() for name, value in head["headers"]}
    assert head["status"] == 200
    assert told["content-type"].startswith("text/event-stream")
    assert (told["cache-control"], told["x-accel-buffering"]) == ("no-store", "no")
    assert text.startswith("retry: 3000\n\n")
    first, second = text.split("event: changed\n")[1:]
    assert first.startswith(f"id: {trays.revision(tray) - 1}\ndata: ")
    assert second.startswith(f"id: {trays.revision(tray)}\ndata: ")
    assert all(line.startswith("data: ") for line in second.strip().split("\n")[1:])
    assert NAME in second


def test_what_a_browser_had_is_not_sent_again(site: Site, operator: Browser, office: Office) -> None:
    address = begin(operator)
    trays, tray = office.services.store.records.trays, address.rpartition("/")[2]
    last = str(trays.revision(tray))

    _, text = listen(site, operator, f"{address}/events", enough=lambda text: "retry" in text, last_id=last)
    assert "event:" not in text
    send(operator, address, (NAME, paper()))
    _, text = listen(site, operator, f"{address}/events", enough=lambda text: "changed" in text, last_id=last)
    assert f"id: {trays.revision(tray)}\n" in text


def test_so_many_tabs_of_one_person_follow_and_no_more(site: Site, operator: Browser, office: Office) -> None:
    address = begin(operator)
    (account,) = office.services.store.records.staff.accounts()
    streams = site.station.streams
    with streams.place(account.actor), streams.place(account.actor), streams.place(account.actor):
        assert streams.has_room(account.actor)
        with streams.place(account.actor) as taken:
            assert taken
            told = operator.open(f"{address}/events")
            assert told.status_code == 409
            assert "quá nhiều trang cùng theo dõi" in operator.text()
            assert streams.has_room("user-another")
    assert streams.has_room(account.actor)


def test_a_stream_takes_nobodys_place_and_leaves_its_own(
    site: Site, operator: Browser, office: Office
) -> None:
    address = begin(operator)
    (account,) = office.services.store.records.staff.accounts()
    listen(site, operator, f"{address}/events", enough=lambda text: "changed" in text)
    with site.station.streams.place(account.actor) as taken:
        assert taken
        assert site.station.streams.has_room(account.actor)


async def said(streams: Streams, followed: Followed, count: int) -> list[str]:
    answer = following(streams, "user-1", followed, last_id="")
    heard = []
    async for text in answer.body_iterator:
        heard.append(str(text))
        if len(heard) == count:
            break
    return heard


@pytest.mark.parametrize("leaves", [False, True])
def test_a_stream_ends_with_what_it_follows_and_with_the_process(leaves: bool) -> None:
    streams = Streams()
    if leaves:
        streams.leave()
    followed = Followed(revision=lambda: -1, show=lambda: "", lasts=lambda: True)
    heard = asyncio.run(said(streams, followed, 5))
    assert heard[1:] == ([] if leaves else ["event: ended\ndata: \n\n"])


def test_a_stream_ends_with_the_session() -> None:
    followed = Followed(revision=lambda: 1, show=lambda: "a\nb", lasts=lambda: False)
    streams = Streams(beat_seconds=0.0)
    heard = asyncio.run(said(streams, followed, 5))
    assert heard == ["retry: 3000\n\n", "event: ended\ndata: \n\n"]


def test_whoever_follows_does_not_keep_their_session_alive(operator: Browser, office: Office) -> None:
    services = office.services
    (token,) = operator.cookies.values()
    held = sessions.find(services, token)
    assert held is not None
    for _ in range(29):
        office.clock.tick(60)
        assert sessions.lasts(services, held) is not None
    office.clock.tick(60)
    assert sessions.lasts(services, held) is None
    assert sessions.find(services, token) is None
