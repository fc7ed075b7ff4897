"""Bad days: each a plug-in that begins, and says how it ends. A seed draws which, where, when, how long."""

from __future__ import annotations

import contextlib
import os
import random
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tests.faults.province.databases import Databases
from tests.faults.province.hosts import Host, Service

Undo = Callable[[], None]
"""Puts right what a fault did."""
LONG_S: Final = 48.0
"""Longer than a lease: others take over, and whoever was away comes back to find that out."""


class Place(Protocol):
    """What faults may touch."""

    databases: Databases

    @property
    def hosts(self) -> Mapping[str, Host]:
        """By their names."""

    @property
    def services(self) -> Mapping[str, Service]:
        """By the names of their hosts."""

    def mood(self, store: str, feels: str) -> None:
        """How an object store feels from now on."""

    def fill_disk(self, host: str) -> bool:
        """Leave no byte on the disk of a host; false where it has none of its own."""

    def free_disk(self, host: str) -> None:
        """Give the room back."""

    def slow_disk(self, host: str) -> bool:
        """So few writes in a second that all who write wait; false where that cannot be had."""

    def set_clock(self, host: str, seconds: float) -> None:
        """The clock of a machine is wrong by so much, from now on."""

    def mend(self, host: str) -> None:
        """Line, memory and disk of a host are well again."""

    def upgrade(self, service: str) -> bool:
        """End a service of the old release in order and begin the new one; false when all are new."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of bad day.

    Attributes:
        name: of it.
        weight: how often it is drawn beside the others.
        targets: hosts or services that it can befall.
        begin: does it to one of them; gives how it ends, or nothing where it cannot be done now.
        shortest, longest: seconds that it lasts.
    """

    name: str
    weight: float
    targets: Sequence[str]
    begin: Callable[[Place, str, random.Random], Undo | None]
    shortest: float = 1.0
    longest: float = 8.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A fault with its place and time.

    Attributes:
        fault: which.
        target: what it befalls.
        at: seconds after the beginning of its round.
        lasts: seconds.
    """

    fault: Fault
    target: str
    at: float
    lasts: float


WORKERS: Final = ("work-1", "work-2")
ANSWERING: Final = ("answer-1", "answer-2")
STORES: Final = ("store-a", "store-b")
PROGRAMS: Final = ("desk", *WORKERS, "keep", *ANSWERING)
DATABASE: Final = ("db-1", "db-2")
EVERYWHERE: Final = (*PROGRAMS, *STORES, *DATABASE, "prefect")


def nothing_to_undo() -> None:
    """It is over at once; whoever keeps services running does the rest."""


def kill(place: Place, target: str, _chance: random.Random) -> Undo:
    """``kill -9`` of a process and its children; it is begun again."""
    place.services[target].kill()
    return nothing_to_undo


def kill_backend(place: Place, _target: str, _chance: random.Random) -> Undo | None:
    """``kill -9`` of one session of the database: the server ends all others and recovers."""
    pid = place.databases.a_backend()
    if not pid:
        return None
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return nothing_to_undo


def kill_database(place: Place, _target: str, _chance: random.Random) -> Undo:
    """``kill -9`` of the whole primary; it starts again and recovers."""
    place.databases.services[place.databases.primary].kill()
    return nothing_to_undo


def restart_database(place: Place, _target: str, _chance: random.Random) -> Undo:
    """The administrator restarts the primary."""
    place.databases.services[place.databases.primary].stop(seconds=5)
    return nothing_to_undo


def switch(place: Place, _target: str, chance: random.Random) -> Undo | None:
    """The primary dies or is cut off for good; the stand-by takes over."""
    pair = place.databases
    for name in DATABASE:
        # A second trouble of the pair is more than it promises to survive.
        place.mend(name)
        place.free_disk(name)
    if not pair.follows():
        return None
    if chance.random() < 0.5:
        # Sessions hear nothing: to them the server has fallen silent.
        host = pair.services[pair.primary].host
        host.cut_off()
        pair.switch(cut_off=lambda: place.mend(host.name))
    else:
        pair.switch()
    return nothing_to_undo


def gone_for_long(place: Place, target: str, _chance: random.Random) -> Undo:
    """It is not there, and nobody starts it."""
    service = place.services[target]
    service.held_down = True
    service.kill()

    def come_back() -> None:
        service.held_down = False

    return come_back


def cut_off(place: Place, target: str, _chance: random.Random) -> Undo:
    """A partition: nothing comes or goes."""
    place.hosts[target].cut_off()
    return lambda: place.mend(target)


def one_way(place: Place, target: str, chance: random.Random) -> Undo:
    """A partition of one direction: what it says to some others is lost."""
    others = sorted(place.hosts)
    some = chance.sample(others, k=chance.randint(1, len(others) - 1))
    place.hosts[target].deaf_to([place.hosts[name] for name in some])
    return lambda: place.mend(target)


def slow_line(place: Place, target: str, _chance: random.Random) -> Undo:
    """A line of 256 kbit/s."""
    place.hosts[target].slow()
    return lambda: place.mend(target)


def slow_disk(place: Place, target: str, _chance: random.Random) -> Undo | None:
    """A few writes in a second."""
    return (lambda: place.mend(target)) if place.slow_disk(target) else None


def full_disk(place: Place, target: str, _chance: random.Random) -> Undo | None:
    """Not a byte is left."""
    return (lambda: place.free_disk(target)) if place.fill_disk(target) else None


def no_memory(place: Place, target: str, _chance: random.Random) -> Undo | None:
    """The machine has no memory left: the kernel ends who asks for some."""
    return (lambda: place.mend(target)) if place.hosts[target].run_out_of_memory() else None


def freeze(place: Place, target: str, _chance: random.Random) -> Undo:
    """A process stands still, and then goes on as if nothing had been."""
    service = place.services[target]
    service.freeze()
    return service.thaw


def wrong_clock(place: Place, target: str, chance: random.Random) -> Undo:
    """The clock of a machine jumps, to either side, by up to a quarter of an hour; and back."""
    place.set_clock(target, chance.choice((-1, 1)) * chance.uniform(5, 900))
    return lambda: place.set_clock(target, 0)


def feeling(feels: str) -> Callable[[Place, str, random.Random], Undo]:
    """An object store that does not what it should."""

    def begin(place: Place, target: str, _chance: random.Random) -> Undo:
        place.mood(target, feels)
        return lambda: place.mood(target, "")

    return begin


def new_release(place: Place, target: str, _chance: random.Random) -> Undo | None:
    """One process of the old release gives way to one of the new."""
    return nothing_to_undo if place.upgrade(target) else None


ALL: Final = (
    Fault("kill", 18, (*PROGRAMS, *STORES), kill),
    Fault("kill-prefect", 2, ("prefect",), kill),
    Fault("kill-session", 5, ("db",), kill_backend),
    Fault("kill-database", 4, ("db",), kill_database),
    Fault("restart-database", 2, ("db",), restart_database),
    Fault("switch-database", 3, ("db",), switch),
    Fault("kill-server", 2, DATABASE, kill),
    Fault("partition", 12, EVERYWHERE, cut_off),
    Fault("partition-one-way", 6, EVERYWHERE, one_way),
    Fault("long-partition", 1, (*WORKERS, "keep", "desk"), cut_off, LONG_S, LONG_S),
    Fault("slow-line", 5, EVERYWHERE, slow_line),
    Fault("slow-disk", 5, (*DATABASE, "desk", "work-2"), slow_disk),
    Fault("full-disk", 6, (*DATABASE, *WORKERS, "desk"), full_disk),
    Fault("store-dead", 5, STORES, feeling("dead")),
    Fault("store-slow", 4, STORES, feeling("slow 3")),
    Fault("store-full", 3, STORES, feeling("full")),
    Fault("store-answers-lost", 4, STORES, feeling("deaf")),
    Fault("prefect-gone", 2, ("prefect",), gone_for_long, 10, 40),
    Fault("no-memory", 5, (*WORKERS, "keep"), no_memory),
    Fault("wrong-clock", 6, PROGRAMS, wrong_clock, 4, 20),
    Fault("standstill", 4, PROGRAMS, freeze),
    Fault("long-standstill", 1, WORKERS, freeze, LONG_S, LONG_S),
)


def draw(
    chance: random.Random, count: int, *, among: Sequence[Fault] = ALL, apart: float = 2.5
) -> list[Drawn]:
    """So many faults, one after the other and over each other, in the order of their beginning."""
    at, drawn = 0.0, []
    for fault in chance.choices(among, [fault.weight for fault in among], k=count):
        at += chance.expovariate(1 / apart)
        drawn.append(
            Drawn(fault, chance.choice(fault.targets), at, chance.uniform(fault.shortest, fault.longest))
        )
    return drawn
