"""A thread of the serving process that carries out what people asked, one arrangement after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from flows.arranging.carry import carry_out
from flows.pass_loop import PassLoop
from wiring.sealing import seal_if_due
from wiring.services import Services

_PAUSE_S: Final = 1.0
_AGAIN: Final = timedelta(seconds=30)
"""After trouble of the store or the engine: every arrangement would meet it."""
_LEAVE_S: Final = 20.0


class ArrangeLoop(PassLoop):
    """Looks for arrangements that wait. What a killed process left is taken up by the next one."""

    def __init__(self, services: Services, *, pause_s: float = _PAUSE_S) -> None:
        """Prepare the thread.

        Args:
            services: of this installation.
            pause_s: between two looks, in seconds.
        """
        super().__init__(
            "pages", log=services.log, stopped="pages.stopped", pause_s=pause_s, leave_s=_LEAVE_S
        )
        self._services = services
        self._not_before: datetime | None = None

    def _interrupt(self) -> None:
        """The arrangement that is carried out is finished; the others wait for the next process."""

    def _pass(self) -> None:
        services = self._services
        if self._not_before is not None and services.clock() < self._not_before:
            return
        self._not_before = None
        try:
            for wanted in services.looking.records.arrangements.asked():
                if self._stopping:
                    return
                carry_out(services, wanted)
                seal_if_due(services)
        except Exception:
            self._not_before = services.clock() + _AGAIN
            raise


@contextmanager
def arranging(services: Services) -> Iterator[None]:
    """Carry arrangements out while the block runs."""
    with ArrangeLoop(services):
        yield
