"""Work in hand: signs of life beside busy code, the dead known at once, files that fail read apart."""

from __future__ import annotations

import hashlib
import multiprocessing
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic

import cv2
import pytest

from dossier.documents import Item, ItemState
from dossier.errors import StoreBusyError
from dossier.ids import ItemId
from dossier.work import FairRules, Lane, Lease, Pool, WorkReason
from dossier.work_errors import WorkFullError, WorkParkedError
from flows import recipe
from flows.attempt import BatchStoppedError, Run, attempt
from flows.intake import take_in
from flows.private_temp import private_temp
from flows.progress import Listener, Progress, Stage, silent
from flows.quarantine import set_aside
from flows.work.accepting import accept, need_room_in_line
from flows.work.alone import Patience, read_alone
from flows.work.holding import holding_work, take_over_dead, temp_of
from flows.work.line import lease_item, read_leased, rest_after, taking_turns
from flows.work.people import parked_work, refuse, release
from storage.inbox import Declaration
from storage.work_fence import holding
from storage.work_rows import Owed
from tests.ocr.pages import draw_page
from tests.processes import start
from wiring.services import Services
from wiring.settings import read_settings

RULES = FairRules(cap=0, share=5, tries=3)
LONG = 60.0


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work") / "data"
    with Services(read_settings({"MOTLAN_DATA": str(folder)})) as services:
        services.create()
    return folder


@pytest.fixture
def services(data: Path) -> Iterator[Services]:
    with Services(read_settings({"MOTLAN_DATA": str(data)})) as made:
        clear(made)
        yield made


def clear(services: Services) -> None:
    """Leave nothing that another test handed in owed: the tests come in any order."""
    with services.writing():
        for item in waiting(services):
            done(services, item)
        for one, _ in list(parked_work(services)):
            services.store.records.work.refuse(one.item, events=[])


def done(services: Services, item: ItemId) -> None:
    """Nothing is owed on it any more."""
    services.store.records.save_item(replace(services.store.records.item(item), state=ItemState.DONE))


def waiting(services: Services) -> Sequence[ItemId]:
    """Everything on which something is owed, in order."""
    work = services.looking.records.work
    with holding_work(services) as held:
        work.take_over(set(work.holders()) - {held.holder})
        found = []
        for pool in (Pool.READ, Pool.SIGN):
            while (lease := work.take(pool, held.holder, rules=RULES)) is not None:
                found.append(lease.item)
        return found


