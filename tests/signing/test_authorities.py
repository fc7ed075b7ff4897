"""Several timestamp authorities over HTTP: who is asked, who is believed, who is left alone and how long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from dossier.errors import SettingsError
from signing.demo import DemoPki, ensure_demo_pki
from signing.timestamps import TOKEN_BYTES, HttpTimestampAuthority, TimestampAuthorities, read_chain
from tests.signing.conftest import NOW, clock
from tests.signing.tsa_servers import Manner, Service, served

DIGEST = bytes(range(32))


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def stamping(source: TimestampAuthorities) -> Iterator[Callable[[int], list[cms.ContentInfo]]]:
    """Stamps so many digests together, in one event loop."""
    runner = asyncio.Runner()

    async def together(count: int) -> list[cms.ContentInfo]:
        client = source.client()
        return await asyncio.gather(*(client.async_timestamp(DIGEST, "sha256") for _ in range(count)))

    async def close() -> None:
        await source.client().aclose()

    with runner:
        yield lambda count: runner.run(together(count))
        runner.run(close())


def authorities(
    pki: DemoPki,
    *services: Service,
    at: Callable[[], datetime] = clock,
    timeout_s: int = 60,
    at_once: int = 4,
) -> TimestampAuthorities:
    return TimestampAuthorities(
        tuple(
            HttpTimestampAuthority(
                url=service.url,
                chain=pki.timestamp_authority().chain,
                timeout_s=timeout_s,
                at_once=at_once,
            )
            for service in services
        ),
        clock=at,
        revocation=pki,
        chance=lambda: 0.0,
    )


def test_the_first_authority_is_asked_and_no_stamp_is_fetched_for_nothing(pki: DemoPki) -> None:
    key = pki.timestamp_authority()
    with served(key, clock=clock) as first, served(key, clock=clock) as second:
        source = authorities(pki, first, second)
        assert source.token_bytes == TOKEN_BYTES
        with stamping(source) as stamp:
            tokens = stamp(1) + stamp(1)
    assert (first.asked, second.asked) == (2, 0)
    assert source.token_bytes == max(len(token.dump()) for token in tokens)
    info = tokens[0]["content"]["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == DIGEST


@pytest.mark.parametrize(
    ("manner", "fault"),
    [
        ("down", "http_503"),
        ("garbage", "not_a_token"),
        ("refuses", "refused"),
        ("html", "media_type"),
        ("redirect", "http_302"),
        ("endless", "too_large"),
    ],
)
def test_the_next_authority_stands_in_for_one_that_gives_no_token(
    pki: DemoPki, manner: Manner, fault: str
) -> None:
    key = pki.timestamp_authority()
    with served(key, clock=clock, manner=manner) as first, served(key, clock=clock) as second:
        source = authorities(pki, first, second)
        with stamping(source) as stamp:
            assert len(stamp(1)) == 1
    assert (first.asked, second.asked) == (1, 1)
    assert [health.fault for health in source.health] == [fault, ""]


def test_one_that_does_not_answer_in_time_is_given_up(pki: DemoPki) -> None:
    key = pki.timestamp_authority()
    with served(key, clock=clock, manner="silent") as first, served(key, clock=clock) as second:
        source = authorities(pki, first, second, timeout_s=1)
        with stamping(source) as stamp:
            assert len(stamp(1)) == 1
    assert source.health[0].fault == "timeout"


def test_the_token_of_an_authority_that_nobody_trusts_is_not_used(pki: DemoPki, tmp_path: Path) -> None:
    stranger = ensure_demo_pki(tmp_path / "other", now=NOW - timedelta(hours=1)).timestamp_authority()
    with served(stranger, clock=clock) as first, served(pki.timestamp_authority(), clock=clock) as second:
        source = authorities(pki, first, second)
        with stamping(source) as stamp:
            (token,) = stamp(1)
    assert source.health[0].fault == "not_trusted"
    signer = token["content"]["signer_infos"][0]["sid"].chosen["serial_number"].native
    assert signer == pki.timestamp_authority().certificate.serial_number


def test_a_key_that_is_none_of_an_authority_gives_no_stamps(pki: DemoPki) -> None:
    with served(pki.organisation(), clock=clock) as service:
        source = authorities(pki, service)
        with stamping(source) as stamp, pytest.raises(TimestampRequestError):
            stamp(1)
    assert source.health[0].fault == "not_trusted"


def test_an_earlier_token_is_no_answer_to_a_new_request(pki: DemoPki) -> None:
    with served(pki.timestamp_authority(), clock=clock, manner="replays") as service:
        source = authorities(pki, service)
        with stamping(source) as stamp:
            stamp(1)
            with pytest.raises(TimestampRequestError):
                stamp(1)
    assert source.health[0].fault == "nonce"


def test_an_authority_whose_clock_is_days_off_is_not_believed(pki: DemoPki) -> None:
    with served(pki.timestamp_authority(), clock=lambda: NOW - timedelta(days=3)) as service:
        source = authorities(pki, service)
        with stamping(source) as stamp, pytest.raises(TimestampRequestError):
            stamp(1)
    assert source.health[0].fault == "time"


def test_one_that_failed_is_left_alone_longer_each_time_and_then_asked_again(pki: DemoPki) -> None:
    hands = Hands()
    with served(pki.timestamp_authority(), clock=clock, manner="down") as service:
        source = authorities(pki, service, at=hands)
        with stamping(source) as stamp:
            waits = []
            for _ in range(3):
                with pytest.raises(TimestampRequestError):
                    stamp(1)
                asked = service.asked
                with pytest.raises(TimestampRequestError):
                    stamp(1)
                assert service.asked == asked
                until = source.health[0].until
                assert until is not None
                waits.append((until - hands.now).total_seconds())
                hands.now = until
            service.manner = "good"
            assert len(stamp(1)) == 1
    assert waits == [7.5, 15.0, 30.0]
    assert source.health[0].failures == 0


def test_requests_that_fail_together_are_one_failure(pki: DemoPki) -> None:
    with served(pki.timestamp_authority(), clock=clock, manner="down") as service:
        source = authorities(pki, service)
        with stamping(source) as stamp, pytest.raises(TimestampRequestError):
            stamp(4)
    assert source.health[0].failures == 1


def test_no_more_stamps_are_asked_for_together_than_the_setting_says(pki: DemoPki) -> None:
    with (
        served(pki.timestamp_authority(), clock=clock) as service,
        stamping(authorities(pki, service, at_once=2)) as stamp,
    ):
        assert len(stamp(12)) == 12
    assert service.asked == 12
    assert service.together <= 2


def test_chains_are_read_from_files_and_what_is_no_certificate_is_named(pki: DemoPki, tmp_path: Path) -> None:
    both = tmp_path / "chain.pem"
    both.write_bytes((pki.folder / "issuing.pem").read_bytes() + pki.root_certificate.read_bytes())
    assert read_chain([both]) == pki.timestamp_authority().chain
    bad = tmp_path / "bad.pem"
    bad.write_text("không phải chứng thư số", encoding="utf-8")
    for path in (bad, tmp_path / "missing.pem"):
        with pytest.raises(SettingsError, match=path.name):
            read_chain([path])


def test_a_password_in_an_address_and_a_missing_file_of_authorities_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        HttpTimestampAuthority(url="https://a:b@tsa.example", chain=())
    with pytest.raises(SettingsError):
        HttpTimestampAuthority(url="https://tsa.example", chain=(), tls_ca=tmp_path / "missing.pem")
    with pytest.raises(SettingsError):
        TimestampAuthorities((), clock=clock, revocation=ensure_demo_pki(tmp_path / "pki", now=NOW))
