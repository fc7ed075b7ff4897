"""Several serving processes over one store: patterns are seen as one, alarms raised once, rates add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.events import Event, EventKind
from flows.admission import PATTERN_SPANS, raise_alarm
from tests.web.conftest import MakeOffice
from tests.web.office import DOSSIER, Caller, Office
from web.auth.journal_watch import JournalWatch, watching
from web.auth.rates import Buckets

LOOK = Event(kind=EventKind.REUSE_ASKED, at=None, actor="key-0123456789abcdef", owner_ref="a" * 32)  # type: ignore[arg-type]  # each test sets it


@pytest.fixture
def office(make_office: MakeOffice) -> Office:
    return make_office(MOTLAN_API_ALARM_REFUSALS="4", MOTLAN_API_ALARM_PERSONS="3")


@pytest.fixture
def replicas(office: Office) -> Iterator[list[Caller]]:
    """Two services that know of each other only through the records."""
    made = [office.serve(), office.serve()]
    yield made
    for client in made:
        client.close()


def alarms(office: Office) -> list[str]:
    return [str(event.details["why"]) for event in office.events(EventKind.ACCESS_ALARM)]


def look(office: Office, *persons: str, actor: str = LOOK.actor) -> None:
    for person in persons:
        office.services.store.records.record(
            replace(LOOK, at=office.clock(), actor=actor, owner_ref=person * 32)
        )


def test_refusals_spread_over_two_services_raise_one_alarm(office: Office, replicas: list[Caller]) -> None:
    key = office.key()
    for _ in range(3):
        for client in replicas:
            assert client.get(f"/v1/dossiers/{DOSSIER}", headers=key).status_code == 403
    # Each has seen three, which is not too many.
    assert alarms(office) == []
    first, second = JournalWatch(office.services), JournalWatch(office.services)
    first.look()
    second.look()
    assert alarms(office) == ["refusals"]
    first.look()
    assert alarms(office) == ["refusals"]


def test_persons_looked_at_before_a_service_started_count_and_those_of_long_ago_do_not(
    office: Office,
) -> None:
    look(office, "a", "b")
    office.clock.tick(PATTERN_SPANS["persons"].total_seconds() + 1)
    look(office, "c", "d", "c", "d")
    watch = JournalWatch(office.services)
    watch.look()
    assert alarms(office) == []
    look(office, "e", "f")
    watch.look()
    assert alarms(office) == ["persons"]
    # A service that starts now walks over the same entries and says nothing twice.
    JournalWatch(office.services).look()
    assert alarms(office) == ["persons"]
    office.clock.tick(PATTERN_SPANS["persons"].total_seconds() + 1)
    look(office, *"ghij")
    watch.look()
    assert alarms(office) == ["persons", "persons"]


def test_a_serving_process_walks_behind_the_journal(office: Office) -> None:
    look(office, *"abcd")
    with watching(office.services, pause_s=600) as loop:
        loop.finish(within_s=30)
        assert alarms(office) == ["persons"]


def test_the_accounts_of_the_desk_are_not_taken_for_callers(office: Office) -> None:
    look(office, *"abcdefgh", actor="quay-1")
    JournalWatch(office.services).look()
    assert alarms(office) == []


def test_an_alarm_about_one_act_is_raised_each_time(office: Office) -> None:
    for _ in range(2):
        raise_alarm(office.services, "key-0123456789abcdef", "emergency")
        raise_alarm(office.services, "key-0123456789abcdef", "persons")
    assert alarms(office) == ["emergency", "persons", "emergency"]


@pytest.mark.parametrize("entries", [0, 1, 2, 5, 17])
def test_a_watch_begins_where_its_span_begins(office: Office, entries: int) -> None:
    records = office.services.store.records
    for _ in range(entries):
        look(office, "a")
        office.clock.tick(60)
    before = len(records.journal())
    since = office.clock() - timedelta(seconds=150)
    expected = sum(entry.event.at < since for entry in records.journal())
    assert JournalWatch(office.services)._before(since) == expected <= before


@given(
    st.integers(1, 5),
    st.lists(st.tuples(st.floats(0, 30), st.integers(0, 4)), max_size=120),
)
def test_several_services_together_let_a_caller_through_at_most_so_many_times_its_rate(
    replicas: int, asked: list[tuple[float, int]]
) -> None:
    now = [0.0]
    buckets = [Buckets(60, clock=lambda: now[0]) for _ in range(replicas)]
    taken = 0
    for pause, which in asked * 3:
        now[0] += pause / 30
        taken += buckets[which % replicas].take("a") == 0
        assert taken <= replicas * (60 + now[0]) + 1e-6
