"""Reuse checks that come together: answered together, shed when there are too many, never unjournalled."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest

from dossier.admission import Role, Scopes
from dossier.api_errors import ServiceBusyError
from dossier.errors import MotlanError, StoreBusyError
from web.api.checks import Check
from web.api.desk import Desk, Reply
from web.api.room import Room
from web.api.shapes import ReuseCheckIn
from web.auth.caller import Caller
from web.auth.matrix import Endpoint

NOBODY = Caller("key-mau", Scopes(role=Role.ONE_STOP, offices=("*",)))


def check(name: int) -> Check:
    asked = ReuseCheckIn(dossier=f"H26.5.12-261120-{name:04d}", owner="011190000001")
    return Check(caller=NOBODY, asked=asked, endpoint=Endpoint.REUSE_CHECK, request=str(name))


class Store:
    """A store that is as slow as the test wants; ``now`` is the clock of the desk."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.now = 0.0
        self.error: Exception | None = None

    def __call__(self, checks: Sequence[Check]) -> Sequence[Reply]:
        self.begun.release()
        assert self.go_on.wait(20)
        self.groups.append([each.request for each in checks])
        if self.error is not None:
            raise self.error
        return [each.request.encode() for each in checks]

    def desk(self, *, most: int = 32, workers: int = 1, room: int = 100) -> Desk:
        self.room = Room(room, wait_seconds=1.0, clock=lambda: self.now)
        return Desk(self, room=self.room, clock=lambda: self.now, most=most, workers=workers)


def run(asking: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner() as runner:
        return runner.run(asking)


async def ask(desk: Desk, name: int) -> bytes | MotlanError:
    try:
        return await desk.ask(check(name))
    except MotlanError as error:
        return error


async def begun(store: Store) -> None:
    assert await asyncio.get_running_loop().run_in_executor(None, store.begun.acquire, True, 20)


async def beside_a_slow_one(store: Store, desk: Desk, count: int) -> list[bytes | MotlanError]:
    """One is being answered; the others come meanwhile."""
    first = asyncio.create_task(ask(desk, 0))
    await begun(store)
    others = [asyncio.create_task(ask(desk, name)) for name in range(1, count + 1)]
    await asyncio.sleep(0)
    store.now += 0.5
    store.go_on.set()
    return list(await asyncio.gather(first, *others))


def test_what_comes_while_one_is_answered_is_answered_together_each_with_its_own() -> None:
    store = Store()
    assert run(beside_a_slow_one(store, store.desk(), 3)) == [b"0", b"1", b"2", b"3"]
    assert store.groups == [["0"], ["1", "2", "3"]]


def test_so_many_at_most_are_answered_together() -> None:
    store = Store()
    assert len(run(beside_a_slow_one(store, store.desk(most=2), 5))) == 6
    assert store.groups == [["0"], ["1", "2"], ["3", "4"], ["5"]]


def test_a_store_that_fails_fails_those_it_was_asked_for_and_the_next_are_answered() -> None:
    store = Store()
    store.go_on.set()
    store.error = StoreBusyError("mau")

    async def asking() -> list[bytes | MotlanError]:
        desk = store.desk()
        failed = await ask(desk, 1)
        store.error = ValueError("011190000001")
        unforeseen = await ask(desk, 2)
        store.error = None
        return [failed, unforeseen, await ask(desk, 3)]

    failed, unforeseen, answered = run(asking())
    assert isinstance(failed, StoreBusyError)
    assert type(unforeseen) is MotlanError
    assert "011190000001" not in str(unforeseen)
    assert answered == b"3"


def test_who_waited_too_long_is_shed_without_being_begun() -> None:
    store = Store()

    async def asking() -> list[bytes | MotlanError]:
        desk = store.desk()
        first = asyncio.create_task(ask(desk, 0))
        await begun(store)
        late = asyncio.create_task(ask(desk, 1))
        await asyncio.sleep(0)
        store.now = 1.1
        turned = await ask(desk, 2)
        store.go_on.set()
        return [*await asyncio.gather(first, late), turned, await ask(desk, 3)]

    first, late, turned, fresh = run(asking())
    assert (first, fresh) == (b"0", b"3")
    assert isinstance(late, ServiceBusyError)
    assert isinstance(turned, ServiceBusyError)
    assert store.groups == [["0"], ["3"]]


def test_so_many_wait_at_the_desk_and_when_they_have_gone_others_may() -> None:
    store = Store()

    async def asking() -> list[bytes | MotlanError]:
        desk = store.desk(room=2)
        first = asyncio.create_task(ask(desk, 0))
        await begun(store)
        second = asyncio.create_task(ask(desk, 1))
        await asyncio.sleep(0)
        turned = await ask(desk, 2)
        store.go_on.set()
        return [*await asyncio.gather(first, second), turned, await ask(desk, 3)]

    first, second, turned, fresh = run(asking())
    assert (first, second, fresh) == (b"0", b"1", b"3")
    assert isinstance(turned, ServiceBusyError)
    assert store.room.enter()


def test_who_hangs_up_spoils_nothing_for_the_others() -> None:
    store = Store()

    async def asking() -> bytes | MotlanError:
        desk = store.desk()
        gone = asyncio.create_task(desk.ask(check(0)))
        await begun(store)
        stays = asyncio.create_task(ask(desk, 1))
        await asyncio.sleep(0)
        gone.cancel()
        store.go_on.set()
        return await stays

    assert run(asking()) == b"1"


def test_two_loops_may_ask_one_desk() -> None:
    store = Store()
    store.go_on.set()
    desk = store.desk(workers=2)
    assert [run(ask(desk, name)) for name in (1, 2)] == [b"1", b"2"]


# --- room


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def test_so_many_are_let_in_and_more_when_some_have_gone(seconds: Seconds) -> None:
    room = Room(2, wait_seconds=10, clock=seconds)
    tickets = [room.enter() for _ in range(3)]
    assert [bool(ticket) for ticket in tickets] == [True, True, False]
    room.leave(tickets[0])
    assert [bool(room.enter()) for _ in range(2)] == [True, False]


def test_nobody_joins_behind_one_that_waits_too_long_and_all_do_once_it_has_gone(seconds: Seconds) -> None:
    room = Room(100, wait_seconds=2, clock=seconds)
    first = room.enter()
    seconds.now += 2
    second = room.enter()
    assert second
    seconds.now += 1.5
    assert room.enter() == 0
    assert room.retry_seconds == 4
    room.leave(first)
    assert [bool(room.enter()) for _ in range(50)] == [True] * 50
    room.leave(second)


def test_a_service_that_stood_still_for_an_hour_says_so_within_bounds(seconds: Seconds) -> None:
    room = Room(100, wait_seconds=2, clock=seconds)
    stuck = room.enter()
    seconds.now += 3600
    assert room.enter() == 0
    assert room.retry_seconds == 30
    room.leave(stuck)
    assert room.retry_seconds == 1
    assert room.enter()
