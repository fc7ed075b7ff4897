"""The service on a real socket: patient only for so long, and gone when it is told to."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dossier.admission import Role
from dossier.errors import SettingsError
from tests.web.conftest import MakeOffice
from tests.web.office import WIFE, paper
from web.serve_api import answering

LOCAL = ("127.0.0.1", 0)
POST = b"POST /v1/reuse-checks HTTP/1.1\r\nHost: a\r\n"


@pytest.fixture
def address(make_office: MakeOffice) -> Iterator[tuple[str, int]]:
    office = make_office(MOTLAN_API_HEADER_SECONDS="0.3", MOTLAN_API_CONNECTIONS="3")
    with answering(office.services, LOCAL) as bound:
        yield bound


def talk(address: tuple[str, int], *parts: bytes) -> tuple[bytes, dict[str, object]]:
    """Send raw bytes; the head and the JSON body of what comes until the other side closes."""
    with socket.create_connection(address, timeout=20) as connection:
        for part in parts:
            connection.sendall(part)
        came = b""
        while more := connection.recv(65536):
            came += more
    head, _, body = came.partition(b"\r\n\r\n")
    return head, dict(json.loads(body)) if body else {}


def test_it_answers_and_ends_with_the_block(make_office: MakeOffice) -> None:
    office = make_office()
    with answering(office.services, LOCAL) as (host, port):
        told = httpx.get(f"http://{host}:{port}/v1/health")
        assert told.json() == {"status": "ok"}
        assert "server" not in told.headers
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((host, port), timeout=5)


@pytest.mark.parametrize("sent", [b"", b"GET /v1/health HT", b"GET /v1/health HTTP/1.1\r\nHost: a\r\nX-A: b"])
def test_a_head_that_does_not_come_is_given_up(address: tuple[str, int], sent: bytes) -> None:
    head, told = talk(address, *([sent] if sent else []))
    assert b" 408 " in head
    assert told["code"] == "request.slow"


def test_a_second_head_on_the_same_connection_must_come_in_time_too(address: tuple[str, int]) -> None:
    good = b"GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(good)
        assert b'{"status":"ok"}' in _until(connection, b"}")
        connection.sendall(b"GET /v1/he")
        assert b" 408 " in _until(connection, b"\r\n")


def test_a_head_in_many_small_parts_is_no_larger_than_one_in_a_whole(address: tuple[str, int]) -> None:
    head, told = talk(address, b"GET /v1/health HTTP/1.1\r\nHost: a\r\n", *[b"X: %s\r\n" % (b"a" * 900)] * 19)
    assert b" 400 " in head
    assert told["code"] == "request.invalid"


def test_a_body_in_many_parts_is_no_head(make_office: MakeOffice) -> None:
    office = make_office()
    key = office.key(Role.ONE_STOP)
    asked = b'{"dossier":"%s","owner":"%s"}' % (b"H" * 60_000, b"1" * 60_000)
    head = POST + b"Authorization: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
    with (
        answering(office.services, LOCAL) as bound,
        socket.create_connection(bound, timeout=20) as connection,
    ):
        for _ in range(2):
            connection.sendall(head % (key["Authorization"].encode(), len(asked)) + b"\r\n")
            for start in range(0, len(asked), 17_000):
                connection.sendall(asked[start : start + 17_000])
            came = _until(connection, b"\r\n\r\n").lower()
            # It is the application that answers, whatever it says: the connection stays.
            assert b"motlan-request-id" in came
            assert b"connection: close" not in came
            length = int(came.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            rest = came.partition(b"\r\n\r\n")[2]
            while len(rest) < length:
                rest += connection.recv(65536)


def test_two_requests_sent_at_once_are_answered_in_their_order(address: tuple[str, int]) -> None:
    one = b"GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n"
    two = b"GET /v1/none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(one + two)
        came = b""
        while more := connection.recv(65536):
            came += more
    assert came.count(b"HTTP/1.1 ") == 2
    assert came.index(b"HTTP/1.1 200") < came.index(b"HTTP/1.1 404")


def test_the_first_of_two_is_answered_when_the_second_does_not_come(address: tuple[str, int]) -> None:
    one = b"GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\nGET /v1/hea"
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(one)
        came = b""
        while more := connection.recv(65536):
            came += more
    assert came.index(b"HTTP/1.1 200") < came.index(b"HTTP/1.1 408")


def test_a_wrong_second_request_does_not_stand_in_the_answer_to_the_first(make_office: MakeOffice) -> None:
    office = make_office()
    (own,) = office.save(paper("big", WIFE), content=b"%PDF-1.7 MAU\n" + b"x" * 8_000_000)
    key = office.key(Role.ARCHIVIST, offices="*")["Authorization"]
    asked = (
        f"GET /v1/documents/{own}/file HTTP/1.1\r\nHost: a\r\nAuthorization: {key}\r\n"
        "Motlan-Ground: luu_tru\r\n\r\n"
    )
    with (
        answering(office.services, LOCAL) as bound,
        socket.create_connection(bound, timeout=20) as connection,
    ):
        connection.sendall(asked.encode() + b"GET /v1/health HTTP/1.1\r\n\r\n")
        came = b""
        with suppress(ConnectionError):
            while more := connection.recv(65536):
                came += more
    # The first is answered whole or cut off: never with an error in its place.
    assert b"400 Bad Request" not in came


def test_more_requests_at_once_than_anybody_needs_are_not_kept(address: tuple[str, int]) -> None:
    one = b"GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(one * 1000)
        came = b""
        with suppress(ConnectionError):
            while more := connection.recv(65536):
                came += more
    assert came.count(b"HTTP/1.1 ") <= 17


def test_the_rest_of_a_body_that_was_answered_early_is_not_waited_for_without_an_end(
    make_office: MakeOffice,
) -> None:
    office = make_office(MOTLAN_API_BODY_SECONDS="0.5")
    asked = (
        POST + b"Authorization: Bearer none\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    )
    with (
        answering(office.services, LOCAL) as bound,
        socket.create_connection(bound, timeout=20) as connection,
    ):
        connection.sendall(asked)
        assert b" 401 " in _until(connection, b"\r\n")
        connection.sendall(b"x")
        with suppress(ConnectionError):
            while connection.recv(65536):
                pass


def test_empty_lines_do_not_keep_a_connection_open(address: tuple[str, int]) -> None:
    head, told = talk(address, b"\r\n", b"\r\n")
    assert b" 408 " in head
    assert told["code"] == "request.slow"


@pytest.mark.parametrize("size", [1_000, 20_000, 70_000, 300_000])
def test_a_body_of_any_size_is_no_head(make_office: MakeOffice, size: int) -> None:
    """The last part of a large body came as one piece, and was taken for a head that is too large."""
    office = make_office()
    headers = {**office.key(Role.VERIFIER), "Content-Type": "application/pdf"}
    with answering(office.services, LOCAL) as (host, port), httpx.Client() as client:
        for _ in range(3):
            address = f"http://{host}:{port}/v1/verifications"
            told = client.post(address, headers=headers, content=b"%PDF-1.4" + b"x" * size)
            assert (told.status_code, told.json()["code"]) == (422, "signing.not_readable")


def _until(connection: socket.socket, end: bytes) -> bytes:
    came = b""
    while end not in came and (more := connection.recv(65536)):
        came += more
    return came


@pytest.mark.parametrize(
    "sent",
    [
        b"NONSENSE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 20_000,
        b"GET /v1/health HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET http://[/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /v1/\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 4\r\n\r\nGET ",
        POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: %s\r\n" % (b"a" * 400) * 50,
    ],
)
def test_what_is_no_http_is_a_problem(address: tuple[str, int], sent: bytes) -> None:
    head, told = talk(address, sent)
    assert b" 400 " in head
    assert b"application/problem+json" in head
    assert told["code"] == "request.invalid"


def test_more_connections_than_allowed_are_turned_away(address: tuple[str, int]) -> None:
    idle = [socket.create_connection(address, timeout=20) for _ in range(3)]
    head, told = talk(address)
    assert b" 503 " in head
    assert b"retry-after: 1" in head
    assert told["code"] == "request.busy"
    for each in idle:
        each.close()


def test_who_does_not_take_what_it_asked_for_is_cut_off(make_office: MakeOffice) -> None:
    office = make_office(MOTLAN_API_BODY_SECONDS="0.3")
    (own,) = office.save(paper("big", WIFE), content=b"%PDF-1.7 MAU\n" + b"x" * 30_000_000)
    key = office.key(Role.ARCHIVIST, offices="*")["Authorization"]
    asked = (
        f"GET /v1/documents/{own}/file HTTP/1.1\r\nHost: a\r\nAuthorization: {key}\r\n"
        "Motlan-Ground: luu_tru\r\n\r\n"
    )
    with answering(office.services, LOCAL) as bound, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect(bound)
        connection.sendall(asked.encode())
        # The answer is on its way; from here on nothing is taken until the service has given up.
        assert connection.recv(12) == b"HTTP/1.1 200"
        log = office.services.settings.data / "logs" / "motlan.jsonl"
        while not log.exists() or "read_file" not in log.read_text("utf-8"):
            threading.Event().wait(0.02)
        came = 0
        with suppress(ConnectionError):
            while more := connection.recv(65536):
                came += len(more)
        assert came < 25_000_000


def test_tls_is_spoken_where_there_is_a_certificate(make_office: MakeOffice, tmp_path: Path) -> None:
    certificate, key = tmp_path / "tls.pem", tmp_path / "tls.key"
    write_certificate(certificate, key)
    office = make_office(MOTLAN_API_TLS_CERTIFICATE=str(certificate), MOTLAN_API_TLS_KEY=str(key))
    with answering(office.services, LOCAL) as (host, port):
        trusting = ssl.create_default_context(cafile=str(certificate))
        told = httpx.get(f"https://{host}:{port}/v1/health", verify=trusting)
        assert told.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://{host}:{port}/v1/health")


def write_certificate(certificate: Path, key: Path) -> None:
    """A certificate of this machine that vouches for itself."""
    made = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "MAU")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(made.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(made, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        made.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def test_keys_and_papers_do_not_travel_in_clear_over_a_network(make_office: MakeOffice) -> None:
    office = make_office()
    with (
        pytest.raises(SettingsError, match="MOTLAN_API_LISTEN"),
        answering(office.services, ("0.0.0.0", 0)),  # noqa: S104 - refused
    ):
        pass
    proxied = make_office(MOTLAN_API_BEHIND_PROXY="true")
    with answering(proxied.services, ("0.0.0.0", 0)) as (_, port):  # noqa: S104 - a free port, for a moment
        told = httpx.get(f"http://127.0.0.1:{port}/v1/health")
    assert told.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_that_all_browsers_behind_a_proxy_count_as_one_address_is_told_at_the_start(
    make_office: MakeOffice,
) -> None:
    proxied = {"MOTLAN_API_BEHIND_PROXY": "true"}
    for settings, told in (
        ({}, 0),
        ({**proxied, "MOTLAN_STATION_FORWARDED": "true"}, 0),
        (proxied, 1),
    ):
        office = make_office(**settings)
        with answering(office.services, LOCAL):
            pass
        log = office.services.settings.data / "logs" / "motlan.jsonl"
        text = log.read_text("utf-8") if log.exists() else ""
        assert text.count('"station.one_address"') == told


def test_an_address_in_use_and_files_that_are_no_certificate_are_told(
    make_office: MakeOffice, address: tuple[str, int]
) -> None:
    office = make_office()
    with pytest.raises(SettingsError, match="MOTLAN_API_LISTEN"), answering(office.services, address):
        pass
    place = str(office.services.settings.data / "store.key")
    broken = make_office(MOTLAN_API_TLS_CERTIFICATE=place, MOTLAN_API_TLS_KEY=place)
    with pytest.raises(SettingsError, match="MOTLAN_API_TLS"), answering(broken.services, LOCAL):
        pass
