"""Keys on PKCS#11 tokens: every signature comes, whatever happens to the plug; a wrong PIN is tried once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import Mechanism

from dossier.errors import KeyUnusableError, PinRefusedError, TokenMissingError
from signing.demo import DemoPki
from signing.key_checks import check_key
from signing.schemes import fits
from signing.signer import DocumentSigner
from signing.token_key import TokenChoice, TokenKey, open_token_key, shown_certificate
from signing.token_owner import LOOK_EVERY_S, TokenOwner
from signing.token_session import TokenDriver, TokenKeyKind, TriesLeft, best_scheme
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing import tokens
from tests.signing.conftest import NOW, Files, setup_of
from tests.signing.issued import Issued, issue, rsa_key

pytestmark = pytest.mark.skipif(not tokens.MODULE.exists(), reason="SoftHSM2 is not installed (softhsm2)")


@dataclass(frozen=True)
class Tokens:
    """What lies on the tokens of this session."""

    rsa: Issued
    curve: Issued


@pytest.fixture(scope="session")
def held(pki: DemoPki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tokens]:
    folder = tmp_path_factory.mktemp("softhsm")
    found = Tokens(issue(pki, rsa_key()), issue(pki, ec.generate_private_key(ec.SECP256R1())))
    with tokens.softhsm(folder):
        tokens.make_token(folder, "rsa", ("ky", found.rsa))
        tokens.make_token(folder, "curve", ("ky", found.curve))
        tokens.make_token(folder, "two", ("mot", found.rsa), ("hai", found.curve))
        tokens.make_token(folder, "bare", ("ky", found.rsa), with_key=False)
        yield found


class Waiting:
    """A clock that only moves while somebody waits, and remembers how often."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)


def owner_of(driver: TokenDriver, *, pin: str = tokens.PIN, wait: Waiting | None = None) -> TokenOwner:
    wait = wait or Waiting()
    return TokenOwner(driver, item="officer", pin=lambda: pin, wait_s=10, clock=wait.clock, pause=wait.pause)


@pytest.fixture
def opened(held: Tokens) -> Iterator[list[TokenOwner]]:
    owners: list[TokenOwner] = []
    yield owners
    for owner in owners:
        owner.close()


def key_on(opened: list[TokenOwner], driver: TokenDriver, choice: TokenChoice | None = None) -> TokenKey:
    opened.append(owner_of(driver))
    return open_token_key(opened[-1], choice or TokenChoice(), item="officer")


def test_an_rsa_token_signs_with_pss_and_a_salt_of_32_bytes(
    held: Tokens, opened: list[TokenOwner], pki: DemoPki
) -> None:
    opened.append(owner_of(tokens.driver("rsa")))
    key = open_token_key(opened[-1], TokenChoice(), item="officer", above=held.rsa.chain)
    signature = key.sign(b"data")
    assert (key.scheme, len(signature), key.signature_size) == ("rsa-pss", 256, 256)
    assert key.certificate == held.rsa.certificate
    assert key.chain == held.rsa.chain
    assert fits(held.rsa.certificate, "rsa-pss", data=b"data", signature=signature)
    check_key(key, at=NOW, crls=pki.crls(now=NOW))


def test_an_elliptic_token_signs_in_der_that_fits_the_reserved_size(
    held: Tokens, opened: list[TokenOwner]
) -> None:
    key = key_on(opened, tokens.driver("curve"))
    signature = key.sign(b"data")
    assert key.scheme == "ecdsa"
    assert signature[0] == 0x30
    assert len(signature) <= key.signature_size
    assert fits(held.curve.certificate, "ecdsa", data=b"data", signature=signature)


@pytest.mark.parametrize(
    ("mechanisms", "scheme"),
    [
        ({Mechanism.RSA_PKCS, Mechanism.SHA256_RSA_PKCS}, "rsa-pkcs1"),
        ({Mechanism.RSA_PKCS, Mechanism.RSA_PKCS_PSS}, "rsa-pss"),
        ({Mechanism.SHA256_RSA_PKCS_PSS}, "rsa-pss"),
    ],
)
def test_pss_is_taken_where_the_token_lists_it(mechanisms: set[Mechanism], scheme: str) -> None:
    listed = frozenset(int(one) for one in mechanisms)
    assert best_scheme(TokenKeyKind(elliptic=False, mechanisms=listed)) == scheme
    assert best_scheme(TokenKeyKind(elliptic=True, mechanisms=listed)) == "ecdsa"


