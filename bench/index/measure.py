"""Times look-ups through the same records the program uses, each paper opened."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bench.index.people import (
    TYPES,
    Shape,
    day_of,
    dossier_of,
    id_of,
    name_of,
    names_of,
    number_of,
    office_of,
    old_number_of,
    owner_of,
)
from dossier.documents import Document
from dossier.persons import search_form
from dossier.ports import Records
from dossier.queries import PaperQuery
from storage.vault import Vault

_WARM: Final = 20

Look = Callable[[], Sequence[Document]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One kind of look-up: milliseconds of wall clock and of our own CPU, papers (or letters) found."""

    what: str
    p50: float
    p99: float
    cpu_p50: float
    cpu_p99: float
    found: float


def measure(records: Records, shape: Shape, *, times: int) -> list[Timing]:
    """Every kind of look-up, that many times each with other people, words and days."""
    draw = random.Random(5)  # noqa: S311  the same questions each time
    names = names_of(shape)
    return [
        _timed(what, [_counted(make()) for _ in range(times + _WARM)])
        for what, make in _kinds(records, shape, names, draw)
    ]


def sealing(vault: Vault, body: str, *, times: int) -> Timing:
    """What encryption adds to saving one document and reading it: its key, its body, both back."""

    def once(serial: int) -> int:
        key, wrapped = vault.new_key(serial)
        sealed = key.seal(body, place="body")
        return len(vault.open_key(wrapped, serial=serial).unseal(sealed, place="body"))

    def look(serial: int) -> Callable[[], int]:
        return lambda: once(serial)

    return _timed("encryption of a document", [look(serial) for serial in range(times + _WARM)])


def _kinds(  # noqa: C901  a list of questions, each a line or two
    records: Records, shape: Shape, names: Sequence[str], draw: random.Random
) -> list[tuple[str, Callable[[], Look]]]:
    def person() -> int:
        return draw.randrange(shape.people)

    def name() -> str:
        return names[name_of(person(), shape)]

    def asked(query: PaperQuery) -> Look:
        return lambda: records.find_documents(query)

    def by_owner() -> Look:
        number = number_of(person())
        return lambda: records.documents_of_owner(number, related=True)

    def by_old_number() -> Look:
        who = person()
        number = old_number_of(who) or number_of(who)
        return lambda: records.documents_of_owner(number, related=True)

    def cut() -> str:
        words = name().split()
        return " ".join((*words[:-1], words[-1][: draw.randint(1, 2)])) + "*"

    def one_word() -> str:
        return draw.choice(name().split())

    def days() -> PaperQuery:
        first = day_of(draw.randrange(shape.papers), shape.papers)
        return PaperQuery(types=(draw.choice(TYPES),), since=first, until=first + timedelta(days=30))

    def deep() -> Look:
        number = paper()
        bearer = names[name_of(owner_of(number, shape), shape)]
        query = PaperQuery(name=search_form(draw.choice(bearer.split())))
        return lambda: records.find_documents(query, after=id_of(number))

    def paper() -> int:
        return draw.randrange(shape.papers) + 1

    return [
        ("one citizen's papers", by_owner),
        ("by an older number", by_old_number),
        ("name, accents", lambda: asked(PaperQuery(name=name()))),
        ("name, bare", lambda: asked(PaperQuery(name=search_form(name())))),
        ("name, beginning", lambda: asked(PaperQuery(name=cut()))),
        ("name, bare beginning", lambda: asked(PaperQuery(name=search_form(cut().rstrip("*")) + "*"))),
        ("one word of a name", lambda: asked(PaperQuery(name=one_word()))),
        ("one letter", lambda: asked(PaperQuery(name=search_form(one_word())[0] + "*"))),
        ("the second page of a name", deep),
        ("name no paper bears", lambda: asked(PaperQuery(name=f"{name()} mẫuu"))),
        ("dossier", lambda: asked(PaperQuery(dossier=dossier_of(paper())))),
        ("type and a month", lambda: asked(days())),
        ("office", lambda: asked(PaperQuery(office=office_of(paper())))),
    ]


def _timed(what: str, acts: Sequence[Callable[[], int]]) -> Timing:
    for act in acts[:_WARM]:
        act()
    walls: list[float] = []
    cpus: list[float] = []
    found = 0
    for act in acts[_WARM:]:
        wall, cpu = time.perf_counter(), time.process_time()
        found += act()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return Timing(
        what=what,
        p50=quantile(walls, 0.5),
        p99=quantile(walls, 0.99),
        cpu_p50=quantile(cpus, 0.5),
        cpu_p99=quantile(cpus, 0.99),
        found=found / len(walls),
    )


def _counted(look: Look) -> Callable[[], int]:
    return lambda: len(look())


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which so large a share of them lies, 0 to 1."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
