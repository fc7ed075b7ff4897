"""What follows the filing and is about other papers too: its faults are no fault of what was handed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dossier.errors import MotlanError
from flows.same_papers import AT_ONCE, look_back, look_for_same
from flows.searching.filling import fill
from wiring.logs import kind_of

if TYPE_CHECKING:
    from wiring.services import Services


def follow_up(services: Services, *, own: int) -> None:
    """Compare papers, go back through those of before, and take in words. Only inside ``writing``.

    All of it may be done later by the next run or by whoever serves, so nothing of it fails a run whose own
    papers are at rest.

    Args:
        services: of this installation.
        own: papers of the run itself.
    """
    _beside(services, "same", lambda: look_for_same(services, limit=own + AT_ONCE))
    _beside(services, "look_back", lambda: look_back(services))
    _beside(services, "words", lambda: fill(services, limit=own + AT_ONCE))


def compare_waiting(services: Services) -> None:
    """Compare papers that wait for it, as above. Only inside ``writing``."""
    _beside(services, "same", lambda: look_for_same(services))


def _beside(services: Services, step: str, act: Callable[[], object]) -> None:
    try:
        act()
    except Exception as error:  # noqa: BLE001 - the papers are filed: whatever it is, the next run meets it again
        code = error.code if isinstance(error, MotlanError) else MotlanError.code
        services.log.warning("behind.not_done", item=step, code=code, cause=kind_of(error))
