from __future__ import annotations

import errno
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from dossier.errors import StoreError, StoreFullError, StoreReadOnlyError
from dossier.ids import Sha256
from dossier.ports import BlobRef
from storage.database import Database
from storage.files import FolderBlobs
from storage.heads import MemoryHead
from storage.records import SqlRecords
from storage.steps import StepRunner
from storage.store import Store
from tests.storage.builders import KEY, NAMESPACE
from tests.storage.faults import FaultyFiles, PowerCut


class Producer:
    """Writes another result every time it is asked, as a signer does."""

    def __init__(self, tell: Callable[[Path], None] | None = None) -> None:
        self.calls = 0
        self._tell = tell

    def __call__(self, path: Path) -> None:
        self.calls += 1
        path.write_bytes(f"result {self.calls}".encode())
        if self._tell is not None:
            self._tell(path)


def never(path: Path) -> None:
    msg = f"done again into {path.name}"
    raise AssertionError(msg)


def work_files(work: Path) -> list[str]:
    return [path.name for path in work.iterdir()]


def test_a_step_is_done_once(store: Store) -> None:
    first = store.steps.run("sign/1", Producer())
    assert first == BlobRef(Sha256(hashlib.sha256(b"result 1").hexdigest()), 8)
    assert store.steps.run("sign/1", never) == first
    assert store.records.step_result("sign/1") == first.sha256
    assert store.records.is_step_result(first.sha256, kinds=("other", "sign/"))
    assert not store.records.is_step_result(first.sha256, kinds=("other", "%"))
    assert work_files(store.work) == []


def test_steps_of_other_names_are_other_steps(store: Store) -> None:
    assert store.steps.run("../a", Producer()) == store.steps.run("b" * 500, Producer())
    assert len(list(store.blobs)) == 1


def test_the_ending_of_the_work_file_can_be_chosen(store: Store) -> None:
    seen: list[str] = []

    def produce(path: Path) -> None:
        seen.append(path.suffix)
        path.write_bytes(b"page")

    store.steps.run("a", produce, suffix=".pdf")
    store.steps.run_temporary("b", produce, suffix=".tif")
    assert seen == [".pdf", ".tif"]


def test_a_step_that_fails_can_be_tried_again(store: Store) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.steps.run("a", fail)
    assert list(store.blobs) == []
    store.steps.run("a", Producer())
    assert len(list(store.blobs)) == 1
    assert work_files(store.work) == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreFullError),
        (errno.EDQUOT, StoreFullError),
        (errno.EROFS, StoreReadOnlyError),
        (errno.EIO, StoreError),
    ],
)
def test_a_disk_that_fails_inside_a_step_is_an_error_of_the_store(
    store: Store, number: int, kind: type[StoreError]
) -> None:
    def fill(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(number, "disk")

    for run in (store.steps.run, store.steps.run_temporary):
        with pytest.raises(StoreError) as failed:
            run("a", fill)
        assert type(failed.value) is kind
        assert work_files(store.work) == []


def test_other_trouble_of_the_system_inside_a_step_stays_what_it_is(store: Store) -> None:
    def miss(path: Path) -> None:
        raise FileNotFoundError(errno.ENOENT, "no such program", path.name)

    with pytest.raises(FileNotFoundError):
        store.steps.run("a", miss)


def test_a_temporary_result_stays_until_it_is_forgotten(store: Store) -> None:
    path = store.steps.run_temporary("page/1", Producer(), suffix=".tif")
    assert path.read_bytes() == b"result 1"
    assert store.steps.run_temporary("page/1", never, suffix=".tif") == path
    store.steps.forget(["page/1", "page/2"])
    assert not path.exists()
    assert list(store.blobs) == []


def test_threads_that_ask_for_one_step_get_one_result(store: Store) -> None:
    producer, refs = Producer(), list[BlobRef]()
    threads = [threading.Thread(target=lambda: refs.append(store.steps.run("a", producer))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert producer.calls == 1
    assert len(refs) == 5
    assert len(set(refs)) == 1


class World:
    """A blob store, records and a work folder over one file layer; the records survive every cut."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.records = SqlRecords(
            Database.in_memory(), heads=MemoryHead(), namespace=NAMESPACE, key=KEY, result_type_code=str
        )
        self.open(None)

    def open(self, files: FaultyFiles | None, *, tidy: bool = True) -> tuple[FolderBlobs, StepRunner]:
        blobs = FolderBlobs(self.folder / "objects", files=files)
        steps = StepRunner(self.folder / "work", blobs=blobs, records=self.records, files=files)
        if tidy:
            blobs.prepare()
            steps.prepare()
        return blobs, steps


def test_a_power_cut_at_any_call_of_a_step_never_leaves_two_results(tmp_path: Path) -> None:
    counting = FaultyFiles(tmp_path / "graves")
    World(tmp_path / "count").open(counting, tidy=False)[1].run("a", Producer())
    assert counting.calls > 10
    for is_lost in (True, False):
        for point in range(1, counting.calls + 1):
            world = World(tmp_path / f"world-{point}-{is_lost}")
            files = FaultyFiles(world.folder / "graves", cut_at=point)
            producer = Producer(files.written_outside)
            with pytest.raises(PowerCut):
                world.open(files, tidy=False)[1].run("a", producer)
            if is_lost:
                files.lose_unsynced()
            blobs, steps = world.open(None)
            ref = steps.run("a", producer)
            assert list(blobs) == [ref.sha256]
            assert blobs.check(ref.sha256).size == len("result 1")
            assert work_files(world.folder / "work") == []
            world.records.close()


def test_drafts_and_folders_of_a_killed_step_are_gone_when_the_store_is_opened_again(store: Store) -> None:
    def killed(path: Path) -> None:
        path.write_bytes(b"half")
        folder = path.with_name(f"{path.name}-x7k2")
        folder.mkdir()
        (folder / "0.pdf").write_bytes(b"a page")
        raise KeyboardInterrupt

    kept = store.steps.run_temporary("pages/1", Producer())
    with pytest.raises(KeyboardInterrupt):
        store.steps.run("make/1", killed)
    assert len(work_files(store.work)) == 3
    store.steps.prepare()
    assert work_files(store.work) == [kept.name]