def hand_in(services: Services, folder: Path, name: str, lane: Lane = Lane.COUNTER) -> ItemId:
    """One file of its own bytes, as work."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.png"
    if not file.exists():
        cv2.imwrite(
            str(file), draw_page((name, "Giấy này có giá trị kể từ ngày ký"), dpi=200, size=(5.0, 1.4))
        )
    with services.writing():
        handed = take_in(services, [file], declared=Declaration(), owed=Owed(lane=lane))
    (item,) = handed.items
    return item


def hold(data: str, item: str, ready: Connection) -> None:
    with Services(read_settings({"MOTLAN_DATA": data})) as services, holding_work(services) as held:
        lease = lease_item(services, ItemId(item), held.holder)
        temp_of(services, held.holder).mkdir(parents=True)
        ready.send((held.holder, lease is not None))
        signal.pause()


def test_no_more_files_are_read_in_processes_of_their_own_than_may_be(
    services: Services, tmp_path: Path
) -> None:
    item = services.store.records.item(hand_in(services, tmp_path, "alone"))
    going: list[int] = []
    most: list[int] = []

    def read(_services: Services, _item: Item, _listen: Listener) -> None:
        going.append(1)
        most.append(len(going))
        threading.Event().wait(0.01)
        going.pop()

    in_turn = taking_turns(threading.BoundedSemaphore(2), read)
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda _: in_turn(services, item, silent), range(12))) == [None] * 12
    assert len(most) == 12
    assert max(most) <= 2


def test_signs_of_life_go_on_beside_code_that_computes_all_the_time(services: Services) -> None:
    stop = threading.Event()

    def compute() -> None:
        busy = hashlib.sha256()
        while not stop.is_set():
            busy.update(b"a page that takes long")

    thread = threading.Thread(target=compute)
    thread.start()
    try:
        with holding_work(services, beat_seconds=0.01) as held:
            for _ in range(3):
                asked = monotonic()
                held.wait(LONG)
                assert monotonic() - asked < LONG
            assert not held.is_lost
            assert held.holder in services.looking.records.work.living()
    finally:
        stop.set()
        thread.join()
    assert held.holder not in services.looking.records.work.holders()


def test_a_data_folder_without_room_for_pages_on_their_way_gets_it_before_any_is_read(
    services: Services,
) -> None:
    shutil.rmtree(services.looking.work)
    with holding_work(services):
        assert services.looking.work.is_dir()


def test_work_of_a_killed_process_of_this_machine_is_free_at_once(services: Services, tmp_path: Path) -> None:
    item = hand_in(services, tmp_path / "in", "killed")
    ours, theirs = multiprocessing.Pipe()
    process = start(hold, str(services.settings.data), item, theirs)
    holder, got_it = ours.recv()
    assert got_it
    assert take_over_dead(services) == 0
    process.kill()
    process.join()
    assert take_over_dead(services) == 1
    assert not temp_of(services, holder).exists()
    with holding_work(services) as held:
        lease = lease_item(services, item, held.holder)
        assert lease is not None
        assert (lease.tries, lease.is_suspect) == (2, True)
    ours.close()
    theirs.close()


def lease_of(services: Services, item: ItemId, holder: str) -> Lease:
    lease = lease_item(services, item, holder)
    assert lease is not None
    return lease


def test_a_file_that_failed_is_read_apart_and_parked_when_it_never_ends(
    services: Services, tmp_path: Path
) -> None:
    item = hand_in(services, tmp_path / "in", "poison")
    good = hand_in(services, tmp_path / "in", "good")
    work = services.looking.records.work
    apart: list[ItemId] = []

    def alone(_services: Services, asked: Item, _listen: Listener) -> WorkReason | None:
        apart.append(asked.id)
        return WorkReason.MEMORY

    with holding_work(services) as held:
        work.give_back(lease_of(services, item, held.holder), failed=WorkReason.DIED)
        for _ in range(2):
            lease = lease_of(services, item, held.holder)
            assert read_leased(services, lease, listen=silent, alone=alone) is WorkReason.MEMORY
            work.give_back(lease, failed=WorkReason.MEMORY)
        spent = lease_of(services, item, held.holder)
        run = Run(services, silent, held.holder)
        error = attempt(run, item, lambda: read_now(services, spent, alone=alone))
        assert isinstance(error, WorkParkedError)
        with services.writing(), holding(spent):
            set_aside(services, item, error, listen=silent)
        other = work.take(Pool.READ, held.holder, rules=RULES)
        assert other is not None
        assert other.item == good
    assert apart == [item, item]
    ((parked, name),) = parked_work(services)
    assert (parked.item, parked.tries, parked.reason, name) == (item, 3, WorkReason.MEMORY, "poison.png")
    assert services.looking.records.item(item).error_code == "work.parked"


def read_now(services: Services, lease: Lease, *, alone: object) -> None:
    assert callable(alone)
    read_leased(services, lease, listen=silent, alone=alone)


def read_beside(data: str, item: str, told: Connection) -> None:
    """As a flow run of a worker reads, while another thread of the process writes a batch."""
    with Services(read_settings({"MOTLAN_DATA": data})) as services, holding_work(services) as held:
        work = services.looking.records.work
        for _ in range(RULES.tries):
            work.give_back(lease_of(services, ItemId(item), held.holder), failed=WorkReason.DIED)
        run = recipe.Stretch(services, silent, held.holder, pools=frozenset({Pool.READ}), most=1)
        assert run.take(Pool.READ) is not None
        recipe.GOING["worker"] = recipe.Going(run, lambda _: 0)
        with services.writing():
            reading = threading.Thread(target=recipe.read_stage, args=("worker", ItemId(item)))
            reading.start()
            reading.join(LONG)
            told.send((reading.is_alive(), work.is_owed(ItemId(item))))


def test_a_batch_waits_for_no_file_that_a_worker_of_its_process_could_not_read(
    services: Services, tmp_path: Path
) -> None:
    """Both begin with the same files after a crash, and the worker's flow stands behind the batch."""
    item = hand_in(services, tmp_path / "in", "unreadable")
    ours, theirs = multiprocessing.Pipe()
    process = start(read_beside, str(services.settings.data), item, theirs)
    theirs.close()
    is_reading, is_owed = ours.recv()
    process.join()
    assert not is_reading
    assert not is_owed
    assert services.looking.records.item(item).error_code == "work.parked"
    ours.close()


def test_a_file_rests_longer_after_each_try_and_not_once_it_is_spent(
    services: Services, tmp_path: Path
) -> None:
    item = hand_in(services, tmp_path / "in", "rests")
    settings = services.settings.work
    with holding_work(services) as held:
        first, *others = [failed_once(services, item, held.holder) for _ in range(RULES.tries)]
        assert [rest_after(lease, settings) for lease in (first, *others)] == [10.0, 40.0, 0.0]
        often = replace(settings, rules=replace(settings.rules, tries=100))
        assert rest_after(replace(first, tries=99), often) == 1800.0


