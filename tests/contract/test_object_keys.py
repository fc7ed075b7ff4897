"""Keys of objects as both databases keep them: one for each, found, rotated, destroyed."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from dossier.ids import Sha256
from dossier.ports import BlobRef
from storage import object_keys
from storage.bodies import moment_to_text
from storage.expected import walk_plain, walk_wanted
from storage.key_ring import ring_of_store
from storage.object_keys import KeyCount, ObjectKey, ObjectKeys
from storage.records import SqlRecords
from storage.rotation import rotate
from storage.vault import Vault
from tests.storage.builders import KEY, MOMENT

PLAIN = [Sha256(digit * 64) for digit in "1234"]
STORED = [Sha256(digit * 64) for digit in "fedc"]
RING = f"2026-11 {'1a' * 32}"


@pytest.fixture
def keys(records: SqlRecords) -> ObjectKeys:
    return ObjectKeys(records.upkeep.database, clock=lambda: MOMENT)


def key_of(number: int, *, secret: bytes = b"") -> ObjectKey:
    plain = BlobRef(PLAIN[number], 100 + number)
    return ObjectKey(plain=plain, stored=STORED[number], secret=secret or bytes([number]) * 32)


def test_the_first_key_of_an_object_stays(keys: ObjectKeys) -> None:
    first = keys.claim(key_of(0))
    other = ObjectKey(plain=first.plain, stored=STORED[1], secret=b"2" * 32)
    assert keys.claim(other) == keys.find(PLAIN[0]) == first == key_of(0)
    assert keys.find(PLAIN[1]) is None
    assert (keys.settle(first), keys.settle(other)) == (True, False)
    assert keys.names(STORED) == {STORED[0]: PLAIN[0]}
    assert keys.count() == KeyCount(enciphered=1, keyless=0)


def test_of_many_who_claim_at_once_all_get_one_key(keys: ObjectKeys) -> None:
    together, found = threading.Barrier(4), []

    def claim(number: int) -> None:
        together.wait()
        wanted = ObjectKey(plain=BlobRef(PLAIN[0], 1), stored=STORED[number], secret=bytes([number]) * 32)
        found.append(keys.claim(wanted))

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len({key.stored for key in found})) == (4, 1)


def test_what_places_are_to_hold_follows_the_keys_in_order_of_hash(
    records: SqlRecords, keys: ObjectKeys
) -> None:
    for number, sha256 in enumerate(PLAIN[:3]):
        records.save_step(f"read/{number}", sha256)
    database = records.upkeep.database
    pending = keys.claim(key_of(0))
    assert pending.pending
    assert list(walk_wanted(database)) == PLAIN[:3]
    assert keys.settle(pending)
    keys.settle(keys.claim(key_of(2)))
    # The key of something that nothing names leads to nothing that is to be held.
    keys.claim(key_of(3))
    assert list(walk_wanted(database)) == [PLAIN[1], STORED[2], STORED[0]]
    assert list(walk_wanted(database, after=STORED[2])) == [STORED[0]]
    assert list(walk_plain(database)) == [PLAIN[1]]


def test_a_destroyed_key_leaves_the_name_of_its_bytes_and_may_be_followed_by_another(
    records: SqlRecords, keys: ObjectKeys
) -> None:
    keys.claim(key_of(0))
    database = records.upkeep.database
    with database.writing() as connection:
        assert object_keys.destroy(connection, PLAIN[0], at=MOMENT) == STORED[0]
        assert object_keys.destroy(connection, PLAIN[0], at=MOMENT) is None
    database.scrub("object_keys")
    assert keys.find(PLAIN[0]) is None
    assert keys.aside(STORED) == {STORED[0]}
    assert keys.claim(ObjectKey(plain=BlobRef(PLAIN[0], 1), stored=STORED[1], secret=b"2" * 32)).stored
    with database.writing() as connection:
        assert object_keys.destroy(connection, PLAIN[0], at=MOMENT) == STORED[1]
    with database.reading() as connection:
        assert object_keys.keyless_of(connection, PLAIN) == {PLAIN[0]: sorted(STORED[:2])}
    assert list(object_keys.walk_keyless(database)) == sorted(STORED[:2])
    with database.writing() as connection:
        object_keys.forget_keyless(connection, STORED[0])
    assert keys.count() == KeyCount(enciphered=0, keyless=1)


def test_a_key_is_dropped_only_when_nobody_wanted_it_since(records: SqlRecords, keys: ObjectKeys) -> None:
    key = keys.claim(key_of(0))
    later = moment_to_text(MOMENT + timedelta(seconds=1))
    with records.upkeep.database.writing() as connection:
        assert not object_keys.drop_unused(connection, key, before=moment_to_text(MOMENT))
        assert object_keys.drop_unused(connection, key, before=later)
    assert keys.find(PLAIN[0]) is None


def test_rotation_wraps_keys_again_and_nothing_else(records: SqlRecords, keys: ObjectKeys) -> None:
    made = [keys.claim(key_of(number)) for number in range(4)]
    database = records.upkeep.database
    database.unlock(Vault(secret=KEY, ring=ring_of_store(KEY, RING)))
    assert rotate(database, told=lambda _moved: None, batch=3) == 4
    assert [keys.find(sha256) for sha256 in PLAIN] == made
    with database.reading() as connection:
        rows = object_keys.page(connection, after="")
    assert [key.stored for key, _ in rows] == sorted(STORED)
