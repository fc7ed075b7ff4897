"""Who proved themselves a moment ago is known for some seconds, and not a second longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dossier.admission import Role, Scopes
from flows.admission import keys, revoke_key
from tests.web.conftest import MakeOffice
from tests.web.office import DOSSIER, NOW, Clock
from tests.web.providers import PROVIDED, Provider
from web.auth.caller import Caller
from web.auth.jwks import FRESH_SECONDS
from web.auth.known import KNOWN_SECONDS, KnownCallers

PATH = f"/v1/dossiers/{DOSSIER}"
SCOPES = Scopes(role=Role.ONE_STOP, offices=("H26",))


def known(clock: Clock, *, most: int = 10) -> KnownCallers:
    return KnownCallers(clock=clock, seconds=lambda: clock.seconds, most=most)


def caller(name: str, *, ends: float | None = 3600) -> Caller:
    return Caller(name, SCOPES, ends_at=None if ends is None else NOW + timedelta(seconds=ends))


def test_a_proof_is_remembered_for_some_seconds(clock: Clock) -> None:
    callers = known(clock)
    callers.keep("Bearer a", caller("key-a"))
    clock.tick(KNOWN_SECONDS / 2 - 0.1)
    found = callers.find("Bearer a")
    assert found is not None
    assert found.id == "key-a"
    assert callers.find("Bearer b") is None
    clock.tick(KNOWN_SECONDS / 2 + 0.1)
    assert callers.find("Bearer a") is None


def test_proofs_of_one_moment_end_at_many(clock: Clock) -> None:
    callers = known(clock, most=200)
    headers = [f"Bearer {number}" for number in range(200)]
    for header in headers:
        callers.keep(header, caller("key-a"))
    clock.tick(KNOWN_SECONDS / 2 - 0.01)
    assert all(callers.find(header) is not None for header in headers)
    clock.tick(KNOWN_SECONDS / 4)
    assert 60 <= sum(callers.find(header) is not None for header in headers) <= 140
    clock.tick(KNOWN_SECONDS / 4 + 0.01)
    assert sum(callers.find(header) is not None for header in headers) == 0


@pytest.mark.parametrize("ends", [None, 0, 1])
def test_nobody_is_known_beyond_the_end_of_what_they_hold(clock: Clock, ends: float | None) -> None:
    callers = known(clock)
    callers.keep("Bearer a", caller("key-a", ends=ends))
    clock.tick(1)
    assert callers.find("Bearer a") is None


def test_only_so_many_are_remembered_and_never_what_they_sent(clock: Clock) -> None:
    callers = known(clock, most=2)
    for name in ("a", "b", "c"):
        callers.keep(f"Bearer secret-{name}", caller(f"key-{name}"))
    assert [callers.find(f"Bearer secret-{name}") is not None for name in ("a", "b", "c")] == [
        False,
        True,
        True,
    ]
    assert "secret" not in repr(vars(callers))


def test_a_revoked_key_counts_for_a_few_seconds_at_most(make_office: MakeOffice, clock: Clock) -> None:
    office = make_office()
    client = office.serve()
    key = office.key()
    assert client.get(PATH, headers=key).status_code == 403
    revoke_key(office.services, keys(office.services)[0].id)
    clock.tick(KNOWN_SECONDS)
    assert client.get(PATH, headers=key).status_code == 401
    client.close()


def test_a_token_whose_key_the_provider_withdrew_counts_no_longer_than_its_keys_are_kept(
    make_office: MakeOffice, clock: Clock
) -> None:
    office, provider = make_office(**PROVIDED), Provider()
    client = office.serve(provider.document)
    token = {"Authorization": f"Bearer {provider.token(NOW, exp=int(NOW.timestamp()) + 3600)}"}
    assert client.get(PATH, headers=token).status_code == 403
    del provider.keys["ec"]
    clock.tick(FRESH_SECONDS + KNOWN_SECONDS)
    assert client.get(PATH, headers=token).status_code == 401
    client.close()


def test_a_token_that_counts_once_is_not_remembered(make_office: MakeOffice, clock: Clock) -> None:
    office, provider = make_office(**PROVIDED, MOTLAN_OIDC_ONE_TIME="true"), Provider()
    client = office.serve(provider.document)
    token = {"Authorization": f"Bearer {provider.token(clock(), jti='once')}"}
    assert [client.get(PATH, headers=token).status_code for _ in range(2)] == [403, 401]
    client.close()
