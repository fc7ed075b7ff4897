"""Reports of a district and a province: ``python -m bench.report [--dossiers 20000 66572 463697]``.

Half a year of invented dossiers, filled in bulk the way registering and telling would leave them: four fifths
told in full, the rest known only by their registration, so that the rules have to promise their day; papers,
channels, supplements and officers as they come. Measured is CPU time of this process, best of three: the
report from the counted rows, the answer of ``GET /v1/indicators``, the figures of ``/metrics``, and once the
report from the raw facts, which must say the same. With ``--postgresql`` the records are on a server of the
bench's own, whose CPU time is told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import insert

from dossier.handling import Channel, Status, StatusChange
from dossier.moments import VIETNAM
from dossier.told import Told, ToldFile, ToldResult
from flows.indicators import Wanted, make_report
from flows.report_rows import figure_rows, report_json
from storage.bodies import canonical_json, moment_to_text
from storage.dossier_counts import recount
from storage.schema import dossier_told, dossiers
from storage.told_bodies import clear_text, sealed_text
from storage.vault import Vault, vault_of
from tests.storage.pg_server import missing, pg_server
from wiring.services import Services
from wiring.settings import read_settings

SIZES: Final = (20_000, 66_572, 463_697)
"""A large commune, a district and a province in half a year; the last two from published reports."""
LIMITS: Final = {66_572: 1.0, 463_697: 3.0}
"""CPU seconds that the report from the counted rows may take."""
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
_NOW: Final = datetime(2026, 7, 1, 8, tzinfo=VIETNAM)
_DAYS: Final = (LAST - FIRST).days + 1
_PAGE: Final = 2000
_PROCEDURES: Final = ("1.001193", "1.004873", "2.000635", "1.001612", "1.013225", "2.000815")
_TYPES: Final = ("birth_certificate", "marriage_certificate", "land_use_right_certificate", "id_card")
_T = TypeVar("_T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill and measure each size; the exit code is 1 when a report takes longer than it may, or differs."""
    parser = argparse.ArgumentParser(prog="python -m bench.report", description=__doc__)
    parser.add_argument("--dossiers", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--postgresql", action="store_true", help="records on a server of the bench's own")
    parser.add_argument("--no-facts", action="store_true", help="leave out the report from the raw facts")
    chosen = parser.parse_args(arguments)
    why = missing() if chosen.postgresql else ""
    if why:
        parser.error(why)
    failed = False
    for size in chosen.dossiers:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="motlan-report-")))
            environment = {"MOTLAN_DATA": str(folder / "data")}
            if chosen.postgresql:
                server = stack.enter_context(
                    pg_server(Path(tempfile.gettempdir()) / f"motlan-pg-{uuid.uuid4().hex[:8]}")
                )
                environment["MOTLAN_DATABASE"] = server.new_database()
            services = stack.enter_context(Services(read_settings(environment), clock=lambda: _NOW))
            failed |= not measure(services, size, facts=not chosen.no_facts)
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f}; peak memory {_peak_megabytes():.0f} MB\n")
    return int(failed)


def measure(services: Services, size: int, *, facts: bool = True) -> bool:
    """Fill a new store and tell what reports of it cost; whether they say the same, and in time."""
    services.create()
    sys.stdout.write(f"{size:,} dossiers\n")
    _timed("  filling and counting", lambda: fill(services, size))
    everything = Wanted()
    made, cost = _best(
        "  report from the counted rows",
        lambda: make_report(services, FIRST, LAST, wanted=everything),
    )
    _best("  its answer over HTTP, before signing", lambda: json.dumps(report_json(made)))
    _best(
        "  figures of /metrics",
        lambda: [list(figure_rows(one, "level", "")) for one in (made.whole, *made.levels.values())],
    )
    limit = LIMITS.get(size)
    if facts:
        computed = _timed(
            "  report from the raw facts",
            lambda: make_report(services, FIRST, LAST, wanted=everything, from_events=True),
        )
        sys.stdout.write(f"  both say the same: {'yes' if computed == made else 'NO'}\n")
        if computed != made:
            return False
    if limit is not None:
        sys.stdout.write(f"  at most {limit:.1f} s: {'yes' if cost <= limit else 'NO'}\n")
    return limit is None or cost <= limit


