"""What is told about dossiers, and dossiers as reports read them, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dossier.access import Purpose
from dossier.admission import Dossier, DossierPerson
from dossier.documents import DocumentState, Party, PartyRole
from dossier.errors import RecordMissingError
from dossier.events import Event, EventKind
from dossier.handling import Channel, OfficeLevel, Status, StatusChange
from dossier.keeping import Act, KeepingAct
from dossier.portal import PortalCount
from dossier.told import DossierPaper, Told, ToldFile, ToldResult
from storage.database import Database
from storage.heads import MemoryHead
from storage.key_ring import ring_of_store
from storage.records import SqlRecords
from tests.contract.test_owners import ACCESS, NEW, OLD, card
from tests.storage.builders import KEY as SECRET
from tests.storage.builders import (
    MOMENT,
    NAMESPACE,
    OTHER_OWNER,
    OWNER,
    batch,
    document,
    event,
    item,
    record_id,
)

DAY = date(2026, 11, 2)
CODE, LATER, ELSEWHERE = "H26.5.12-261102-0001", "H26.5.12-261103-0001", "H26.5.13-261102-0001"
LINK = "https://motcua.example/ket-qua/1"
TOLD = Told(
    channel=Channel.ONLINE,
    level=OfficeLevel.COMMUNE,
    received_at=MOMENT,
    promised_at=MOMENT + timedelta(days=3),
    waited=timedelta(minutes=4),
    changes=(StatusChange(Status.HANDLING, MOMENT), StatusChange(Status.HANDLED, MOMENT + timedelta(days=1))),
    officer="can-bo-mau",
    files=(
        ToldFile(
            component="KS-01", paper="birth_certificate", digitised=True, reused=2, replaced_by=f"{OWNER}.1"
        ),
        ToldFile(component="KS-02", national_store=True, deleted=True),
    ),
    results=(ToldResult(name="Giấy khai sinh của Mẫu Văn Con", link=LINK, code=f"{OWNER}.KQ.01"),),
    synchronised=True,
    paid_online=True,
    databases=("population",),
    disliked=True,
)


def register(records: SqlRecords, code: str, number: str = OWNER) -> None:
    received = date(2026, 11, int(code[-7:-5]))
    dossier = Dossier(
        code=code,
        office=code.partition("-")[0],
        procedure="1.001193",
        received_on=received,
        persons=(DossierPerson("applicant", number),),
        registered_by="key-0123456789abcdef",
        registered_at=MOMENT,
    )
    records.admissions.register(dossier, events=())


def tell(records: SqlRecords, told: Told, code: str = CODE) -> int:
    return records.handlings.tell(
        code, told, at=MOMENT, by="key-0123456789abcdef", events=[event(EventKind.DOSSIER_TOLD)]
    )


def test_every_version_comes_back_as_told_but_for_the_officer(records: SqlRecords) -> None:
    register(records, CODE)
    assert [tell(records, TOLD), tell(records, TOLD), tell(records, Told()), tell(records, TOLD)] == [
        1,
        1,
        2,
        3,
    ]
    first, second, third = records.handlings.versions(CODE)
    assert first.told.officer not in ("", TOLD.officer)
    assert replace(first.told, officer=TOLD.officer) == TOLD
    assert (second.told, third.told) == (Told(), first.told)
    assert (first.version, first.at, first.by) == (1, MOMENT, "key-0123456789abcdef")
    kinds = [entry.event.kind for entry in records.journal()]
    assert kinds == [EventKind.DOSSIER_TOLD] * 3


def test_nothing_is_told_about_a_dossier_that_is_not_registered(records: SqlRecords) -> None:
    with pytest.raises(RecordMissingError):
        tell(records, TOLD)
    assert list(records.handlings.rows(last=DAY)) == []
    assert records.handlings.row(CODE) is None
    assert list(records.journal()) == []


def test_a_report_gets_the_newest_version_without_what_is_sealed(records: SqlRecords) -> None:
    register(records, CODE)
    tell(records, Told(channel=Channel.POST))
    tell(records, TOLD)
    row = records.handlings.row(CODE)
    assert row is not None
    assert row.counted is not None
    assert (row.counted.result_link, row.counted.result_code) == (True, True)
    assert row.counted.told.results == ()
    assert [file.replaced_by for file in row.counted.told.files] == ["", ""]
    assert row.counted.told.changes == TOLD.changes
    assert row.applicant not in ("", OWNER)


def test_dossiers_come_person_by_person_up_to_a_day(records: SqlRecords) -> None:
    for code, number in ((ELSEWHERE, OWNER), (CODE, OTHER_OWNER), (LATER, OWNER)):
        register(records, code, number)
    rows = list(records.handlings.rows(last=DAY + timedelta(days=1)))
    owners = [row.applicant for row in rows]
    assert sorted(row.code for row in rows) == [CODE, LATER, ELSEWHERE]
    assert sorted(owners) == owners
    assert len(set(owners)) == 2
    assert {row.code for row in records.handlings.rows(last=DAY)} == {CODE, ELSEWHERE}


def test_papers_handed_in_and_papers_read_for_a_dossier_are_told_apart(records: SqlRecords) -> None:
    for code in (CODE, ELSEWHERE):
        register(records, code)
    own = Party(role=PartyRole.OWNER, relation="subject", number=OWNER, name="Mẫu Thị Thử")
    records.save_batch(batch(), [item()])
    papers = {
        name: records.save_document(replace(document(name), dossier=code, state=state, parties=(own,)))
        for name, code, state in (
            ("here", CODE, DocumentState.FILED),
            ("waits", CODE, DocumentState.WAITING),
            ("before", ELSEWHERE, DocumentState.FILED),
        )
    }
    read = Event(
        kind=EventKind.DOCUMENT_READ,
        at=MOMENT,
        actor="quay-1",
        subject=record_id("before"),
        dossier=CODE,
        purpose=Purpose.PROCEDURE,
    )
    listed = replace(read, dossier=ELSEWHERE, subject=record_id("here"), details={"listed": 1})
    archived = replace(read, dossier=ELSEWHERE, subject=record_id("here"), purpose=Purpose.ARCHIVE)
    records.record(read, listed, archived)
    records.record(read)
    kind = "marriage_certificate"
    assert [records.handlings.filed(office, [kind]) for office in ("H26.5.12", "H26", "H26.5.1")] == [1, 2, 0]
    assert records.handlings.filed("H26", ["birth_certificate"]) == 0
    row, other = records.handlings.row(CODE), records.handlings.row(ELSEWHERE)
    assert row is not None
    assert other is not None
    assert row.papers == (
        DossierPaper(document=papers["here"].id, type=kind, filed=True, own=True),
        DossierPaper(document=papers["waits"].id, type=kind, filed=False, own=True),
        DossierPaper(document=papers["before"].id, type=kind, filed=True, own=False),
    )
    assert [paper.document for paper in other.papers] == [papers["before"].id]


def test_papers_that_were_asked_for_all_the_same_are_counted(records: SqlRecords) -> None:
    register(records, CODE)
    for name in ("one", "two"):
        act = KeepingAct(
            case=record_id(name), act=Act.ASKING_INSISTED, target=CODE, at=MOMENT, actor="quay-1", details={}
        )
        records.act(act, seen=0, events=())
    row = records.handlings.row(CODE)
    assert row is not None
    assert row.insisted == 2


def test_results_and_officers_stand_nowhere_in_clear_and_move_to_a_new_key() -> None:
    first, second = f"2026-11 {'ab' * 32}", f"2027-01 {'cd' * 32}"
    database = Database.in_memory()

    def opened(ring: str) -> SqlRecords:
        return SqlRecords(
            database,
            heads=MemoryHead(),
            namespace=NAMESPACE,
            key=SECRET,
            result_type_code=str,
            ring=ring_of_store(SECRET, ring),
        )

    old = opened(first)
    register(old, CODE)
    old.handlings.tell(CODE, TOLD, at=MOMENT, by="key-0123456789abcdef", events=())
    before = old.handlings.versions(CODE)
    with database.reading() as connection:
        for table in ("dossiers", "dossier_told"):
            kept = str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())  # noqa: S608  our own names
            assert not [word for word in (OWNER, "Mẫu", "can-bo-mau", "motcua") if word in kept]
    assert opened(f"{first}\n{second}").rotate_keys() == 2
    new = opened(second)
    assert new.key_usage() == {"2027-01": 2}
    assert new.handlings.versions(CODE) == before


def test_dossiers_under_linked_numbers_are_one_applicants_until_the_link_is_undone(
    records: SqlRecords,
) -> None:
    records.save_batch(batch(), [item()])
    register(records, CODE, OLD)
    register(records, LATER, NEW)
    register(records, ELSEWHERE, OTHER_OWNER)

    def applicants() -> list[set[str]]:
        """Codes of each applicant, as a report meets them: one person after the other."""
        found: dict[str, set[str]] = {}
        last = ""
        for row in records.handlings.rows(last=DAY + timedelta(days=9)):
            assert row.applicant == last or row.applicant not in found
            found.setdefault(row.applicant, set()).add(row.code)
            last = row.applicant
        return sorted(found.values(), key=sorted)

    apart = sorted([{CODE}, {LATER}, {ELSEWHERE}], key=sorted)
    assert applicants() == apart
    # The card prints both numbers, and whoever registers later under either is the same person.
    records.save_document(card(), events=[event(EventKind.DOCUMENT_FILED)])
    assert applicants() == sorted([{CODE, LATER}, {ELSEWHERE}], key=sorted)
    register(records, "H26.5.12-261104-0001", OLD)
    bearer = records.owners.owner_of(NEW)
    assert bearer is not None
    (link,) = records.owners.history(bearer.id)
    assert {CODE, LATER, "H26.5.12-261104-0001"} in applicants()
    records.owners.unmerge(link.id, access=ACCESS, at=MOMENT)
    assert applicants() == sorted([{CODE, "H26.5.12-261104-0001"}, {LATER}, {ELSEWHERE}], key=sorted)


def test_counts_of_the_portal_are_kept_and_the_newest_of_a_period_counts(records: SqlRecords) -> None:
    def count(received: int, last: int = 30, office: str = "H26.5.12") -> PortalCount:
        return PortalCount(
            office=office, first=date(2026, 11, 1), last=date(2026, 11, last), received=received
        )

    def add(*counts: PortalCount) -> int:
        told = [event(EventKind.PORTAL_COUNTED)]
        return records.portal.add(counts, at=MOMENT, by="quay-1", events=told)

    assert add(count(1), count(5, 15)) == 2
    assert add(count(1)) == 0
    assert add(count(4), count(9, office="H27")) == 2
    found = records.portal.within(date(2026, 11, 1), date(2026, 11, 30))
    assert [(told.count, told.by) for told in found] == [
        (count(5, 15), "quay-1"),
        (count(4), "quay-1"),
        (count(9, office="H27"), "quay-1"),
    ]
    assert [told.count for told in records.portal.within(date(2026, 11, 1), date(2026, 11, 20))] == [
        count(5, 15)
    ]
    assert len(records.journal_of(EventKind.PORTAL_COUNTED)) == 2
