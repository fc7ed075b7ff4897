from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dossier.errors import (
    SchemaError,
    StoreBusyError,
    StoreError,
    StoreFolderTakenError,
    StoreMissingError,
)
from dossier.events import EventKind
from storage.filesystem import SystemFiles
from storage.layout import Layout, is_own
from storage.store import Store, open_store
from storage.store_making import create_store
from tests.project.test_layout import PACKAGES, ROOT
from tests.storage.builders import OWNER, Clock, event
from tests.storage.conftest import fixed_bytes
from tests.storage.faults import FaultyFiles, PowerCut

_GROUP = 10_001


def make(folder: Path, *, files: FaultyFiles | None = None) -> bool:
    return create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes, files=files)


def check_new(folder: Path) -> None:
    with open_store(folder, clock=Clock(), read_only=False) as store:
        assert [entry.event.kind for entry in store.records.journal()] == [EventKind.STORE_MADE]
        assert store.records.check_journal().entries == 1
        assert list(store.blobs) == []


def test_a_new_store_tells_of_its_making(tmp_path: Path) -> None:
    assert make(tmp_path / "above" / "data")
    check_new(tmp_path / "above" / "data")


def test_making_a_store_again_changes_nothing(data: Path) -> None:
    with open_store(data, clock=Clock(), read_only=True) as store:
        before = (store.records.namespace, store.records.owner_ref(OWNER))
    assert not make(data)
    check_new(data)
    with open_store(data, clock=Clock(), read_only=True) as store:
        assert (store.records.namespace, store.records.owner_ref(OWNER)) == before


def test_everything_in_a_store_is_private(store: Store) -> None:
    store.records.record(event())
    for path in (store.folder, *store.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name


def test_a_folder_with_files_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"mine")
    with pytest.raises(StoreFolderTakenError):
        make(tmp_path / "photos")
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]