def fill(services: Services, size: int) -> None:
    """Register so many dossiers and tell most of them; their counted rows are made as always."""
    invented = random.Random(7)  # noqa: S311  nothing is secret here
    writing = services.store.records.upkeep.writing
    for start in range(0, size, _PAGE):
        with writing() as open_:
            connection, vault = open_.connection, vault_of(open_.connection)
            registered: list[dict[str, object]] = []
            told: list[dict[str, object]] = []
            for number in range(start, min(size, start + _PAGE)):
                for table, row in _dossier(vault, invented, number, size):
                    (registered if table == "dossiers" else told).append(row)
            connection.execute(insert(dossiers), registered)
            connection.execute(insert(dossier_told), told)
            recount(connection, [str(row["code"]) for row in registered])


def _dossier(
    vault: Vault, invented: random.Random, number: int, size: int
) -> Iterator[tuple[str, dict[str, object]]]:
    office = f"H26.{invented.randrange(1, 15)}.{invented.randrange(1, 11)}"
    day = FIRST + timedelta(days=number * _DAYS // size)
    code = f"{office}-{day:%y%m%d}-{number % 1_000_000:06d}"
    received = datetime(day.year, day.month, day.day, 8, tzinfo=VIETNAM) + timedelta(
        minutes=invented.randrange(480)
    )
    applicant = vault.reference("number", f"{invented.randrange(size * 4 // 5):012d}")
    yield (
        "dossiers",
        {
            "code": code,
            "procedure": invented.choice(_PROCEDURES),
            "received_on": day.isoformat(),
            "persons": vault.seal(canonical_json([]), place=f"dossiers/{code}/persons"),
            "registered_by": "bench",
            "registered_at": moment_to_text(received),
            "closed_at": moment_to_text(received + timedelta(days=4)) if invented.random() < 0.8 else None,
            "applicant_ref": applicant,
        },
    )
    if invented.random() < 0.8:
        told, row = _told(invented, received, office), f"{code}/1"
        yield (
            "dossier_told",
            {
                "id": row,
                "code": code,
                "version": 1,
                "at": moment_to_text(received),
                "told_by": "bench",
                "facts": clear_text(told),
                "officer_ref": vault.reference("officer", told.officer),
                "personal": vault.seal(sealed_text(told), place=f"dossier_told/{row}/personal"),
            },
        )


def _told(invented: random.Random, received: datetime, office: str) -> Told:
    promised = received + timedelta(days=invented.choice((1, 3, 5, 15)))
    changes = [StatusChange(Status.HANDLING, received + timedelta(hours=1))]
    if invented.random() < 0.06:
        changes.append(StatusChange(Status.SUPPLEMENT, received + timedelta(days=1)))
        changes.append(StatusChange(Status.HANDLING, received + timedelta(days=3)))
    if invented.random() < 0.95:
        late = timedelta(hours=invented.choice((-40, -20, -6, 9)))
        changes.append(StatusChange(Status.HANDLED, max(promised + late, received + timedelta(hours=2))))
    files = tuple(
        ToldFile(
            component=f"KS-{place:02d}",
            paper=invented.choice(_TYPES),
            digitised=invented.random() < 0.8,
            reused=invented.choice((0, 0, 0, 1, 2)),
            national_store=invented.random() < 0.05,
        )
        for place in range(invented.randrange(1, 5))
    )
    result = ToldResult(name="Giấy mẫu", link="https://motcua.example/1", code="KQ.1")
    return Told(
        channel=invented.choice((Channel.DIRECT, Channel.ONLINE, Channel.ONLINE, Channel.POST)),
        received_at=received,
        promised_at=promised,
        waited=timedelta(minutes=invented.randrange(40)),
        changes=tuple(changes),
        officer=f"{office}/{invented.randrange(6)}",
        files=files,
        results=(result,) if invented.random() < 0.85 else (),
        synchronised=invented.random() < 0.97,
        verified_account=invented.random() < 0.6,
        paid_online=invented.random() < 0.4,
        population=invented.random() < 0.5,
        disliked=invented.random() < 0.01,
    )


def _timed(name: str, work: Callable[[], _T]) -> _T:
    wall, cpu = time.perf_counter(), time.process_time()
    made = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    sys.stdout.write(f"{name}: {cpu:.2f} s CPU, {wall:.2f} s\n")
    sys.stdout.flush()
    return made


def _best(name: str, work: Callable[[], _T], *, times: int = 3) -> tuple[_T, float]:
    costs: list[float] = []
    while True:
        cpu = time.process_time()
        made = work()
        costs.append(time.process_time() - cpu)
        if len(costs) == times:
            break
    sys.stdout.write(f"{name}: {min(costs):.2f} s CPU\n")
    sys.stdout.flush()
    return made, min(costs)


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
