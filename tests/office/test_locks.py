"""Locks follow the law's term in both buckets of an office."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from dossier.documents import DocumentState
from dossier.ids import DocumentId, Sha256, document_id
from flows.disposal import add_hold
from storage.s3_locks import Lock, lock_of
from tests.cli.test_commands import Desk, only
from tests.office.office import Office, Site
from tests.storage.builders import document, event

TERM = """extends = "health_certificate"
retention = { years = 25, article = 'MẪU', verified = true }
"""


def file_paper(office: Office) -> tuple[DocumentId, Sha256]:
    """An invented paper that is its own file; the id and the object."""
    folder = office.folder / "scans"
    folder.mkdir()
    (folder / "trang.jpg").write_bytes(b"\xff\xd8\xff scan")
    with office.services() as services, services.writing():
        taken = services.store.inbox.take_in([folder])
        assert taken.batch is not None
        records, (handed_in,) = services.store.records, taken.items
        records.save_batch(taken.batch, taken.items)
        paper = replace(
            document(),
            id=document_id(records.namespace, handed_in.id, pages=[1]),
            item=handed_in.id,
            type="health_certificate",
            state=DocumentState.FILED,
            filed_at=datetime.now(UTC),
            object_sha256=handed_in.sha256,
        )
        records.save_document(paper, events=[event()])
    return paper.id, handed_in.sha256


def lock_in(site: Site, sha256: Sha256) -> Lock:
    found = lock_of(site.bucket.versions[f"objects/{sha256[:2]}/{sha256[2:4]}/{sha256}"][0].headers)
    assert found is not None
    return found


def test_what_is_filed_is_locked_in_both_buckets_and_held_in_both(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    table = office.data / "rulebook" / "papers"
    table.mkdir(parents=True)
    (table / "terms.toml").write_text(TERM, encoding="utf-8")
    paper, sha256 = file_paper(office)
    assert desk.run("locks", "--json") == 0
    told = only(desk.lines)
    # The second copy is still to be made, and is locked after it.
    assert [place["prolonged"] for place in told["places"]] == [1, 0]
    assert told["waiting"] == {"papers": 0, "objects": 1}
    assert desk.run("copies") == 0
    with office.services() as services:
        add_hold(services, str(paper), reason="vụ án MẪU")
    assert desk.run("locks", "--json") == 0
    assert only(desk.lines)["waiting"] == {"papers": 0, "objects": 0}
    end = datetime(datetime.now(UTC).year + 25, 12, 31, 17, tzinfo=UTC)
    for site in (office.first, office.second):
        assert lock_in(site, sha256) == Lock(mode="COMPLIANCE", until=end, hold=True)


def test_a_bucket_that_is_away_keeps_no_lock_from_the_other(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    _, sha256 = file_paper(office)
    assert desk.run("copies") == 0
    before = lock_in(office.second, sha256)
    office.second.go()
    assert desk.run("locks", "--json") == 0
    first, second = only(desk.lines)["places"]
    assert (first["stopped_by"], second["stopped_by"]) == (None, "store.unavailable")
    assert only(desk.lines)["waiting"] == {"papers": 0, "objects": 1}
    office.second.come_back()
    assert desk.run("locks", "--all", "--json") == 0
    assert only(desk.lines)["waiting"] == {"papers": 0, "objects": 0}
    # An unknown term asks for less than the ten years that every object is put with.
    assert lock_in(office.second, sha256) == before
