"""A watched folder in a world whose clock is turned by hand, and a line that only notes what it was given."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dossier.errors import InputUnreadableError, SigningRefusedError
from dossier.watch_errors import WatchBrokenOffError
from flows.watching.begin import Asked, beside, check_folders, watch
from flows.watching.happenings import Happening, Kind
from flows.watching.loop import Machine
from storage.hot_folder.after import After
from storage.hot_folder.plan import Told
from storage.inbox import Declaration
from storage.sources import display_name
from wiring.services import Services

PDF = b"%PDF-1.7 "
END = b" %%EOF\n"
BAD = b"BAD"
DEADLY = b"DEADLY"


def scan(text: object = "") -> bytes:
    """A file with a beginning and an end."""
    return PDF + str(text).encode() + END


class NotedLine:
    """Hands nothing in: notes what it was given, and refuses what says it is bad."""

    def __init__(self) -> None:
        self.given: list[tuple[str, ...]] = []
        self.declared: list[Declaration] = []
        self.bytes: list[str] = []
        self.failures: list[Exception] = []
        self.during: Callable[[], None] = lambda: None
        self.unsignable = ""
        self.ended = 0
        self.rests = 0

    def begin(self) -> None:
        """See ``flows.watching.line.Line``."""

    def hand_in(
        self, folder: Path, names: Sequence[str], declared: Declaration, *, step: Callable[[], None]
    ) -> Sequence[Told]:
        """See ``flows.watching.line.Line``."""
        if self.failures:
            raise self.failures.pop(0)
        contents = {name: (folder / name).read_bytes() for name in names}
        if self.unsignable in names:
            raise SigningRefusedError(self.unsignable, reason="x")
        if any(DEADLY in content for content in contents.values()):
            raise WatchBrokenOffError("watch")
        self.given.append(tuple(names))
        self.declared.append(declared)
        outcomes = []
        for name, content in contents.items():
            step()
            outcomes.append(self._outcome(display_name(name), content))
        self.during()
        return outcomes

    def _outcome(self, name: str, content: bytes) -> Told:
        if BAD in content:
            wrong = InputUnreadableError(name)
            return Told(name=name, code=wrong.code, message=wrong.message())
        self.bytes.append(hashlib.sha256(content).hexdigest())
        return Told(name=name, papers=1)

    def rest(self, *, now: float) -> None:  # noqa: ARG002 - this line never ends by itself
        """See ``flows.watching.line.Line``."""
        self.rests += 1

    def end(self) -> None:
        """See ``flows.watching.line.Line``."""
        self.ended += 1


@dataclass
class World:
    """One folder, its neighbours, and time.

    Attributes:
        services: of an installation whose store is there.
        folder: watched.
        now: seconds of the monotonic clock.
        planned: what happens when, in seconds.
    """

    services: Services
    folder: Path
    after: After = After.MOVE
    defaults: dict[str, str] = field(default_factory=dict)
    now: float = 1000.0
    planned: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    told: list[Happening] = field(default_factory=list)
    line: NotedLine = field(default_factory=NotedLine)
    stopping: bool = False
    take_over: bool = False
    pauses: list[float] = field(default_factory=list)
    cost: float = 0.0

    @property
    def done(self) -> Path:
        return beside(self.folder, "da-nhan")

    @property
    def quarantine(self) -> Path:
        return beside(self.folder, "loi")

    def drop(self, name: str, content: bytes | None = None) -> Path:
        """A file lies in the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(scan(name) if content is None else content)
        return path

    def after_s(self, seconds: float, act: Callable[[], object]) -> None:
        """Something happens so many seconds from now."""
        self.planned.append((self.now + seconds, lambda: void(act)))
        self.planned.sort(key=lambda one: one[0])

    def run(self, *, seconds: float = 0, once: bool = True) -> None:
        """Watch until nothing is left to do, or for so many seconds."""
        self.stopping = False
        limit = self.now + (seconds or 100_000)
        used = 0.0

        def pause(length: float) -> None:
            self.pauses.append(length)
            self.now += length
            while self.planned and self.planned[0][0] <= self.now:
                self.planned.pop(0)[1]()
            if self.now >= limit:
                self.stopping = True

        def cpu() -> float:
            nonlocal used
            used += self.cost
            return used

        machine = Machine(monotonic=lambda: self.now, cpu=cpu, pause=pause, is_stopping=lambda: self.stopping)
        asked = Asked(
            folder=self.folder,
            done=self.done,
            quarantine=self.quarantine,
            after=self.after,
            defaults=self.defaults,
            once=once and not seconds,
            take_over=self.take_over,
        )
        check_folders(self.services, asked)
        watch(self.services, asked, line=self.line, machine=machine, tell=self.told.append)

    def lying(self, place: Path) -> list[str]:
        """Files in a folder, without the day and the mark."""
        found = [path.relative_to(place) for path in place.rglob("*") if path.is_file()]
        names = (path.relative_to(path.parts[0]) if place == self.done else path for path in found)
        return sorted(str(name) for name in names if name.name != ".motlan-watch")

    def kinds(self) -> list[Kind]:
        return [happened.kind for happened in self.told]

    def of(self, kind: Kind) -> list[Happening]:
        return [happened for happened in self.told if happened.kind is kind]


def void(act: Callable[[], object]) -> None:
    act()
