"""Work that waits and work in hand, on every database: taken once, taken over, fenced, fair, parked."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from dossier.documents import ItemState
from dossier.ids import BatchId, ItemId
from dossier.work import FairRules, Lane, Lease, Pool, WorkReason
from dossier.work_errors import WorkLostError, WorkNotParkedError, WorkParkedError
from storage.records import SqlRecords
from storage.work_fence import holding
from storage.work_rows import Owed
from tests.dossier.work_model import Queue
from tests.storage.builders import batch, event, item, record_id

RULES = FairRules(cap=0, share=5, tries=3)
OFFICES = ("H26.5.12", "H26.5.13", "H26.7.1")
GONE = -1.0
"""A lease of so many seconds has ended when it begins."""


def hand_in(
    records: SqlRecords,
    *names: str,
    office: str = OFFICES[0],
    lane: Lane = Lane.COUNTER,
    holder: str = "",
    of: str = "",
) -> list[ItemId]:
    """Files of a batch of their own, in order."""
    name = of or f"batch of {names[0]}"
    members = [item(one, of=name, order=place) for place, one in enumerate(names, start=1)]
    made = batch(name, dossier=f"{office}-261102-0001")
    records.save_batch(made, members, owed=Owed(lane=lane, holder=holder))
    return [one.id for one in members]


def take(records: SqlRecords, holder: str = "a", pool: Pool = Pool.READ, rules: FairRules = RULES) -> Lease:
    lease = records.work.take(pool, holder, rules=rules)
    assert lease is not None
    return lease


def save(records: SqlRecords, lease: Lease, state: ItemState, code: str = "") -> None:
    with holding(lease):
        records.save_item(replace(records.item(lease.item), state=state, error_code=code))


def present(records: SqlRecords, *holders: str) -> None:
    for holder in holders:
        records.work.enter(holder)


def test_a_batch_that_was_acknowledged_is_work_in_the_same_transaction(records: SqlRecords) -> None:
    (one,) = hand_in(records, "one")
    assert records.work.is_owed(one)
    assert records.work.waits([Pool.READ])
    assert not records.work.waits([Pool.SIGN])


def test_a_file_is_read_then_signed_and_then_nothing_is_owed(records: SqlRecords) -> None:
    (one,) = hand_in(records, "one")
    present(records, "a", "b")
    reading = take(records)
    assert (reading.item, reading.pool, reading.tries, reading.is_suspect) == (one, Pool.READ, 1, False)
    assert records.work.take(Pool.READ, "b", rules=RULES) is None
    save(records, reading, ItemState.READ)
    signing = take(records, "b", Pool.SIGN)
    assert (signing.item, signing.tries) == (one, 1)
    assert signing.fence > reading.fence
    save(records, signing, ItemState.DONE)
    assert not records.work.is_owed(one)
    assert records.work.stand() == []


def test_who_works_through_a_batch_keeps_its_files_from_reading_to_signing(records: SqlRecords) -> None:
    present(records, "a", "b")
    (one,) = hand_in(records, "one", holder="a")
    assert records.work.take(Pool.READ, "b", rules=RULES) is None
    lease = records.work.take_item(one, "a", rules=RULES)
    assert lease is not None
    save(records, lease, ItemState.READ)
    assert records.work.take(Pool.SIGN, "b", rules=RULES) is None
    save(records, lease, ItemState.DONE)
    assert not records.work.is_owed(one)


def test_what_a_dead_holder_had_is_taken_over_and_what_it_writes_later_is_refused(
    records: SqlRecords,
) -> None:
    (one,) = hand_in(records, "one")
    present(records, "dead", "b")
    old = take(records, "dead")
    records.work.beat("dead", seconds=GONE)
    new = take(records, "b")
    assert (new.item, new.tries, new.reason) == (one, 2, WorkReason.DIED)
    with pytest.raises(WorkLostError):
        save(records, old, ItemState.DONE)
    assert records.item(one).state is ItemState.RECEIVED
    save(records, new, ItemState.READ)
    with pytest.raises(WorkLostError):
        save(records, old, ItemState.QUARANTINED, "input.unreadable")
    assert records.item(one).state is ItemState.READ
    assert not records.work.beat("dead")
    assert records.work.beat("b")


def test_nothing_of_a_refused_transaction_stays(records: SqlRecords) -> None:
    hand_in(records, "one")
    present(records, "dead", "b")
    old = take(records, "dead")
    records.work.beat("dead", seconds=GONE)
    take(records, "b")
    before = records.check_journal().entries
    with pytest.raises(WorkLostError), holding(old):
        records.save_item(replace(records.item(old.item), state=ItemState.READ), events=[event()])
    with holding(old):
        records.record(event())
    assert records.check_journal().entries == before + 1


def test_a_row_that_comes_back_is_another_one_for_a_late_writer(records: SqlRecords) -> None:
    hand_in(records, "one")
    present(records, "dead", "b")
    old = take(records, "dead")
    records.work.beat("dead", seconds=GONE)
    save(records, take(records, "b"), ItemState.QUARANTINED, "input.unreadable")
    hand_in(records, "one")
    again = take(records, "b")
    assert again.serial != old.serial
    with pytest.raises(WorkLostError):
        save(records, old, ItemState.READ)


def test_a_holder_who_was_taken_for_gone_gets_nothing_more(records: SqlRecords) -> None:
    hand_in(records, "one")
    records.work.enter("dead", seconds=GONE)
    present(records, "b")
    records.work.take_over()
    with pytest.raises(WorkLostError):
        take(records, "dead")
    with pytest.raises(WorkLostError):
        records.work.take_item(ItemId(record_id("one")), "dead", rules=RULES)
    with pytest.raises(WorkLostError):
        hand_in(records, "two", holder="dead")
    assert records.work.take(Pool.READ, "b", rules=RULES) is not None


def test_a_holder_that_is_known_to_be_gone_is_not_waited_for(records: SqlRecords) -> None:
    (one,) = hand_in(records, "one")
    present(records, "a", "b")
    take(records, "a")
    assert records.work.take(Pool.READ, "b", rules=RULES) is None
    assert records.work.take_over(["a"]) == 1
    assert take(records, "b").item == one
    assert records.work.holders() == ["b"]


def test_a_file_that_was_kept_for_a_holder_and_never_begun_is_not_suspect(records: SqlRecords) -> None:
    present(records, "a", "b")
    hand_in(records, "one", holder="a")
    records.work.take_over(["a"])
    lease = take(records, "b")
    assert (lease.tries, lease.is_suspect) == (1, False)


def test_who_leaves_in_order_gives_everything_back_uncounted(records: SqlRecords) -> None:
    present(records, "a", "b")
    hand_in(records, "one", "two")
    take(records, "a")
    records.work.leave("a")
    lease = take(records, "b")
    assert (lease.tries, lease.is_suspect) == (1, False)


def test_a_holder_that_was_cut_off_gives_back_what_it_has_uncounted(records: SqlRecords) -> None:
    present(records, "a", "b")
    hand_in(records, "one")
    lease = take(records, "a")
    records.work.uncount([lease])
    again = take(records, "b")
    assert (again.tries, again.is_suspect, again.fence) == (1, False, lease.fence + 1)
    with pytest.raises(WorkLostError):
        save(records, lease, ItemState.READ)


@pytest.mark.parametrize("begun", [False, True])
def test_of_a_file_that_others_took_over_from_one_cut_off_only_their_try_counts(
    records: SqlRecords, *, begun: bool
) -> None:
    present(records, "a", "b", "c")
    hand_in(records, "one")
    first = take(records, "a")
    records.work.take_over(["a"])
    second = take(records, "b") if begun else None
    records.work.uncount([first])
    if second is not None:
        records.work.take_over(["b"])
    third = take(records, "c")
    assert (third.tries, third.reason) == ((2, WorkReason.DIED) if begun else (1, None))


def test_a_try_that_came_to_its_end_is_not_taken_back(records: SqlRecords) -> None:
    present(records, "a")
    hand_in(records, "one")
    lease = take(records, "a")
    save(records, lease, ItemState.READ)
    filing = take(records, "a", Pool.SIGN)
    records.work.uncount([lease])
    assert records.work.stand()[0].held == 1
    save(records, filing, ItemState.DONE)
    records.work.uncount([lease, filing])
    assert records.work.stand() == []


def test_a_file_that_never_ends_is_parked_with_its_reason_and_the_others_go_on(records: SqlRecords) -> None:
    present(records, "a")
    poison, good = hand_in(records, "poison", "good")
    for number in range(1, RULES.tries + 1):
        lease = take(records)
        assert (lease.item, lease.tries, lease.is_spent) == (poison, number, False)
        records.work.give_back(lease, failed=WorkReason.MEMORY)
    spent = take(records)
    assert (spent.item, spent.is_spent, spent.tries) == (poison, True, RULES.tries)
    save(records, spent, ItemState.QUARANTINED, WorkParkedError.code)
    assert take(records).item == good
    (parked,) = records.work.parked()
    assert (parked.item, parked.tries, parked.reason) == (poison, 3, WorkReason.MEMORY)
    assert parked.office == OFFICES[0]
    assert records.work.parked(after=poison) == []
    assert not records.work.is_owed(poison)


def try_up_to(records: SqlRecords, pages: int) -> Lease:
    """A try that finishes so many pages and is killed."""
    lease = take(records)
    records.work.got_on(lease, pages)
    records.work.take_over(["a"])
    present(records, "a")
    return lease


def test_a_long_file_is_not_parked_while_each_try_comes_further_than_all_before(records: SqlRecords) -> None:
    present(records, "a")
    hand_in(records, "of ten thousand pages")
    tries = [try_up_to(records, pages) for pages in range(50, 500, 50)]
    assert [lease.furthest for lease in tries] == [0, *range(50, 450, 50)]
    assert {lease.tries for lease in tries[1:]} == {2}
    assert not any(lease.is_spent for lease in tries)


def test_a_long_file_is_parked_for_the_page_that_nobody_gets_beyond(records: SqlRecords) -> None:
    """Also where each try begins anew, on a machine that has none of the pages."""
    present(records, "a")
    hand_in(records, "page 501")
    tries = [try_up_to(records, pages) for pages in (500, 450, 500)]
    assert [(lease.tries, lease.is_spent) for lease in tries] == [(1, False), (2, False), (3, False)]
    assert take(records).is_spent


def test_a_file_that_failed_rests_and_the_others_go_on(records: SqlRecords) -> None:
    present(records, "a")
    failed, good = hand_in(records, "failed", "good")
    records.work.give_back(take(records), failed=WorkReason.MEMORY, rest=600)
    assert take(records).item == good
    assert not records.work.waits([Pool.READ])
    assert records.work.take(Pool.READ, "a", rules=RULES) is None
    assert records.work.take_item(failed, "a", rules=RULES) is None
    assert records.work.is_owed(failed)
    (stand,) = records.work.stand()
    assert (stand.ready, stand.held) == (1, 1)


def test_a_rest_ends_by_itself(records: SqlRecords) -> None:
    present(records, "a")
    hand_in(records, "failed")
    records.work.give_back(take(records), failed=WorkReason.MEMORY, rest=0.05)
    look = threading.Event()
    while not records.work.waits([Pool.READ]):
        look.wait(0.01)
    lease = take(records)
    assert (lease.tries, lease.reason) == (2, WorkReason.MEMORY)
    records.work.give_back(lease)
    assert take(records).tries == 2


def test_a_rest_that_seems_to_last_for_hours_is_one_of_a_clock_that_was_put_back(records: SqlRecords) -> None:
    present(records, "a")
    hand_in(records, "failed")
    records.work.give_back(take(records), failed=WorkReason.DIED, rest=3 * 3600)
    assert records.work.waits([Pool.READ])
    assert take(records).tries == 2


def test_pages_of_a_holder_that_was_taken_for_gone_are_not_heard_of(records: SqlRecords) -> None:
    present(records, "a", "b")
    hand_in(records, "one")
    lost = take(records, "a")
    records.work.take_over(["a"])
    take(records, "b")
    records.work.got_on(lost, 500)
    records.work.take_over(["b"])
    present(records, "c")
    lease = take(records, "c")
    assert (lease.tries, lease.furthest) == (3, 0)


def test_a_person_who_releases_a_long_file_gives_it_all_its_tries(records: SqlRecords) -> None:
    present(records, "a")
    (long,) = hand_in(records, "long")
    for pages in (500, 500, 500):
        try_up_to(records, pages)
    save(records, take(records), ItemState.QUARANTINED, WorkParkedError.code)
    records.work.release(long, events=[event()])
    lease = take(records)
    assert (lease.tries, lease.furthest, lease.is_spent) == (1, 0, False)


def parked(records: SqlRecords) -> ItemId:
    present(records, "a")
    (poison,) = hand_in(records, "poison")
    rules = replace(RULES, tries=1)
    records.work.give_back(take(records, rules=rules), failed=WorkReason.DIED)
    save(records, take(records, rules=rules), ItemState.QUARANTINED, WorkParkedError.code)
    return poison


def test_a_person_releases_a_parked_file_and_it_stays_suspect(records: SqlRecords) -> None:
    poison = parked(records)
    records.work.release(poison, events=[event()])
    lease = take(records)
    assert (lease.item, lease.tries, lease.is_suspect) == (poison, 1, True)
    with pytest.raises(WorkNotParkedError):
        records.work.release(poison, events=[event()])


def test_a_person_refuses_a_parked_file_for_good(records: SqlRecords) -> None:
    poison = parked(records)
    records.work.refuse(poison, events=[event()])
    assert records.work.parked() == []
    assert records.work.take(Pool.READ, "a", rules=RULES) is None
    assert records.item(poison).state is ItemState.QUARANTINED


def test_a_parked_file_that_is_handed_in_again_is_tried_again(records: SqlRecords) -> None:
    poison = parked(records)
    hand_in(records, "poison")
    assert take(records).item == poison


def test_work_of_the_backlog_that_comes_to_the_counter_is_work_of_the_counter(records: SqlRecords) -> None:
    present(records, "a")
    hand_in(records, "old 1", "old 2", lane=Lane.BACKLOG)
    (_, second) = hand_in(records, "old 1", "old 2", lane=Lane.BACKLOG)
    hand_in(records, "old 2", of="another batch")
    assert take(records).item == second


def test_work_is_scarce_where_no_more_files_wait_than_holders_live(records: SqlRecords) -> None:
    present(records, "a", "b")
    records.work.enter("gone", seconds=GONE)
    hand_in(records, "one", "two", "three", "four")
    assert not records.work.is_scarce(Pool.READ)
    assert records.work.is_scarce(Pool.SIGN)
    lease = take(records)
    assert not records.work.is_scarce(Pool.READ)
    take(records, "b")
    assert records.work.is_scarce(Pool.READ)
    records.work.give_back(lease)
    assert not records.work.is_scarce(Pool.READ)
    records.work.give_back(take(records), failed=WorkReason.MEMORY, rest=600)
    assert records.work.is_scarce(Pool.READ)


def test_two_workers_never_have_one_file(records: SqlRecords) -> None:
    names = [f"file {number}" for number in range(12)]
    hand_in(records, *names)
    taken: list[Lease] = []
    present(records, "a", "b", "c")

    def work(holder: str) -> None:
        while (lease := records.work.take(Pool.READ, holder, rules=RULES)) is not None:
            taken.append(lease)
            save(records, lease, ItemState.DONE)

    threads = [threading.Thread(target=work, args=(holder,)) for holder in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(lease.item for lease in taken) == Counter(ItemId(record_id(name)) for name in names)


def test_the_cap_of_an_office_holds_while_its_files_are_in_work(records: SqlRecords) -> None:
    rules = replace(RULES, cap=2)
    present(records, "a")
    hand_in(records, "1", "2", "3", "4")
    hand_in(records, "5", office=OFFICES[1])
    first = [take(records, rules=rules) for _ in range(3)]
    assert [lease.item for lease in first] == [ItemId(record_id(name)) for name in ("1", "5", "2")]
    assert records.work.take(Pool.READ, "a", rules=rules) is None
    save(records, first[0], ItemState.DONE)
    assert take(records, rules=rules).item == ItemId(record_id("3"))


def test_the_order_is_that_of_the_scheduler(records: SqlRecords) -> None:
    """Handing in and taking at random: both databases take what the model of the laws takes."""
    chance = random.Random(20261127)  # noqa: S311 - moments, not secrets
    rules = FairRules(cap=3, share=4, tries=3)
    model = Queue(rules)
    present(records, "a")
    in_work: list[Lease] = []
    taken: list[ItemId] = []
    for number in range(60):
        if chance.random() < 0.45:
            office, lane = chance.choice(OFFICES), chance.choice(list(Lane))
            names = [f"{number}-{place}" for place in range(chance.randint(1, 4))]
            model.hand_in([(record_id(name), office, lane) for name in names])
            hand_in(records, *names, office=office, lane=lane)
        elif in_work and chance.random() < 0.5:
            lease = in_work.pop(chance.randrange(len(in_work)))
            model.done(lease.item)
            save(records, lease, ItemState.DONE)
        else:
            lease_or_none = records.work.take(Pool.READ, "a", rules=rules)
            assert (lease_or_none.item if lease_or_none else None) == model.take()
            if lease_or_none:
                in_work.append(lease_or_none)
                taken.append(lease_or_none.item)
    assert len(taken) > 12


def test_how_much_may_wait_is_looked_at_without_counting_all(records: SqlRecords) -> None:
    hand_in(records, "1", "2", "3")
    assert records.work.has_room(most=4)
    assert not records.work.has_room(most=3)


def test_files_of_a_counted_batch_are_filed_once_all_were_read(records: SqlRecords) -> None:
    present(records, "a")
    first, second = hand_in(records, "1", "2")
    of_batch = BatchId(record_id("batch of 1"))
    save(records, take(records), ItemState.READ)
    early = take(records, pool=Pool.SIGN)
    assert (early.item, records.work.has_unread(of_batch)) == (first, True)
    records.work.keep_for_batch(early)
    assert records.work.take(Pool.SIGN, "a", rules=RULES) is None
    assert records.work.waits([Pool.SIGN])
    save(records, take(records), ItemState.READ)
    assert not records.work.has_unread(of_batch)
    assert {take(records, pool=Pool.SIGN).item, take(records, pool=Pool.SIGN).item} == {first, second}


def open_of(records: SqlRecords, items: Sequence[ItemId]) -> set[ItemId]:
    return set(records.work.open_items(items))


def test_which_files_of_a_batch_are_still_owed_something(records: SqlRecords) -> None:
    present(records, "a")
    first, second = hand_in(records, "1", "2")
    save(records, take(records), ItemState.DONE)
    assert open_of(records, [first, second]) == {second}
    assert records.batch(BatchId(record_id("batch of 1"))).dossier == f"{OFFICES[0]}-261102-0001"
