"""Two connections of a server at the same rows of work: nobody takes another's, nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from dossier.work import FairRules, Lane, Pool
from storage.database import Database
from storage.heads import MemoryHead
from storage.key_ring import ring_of_store
from storage.records import SqlRecords
from storage.schema import metadata
from storage.vault import Vault
from storage.work_rows import Owed
from storage.work_tables import work
from tests.storage.builders import KEY, NAMESPACE, batch, item
from tests.storage.pg_server import PgServer

RULES = FairRules(cap=0, share=5, tries=3)
NAMES = tuple(f"file {number}" for number in range(8))


@pytest.fixture
def pair(server: PgServer) -> Iterator[tuple[SqlRecords, SqlRecords]]:
    """The records of two machines on one database."""
    url = server.new_database()
    made = [Database.on_server(url) for _ in range(2)]
    for database in made:
        database.unlock(Vault(secret=KEY, ring=ring_of_store(KEY)))
    with made[0].writing() as connection:
        metadata.create_all(connection)
    head = MemoryHead()
    first, second = (
        SqlRecords(database, heads=head, namespace=NAMESPACE, key=KEY, result_type_code=str)
        for database in made
    )
    yield first, second
    for database in made:
        database.close()


def hand_in(records: SqlRecords, holder: str = "") -> None:
    members = [item(name, of="one", order=place) for place, name in enumerate(NAMES, start=1)]
    made = batch("one", dossier="H26.5.12-261102-0001")
    records.save_batch(made, members, owed=Owed(lane=Lane.COUNTER, holder=holder))


def test_what_another_machine_takes_while_it_is_handed_in_again_stays_with_it(
    pair: tuple[SqlRecords, SqlRecords],
) -> None:
    here, there = pair
    hand_in(here)
    here.work.enter("here")
    there.work.enter("there")
    database = there._database
    with database.queueing() as connection:
        mine = select(work).order_by(work.c.serial).limit(1).with_for_update()
        row = connection.execute(mine).one()
        connection.execute(
            work.update().where(work.c.serial == row.serial).values(state="held", holder="there", fence=7)
        )
        again = threading.Thread(target=hand_in, args=(here, "here"))
        again.start()
        again.join(0.3)
        assert again.is_alive()
    again.join(20)
    assert not again.is_alive()
    with database.reading() as connection:
        rows = connection.execute(select(work).order_by(work.c.serial)).all()
    assert [one.holder for one in rows] == ["there", *["here"] * (len(NAMES) - 1)]
    assert rows[0].fence == 7


def test_takers_leavers_and_whoever_hands_in_again_never_wait_for_each_other_in_a_ring(
    pair: tuple[SqlRecords, SqlRecords],
) -> None:
    here, there = pair
    hand_in(here)

    def work_a_while(records: SqlRecords, name: str) -> None:
        for number in range(12):
            holder = f"{name} {number}"
            records.work.enter(holder, seconds=40.0 if number % 2 else -1.0)
            while number % 2 and records.work.take(Pool.READ, holder, rules=RULES) is not None:
                pass
            if number % 3:
                records.work.leave(holder)

    def hand_in_a_while(records: SqlRecords) -> None:
        for number in range(12):
            holder = f"again {number}"
            records.work.enter(holder)
            hand_in(records, holder)
            records.work.leave(holder)

    def take_over_a_while() -> None:
        for _ in range(30):
            here.work.take_over()

    acts: list[Callable[[], None]] = [
        lambda: work_a_while(here, "a"),
        lambda: work_a_while(there, "b"),
        lambda: hand_in_a_while(there),
        take_over_a_while,
    ]
    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result(timeout=60)
    here.work.take_over([*here.work.holders()])
    assert sum(one.ready for one in here.work.stand()) == len(NAMES)


def test_the_moment_is_that_of_the_server(pair: tuple[SqlRecords, SqlRecords]) -> None:
    here, there = pair
    first, second = here.shared_now(), there.shared_now()
    assert first is not None
    assert second is not None
    assert first <= second
