"""What stands in the database in clear, what a key is for, and what happens without it."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, text

from dossier.documents import DocumentState
from dossier.errors import RecordDamagedError, StoreKeyLostError, StoreKeysError
from dossier.keeping import Act, KeepingAct
from dossier.queries import PaperQuery
from storage.database import Database
from storage.heads import MemoryHead
from storage.key_ring import STORE_KEY_ID, KeyRing, ring_of_store
from storage.layout import Layout
from storage.records import SqlRecords
from storage.schema import document_keys
from storage.store import Store, open_store
from storage.store_making import create_store
from storage.vault import Vault
from tests.contract.test_owners import NEW, OLD, card, paper
from tests.storage.builders import (
    KEY,
    MOMENT,
    NAMESPACE,
    OWNER,
    TEXTS,
    Clock,
    batch,
    document,
    event,
    item,
    party,
    record_id,
)
from tests.storage.conftest import fixed_bytes

VALUES = 9
"""Sealed in ``filled``: name space, a batch's owner, a file's name, three numbers, keys of two papers, the
words of an act."""
FIRST, SECOND = f"2026-11 {'1a' * 32}", f"2027-01 {'2b' * 32}"

HELD = KeepingAct(
    case=record_id("case"),
    act=Act.HOLD_ADDED,
    target=record_id("paper"),
    at=MOMENT,
    actor="quay-1",
    details={"reason": "theo đơn của Mẫu Thị Thử"},
)


def ring(*lines: str) -> KeyRing:
    return ring_of_store(KEY, "\n".join(lines))


def records_on(database: Database, *lines: str) -> SqlRecords:
    return SqlRecords(
        database,
        heads=MemoryHead(),
        namespace=NAMESPACE,
        key=KEY,
        result_type_code=str,
        ring=ring(*lines),
    )


def vault(*lines: str) -> Vault:
    return Vault(secret=KEY, ring=ring(*lines))


def filled(folder: Path, *lines: str) -> None:
    """A store folder with a batch, its file and a paper of one person."""
    create_store(
        folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes, ring=lambda: "\n".join(lines)
    )
    with open_store(folder, clock=Clock(), read_only=False, ring=lambda: "\n".join(lines)) as store:
        store.records.save_batch(batch(owner=NEW), [replace(item(), name="Mẫu-Thị-Thử.jpg")])
        store.records.save_document(card(), events=[event()])
        store.records.save_document(
            replace(document(), state=DocumentState.FILED, parties=(party("Mẫu Thị Thử", number=OWNER),))
        )
        store.records.act(HELD, seen=0, events=[event()])


# --- the database itself


def test_no_name_and_no_number_stands_in_any_file_of_the_store(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    filled(folder)
    with open_store(folder, clock=Clock(), read_only=False) as store:
        assert len(store.records.documents_named("mau thi thu")) == 1
        # While the store is open, so that the log of the last changes is looked at too.
        raw = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        said = [party_.name for party_ in store.records.document(card().id).parties]
    printed = [OWNER, OLD, NEW, "Mẫu Thị Thử", "mẫu thị thử", "mau thi thu", "Mẫu-Thị-Thử", *said]
    assert said
    assert [shown for shown in printed if shown.encode() in raw] == []


def test_the_name_space_of_ids_cannot_be_read_without_the_key(store: Store) -> None:
    database = Database.on_disk(Layout(store.folder).database)
    with database.reading() as connection:
        value = connection.execute(text("SELECT value FROM facts WHERE name = 'namespace'")).scalar_one()
    database.close()
    assert str(store.records.namespace) not in value
    assert value.startswith(f"{STORE_KEY_ID}:")


@given(value=TEXTS.filter(bool), place=TEXTS, other=TEXTS)
def test_a_sealed_value_opens_in_its_place_and_in_no_other(value: str, place: str, other: str) -> None:
    sealed = vault().seal(value, place=place)
    assert vault().unseal(sealed, place=place) == value
    if other != place:
        with pytest.raises(RecordDamagedError):
            vault().unseal(sealed, place=other)


@given(value=TEXTS, version=st.integers(1, 9), flipped=st.integers(0))
def test_a_body_with_one_flipped_bit_is_refused(value: str, version: int, flipped: int) -> None:
    key, wrapped = vault().new_key(7)
    sealed = bytearray(key.seal(value, place=str(version)))
    assert vault().open_key(wrapped, serial=7).unseal(bytes(sealed), place=str(version)) == value
    bit = flipped % (len(sealed) * 8)
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(RecordDamagedError):
        key.unseal(bytes(sealed), place=str(version))
    with pytest.raises(RecordDamagedError):
        vault().open_key(wrapped, serial=8)


def test_the_same_value_is_sealed_differently_each_time_and_looked_up_alike() -> None:
    assert vault().seal(OWNER, place="a") != vault().seal(OWNER, place="a")
    assert vault(FIRST).reference("number", OWNER) == vault().reference("number", OWNER)
    assert vault().reference("number", OWNER) != vault().reference("name", OWNER)
    other = Vault(secret=KEY[::-1], ring=ring())
    assert other.reference("number", OWNER) != vault().reference("number", OWNER)


def test_a_paper_whose_own_key_is_gone_can_be_read_by_nobody(store: Store) -> None:
    store.records.save_batch(batch(), [item()])
    saved = store.records.save_document(document())
    database = Database.on_disk(Layout(store.folder).database)
    with database.writing() as connection:
        connection.execute(delete(document_keys))
    database.close()
    with pytest.raises(RecordDamagedError):
        store.records.save_document(saved.next_version())


# --- keys


@pytest.mark.parametrize(
    "lines",
    [
        ("no key",),
        (f"2026-11 {'1a' * 31}",),
        (f"2026-11 {'1g' * 32}",),
        (f"A {'1a' * 32}",),
        (FIRST, FIRST),
        (f"{STORE_KEY_ID} {'1a' * 32}",),
    ],
)
def test_a_wrong_line_of_a_key_file_is_named_and_not_repeated(lines: tuple[str, ...]) -> None:
    with pytest.raises(StoreKeysError) as caught:
        ring(*lines)
    assert caught.value.item == str(len(lines))
    assert "1a1a" not in f"{caught.value}{caught.value.message()}{caught.value.cause}"


def test_the_last_line_is_the_key_in_use_and_remarks_say_nothing() -> None:
    made = ring("# khóa của kho", "", FIRST, SECOND)
    assert (made.current, sorted(made.keys)) == ("2027-01", ["2026-11", "2027-01", STORE_KEY_ID])
    assert ring(f"{FIRST};{SECOND}").keys == made.keys
    assert "1a1a" not in repr(made)


def test_a_lost_key_is_named_and_with_it_back_everything_reads_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    filled(folder, FIRST)
    with (
        pytest.raises(StoreKeyLostError) as caught,
        open_store(folder, clock=Clock(), read_only=True, ring=lambda: SECOND),
    ):
        pass
    assert caught.value.item == "2026-11"
    with open_store(folder, clock=Clock(), read_only=True, ring=lambda: f"{FIRST}\n{SECOND}") as store:
        assert store.records.documents_of_owner(OWNER)[0].parties[0].name == "Mẫu Thị Thử"


# --- rotation


def used(records: SqlRecords) -> Mapping[str, int]:
    return records.key_usage()


def test_rotation_moves_everything_to_the_key_in_use_and_the_old_one_may_go(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    filled(folder, FIRST)
    both = f"{FIRST}\n{SECOND}"
    with open_store(folder, clock=Clock(), read_only=False, ring=lambda: both) as store:
        before = store.records.documents_of_item(item().id)
        assert used(store.records) == {"2026-11": VALUES}
        told: list[int] = []
        assert store.records.rotate_keys(told=told.append, batch=1) == VALUES
        assert told[-1] == VALUES
        assert used(store.records) == {"2027-01": VALUES}
        assert store.records.rotate_keys() == 0
    with open_store(folder, clock=Clock(), read_only=False, ring=lambda: SECOND) as store:
        assert store.records.documents_of_item(item().id) == before
        assert store.records.batch(batch().id).owner == NEW
        assert store.records.acts() == [HELD]
        assert store.records.item(item().id).name == "Mẫu-Thị-Thử.jpg"
        assert set(store.records.numbers_of_owner(OLD)) == {OLD, NEW}
        assert len(store.records.find_documents(PaperQuery(name="mẫu t*"))) == 1


@pytest.mark.parametrize("stops_after", [0, 1, 3, 5])
def test_a_rotation_that_was_stopped_goes_on_and_everything_reads_meanwhile(
    tmp_path: Path, stops_after: int
) -> None:
    folder = tmp_path / "data"
    filled(folder, FIRST)

    class StoppedError(Exception):
        pass

    def stop(moved: int) -> None:
        if moved > stops_after:
            raise StoppedError

    with open_store(folder, clock=Clock(), read_only=False, ring=lambda: f"{FIRST}\n{SECOND}") as store:
        with pytest.raises(StoppedError):
            store.records.rotate_keys(told=stop, batch=1)
        assert sum(used(store.records).values()) == VALUES
        assert len(store.records.documents_of_owner(OWNER)) == 1
        assert store.records.rotate_keys() == VALUES - stops_after - 1
        assert used(store.records) == {"2027-01": VALUES}


def test_a_rotation_without_the_old_key_says_which_is_missing_and_keeps_what_it_moved() -> None:
    database = Database.in_memory()
    old = records_on(database, FIRST)
    old.save_batch(batch(owner=NEW), [item()])
    old.save_document(document())
    with pytest.raises(StoreKeyLostError) as caught:
        records_on(database, SECOND).rotate_keys()
    assert caught.value.item == "2026-11"
    assert records_on(database, FIRST).document(document().id) == document()


def test_papers_are_filed_and_read_while_keys_are_rotated(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    filled(folder, FIRST)
    with open_store(folder, clock=Clock(), read_only=False, ring=lambda: f"{FIRST}\n{SECOND}") as store:
        names = [f"paper-{number}" for number in range(int(os.environ.get("MOTLAN_STRESS", "20")))]

        def file() -> None:
            for name in names:
                store.records.save_document(paper(name, OWNER))

        filing = threading.Thread(target=file)
        filing.start()
        while filing.is_alive():
            store.records.rotate_keys(batch=1)
            assert store.records.document(card().id).parties == card().parties
        filing.join()
        store.records.rotate_keys()
        assert len(store.records.documents_of_owner(OWNER)) == len(names) + 1
        assert set(used(store.records)) == {"2027-01"}
