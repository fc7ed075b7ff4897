"""A store with any number of waiting papers of invented people, people at work, and the station before it.

One paper is read as papers are; the others are its copies with bytes, owner, number and name of their own, so
that thousands are there in a minute and nothing takes them for one sheet.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from bench.reading.usage import cpu_by_process
from dossier.admission import FieldScope
from dossier.documents import Document, Item, ItemState
from dossier.ids import document_id, item_id
from dossier.review import OWNER_QUESTION
from dossier.staff import StaffRole, StaffScopes, Stage
from flows.capture import reading_key
from flows.searching.filling import fill_all
from flows.staff import sessions
from flows.staff.accounts import add_account
from flows.staff.passwords import Passwords
from tests.processes import start
from tests.web.checking import DOSSIER, PAPER, waiting_papers
from tests.web.office import Clock, Office, made_store
from web.serve import following_people
from web.serve_api import answering
from wiring.services import Services
from wiring.settings import Settings, read_settings

COOKIE: Final = "motlan-station"
_UNIT: Final = Path(__file__).parent.parent / "deploy" / "systemd" / "motlan-serve.service"
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_SURNAMES: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Nông", "Giàng", "Lò")
_GIVEN: Final = ("An", "Bình", "Chi", "Dung", "Hạnh", "Khoa", "Lan", "Minh", "Nga", "Phúc", "Quý", "Thảo")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who is signed in: as what they stand in the records, and what their browser sends."""

    actor: str
    token: str


def settings_of(data: Path, **more: str) -> Settings:
    """Settings of an installation, and nothing from the environment."""
    return read_settings({"MOTLAN_DATA": str(data), **more})


def fill(data: Path, papers: int, *, asked: Sequence[str]) -> None:
    """Make a store with so many waiting papers, each with these doubtful fields."""
    made_store(data)
    office = Office(data, Clock())
    try:
        (first,) = waiting_papers(office, data.parent, 1, asked=asked)
        services = office.services
        with services.writing():
            _copies(services, services.store.records.document(first), papers - 1)
        # They have waited for a while: their words were taken in.
        fill_all(services, told=lambda _count: None)
    finally:
        office.close()


def _copies(services: Services, paper: Document, count: int) -> None:
    records, store = services.store.records, services.store
    item = records.item(paper.item)
    batch = records.batch(item.batch)
    reading = records.step_result(reading_key(item.id))
    if reading is None:
        msg = "the paper was not read"
        raise LookupError(msg)
    content, source = PAPER.read_bytes(), store.work / "copy.pdf"
    items: list[Item] = []
    for number in range(count):
        source.write_bytes(content + f"% {number}\n".encode())
        kept = store.blobs.put(source)
        made = item_id(records.namespace, kept.sha256, dossier=DOSSIER)
        items.append(
            replace(item, id=made, order=number + 2, sha256=kept.sha256, size=kept.size, state=ItemState.DONE)
        )
    source.unlink(missing_ok=True)
    records.save_batch(batch, items)
    for number, one in enumerate(items):
        records.save_step(reading_key(one.id), reading)
        own = document_id(records.namespace, one.id, pages=paper.pages)
        records.save_document(replace(_of_somebody(paper, number), id=own, item=one.id, version=1))


def _of_somebody(paper: Document, number: int) -> Document:
    """The paper with the values of another invented person."""
    # A girl born in 2000, as the day on the paper says.
    own = f"004300{number:06d}"
    name = f"{_SURNAMES[number % 8]} Mẫu {_GIVEN[number % 12]} {_GIVEN[number // 12 % 12]}"
    values = {"personal_id": own, "full_name": name, "document_number": f"{number}/2026"}
    fields = tuple(
        replace(field, value=values[field.name], printed=values[field.name], suggestion="", reasons=())
        if field.name in values
        else field
        for field in paper.fields
    )
    parties = tuple(replace(party, number=own, name=name) for party in paper.parties[:1])
    questions = tuple(name for name in paper.questions if name != OWNER_QUESTION)
    return replace(paper, fields=fields, parties=parties, questions=questions)


def people(services: Services, count: int) -> list[Somebody]:
    """So many checkers, signed in."""
    passwords, made = Passwords(), []
    scopes = StaffScopes(
        roles=frozenset({StaffRole.CHECKER}), offices=("*",), procedures=("*",), fields=FieldScope.SENSITIVE
    )
    for number in range(count):
        handed = add_account(services, f"mau.{number}", f"Mẫu Văn {number}", scopes, passwords=passwords)
        held = sessions.begin(services, actor=handed.account.actor, stage=Stage.OPEN)
        made.append(Somebody(handed.account.actor, held.token))
    return made


@dataclass(frozen=True, slots=True)
class Served:
    """The station in a process of its own, and beside it the one that writes."""

    address: str
    process: int
    writer: int

    def cpu_seconds(self) -> float:
        """User and system, of the station."""
        return sum(cpu_by_process(self.process).values())

    def writer_cpu_seconds(self) -> float:
        """User and system, of the one that writes."""
        return sum(cpu_by_process(self.writer).values())

    def resident_bytes(self) -> int:
        """Memory that it has now."""
        return int(Path(f"/proc/{self.process}/statm").read_text("ascii").split()[1]) * _PAGE_BYTES


@contextmanager
def serving(data: Path, **more: str) -> Iterator[Served]:
    """The station on this machine as ``deploy/systemd`` runs it.

    ``motlan serve --answer-only``, and beside it what ``motlan serve`` does behind the people.
    """
    ours, theirs = Pipe()
    behind, other = Pipe()
    station, writer = start(_serve, data, more, theirs), start(_write, data, more, other)
    try:
        host, port = ours.recv()
        behind.recv()
        yield Served(f"http://{host}:{port}", station.pid or 0, writer.pid or 0)
    finally:
        for pipe, process in ((ours, station), (behind, writer)):
            pipe.send("stop")
            process.join(60)


def _serve(data: Path, more: dict[str, str], told: Connection) -> None:
    with (
        Services(settings_of(data, **more)) as services,
        answering(services, ("127.0.0.1", 0), alone=True) as bound,
    ):
        told.send(bound)
        told.recv()


def _write(data: Path, more: dict[str, str], told: Connection) -> None:
    os.nice(_niceness())
    with Services(settings_of(data, **more)) as services, following_people(services):
        told.send("begun")
        told.recv()


def _niceness() -> int:
    found = re.search(r"^Nice=(\d+)$", _UNIT.read_text("utf-8"), re.MULTILINE)
    return int(found[1]) if found else 0


def left_to_save(services: Services) -> int:
    """Papers that are answered and not saved yet, up to a thousand."""
    return len(services.store.records.saves.due(at=services.clock(), limit=1000))


def wait_until_saved(services: Services, *, within_s: float) -> float:
    """Wait until nothing is on its way; gives the seconds it took."""
    began = time.monotonic()
    while left_to_save(services) and time.monotonic() - began < within_s:
        time.sleep(0.5)
    return time.monotonic() - began


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """The paper that a page shows, and the form that Enter sends on it."""
    paper = re.search(r'data-paper="([^"]*)"', page)
    found = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("csrf", "question", "value")
    }
    fields = {name: one[1] if one else "" for name, one in found.items()}
    return (paper[1] if paper else ""), fields
