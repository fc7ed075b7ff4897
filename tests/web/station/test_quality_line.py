"""The promise about errors from the sample to the verdict: who keys, what counts, what follows."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from dossier.check_errors import CheckAnswerError
from dossier.documents import DocumentState
from dossier.errors import MotlanError
from dossier.events import EventKind
from dossier.quality import Fix, KeyState, LotState, Outcome, Route, Step, Verdict
from dossier.quality_errors import KeyingNotHeldError, PromiseError, WholeKeyingError
from flows.extract import understand_again
from flows.quality.certificates import check_draw
from flows.quality.drawing import draw_due
from flows.quality.frame import as_keys, drawn, frame_hash, frame_of
from flows.quality.judging import want_whole, window_of
from flows.quality.keying import leave, same_value, say, take_next
from flows.quality.steps import demand_of
from rulebook.paper_spec import Kind
from tests.web.office import Clock, Office, copy_of
from tests.web.quality import (
    FEEDER,
    OFFICE,
    RIGHT,
    SECOND,
    THIRD,
    checker,
    documents,
    filed_batch,
    key_all,
    promised,
    seeded,
)

MAI, HOA, LAN = (checker(name) for name in ("mai", "hoa", "lan"))


def judged(office: Office, batch: str) -> tuple[Verdict | None, int]:
    records = office.services.store.records.quality
    group = records.group(records.lot(batch).group)  # type: ignore[arg-type]
    return group.verdict, group.upper


def test_a_sample_is_drawn_of_batches_that_are_done_and_can_be_drawn_again(office: Office) -> None:
    promised(office, share=300_000)
    batch = filed_batch(office, "lot", 40)
    assert draw_due(office.services, random_bytes=seeded(1)) == 1
    lot = office.services.store.records.quality.lot(batch)
    frame = frame_of(office.services, batch)
    again = drawn(frame, lot.seed, share=300_000, own=lot.own)
    assert lot.state is LotState.DRAWN
    assert lot.frame == frame_hash(frame)
    assert {(unit.document, unit.field) for unit in again} == (
        office.services.store.records.quality.drawn_fields(batch)
    )
    assert sum(tally.population for tally in lot.tallies.values()) == len(frame)
    assert 0.15 < len(again) / len(frame) < 0.45
    (event,) = office.events(EventKind.QUALITY_DRAWN)
    assert (event.subject, event.details["seed"], event.details["frame"]) == (batch, lot.seed, lot.frame)
    assert event.details["sample"] == len(again)
    assert draw_due(office.services) == 0


def test_nothing_is_drawn_without_a_promise_nor_of_batches_that_came_before_it(office: Office) -> None:
    early = filed_batch(office, "early", 2)
    assert draw_due(office.services) == 0
    office.clock.tick(60)
    promised(office)
    assert draw_due(office.services) == 0
    with pytest.raises(MotlanError):
        office.services.store.records.quality.lot(early)


def test_a_batch_of_which_a_paper_waits_is_not_drawn_until_it_is_filed(office: Office) -> None:
    promised(office)
    batch = filed_batch(office, "lot", 2)
    records = office.services.store.records
    first = documents(office, batch)[0]
    waiting = records.save_document(first.next_version(state=DocumentState.WAITING, questions=("type",)))
    assert draw_due(office.services) == 0
    records.save_document(waiting.next_version(state=DocumentState.FILED, questions=()))
    assert draw_due(office.services) == 1


def test_whoever_fed_or_checked_a_paper_is_not_offered_its_fields(office: Office) -> None:
    promised(office)
    filed_batch(office, "lot", 1)
    draw_due(office.services)
    feeder = replace(MAI, actor=FEEDER, accounts=frozenset({FEEDER}))
    elsewhere = replace(MAI, offices=("H27",))
    basic = replace(MAI, sees=frozenset())
    for nobody in (feeder, elsewhere, basic):
        assert take_next(office.services, nobody, turns=SECOND) is None
    strip = take_next(office.services, MAI, turns=SECOND)
    assert strip is not None
    assert strip.values == ()
    reads = [event for event in office.events(EventKind.DOCUMENT_READ) if event.actor == MAI.actor]
    assert [event.subject for event in reads] == [strip.key.document]


def test_one_field_lies_on_one_table(office: Office) -> None:
    promised(office)
    filed_batch(office, "lot", 1)
    draw_due(office.services)
    mine = take_next(office.services, MAI, turns=SECOND)
    theirs = take_next(office.services, HOA, turns=SECOND)
    assert mine is not None
    assert theirs is not None
    assert mine.key.serial != theirs.key.serial
    assert take_next(office.services, MAI, turns=SECOND) == mine
    with pytest.raises(KeyingNotHeldError):
        say(office.services, HOA, serial=mine.key.serial, value="x")
    leave(office.services, MAI)
    with pytest.raises(KeyingNotHeldError):
        say(office.services, MAI, serial=mine.key.serial, value="x")
    office.clock.tick(3600)
    freed = take_next(office.services, LAN, turns=SECOND)
    assert freed is not None
    assert freed.key.serial == mine.key.serial


def test_a_value_that_is_none_is_told_and_nothing_is_kept(office: Office) -> None:
    promised(office)
    filed_batch(office, "lot", 1)
    draw_due(office.services)
    strip = take_next(office.services, MAI, turns=SECOND)
    assert strip is not None
    while strip is not None and strip.kind is not Kind.DATE:
        say(office.services, MAI, serial=strip.key.serial, unreadable=True)
        strip = take_next(office.services, MAI, turns=SECOND)
    assert strip is not None
    for value in ("31/02/1990", ""):
        with pytest.raises(CheckAnswerError):
            say(office.services, MAI, serial=strip.key.serial, value=value)
    assert take_next(office.services, MAI, turns=SECOND) == strip


def test_the_same_value_in_another_way_of_writing_is_the_same() -> None:
    assert same_value(Kind.DATE, "1990-04-02", "2/4/1990")
    assert same_value(Kind.PERSON_NAME, "Mẫu Thị Thử", "mẫu thị  thử")
    assert same_value(Kind.CODE, "147/GM–SYT", "147 / gm-syt")
    assert not same_value(Kind.PERSON_NAME, "Mẫu Thị Thử", "Mẫu Thị Thứ")
    assert not same_value(Kind.CODE, "147/2026", "141/2026")
    assert same_value(Kind.DATE, "", "")
    assert not same_value(Kind.DATE, "1990-04-02", "")


def test_a_difference_goes_to_a_third_person_who_is_not_told_which_value_was_filed(office: Office) -> None:
    promised(office)
    batch = filed_batch(office, "lot", 3, wrong=1)
    draw_due(office.services)
    # Mai makes a mistake of her own, in a paper that was read rightly.
    slips = iter([True])

    def typed(strip: object) -> str:
        field, document = strip.key.field, strip.document  # type: ignore[attr-defined]
        if field == "full_name" and document.value(field) == "Mẫu Thị Thử" and next(slips, False):
            return "Mẫu Thị Thư"
        return str({"full_name": "Mẫu Thị Thử"}.get(field, document.value(field)))

    key_all(office, MAI, typed=typed)
    assert take_next(office.services, MAI, turns=THIRD) is None
    outcomes = []
    while (strip := take_next(office.services, HOA, turns=THIRD)) is not None:
        assert "Mẫu Thị Thử" in strip.values
        outcomes.append(say(office.services, HOA, serial=strip.key.serial, value="Mẫu Thị Thử").outcome)
    assert sorted(str(one) for one in outcomes) == [Outcome.FIRST_WRONG, Outcome.SECOND_WRONG]
    decided = office.events(EventKind.QUALITY_DECIDED)
    assert {event.actor for event in decided} == {HOA.actor}
    assert all("Mẫu" not in str(event.details) for event in decided)
    # What was found wrong is put right, for a reason, in a new version.
    assert {document.value("full_name") for document in documents(office, batch)} == {"Mẫu Thị Thử"}
    (found,) = office.services.store.records.quality.found(1)
    assert (found.outcome, found.fix, found.told) == (Outcome.FIRST_WRONG, Fix.DONE, "")


def test_a_third_person_may_say_that_both_are_wrong_or_that_nobody_can_read_it(office: Office) -> None:
    promised(office)
    filed_batch(office, "lot", 2, wrong=2)
    draw_due(office.services)
    key_all(
        office,
        MAI,
        typed=lambda strip: (
            "Mẫu Thị Thu" if strip.key.field == "full_name" else strip.document.value(strip.key.field)
        ),
    )
    first = take_next(office.services, HOA, turns=THIRD)
    assert first is not None
    assert (
        say(office.services, HOA, serial=first.key.serial, value="Mẫu Thị Thử").outcome is Outcome.BOTH_WRONG
    )
    second = take_next(office.services, HOA, turns=THIRD)
    assert second is not None
    told = say(office.services, HOA, serial=second.key.serial, unreadable=True)
    assert told.outcome is Outcome.UNREADABLE
    group = office.services.store.records.quality.group(1)
    assert group.tallies == {} or group.tallies[Route.ALONE].errors == 1


def test_what_the_second_person_cannot_read_is_keyed_by_the_third_without_any_value(office: Office) -> None:
    promised(office)
    filed_batch(office, "lot", 1)
    draw_due(office.services)
    strip = take_next(office.services, MAI, turns=SECOND)
    assert strip is not None
    say(office.services, MAI, serial=strip.key.serial, unreadable=True)
    third = take_next(office.services, HOA, turns=THIRD)
    assert third is not None
    assert third.values == ()
    filed = third.document.value(third.key.field)
    assert say(office.services, HOA, serial=third.key.serial, value=filed).outcome is Outcome.SECOND_WRONG


def test_whoever_keyed_a_field_does_not_decide_on_it_from_another_tab(office: Office) -> None:
    promised(office)
    filed_batch(office, "b1", 1)
    draw_due(office.services)
    records, now = office.services.store.records.quality, office.clock()
    # Both tabs were offered the field before one of them was answered.
    strip = take_next(office.services, MAI, turns=SECOND)
    assert strip is not None
    said = say(office.services, MAI, serial=strip.key.serial, unreadable=True)
    assert said.state is KeyState.THIRD
    serial = said.serial
    assert not records.take(serial, MAI.actor, turn=KeyState.SECOND, at=now, free_before=now)
    assert not records.take(serial, MAI.actor, turn=KeyState.THIRD, at=now, free_before=now)
    assert not records.take(serial, HOA.actor, turn=KeyState.SECOND, at=now, free_before=now)
    assert records.take(serial, HOA.actor, turn=KeyState.THIRD, at=now, free_before=now)


def test_small_batches_are_judged_together_once_their_sample_is_large_enough(office: Office) -> None:
    promised(office)
    batches = [filed_batch(office, f"lot {number}", 2) for number in range(3)]
    draw_due(office.services)
    records = office.services.store.records.quality
    groups = {records.lot(batch).group for batch in batches}
    # Every field is keyed: a census of the first batch would do for it alone.
    assert len(groups) > 1
    key_all(office, MAI, typed=lambda strip: strip.document.value(strip.key.field))
    verdicts = {records.group(group).verdict for group in groups if records.group(group).closed_at}
    assert verdicts == {Verdict.MET}
    events = office.events(EventKind.QUALITY_JUDGED)
    assert {event.details["verdict"] for event in events} == {"met"}
    assert all(int(event.details["upper"]) <= 50_000 for event in events)


def test_a_group_whose_days_are_over_is_judged_with_what_there_is(office: Office) -> None:
    promised(office, share=100_000, error=5_000)
    batch = filed_batch(office, "lot", 20)
    draw_due(office.services, random_bytes=seeded(3))
    key_all(office, MAI, typed=lambda strip: strip.document.value(strip.key.field))
    assert judged(office, batch) == (None, 0)
    office.clock.tick(31 * 86_400)
    draw_due(office.services)
    verdict, upper = judged(office, batch)
    assert verdict is Verdict.UNKNOWN
    assert upper > 5_000


def test_too_many_errors_are_told_and_more_is_asked_from_then_on(office: Office) -> None:
    promised(office)
    batch = filed_batch(office, "lot", 4, wrong=3)
    draw_due(office.services)
    key_all(office, MAI)
    key_all(office, HOA, turns=THIRD)
    verdict, upper = judged(office, batch)
    assert verdict is Verdict.NOT_MET
    assert upper > 50_000
    (event,) = office.events(EventKind.QUALITY_STEPPED)
    assert (event.details["from"], event.details["to"], event.details["errors"]) == (0, 1, 3)
    assert demand_of(office.services, OFFICE).step == 1
    # Papers that were read before the step lead to no further one.
    records = office.services.store.records.quality
    assert len(records.steps()) == 1


def test_errors_of_people_move_no_threshold(office: Office) -> None:
    promised(office)
    batch = filed_batch(office, "lot", 3, wrong=2, by_person=True)
    draw_due(office.services)
    lot = office.services.store.records.quality.lot(batch)
    assert lot.tallies[Route.PERSON].population == 3
    key_all(office, MAI)
    key_all(office, HOA, turns=THIRD)
    assert judged(office, batch)[0] is Verdict.NOT_MET
    assert office.events(EventKind.QUALITY_STEPPED) == []


def test_less_is_asked_only_after_two_verdicts_far_below_the_promise_and_within_limits(
    office: Office,
) -> None:
    promised(office)
    steps = []
    for number in range(6):
        office.clock.tick(3600)
        filed_batch(office, f"lot {number}", 1)
        draw_due(office.services)
        key_all(office, MAI, typed=lambda strip: strip.document.value(strip.key.field))
        steps.append(demand_of(office.services, OFFICE).step)
    assert steps == sorted(steps, reverse=True)
    assert steps[0] == 0
    assert steps[-1] == office.services.settings.quality.loosest == -2
    assert all(before - after <= 1 for before, after in pairwise(steps))


def test_all_other_fields_of_a_batch_that_was_not_met_are_keyed_on_request(office: Office) -> None:
    promised(office, share=400_000, error=20_000, days=1)
    batch = filed_batch(office, "lot", 6, wrong=5)
    draw_due(office.services, random_bytes=seeded(5))
    records = office.services.store.records.quality
    group = records.lot(batch).group
    with pytest.raises(WholeKeyingError):
        want_whole(office.services, group, actor="user-lanhdao")
    key_all(office, MAI)
    key_all(office, HOA, turns=THIRD)
    office.clock.tick(2 * 86_400)
    draw_due(office.services)
    assert judged(office, batch)[0] is Verdict.NOT_MET
    found = want_whole(office.services, group, actor="user-lanhdao")
    assert found == len(frame_of(office.services, batch)) - sum(
        tally.sample for tally in records.lot(batch).tallies.values()
    )
    with pytest.raises(WholeKeyingError):
        want_whole(office.services, group, actor="user-lanhdao")
    key_all(office, MAI)
    key_all(office, HOA, turns=THIRD)
    done = records.group(group)
    assert done.whole_done_at is not None
    assert done.verdict is Verdict.NOT_MET
    (event,) = office.events(EventKind.QUALITY_WHOLE_DONE)
    assert event.details["errors"] == 5
    assert {document.value("full_name") for document in documents(office, batch)} == {"Mẫu Thị Thử"}


def test_the_rolling_figure_counts_a_difference_as_wrong_until_a_third_has_looked(office: Office) -> None:
    made = promised(office)
    filed_batch(office, "lot", 2, wrong=1)
    draw_due(office.services)
    assert sum(tally.population for tally in window_of(office.services, made).values()) == 0
    key_all(office, MAI)
    assert window_of(office.services, made)[Route.ALONE].errors == 1
    key_all(office, HOA, turns=THIRD)
    assert window_of(office.services, made)[Route.ALONE].errors == 1


def test_a_paper_that_nobody_may_see_any_more_does_not_hold_up_the_verdict(office: Office) -> None:
    promised(office)
    batch = filed_batch(office, "lot", 2)
    draw_due(office.services)
    records = office.services.store.records
    for document in documents(office, batch):
        records.save_document(document.next_version(restricted=True))
    assert take_next(office.services, MAI, turns=SECOND) is None
    tallies = records.quality.lot(batch).tallies
    assert sum(tally.unreadable for tally in tallies.values()) == sum(
        tally.sample for tally in tallies.values()
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"error": 0},
        {"error": 300_000},
        {"confidence": 1_000_000},
        {"share": 0},
        {"days": 0},
        {"office": "x y"},
    ],
    ids=["none", "all", "certain", "nothing", "never", "nowhere"],
)
def test_a_promise_that_means_nothing_is_refused(office: Office, changes: dict[str, int | str]) -> None:
    with pytest.raises(PromiseError):
        promised(office, **changes)
    assert office.services.store.records.quality.promises() == []


def test_a_large_batch_is_judged_by_itself_with_the_sample_that_its_size_needs(office: Office) -> None:
    promised(office, error=200_000, confidence=500_000, share=1_000)
    batch = filed_batch(office, "large", 10)
    draw_due(office.services, random_bytes=seeded(7))
    records = office.services.store.records.quality
    lot = records.lot(batch)
    group = records.group(lot.group)
    assert group.single
    assert group.closed_at is not None
    assert lot.own == sum(tally.sample for tally in lot.tallies.values())
    assert 0 < lot.own * 4 <= sum(tally.population for tally in lot.tallies.values())
    key_all(office, MAI, typed=lambda strip: strip.document.value(strip.key.field))
    assert judged(office, batch)[0] is Verdict.MET


def test_a_new_promise_closes_what_was_gathered_under_the_old_one(office: Office) -> None:
    promised(office, share=100_000, error=5_000)
    first = filed_batch(office, "first", 10)
    draw_due(office.services, random_bytes=seeded(3))
    office.clock.tick(60)
    promised(office)
    second = filed_batch(office, "second", 1)
    draw_due(office.services)
    records = office.services.store.records.quality
    old, new = (records.group(records.lot(batch).group) for batch in (first, second))
    assert old.serial != new.serial
    assert old.closed_at is not None
    assert (old.promise, new.promise) == (1, 2)


def test_a_promise_of_an_office_wins_over_that_of_all(office: Office) -> None:
    promised(office, error=100_000)
    own = promised(office, office="H26.5")
    promised(office, office="H27")
    batch = filed_batch(office, "lot", 1)
    draw_due(office.services)
    records = office.services.store.records.quality
    assert records.group(records.lot(batch).group).promise == own.serial


def test_a_certificate_holds_against_the_seed_and_not_against_another(office: Office) -> None:
    promised(office, share=500_000)
    batch = filed_batch(office, "lot", 6)
    draw_due(office.services, random_bytes=seeded(11))
    assert check_draw(office.services, batch).holds
    records = office.services.store.records
    # Somebody adds a field by hand: the seed does not give it.
    taken = records.quality.drawn_fields(batch)
    left = [unit for unit in frame_of(office.services, batch) if (unit.document, unit.field) not in taken]
    keys = [replace(key, group=1) for key in as_keys(left[:1], batch)]
    records.quality.want_whole(1, [replace(key, whole=False) for key in keys], at=office.clock(), events=())
    found = check_draw(office.services, batch)
    assert (found.same_frame, found.same_sample, found.journalled) == (True, False, True)


def test_a_worker_that_runs_reads_with_the_newest_step(waiting_store: Path, tmp_path: Path) -> None:
    office = Office(copy_of(waiting_store, tmp_path / "waiting"), Clock())
    (document, *_) = office.services.store.records.documents_waiting()
    before = understand_again(office.services, document, document.type)
    step = Step(office="", at=office.clock(), step=12, actor="quality")
    assert office.services.store.records.quality.add_step(step, seen=0, events=())
    assert not office.services.store.records.quality.add_step(step, seen=0, events=())
    after = understand_again(office.services, document, document.type)
    assert set(before.questions) < set(after.questions)
    office.close()


def test_what_a_kill_left_out_behind_an_answer_is_done_by_the_next_look(office: Office) -> None:
    promised(office)
    batch = filed_batch(office, "lot", 1, wrong=1)
    draw_due(office.services)
    key_all(office, MAI)
    strip = take_next(office.services, HOA, turns=THIRD)
    assert strip is not None
    records = office.services.store.records.quality
    said = replace(strip.key, state=KeyState.DONE, third_by=HOA.actor, outcome=Outcome.FIRST_WRONG)
    assert records.tell(said, actor=HOA.actor, at=office.clock(), events=())
    # Killed here: the answer is kept, and nobody put the record right.
    (left,) = records.to_fix(limit=5)
    assert left.told == RIGHT["full_name"]
    assert documents(office, batch)[0].value("full_name") != RIGHT["full_name"]
    take_next(office.services, LAN, turns=SECOND)
    assert documents(office, batch)[0].value("full_name") == RIGHT["full_name"]
    assert records.to_fix(limit=5) == []
    assert [(key.fix, key.told) for key in records.found(said.group)] == [(Fix.DONE, "")]


def test_a_verdict_and_the_step_that_follows_are_kept_together_or_not_at_all(office: Office) -> None:
    promised(office)
    batch = filed_batch(office, "lot", 2)
    draw_due(office.services)
    records = office.services.store.records.quality
    group = records.group(records.lot(batch).group)
    judged = replace(group, judged_at=office.clock(), verdict=Verdict.NOT_MET)
    step = Step(office="", at=office.clock(), step=1, group=group.serial, actor="quality")
    assert not records.judge(judged, events=(), step=step, seen=7)
    assert (records.group(group.serial).verdict, list(records.steps())) == (None, [])
    assert records.judge(judged, events=(), step=step, seen=0)
    assert records.group(group.serial).verdict is Verdict.NOT_MET
    assert [one.step for one in records.steps()] == [1]


def test_batches_and_steps_of_other_offices_are_not_gone_through(office: Office) -> None:
    promised(office)
    filed_batch(office, "lot", 1)
    draw_due(office.services)
    records = office.services.store.records.quality
    assert len(records.lots(offices=(OFFICE,))) == len(records.lots(offices=("H26",))) == 1
    assert records.lots(offices=("H26.5.1", "H27")) == []
