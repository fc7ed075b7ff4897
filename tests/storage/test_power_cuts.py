"""The power goes at any call of taking in, copying, checkpointing, repairing, and again while that is mended.

``FAULT_CUTS`` is the number of cuts, and half as many with enciphered bytes; ``make faults`` takes 10,000.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dossier.ids import Sha256
from storage.repair import RepairOrder
from tests.storage.faults import PowerCut
from tests.storage.power import Machine, Power, put_back

CUTS = int(os.environ.get("FAULT_CUTS", "60"))
STORES = 4
LATER = datetime(2036, 11, 2, tzinfo=UTC)
NEW = 99
"""The paper that is being taken in when the power goes."""


@dataclass
class Tally:
    """What all cuts together left behind; ``fell_in`` counts where the power went."""

    fell_in: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    half_visible: int = 0
    orphans: int = 0


@dataclass(frozen=True)
class Prepared:
    """Papers in two places, some of them with one bad copy; ``calls``: how many the work takes."""

    template: Path
    folder: Path
    machine: Machine
    papers: tuple[Sha256, ...]
    calls: int


def prepared(folder: Path, seed: int, *, enciphers: bool) -> Prepared:
    chance = random.Random(seed)  # noqa: S311  the points of a proof, no secrets
    template, machine = folder / f"template-{seed}", Machine(folder / f"store-{seed}", enciphers=enciphers)
    machine.make()
    for number in range(chance.randint(2, 5)):
        machine.take_in(number)
    machine.copy()
    machine.clock.turn(days=1)
    machine.spoil_some(chance)
    machine.fixity()
    machine.stop()
    put_back(machine.folder, template)
    power = Power(machine.folder, chance)
    machine.start(power)
    papers = tuple(machine.kept)
    work(machine, power)
    calls = power.files.calls
    machine.stop()
    return Prepared(template, machine.folder, machine, papers, calls)


def work(machine: Machine, power: Power) -> None:
    """What is done when the power goes."""
    machine.take_in(NEW)
    machine.copy()
    power.checkpoint()
    machine.repair()


def cut_once(machine: Machine, chance: random.Random, *, within: int) -> str:
    """The power goes in the work; gives in what, empty when it did not."""
    power = Power(machine.folder, chance)
    machine.start()
    machine.start(power)
    power.files.cut_after(chance.randint(1, within))
    try:
        work(machine, power)
    except PowerCut:
        power.fell_in = power.fell_in or "file"
    machine.stop()
    power.comes_back()
    return power.fell_in


def cut_somewhere(store: Prepared, seed: int, tally: Tally) -> None:
    """One power cut, in every third store another one in the mending, then a whole repair."""
    chance = random.Random(seed)  # noqa: S311
    put_back(store.template, store.folder)
    machine = store.machine
    machine.kept = list(store.papers)
    for _ in range(2 if seed % 3 == 0 else 1):
        tally.fell_in[cut_once(machine, chance, within=store.calls)] += 1
        machine.start()
        tally.lost += len(machine.lost())
        tally.half_visible += machine.half_visible(NEW)
        machine.records.check_journal()
        machine.stop()
        shutil.rmtree(machine.folder / "graves")
    mend(machine)
    for place in machine.places:
        there = {listed.sha256 for listed in place.tending.walk()}
        wanted = {machine.stored(sha256) for sha256 in machine.kept}
        tally.lost += len(wanted - there)
        tally.orphans += len(there - wanted)
        tally.orphans += place.tending.leftovers(before=LATER, remove=False)
        assert all(machine.gives(place, sha256) for sha256 in machine.kept)
    # A key without its object is an orphan too.
    tally.orphans += machine.keys.count().enciphered - (len(set(machine.kept)) if machine.enciphers else 0)
    tally.half_visible += machine.half_visible(NEW)
    assert list(machine.records.upkeep.fixity.bad()) == []
    machine.records.check_journal()
    machine.stop()


def mend(machine: Machine) -> None:
    """The power is back: the file is handed in again, and what is old enough to be nobody's goes."""
    machine.start()
    before = machine.clock.now
    machine.clock.now = LATER
    machine.take_in(NEW)
    machine.copy()
    assert machine.repair(RepairOrder(orphans=True)).lost == []
    machine.copy()
    machine.clock.now = before


@pytest.mark.parametrize("enciphers", [False, True], ids=["plain", "enciphered"])
def test_a_power_cut_anywhere_loses_nothing_shows_nothing_by_halves_and_leaves_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None], *, enciphers: bool
) -> None:
    stores = [prepared(tmp_path, seed, enciphers=enciphers) for seed in range(STORES)]
    tally = Tally()
    for seed in range(CUTS // 2 if enciphers else CUTS):
        cut_somewhere(stores[seed % STORES], seed, tally)
    record_property("tally", str(tally))
    assert (tally.lost, tally.half_visible, tally.orphans) == (0, 0, 0)
    # Where the work was over before the power went, nothing is proved but that nothing is wrong.
    assert set(tally.fell_in) - {""} == {"file", "commit", "checkpoint", "head"}
