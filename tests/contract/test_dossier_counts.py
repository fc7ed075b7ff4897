"""Whatever happens to dossiers, in whatever order: the counted rows tell what the raw facts tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from dossier.access import Purpose
from dossier.admission import Dossier, DossierPerson
from dossier.declared import Came, Declaration, DeclaredComponent
from dossier.documents import DocumentState
from dossier.events import Event, EventKind
from dossier.handling import Channel, OfficeLevel, Status, StatusChange
from dossier.ids import DocumentId
from dossier.keeping import Act, KeepingAct
from dossier.moments import VIETNAM, micros, moment_of
from dossier.told import DossierRow, Told, ToldFile, ToldResult
from dossier.told_facts import facts_of
from rulebook.counted_report import counted_report
from rulebook.period_report import PeriodReport, period_report
from storage.database import Database
from storage.dossier_counts import Recounted
from storage.heads import MemoryHead
from storage.records import SqlRecords
from storage.schema import dossier_counts
from tests.contract.test_owners import ACCESS, NEW, OLD, card
from tests.storage.builders import KEY, NAMESPACE, batch, document, event, item, record_id

FIRST, LAST = date(2026, 11, 2), date(2026, 11, 5)
NOW = datetime(2026, 11, 6, 9, tzinfo=VIETNAM)
CODES = tuple(
    f"{office}-2611{day:02d}-0001" for office in ("H26.5.12", "H26.5.13", "H26", "G01.2") for day in (1, 3, 5)
)
NUMBERS = ("", "011190000001", "011088000002")  # invented
TYPES = ("birth_certificate", "marriage_certificate", "")
PAPERS = ("one", "two", "three")
FULL = {"4.2": Fraction(4, 5)}
NATIONAL = {"H26.5.12": 3, "H26.5.14": 2}
QUIET: list[int] = []


def rules(procedure: str, day: date, received_at: int) -> int | None:
    """A rulebook that knows one procedure: eight hours."""
    assert day == moment_of(received_at).astimezone(VIETNAM).date()
    return received_at + 8 * 3600 * 1_000_000 if procedure == "1.001193" else None


def rules_of_row(row: DossierRow, received_at: datetime) -> datetime | None:
    found = rules(row.procedure, row.received_on, micros(received_at))
    return None if found is None else moment_of(found)


def both(records: SqlRecords, *, now: datetime = NOW) -> tuple[PeriodReport, PeriodReport]:
    """The report from the counted rows, and the one from the raw facts."""
    places = records.counts.places(FIRST, LAST, now=now, covers=lambda _office, _level: True)
    counted = counted_report(places, FIRST, LAST, now=now, full_at=FULL, promise=rules, national=NATIONAL)
    rows = records.handlings.rows(last=LAST)
    facts = (facts_of(row, promise=rules_of_row) for row in rows)
    return counted, period_report(facts, FIRST, LAST, now=now, full_at=FULL, national=NATIONAL)


@pytest.fixture
def memory() -> Iterator[SqlRecords]:
    made = new_records()
    yield made
    made.close()


def new_records() -> SqlRecords:
    return SqlRecords(
        Database.in_memory(), heads=MemoryHead(), namespace=NAMESPACE, key=KEY, result_type_code=str
    )


# --- what can happen


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens to a dossier."""

    what: str
    code: str
    number: str = ""
    told: Told = field(default_factory=Told)
    paper: str = ""
    type: str = ""
    state: DocumentState = DocumentState.FILED
    registered: int = 0
    declared: tuple[DeclaredComponent, ...] = ()