def failed_once(services: Services, item: ItemId, holder: str) -> Lease:
    """A try that failed, and may be tried again at once."""
    lease = lease_of(services, item, holder)
    services.looking.records.work.give_back(lease, failed=WorkReason.MEMORY)
    return lease


def test_a_worker_gives_back_a_file_that_failed_to_rest(services: Services, tmp_path: Path) -> None:
    item = hand_in(services, tmp_path / "in", "needs memory")
    work = services.looking.records.work
    small = replace(services.settings.work, file_memory=1_000_000)
    with Services(replace(services.settings, work=small)) as poor, holding_work(poor) as held:
        work.give_back(lease_of(poor, item, held.holder), failed=WorkReason.DIED)
        run = recipe.Stretch(poor, silent, held.holder, pools=frozenset({Pool.READ}), most=1)
        assert run.take(Pool.READ) is not None
        recipe.GOING["poor"] = recipe.Going(run, lambda _: 0)
        assert recipe.read_stage("poor", item) is None
        assert run.take(Pool.READ) is None
        assert work.is_owed(item)
        assert not work.waits([Pool.READ])
    with services.writing():
        done(services, item)


def test_people_release_and_refuse_parked_files_and_the_journal_knows(
    services: Services, tmp_path: Path
) -> None:
    item = hand_in(services, tmp_path / "in", "decided")
    for decide in (release, refuse):
        park(services, item)
        decide(services, item)
        with pytest.raises(Exception, match=r"work\.not_parked"):
            decide(services, item)
    kinds = [entry.event.kind.value for entry in services.looking.records.journal_about(item)]
    assert kinds == ["item.received", "item.quarantined", "work.released", "work.refused"]
    assert not services.looking.records.work.is_owed(item)


def park(services: Services, item: ItemId) -> None:
    with holding_work(services) as held:
        lease = lease_of(services, item, held.holder)
        error = WorkParkedError("x.png", tries=lease.tries, reason="died")
        with services.writing(), holding(lease):
            set_aside(services, item, error, listen=silent)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise SystemExit(3)", WorkReason.MEMORY),
        ("import os; os.kill(os.getpid(), 9)", WorkReason.DIED),
        ("input(); input()", WorkReason.TIMEOUT),
    ],
    ids=["memory", "killed", "slow"],
)
def test_what_a_process_that_reads_apart_ended_with_is_known(
    data: Path, tmp_path: Path, code: str, reason: WorkReason
) -> None:
    settings = {"MOTLAN_DATA": str(data), "MOTLAN_WORK_FILE_SECONDS": "0.5" if "input" in code else "60"}
    with Services(read_settings(settings)) as services:
        item = services.store.records.item(hand_in(services, tmp_path / "in", f"apart {reason}"))
        assert read_alone(services, item, command=(sys.executable, "-c", code)) is reason


def test_who_waits_for_a_process_that_reads_apart_hears_that_it_is_to_stop(
    services: Services, tmp_path: Path
) -> None:
    item = services.store.records.item(hand_in(services, tmp_path / "in", "stopped"))
    up, reads = tmp_path / "up", f"open({str(tmp_path / 'up')!r}, 'w'); input(); input()"
    with pytest.raises(StoreBusyError):
        read_alone(services, item, command=(sys.executable, "-c", reads), stopped=up.exists)


def test_a_try_that_was_stopped_beside_a_process_of_its_own_is_not_counted(
    services: Services, tmp_path: Path
) -> None:
    item = hand_in(services, tmp_path / "in", "suspect")
    work = services.looking.records.work
    with holding_work(services) as held:
        work.give_back(lease_of(services, item, held.holder), failed=WorkReason.DIED)
        run = recipe.Stretch(services, silent, held.holder, pools=frozenset({Pool.READ}), most=1)
        lease = run.take(Pool.READ)
        assert lease is not None
        assert (lease.is_suspect, lease.tries) == (True, 2)
        run.stopping.set()
        recipe.GOING["stopped"] = recipe.Going(run, lambda _: 0)
        with pytest.raises(BatchStoppedError):
            recipe.read_stage("stopped", item)
        assert isinstance(run.fatal, StoreBusyError)
    with holding_work(services) as held:
        assert lease_of(services, item, held.holder).tries == 2


TELLS_PAGES = "import struct, sys; [sys.stdout.buffer.write(struct.pack('!II', n, 9)) for n in {pages}]"


