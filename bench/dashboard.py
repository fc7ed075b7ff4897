"""The dashboard of a province: ``python -m bench.dashboard [--dossiers 463697]``.

Fills the counted rows of half a year, as counting would leave them, and tells what the page asks for costs:
the first report of a process, the same again, after one dossier changed, the line pictures of six months,
and the whole answer of the page to a manager. CPU is told, since it says the same on a busy machine. The
exit code is 1 when the page of a process that has counted before takes more than 300 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import insert, update

from dossier.handling import Channel, OfficeLevel
from dossier.moments import VIETNAM, micros
from dossier.staff import StaffRole
from flows.indicators import Wanted, make_report, month_figures
from flows.kept_counts import KeptCounts
from rulebook.place_count import MARKS
from rulebook.time_limits import Punctuality
from storage.dossier_counts import mark_months
from storage.schema import dossier_counts
from tests.web.office import Clock, Office, made_store
from tests.web.station.browser import Browser
from tests.web.station.conftest import CHEAP
from tests.web.station.people import Staff
from web.station.app import build_site
from wiring.services import Services

PROVINCE: Final = 463_697
LIMIT_S: Final = 0.3
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
_DAYS: Final = (LAST - FIRST).days + 1
_PAGE: Final = 5000
_T = TypeVar("_T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.dashboard", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=PROVINCE)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="motlan-dashboard-") as folder:
        clock = Clock()
        clock.now = datetime(2026, 7, 1, 8, tzinfo=VIETNAM)
        office = Office(made_store(Path(folder) / "data"), clock)
        _timed(f"filling {chosen.dossiers:,} counted rows", lambda: fill(office.services, chosen.dossiers))
        cost = measure(office)
        office.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f}; peak memory {peak:.0f} MB\n")
    return int(cost > LIMIT_S)


def fill(services: Services, count: int) -> None:
    """So many counted rows in 140 offices: four fifths told in full, the rest with the day of the rules."""
    invented = random.Random(7)  # noqa: S311 - nothing is secret here
    for start in range(0, count, _PAGE):
        rows = [_row(invented, number, count) for number in range(start, min(count, start + _PAGE))]
        with services.store.records.upkeep.writing() as writing:
            writing.connection.execute(insert(dossier_counts), rows)
            mark_months(writing.connection, rows)


def _row(invented: random.Random, number: int, count: int) -> dict[str, object]:
    office = f"H26.{invented.randrange(1, 15)}.{invented.randrange(1, 11)}"
    day = FIRST + timedelta(days=number * _DAYS // count)
    at = (
        micros(datetime(day.year, day.month, day.day, 8, tzinfo=VIETNAM))
        + invented.randrange(480) * 60_000_000
    )
    promised = at + invented.choice((1, 3, 5, 15)) * 86_400_000_000 if invented.random() < 0.8 else None
    ended = invented.random() < 0.95
    late = invented.random() < 0.1
    length = invented.randrange(120, 20_000)
    known = promised is not None
    kind = invented.choice(list(Punctuality)) if ended and known else None
    return {
        "office": office,
        "level": OfficeLevel.COMMUNE.value,
        "day": day.isoformat(),
        "code": f"{office}-{day:%y%m%d}-{number:07d}",
        "procedure": invented.choice(("1.001193", "1.004873", "2.000635", "1.001612")),
        "channel": invented.choice(list(Channel)).value,
        "applicant_ref": f"{invented.randrange(count * 4 // 5):032x}",
        "officer_ref": f"{hash((office, invented.randrange(6))) % 2**64:032x}",
        "received_at": at,
        "promised_at": promised,
        "until": at + length * 60_000_000 if ended else None,
        "taken": 0,
        "ended": int(ended),
        "twice": 0,
        "late": int(late) if ended and known else None,
        "punctuality": kind.value if kind else "",
        "overdue_from": promised if known and not ended else None,
        "kinds": "birth_certificate",
        "again": int(invented.random() < 0.3),
        "waited": invented.randrange(40),
        "handling": length if ended else None,
        **{mark: int(invented.random() < 0.6) for mark in MARKS},
    }


def measure(office: Office) -> float:
    """Tell what each part costs; gives the CPU of the page, in seconds."""
    services, kept, everything = office.services, KeptCounts(), Wanted()

    def report() -> object:
        return make_report(services, FIRST, LAST, wanted=everything, kept=kept)

    rows = _timed("report from the rows", lambda: make_report(services, FIRST, LAST, wanted=everything))[0]
    first = _timed("report, first of a process", report)[0]
    again, _ = _timed("report again", report)
    sys.stdout.write(f"all say the same: {'yes' if rows == first == again else 'NO'}\n")
    _timed("six months in line pictures", lambda: _months(services, kept))
    with services.store.records.upkeep.writing() as writing:
        one = {"office": "H26.3.4", "level": OfficeLevel.COMMUNE.value, "day": "2026-06-15"}
        change = update(dossier_counts).where(
            dossier_counts.c.office == one["office"], dossier_counts.c.day == one["day"]
        )
        writing.connection.execute(change.values(reused=1))
        mark_months(writing.connection, [one])
    _timed("report after a change", report)
    staff, browser = Staff(office, CHEAP), Browser(build_site(services, passwords=CHEAP))
    staff.inside(browser, StaffRole.MANAGER)
    address = f"/dashboard?from={FIRST}&to={LAST}"
    _timed("page, first of a process", lambda: browser.open(address))
    told, cost = _timed("page again", lambda: browser.open(address))
    sys.stdout.write(f"its bytes: {len(told.content):,}\n")
    browser.close()
    return cost


def _months(services: Services, kept: KeptCounts) -> object:
    return month_figures(services, FIRST, LAST, wanted=Wanted(), kept=kept, most=12)


def _timed(name: str, work: Callable[[], _T]) -> tuple[_T, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    made = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    sys.stdout.write(f"{name}: {cpu:.2f} s CPU, {wall:.2f} s\n")
    sys.stdout.flush()
    return made, cpu


if __name__ == "__main__":
    sys.exit(main())
