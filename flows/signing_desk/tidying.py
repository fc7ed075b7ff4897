"""What killed batches left is tidied up while the program serves, not when somebody happens to sign next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dossier.errors import MotlanError
from flows.pass_loop import PassLoop
from flows.signing_desk.batch import end_dead, sweep_copies
from wiring.logs import kind_of
from wiring.services import Services

_PAUSE_S: Final = 60.0
_LEAVE_S: Final = 5.0


class _Tidying(PassLoop):
    def __init__(self, services: Services, *, pause_s: float) -> None:
        super().__init__("signing-tidy", pause_s=pause_s, leave_s=_LEAVE_S)
        self._services = services

    def _interrupt(self) -> None:
        """A pass is short."""

    def _pass(self) -> None:
        try:
            end_dead(self._services)
            sweep_copies(self._services)
        except Exception as error:  # noqa: BLE001 - a thread's last fence; the next pass may find it gone
            code = error.code if isinstance(error, MotlanError) else MotlanError.code
            self._services.log.warning("signing.not_tidied", code=code, cause=kind_of(error))


@contextmanager
def tidying(services: Services, *, pause_s: float = _PAUSE_S) -> Iterator[PassLoop]:
    """End batches whose process died, and remove their plain copies, at once and then again and again.

    Args:
        services: of this installation.
        pause_s: between two passes, in seconds.
    """
    with _Tidying(services, pause_s=pause_s) as loop:
        yield loop
