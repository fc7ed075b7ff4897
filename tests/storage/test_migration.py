"""Stores of every earlier schema, filled, come up to date with every record as it was."""

from __future__ import annotations

import os
import signal
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from dossier.access import Purpose
from dossier.admission import Dossier, DossierPerson
from dossier.documents import DocumentState, PartyRole
from dossier.errors import SchemaError
from dossier.events import EventKind
from dossier.ids import DocumentId
from dossier.keeping import Act, KeepingAct
from dossier.queries import PaperQuery
from dossier.totals import Count
from storage import keeping_acts
from storage.database import Database
from storage.heads import MemoryHead
from storage.key_ring import ring_of_store
from storage.layout import Layout
from storage.owner_filing import fill
from storage.records import SqlRecords
from storage.schema import REVISION
from storage.sealing import seal_old_rows
from storage.sqlite import make_private_file
from storage.store import open_store
from storage.store_making import create_store
from storage.vault import Vault
from tests.contract.test_owners import NAME, NEW, OLD, OLDER, PASSPORT, card, paper
from tests.processes import start
from tests.storage.builders import KEY, MOMENT, NAMESPACE, Clock, batch, event, item, party, record_id
from tests.storage.conftest import fixed_bytes
from tests.storage.old_stores import OLD_REVISIONS, SEALED_FROM, put_back, write_old
from tests.storage.pg_server import missing, pg_server

REASON = "kiện của bà Mẫu Thị Lý Do"
ON_A_SERVER = ("0001", "0006", "0012", "0023")
"""All steps; the last before rows were sealed, and one after; a few. In a file every schema is tried."""
PRINTED = ("Mẫu Thị Thử", OLD, NEW, PASSPORT, "Mẫu-Thị-Thử.jpg")


def fill_today(records: SqlRecords) -> None:
    """Papers filed and waiting, of several versions, with linked owners, codes, steps and counts."""
    handed_in = replace(item(), name="Mẫu-Thị-Thử.jpg")
    records.save_batch(batch(owner=NEW), [handed_in], events=[event()])
    records.declare_count(batch().id, Count(3, 7))
    records.save_step("read/1", item().sha256)
    for each in (paper("a", OLD), card(), paper("b", PASSPORT)):
        records.save_document(each, events=[event()])
    records.save_document(replace(paper("w", OLDER), state=DocumentState.WAITING))
    named = replace(paper("n", NEW), dossier="H26.5.12-261102-0001")
    first = records.save_document(
        replace(named, parties=(party("Mẫu Thị Thử", number=NEW), party("Đỗ Thị Mã", role=PartyRole.RELATED)))
    )
    records.save_document(first.next_version(procedure="1.004222"), events=[event()])


def keep_today(records: SqlRecords) -> None:
    """A paper under a legal hold, and an object that a disposal took away."""
    held = KeepingAct(
        case=record_id("case"),
        act=Act.HOLD_ADDED,
        target=record_id("n"),
        at=MOMENT,
        actor="quay-1",
        details={"reason": REASON},
    )
    records.act(held, seen=0, events=[event()])
    with records.upkeep.writing() as writing:
        keeping_acts.forget(writing.connection, [item("gone").sha256])


def everything(records: SqlRecords) -> dict[str, object]:
    """Every record, as the ports give it."""
    names = ("a", "card", "b", "w", "n")
    ids = [DocumentId(record_id(name)) for name in names if _exists(records, record_id(name))]
    owners = records.owners.owners()
    return {
        "batch": records.batch(batch().id),
        "items": records.items(batch().id),
        "step": records.step_result("read/1"),
        "documents": records.documents_of_item(item().id),
        "versions": [
            [records.document(each, version=v) for v in range(1, records.document(each).version + 1)]
            for each in ids
        ],
        "owners": owners,
        "histories": [records.owners.history(owner.id) for owner in owners],
        "proposals": records.owners.proposals(),
        "numbers": records.numbers_of_owner(OLD),
        "papers": [records.documents_of_owner(number, related=True) for number in (NEW, OLD, PASSPORT)],
        "named": [records.documents_named(name) for name in (NAME, "mau thi", "Mã", "Má", "thi t*")],
        "dossier": records.find_documents(PaperQuery(dossier="H26.5.12-261102-0001")),
        "office": records.find_documents(PaperQuery(office="H26.5.12")),
        "waiting": records.documents_waiting(),
        "acts": records.acts(),
        "journal": [entry for entry in records.journal() if not entry.event.kind.startswith("owner.")],
    }


