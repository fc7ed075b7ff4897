"""Laws of whose turn it is: nobody waits for ever, caps hold, the counter goes first, the backlog moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.work import FairRules, Lane, next_turn
from tests.dossier.work_model import Queue

pytestmark = pytest.mark.hypothesis

OFFICES = ("A", "B", "C", "D")
HANDED = st.lists(
    st.tuples(st.sampled_from(OFFICES), st.sampled_from(list(Lane)), st.integers(1, 12)), max_size=12
)


def named(handed: list[tuple[str, Lane, int]]) -> list[tuple[str, str, Lane]]:
    return [
        (f"{place}/{number}", office, lane)
        for place, (office, lane, files) in enumerate(handed)
        for number in range(files)
    ]


@given(HANDED, st.integers(1, 8))
def test_an_office_that_comes_new_is_served_before_any_other_is_served_twice(
    handed: list[tuple[str, Lane, int]], served: int
) -> None:
    queue = Queue(FairRules(cap=0, share=5, tries=3))
    queue.hand_in(named([(office, Lane.COUNTER, files) for office, _, files in handed]))
    for _ in range(served):
        if (name := queue.take()) is not None:
            queue.done(name)
    queue.hand_in([("new", "new", Lane.COUNTER)])
    before: list[str] = []
    while (name := queue.take()) != "new":
        assert name is not None
        before.append(queue.office_of(name))
        queue.done(name)
    assert all(before.count(office) <= 2 for office in OFFICES)
    assert len(before) <= 2 * len(OFFICES)


@given(HANDED, st.integers(1, 3))
def test_the_cap_holds_whatever_is_handed_in_and_done(handed: list[tuple[str, Lane, int]], cap: int) -> None:
    queue = Queue(FairRules(cap=cap, share=5, tries=3))
    queue.hand_in(named(handed))
    while (name := queue.take()) is not None:
        assert max(queue.in_work().values()) <= cap
    for name, office, _ in named(handed):
        if queue.in_work()[office] == cap:
            queue.done(name)
            break
    while queue.take() is not None:
        assert max(queue.in_work().values()) <= cap


@given(HANDED, st.integers(2, 6))
def test_the_counter_goes_first_and_the_backlog_gets_its_share(
    handed: list[tuple[str, Lane, int]], share: int
) -> None:
    queue = Queue(FairRules(cap=0, share=share, tries=3))
    queue.hand_in(named(handed))
    in_a_row = 0
    while True:
        both = queue.waits(Lane.COUNTER) and queue.waits(Lane.BACKLOG)
        if (name := queue.take()) is None:
            break
        lane = queue.lane_of(name)
        queue.done(name)
        if not both:
            in_a_row = 0
            continue
        if lane is Lane.BACKLOG:
            assert in_a_row == share - 1
            in_a_row = 0
        else:
            in_a_row += 1
            assert in_a_row < share


@given(HANDED)
def test_everything_that_was_handed_in_is_served_once(handed: list[tuple[str, Lane, int]]) -> None:
    queue = Queue(FairRules(cap=0, share=5, tries=3))
    queue.hand_in(named(handed))
    taken = []
    while (name := queue.take()) is not None:
        taken.append(name)
        queue.done(name)
    assert sorted(taken) == sorted(name for name, _, _ in named(handed))


def test_an_office_alone_does_not_run_ahead_of_those_who_come_later() -> None:
    assert next_turn(100, None) == 100
    assert next_turn(100, 7) == 100
    assert next_turn(100, 250) == 251
