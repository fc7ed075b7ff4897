"""Keys at signing services, asked over real HTTPS: one confirmation for a batch, clear words on failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Literal

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.responses import StreamingResponse

from dossier.errors import (
    KeyUnusableError,
    SettingsError,
    SigningDeclinedError,
    SigningError,
    SigningExpiredError,
    SigningServiceError,
    SigningWaitingError,
)
from signing.demo import DemoPki
from signing.key_checks import check_key
from signing.remote.confirming import ConfirmedKey, Patience
from signing.remote.csc import CscAccount, open_csc_key
from signing.remote.hash_api import HashApiAccount, open_hash_api_key
from signing.remote.https import HttpsService
from signing.schemes import fits
from tests.signing.conftest import NOW
from tests.signing.issued import Issued, issue, rsa_key
from tests.signing.servers import csc, hash_api
from tests.signing.servers.https import Served, serving

Api = Literal["v1", "v2"]
DATAS = [b"mot", b"hai", b"ba"]


class Hours:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now = NOW
        self.pauses: list[float] = []

    def clock(self) -> datetime:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.pauses.append(seconds)


@pytest.fixture(scope="module")
def person(pki: DemoPki) -> Issued:
    return issue(pki, rsa_key(number=1))


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(serving(app, tmp_path))


def service_at(served: Served, hours: Hours, **changes: object) -> HttpsService:
    made = HttpsService(
        item="officer", base_url=served.url, ca_file=served.ca_file, timeout_s=20, pause=hours.pause
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def csc_account(served: Served, hours: Hours, *, api: Api = "v1", wait_s: float = 20) -> CscAccount:
    return CscAccount(
        service=service_at(served, hours),
        api=api,
        client_id=csc.CLIENT,
        client_secret=lambda: csc.SECRET,
        user_id=csc.USER,
        profile_id="ho-so-mau",
        patience=Patience(wait_s=wait_s, clock=hours.clock, pause=hours.pause),
    )


def hash_account(served: Served, hours: Hours, *, wait_s: float = 60) -> HashApiAccount:
    return HashApiAccount(
        service=service_at(served, hours),
        sp_id=hash_api.SP,
        sp_password=lambda: hash_api.PASSWORD,
        user_id=hash_api.USER,
        patience=Patience(wait_s=wait_s, clock=hours.clock, pause=hours.pause),
    )


def assert_signed(key: ConfirmedKey, issued: Issued, signatures: list[bytes]) -> None:
    assert len(signatures) == len(DATAS)
    for data, signature in zip(DATAS, signatures, strict=True):
        assert fits(issued.certificate, key.scheme, data=data, signature=signature)


# --- CSC -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_batch_at_a_csc_service_is_one_authorisation_and_one_signhash(
    api: Api, person: Issued, pki: DemoPki, hours: Hours, start: Callable[..., Served]
) -> None:
    how = csc.Behaviour()
    key = open_csc_key(csc_account(start(csc.make_app(person, how)), hours, api=api), item="officer")
    assert isinstance(key, ConfirmedKey)
    assert (key.scheme, key.chain, key.at_once) == ("rsa-pss", person.chain, 100)
    check_key(key, at=NOW, crls=pki.crls(now=NOW))
    assert_signed(key, person, key.sign_many(DATAS))
    assert len(how.asked("credentials/authorize")) == len(how.asked("signatures/signHash")) == 1
    assert how.asked("credentials/authorize")[0]["numSignatures"] == 3
    assert len(how.asked("login")) == 1


def test_a_service_that_signs_few_at_once_is_asked_more_often(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    how = csc.Behaviour(multisign=2)
    key = open_csc_key(csc_account(start(csc.make_app(person, how)), hours), item="officer")
    assert_signed(key, person, key.sign_many(DATAS))
    assert [body["numSignatures"] for body in how.asked("credentials/authorize")] == [2, 1]


@pytest.mark.parametrize(
    ("listed", "scheme"),
    [((csc.PKCS1,), "rsa-pkcs1"), (("1.2.840.113549.1.1.1",), "rsa-pkcs1"), ((csc.PSS,), "rsa-pss")],
)
def test_the_service_says_how_it_can_sign(
    listed: tuple[str, ...], scheme: str, person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    served = start(csc.make_app(person, csc.Behaviour(algorithms=listed)))
    key = open_csc_key(csc_account(served, hours), item="officer")
    assert key.scheme == scheme
    assert_signed(key, person, key.sign_many(DATAS))


def test_an_elliptic_key_at_a_service_signs_in_der(
    pki: DemoPki, hours: Hours, start: Callable[..., Served]
) -> None:
    curve = issue(pki, ec.generate_private_key(ec.SECP256R1()))
    served = start(csc.make_app(curve, csc.Behaviour(algorithms=("1.2.840.10045.4.3.2",))))
    key = open_csc_key(csc_account(served, hours), item="officer")
    assert_signed(key, curve, key.sign_many(DATAS))


@pytest.mark.parametrize(
    ("code", "kind"),
    [("access_denied", SigningDeclinedError), ("authorization_expired", SigningExpiredError)],
)
def test_what_the_phone_said_is_told(
    code: str, kind: type[SigningError], person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    how = csc.Behaviour()
    key = open_csc_key(csc_account(start(csc.make_app(person, how)), hours), item="officer")
    how.authorize_error = code
    with pytest.raises(kind):
        key.sign_many(DATAS)
    assert len(how.asked("credentials/authorize")) == 1


def test_a_phone_that_nobody_answers_is_waited_for_with_a_limit(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    how = csc.Behaviour()
    key = open_csc_key(csc_account(start(csc.make_app(person, how)), hours, wait_s=0.2), item="officer")
    how.confirmed.clear()
    try:
        with pytest.raises(SigningExpiredError):
            key.sign(b"data")
    finally:
        how.confirmed.set()
    assert len(how.asked("credentials/authorize")) == 1


def test_asking_is_not_repeated_after_an_error_but_fetching_is(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    how = csc.Behaviour()
    key = open_csc_key(csc_account(start(csc.make_app(person, how)), hours), item="officer")
    how.broken = {"signatures/signHash": 2}
    assert_signed(key, person, key.sign_many(DATAS))
    assert len(how.asked("signatures/signHash")) == 3
    how.broken = {"credentials/authorize": 1}
    with pytest.raises(SigningServiceError, match="officer"):
        key.sign_many(DATAS)
    assert len(how.asked("credentials/authorize")) == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"leave_out": 1}, "không đủ chữ ký"), ({"wrong_key": True}, "không khớp chứng thư số")],
)
def test_signatures_that_are_missing_or_wrong_are_refused(
    changes: dict[str, object], reason: str, person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    how = replace(csc.Behaviour(), **changes)  # type: ignore[arg-type]
    key = open_csc_key(csc_account(start(csc.make_app(person, how)), hours), item="officer")
    with pytest.raises(KeyUnusableError, match=reason):
        key.sign_many(DATAS)


def test_a_token_that_is_over_is_replaced(person: Issued, hours: Hours, start: Callable[..., Served]) -> None:
    how = csc.Behaviour(token_s=60)
    key = open_csc_key(csc_account(start(csc.make_app(person, how)), hours), item="officer")
    hours.now += timedelta(seconds=61)
    key.sign(b"data")
    assert len(how.asked("login")) == 2


def test_an_account_with_several_keys_must_say_which(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    account = csc_account(start(csc.make_app(person, csc.Behaviour(credentials=("a", "b")))), hours)
    with pytest.raises(KeyUnusableError, match="credential_id"):
        open_csc_key(account, item="officer")
    assert open_csc_key(replace(account, credential_id="b"), item="officer").certificate == person.certificate


def test_a_refused_account_says_so_without_the_words_of_the_service(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    served = start(csc.make_app(person, csc.Behaviour()))
    account = replace(csc_account(served, hours), client_secret=lambda: "sai-bi-mat")
    with pytest.raises(SigningServiceError, match="không chấp nhận tài khoản") as caught:
        open_csc_key(account, item="officer")
    told = repr(caught.value) + caught.value.cause + caught.value.message()
    assert "invalid_client" in caught.value.cause
    assert not any(word in told + repr(account) for word in ("sai-bi-mat", "Nguyễn", csc.USER))


# --- the hash API ----------------------------------------------------------------------------------


def test_a_batch_at_a_hash_api_is_one_request_and_late_signatures_are_waited_for(
    person: Issued, pki: DemoPki, hours: Hours, start: Callable[..., Served]
) -> None:
    how = hash_api.Behaviour(looks=2, late=1)
    key = open_hash_api_key(hash_account(start(hash_api.make_app(person, how)), hours), item="officer")
    assert isinstance(key, ConfirmedKey)
    assert (key.scheme, key.chain) == ("rsa-pkcs1", person.chain)
    check_key(key, at=NOW, crls=pki.crls(now=NOW))
    assert_signed(key, person, key.sign_many(DATAS))
    assert how.calls == ["certificate", "sign", "status", "status", "status", "status"]
    assert hours.pauses == [3.0, 3.0, 3.0]


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        ("USER_REJECTED", SigningDeclinedError),
        ("EXPIRED", SigningExpiredError),
        ("PENDING", SigningWaitingError),
    ],
)
def test_the_end_of_a_request_is_told(
    end: str, kind: type[SigningError], person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    how = hash_api.Behaviour(end=end, looks=1)
    key = open_hash_api_key(hash_account(start(hash_api.make_app(person, how)), hours), item="officer")
    with pytest.raises(kind):
        key.sign(b"data")
    assert how.calls.count("sign") == 1


def test_a_request_that_is_over_by_its_own_time_has_expired(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    how = hash_api.Behaviour(looks=99, lifetime=9)
    key = open_hash_api_key(hash_account(start(hash_api.make_app(person, how)), hours), item="officer")
    with pytest.raises(SigningExpiredError):
        key.sign(b"data")
    assert sum(hours.pauses) == 9


def test_a_status_that_fails_for_a_moment_is_asked_again(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    how = hash_api.Behaviour(broken={"status": 2}, own_ids=True)
    key = open_hash_api_key(hash_account(start(hash_api.make_app(person, how)), hours), item="officer")
    assert_signed(key, person, key.sign_many(DATAS))
    assert how.calls.count("sign") == 1


def test_a_request_whose_answer_was_lost_is_found_again_and_not_sent_twice(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    how = hash_api.Behaviour(lose_answers=1)
    key = open_hash_api_key(hash_account(start(hash_api.make_app(person, how)), hours), item="officer")
    digests = [bytes(32)]
    with pytest.raises(SigningServiceError, match="đang lỗi"):
        key.ask("yeu-cau-1", digests, asked_before=False)
    request = key.ask("yeu-cau-1", digests, asked_before=True)
    collected = key.collect(request, digests)
    assert collected is not None
    assert how.calls.count("sign") == 1


def test_a_request_that_never_arrived_is_sent(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    how = hash_api.Behaviour()
    key = open_hash_api_key(hash_account(start(hash_api.make_app(person, how)), hours), item="officer")
    request = key.ask("yeu-cau-2", [bytes(32)], asked_before=True)
    assert request.ticket == "yeu-cau-2"
    assert how.calls == ["certificate", "status", "sign"]


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (hash_api.Behaviour(garbage=("certificate",)), "không đúng dạng"),
        (hash_api.Behaviour(certificates=2), "serial_number"),
        (hash_api.Behaviour(certificates=0), "không tìm thấy"),
    ],
)
def test_answers_that_cannot_be_used_are_refused(
    how: hash_api.Behaviour, reason: str, person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    account = hash_account(start(hash_api.make_app(person, how)), hours)
    with pytest.raises(SigningError, match=reason):
        open_hash_api_key(account, item="officer")


# --- the connection ---------------------------------------------------------------------------------


def test_a_server_that_nobody_vouches_for_is_not_talked_to(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    how = csc.Behaviour()
    served = start(csc.make_app(person, how))
    account = csc_account(served, hours)
    stranger = replace(account, service=replace(account.service, ca_file=None))
    with pytest.raises(SigningServiceError, match="không kết nối được"):
        open_csc_key(stranger, item="officer")
    assert how.calls == []


def test_a_service_that_is_gone_is_told_after_three_tries(
    person: Issued, hours: Hours, tmp_path: Path
) -> None:
    with serving(csc.make_app(person, csc.Behaviour()), tmp_path) as served:
        account = csc_account(served, hours)
        key = open_csc_key(account, item="officer")
    with pytest.raises(SigningServiceError, match="không kết nối được"):
        key.sign(b"data")
    assert hours.pauses == [0.5, 1.0]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1", "https://", "https://a:b@ky.example", "ftp://ky.example", "ky.example"]
)
def test_only_https_without_an_account_in_the_address_is_taken(url: str) -> None:
    with pytest.raises(SettingsError, match="https"):
        HttpsService(item="officer", base_url=url)


def test_an_answer_larger_than_anything_sensible_is_cut_off(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    app = csc.make_app(person, csc.Behaviour())

    @app.post("/large")
    def large() -> dict[str, str]:
        return {"x": "0" * (9 * 1024 * 1024)}

    with pytest.raises(SigningServiceError, match="quá lớn"):
        service_at(start(app), hours).post("/large", {})


def test_an_answer_that_trickles_is_given_up(
    person: Issued, hours: Hours, start: Callable[..., Served]
) -> None:
    app = csc.make_app(person, csc.Behaviour())

    @app.post("/trickle")
    def trickle() -> StreamingResponse:
        return StreamingResponse(iter([b"{"] + [b" "] * 1000 + [b"}"]))

    ticks = count(step=15.0)
    service = service_at(start(app), hours, clock=lambda: next(ticks))
    with pytest.raises(SigningServiceError, match="không trả lời kịp"):
        service.post("/trickle", {})
