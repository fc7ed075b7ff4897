"""A real process is killed in the middle of filing; the same command again gives the same store."""

from __future__ import annotations

import multiprocessing
import os
import signal
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from dossier.documents import DocumentState, ItemState
from dossier.errors import RecordMissingError
from dossier.events import EventKind
from dossier.ids import DocumentId, document_id
from storage.store import Store, open_store
from storage.store_making import create_store
from tests.processes import start
from tests.storage.builders import MOMENT, OWNER, document, event, party
from tests.storage.conftest import fixed_bytes

FILES = 6
MARKS = 3 * FILES + 2


def file_everything(folder: Path, scans: Path, told: Connection | None = None, *, encipher: bool) -> None:
    """Take the scans in and file one document for each: what a batch does, without reading it."""

    def tell() -> None:
        if told is not None:
            told.send("done")

    create_store(folder, clock=lambda: MOMENT, actor="quay-1", random_bytes=fixed_bytes)
    tell()
    with open_store(folder, clock=lambda: MOMENT, read_only=False, encipher=encipher) as store:
        taken = store.inbox.take_in([scans])
        assert taken.batch is not None
        store.records.save_batch(taken.batch, taken.items, events=[event(EventKind.ITEM_RECEIVED)])
        tell()
        for item in store.records.items(taken.batch.id):
            paper = document_id(store.records.namespace, item.id, pages=[1])
            # The result differs from run to run, as a signature does.
            signed = store.steps.run(f"sign/{paper}", sign)
            tell()
            if not is_saved(store, paper):
                store.records.save_document(
                    replace(
                        document(),
                        id=paper,
                        item=item.id,
                        state=DocumentState.FILED,
                        object_sha256=signed.sha256,
                        object_size=signed.size,
                        parties=(party("Đỗ Thị Mã", number=OWNER),),
                    ),
                    events=[event(EventKind.DOCUMENT_FILED)],
                )
            tell()
            if item.state is not ItemState.DONE:
                store.records.save_item(replace(item, state=ItemState.DONE), events=[event()])
            tell()


def sign(path: Path) -> None:
    path.write_bytes(os.urandom(3000))


def is_saved(store: Store, paper: DocumentId) -> bool:
    try:
        store.records.document(paper)
    except RecordMissingError:
        return False
    return True


def file_enciphered(folder: Path, scans: Path, told: Connection) -> None:
    file_everything(folder, scans, told, encipher=True)


def file_plain(folder: Path, scans: Path, told: Connection) -> None:
    file_everything(folder, scans, told, encipher=False)


def kill_after(marks: int, folder: Path, scans: Path, *, encipher: bool) -> None:
    ours, theirs = multiprocessing.Pipe()
    process = start(file_enciphered if encipher else file_plain, folder, scans, theirs)
    theirs.close()
    for _ in range(marks):
        ours.recv()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    ours.close()


@pytest.mark.parametrize(("step", "encipher"), [(0, False), (1, True)], ids=["plain", "enciphered"])
def test_a_batch_that_is_killed_again_and_again_ends_as_an_undisturbed_one(
    tmp_path: Path, step: int, *, encipher: bool
) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    for number in range(FILES):
        (scans / f"trang {number}.jpg").write_bytes(b"\xff\xd8\xff" + bytes([number]) * 5000)
    folder = tmp_path / "data"
    for marks in range(1 + step, MARKS, 2):
        kill_after(marks, folder, scans, encipher=encipher)
    file_everything(folder, scans, encipher=encipher)
    with open_store(folder, clock=lambda: MOMENT, read_only=True) as store:
        papers = store.records.documents_of_owner(OWNER)
        assert sorted(paper.result_code for paper in papers) == [
            f"{OWNER}.marriage_certificate..{order:02d}" for order in range(1, FILES + 1)
        ]
        signed = {paper.object_sha256 for paper in papers}
        originals = {store.records.item(paper.item).sha256 for paper in papers}
        assert set(store.blobs) == signed | originals
        assert (len(list(store.stored)), store.keys.count().enciphered) == (
            len(signed | originals),
            len(signed | originals) * encipher,
        )
        for sha256 in store.blobs:
            store.blobs.check(sha256)
        assert [entry.event.kind for entry in store.records.journal()] == [
            EventKind.STORE_MADE,
            EventKind.ITEM_RECEIVED,
            *[EventKind.DOCUMENT_FILED, EventKind.DOCUMENT_CAPTURED] * FILES,
        ]
        store.records.check_journal()
        assert list(store.work.iterdir()) == []
        assert list((folder / "objects" / "incoming").iterdir()) == []
