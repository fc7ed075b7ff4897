from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher

from flows.staff.passwords import Passwords
from tests.web.office import Office
from tests.web.station.browser import Browser
from tests.web.station.people import Staff
from web.station.app import Site, build_site

# As good as the real ones for what is tested here, and a thousand times cheaper.
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def site(office: Office) -> Site:
    return site_of(office)


def site_of(office: Office, **more: Any) -> Site:
    return build_site(office.services, seconds=lambda: office.clock.seconds, passwords=CHEAP, **more)


@pytest.fixture
def open_browser(site: Site) -> Iterator[Callable[..., Browser]]:
    """Browsers on the station, closed at the end."""
    made: list[Browser] = []

    def make(**more: str) -> Browser:
        made.append(Browser(site, **more))
        return made[-1]

    yield make
    for browser in made:
        browser.close()


@pytest.fixture
def browser(open_browser: Callable[..., Browser]) -> Browser:
    return open_browser()


@pytest.fixture
def staff(office: Office) -> Staff:
    return Staff(office, CHEAP)
