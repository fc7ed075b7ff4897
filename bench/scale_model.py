"""Predict how long a stack takes on so many workers: ``python -m bench.scale_model [--check]``.

Without ``--check`` the simulation alone, for 1, 2, 4 and more workers, from the unit costs that are kept
beside it. With ``--check`` every prediction is set beside a real run of ``motlan work``
(``bench.scale.runs``): hosts as network namespaces where this machine lets them, one core for each
worker. Where workers are more than cores they share them, in the model too, and how well they do is
judged by CPU time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from bench.scale.costs import KEPT, UnitCosts, keep_costs, read_costs
from bench.scale.figures import put_figures
from bench.scale.runs import Run, costs_of, measure
from bench.scale.simulation import Outcome, Plant, simulate

_SEED: Final = 20261127
_COLUMNS: Final = (
    ("workers", 8),
    ("predicted", 11),
    ("measured", 10),
    ("error", 9),
    ("gain", 7),
    ("real", 7),
    ("by CPU", 8),
    ("writer", 8),
)
_OUT: Final = Path("bench/out/scale_model.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A prediction, and the run it is set beside.

    Attributes:
        workers: with one core each, shared where there are fewer.
        predicted: pages a second.
        measured: the same of a real run; nothing without one.
        error: of the prediction, in percent of what was measured.
        gain: against one worker, by the clock: predicted and measured.
        by_cpu: CPU seconds of a page with one worker over those with so many; 1 is ideal.
        writer: share of the time in which somebody files.
    """

    workers: int
    predicted: float
    measured: float | None
    error: float | None
    gain: tuple[float, float | None]
    by_cpu: float | None
    writer: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Predict, run where asked, print both."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale_model", description=__doc__)
    parser.add_argument("--workers", default="1,2,4", help="how many, with commas")
    parser.add_argument("--pages", type=int, default=40, help="of each run")
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--check", action="store_true", help="run them, too")
    parser.add_argument("--write", action="store_true", help="keep the unit costs of the run with one worker")
    parser.add_argument("--costs", type=Path, default=KEPT)
    parser.add_argument("--into", type=Path, help="a page of the documentation that shows the table")
    asked = parser.parse_args(arguments)
    workers = [int(number) for number in asked.workers.split(",")]
    runs = {number: _measured(number, asked.pages) for number in workers} if asked.check else {}
    if asked.write and 1 in runs:
        keep_costs(costs_of(runs[1]), asked.costs)
    costs = costs_of(runs[1]) if 1 in runs else read_costs(asked.costs)
    lines = lines_of(costs, runs, workers=workers, pages=asked.pages, seed=asked.seed)
    _OUT.parent.mkdir(parents=True, exist_ok=True)
    _OUT.write_text(
        json.dumps({"lines": [asdict(line) for line in lines]}, indent=1) + "\n", encoding="utf-8"
    )
    table = _table(costs, lines)
    sys.stdout.write(table)
    if asked.into is not None:
        put_figures(asked.into, "scale_model", table)


def lines_of(
    costs: UnitCosts, runs: dict[int, Run], *, workers: Sequence[int], pages: int, seed: int
) -> Sequence[Line]:
    """Every prediction beside its run."""
    one = predict(costs, 1, pages=pages, seed=seed)
    return [
        _line(predict(costs, number, pages=pages, seed=seed), one, number, runs.get(number), runs.get(1))
        for number in workers
    ]


def predict(
    costs: UnitCosts, workers: int, *, pages: int, seed: int = _SEED, cores: int | None = None
) -> Outcome:
    """A stack that lies there from the first moment.

    Args:
        costs: that were measured.
        workers: with one core each while there are as many cores, else shared.
        pages: of the stack, each a file.
        seed: of which page costs what.
        cores: of this machine; those it has when not told.
    """
    there = cores or os.cpu_count() or 1
    plant = Plant(workers=workers, machines=min(workers, there))
    return simulate(costs, plant, arrivals=[0.0] * pages, chance=random.Random(seed))  # noqa: S311


def _line(found: Outcome, one: Outcome, workers: int, run: Run | None, alone: Run | None) -> Line:
    return Line(
        workers=workers,
        predicted=found.rate,
        measured=run.rate if run else None,
        error=100 * (found.rate / run.rate - 1) if run else None,
        gain=(found.rate / one.rate, run.rate / alone.rate if run and alone else None),
        by_cpu=alone.cpu_page / run.cpu_page if run and alone else None,
        writer=found.writer,
    )


def _measured(workers: int, pages: int) -> Run:
    run = measure(workers, pages)
    sys.stdout.write(f"{workers} worker(s): {run.told()}\n")
    sys.stdout.flush()
    return run


def _table(costs: UnitCosts, lines: Sequence[Line]) -> str:
    told = [
        f"unit costs of {costs.measured_on}: {costs.machine}, {costs.pages} pages",
        (
            f"CPU s a page: read {costs.read_mean:.3f}, file {costs.file_mean:.3f}, rest {costs.rest:.3f}, "
            f"Prefect's server {costs.prefect:.3f}"
        ),
        "".join(f"{name:>{width}}" for name, width in _COLUMNS),
    ]
    for line in lines:
        measured = "—" if line.measured is None else f"{line.measured:.3f}"
        error = "—" if line.error is None else f"{line.error:+.1f} %"
        real = "—" if line.gain[1] is None else f"{line.gain[1]:.2f}"
        by_cpu = "—" if line.by_cpu is None else f"{line.by_cpu:.2f}"
        told.append(
            f"{line.workers:>8}{line.predicted:>11.3f}{measured:>10}{error:>9}{line.gain[0]:>7.2f}{real:>7}"
            f"{by_cpu:>8}{line.writer:>8.0%}"
        )
    return "\n".join([*told, "pages a second; gain against one worker; by CPU: ideal is 1"]) + "\n"


if __name__ == "__main__":
    main()
