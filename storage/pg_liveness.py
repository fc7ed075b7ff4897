"""Find a connection of the pool that the server has cut before it is used, without asking the server.

A server that ends a session says so, and closes: either can be read from the socket at once. Asking it
instead (``pool_pre_ping``) costs a round trip for every transaction. Only a connection that lay unused for a
while is asked: of a machine that lost its power nothing ever arrives.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError

ASKED_AFTER_SECONDS: Final = 30.0
"""A connection that lay unused for longer is asked."""

_LEFT: Final = "motlan_left"
"""When the connection was given back, by the monotonic clock."""


class _Driver(Protocol):
    """A connection of psycopg, as far as it is used here."""

    closed: bool

    def fileno(self) -> int:
        """Of its socket."""


class _Record(Protocol):
    """The pool's own notes about a connection."""

    info: dict[Any, Any]


def watch(
    engine: Engine,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    answers: Callable[[Engine, Any], bool] | None = None,
) -> None:
    """Look at every connection of the engine as it is taken from the pool.

    Args:
        engine: of psycopg, without ``pool_pre_ping``.
        monotonic: seconds that only grow.
        answers: asks the server of a connection whether it is there; a round trip by default.
    """
    asked = answers or server_answers

    def given_back(_driver: object, record: _Record) -> None:
        record.info[_LEFT] = monotonic()

    def taken(driver: _Driver, record: _Record, _fairy: object) -> None:
        left = record.info.get(_LEFT)
        if left is None:
            # Just opened.
            return
        is_idle = monotonic() - left >= ASKED_AFTER_SECONDS
        if driver.closed or ((is_idle or _has_word(driver)) and not asked(engine, driver)):
            raise InvalidatePoolError

    event.listen(engine, "checkin", given_back)
    event.listen(engine, "checkout", taken)


def _has_word(driver: _Driver) -> bool:
    """Whether the server said something that nobody asked for; the end of the line is readable too."""
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def server_answers(engine: Engine, driver: Any) -> bool:
    """Whether the server of a connection is still there."""
    try:
        return bool(engine.dialect.do_ping(driver))
    except (engine.dialect.loaded_dbapi.Error, DBAPIError):
        return False
