from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.doctor.examination import examine
from flows.doctor.findings import Finding, Patient, State
from flows.doctor.surroundings import Heard, Surroundings, of_this_machine
from tests.web.office import NOW, Clock, copy_of, made_store
from wiring.services import Services
from wiring.settings import read_settings

GIB = 1024**3


class Examined:
    """An installation, what surrounds it, and what a look at it finds."""

    def __init__(self, services: Services, around: Surroundings) -> None:
        self.services = services
        self.around = around

    def find(self, *only: str, **around: Any) -> Sequence[Finding]:
        """What is found, with other surroundings for once."""
        patient = Patient(self.services, replace(self.around, **around))
        return list(examine(patient, only=only))

    def troubles(self, *only: str, **around: Any) -> dict[str, State]:
        """Codes of what does not hold, with their states."""
        holds = {State.PASSED, State.SKIPPED}
        return {one.code: one.state for one in self.find(*only, **around) if one.state not in holds}


@pytest.fixture(scope="session")
def plain_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: the demo keys cost more than all the rest."""
    return made_store(tmp_path_factory.mktemp("doctor") / "data")


def calm(**_: Any) -> Surroundings:
    """A machine and a network on which everything is well."""
    return replace(
        of_this_machine(),
        disk=lambda _path: (100 * GIB, 60 * GIB),
        memory=lambda: 64 * GIB,
        cores=lambda: 256,
        open_files=lambda: 65_536,
        get=lambda _url, _ca: Heard(200, NOW, None),
        ask_prefect=lambda _url: Heard(200, NOW, None),
        certificate_end=lambda _host, _port: NOW + timedelta(days=90),
    )


Examine = Callable[..., Examined]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def examined(plain_store: Path, tmp_path: Path, clock: Clock) -> Iterator[Examine]:
    """Installations with settings of their own; closed at the end."""
    made: list[Examined] = []
    with ExitStack() as stack:

        def make(file: Path | None = None, **settings: str) -> Examined:
            data = copy_of(plain_store, tmp_path / f"data-{len(made)}")
            services = Services(read_settings({"MOTLAN_DATA": str(data), **settings}, file=file), clock=clock)
            made.append(Examined(stack.enter_context(services), calm()))
            return made[-1]

        yield make
