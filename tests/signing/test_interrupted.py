"""Signing that is cut off at any step goes on later: nothing lost, nobody asked twice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from dossier.errors import (
    KeyUnusableError,
    SigningDeclinedError,
    SigningExpiredError,
    SigningRefusedError,
    SigningWaitingError,
    StoreBusyError,
    TimestampUnavailableError,
)
from signing.demo import DemoPki
from signing.file_batch import WORK_FOLDER, only_one, sign_files
from signing.interrupted import InterruptedSigning, Outcome, Paper
from signing.job_state import JobState, read_state, write_state
from signing.keys import SigningKey
from signing.remote.confirming import ConfirmedKey, Patience, Request
from signing.remote.hash_api import HashApiAccount, open_hash_api_key
from signing.remote.https import HttpsService
from signing.schemes import Scheme
from signing.signer import DocumentSigner, SigningSetup
from signing.timestamps import HttpTimestampAuthority
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing.conftest import NOW, setup_of
from tests.signing.issued import Issued, LocalKey, issue
from tests.signing.pdfs import make_pdfa
from tests.signing.servers import hash_api
from tests.signing.servers.https import serving


class KilledError(BaseException):
    """Stands for kill -9: nothing of ours catches it."""


@dataclass
class Phone:
    """A key whose owner confirms on a phone. Dies before or after a step when told to."""

    issued: Issued
    patience: Patience
    at_once: int = 100
    item: str = "officer"
    confirmed: bool = True
    end: Exception | None = None
    die_before_ask: bool = False
    die_after_ask: bool = False
    die_in_collect: bool = False
    wrong: bool = False
    asked: dict[str, int] = field(default_factory=dict)

    @property
    def _local(self) -> LocalKey:
        return LocalKey(self.issued, self.issued.default_scheme)

    @property
    def certificate(self) -> x509.Certificate:
        return self.issued.certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return self.issued.chain

    @property
    def scheme(self) -> Scheme:
        return self._local.scheme

    @property
    def signature_size(self) -> int:
        return self._local.signature_size

    def sign(self, data: bytes) -> bytes:
        return self._local.sign(data)

    def sign_many(self, datas: Sequence[bytes]) -> list[bytes]:
        return self._local.sign_many(list(datas))

    def ask(self, request_id: str, digests: Sequence[bytes], *, asked_before: bool) -> Request:
        assert digests
        if self.die_before_ask:
            raise KilledError
        if not (asked_before and request_id in self.asked):
            self.asked[request_id] = self.asked.get(request_id, 0) + 1
        if self.die_after_ask:
            raise KilledError
        expires = self.patience.clock() + timedelta(minutes=5)
        return Request(id=request_id, ticket=f"ve-{request_id}", expires=expires)

    def collect(self, request: Request, digests: Sequence[bytes]) -> list[bytes] | None:
        if self.die_in_collect:
            raise KilledError
        if self.end:
            raise self.end
        assert request.ticket == f"ve-{request.id}"
        if not self.confirmed:
            return None
        made = [self._over(digest) for digest in digests]
        return made[::-1] if self.wrong else made

    def _over(self, digest: bytes) -> bytes:
        assert isinstance(self.issued.key, ec.EllipticCurvePrivateKey)
        return self.issued.key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))


class Desk:
    """One person's folder, and new processes on it: nothing but the folder is shared by two of them."""

    def __init__(self, setup: SigningSetup, folder: Path) -> None:
        self.setup = setup
        self.now = NOW
        self.inbox, self.out = folder / "in", folder / "out"
        self.inbox.mkdir()
        self.out.mkdir()
        self.papers = [
            Paper(source=make_pdfa(self.inbox / f"{n}.pdf"), name=f"{n}.pdf", item=f"{n}.pdf")
            for n in range(3)
        ]

    def clock(self) -> datetime:
        return self.now

    def run(self, key: SigningKey) -> list[Outcome]:
        setup = replace(self.setup, officer=key, organisation=key, clock=self.clock)
        with DocumentSigner(setup) as signer:
            flow = InterruptedSigning(
                signer, role="officer", work=self.out / WORK_FOLDER, out=self.out, clock=self.clock
            )
            return sign_files(flow, self.papers, out=self.out, role="officer")

    def jobs(self) -> list[Path]:
        return [one for one in (self.out / WORK_FOLDER).iterdir() if one.is_dir()]

    def all_pass(self, trust: TrustStore) -> bool:
        reports = [verify_file(self.out / paper.name, trust=trust, at=self.now) for paper in self.papers]
        return [(one.conclusion, len(one.signatures)) for one in reports] == [("passed", 1)] * 3


