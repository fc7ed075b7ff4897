"""Services down, token pulled, program killed: papers complete, none twice, none lost."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import sleep, time

import pytest

from dossier.documents import Document, DocumentState, SignatureStatus
from dossier.events import EventKind
from signing.demo import ensure_demo_pki
from signing.demo_certificates import read_pair
from tests.faults.stamp_line import fast_clock
from tests.flows.stamping import desk, pages
from tests.signing.issued import Issued
from tests.signing.tokens import MODULE, PIN, make_token, softhsm
from tests.signing.tsa_servers import Manner, Service, served
from wiring.services import Services

pytestmark = [pytest.mark.slow, pytest.mark.timeout(6 * 3600)]

PAPERS = int(os.environ.get("FAULT_STAMPS", "16"))
ROLES = ("officer", "organisation")
_POLL_S = 0.05


def counted(data: Path, question: str) -> int:
    """A number from the database, beside whoever writes."""
    with contextlib.closing(sqlite3.connect(f"file:{data / 'store.sqlite3'}?mode=ro", uri=True)) as database:
        return int(database.execute(question).fetchone()[0])


def put_down(data: Path) -> int:
    return counted(data, "SELECT count(*) FROM documents")


def complete(data: Path) -> int:
    return put_down(data) - counted(data, "SELECT count(*) FROM stamps_pending")


class Run:
    """The program under test, begun again after each kill."""

    def __init__(self, data: Path, folder: Path, begun: float, urls: list[str]) -> None:
        self._command = [
            *(sys.executable, "-m", "tests.faults.stamp_line", str(data), str(folder), str(begun)),
            *urls,
        ]
        self._environment = os.environ | {"MOTLAN_CONFIG": str(data.with_name("motlan.toml"))}
        self._start()

    def until(self, reached: Callable[[], bool]) -> None:
        """Until something is so; the program must not end before."""
        while not reached():
            assert self._process.poll() is None, self.end()
            sleep(_POLL_S)

    def kill(self) -> None:
        """``kill -9``, and the same command again."""
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command, stderr=subprocess.PIPE, env=self._environment)

    def end(self) -> tuple[int, str]:
        """How it ended, and what it complained of."""
        _, complaint = self._process.communicate()
        return self._process.returncode, complaint.decode()


def answer(services: tuple[Service, Service], first: Manner, second: Manner) -> None:
    services[0].manner, services[1].manner = first, second


@pytest.fixture
def on_token(tmp_path: Path) -> Iterator[Callable[[Path], None]]:
    """Moves the two keys of a demonstration PKI to a token, which the settings of this test then name."""
    if not MODULE.is_file():
        pytest.skip("SoftHSM is not installed (Debian package softhsm2)")
    settings = tmp_path / "motlan.toml"

    def move(pki: Path) -> None:
        make_token(tmp_path, "cap-xa", *((name, _issued(pki, name)) for name in ROLES))
        chain = f'chain = ["{pki / "issuing.pem"}", "{pki / "root.pem"}"]'
        settings.write_text(
            "".join(
                f'[keys.{name}]\nsource = "pkcs11"\nmodule = "{MODULE}"\ntoken = "cap-xa"\n'
                f'cert_label = "{name}"\npin = "env:TEST_TOKEN_PIN"\n{chain}\n'
                for name in ROLES
            )
        )

    before = dict(os.environ)
    with softhsm(tmp_path):
        os.environ |= {"TEST_TOKEN_PIN": PIN}
        yield move
    os.environ.clear()
    os.environ.update(before)


def _issued(pki: Path, name: str) -> Issued:
    key, certificate = read_pair(pki, name)
    above = (read_pair(pki, "issuing")[1], read_pair(pki, "root")[1])
    return Issued(key=key, certificate=certificate, chain=above)


def test_every_paper_is_completed_once_whatever_dies_meanwhile(
    tmp_path: Path, on_token: Callable[[Path], None]
) -> None:
    data, folder = tmp_path / "data", pages(tmp_path / "pages", PAPERS)
    begun = time()
    clock = fast_clock(begun)
    with desk(data, [], clock=clock):
        key = ensure_demo_pki(data / "demo-pki", now=clock()).timestamp_authority()
    on_token(data / "demo-pki")
    stranger = ensure_demo_pki(tmp_path / "stranger", now=clock() - timedelta(days=1)).timestamp_authority()
    with (
        served(stranger, clock=clock) as odd,
        served(key, clock=clock) as one,
        served(key, clock=clock) as two,
    ):
        both = (one, two)
        run = Run(data, folder, begun, [odd.url, one.url, two.url])
        run.until(lambda: put_down(data) >= PAPERS // 4)
        answer(both, "down", "garbage")
        run.until(lambda: put_down(data) >= PAPERS // 2)
        run.kill()
        run.until(lambda: put_down(data) >= PAPERS * 3 // 4)
        answer(both, "down", "good")
        done = complete(data)
        run.until(lambda: complete(data) > max(done, PAPERS // 2))
        run.kill()
        answer(both, "good", "endless")
        assert run.end() == (0, "")
        assert odd.asked > 0
    with desk(data, [], clock=clock) as services:
        check(services)


def check(services: Services) -> None:
    """What the store says at the end."""
    records = services.store.records
    entries = records.journal(limit=100 * PAPERS)
    events = [entry.event for entry in entries]
    papers = [
        document
        for event in events
        if event.kind is EventKind.ITEM_RECEIVED
        for document in records.documents_of_item(event.subject)  # type: ignore[arg-type]
    ]
    assert len({paper.id for paper in papers}) == PAPERS
    filed = [paper for paper in papers if paper.state is DocumentState.FILED]
    assert len(filed) == PAPERS - len(range(0, PAPERS, 10))
    assert {paper.signature for paper in papers} == {SignatureStatus.PASSED}
    assert records.stamps.backlog().count == 0
    stamped = Counter(event.subject for event in events if event.kind is EventKind.DOCUMENT_STAMPED)
    assert stamped == Counter(paper.id for paper in papers)
    codes = [paper.result_code for paper in filed]
    assert len(set(codes)) == len(codes)
    wanted = {DocumentState.FILED: ["B-LTA passed"] * 2, DocumentState.WAITING: ["B-T passed"]}
    assert [_levels(services, paper) for paper in papers] == [wanted[paper.state] for paper in papers]
    records.check_journal()
    for kept in services.store.blobs:
        services.store.blobs.check(kept)
    assert [path.name for path in (services.settings.data / "stamping").iterdir()] == ["stamping.lock"]


def _levels(services: Services, paper: Document) -> list[str]:
    """Level and conclusion of each signature in the bytes that the record names."""
    assert paper.object_sha256 is not None
    with services.store.blobs.path(paper.object_sha256) as path:
        report = services.verify(path, at=services.clock())
    return [f"{one.level.label} {one.conclusion}" for one in report.signatures]