def _exists(records: SqlRecords, name: str) -> bool:
    return any(found.id == name for found in records.documents_of_item(item().id))


def old_folder(folder: Path, revision: str) -> dict[str, object]:
    """Make a store folder of an earlier version; gives what was in it."""
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    with open_store(folder, clock=Clock(), read_only=False) as store:
        fill_today(store.records)
        if revision >= "0008":
            keep_today(store.records)
        expected = everything(store.records)
    put_back(folder, revision=revision)
    return expected


def same_records(folder: Path, expected: dict[str, object], *, besides: str = "") -> None:
    with open_store(folder, clock=Clock(), read_only=False) as store:
        found = everything(store.records)
        assert found.keys() == expected.keys()
        for part, value in expected.items():
            assert part == besides or found[part] == value, part
        store.records.record(event())
        store.records.check_journal()


def raw_bytes(folder: Path) -> bytes:
    name = Layout(folder).database.name
    return b"".join(path.read_bytes() for path in sorted(folder.glob(f"{name}*")))


def printed_in(raw: bytes) -> list[str]:
    return [text for text in PRINTED if text.encode() in raw or text.lower().encode() in raw]


@pytest.mark.parametrize("revision", OLD_REVISIONS)
def test_a_filled_store_of_an_earlier_schema_keeps_every_record(tmp_path: Path, revision: str) -> None:
    folder = tmp_path / "data"
    expected = old_folder(folder, revision)
    assert set(printed_in(raw_bytes(folder))) == (set(PRINTED) if revision < SEALED_FROM else set())
    assert (REASON.encode() in raw_bytes(folder)) is ("0008" <= revision < "0013")
    if revision < REVISION:
        with pytest.raises(SchemaError), open_store(folder, clock=Clock(), read_only=True):
            pass
    told: list[tuple[str, int, int]] = []
    create_store(
        folder,
        clock=Clock(),
        actor="quay-1",
        random_bytes=fixed_bytes,
        progress=lambda *step: told.append(step),
    )
    assert (("documents", 5, 5) in told) is (revision < SEALED_FROM)
    assert printed_in(raw_bytes(folder)) == []
    assert REASON.encode() not in raw_bytes(folder)
    # The first version knew no owners: their links are as old as the upgrade.
    same_records(folder, expected, besides="histories" if revision == "0001" else "")


@pytest.mark.parametrize("stops_after", range(0, 14, 3))
def test_an_upgrade_stopped_anywhere_goes_on_where_it_was(tmp_path: Path, stops_after: int) -> None:
    folder = tmp_path / "data"
    expected = old_folder(folder, "0003")
    upgrading = start(_upgrade_until, folder, stops_after)
    upgrading.join()
    assert upgrading.exitcode in {-signal.SIGKILL, 0}
    if upgrading.exitcode:
        with pytest.raises(SchemaError), open_store(folder, clock=Clock(), read_only=True):
            pass
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    assert printed_in(raw_bytes(folder)) == []
    same_records(folder, expected)


