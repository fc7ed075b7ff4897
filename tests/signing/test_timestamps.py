from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import tsp

from dossier.errors import SettingsError, TimestampUnavailableError
from signing.demo import DemoPki
from signing.local_tsa import LocalTimeStamper
from signing.signer import DocumentSigner
from signing.timestamps import HttpTimestampAuthority, LocalTimestampAuthority
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing.conftest import NOW, Files, clock, setup_of


@contextmanager
def served(pki: DemoPki, *, status: int = 200) -> Iterator[str]:
    """A timestamp service on a free port of this machine."""
    authority = LocalTimeStamper(pki.timestamp_authority(), clock=clock)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = asyncio.run(authority.async_request_tsa_response(tsp.TimeStampReq.load(body))).dump()
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def chain(pki: DemoPki) -> HttpTimestampAuthority:
    return HttpTimestampAuthority(url="https://tsa.invalid", chain=pki.timestamp_authority().chain)


def test_a_service_over_http_stamps_as_well(
    pki: DemoPki, files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    with served(pki) as url:
        setup = replace(setup_of(pki), timestamps=replace(chain(pki), url=url))
        with DocumentSigner(setup) as signer:
            signer.seal_as_organisation(files.plain, out, at=NOW, item="a.pdf")
    assert verify_file(out, trust=trust, at=NOW).conclusion == "passed"


def test_a_service_that_refuses_leaves_no_file_behind(pki: DemoPki, files: Files, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    with served(pki, status=503) as url:
        setup = replace(setup_of(pki), timestamps=replace(chain(pki), url=url))
        with DocumentSigner(setup) as signer, pytest.raises(TimestampUnavailableError):
            signer.seal_as_organisation(files.plain, out, at=NOW, item="a.pdf")
    assert not out.exists()


def test_stamps_carry_the_time_of_the_clock_and_the_digest(pki: DemoPki) -> None:
    client = LocalTimestampAuthority(pki.timestamp_authority(), clock).client()
    token = asyncio.run(client.async_timestamp(bytes(range(32)), "sha256"))
    info = token["content"]["encap_content_info"]["content"].parsed
    assert info["gen_time"].native == NOW
    assert info["message_imprint"]["hashed_message"].native == bytes(range(32))


def test_demonstration_authorities_are_known(pki: DemoPki) -> None:
    assert LocalTimestampAuthority(pki.timestamp_authority(), clock).demo
    assert chain(pki).demo


@pytest.mark.parametrize("url", ["", "ftp://tsa", "tsa.example", "file:///etc/passwd", "http://"])
def test_only_web_addresses_are_taken(url: str) -> None:
    with pytest.raises(SettingsError):
        HttpTimestampAuthority(url=url, chain=())
