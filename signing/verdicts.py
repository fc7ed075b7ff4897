"""The verdict on one signature, before it becomes part of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.sign.ades.report import AdESSubIndic
from pyhanko.sign.validation.ades import AdESBasicValidationResult

from signing.levels import Level
from signing.notes import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What trust says about one signature.

    Attributes:
        status: sub-indication of the standard; ``AdESPassed.OK`` if passed.
        level: the level that the verdict rests on.
        proven: the earliest trusted moment of existence; ``None`` without a trusted timestamp.
        root: SHA-256 of the trusted root, hexadecimal; ``None`` without a path.
        notes: what could not be checked, and what else the report should say.
        result: what the verdict was read from, for :mod:`signing.describing`.
    """

    status: AdESSubIndic
    level: Level
    proven: datetime | None = None
    root: str | None = None
    notes: tuple[Note, ...] = ()
    result: AdESBasicValidationResult[Any] | None = None