@pytest.fixture
def desk(pki: DemoPki, tmp_path: Path) -> Desk:
    return Desk(setup_of(pki), tmp_path)


@pytest.fixture(scope="module")
def person(pki: DemoPki) -> Issued:
    return issue(pki, ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture
def phone(person: Issued, desk: Desk) -> Phone:
    return Phone(person, Patience(wait_s=0, clock=desk.clock, pause=lambda _: None))


def test_a_batch_is_signed_with_one_request_and_leaves_no_prepared_files(
    desk: Desk, phone: Phone, trust: TrustStore
) -> None:
    assert isinstance(phone, ConfirmedKey)
    outcomes = desk.run(phone)
    assert [(one.item, one.out, one.error) for one in outcomes] == [
        (f"{n}.pdf", desk.out / f"{n}.pdf", None) for n in range(3)
    ]
    assert list(phone.asked.values()) == [1]
    assert desk.jobs() == []
    assert desk.all_pass(trust)
    for paper in desk.papers:
        assert (desk.out / paper.name).read_bytes().startswith(paper.source.read_bytes())


def test_papers_signed_before_are_left_alone(desk: Desk, phone: Phone) -> None:
    desk.run(phone)
    before = [(desk.out / paper.name).read_bytes() for paper in desk.papers]
    outcomes = desk.run(phone)
    assert all(one.earlier and one.error is None for one in outcomes)
    assert [(desk.out / paper.name).read_bytes() for paper in desk.papers] == before
    assert list(phone.asked.values()) == [1]


def test_a_request_that_waits_is_taken_up_by_the_next_process(
    desk: Desk, phone: Phone, trust: TrustStore
) -> None:
    phone.confirmed = False
    assert {type(one.error) for one in desk.run(phone)} == {SigningWaitingError}
    assert {type(one.error) for one in desk.run(phone)} == {SigningWaitingError}
    (job,) = desk.jobs()
    assert job.stat().st_mode & 0o077 == 0
    assert (job / "job.json").stat().st_mode & 0o077 == 0
    phone.confirmed = True
    assert [one.error for one in desk.run(phone)] == [None] * 3
    assert list(phone.asked.values()) == [1]
    assert desk.all_pass(trust)


@pytest.mark.parametrize(
    ("step", "times_asked"), [("die_before_ask", 1), ("die_after_ask", 1), ("die_in_collect", 1)]
)
def test_a_process_killed_at_a_step_asks_nobody_twice(
    step: str, times_asked: int, desk: Desk, phone: Phone, trust: TrustStore
) -> None:
    setattr(phone, step, True)
    with pytest.raises(KilledError):
        desk.run(phone)
    setattr(phone, step, False)
    assert [one.error for one in desk.run(phone)] == [None] * 3
    assert list(phone.asked.values()) == [times_asked]
    assert desk.all_pass(trust)


def test_a_process_killed_while_preparing_leaves_nothing_that_counts(
    desk: Desk, phone: Phone, trust: TrustStore
) -> None:
    half = desk.out / WORK_FOLDER / "new-0000"
    half.mkdir(parents=True)
    (half / "1.pdf").write_bytes(desk.papers[0].source.read_bytes())
    assert [one.error for one in desk.run(phone)] == [None] * 3
    assert desk.jobs() == []
    assert desk.all_pass(trust)


class Stopping(DocumentSigner):
    """Dies when the second file is finished."""

    def __init__(self, setup: SigningSetup) -> None:
        super().__init__(setup)
        self.left = 1

    def finish(self, half: Path, out: Path, **given: object) -> None:
        super().finish(half, out, **given)  # type: ignore[arg-type]
        if not self.left:
            raise KilledError
        self.left -= 1


def test_a_process_killed_between_two_files_finishes_the_rest_later(
    desk: Desk, phone: Phone, trust: TrustStore
) -> None:
    setup = replace(desk.setup, officer=phone, organisation=phone)
    with Stopping(setup) as signer:
        flow = InterruptedSigning(
            signer, role="officer", work=desk.out / WORK_FOLDER, out=desk.out, clock=desk.clock
        )
        with pytest.raises(KilledError):
            sign_files(flow, desk.papers, out=desk.out, role="officer")
    first = (desk.out / "0.pdf").read_bytes()
    assert not (desk.out / "1.pdf").exists()
    assert [one.error for one in desk.run(phone)] == [None] * 3
    assert (desk.out / "0.pdf").read_bytes() == first
    assert list(phone.asked.values()) == [1]
    assert desk.all_pass(trust)


def test_sources_may_be_gone_once_the_batch_is_prepared(desk: Desk, phone: Phone, trust: TrustStore) -> None:
    phone.confirmed = False
    desk.run(phone)
    shutil.rmtree(desk.inbox)
    phone.confirmed = True
    papers, desk.papers = desk.papers, []
    assert [one.error for one in desk.run(phone)] == [None] * 3
    desk.papers = papers
    assert desk.all_pass(trust)


@pytest.mark.parametrize("kind", [SigningExpiredError, SigningDeclinedError])
def test_a_request_that_ended_throws_the_prepared_files_away(
    kind: type[SigningExpiredError], desk: Desk, phone: Phone, trust: TrustStore
) -> None:
    phone.confirmed = False
    desk.run(phone)
    phone.end = kind("officer")
    assert {type(one.error) for one in desk.run(phone)} == {kind}
    assert desk.jobs() == []
    assert list(desk.out.glob("*.pdf")) == []
    assert list(phone.asked.values()) == [1]
    phone.end, phone.confirmed = None, True
    assert [one.error for one in desk.run(phone)] == [None] * 3
    assert list(phone.asked.values()) == [1, 1]
    assert desk.all_pass(trust)


def test_a_request_past_its_time_is_over(desk: Desk, phone: Phone) -> None:
    phone.confirmed = False
    desk.run(phone)
    desk.now = NOW + timedelta(minutes=6)
    assert {type(one.error) for one in desk.run(phone)} == {SigningExpiredError}
    assert desk.jobs() == []


def test_nobody_is_asked_again_after_declining(desk: Desk, phone: Phone) -> None:
    phone.at_once = 1
    phone.end = SigningDeclinedError("officer")
    assert {type(one.error) for one in desk.run(phone)} == {SigningDeclinedError}
    assert list(phone.asked.values()) == [1]


def test_signatures_in_the_wrong_order_are_noticed_before_anything_is_written(
    desk: Desk, phone: Phone
) -> None:
    phone.wrong = True
    assert {type(one.error) for one in desk.run(phone)} == {KeyUnusableError}
    assert list(desk.out.glob("*.pdf")) == []


def test_a_request_of_the_other_role_is_left_alone_and_keeps_its_names(
    desk: Desk, phone: Phone, pki: DemoPki, trust: TrustStore
) -> None:
    phone.confirmed = False
    desk.run(phone)
    extra = Paper(source=make_pdfa(desk.inbox / "rieng.pdf"), name="rieng.pdf", item="rieng.pdf")
    with DocumentSigner(desk.setup) as signer:
        flow = InterruptedSigning(
            signer, role="organisation", work=desk.out / WORK_FOLDER, out=desk.out, clock=desk.clock
        )
        papers = [desk.papers[0], extra]
        outcomes = sign_files(flow, papers, out=desk.out, role="organisation")
    assert [type(one.error) for one in outcomes] == [SigningWaitingError, type(None)]
    phone.confirmed = True
    assert [one.error for one in desk.run(phone)] == [None] * 3
    assert list(phone.asked.values()) == [1]


def test_another_certificate_does_not_finish_the_batch(
    desk: Desk, phone: Phone, pki: DemoPki, trust: TrustStore
) -> None:
    phone.confirmed = False
    desk.run(phone)
    other = Phone(issue(pki, ec.generate_private_key(ec.SECP256R1())), phone.patience)
    outcomes = desk.run(other)
    assert {type(one.error) for one in outcomes} == {KeyUnusableError}
    assert other.asked == {}
    phone.confirmed = True
    assert [one.error for one in desk.run(phone)] == [None] * 3
    assert desk.all_pass(trust)


def test_a_timestamp_service_that_is_down_costs_no_second_confirmation(
    desk: Desk, phone: Phone, trust: TrustStore
) -> None:
    desk.run(phone)
    shutil.rmtree(desk.out)
    desk.out.mkdir()
    phone.asked.clear()
    working = desk.setup
    assert working.timestamps is not None
    with DocumentSigner(replace(working, officer=phone, organisation=phone)) as signer:
        flow = InterruptedSigning(
            signer, role="officer", work=desk.out / WORK_FOLDER, out=desk.out, clock=desk.clock
        )
        state, _ = flow.prepare(desk.papers)
    assert state is not None
    write_state(desk.out / WORK_FOLDER / state.id, replace(state, asked=True))
    gone = HttpTimestampAuthority(url="http://127.0.0.1:9", chain=working.timestamps.chain, timeout_s=1)
    desk.setup = replace(working, timestamps=gone)
    assert {type(one.error) for one in desk.run(phone)} == {TimestampUnavailableError}
    desk.setup = working
    assert [one.error for one in desk.run(phone)] == [None] * 3
    assert list(phone.asked.values()) == [1]
    assert desk.all_pass(trust)


def test_a_prepared_file_that_was_changed_is_refused_and_its_source_signed_anew(
    desk: Desk, phone: Phone, trust: TrustStore
) -> None:
    phone.confirmed = False
    desk.run(phone)
    (job,) = desk.jobs()
    half = job / "1.pdf"
    data = bytearray(half.read_bytes())
    data[data.index(b"stream") + 20] ^= 1
    half.write_bytes(data)
    phone.confirmed = True
    assert [one.error is None for one in desk.run(phone)] == [False, True, True]
    assert not (desk.out / "0.pdf").exists()
    assert [one.error for one in desk.run(phone)] == [None] * 3
    assert desk.all_pass(trust)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"version": 1}', '{"version": 9}'])
