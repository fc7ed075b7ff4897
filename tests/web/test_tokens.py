"""Tokens of the identity provider: the good ones count, every known trick does not."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.api_errors import CredentialsError, ProviderUnavailableError
from tests.web.conftest import MakeOffice
from tests.web.office import NOW, Caller, Clock, Office
from tests.web.providers import (
    AUDIENCE,
    EC,
    ISSUER,
    OTHER_EC,
    RIGHTS,
    RSA,
    Provider,
    confused,
    jwks_server,
    part,
    unsigned,
)
from web.auth.jwks import (
    FRESH_SECONDS,
    RETRY_SECONDS,
    STALE_SECONDS,
    Jwks,
    NoKeysError,
    fetch_from,
    read_keys,
)
from web.auth.tokens import TokenJudge
from wiring.api_settings import ProviderSettings

SETTINGS = {
    "MOTLAN_OIDC_ISSUER": ISSUER,
    "MOTLAN_OIDC_AUDIENCE": AUDIENCE,
    "MOTLAN_OIDC_JWKS_URL": "https://danh-tinh.mau.example/jwks",
}
WANTED = ProviderSettings(
    issuer=ISSUER, audience=AUDIENCE, jwks_url="", ca=None, claim="motlan", skew_seconds=60, one_time=False
)


def judge(provider: Provider, clock: Clock, wanted: ProviderSettings = WANTED) -> TokenJudge:
    return TokenJudge(
        wanted,
        keys=Jwks(provider.document, clock=lambda: clock.seconds),
        clock=clock,
        reference=lambda text: f"{hash(text) & 0xFFFFFFFFFFFFFFFF:016x}" * 2,
        use_once=lambda _reference, _ends: True,
    )


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.mark.parametrize(("algorithm", "kid"), [("ES256", "ec"), ("RS256", "rsa"), ("PS256", "rsa")])
def test_a_good_token_tells_who_asks_and_how_far_the_rights_reach(
    provider: Provider, clock: Clock, algorithm: str, kid: str
) -> None:
    caller = judge(provider, clock).caller(provider.token(NOW, algorithm=algorithm, kid=kid))
    assert caller.id.startswith("oidc-")
    assert "can-bo-mau-01" not in caller.id
    assert (caller.scopes.role, caller.scopes.offices) == ("one_stop", ("H26",))


def test_several_audiences_and_no_type_are_fine(provider: Provider, clock: Clock) -> None:
    judge(provider, clock).caller(
        provider.token(NOW, aud=["another", AUDIENCE], nbf=None, iat=None, header={"typ": None})
    )


Forge = Callable[[Provider], str]
SOON, LONG_AGO = int(NOW.timestamp()) + 3600, int(NOW.timestamp()) - 3600

FORGED: dict[str, Forge] = {
    "alg none": lambda p: unsigned(p.claims(NOW)),
    "alg None": lambda p: unsigned(p.claims(NOW), algorithm="None"),
    "signature cut off": lambda p: p.token(NOW).rpartition(".")[0] + ".",
    "HMAC with the RSA key": lambda p: confused(p.claims(NOW), RSA.as_pem(private=False), kid="rsa"),
    "HMAC with the EC key": lambda p: confused(p.claims(NOW), EC.as_pem(private=False), kid="ec"),
    "HMAC with the document": lambda p: confused(p.claims(NOW), p.document(), kid="ec"),
    "EC signature, RSA key id": lambda p: p.token(NOW, kid="rsa", key=EC),
    "RSA algorithm, EC key id": lambda p: p.token(NOW, algorithm="RS256", kid="ec", key=RSA),
    "key of a stranger": lambda p: p.token(NOW, key=OTHER_EC),
    "key brought along": lambda p: p.token(
        NOW, key=OTHER_EC, header={"jwk": OTHER_EC.as_dict(private=False)}
    ),
    "address of keys brought along": lambda p: p.token(NOW, header={"jku": "https://la.example/jwks"}),
    "certificate brought along": lambda p: p.token(NOW, header={"x5u": "https://la.example/x"}),
    "unknown key id": lambda p: p.token(NOW, kid="ec2", key=EC),
    "no key id": lambda p: p.token(NOW, key=EC, header={"kid": None}),
    "another type": lambda p: p.token(NOW, header={"typ": "logout+jwt"}),
    "expired": lambda p: p.token(NOW - timedelta(seconds=361)),
    "not yet valid": lambda p: p.token(NOW, nbf=SOON),
    "issued in the future": lambda p: p.token(NOW, iat=SOON),
    "no end": lambda p: p.token(NOW, exp=None),
    "end is a text": lambda p: p.token(NOW, exp=str(SOON)),
    "end is true": lambda p: p.token(NOW, exp=True),
    "begin is a text": lambda p: p.token(NOW, nbf="x"),
    "another issuer": lambda p: p.token(NOW, iss=f"{ISSUER}/"),
    "issuer in a list": lambda p: p.token(NOW, iss=[ISSUER]),
    "no issuer": lambda p: p.token(NOW, iss=None),
    "another audience": lambda p: p.token(NOW, aud="account"),
    "part of the audience": lambda p: p.token(NOW, aud=AUDIENCE[:3]),
    "no audience": lambda p: p.token(NOW, aud=None),
    "no subject": lambda p: p.token(NOW, sub=None),
    "no rights": lambda p: p.token(NOW, motlan=None),
    "unknown role": lambda p: p.token(NOW, motlan={**RIGHTS, "role": "admin"}),
    "offices as a text": lambda p: p.token(NOW, motlan={**RIGHTS, "offices": "*"}),
    "offices as numbers": lambda p: p.token(NOW, motlan={**RIGHTS, "offices": [26]}),
    "claims are a list": lambda p: f"{p.token(NOW).split('.')[0]}.{part([1])}.x",
    "payload exchanged": lambda p: ".".join(
        (p.token(NOW).split(".")[0], part(p.claims(NOW, sub="khac")), p.token(NOW).split(".")[2])
    ),
    "very long": lambda p: p.token(NOW, filler="x" * 9000),
    "encrypted form": lambda _: "a.b.c.d.e",
    "empty": lambda _: "",
    "dots": lambda _: "..",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_proves_nobody(provider: Provider, clock: Clock, name: str) -> None:
    token = FORGED[name](provider)
    with pytest.raises(CredentialsError):
        judge(provider, clock).caller(token)


def test_a_citizens_token_says_how_surely_and_how_lately_they_signed_in(
    provider: Provider, clock: Clock
) -> None:
    wanted = replace(WANTED, token_acr=("loa3",), token_age_seconds=600)
    asked = judge(provider, clock, wanted)
    citizen = {"role": "citizen", "number": "001201000018"}
    signed_in = int(NOW.timestamp()) - 600
    asked.caller(provider.token(NOW, motlan=citizen, acr="loa3", auth_time=signed_in))
    for claims in (
        {"acr": "loa2", "auth_time": signed_in},
        {"auth_time": signed_in},
        {"acr": "loa3"},
        {"acr": "loa3", "auth_time": signed_in - 61},
        {"acr": "loa3", "auth_time": "now"},
    ):
        with pytest.raises(CredentialsError):
            asked.caller(provider.token(NOW, motlan=citizen, **claims))
    # A machine comes by the credentials of its client.
    assert asked.caller(provider.token(NOW)).scopes.role == "one_stop"


def test_clocks_may_differ_by_as_much_as_the_settings_say(provider: Provider, clock: Clock) -> None:
    at = int(NOW.timestamp())
    good = judge(provider, clock)
    good.caller(provider.token(NOW, exp=at - 59))
    good.caller(provider.token(NOW, nbf=at + 60, iat=at + 60))
    for late in (
        provider.token(NOW, exp=at - 60),
        provider.token(NOW, nbf=at + 61),
        provider.token(NOW, iat=at + 61),
    ):
        with pytest.raises(CredentialsError):
            good.caller(late)


@given(text=st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]*"))
def test_no_text_breaks_the_judge(text: str) -> None:
    with pytest.raises(CredentialsError):
        judge(Provider(), Clock()).caller(text)


# --- keys of the provider


def test_a_symmetric_or_weak_key_in_the_document_never_counts(provider: Provider) -> None:
    provider.extra = [
        {"kty": "oct", "kid": "oct", "k": part("secret"), "alg": "HS256"},
        {"kty": "oct", "kid": "oct2", "k": part("secret")},
        {"kty": "EC", "kid": "enc", **EC.as_dict(private=False), "use": "enc"},
        {"kty": "new", "kid": "new"},
        {"kid": 7},
        "nothing",  # type: ignore[list-item]  # strangers send anything
    ]
    assert set(read_keys(provider.document())) == {("rsa", "RS256"), ("rsa", "PS256"), ("ec", "ES256")}


def test_a_key_serves_the_algorithm_it_names_and_no_other(provider: Provider) -> None:
    provider.keys = {}
    provider.extra = [{**RSA.as_dict(private=False), "kid": "only", "alg": "PS256"}]
    assert set(read_keys(provider.document())) == {("only", "PS256")}


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": []}' + b" " * 300_000])
def test_what_is_no_document_of_keys_is_refused(document: bytes) -> None:
    with pytest.raises(NoKeysError):
        read_keys(document)


def test_keys_are_fetched_once_kept_and_fetched_again_when_they_rotate(
    provider: Provider, clock: Clock
) -> None:
    good = judge(provider, clock)
    for _ in range(3):
        good.caller(provider.token(NOW))
    assert provider.fetched == 1
    provider.keys = {"new": OTHER_EC}
    clock.tick(RETRY_SECONDS)
    good.caller(provider.token(NOW, kid="new"))
    assert provider.fetched == 2
    with pytest.raises(CredentialsError):
        good.caller(provider.token(NOW, kid="ec", key=EC))


def test_unknown_key_ids_do_not_make_us_hammer_the_provider(provider: Provider, clock: Clock) -> None:
    good = judge(provider, clock)
    for number in range(20):
        with pytest.raises(CredentialsError):
            good.caller(provider.token(NOW, kid=f"x{number}", key=EC))
    assert provider.fetched == 1


def test_keys_count_on_while_the_provider_is_down_but_not_for_ever(provider: Provider, clock: Clock) -> None:
    keys = Jwks(provider.document, clock=lambda: clock.seconds)
    assert keys.key("ec", "ES256") is not None
    provider.down = True
    clock.tick(FRESH_SECONDS + 1)
    assert keys.key("ec", "ES256") is not None
    clock.tick(STALE_SECONDS)
    with pytest.raises(ProviderUnavailableError):
        keys.key("ec", "ES256")


def test_who_has_a_key_already_does_not_wait_for_a_slow_provider(provider: Provider, clock: Clock) -> None:
    asked, going_on = threading.Event(), threading.Event()

    def slow() -> bytes:
        if provider.fetched:
            asked.set()
            assert going_on.wait(20)
        return provider.document()

    keys = Jwks(slow, clock=lambda: clock.seconds)
    known = keys.key("ec", "ES256")
    clock.tick(RETRY_SECONDS)
    waiting = threading.Thread(target=keys.key, args=("unknown", "ES256"))
    waiting.start()
    assert asked.wait(20)
    assert keys.key("ec", "ES256") is known
    clock.tick(FRESH_SECONDS)
    assert keys.key("ec", "ES256") is known
    going_on.set()
    waiting.join(20)
    assert not waiting.is_alive()


def test_keys_come_from_an_address_within_bounds_and_without_detours(provider: Provider) -> None:
    with jwks_server(provider) as address:
        assert json.loads(fetch_from(f"{address}/jwks", None)())["keys"]
        for path in ("moved", "endless"):
            with pytest.raises(NoKeysError):
                fetch_from(f"{address}/{path}", None)()


# --- over HTTP


@pytest.fixture
def asked(make_office: MakeOffice, provider: Provider) -> Iterator[tuple[Office, Caller]]:
    office = make_office(**SETTINGS, MOTLAN_OIDC_ONE_TIME="true")
    client = office.serve(provider.document)
    yield office, client
    client.close()


def test_a_one_time_token_counts_once(asked: tuple[Office, Caller], provider: Provider) -> None:
    _, client = asked
    token = {"Authorization": f"Bearer {provider.token(NOW, jti='mot-lan')}"}
    body = {"code": "H26.5.12-261120-0001", "procedure": "1.004222", "owner": "011190000001"}
    assert client.post("/v1/dossiers", headers=token, json=body).status_code == 201
    again = client.post("/v1/dossiers", headers=token, json=body)
    assert (again.status_code, again.json()["code"]) == (401, "access.credentials")
    nameless = {"Authorization": f"Bearer {provider.token(NOW)}"}
    assert client.post("/v1/dossiers", headers=nameless, json=body).status_code == 401


def test_without_keys_of_the_provider_tokens_wait_and_own_keys_go_on(
    asked: tuple[Office, Caller], provider: Provider
) -> None:
    office, client = asked
    provider.down = True
    token = {"Authorization": f"Bearer {provider.token(NOW, jti='1')}"}
    told = client.get("/v1/dossiers/H26.5.12-261120-0001", headers=token)
    assert (told.status_code, told.json()["code"]) == (503, "access.provider")
    assert int(told.headers["Retry-After"]) > 0
    own = client.get("/v1/dossiers/H26.5.12-261120-0001", headers=office.key())
    assert own.status_code == 403
