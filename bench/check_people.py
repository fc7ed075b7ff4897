"""Many people at the check station at once, over loopback: ``python -m bench.check_people --people 200``.

The station is one process, the one that writes another, the people a third beside them. They sit down
within a minute; what is measured begins then. Each answers after thinking for a time that is drawn evenly
between two bounds, fetches the pictures that a browser fetches, and goes on to the next paper by itself.
Afterwards everything that the station acknowledged is looked up in the records: no answer is lost, each
finished paper was saved once, and no paper lay on two tables.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.check_load import RAMP_S
from bench.check_stage import (
    Somebody,
    fill,
    left_to_save,
    people,
    serving,
    settings_of,
    wait_until_saved,
)
from dossier.documents import DocumentState
from dossier.events import EventKind
from dossier.ids import DocumentId
from wiring.services import Services

_ASKED = ("full_name", "date_of_birth", "personal_id")
_TARGET_S = 0.3
_DRAIN_S = 900.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, run, judge; 1 when something was lost or people waited too long."""
    parser = argparse.ArgumentParser(prog="python -m bench.check_people", description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--think", type=float, nargs=2, default=(2.5, 5.0), metavar=("FROM", "TO"))
    parser.add_argument("--papers", type=int, default=0, help="that wait; enough for all by default")
    asked = parser.parse_args(arguments)
    if asked.seconds <= RAMP_S:
        parser.error(f"--seconds: the first {RAMP_S:.0f} are not counted")
    papers = asked.papers or round(asked.people * (2 + asked.seconds / (3 * asked.think[0])))
    with tempfile.TemporaryDirectory(prefix="motlan-people-") as made:
        folder = Path(made)
        data = folder / "data"
        _say(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores; {papers} papers")
        fill(data, papers, asked=_ASKED)
        with Services(settings_of(data)) as services:
            everybody = people(services, asked.people)
            with serving(data) as served:
                before, wrote = served.cpu_seconds(), served.writer_cpu_seconds()
                came = _run(folder, served.address, everybody, asked)
                cpu, wrote = served.cpu_seconds() - before, served.writer_cpu_seconds() - wrote
                left = left_to_save(services)
                _say(
                    f"load after: {os.getloadavg()[0]:.2f}; station {cpu / asked.seconds:.2f} cores,"
                    f" writer {wrote / asked.seconds:.2f}"
                )
                slow = _tell(came, asked.seconds)
                drained = wait_until_saved(services, within_s=_DRAIN_S)
                _say(f"{left} papers on their way at the end, saved {drained:.0f} s later")
            wrong = judge(services, came, everybody)
    for line in wrong[:20]:
        _say(f"WRONG: {line}")
    _say("every acknowledged answer is in the records, each paper saved once" if not wrong else "LOST")
    return 1 if wrong or slow else 0


def _run(folder: Path, address: str, everybody: Sequence[Somebody], asked: argparse.Namespace) -> Any:
    host, _, port = address.removeprefix("http://").rpartition(":")
    place = folder / "load.json"
    told = {
        "host": host,
        "port": int(port),
        "tokens": [one.token for one in everybody],
        "think_from": asked.think[0],
        "think_to": asked.think[1],
        "seconds": asked.seconds,
    }
    place.write_text(json.dumps(told), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "bench.check_load", str(place)], check=True)
    return json.loads(place.with_suffix(".came").read_text("utf-8"))


def _tell(came: Any, seconds: float) -> bool:
    """Say what came; whether answers took too long or anybody was turned away."""
    late = False
    for kind in ("answers", "opened", "pictures"):
        # While people sit down, and until the caches are warm, is another matter.
        rows = [(float(took), int(status)) for at, took, status in came[kind] if at > RAMP_S]
        if len(rows) < 2:
            continue
        times = sorted(took for took, _ in rows)
        cuts = statistics.quantiles(times, n=100)
        codes = Counter(status for _, status in rows)
        _say(
            f"{kind}: {len(rows)} ({len(rows) / (seconds - RAMP_S):.1f}/s), ms p50 {cuts[49] * 1000:.0f}"
            f" p95 {cuts[94] * 1000:.0f} p99 {cuts[98] * 1000:.0f} most {times[-1] * 1000:.0f}; {dict(codes)}"
        )
        late = late or (kind == "answers" and (cuts[94] > _TARGET_S or codes[503] > 0))
    return late


def judge(services: Services, came: Any, everybody: Sequence[Somebody]) -> list[str]:
    """What the records say about everything that was acknowledged; nothing when all of it is right."""
    records, wrong = services.store.records, []
    told: dict[str, dict[str, str]] = defaultdict(dict)
    who: dict[str, set[int]] = defaultdict(set)
    for person, paper, question, value in came["taken"]:
        told[paper][question] = value
        who[paper].add(person)
    for paper, values in told.items():
        document = records.document(DocumentId(paper))
        (person, *others) = who[paper]
        if others:
            wrong.append(f"{paper}: answered by {len(others) + 1} people")
        corrected = [
            entry
            for entry in records.journal_about(paper)
            if entry.event.kind is EventKind.DOCUMENT_CORRECTED
        ]
        draft = records.checks.draft(document.id, everybody[person].actor)
        if document.state is DocumentState.FILED:
            if len(corrected) != 1 or corrected[0].event.actor != everybody[person].actor:
                wrong.append(f"{paper}: saved {len(corrected)} times")
            if document.value("full_name") != values.get("full_name", document.value("full_name")):
                wrong.append(f"{paper}: the name is not the one that was given")
        elif draft is None or not set(values) <= set(draft.done):
            wrong.append(f"{paper}: answers are missing")
    return wrong + _twice(came["held"])


def _twice(held: Sequence[tuple[int, float, float, str]]) -> list[str]:
    by_paper: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for person, since, until, paper in held:
        by_paper[paper].append((since, until, person))
    return [
        f"{paper}: on two tables"
        for paper, spans in by_paper.items()
        for (_, end, one), (begin, _, other) in zip(sorted(spans), sorted(spans)[1:], strict=False)
        if begin < end and one != other
    ]


def _say(line: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