def test_a_token_signs_with_pkcs1_when_told_to(held: Tokens, opened: list[TokenOwner]) -> None:
    key = key_on(opened, tokens.driver("rsa"), TokenChoice(scheme="rsa-pkcs1"))
    assert fits(held.rsa.certificate, "rsa-pkcs1", data=b"data", signature=key.sign(b"data"))
    with pytest.raises(KeyUnusableError, match="scheme"):
        key_on(opened, tokens.driver("curve"), TokenChoice(scheme="rsa-pkcs1"))


def test_the_pin_is_asked_once_for_a_batch_from_many_threads(held: Tokens) -> None:
    asked: list[str] = []

    def pin() -> str:
        asked.append("PIN")
        return tokens.PIN

    owner = TokenOwner(tokens.driver("rsa"), item="officer", pin=pin, wait_s=1)
    try:
        key = open_token_key(owner, TokenChoice(), item="officer")
        datas = [b"%d" % number for number in range(24)]
        with ThreadPoolExecutor(4) as pool:
            parts = list(pool.map(key.sign_many, (datas[:12], datas[12:])))
    finally:
        owner.close()
    assert asked == ["PIN"]
    for data, signature in zip(datas, parts[0] + parts[1], strict=True):
        assert fits(held.rsa.certificate, "rsa-pss", data=data, signature=signature)


def test_two_keys_on_one_token_are_told_apart_by_label_or_id(held: Tokens, opened: list[TokenOwner]) -> None:
    assert (
        key_on(opened, tokens.driver("two"), TokenChoice(label="hai")).certificate == held.curve.certificate
    )
    assert key_on(opened, tokens.driver("two"), TokenChoice(id=b"\x01")).certificate == held.rsa.certificate
    with pytest.raises(KeyUnusableError, match="nhiều chứng thư số"):
        key_on(opened, tokens.driver("two"))
    with pytest.raises(KeyUnusableError, match="không tìm thấy"):
        key_on(opened, tokens.driver("two"), TokenChoice(label="ba"))


def test_a_certificate_without_its_key_is_an_error(held: Tokens, opened: list[TokenOwner]) -> None:
    with pytest.raises(KeyUnusableError, match="không có khóa riêng"):
        key_on(opened, tokens.driver("bare"), TokenChoice(label="ky"))


def test_a_wrong_pin_reaches_the_token_once_and_is_never_shown(held: Tokens) -> None:
    driver = tokens.PulledDriver(tokens.driver("rsa"))
    owner = owner_of(driver, pin="19001900")
    try:
        for _ in range(3):
            with pytest.raises(PinRefusedError) as caught:
                open_token_key(owner, TokenChoice(), item="officer")
            assert "sai mã PIN" in caught.value.sentence()
            assert "19001900" not in repr(owner) + repr(caught.value) + caught.value.cause
    finally:
        owner.close()
    assert driver.opened == 1


@pytest.mark.parametrize(
    "lost",
    [
        pkcs11.SessionHandleInvalid,
        pkcs11.DeviceRemoved,
        pkcs11.TokenNotPresent,
        pkcs11.UserNotLoggedIn,
        pkcs11.GeneralError,
    ],
)
def test_a_token_pulled_twice_loses_no_signature_of_a_batch(
    lost: type[Exception], held: Tokens, opened: list[TokenOwner]
) -> None:
    driver = tokens.PulledDriver(tokens.driver("rsa"), signing={3: lost(), 9: lost()})
    key = key_on(opened, driver)
    datas = [b"%d" % number for number in range(10)]
    signatures = key.sign_many(datas)
    assert driver.opened == 3
    assert driver.signed == 12
    for data, signature in zip(datas, signatures, strict=True):
        assert fits(held.rsa.certificate, "rsa-pss", data=data, signature=signature)


def test_a_token_that_comes_back_in_time_is_waited_for(held: Tokens, opened: list[TokenOwner]) -> None:
    away: dict[int, Exception] = {number: pkcs11.NoSuchToken() for number in range(2, 7)}
    driver = tokens.PulledDriver(tokens.driver("rsa"), signing={1: pkcs11.DeviceRemoved()}, opening=away)
    wait = Waiting()
    opened.append(owner_of(driver, wait=wait))
    key = open_token_key(opened[-1], TokenChoice(), item="officer")
    assert fits(held.rsa.certificate, "rsa-pss", data=b"data", signature=key.sign(b"data"))
    assert wait.pauses == [LOOK_EVERY_S] * 5