def day_of(code: str) -> datetime:
    return datetime(2026, 11, int(code[-7:-5]), 8, tzinfo=VIETNAM)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    code = draw(st.sampled_from(CODES))
    begins = day_of(code)
    hours = st.integers(0, 15).map(lambda hour: begins + timedelta(hours=hour))
    later = st.integers(0, 200).map(lambda hour: begins + timedelta(hours=hour))
    files = st.builds(
        ToldFile,
        component=st.just("KS-01"),
        document=st.sampled_from(("", *map(record_id, PAPERS))),
        paper=st.sampled_from(TYPES),
        digitised=st.booleans(),
        reused=st.integers(0, 2),
        national_store=st.booleans(),
        deleted=st.booleans(),
    )
    result = st.builds(
        ToldResult, name=st.just("Giấy mẫu"), link=st.sampled_from(("", "l")), code=st.sampled_from(("", "c"))
    )
    marks = {
        name: st.booleans()
        for name in (
            "yields_paper",
            "synchronised",
            "verified_account",
            "paid_online",
            "portal_store",
            "population",
            "disliked",
        )
    }
    told = st.builds(
        Told,
        channel=st.sampled_from((None, *Channel)),
        level=st.sampled_from((None, *OfficeLevel)),
        received_at=st.none() | hours,
        promised_at=st.none() | later,
        waited=st.none() | st.integers(0, 200_000).map(lambda seconds: timedelta(seconds=seconds)),
        changes=st.lists(st.builds(StatusChange, st.sampled_from(Status), later), max_size=5).map(tuple),
        officer=st.sampled_from(("", "can-bo-1", "can-bo-2")),
        files=st.lists(files, max_size=3).map(tuple),
        results=st.lists(result, max_size=2).map(tuple),
        **marks,
    )
    declared = st.builds(
        DeclaredComponent,
        code=st.sampled_from(("KS-01", "KS-02")),
        came=st.sampled_from(Came),
        document=st.sampled_from(("", *map(record_id, PAPERS))),
        database=st.sampled_from(("", "population")),
    )
    what = draw(st.sampled_from(("register", "tell", "tell", "close", "paper", "read", "insist", "declare")))
    return Step(
        what=what,
        code=code,
        number=draw(st.sampled_from(NUMBERS)),
        told=draw(told) if what == "tell" else Told(),
        paper=draw(st.sampled_from(PAPERS)),
        type=draw(st.sampled_from(TYPES[:2])),
        state=draw(st.sampled_from((DocumentState.FILED, DocumentState.WAITING, DocumentState.DESTROYED))),
        registered=draw(st.integers(0, 40)),
        declared=draw(st.lists(declared, max_size=2).map(tuple)) if what == "declare" else (),
    )


def happen(records: SqlRecords, step: Step, order: int) -> None:
    at = day_of(step.code) + timedelta(hours=step.registered)
    registered = records.admissions.dossier(step.code) is not None
    if step.what == "register":
        records.admissions.register(
            Dossier(
                code=step.code,
                office=step.code.partition("-")[0],
                procedure="1.001193" if step.registered % 3 else "9.000001",
                received_on=day_of(step.code).date(),
                persons=(DossierPerson("applicant", step.number),) if step.number else (),
                registered_by="quay-1",
                registered_at=at,
            ),
            events=(),
        )
    elif step.what == "tell" and registered:
        records.handlings.tell(step.code, step.told, at=NOW, by="quay-1", events=())
    elif step.what == "close":
        records.admissions.close_dossier(step.code, at=at, events=())
    elif step.what == "declare" and registered:
        records.admissions.declare(
            Declaration(dossier=step.code, components=step.declared, declared_by="quay-1", declared_at=NOW),
            events=(),
        )
    elif step.what == "paper":
        save_paper(records, step)
    elif step.what == "read":
        # Also before the paper is there: what a bundle carries may come in that order.
        read = Event(
            kind=EventKind.DOCUMENT_READ,
            at=NOW,
            actor="quay-1",
            subject=record_id(step.paper),
            dossier=step.code,
            purpose=Purpose.PROCEDURE,
        )
        records.record(read)
    elif step.what == "insist":
        case = record_id(f"case {order}")
        act = KeepingAct(
            case=case, act=Act.ASKING_INSISTED, target=step.code, at=NOW, actor="quay-1", details={}
        )
        records.act(act, seen=0, events=())


def save_paper(records: SqlRecords, step: Step) -> None:
    known = {one.id: one for one in records.documents_of_item(item().id)}
    before = known.get(DocumentId(record_id(step.paper)))
    if before is None:
        state = DocumentState.WAITING if step.state is DocumentState.DESTROYED else step.state
        records.save_document(replace(document(step.paper), dossier=step.code, type=step.type, state=state))
    elif before.state is not DocumentState.DESTROYED:
        records.save_document(before.next_version(dossier=step.code, type=step.type, state=step.state))


@settings(max_examples=25)
@given(st.lists(steps(), max_size=25))
def test_any_history_gives_the_same_figures_from_the_rows_and_from_the_facts(history: list[Step]) -> None:
    records = new_records()
    records.save_batch(batch(), [item()])
    for code in CODES[::2]:
        happen(records, Step("register", code, number=NUMBERS[1]), 0)
    for order, step in enumerate(history):
        happen(records, step, order)
    counted, computed = both(records)
    assert counted == computed
    before = both(records, now=NOW - timedelta(days=4))
    assert before[0] == before[1]
    assert records.counts.compare(told=QUIET.append).differing == 0
    assert records.counts.recount(told=QUIET.append).differing == 0
    records.close()


# --- by hand, on every database


BROUGHT = ToldFile(component="KS-01", paper="birth_certificate", digitised=True)


