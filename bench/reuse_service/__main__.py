"""``python -m bench.reuse_service --url postgresql://…``: reuse checks over HTTP against a filled database.

The database is one that ``python -m bench.index --on postgresql --url …`` has filled; papers, dossiers and
keys of invented people are added to it. ``motlan serve`` runs bound to one core, the clients and, where this
account may do that, the processes of the database on the others. Every answer is compared with what it must
be, its signature checked, and looked up in the journal.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.engine import make_url

from bench.index.people import Shape
from bench.reuse_service import stage
from bench.reuse_service.judging import Came, judge, read_came
from bench.reuse_service.service import MOTLAN, Served, database_cpu_seconds, database_processes, serving

_PAUSE_SECONDS = 2
_CALM = 10
"""Checks a second after the load, which must all be answered."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Set the stage, run, judge; 1 when an answer was wrong, missing in the journal, or the chain broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.reuse_service", description=__doc__)
    parser.add_argument("--url", required=True, help="a PostgreSQL database filled by bench.index")
    parser.add_argument("--folder", type=Path, default=Path("bench/out/reuse_service"))
    parser.add_argument("--documents", type=int, default=10_000_000, help="as it was filled with")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=400, help="checks sent a second; 0: each at once again")
    parser.add_argument("--overload", type=float, default=1, help="so many times that rate")
    parser.add_argument("--dossiers", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="another one asks about other people")
    parser.add_argument("--core", type=int, default=0, help="the one of the service")
    asked = parser.parse_args(arguments)
    data = (asked.folder / str(make_url(asked.url).database)).absolute()
    with stage.open_services(data, asked.url) as services:
        shape = Shape(asked.documents)
        _say(f"stage of {asked.dossiers:,} dossiers")
        staged = stage.set_stage(
            services, shape, url=asked.url, clients=asked.clients, dossiers=asked.dossiers, seed=asked.seed
        )
        with serving(stage.environment(data, asked.url), core=asked.core) as served:
            database = str(make_url(asked.url).database)
            _run(served, staged, asked, rate=50, seconds=4, database=database)
            before = services.store.records.kept_head()
            rate = asked.rate * asked.overload
            told = _run(served, staged, asked, rate=rate, seconds=asked.seconds, database=database)
            # It must get over it by itself.
            time.sleep(_PAUSE_SECONDS)
            after = _run(served, staged, asked, rate=_CALM, seconds=3, database=database)
        came = read_came(told)
        wrong = judge(services, staged, came, since=before.entries if before else 0)
        wrong += judge(services, staged, read_came(after), since=before.entries if before else 0)
        if any(each.status != 200 for each in read_came(after).answers):
            wrong.append("some of the calm requests afterwards were not answered")
        _tell(came)
    verified = subprocess.run(
        [*MOTLAN, "journal", "verify"],
        env={**os.environ, **stage.environment(data, asked.url)},
        check=False,
    )
    if verified.returncode:
        wrong.append("motlan journal verify")
    for line in wrong[:20]:
        _say(f"WRONG: {line}")
    _say("every answer right, signed and in the journal once" if not wrong else f"{len(wrong)} WRONG")
    return 1 if wrong else 0


def _run(  # noqa: PLR0913  a load has these parts
    served: Served,
    staged: stage.Stage,
    asked: argparse.Namespace,
    *,
    rate: float,
    seconds: float,
    database: str,
) -> Path:
    """One load from a process of its own; where it wrote what came."""
    others = sorted(set(range(os.cpu_count() or 1)) - {asked.core}) or [asked.core]
    place = Path(asked.folder) / "load.json"
    told = {
        "host": served.host,
        "port": served.port,
        "keys": staged.keys,
        "bodies": [each.body for each in staged.asked],
        "rate": rate,
        "seconds": seconds,
    }
    place.write_text(json.dumps(told), encoding="utf-8")
    processes = database_processes(database)
    for process in processes:
        try:
            os.sched_setaffinity(process, others)
        except OSError:
            break
    service, server = served.cpu_seconds(), database_cpu_seconds(processes)
    subprocess.run(
        [
            "taskset",
            "-c",
            ",".join(map(str, others)),
            sys.executable,
            "-m",
            "bench.reuse_service.load",
            place,
        ],
        check=True,
    )
    came = place.with_suffix(".came")
    with came.open("a", encoding="utf-8") as file:
        fresh = database_processes(database)
        used = {
            "service": served.cpu_seconds() - service,
            "database": database_cpu_seconds(list({*processes, *fresh})) - server,
        }
        file.write(json.dumps(used) + "\n")
    kept = Path(asked.folder) / f"came-{time.monotonic_ns()}.jsonl"
    return came.rename(kept)


def _tell(came: Came) -> None:
    good = sorted(each.seconds for each in came.answers if each.status == 200)
    turned = [each for each in came.answers if each.status in (429, 503)]
    statuses = dict(Counter(each.status for each in came.answers))
    _say(f"load average {os.getloadavg()[0]:.1f}; answers by status {statuses}")
    if good:
        quantiles = " ".join(
            f"p{share * 100:g} {good[min(len(good) - 1, int(len(good) * share))] * 1000:.1f} ms"
            for share in (0.5, 0.95, 0.99)
        )
        _say(f"{len(good) / came.seconds:.0f} answers/s over {came.seconds:.1f} s; {quantiles}")
        _say(
            f"CPU ms for each answer: service {came.service / len(good) * 1000:.2f}, "
            f"database {came.database / len(good) * 1000:.2f}, clients {came.clients / len(good) * 1000:.2f}"
        )
    if turned:
        _say(f"turned away {len(turned)}, all with Retry-After: {all(each.retry_after for each in turned)}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
