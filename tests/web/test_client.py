"""The client that other software takes, and the worked example, against a real service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from cli.main import main
from dossier.api_errors import ServiceRefusedError, ServiceUnreachableError
from dossier.errors import ObjectDamagedError
from samples.one_stop import APPLICANT, DOSSIER, PROCEDURE, at_the_counter
from tests.web.api_fuzz_hooks import small_pdf
from tests.web.office import HUSBAND, STRANGER, Office, paper
from web.client import Client
from web.serve_api import answering


@pytest.fixture
def service(office: Office) -> Iterator[tuple[str, str]]:
    """Address and key."""
    key = office.key()["Authorization"].removeprefix("Bearer ")
    with answering(office.services, ("127.0.0.1", 0)) as (host, port):
        yield f"http://{host}:{port}", key


def test_the_worked_example_runs_and_its_answer_is_proven(
    office: Office, service: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = at_the_counter(*service, tmp_path)
    assert len(lines) >= 2
    assert any(line.startswith("ask") for line in lines)
    with pytest.raises(SystemExit) as ended:
        main(["answer", "verify", str(tmp_path / "answer.json"), "--keys", str(tmp_path / "keys.json")])
    assert not ended.value.code, capsys.readouterr().err
    dossier = office.services.store.records.admissions.dossier(DOSSIER)
    assert dossier is not None
    assert not dossier.is_open


def test_the_client_asks_for_everything_there_is(
    office: Office, service: tuple[str, str], tmp_path: Path
) -> None:
    (own,) = office.save(paper("birth", APPLICANT), content=small_pdf())
    with Client(*service) as client:
        assert client.register_dossier(DOSSIER, PROCEDURE, APPLICANT, [("partner", HUSBAND)]).request
        assert client.dossier(DOSSIER).told["state"] == "open"
        asked = client.check_reuse(
            DOSSIER, APPLICANT, persons=[("partner", HUSBAND)], facts={"parents_married": True}
        )
        assert asked.told["owner"] == APPLICANT
        told = client.check_reuse_batch([(DOSSIER, HUSBAND), (DOSSIER, STRANGER)]).told["checks"]
        assert [each["answer"] is None for each in told] == [False, True]
        assert sorted(client.document(own, dossier=DOSSIER, fields=["full_name"]).told["fields"]) == [
            "full_name"
        ]
        for original in (False, True):
            client.download(own, tmp_path / "paper.pdf", dossier=DOSSIER, original=original)
            assert (tmp_path / "paper.pdf").read_bytes() == small_pdf()
        assert client.verify(tmp_path / "paper.pdf").told["conclusion"] == "unsigned"
        assert client.close_dossier(DOSSIER).told["state"] == "closed"
        with pytest.raises(ServiceRefusedError) as refused:
            client.check_reuse(DOSSIER, APPLICANT)
    assert refused.value.details["told"] == "access.dossier_closed"
    assert refused.value.item
    assert APPLICANT not in refused.value.message()
    assert sorted(path.name for path in tmp_path.glob(".motlan-*")) == []


def client_of(answer: Callable[[httpx.Request], httpx.Response], pauses: list[float]) -> Client:
    return Client("http://motlan.test", "key", transport=httpx.MockTransport(answer), pause=pauses.append)


def test_the_client_comes_again_when_it_is_told_and_not_for_ever() -> None:
    pauses: list[float] = []
    statuses = iter([429, 503, 200])

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(next(statuses), headers={"Retry-After": "7"}, content=b"{}")

    assert client_of(answer, pauses).answer_keys() == b"{}"
    assert pauses == [7.0, 7.0]

    def busy(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, headers={"Retry-After": "86400"})

    with pytest.raises(ServiceRefusedError):
        client_of(busy, pauses).answer_keys()
    assert pauses[2:] == [30.0, 30.0, 30.0]


def test_a_service_that_is_not_there_and_a_file_that_was_changed_are_told(tmp_path: Path) -> None:
    def gone(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    with pytest.raises(ServiceUnreachableError):
        client_of(gone, []).answer_keys()

    def changed(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"ETag": '"0"'}, content=b"%PDF")

    with pytest.raises(ObjectDamagedError):
        client_of(changed, []).download("x", tmp_path / "x.pdf", dossier=DOSSIER)
    assert list(tmp_path.iterdir()) == []