def test_what_an_image_or_another_machine_brings_first_is_no_file_of_others(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("run", "keys", "trust", "rulebook", "logs"):
        (data / name).mkdir(parents=True)
    (data / "keys" / "first.key").write_bytes(b"brought")
    assert make(data)
    check_new(data)
    assert (data / "keys" / "first.key").read_bytes() == b"brought"


def test_every_name_that_the_program_uses_in_its_data_folder_is_one_of_its_own() -> None:
    used = set()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            text = path.read_text("utf-8")
            constants = dict(re.findall(r'^(\w+)(?:: Final)? = "([^"/]+)"$', text, re.MULTILINE))
            place = r"self\.folder" if path.name == "layout.py" else r"\b(?:data|layout\.folder)"
            for quoted, name in re.findall(rf'{place} / (?:"([^"]+)"|([A-Z_]+)\b)', text):
                used.add(quoted or constants[name])
    assert {"run", "stamping", "signing-desk", "watch", "prefect", "lost-heads", "restore.json"} <= used
    assert {name for name in used if not is_own(name)} == set()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two accounts")
@pytest.mark.parametrize(("mode", "said"), [(0o2770, "store.folder_owner"), (0o700, "store.read_only")])
def test_the_root_of_a_volume_of_another_account_is_refused_with_what_to_do(mode: int, said: str) -> None:
    with as_another_account(mode) as (volume, run):
        assert run(volume) == said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two accounts")
def test_a_folder_below_the_root_of_a_volume_of_another_account_becomes_private() -> None:
    with as_another_account(0o2770) as (volume, run):
        assert run(volume / "motlan") == "made"
        assert stat.S_IMODE((volume / "motlan").stat().st_mode) & 0o777 == 0o700


@contextmanager
def as_another_account(mode: int) -> Iterator[tuple[Path, Callable[[Path], str]]]:
    """A folder of root's with a group, and what making the data folder there says to one of that group."""
    with tempfile.TemporaryDirectory() as above:
        volume = Path(above) / "volume"
        volume.mkdir()
        Path(above).chmod(0o755)
        os.chown(volume, 0, _GROUP)
        volume.chmod(mode)

        def run(folder: Path) -> str:
            ours, theirs = os.pipe()
            child = os.fork()
            if child == 0:
                os.setgroups([])
                os.setgid(_GROUP)
                os.setuid(_GROUP)
                os.write(theirs, _outcome(folder).encode())
                os._exit(0)
            os.close(theirs)
            with os.fdopen(ours) as told:
                said = told.read()
            os.waitpid(child, 0)
            return said

        yield volume, run


def _outcome(folder: Path) -> str:
    # The folder alone: Python's own files need not be readable for that account.
    try:
        Layout(folder).make_folder(SystemFiles())
    except StoreError as error:
        return error.code
    return "made"


def test_files_that_come_later_do_not_hurt(data: Path) -> None:
    (data / "pki").mkdir()
    assert not make(data)
    check_new(data)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_that_is_no_store_cannot_be_opened(tmp_path: Path, is_there: bool) -> None:
    if is_there:
        (tmp_path / "data").mkdir()
    with (
        pytest.raises(StoreMissingError),
        open_store(tmp_path / "data", clock=Clock(), read_only=True),
    ):
        pass


def test_a_store_of_another_layout_cannot_be_opened(data: Path) -> None:
    (data / "motlan-store.json").write_text('{"layout": 2}')
    with pytest.raises(SchemaError), open_store(data, clock=Clock(), read_only=True):
        pass


@pytest.mark.parametrize("key", ["", "no key", "00" * 32])
def test_a_key_of_another_store_is_refused(data: Path, key: str) -> None:
    (data / "store.key").write_text(key)
    with pytest.raises(StoreError), open_store(data, clock=Clock(), read_only=True):
        pass


def test_there_is_one_writer_and_any_number_of_readers_who_are_journalled(data: Path) -> None:
    with open_store(data, clock=Clock(), read_only=False) as writer:
        with pytest.raises(StoreBusyError), open_store(data, clock=Clock(), read_only=False):
            pass
        with pytest.raises(StoreBusyError):
            make(data)
        with open_store(data, clock=Clock(), read_only=True) as reader:
            reader.records.record(event(EventKind.OWNER_LOOKED_UP))
        assert writer.records.check_journal().entries == 2


def test_a_writer_removes_what_a_killed_one_left_half_written(data: Path) -> None:
    draft, half = data / "objects" / "incoming" / "1-1", data / "work" / "part-abc"
    complete = data / "work" / "abc"
    with open_store(data, clock=Clock(), read_only=False):
        pass
    for path in (draft, half, complete):
        path.write_bytes(b"left")
    with open_store(data, clock=Clock(), read_only=True):
        assert draft.exists()
    with open_store(data, clock=Clock(), read_only=False):
        assert not draft.exists()
        assert not half.exists()
        assert complete.exists()


@pytest.mark.parametrize("is_lost", [True, False])
def test_the_making_of_a_store_can_be_cut_at_any_call_and_finished_later(
    tmp_path: Path, is_lost: bool
) -> None:
    counting = FaultyFiles(tmp_path / "graves")
    make(tmp_path / "count", files=counting)
    assert counting.calls > 15
    for point in range(1, counting.calls + 1):
        world = tmp_path / f"world-{point}"
        world.mkdir()
        files = FaultyFiles(world / "graves", cut_at=point)
        with pytest.raises(PowerCut):
            make(world / "data", files=files)
        if is_lost:
            files.lose_unsynced()
        make(world / "data")
        check_new(world / "data")


def test_importing_the_package_or_a_port_of_it_brings_no_heavy_library_in() -> None:
    script = (
        "import sys, storage, storage.files, storage.inbox, storage.layout, storage.lock\n"
        "print([name for name in ('sqlalchemy', 'alembic', 'minio') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_opening_a_store_does_not_bring_alembic_in(data: Path) -> None:
    script = (
        "import sys, datetime, pathlib\n"
        "from storage.store import open_store\n"
        "clock = lambda: datetime.datetime.now(datetime.UTC)\n"
        "with open_store(pathlib.Path(sys.argv[1]), clock=clock, read_only=True) as store:\n"
        "    store.records.documents_waiting()\n"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(data)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
