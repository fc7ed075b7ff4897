"""Connections that the server cut are found before they are used; the others are not asked for nothing."""

from __future__ import annotations

import select
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from storage.pg_liveness import ASKED_AFTER_SECONDS, server_answers, watch
from tests.storage.pg_server import PgServer, missing

pytestmark = [pytest.mark.skipif(bool(missing()), reason=missing() or "-")]


class Seconds:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Asked:
    """Counts how often the server was asked whether it is there."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, engine: Engine, driver: object) -> bool:
        self.times += 1
        return server_answers(engine, driver)


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def engine(server: PgServer, clock: Seconds, asked: Asked) -> Iterator[Engine]:
    made = create_engine(
        server.url("postgres").replace("postgresql:", "postgresql+psycopg:"), pool_size=2, max_overflow=0
    )
    watch(made, monotonic=clock, answers=asked)
    yield made
    made.dispose()


def session(connection: Connection) -> int:
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_a_connection_just_given_back_is_used_again_without_asking(
    engine: Engine, clock: Seconds, asked: Asked
) -> None:
    with engine.connect() as connection:
        first = session(connection)
    clock.now += ASKED_AFTER_SECONDS - 1
    with engine.connect() as connection:
        assert session(connection) == first
    assert asked.times == 0


def test_a_connection_that_lay_unused_for_long_is_asked(engine: Engine, clock: Seconds, asked: Asked) -> None:
    with engine.connect() as connection:
        first = session(connection)
    clock.now += ASKED_AFTER_SECONDS
    with engine.connect() as connection:
        assert session(connection) == first
    assert asked.times == 1


def test_a_session_that_the_server_ended_is_replaced_before_anything_is_sent(engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as other:
        sessions = {session(one), session(other)}
        ending = session(one)
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": ending})
        # The one that is cut while it is used fails; that is what nobody can find before.
        with pytest.raises(DBAPIError):
            session(one)
    with engine.connect() as again:
        assert session(again) != ending
    assert len(sessions) == 2


def test_sessions_that_ended_while_they_lay_in_the_pool_are_never_seen(
    server: PgServer, engine: Engine
) -> None:
    with engine.connect() as one, engine.connect() as other:
        sessions = {session(one), session(other)}
    server.stop("immediate")
    server.start()
    with engine.connect() as one, engine.connect() as other:
        fresh = {session(one), session(other)}
    assert not sessions & fresh


def test_a_word_of_the_server_that_nobody_asked_for_is_no_reason_to_leave_a_session(
    engine: Engine, asked: Asked
) -> None:
    with engine.connect() as one, engine.connect() as other:
        first = session(one)
        one.execute(text("LISTEN word"))
        one.commit()
        raw = one.connection.driver_connection
        one.close()
        other.execute(text("NOTIFY word"))
        other.commit()
        _until_readable(raw)
        with engine.connect() as again:
            assert session(again) == first
    assert asked.times == 1


def test_an_error_of_a_connection_leaves_the_pool_usable(engine: Engine) -> None:
    seen: list[object] = []
    event.listen(engine, "invalidate", lambda *arguments: seen.append(arguments))
    with engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("SELECT no_such_column"))
    with engine.connect() as connection:
        assert session(connection) > 0
    assert not seen


def _until_readable(driver: object) -> None:

    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)  # type: ignore[attr-defined]
    assert poll.poll(10_000)