def test_a_state_that_cannot_be_read_is_thrown_away(content: str, desk: Desk, phone: Phone) -> None:
    phone.confirmed = False
    desk.run(phone)
    (job,) = desk.jobs()
    (job / "job.json").write_text(content, encoding="utf-8")
    phone.confirmed = True
    assert [one.error for one in desk.run(phone)] == [None] * 3
    assert desk.jobs() == []


def test_a_state_comes_back_as_it_was_written(desk: Desk, phone: Phone) -> None:
    phone.confirmed = False
    desk.run(phone)
    (job,) = desk.jobs()
    state = read_state(job)
    assert isinstance(state, JobState)
    assert (state.role, state.asked, len(state.papers)) == ("officer", True, 3)
    assert state.request is not None
    assert state.request.ticket not in repr(state)
    full = replace(state, signatures=(b"1", b"2", b"3"))
    write_state(job, full)
    assert read_state(job) == full
    assert json.loads((job / "job.json").read_text(encoding="utf-8"))["version"] == 1


def test_files_that_must_not_be_signed_do_not_stop_the_others(desk: Desk, phone: Phone) -> None:
    make_pdfa(desk.papers[1].source, pdfa=False)
    outcomes = desk.run(phone)
    assert [one.error is None for one in outcomes] == [True, False, True]
    assert isinstance(outcomes[1].error, SigningRefusedError)
    assert list(phone.asked.values()) == [1]


