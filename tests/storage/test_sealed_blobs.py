"""Enciphered bytes: nothing readable below, every change found, one key for one object whoever puts it."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from dossier.errors import (
    InputChangedError,
    ObjectDamagedError,
    ObjectMissingError,
    RecordDamagedError,
    StoreKeyLostError,
)
from dossier.ids import Sha256
from dossier.ports import BlobRef, BlobStore
from storage import object_keys
from storage.database import Database
from storage.files import FolderBlobs
from storage.heads import MemoryHead
from storage.key_ring import ring_of_store
from storage.memory import MemoryBlobs
from storage.object_keys import ObjectKeys
from storage.records import SqlRecords
from storage.schema import object_keys as key_rows
from storage.sealed_blobs import MARK, PIECE_BYTES, SealedBlobs
from tests.storage.builders import KEY, NAMESPACE
from tests.storage.copies import Hands, folder_at, records_in_memory, sealed

TEXT = "CCCD của Nguyễn Thị Mẫu ".encode()
SIZES = (0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, 3 * PIECE_BYTES + 7)
FIRST, SECOND = f"2026-11 {'1a' * 32}", f"2027-01 {'2b' * 32}"


def put(blobs: BlobStore, folder: Path, content: bytes) -> Sha256:
    path = folder / "source"
    path.write_bytes(content)
    return blobs.put(path).sha256


def content_of(blobs: BlobStore, sha256: Sha256) -> bytes:
    with blobs.open(sha256) as stream:
        return stream.read()


def records_on(path: Path, *lines: str) -> SqlRecords:
    database = Database.on_disk(path)
    if not path.exists():
        database.prepare()
    database.upgrade()
    ring = ring_of_store(KEY, "\n".join(lines))
    return SqlRecords(
        database, heads=MemoryHead(), namespace=NAMESPACE, key=KEY, result_type_code=str, ring=ring
    )


@pytest.fixture
def records() -> SqlRecords:
    return records_in_memory()


# --- what is kept


@pytest.mark.parametrize("size", SIZES)
def test_bytes_of_any_size_come_back_under_the_hash_of_what_they_say(tmp_path: Path, size: int) -> None:
    inner = MemoryBlobs()
    blobs = sealed(inner, tmp_path)
    content = (TEXT * (size // len(TEXT) + 1))[:size]
    sha256 = put(blobs, tmp_path, content)
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert content_of(blobs, sha256) == content
    assert blobs.check(sha256) == BlobRef(sha256, size)
    with blobs.path(sha256) as path:
        assert path.read_bytes() == content
    assert list(blobs) == [sha256]
    assert sha256 not in set(inner)


def test_nothing_below_can_be_read_or_recognised(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    place = folder_at(folder / "objects")
    records = records_on(folder / "store.sqlite3", FIRST)
    sha256 = put(sealed(place.blobs, folder, records=records), tmp_path, TEXT * 5000)
    for path in folder.rglob("*"):
        assert sha256 not in str(path)
        if path.is_file():
            found = path.read_bytes()
            assert [said for said in (TEXT, sha256.encode(), bytes.fromhex(sha256)) if said in found] == []
    assert list((folder / "work").iterdir()) == []


def test_the_same_bytes_in_two_stores_look_different(tmp_path: Path) -> None:
    stored = set()
    for _ in range(2):
        inner = MemoryBlobs()
        put(sealed(inner, tmp_path), tmp_path, TEXT)
        stored |= set(inner)
    assert len(stored) == 2


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[SealedBlobs, Sha256, bytes]:
    folder = tmp_path_factory.mktemp("large")
    content = bytes(number % 251 for number in range(3 * PIECE_BYTES + 7))
    blobs = sealed(MemoryBlobs(), folder)
    return blobs, put(blobs, folder, content), content


@given(start=st.integers(0, 3 * PIECE_BYTES + 50), count=st.integers(0, 2 * PIECE_BYTES))
def test_any_range_is_what_it_is_in_the_plain_bytes(
    large: tuple[SealedBlobs, Sha256, bytes], start: int, count: int
) -> None:
    blobs, sha256, content = large
    with blobs.open(sha256) as stream:
        stream.seek(start)
        assert stream.read(count) == content[start : start + count]
        stream.seek(-5, os.SEEK_END)
        assert (stream.read(), stream.tell()) == (content[-5:], len(content))


class Altered(MemoryBlobs):
    """A store that gives back what a test put in the place of the bytes."""

    def alter(self, sha256: Sha256, content: bytes) -> None:
        self._objects[sha256] = content

    def _content(self, sha256: Sha256) -> bytes:
        return self._objects[sha256]


STEP, HEAD = PIECE_BYTES + 16, len(MARK)
HARMS: dict[str, Callable[[bytes], bytes]] = {
    "flip": lambda whole: whole[:100] + bytes((whole[100] ^ 1,)) + whole[101:],
    "cut a piece": lambda whole: whole[: HEAD + STEP],
    "cut a byte": lambda whole: whole[:-1],
    "swap pieces": lambda whole: (
        whole[:HEAD]
        + whole[HEAD + STEP : HEAD + 2 * STEP]
        + whole[HEAD : HEAD + STEP]
        + whole[HEAD + 2 * STEP :]
    ),
    "add": lambda whole: whole + b"x",
    "empty": lambda _whole: b"",
    "another mark": lambda whole: b"MLSEAL2\n" + whole[HEAD:],
}


@pytest.mark.parametrize("size", [3 * PIECE_BYTES, 3 * PIECE_BYTES + 7])
@pytest.mark.parametrize("harm", HARMS)
def test_a_store_that_changes_the_bytes_is_found_out(tmp_path: Path, harm: str, size: int) -> None:
    inner = Altered()
    blobs = sealed(inner, tmp_path)
    sha256 = put(blobs, tmp_path, (TEXT * 10_000)[:size])
    (stored,) = list(inner)
    inner.alter(stored, HARMS[harm](inner._content(stored)))
    with pytest.raises(ObjectDamagedError) as caught:
        blobs.check(sha256)
    assert caught.value.item == sha256


# --- plain objects beside


def test_plain_objects_of_before_stay_readable_and_without_the_setting_new_ones_are_plain(
    tmp_path: Path, records: SqlRecords
) -> None:
    inner = MemoryBlobs()
    plain, enciphering = (
        sealed(inner, tmp_path, records=records, encipher=encipher) for encipher in (False, True)
    )
    before, since = put(plain, tmp_path, b"before"), put(enciphering, tmp_path, b"since")
    for blobs in (plain, enciphering):
        assert (content_of(blobs, before), content_of(blobs, since)) == (b"before", b"since")
        assert set(blobs) == {before, since}
        with blobs.path(before) as path:
            assert path.read_bytes() == b"before"
    assert before in set(inner)
    assert since not in set(inner)


def test_a_plain_object_put_again_is_one_object_and_its_plain_bytes_are_no_second_one(
    tmp_path: Path, records: SqlRecords
) -> None:
    inner = MemoryBlobs()
    sha256 = put(sealed(inner, tmp_path, records=records, encipher=False), tmp_path, TEXT)
    records.save_step("read/1", sha256)
    blobs = sealed(inner, tmp_path, records=records)
    assert put(blobs, tmp_path, TEXT) == sha256
    assert (list(blobs), len(list(inner))) == ([sha256], 2)
    inner.destroy(sha256)
    assert content_of(blobs, sha256) == TEXT


# --- keys


def rows(records: SqlRecords) -> list[tuple[str, str]]:
    with records.upkeep.database.reading() as connection:
        return [(row.ref, row.stored) for row in connection.execute(select(key_rows))]


def test_a_wrapped_key_cannot_be_moved_to_another_object(tmp_path: Path, records: SqlRecords) -> None:
    blobs = sealed(MemoryBlobs(), tmp_path, records=records)
    hashes = [put(blobs, tmp_path, content) for content in (b"one", b"two")]
    (one, _), (two, _) = rows(records)
    with records.upkeep.database.writing() as connection:
        wrapped = connection.execute(select(key_rows.c.wrapped).where(key_rows.c.ref == one)).scalar_one()
        connection.execute(update(key_rows).where(key_rows.c.ref == two).values(wrapped=wrapped))
    damaged = 0
    for sha256 in hashes:
        try:
            blobs.check(sha256)
        except RecordDamagedError:
            damaged += 1
    assert damaged == 1


def test_a_lost_key_of_the_ring_is_named_and_nothing_is_given_out(tmp_path: Path) -> None:
    inner, path = MemoryBlobs(), tmp_path / "store.sqlite3"
    sha256 = put(sealed(inner, tmp_path, records=records_on(path, FIRST)), tmp_path, TEXT)
    without = sealed(inner, tmp_path, records=records_on(path, SECOND))
    for call in (without.open, without.check, without.contains):
        with pytest.raises(StoreKeyLostError) as caught:
            call(sha256)
        assert caught.value.item == "2026-11"
    assert content_of(sealed(inner, tmp_path, records=records_on(path, FIRST, SECOND)), sha256) == TEXT


def test_rotation_moves_the_keys_and_touches_no_object(tmp_path: Path) -> None:
    inner, path = MemoryBlobs(), tmp_path / "store.sqlite3"
    blobs = sealed(inner, tmp_path, records=records_on(path, FIRST))
    hashes = [put(blobs, tmp_path, TEXT * number) for number in range(1, 6)]
    before = set(inner)
    both = records_on(path, FIRST, SECOND)
    assert both.key_usage() == {"2026-11": 5}
    moved: list[int] = []

    class StoppedError(Exception):
        pass

    def stop(count: int) -> None:
        moved.append(count)
        if count == 3:
            raise StoppedError

    with pytest.raises(StoppedError):
        both.rotate_keys(told=stop, batch=1)
    assert both.key_usage() == {"2026-11": 2, "2027-01": 3}
    assert both.rotate_keys(batch=1) == 2
    assert both.key_usage() == {"2027-01": 5}
    renewed = sealed(inner, tmp_path, records=records_on(path, SECOND))
    assert [content_of(renewed, sha256) for sha256 in hashes] == [TEXT * number for number in range(1, 6)]
    assert set(inner) == before


# --- two at once, killed in between


def test_threads_that_put_the_same_bytes_at_once_make_one_object_of_one_key(tmp_path: Path) -> None:
    records, inner = records_on(tmp_path / "store.sqlite3"), FolderBlobs(tmp_path / "objects")
    inner.prepare()
    (tmp_path / "source").write_bytes(TEXT * 1000)
    together = threading.Barrier(6)
    refs: list[BlobRef] = []

    def put_it() -> None:
        # Each with its own parts, as processes have them.
        blobs = sealed(inner, tmp_path, records=records)
        together.wait()
        refs.append(blobs.put(tmp_path / "source"))

    threads = [threading.Thread(target=put_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refs) == 6
    assert len(set(refs)) == len(list(inner)) == len(rows(records)) == 1
    assert content_of(sealed(inner, tmp_path, records=records), refs[0].sha256) == TEXT * 1000


class Dying(MemoryBlobs):
    """A store whose process dies in its first ``put``, before or after the bytes are there."""

    def __init__(self, *, late: bool) -> None:
        super().__init__()
        self._late: bool | None = late

    def put(self, source: Path) -> BlobRef:
        late, self._late = self._late, None
        if late is False:
            raise KeyboardInterrupt
        ref = super().put(source)
        if late:
            raise KeyboardInterrupt
        return ref


@pytest.mark.parametrize("late", [False, True])
def test_who_dies_around_the_put_leaves_a_key_that_the_next_one_goes_on_with(
    tmp_path: Path, records: SqlRecords, late: bool
) -> None:
    inner = Dying(late=late)
    blobs = sealed(inner, tmp_path, records=records)
    with pytest.raises(KeyboardInterrupt):
        put(blobs, tmp_path, TEXT)
    left = rows(records)
    assert (len(left), len(list(inner))) == (1, int(late))
    sha256 = put(blobs, tmp_path, TEXT)
    assert rows(records) == left
    assert list(inner) == [left[0][1]]
    assert content_of(blobs, sha256) == TEXT


class Meeting(MemoryBlobs):
    """A store where a disposal destroys what is put, in the moment it is put, once."""

    def __init__(self, records: SqlRecords) -> None:
        super().__init__()
        self._records: SqlRecords | None = records

    def put(self, source: Path) -> BlobRef:
        if self._records is not None:
            with self._records.upkeep.database.writing() as connection:
                for key, _ in object_keys.page(connection, after=""):
                    object_keys.destroy(connection, key.plain.sha256, at=Hands()())
            self._records = None
        return super().put(source)


def test_bytes_put_while_a_disposal_destroys_them_are_kept_under_a_new_key(
    tmp_path: Path, records: SqlRecords
) -> None:
    inner = Meeting(records)
    blobs = sealed(inner, tmp_path, records=records)
    sha256 = put(blobs, tmp_path, TEXT)
    assert content_of(blobs, sha256) == TEXT
    # The first bytes have no key any more: they are nothing that is kept.
    assert (len(list(inner)), list(blobs)) == (2, [sha256])


def test_a_source_that_changed_is_never_enciphered_under_the_key_of_another(
    tmp_path: Path, records: SqlRecords
) -> None:
    class Changing(ObjectKeys):
        def claim(self, wanted: object_keys.ObjectKey) -> object_keys.ObjectKey:
            (tmp_path / "source").write_bytes(b"something else")
            return super().claim(wanted)

    inner = MemoryBlobs()
    put(sealed(inner, tmp_path, records=records), tmp_path, TEXT)
    keys = Changing(records.upkeep.database, clock=Hands())
    blobs = SealedBlobs(inner, keys, work=tmp_path / "work", encipher=True)
    with pytest.raises(InputChangedError):
        put(blobs, tmp_path, TEXT)
    assert len(list(inner)) == 1
    assert list((tmp_path / "work").iterdir()) == []


def test_an_object_whose_bytes_are_gone_is_missing_under_the_name_that_records_know(tmp_path: Path) -> None:
    inner = MemoryBlobs()
    blobs = sealed(inner, tmp_path)
    sha256 = put(blobs, tmp_path, TEXT)
    inner.destroy(next(iter(inner)))
    assert not blobs.contains(sha256)
    with pytest.raises(ObjectMissingError) as caught, blobs.path(sha256):
        pass
    assert caught.value.item == sha256