def test_a_process_that_reads_apart_is_given_its_time_anew_with_each_page(
    services: Services, tmp_path: Path
) -> None:
    item = services.store.records.item(hand_in(services, tmp_path / "in", "long"))
    heard: list[Progress] = []
    passed = [0.0]

    def listen(progress: Progress) -> None:
        heard.append(progress)
        passed[0] += 0.9 * services.settings.work.file_seconds

    def ended(code: str) -> WorkReason | None:
        heard.clear()
        command = (sys.executable, "-c", code)
        return read_alone(services, item, listen, command=command, clock=lambda: passed[0])

    assert ended(TELLS_PAGES.format(pages="range(1, 10)")) is None
    assert [(one.stage, one.item, one.done, one.total) for one in heard] == [
        (Stage.PAGE, item.id, done, 9) for done in range(1, 10)
    ]
    assert ended(TELLS_PAGES.format(pages="(4, 4, 3, 5)")) is None
    assert [one.done for one in heard] == [4, 5]
    # Half a number, and the end: nothing is heard, and nobody waits.
    assert ended("print(end='1234')") is None
    assert heard == []


def test_patience_begins_anew_only_when_more_is_done() -> None:
    now = [100.0]
    patience = Patience(10.0, clock=lambda: now[0])
    now[0] += 9
    assert not patience.more(0)
    assert patience.left == 1.0
    assert patience.more(1)
    assert patience.left == 10.0
    now[0] += 30
    assert not patience.more(1)
    assert patience.left == 0.0


def test_a_file_that_is_killed_again_and_again_ends_when_each_try_gets_on(
    services: Services, tmp_path: Path
) -> None:
    item = hand_in(services, tmp_path / "in", "thousands of pages")
    work = services.looking.records.work
    reached: list[int] = []
    with holding_work(services) as held:
        for _ in range(3 * RULES.tries):
            lease = lease_of(services, item, held.holder)
            before = reached[-1] if reached else 0

            def up_to_the_next_kill(
                _services: Services, asked: Item, listen: Listener, *, first: int = before
            ) -> WorkReason:
                for done in range(first, first + 120):
                    listen(Progress(stage=Stage.PAGE, item=asked.id, done=done, total=10_000))
                reached.append(first + 119)
                return WorkReason.DIED

            if lease.is_suspect:
                failed = read_leased(services, lease, listen=silent, alone=up_to_the_next_kill)
                assert failed is WorkReason.DIED
            work.give_back(lease, failed=WorkReason.DIED)
        lease = lease_of(services, item, held.holder)
        assert not lease.is_spent
        assert 0 <= reached[-1] - lease.furthest < 50


def test_pages_read_apart_are_found_by_the_line(services: Services, tmp_path: Path) -> None:
    item = services.store.records.item(hand_in(services, tmp_path / "in", "apart and whole"))
    heard: list[Progress] = []
    assert read_alone(services, item, heard.append) is None
    assert [(one.done, one.total) for one in heard] == [(1, 1)]
    assert list((services.store.work / f"read-{item.id}").iterdir())
    small = replace(services.settings.work, file_memory=1_000_000)
    with Services(replace(services.settings, work=small)) as poor:
        assert read_alone(poor, item) is not None


def test_who_hands_in_where_others_work_waits_until_every_file_is_at_rest(
    services: Services, tmp_path: Path
) -> None:
    heard: list[Progress] = []
    hand_in(services, tmp_path / "in", "for a worker")

    def work_meanwhile(_seconds: float) -> None:
        with holding_work(services) as held:
            lease = services.looking.records.work.take(Pool.READ, held.holder, rules=RULES)
            assert lease is not None
            with services.writing(), holding(lease):
                done = replace(services.store.records.item(lease.item), state=ItemState.DONE)
                services.store.records.save_item(done)

    handed = accept(
        services,
        [tmp_path / "in"],
        declared=Declaration(),
        lane=Lane.COUNTER,
        listen=heard.append,
        pause=work_meanwhile,
    )
    assert [(one.stage, one.item) for one in heard] == [
        (Stage.STARTED, ""),
        (Stage.DONE, handed.items[0]),
    ]


def test_a_full_line_takes_nothing_more_and_keeps_half_for_the_counter(data: Path, tmp_path: Path) -> None:
    settings = {"MOTLAN_DATA": str(data), "MOTLAN_WORK_MOST_WAITING": "2"}
    with Services(read_settings(settings)) as services:
        clear(services)
        hand_in(services, tmp_path / "in", "first in line")
        need_room_in_line(services, lane=Lane.COUNTER)
        with pytest.raises(WorkFullError) as told:
            need_room_in_line(services, lane=Lane.BACKLOG)
        assert told.value.details == {"seconds": 60}
        hand_in(services, tmp_path / "in", "second in line")
        with pytest.raises(WorkFullError):
            need_room_in_line(services, lane=Lane.COUNTER)


def test_runs_of_one_process_share_a_folder_for_temporary_files(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with private_temp(first):
        with private_temp(second):
            assert Path(tempfile.gettempdir()) == first
        assert Path(tempfile.gettempdir()) == first
        assert first.exists()
    assert not first.exists()
    assert not second.exists()