def test_two_files_of_one_name_and_a_stranger_in_the_way_are_refused(desk: Desk, phone: Phone) -> None:
    (desk.out / "0.pdf").write_bytes(b"%PDF-1.7 cua nguoi khac")
    other = desk.inbox / "khac"
    other.mkdir()
    source = make_pdfa(other / "1.pdf", pages=2)
    desk.papers.append(Paper(source=source, name="1.pdf", item="khac/1.pdf"))
    outcomes = desk.run(phone)
    assert [type(one.error) for one in outcomes] == [
        SigningRefusedError,
        type(None),
        type(None),
        SigningRefusedError,
    ]
    assert (desk.out / "0.pdf").read_bytes() == b"%PDF-1.7 cua nguoi khac"


def test_two_processes_do_not_sign_in_one_folder_at_once(tmp_path: Path) -> None:
    with only_one(tmp_path / "x"), pytest.raises(StoreBusyError), only_one(tmp_path / "x"):
        pass
    with only_one(tmp_path / "x"):
        pass


def test_a_key_in_a_file_goes_the_same_way(desk: Desk, pki: DemoPki, trust: TrustStore) -> None:
    assert [one.error for one in desk.run(pki.officer())] == [None] * 3
    assert desk.all_pass(trust)


@pytest.fixture
def service(person: Issued, tmp_path: Path) -> Iterator[Callable[[hash_api.Behaviour, Desk], HashApiAccount]]:
    with ExitStack() as stack:

        def start(how: hash_api.Behaviour, desk: Desk) -> HashApiAccount:
            served = stack.enter_context(serving(hash_api.make_app(person, how), tmp_path))
            return HashApiAccount(
                service=HttpsService(item="officer", base_url=served.url, ca_file=served.ca_file),
                sp_id=hash_api.SP,
                sp_password=lambda: hash_api.PASSWORD,
                user_id=hash_api.USER,
                patience=Patience(wait_s=0, clock=desk.clock, pause=lambda _: None),
            )

        yield start


def test_a_real_service_is_asked_once_by_three_processes(
    desk: Desk,
    trust: TrustStore,
    service: Callable[[hash_api.Behaviour, Desk], HashApiAccount],
) -> None:
    how = hash_api.Behaviour(looks=1, late=1)
    account = service(how, desk)
    ends = [
        {type(one.error) for one in desk.run(open_hash_api_key(account, item="officer", scheme="ecdsa"))}
        for _ in range(3)
    ]
    assert ends == [{SigningWaitingError}, {SigningWaitingError}, {type(None)}]
    assert how.calls.count("sign") == 1
    assert desk.all_pass(trust)