def tell(records: SqlRecords, code: str, *files: ToldFile) -> None:
    told = Told(received_at=day_of(code), files=files, promised_at=NOW, waited=timedelta(minutes=7))
    records.handlings.tell(code, told, at=NOW, by="quay-1", events=())


def test_a_correction_of_an_earlier_dossier_changes_what_later_ones_of_the_person_count(
    memory: SqlRecords,
) -> None:
    for code in CODES[:3]:
        happen(memory, Step("register", code, number=NUMBERS[1]), 0)
    tell(memory, CODES[2], BROUGHT)
    assert both(memory)[0].whole.plan.nothing_twice == 1
    # Told afterwards: the paper had been brought on the first of the month.
    tell(memory, CODES[0], BROUGHT)
    assert both(memory)[0].whole.plan.nothing_twice == 0
    tell(memory, CODES[0], replace(BROUGHT, deleted=True))
    assert both(memory)[0].whole.plan.nothing_twice == 1
    assert both(memory)[0] == both(memory)[1]


def test_rows_that_were_changed_lost_or_added_behind_our_back_are_found_and_made_anew(
    records: SqlRecords,
) -> None:
    for code in CODES[:3]:
        happen(records, Step("register", code, number=NUMBERS[1]), 0)
        tell(records, code, BROUGHT)
    before, computed = both(records)
    assert before == computed
    assert (before.whole.plan.dossiers, before.whole.plan.nothing_twice) == (2, 0)
    with records.upkeep.writing() as writing:
        connection, table = writing.connection, dossier_counts.c
        connection.execute(update(dossier_counts).where(table.code == CODES[0]).values(reused=1))
        connection.execute(update(dossier_counts).where(table.code == CODES[1]).values(again=0))
        kept = connection.execute(dossier_counts.select().where(table.code == CODES[2])).mappings().one()
        connection.execute(delete(dossier_counts).where(table.code == CODES[2]))
        connection.execute(insert(dossier_counts), [{**kept, "code": "H26.5.12-261104-0009"}])
    assert records.counts.compare(told=QUIET.append) == Recounted(dossiers=3, differing=4)
    assert records.counts.recount(told=QUIET.append).dossiers == 3
    assert both(records)[0] == both(records)[1] == before
    assert records.counts.compare(told=QUIET.append) == Recounted(dossiers=3, differing=0)


def test_procedures_and_places_that_are_not_wanted_do_not_count(records: SqlRecords) -> None:
    for order, code in enumerate(CODES):
        happen(records, Step("register", code, number=NUMBERS[1], registered=order + 1), 0)

    def found(*procedures: str) -> list[tuple[str, int]]:
        places = records.counts.places(
            FIRST,
            LAST,
            now=NOW,
            covers=lambda office, _level: office == "H26.5.13",
            procedures=procedures or None,
        )
        return [(place.office, place.dossiers) for place in places]

    assert found() == [("H26.5.13", 2)]
    assert found("9.000001") == [("H26.5.13", 1)]
    assert found("1.001193") == [("H26.5.13", 1)]
    assert found("1.000000") == []


def test_people_whose_numbers_are_linked_brought_something_again(records: SqlRecords) -> None:
    records.save_batch(batch(), [item()])
    for code, number in ((CODES[1], OLD), (CODES[2], NEW)):
        happen(records, Step("register", code, number=number), 0)
        tell(records, code, BROUGHT)
    assert (both(records)[0].whole.plan.people, both(records)[0].whole.plan.nothing_twice) == (2, 2)
    # The card prints both numbers.
    records.save_document(card(), events=[event(EventKind.DOCUMENT_FILED)])
    counted, computed = both(records)
    assert counted == computed
    assert (counted.whole.plan.people, counted.whole.plan.nothing_twice) == (1, 0)
    bearer = records.owners.owner_of(NEW)
    assert bearer is not None
    (link,) = records.owners.history(bearer.id)
    records.owners.unmerge(link.id, access=ACCESS, at=NOW)
    counted, computed = both(records)
    assert counted == computed
    assert (counted.whole.plan.people, counted.whole.plan.nothing_twice) == (2, 2)
    assert records.counts.compare(told=QUIET.append).differing == 0


def test_a_paper_that_comes_after_it_was_read_for_a_dossier_counts_for_that_dossier() -> None:
    records = new_records()
    records.save_batch(batch(), [item()])
    for code in CODES[:2]:
        happen(records, Step("register", code, number=NUMBERS[1]), 0)
    happen(records, Step("read", CODES[0], paper=PAPERS[0]), 1)
    happen(records, Step("paper", CODES[1], paper=PAPERS[0], type=TYPES[0], state=DocumentState.FILED), 2)
    assert records.counts.compare(told=QUIET.append).differing == 0
