"""What the national portal counts as received: taken in, and given to the figures (indicator 1.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from dossier.api_errors import PortalCountError
from dossier.events import Event, EventKind
from dossier.portal import MOST_DAYS, MOST_RECEIVED, PortalCount, ToldCount, received_by_office
from wiring.services import Services

_OFFICE: Final = re.compile(
    r"(?:[0-9A-Z]{3}(?:\.[0-9A-Z]{2}){2}\.[A-Z][0-9]{2}|[A-Z][0-9]{2}(?:\.[0-9A-Z]{1,3}){0,3})", re.ASCII
)
_SHOWN: Final = 40


def tell_counts(services: Services, counts: Sequence[PortalCount], *, caller: str) -> int:
    """Keep counts of the portal, all or none; gives how many were new.

    Raises:
        PortalCountError: an office is none, a period is turned around, longer than 366 days or not over, or
            an office and period stand there twice with different numbers.
    """
    told: dict[tuple[str, date, date], PortalCount] = {}
    for one in counts:
        _need_count(services, one)
        other = told.setdefault((one.office, one.first, one.last), one)
        if other != one:
            raise PortalCountError(one.office, reason="một kỳ có hai số khác nhau")
    now = services.clock()
    offices = len({one.office for one in told.values()})
    event = Event(
        kind=EventKind.PORTAL_COUNTED,
        at=now,
        actor=caller,
        details={"counts": len(told), "offices": offices},
    )
    return services.store.records.portal.add(list(told.values()), at=now, by=caller, events=[event])


def counts_within(services: Services, first: date, last: date) -> Sequence[ToldCount]:
    """The newest count of every office and period that lies within two days."""
    return services.store.records.portal.within(first, last)


def national_counts(
    services: Services, first: date, last: date, *, covers: Callable[[str], bool]
) -> Mapping[str, int]:
    """What the portal counts in a period for each office that is asked about.

    Only counts of periods that lie within it are used, so a period that the portal's files cut elsewhere
    gives less, never more.
    """
    found = [told.count for told in counts_within(services, first, last)]
    return received_by_office(one for one in found if covers(one.office))


def _need_count(services: Services, one: PortalCount) -> None:
    if not _OFFICE.fullmatch(one.office):
        raise PortalCountError(one.office[:_SHOWN], reason="không phải mã cơ quan trong mã hồ sơ")
    if not 0 <= one.received <= MOST_RECEIVED:
        raise PortalCountError(one.office, reason="số hồ sơ ngoài giới hạn")
    if not 0 <= (one.last - one.first).days < MOST_DAYS:
        raise PortalCountError(one.office, reason="kỳ phải từ 1 đến 366 ngày, ngày đầu trước ngày cuối")
    if one.last > services.today():
        raise PortalCountError(one.office, reason="kỳ chưa kết thúc")
