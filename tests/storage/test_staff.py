"""Accounts, sessions and attempts in the records: counted under many hands, sealed, moved to a new key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dossier.admission import FieldScope
from dossier.staff import StaffAccount, StaffRole, StaffScopes, StaffSession, Stage
from dossier.staff_errors import StaffLastError
from storage.store import Store, open_store
from storage.store_making import create_store
from tests.storage.builders import MOMENT, Clock
from tests.storage.conftest import fixed_bytes
from tests.storage.test_encryption import FIRST, SECOND

SCOPES = StaffScopes(
    roles=frozenset({StaffRole.ARCHIVIST, StaffRole.MANAGER}),
    offices=("H26",),
    procedures=("*",),
    fields=FieldScope.BASIC,
)
ACCOUNT = StaffAccount(
    id="00112233445566ff",
    login="mau.luu",
    name="Mẫu Thị Lưu",
    scopes=SCOPES,
    password="$argon2id$",  # noqa: S106 - of nobody
    must_change=False,
    password_ends=None,
    totp="ABCDEFGHIJKLMNOP",
    totp_step=3,
    recovery=("a" * 64, "b" * 64),
    made_at=MOMENT,
)
SESSION = StaffSession(
    token_hash="c" * 64,
    actor=ACCOUNT.actor,
    stage=Stage.ENROL,
    kept="secret of a stage",
    scopes=SCOPES,
    began_at=MOMENT,
    seen_at=MOMENT,
    ends_at=MOMENT + timedelta(hours=12),
)


def test_an_account_comes_back_as_it_was_by_its_id_and_by_its_login(store: Store) -> None:
    staff = store.records.staff
    assert staff.add(ACCOUNT, events=())
    assert staff.account(ACCOUNT.id) == staff.by_login("mau.luu") == ACCOUNT
    assert not staff.add(replace(ACCOUNT, id="0" * 16), events=())
    assert staff.accounts() == [ACCOUNT]
    changed = replace(ACCOUNT, scopes=replace(SCOPES, offices=("H29",)), disabled_at=MOMENT)
    staff.begin(SESSION, events=())
    assert staff.change(changed, {"scopes"}, events=(), end_sessions=False)
    assert staff.session(SESSION.token_hash) == SESSION
    assert staff.change(changed, {"disabled_at"}, events=(), end_sessions=True)
    assert staff.session(SESSION.token_hash) is None
    assert staff.account(ACCOUNT.id) == changed


def test_a_change_leaves_what_others_changed_meanwhile(store: Store) -> None:
    staff = store.records.staff
    staff.add(ACCOUNT, events=())
    disabled = replace(ACCOUNT, disabled_at=MOMENT)
    staff.change(disabled, {"disabled_at"}, events=(), end_sessions=True)
    staff.use_recovery(ACCOUNT.id, "a" * 64, events=())
    # By whoever read the account before all that.
    other = replace(ACCOUNT, scopes=replace(SCOPES, offices=("H29",)))
    assert staff.change(other, {"scopes"}, events=(), end_sessions=False)
    expected = replace(disabled, scopes=other.scopes, recovery=("b" * 64,))
    assert staff.account(ACCOUNT.id) == expected
    assert not staff.change(replace(ACCOUNT, id="0" * 16), {"scopes"}, events=(), end_sessions=False)


@pytest.mark.parametrize(
    "meanwhile",
    [{"disabled_at": MOMENT}, {"password": "$argon2id$other"}, {"totp": "QRSTUVWXYZ234567"}],
    ids=lambda changes: next(iter(changes)),
)
def test_what_was_proven_on_an_account_counts_no_more_once_it_is_another(
    store: Store, meanwhile: dict[str, Any]
) -> None:
    staff = store.records.staff
    staff.add(ACCOUNT, events=())
    assert staff.begin(SESSION, events=(), seen=ACCOUNT)
    kept = replace(ACCOUNT, **meanwhile)
    staff.change(kept, set(meanwhile), events=(), end_sessions=True)
    again = replace(ACCOUNT, must_change=True)
    assert not staff.change(again, {"must_change"}, events=(), end_sessions=True, seen=ACCOUNT)
    assert not staff.begin(SESSION, events=(), seen=ACCOUNT)
    assert staff.account(ACCOUNT.id) == kept
    assert staff.sessions(ACCOUNT.actor) == []


def test_of_many_tries_at_one_moment_only_the_free_ones_are_made(store: Store) -> None:
    staff = store.records.staff
    keys = [("account:x", 5), ("address:y", 20)]
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: staff.attempt(keys, at=MOMENT), range(24)))
    assert waits.count(0) == 5
    assert set(waits) == {0, 2}


def test_waits_grow_to_a_quarter_of_an_hour_and_are_forgotten_after_a_day(store: Store) -> None:
    staff, at, waits = store.records.staff, MOMENT, []
    for _ in range(20):
        assert staff.attempt([("account:x", 5)], at=at) == 0
        waits.append(staff.attempt([("account:x", 5)], at=at))
        at += timedelta(seconds=waits[-1])
        if waits[-1] == 0:
            # It was free, so it was made and counted.
            waits.pop()
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 900
    assert waits == sorted(waits)
    assert staff.attempt([("account:x", 5)], at=at + timedelta(hours=25)) == 0
    assert staff.attempt([("account:x", 5)], at=at + timedelta(hours=25)) == 0


def test_a_good_attempt_makes_the_next_ones_free_again(store: Store) -> None:
    staff = store.records.staff
    for _ in range(5):
        staff.attempt([("account:x", 5)], at=MOMENT)
    assert staff.attempt([("account:x", 5)], at=MOMENT) == 2
    staff.forgive(["account:x"])
    assert [staff.attempt([("account:x", 5)], at=MOMENT) for _ in range(6)] == [0, 0, 0, 0, 0, 2]


def test_one_code_and_one_recovery_code_are_used_once_by_many_hands(store: Store) -> None:
    staff = store.records.staff
    staff.add(ACCOUNT, events=())
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _: staff.use_code(ACCOUNT.id, step=7), range(16)))
        taken = list(pool.map(lambda _: staff.use_recovery(ACCOUNT.id, "a" * 64, events=()), range(16)))
    assert used.count(True) == taken.count(True) == 1
    assert not staff.use_code(ACCOUNT.id, step=6)
    kept = staff.account(ACCOUNT.id)
    assert kept is not None
    assert kept.recovery == ("b" * 64,)


def test_a_session_goes_on_from_one_that_stands_and_from_no_other(store: Store) -> None:
    staff = store.records.staff
    staff.begin(SESSION, events=())
    second, third = (replace(SESSION, token_hash=digit * 64) for digit in "de")
    assert staff.begin(second, events=(), instead_of=SESSION.token_hash)
    assert staff.session(SESSION.token_hash) is None
    # Signed out everywhere while the code was being looked at.
    assert staff.end_all(ACCOUNT.actor, events=()) == 1
    assert not staff.begin(third, events=(), instead_of=second.token_hash)
    assert staff.sessions(ACCOUNT.actor) == []


def test_sessions_that_are_over_are_forgotten_when_the_next_one_begins(store: Store) -> None:
    staff = store.records.staff
    staff.begin(SESSION, events=())
    later = replace(SESSION, token_hash="d" * 64, began_at=MOMENT + timedelta(hours=13))
    staff.begin(later, events=())
    assert staff.session(SESSION.token_hash) is None
    assert staff.sessions(ACCOUNT.actor) == [later]


def test_a_rotation_moves_what_is_sealed_of_people(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    create_store(folder, clock=Clock(), actor="quay-1", random_bytes=fixed_bytes, ring=lambda: FIRST)
    with open_store(folder, clock=Clock(), read_only=False, ring=lambda: FIRST) as store:
        store.records.staff.add(ACCOUNT, events=())
        store.records.staff.begin(SESSION, events=())
    raw = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for hidden in (ACCOUNT.login, ACCOUNT.name, ACCOUNT.totp, SESSION.kept):
        assert hidden.encode() not in raw
    with open_store(folder, clock=Clock(), read_only=False, ring=lambda: f"{FIRST}\n{SECOND}") as store:
        # The name space, and three values of people.
        assert store.records.rotate_keys() == 4
    with open_store(folder, clock=Clock(), read_only=False, ring=lambda: SECOND) as store:
        assert store.records.staff.account(ACCOUNT.id) == ACCOUNT
        assert store.records.staff.session(SESSION.token_hash) == SESSION


def test_of_two_administrators_who_demote_each_other_at_one_moment_one_stays(store: Store) -> None:
    staff = store.records.staff
    scopes = replace(SCOPES, roles=frozenset({StaffRole.ADMINISTRATOR}))
    pair = [replace(ACCOUNT, id=f"{number:016x}", login=f"mau.{number}", scopes=scopes) for number in (1, 2)]
    for one in pair:
        assert staff.add(one, events=())

    def demote(one: StaffAccount) -> bool:
        try:
            return staff.change(
                replace(one, scopes=SCOPES),
                {"scopes"},
                events=(),
                end_sessions=False,
                keep_administrator=True,
            )
        except StaffLastError:
            return False

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(demote, pair))
    assert sorted(done) == [False, True]
    left = [one for one in staff.accounts() if StaffRole.ADMINISTRATOR in one.scopes.roles]
    assert len(left) == 1
    with pytest.raises(StaffLastError):
        staff.change(
            replace(left[0], disabled_at=MOMENT),
            {"disabled_at"},
            events=(),
            end_sessions=True,
            keep_administrator=True,
        )
