"""Unit costs of the line as they were measured: one dated file that ``bench.scale.runs`` writes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

KEPT: Final = Path(__file__).parent / "unit_costs.json"
"""CPU seconds and objects that the plan of a country is made of."""
SIZES: Final = Path(__file__).parent / "sizes.json"
"""Bytes of rows and indexes of a paper, by table (``bench.sizes``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCosts:
    """What one page costs on one core of the machine that was measured.

    Attributes:
        measured_on: the day.
        machine: what was measured on: processor, cores, Python.
        command: that measures it again.
        pages: how many were read and filed for it.
        read: CPU seconds of reading, page by page, in the order of the pages.
        file: CPU seconds of signing, understanding, sealing and filing, one for each paper.
        pages_of_paper: mean.
        rest: CPU seconds a page of the worker beyond both: leases, Prefect in the process, transactions.
        prefect: CPU seconds a page of Prefect's own server.
        database: CPU seconds a page of PostgreSQL's processes.
        object_bytes: that one place keeps for a page: the scan as it came, the sealed copy, what was read.
        objects: kept for a page.
    """

    measured_on: date
    machine: str
    command: str
    pages: int
    read: tuple[float, ...]
    file: tuple[float, ...]
    pages_of_paper: float
    rest: float
    prefect: float
    database: float
    object_bytes: float
    objects: float

    @property
    def read_mean(self) -> float:
        """CPU seconds of reading a page."""
        return sum(self.read) / len(self.read)

    @property
    def file_mean(self) -> float:
        """CPU seconds of filing, a page."""
        return sum(self.file) / len(self.file) / self.pages_of_paper

    @property
    def whole(self) -> float:
        """CPU seconds a page, everything counted that runs on the machine of a worker."""
        return self.read_mean + self.file_mean + self.rest + self.prefect


def keep_costs(costs: UnitCosts, path: Path = KEPT) -> None:
    """Write the file."""
    told = {**asdict(costs), "measured_on": costs.measured_on.isoformat()}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_costs(path: Path = KEPT) -> UnitCosts:
    """Read it.

    Raises:
        OSError, ValueError, KeyError, TypeError: it is not there, or no such file.
    """
    told = json.loads(path.read_text(encoding="utf-8"))
    return UnitCosts(
        measured_on=date.fromisoformat(told["measured_on"]),
        machine=str(told["machine"]),
        command=str(told["command"]),
        pages=int(told["pages"]),
        read=tuple(map(float, told["read"])),
        file=tuple(map(float, told["file"])),
        pages_of_paper=float(told["pages_of_paper"]),
        rest=float(told["rest"]),
        prefect=float(told["prefect"]),
        database=float(told["database"]),
        object_bytes=float(told["object_bytes"]),
        objects=float(told["objects"]),
    )