def test_a_token_that_stays_away_is_given_up_and_found_again_by_the_next_call(
    held: Tokens, opened: list[TokenOwner]
) -> None:
    away: dict[int, Exception] = {number: pkcs11.NoSuchToken() for number in range(2, 24)}
    driver = tokens.PulledDriver(tokens.driver("rsa"), signing={1: pkcs11.DeviceRemoved()}, opening=away)
    wait = Waiting()
    opened.append(owner_of(driver, wait=wait))
    key = open_token_key(opened[-1], TokenChoice(), item="officer")
    with pytest.raises(TokenMissingError, match="officer"):
        key.sign(b"data")
    assert wait.now == 10
    assert fits(held.rsa.certificate, "rsa-pss", data=b"data", signature=key.sign(b"data"))


def test_a_token_that_was_never_there_is_told_at_once(held: Tokens, opened: list[TokenOwner]) -> None:
    wait = Waiting()
    opened.append(owner_of(tokens.driver("khong-co"), wait=wait))
    with pytest.raises(TokenMissingError) as caught:
        open_token_key(opened[-1], TokenChoice(), item="officer")
    assert "chưa cắm" in caught.value.sentence()
    assert wait.pauses == []


def test_another_token_with_the_same_label_is_noticed(held: Tokens, opened: list[TokenOwner]) -> None:
    key = key_on(opened, tokens.driver("rsa"))
    swapped = replace(key, certificate=held.curve.certificate)
    with pytest.raises(KeyUnusableError, match="không khớp"):
        swapped.sign(b"data")


def test_a_child_process_opens_a_session_of_its_own(held: Tokens, opened: list[TokenOwner]) -> None:
    key = key_on(opened, tokens.driver("rsa"))
    key.sign(b"before")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(write, key.sign(b"data"))
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        signature = stream.read()
    assert os.waitpid(child, 0)[1] == 0
    assert fits(held.rsa.certificate, "rsa-pss", data=b"data", signature=signature)
    assert fits(held.rsa.certificate, "rsa-pss", data=b"after", signature=key.sign(b"after"))


@pytest.mark.parametrize("scheme", ["rsa-pss", "rsa-pkcs1"])
def test_a_paper_signed_by_a_token_passes_verification(
    scheme: str, held: Tokens, pki: DemoPki, files: Files, trust: TrustStore
) -> None:
    out = files.plain.with_name(f"{scheme}.pdf")
    owner = owner_of(tokens.driver("rsa"))
    try:
        choice = TokenChoice(scheme=scheme)  # type: ignore[arg-type]
        key = open_token_key(owner, choice, item="officer", above=held.rsa.chain)
        with DocumentSigner(replace(setup_of(pki), officer=key)) as signer:
            signer.sign_as_officer(files.plain, out, at=NOW, item="a.pdf")
    finally:
        owner.close()
    assert verify_file(out, trust=trust, at=NOW).conclusion == "passed"


def test_a_token_tells_that_a_pin_was_wrong_and_shows_certificates_to_everybody(held: Tokens) -> None:
    driver = tokens.driver("rsa")
    driver.open(tokens.PIN).close()  # a wrong PIN of another test is forgotten by the token
    assert driver.tries_left() is TriesLeft.UNTOLD
    with pytest.raises(PinRefusedError, match="sai mã PIN"):
        owner_of(driver, pin="11111111").call(lambda session, _: session.certificates())
    assert driver.tries_left() in {TriesLeft.LOW, TriesLeft.UNTOLD}
    assert [one.certificate for one in driver.shown()] == [held.rsa.certificate]
    assert shown_certificate(tokens.driver("curve"), TokenChoice()) == held.curve.certificate
    assert shown_certificate(tokens.driver("two"), TokenChoice()) is None
    assert shown_certificate(tokens.driver("nobody"), TokenChoice()) is None
    driver.open(tokens.PIN).close()


def test_a_driver_that_proves_pins_refuses_a_token_that_is_logged_in(held: Tokens) -> None:
    session = tokens.driver("rsa").open(tokens.PIN)
    proving = replace(tokens.driver("rsa"), proves_pin=True)
    with pytest.raises(KeyUnusableError, match="dùng để ký việc khác"):
        owner_of(proving).call(lambda one, _: one.certificates())
    session.close()
    owner = owner_of(proving)
    assert owner.call(lambda one, _: len(one.certificates())) == 1
    owner.close()