def test_papers_of_before_comparisons_get_their_turn_by_a_mark_and_fill_no_queue(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    old_folder(folder, "0012")
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    with open_store(folder, clock=Clock(), read_only=False) as store:
        same = store.records.same
        assert list(same.pending(limit=9)) == []
        assert [same.look_back(limit=3) for _ in range(3)] == [3, 2, 0]


def test_a_long_queue_of_papers_of_before_goes_behind_the_mark(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    old_folder(folder, "0023")
    database = sqlite3.connect(Layout(folder).database)
    with database:
        database.execute("DELETE FROM same_pending")
        database.executemany(
            "INSERT INTO same_pending VALUES (?)", [(number,) for number in range(1, 10_101)]
        )
        database.execute("INSERT INTO paper_prints VALUES (7, '', x'')")
    upgraded = Database.on_disk(Layout(folder).database)
    upgraded.upgrade()
    upgraded.close()
    left = [row[0] for row in database.execute("SELECT document_serial FROM same_pending ORDER BY 1")]
    marks = database.execute("SELECT value FROM facts WHERE name = 'papers compared down to'").fetchall()
    database.close()
    assert left == [7, *range(101, 10_101)]
    assert marks == [("101",)]


def _upgrade_until(folder: Path, batches: int) -> None:
    """Upgrade one row at a time, and be killed when that many batches are done."""
    database = Database.on_disk(Layout(folder).database)
    database.unlock(Vault(secret=KEY, ring=ring_of_store(KEY)))
    database.upgrade()
    done = iter(range(batches))

    def kill(_stage: str, _done: int, _total: int) -> None:
        if next(done, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    seal_old_rows(database, then=lambda _connection: None, progress=kill, batch=1)


def test_an_upgrade_that_cannot_read_a_record_keeps_everything_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    expected = old_folder(folder, "0003")
    path = Layout(folder).database
    with sqlite3.connect(path) as raw:
        for verb in ("update", "delete"):
            raw.execute(f"DROP TRIGGER document_versions_refuses_{verb}")
        (body,) = raw.execute("SELECT body FROM document_versions WHERE document_serial = 2").fetchone()
        raw.execute("UPDATE document_versions SET body = '{}' WHERE document_serial = 2")
        for verb in ("update", "delete"):
            raw.execute(
                f"CREATE TRIGGER document_versions_refuses_{verb} BEFORE {verb} ON document_versions "
                "BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
    raw.close()
    with pytest.raises(KeyError):
        create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM plain_versions").fetchone() == (6,)
        raw.execute("UPDATE plain_versions SET body = ? WHERE document_serial = 2", (body,))
    raw.close()
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    same_records(folder, expected)


def test_a_store_without_keys_of_objects_gets_their_tables_and_keeps_its_plain_objects(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    (tmp_path / "scan").write_bytes(b"plain")
    with open_store(folder, clock=Clock(), read_only=False) as store:
        fill_today(store.records)
        expected = everything(store.records)
        kept = store.blobs.put(tmp_path / "scan")
    put_back(folder, revision="0008")
    with pytest.raises(SchemaError), open_store(folder, clock=Clock(), read_only=True):
        pass
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    with open_store(folder, clock=Clock(), read_only=False, encipher=True) as store:
        assert store.blobs.check(kept.sha256) == kept
    same_records(folder, expected)


def test_a_paper_destroyed_by_an_earlier_version_keeps_its_history_and_loses_what_it_said(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    paper = DocumentId(record_id("a"))
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    with open_store(folder, clock=Clock(), read_only=False) as store:
        fill_today(store.records)
        keep_today(store.records)
        before = store.records.document(paper)
        gone = before.next_version(state=DocumentState.DESTROYED, fields=(), parties=())
        store.records.save_document(gone, events=[event()])
    put_back(folder, revision="0012")
    with sqlite3.connect(Layout(folder).database) as raw:
        keys = [bytes(row[0]) for row in raw.execute("SELECT wrapped FROM document_keys")]
    raw.close()
    told: list[tuple[str, int, int]] = []
    create_store(
        folder,
        clock=Clock(),
        actor="quay-1",
        random_bytes=fixed_bytes,
        progress=lambda *step: told.append(step),
    )
    assert {("acts", 1, 1), ("destroyed", 1, 1)} <= set(told)
    with open_store(folder, clock=Clock(), read_only=False) as store:
        assert store.records.document(paper, version=before.version) == before.remnant()
        assert store.records.document(paper) == gone.remnant()
        assert store.records.item(before.item).name == "Mẫu-Thị-Thử.jpg"
        store.records.check_journal()
    assert len([key for key in keys if key in raw_bytes(folder)]) == len(keys) - 1


def test_dossiers_of_before_get_their_applicants_and_what_was_read_for_them(tmp_path: Path) -> None:
    folder, code = tmp_path / "data", "H26.5.12-261102-0001"
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    with open_store(folder, clock=Clock(), read_only=False) as store:
        fill_today(store.records)
        case = Dossier(
            code=code,
            office="H26.5.12",
            procedure="1.004222",
            received_on=MOMENT.date(),
            persons=(DossierPerson("applicant", NEW),),
            registered_by="quay-1",
            registered_at=MOMENT,
        )
        store.records.admissions.register(case, events=())
        read = event(EventKind.DOCUMENT_READ)
        read = replace(read, subject=record_id("a"), dossier=code, purpose=Purpose.PROCEDURE)
        store.records.record(read, replace(read, subject=record_id("b"), details={"listed": 1}))
        expected = store.records.handlings.row(code)
        assert expected is not None
        assert [paper.document for paper in expected.papers if not paper.own] == [record_id("a")]
    put_back(folder, revision="0012")
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    with open_store(folder, clock=Clock(), read_only=True) as store:
        assert store.records.handlings.row(code) == expected
        # Reports add up rows of before too.
        counted = store.records.counts.compare(told=lambda _looked: None)
        assert (counted.dossiers, counted.differing) == (1, 0)


def test_what_entries_are_about_and_linked_applicants_are_found_in_a_store_of_before(tmp_path: Path) -> None:
    folder, codes = tmp_path / "data", ("H26.5.12-261102-0001", "H26.5.12-261102-0002")
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    with open_store(folder, clock=Clock(), read_only=False) as store:
        fill_today(store.records)
        for code, number in zip(codes, (NEW, OLD), strict=True):
            case = Dossier(
                code=code,
                office="H26.5.12",
                procedure="1.004222",
                received_on=MOMENT.date(),
                persons=(DossierPerson("applicant", number),),
                registered_by="quay-1",
                registered_at=MOMENT,
            )
            store.records.admissions.register(case, events=())
        asked = replace(event(EventKind.REUSE_ASKED), subject="", dossier=codes[0])
        store.records.record(replace(asked, details={"TT-01": "held", "on": "2026-11-02"}))
        store.records.record(replace(asked, details={"procedure": "1.004222"}))
    put_back(folder, revision="0015")
    vault_key = bytes.fromhex(Layout(folder).key.read_text("ascii"))
    vault = Vault(secret=vault_key, ring=ring_of_store(vault_key))
    with sqlite3.connect(Layout(folder).database) as raw:
        # As it was kept then: each dossier under the number of its own.
        for code, number in zip(codes, (NEW, OLD), strict=True):
            own = vault.reference("number", number)
            raw.execute("UPDATE dossiers SET applicant_ref = ? WHERE code = ?", (own, code))
    raw.close()
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes)
    with open_store(folder, clock=Clock(), read_only=True) as store:
        store.records.check_journal_index()
        assert len(store.records.journal_about(codes[0])) == 1
        rows = [store.records.handlings.row(code) for code in codes]
        assert len({row.applicant for row in rows if row is not None}) == 1


# --- the same on a server


@pytest.fixture(scope="module")
def new_url() -> Iterator[Callable[[], str]]:
    why = missing()
    if why:
        pytest.skip(why)
    with pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as server:
        yield server.new_database


@pytest.mark.parametrize("revision", OLD_REVISIONS if "FAULT_SCHEMAS" in os.environ else ON_A_SERVER)
def test_a_filled_database_of_an_earlier_schema_on_a_server_keeps_every_record(
    new_url: Callable[[], str], tmp_path: Path, revision: str
) -> None:
    make_private_file(tmp_path / "today.sqlite3")
    head = MemoryHead()
    today = Database.on_disk(tmp_path / "today.sqlite3")
    today.upgrade()
    records = SqlRecords(today, heads=head, namespace=NAMESPACE, key=KEY, result_type_code=str)
    fill_today(records)
    if revision >= "0008":
        keep_today(records)
    expected = everything(records)
    old = Database.on_server(new_url())
    write_old(today, old, revision=revision)
    today.close()
    old.unlock(Vault(secret=KEY, ring=ring_of_store(KEY)))
    old.upgrade()

    def make_owners(connection: Connection) -> None:
        fill(connection, namespace=NAMESPACE, actor="quay-1", at=MOMENT)

    seal_old_rows(old, then=make_owners, batch=2)
    found = everything(SqlRecords(old, heads=head, namespace=NAMESPACE, key=KEY, result_type_code=str))
    for part, value in expected.items():
        if part != "histories" or revision != "0001":
            assert found[part] == value, part
    with old.reading() as connection:
        left = connection.execute(
            text("SELECT count(*) FROM information_schema.tables WHERE table_name LIKE 'plain%'")
        ).scalar()
    assert left == 0
    old.close()
