"""People at the station of several machines on one database: counted together, signed in and out together."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from dossier.admission import FieldScope
from dossier.staff import StaffRole, StaffScopes, Stage
from dossier.staff_errors import SignInError, SignInLockedError
from flows.staff import sessions, sign_in
from flows.staff.accounts import add_account, disable
from flows.staff.passwords import Passwords
from tests.office.office import Office
from wiring.services import Services

SCOPES = StaffScopes(
    roles=frozenset({StaffRole.ONE_STOP}), offices=("H26",), procedures=("*",), fields=FieldScope.BASIC
)
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def machines(office: Office) -> Iterator[tuple[Services, Services]]:
    """Two machines that serve the same store."""
    with office.services() as first:
        first.create()
        data = Path(f"{office.data}-2")
        data.mkdir()
        shutil.copy(office.data / "store.key", data)
        with Services(replace(first.settings, data=data)) as second:
            second.create()
            yield first, second


def test_guesses_at_two_machines_are_counted_together(machines: tuple[Services, Services]) -> None:
    add_account(machines[0], "mau.cua", "Mẫu Văn Cửa", SCOPES, passwords=CHEAP)

    def guess(number: int) -> type[Exception]:
        try:
            sign_in.enter(
                machines[number % 2], "mau.cua", "sai", peer=f"{number}", passwords=CHEAP, before=None
            )
        except (SignInError, SignInLockedError) as error:
            return type(error)
        raise AssertionError("a wrong password let somebody in")

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(guess, range(24)))
    assert told.count(SignInError) == 5
    assert told.count(SignInLockedError) == 19


def test_a_session_of_one_machine_counts_at_the_other_until_it_ends(
    machines: tuple[Services, Services],
) -> None:
    first, second = machines
    made = add_account(first, "mau.cua", "Mẫu Văn Cửa", SCOPES, passwords=CHEAP)
    held = sign_in.enter(first, "mau.cua", made.password, peer="203.0.113.7", passwords=CHEAP, before=None)
    assert held.session.stage is Stage.PASSWORD
    found = sessions.find(second, held.token)
    assert found is not None
    person = sessions.person_of(second, found.session)
    assert person is not None
    assert (person.actor, person.name) == (made.account.actor, "Mẫu Văn Cửa")
    disable(second, made.account)
    assert sessions.find(first, held.token) is None
