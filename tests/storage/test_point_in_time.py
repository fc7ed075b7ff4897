"""PostgreSQL restored to a moment from its base backup and its log, and the store made to agree with it.

The steps are those of docs/how-to/backup.md, done for real.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from dossier.errors import RecordMissingError
from dossier.ids import Sha256
from dossier.keeping_errors import JournalTruncatedError
from storage.database import Database
from storage.files import FolderBlobs
from storage.filesystem import SystemFiles
from storage.folder_place import folder_place
from storage.heads import HeadFile
from storage.journal_recovery import lost_times, recover
from storage.layout import Layout
from storage.records import SqlRecords
from storage.repair import Repair, RepairOrder, RepairReport
from storage.store_making import create_store
from tests.storage.builders import KEY, NAMESPACE, batch, document, event, item
from tests.storage.pg_server import PgServer, configure, give, missing, pg_server, run_as_server

pytestmark = [pytest.mark.skipif(bool(missing()), reason=missing() or "-"), pytest.mark.slow]


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path("/tmp") / f"motlan-pitr-{uuid.uuid4().hex[:8]}"
    yield made
    shutil.rmtree(made, ignore_errors=True)


def now() -> datetime:
    return datetime.now(UTC)


def wait_until_promoted(url: str) -> None:
    """Readers are let in before the moment is reached, writers when it is."""
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute("SELECT pg_is_in_recovery()").fetchone() != (False,):
            connection.execute("SELECT pg_sleep(0.05)")


def records_on(database: Database, layout: Layout) -> SqlRecords:
    return SqlRecords(
        database, heads=HeadFile(layout.head), namespace=NAMESPACE, key=KEY, result_type_code=str
    )


def take_in(records: SqlRecords, blobs: FolderBlobs, layout: Layout, name: str) -> Sha256:
    """A paper: its bytes, then its record that names them."""
    source = layout.folder / f"{name}.scan"
    source.write_bytes(f"%PDF {name} of an invented person".encode())
    ref = blobs.put(source)
    records.save_step(name, ref.sha256)
    records.save_document(document(name, pages=(len(name),)), events=[event()])
    return ref.sha256


def sweep(database: Database, records: SqlRecords, objects: Path) -> RepairReport:
    repair = Repair(
        [folder_place("kho", objects)],
        records.upkeep,
        named_elsewhere=lambda _: False,
        clock=now,
        actor="quay-1",
    )
    order = RepairOrder(orphans=True, grace=timedelta(0), spared=lost_times(database))
    return repair.run(order)


def test_a_database_is_restored_to_a_moment_and_the_store_goes_on_from_there(
    folder: Path, tmp_path: Path
) -> None:
    create_store(tmp_path / "data", clock=now, actor="quay-1")
    layout = Layout(tmp_path / "data")
    HeadFile(layout.head).prepare(SystemFiles())
    blobs = FolderBlobs(layout.objects)
    with pg_server(folder / "first") as server:
        wal, base = folder / "wal", folder / "second"
        for made in (wal, base):
            made.mkdir()
            give(made)
        configure(
            server,
            wal_level="replica",
            archive_mode="on",
            archive_command=f"test ! -f {wal}/%f && cp %p {wal}/%f",
            max_wal_senders="2",
        )
        server.stop()
        server.start()
        name = server.new_database().partition("@/")[2].partition("?")[0]
        with closing(Database.on_server(server.url(name))) as database:
            database.upgrade()
            records = records_on(database, layout)
            records.save_batch(batch(), [item()])
            early = take_in(records, blobs, layout, "early")
            run_as_server(
                "pg_basebackup",
                "-h",
                str(server.folder),
                "-U",
                "postgres",
                "-c",
                "fast",
                "-D",
                str(base / "data"),
            )
            between = take_in(records, blobs, layout, "between")
            with psycopg.connect(server.url(name), autocommit=True) as admin:
                (moment,) = admin.execute("SELECT clock_timestamp()::text").fetchone() or ("",)
            late = take_in(records, blobs, layout, "late")
            with psycopg.connect(server.url(name), autocommit=True) as admin:
                admin.execute("SELECT pg_switch_wal()")
        # A clean end of the server archives what is left of its log.
        server.stop()
        server.start()
    restored = PgServer(base)
    configure(
        restored,
        restore_command=f"cp {wal}/%f %p",
        recovery_target_time=moment,
        recovery_target_action="promote",
        archive_mode="off",
    )
    run_as_server("touch", str(base / "data" / "recovery.signal"))
    restored.start()
    try:
        wait_until_promoted(restored.url(name))
        with closing(Database.on_server(restored.url(name))) as database:
            records = records_on(database, layout)
            with pytest.raises(JournalTruncatedError):
                records.check_journal()
            lost = _lost(records)
            recover(
                database,
                layout,
                lost=lost,
                reason="diễn tập MẪU",
                at=now(),
                actor="quay-1",
                files=SystemFiles(),
            )
            assert records.check_journal().entries > 0
            records.document(document("between").id)
            with pytest.raises(RecordMissingError):
                records.document(document("late").id)
            swept = sweep(database, records, layout.objects)
            assert (swept.orphans, swept.orphans_spared, swept.orphans_removed) == (1, 1, 0)
            assert all(blobs.contains(sha256) for sha256 in (early, between, late))
            # The paper is handed in again: the same bytes are the same object.
            assert take_in(records, blobs, layout, "late") == late
            assert sweep(database, records, layout.objects).orphans == 0
    finally:
        restored.stop("immediate")


def _lost(records: SqlRecords) -> int:
    kept = records.kept_head()
    assert kept is not None
    return kept.entries - len(records.journal(after=0, limit=1000))
