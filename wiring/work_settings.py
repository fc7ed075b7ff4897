"""Settings of work: where it is done, how it is given out, what one file may cost."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from dossier.work import FairRules


class WorkShape(BaseModel):
    """What the outside may set; part of the one shape of all settings."""

    model_config = ConfigDict(extra="forbid")

    work_here: bool = True
    work_office_cap: int = Field(default=32, ge=0, le=100_000)
    work_backlog_share: int = Field(default=5, ge=2, le=1000)
    work_tries: int = Field(default=3, ge=1, le=100)
    work_most_waiting: int = Field(default=100_000, ge=1)
    work_file_memory: int = Field(default=2_000_000_000, ge=400_000_000)
    work_file_seconds: float = Field(default=900.0, gt=0, le=86_400)
    work_rest_seconds: float = Field(default=10.0, ge=0, le=600)
    work_prefect_days: int = Field(default=30, ge=1, le=3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSettings:
    """How work is done.

    Attributes:
        here: whoever takes a batch in works on it; else it waits for ``motlan work``.
        rules: how work is given out.
        most_waiting: with so many files in line nothing more is taken in.
        file_memory: bytes that a file may need which failed before; libraries alone need 400 MB.
        file_seconds: longest time that such a file may go without a finished page.
        rest_seconds: how long a file that failed is left alone; four times as long after each further try.
        prefect_days: how long Prefect remembers runs.
    """

    here: bool
    rules: FairRules
    most_waiting: int
    file_memory: int
    file_seconds: float
    rest_seconds: float
    prefect_days: int


def work_settings(shape: WorkShape) -> WorkSettings:
    """The settings, as they are used."""
    return WorkSettings(
        here=shape.work_here,
        rules=FairRules(cap=shape.work_office_cap, share=shape.work_backlog_share, tries=shape.work_tries),
        most_waiting=shape.work_most_waiting,
        file_memory=shape.work_file_memory,
        file_seconds=shape.work_file_seconds,
        rest_seconds=shape.work_rest_seconds,
        prefect_days=shape.work_prefect_days,
    )
