"""The process that is killed: put papers down while they complete themselves, then complete what is left.

``python -m tests.faults.stamp_line DATA PAGES BEGUN URL…``. Its clock goes faster than the world's, so that
waits which are right for an office pass in a test; the services of the test go by the same clock. Where its
keys are on a token, that is pulled twice in every life of the process, and once more while it is put back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pkcs11.exceptions import DeviceRemoved, SessionHandleInvalid, TokenNotPresent

from flows.stamp_loop import complete_all, completing
from signing.key_sources import Pkcs11Source
from tests.flows.stamping import desk, put_down
from tests.signing.tokens import PulledDriver, driver

FASTER = 60.0
# The fast clock begins so far back that it never overtakes the world's, by which verification also goes.
BEHIND = timedelta(days=30)


def fast_clock(begun: float) -> Callable[[], datetime]:
    """A minute each second from that moment on (seconds since 1970), which it calls a month earlier."""
    start = datetime.fromtimestamp(begun, UTC)

    def clock() -> datetime:
        return start - BEHIND + FASTER * (datetime.now(UTC) - start)

    return clock


def pulled(source: Pkcs11Source) -> PulledDriver:
    """The token, which somebody pulls before the 7th and the 20th signature."""
    return PulledDriver(
        driver(source.token),
        signing={7: SessionHandleInvalid(), 20: DeviceRemoved()},
        opening={3: TokenNotPresent()},
    )


def main(data: Path, pages: Path, begun: float, urls: list[str]) -> None:
    """Until every paper is down and complete."""
    waiting = range(0, len(list(pages.iterdir())), 10)
    with desk(data, urls, clock=fast_clock(begun), MOTLAN_STAMP_FINISH_SECONDS="0") as services:
        services.token_driver = pulled
        with services.writing(), completing(services):
            put_down(services, pages, waiting=list(waiting))
        complete_all(services, tell=lambda _: None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4:])
