"""One run: build a province, let bad days befall it, and compare what is left with what must be.

``python -m tests.faults.province.run FOLDER --faults N --seed S`` inside name spaces of its own; ``begin``
makes those. The report is ``FOLDER/report.json``. The same seed draws the same faults in the same order; what
the processes are doing at that moment is another matter, so a seed that found something is run again.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from tests.faults.province import checking
from tests.faults.province.faults import ALL, PROGRAMS, Drawn, Fault, Undo, draw, new_release
from tests.faults.province.hosts import Service, bridge
from tests.faults.province.life import Verdict
from tests.faults.province.province import Province
from tests.web.office import PROCEDURE, WIFE
from web.client import Client

ROUND: Final = 20
"""Faults between two moments at which everything must come to rest."""
STUCK_AFTER_S: Final = 120.0
"""So long nothing that is owed may stand still."""
GIVEN_UP_AFTER_S: Final = 1800.0
DOSSIER: Final = "H26.5.12-261120-0001"
_TICK_S: Final = 0.1
_NAMESPACES: Final = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


@dataclass
class Report:
    """What a run found.

    Attributes:
        seed: that it was drawn from.
        faults: how many of each kind befell it.
        not_possible: drawn, and not to be had at that moment or on this machine.
        rest: seconds from the end of the last fault of each round until everything was at rest.
        files, papers: how many there were in the end.
        restarts: how often each service was begun again.
        asked: questions by status of the answer; 0 is none.
        refused: tries to hand in by the code that they were refused with.
        orphans: objects that no record names.
        late: seconds until the second place had all of it.
        verdict: what was not as it must be.
        seconds: how long the run took.
    """

    seed: int
    faults: dict[str, int] = field(default_factory=dict)
    not_possible: dict[str, int] = field(default_factory=dict)
    rest: list[float] = field(default_factory=list)
    files: int = 0
    papers: int = 0
    restarts: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    orphans: int = 0
    late: float = 0.0
    verdict: Verdict = field(default_factory=Verdict)
    seconds: float = 0.0


def begin(folder: Path, *, faults: int, seed: int, old: Path | None, seconds: float) -> Report:
    """Run in name spaces of its own and read the report.

    Raises:
        RuntimeError: it did not come to its end; what it said is in the message.
    """
    more = ("--old", str(old)) if old else ()
    command = (sys.executable, "-m", "tests.faults.province.run", str(folder), "--faults", str(faults))
    done = subprocess.run(
        (*_NAMESPACES, *command, "--seed", str(seed), *more), check=False, timeout=seconds, stdout=sys.stderr
    )
    if done.returncode != 0:
        raise RuntimeError(f"seed {seed}: the run ended with {done.returncode}; see {folder}")
    told = json.loads((folder / "report.json").read_text("utf-8"))
    return Report(**{**told, "verdict": Verdict(**told["verdict"])})


class Run:
    """A run in the making."""

    def __init__(self, province: Province, *, seed: int) -> None:
        self.province = province
        self.report = Report(seed)
        self._chance = random.Random(seed)  # noqa: S311 - bad days, not secrets
        self._clients: Sequence[Service] = ()
        self._undos: list[tuple[float, Undo]] = []

    def open(self) -> None:
        """Make the store, start everything, and have people come."""
        province, key = self.province, self.province.folder / "key"
        province.build()
        first = province.folder / "first"
        source = province.source
        subprocess.run(
            (sys.executable, str(Path(__file__).with_name("first_paper.py")), str(key)),
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(source), **province.settings(first)},
            check=True,
        )
        province.open_doors(first)
        province.wait_until_ready()
        address = f"http://{province.hosts['answer-1'].address}:8443"
        with Client(address, key.read_text()) as client:
            client.register_dossier(DOSSIER, PROCEDURE, WIFE)
        self._clients = province.clients(DOSSIER, WIFE, key)
        for each in self._clients:
            each.keep_up()

    def round(self, drawn: Sequence[Drawn]) -> None:
        """Faults over each other, then peace until all is at rest."""
        began = time.monotonic()
        for one in drawn:
            while time.monotonic() - began < one.at:
                self._tick()
            self._befall(one)
        while self._undos:
            self._tick()
        self.say(f"round of {len(drawn)}: over after {time.monotonic() - began:.0f} s")
        self.come_to_rest()

    def come_to_rest(self) -> None:
        """Nothing new comes, nothing bad happens: all that was taken in is done, with nobody's help.

        How long that takes is the machine's matter; that nothing moves for two minutes is not.
        """
        wait = self.province.folder / "hands" / "wait"
        wait.touch()
        began = moved = time.monotonic()
        before: object = None
        while (left := checking.not_at_rest(self.province)) != 0:
            self._tick()
            now, waits = time.monotonic(), checking.what_waits(self.province)
            if waits is not None and waits != before:
                before, moved = waits, now
            if now - moved > STUCK_AFTER_S or now - began > GIVEN_UP_AFTER_S:
                self.report.verdict.stuck.append(f"{left} files in round {len(self.report.rest) + 1}")
                self.say(f"STUCK: {waits}")
                break
        self.report.rest.append(round(time.monotonic() - began, 1))
        wait.unlink()
        self.say(f"at rest after {self.report.rest[-1]} s; {checking.count(self.province)} files")

    def end(self) -> Report:
        """Nobody comes any more; everything ends in order and is looked through."""
        for name in ("hands", "asks"):
            (self.province.folder / name / "enough").touch()
        self.come_to_rest()
        began = time.monotonic()
        while checking.queues(self.province) and time.monotonic() - began < GIVEN_UP_AFTER_S:
            self._tick()
        self.report.late = round(time.monotonic() - began, 1)
        if left := checking.queues(self.province):
            self.report.verdict.stuck.append(f"queues: {left}")
        ended = self.province.end()
        self.report.verdict.strange.extend(
            f"{name} ended with {code}" for name, code in ended.items() if code not in (0, -15)
        )
        self.report.restarts = {name: one.begun - 1 for name, one in self.province.services.items()}
        checking.check(self.province, self.report)
        return self.report

    def say(self, line: str) -> None:
        """Progress, for whoever watches."""
        sys.stdout.write(f"{time.strftime('%H:%M:%S')} {line}\n")
        sys.stdout.flush()

    def _befall(self, one: Drawn) -> None:
        undo = one.fault.begin(self.province, one.target, self._chance)
        counted = self.report.not_possible if undo is None else self.report.faults
        counted[one.fault.name] = counted.get(one.fault.name, 0) + 1
        if undo is None:
            return
        self.say(f"  {one.fault.name} {one.target} {one.lasts:.1f} s")
        self._undos.append((time.monotonic() + one.lasts, undo))

    def _tick(self) -> None:
        now = time.monotonic()
        due = [undo for until, undo in self._undos if until <= now]
        self._undos = [(until, undo) for until, undo in self._undos if until > now]
        for undo in due:
            undo()
        self.province.keep_up()
        time.sleep(_TICK_S)


def plan(seed: int, faults: int, *, upgrade: bool, among: Sequence[Fault] = ALL) -> list[list[Drawn]]:
    """The faults of each round; in the first one the release changes too, also where nothing else happens."""
    chance = random.Random(f"plan {seed}")  # noqa: S311 - bad days, not secrets
    rounds = [draw(chance, min(ROUND, faults - done), among=among) for done in range(0, faults, ROUND)]
    if upgrade:
        rounds = rounds or [[]]
        changing = Fault("new-release", 0, PROGRAMS, new_release)
        rounds[0] += [Drawn(changing, name, 3.0 + 3 * order, 0) for order, name in enumerate(PROGRAMS)]
        rounds[0].sort(key=lambda one: one.at)
    return rounds


def main() -> None:
    """The run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--faults", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--old", type=Path)
    parser.add_argument("--within", type=float, help="seconds after which no round begins")
    asked = parser.parse_args()
    began = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(bridge())
        province = Province(asked.folder, seed=asked.seed, old=asked.old)
        for host in province.hosts.values():
            stack.callback(host.forget)
        run = Run(province, seed=asked.seed)
        run.open()
        run.say(f"seed {asked.seed}: open after {time.monotonic() - began:.0f} s")
        if asked.old:
            province.change_tables()
        for drawn in plan(asked.seed, asked.faults, upgrade=asked.old is not None):
            if asked.within and time.monotonic() - began > asked.within:
                break
            run.round(drawn)
        report = run.end()
        report.seconds = round(time.monotonic() - began, 1)
        (asked.folder / "report.json").write_text(json.dumps(asdict(report), indent=1))
        run.say(json.dumps(asdict(report), indent=1))


if __name__ == "__main__":
    main()
