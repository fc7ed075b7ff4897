"""The signing desk on bad days, and who may not sign: nothing is left open, nobody signs their own checks."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from dossier.desk_errors import SignNothingError, SignOwnError
from dossier.errors import StoreUnavailableError
from dossier.signing_desk import SignQuery
from dossier.staff import StaffRole
from flows.signing_desk import queue
from flows.signing_desk.batch import Sitting, begin, end, sweep_copies
from flows.signing_desk.room import SigningRoom
from flows.signing_desk.tidying import tidying
from rulebook.paper_spec import Sensitivity
from tests.web.office import Clock, Office, copy_of
from tests.web.station.browser import Browser
from tests.web.station.people import Staff
from tests.web.station.signers import ANYBODY, OTHER, checked, waiting


@pytest.fixture(scope="module")
def signing_store(waiting_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checked(waiting_store, tmp_path_factory.mktemp("signing") / "data")


@pytest.fixture
def office(signing_store: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    made = Office(copy_of(signing_store, tmp_path / "data"), clock)
    yield made
    made.close()


def test_copies_that_nobody_can_be_making_are_taken_away_while_the_program_serves(office: Office) -> None:
    folder = office.services.settings.data / "signing-desk"
    folder.mkdir()
    copy = folder / "copy"
    copy.write_bytes(b"%PDF")
    os.utime(copy, (office.clock().timestamp() - 60,) * 2)
    batch, _ = begin(office.services, ANYBODY, [waiting(office)[0].id])
    assert (sweep_copies(office.services), copy.exists()) == (0, True)
    end(office.services, batch.id)
    with tidying(office.services) as loop:
        loop.finish(within_s=30)
    assert not copy.exists()


class Closed:
    """Whether a sitting was closed."""

    def __init__(self) -> None:
        self.count = 0

    def sitting(self) -> Sitting:
        stack = ExitStack()
        stack.callback(self._close)
        return Sitting(None, stack)  # type: ignore[arg-type]

    def _close(self) -> None:
        self.count += 1


def test_where_no_thread_can_start_the_key_is_closed_and_the_papers_are_free(office: Office) -> None:
    def start(_thread: threading.Thread) -> None:
        msg = "can't start new thread"
        raise RuntimeError(msg)

    closed, paper = Closed(), waiting(office)[0].id
    batch, held = begin(office.services, ANYBODY, [paper])
    with pytest.raises(RuntimeError):
        SigningRoom(start=start).sign(office.services, closed.sitting(), batch, held)
    assert closed.count == 1
    assert begin(office.services, OTHER, [paper])[1] == [paper]


def test_a_batch_in_line_goes_on_although_no_sign_of_life_could_be_given(office: Office) -> None:
    services, table = office.services, office.services.store.records.signing
    tried = threading.Event()

    class Away:
        """A table whose database is away as long as somebody gives signs of life."""

        def __getattr__(self, name: str) -> object:
            return getattr(table, name)

        def beat(self, *_: object, **__: object) -> bool:
            tried.set()
            raise StoreUnavailableError("db")

    services.store.records.signing = Away()  # type: ignore[assignment]
    papers = [one.id for one in waiting(office)]
    first, second = begin(services, ANYBODY, papers[:1]), begin(services, OTHER, papers[1:2])
    room, closed = SigningRoom(beat_seconds=0.01), Closed()
    room._turn.acquire()
    room.sign(services, closed.sitting(), *first)
    assert tried.wait(30)
    room._turn.release()
    assert room.wait(30)
    ended = table.batch(first[0].id)
    assert ended is not None
    # It had its turn: without a key it could not sign, and that is told.
    assert (ended.ended_at is not None, closed.count) == (True, 1)
    assert second[1]


def test_whoever_checked_a_paper_leaves_it_to_another_signer_where_there_is_one(
    office: Office, staff: Staff, open_browser: Callable[[], Browser]
) -> None:
    services, paper = office.services, waiting(office)[0]
    checked = services.settings.actor
    own = replace(ANYBODY, actor="user-9", accounts=frozenset({checked}), offices=("H26",))
    # Nobody else of the office may sign: a commune of three people works on.
    assert queue.look_through(services, own, paper.id).holder == "user-9"
    queue.leave(services, own)
    staff.inside(open_browser(), StaffRole.SIGNER, login="mau.ky", name="Mẫu Thị Ký")
    with pytest.raises(SignOwnError):
        queue.look_through(services, own, paper.id)
    with pytest.raises(SignNothingError):
        begin(services, own, [paper.id])
    assert queue.following(services, own) is None
    assert queue.following(services, ANYBODY) == paper.id


def test_an_office_states_itself_whether_a_checker_signs(office: Office) -> None:
    services, paper = office.services, waiting(office)[0]
    own = replace(ANYBODY, accounts=frozenset({services.settings.actor}))
    table = """[[separation]]
since = 2026-01-01
article = "Quyết định 12/QĐ-UBND"
verified = true
sign_own_check = "never"
"""
    services.rules_folder.mkdir(exist_ok=True)
    (services.rules_folder / "separation.toml").write_text(table, encoding="utf-8")
    with pytest.raises(SignOwnError):
        queue.look_through(services, own, paper.id)


def test_the_queue_of_who_sees_few_types_is_asked_for_those_alone(office: Office) -> None:
    table, every = office.services.store.records.signing, SignQuery(offices=("*",))
    assert len(table.queue(every)) == 4
    assert table.queue(replace(every, types=frozenset({"decision"}))) == []
    assert len(table.queue(replace(every, types=frozenset({"decision", "birth_certificate"})))) == 4
    basic = replace(ANYBODY, sees=frozenset({Sensitivity.BASIC}))
    assert queue.waiting(office.services, basic) == []
