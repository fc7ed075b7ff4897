"""What a watch tells while it works. Names of files are for a person at a terminal; logs get the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What happened."""

    STARTED = "started"
    AWAY = "away"
    BACK = "back"
    IGNORED = "ignored"
    WAITS = "waits"
    TAKING = "taking"
    PAGE = "page"
    REFUSED = "refused"
    DONE = "done"
    TROUBLE = "trouble"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that just happened.

    Attributes:
        kind: what.
        name: file or sub-folder below the watched folder; may name a person.
        reason: why something is ignored or waits.
        code: error code for REFUSED, TROUBLE, AWAY.
        message: sentence and next step; may name a file.
        files: of the bundle for TAKING and DONE.
        papers, waiting: found in them, and how many of them wait for a person, for DONE.
        refused: files of the bundle that were refused, for DONE.
        same: files of the bundle that had the bytes of another one, for DONE.
        done, total: files of the bundle that are finished, for PAGE.
    """

    kind: Kind
    name: str = ""
    reason: str = ""
    code: str = ""
    message: str = ""
    files: int = 0
    papers: int = 0
    waiting: int = 0
    refused: int = 0
    same: int = 0
    done: int = 0
    total: int = 0


Tell = Callable[[Happening], None]
