"""What killed batches left is tidied up while the program serves, not when somebody happens to sign next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flows.pass_loop import PassLoop
from flows.signing_desk.batch import end_dead, sweep_copies
from wiring.services import Services

_PAUSE_S: Final = 60.0
_LEAVE_S: Final = 5.0


class _Tidying(PassLoop):
    def __init__(self, services: Services, *, pause_s: float) -> None:
        super().__init__(
            "signing-tidy",
            log=services.log,
            stopped="signing.not_tidied",
            pause_s=pause_s,
            leave_s=_LEAVE_S,
        )
        self._services = services

    def _interrupt(self) -> None:
        """A pass is short."""

    def _pass(self) -> None:
        end_dead(self._services)
        sweep_copies(self._services)


@contextmanager
def tidying(services: Services, *, pause_s: float = _PAUSE_S) -> Iterator[PassLoop]:
    """End batches whose process died, and remove their plain copies, at once and then again and again.

    Args:
        services: of this installation.
        pause_s: between two passes, in seconds.
    """
    with _Tidying(services, pause_s=pause_s) as loop:
        yield loop
