"""Threads that scan, look and hand in for trays while a process serves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from flows.pass_loop import PassLoop
from flows.scanners import feeder_of
from flows.trays.line import HandIn, TrayLine, ingest_tray
from flows.trays.looking import look_at_next
from flows.trays.scanning import MakeFeeder, TrayScanner
from wiring.services import Services

_PAUSE_S: Final = 0.5
"""A person waits for the first page; looking costs one short question to the database."""
_LEAVE_S: Final = 5.0


class _Turns(PassLoop):
    """Takes one turn after the other until nothing is left to do."""

    def __init__(self, name: str, turn: Callable[[], bool], services: Services) -> None:
        super().__init__(name, log=services.log, stopped="tray.turn", pause_s=_PAUSE_S, leave_s=_LEAVE_S)
        self._take = turn

    def _interrupt(self) -> None:
        """A turn is short, or may be broken off: it is taken again."""

    def _pass(self) -> None:
        while not self._stopping and self._take():
            pass


@contextmanager
def serving_trays(
    services: Services, *, hand_in: HandIn = ingest_tray, feeder: MakeFeeder = feeder_of
) -> Iterator[None]:
    """Scan, look and hand in while the block runs. One process of a data folder does.

    Args:
        services: of this installation; may write.
        hand_in: takes files all the way.
        feeder: makes the tray of a scanner.
    """
    scanner = TrayScanner(services, feeder=feeder)
    line = TrayLine(services, hand_in=hand_in, readings=scanner.readings)
    line.sweep()
    with (
        _closing(scanner),
        _releasing(line),
        _Turns("tray-scan", scanner.turn, services),
        _Turns("tray-look", lambda: look_at_next(services), services),
        _Turns("tray-line", line.turn, services),
    ):
        yield


@contextmanager
def _releasing(line: TrayLine) -> Iterator[None]:
    try:
        yield
    finally:
        line.release()


@contextmanager
def _closing(scanner: TrayScanner) -> Iterator[None]:
    try:
        yield
    finally:
        scanner.close(within_s=_LEAVE_S)
