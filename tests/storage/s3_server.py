"""A small S3 server for tests: versions, locks, uploads in parts, and troubles on demand.

It speaks what the store needs and no more, over real sockets, to the real client. What a real server does
with locks is tested against one (``make s3``); what this one is for are bad days that can be asked for.
"""

from __future__ import annotations

import hashlib
import ssl
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

MOST_SKEWED = timedelta(minutes=15)
SSE = ("x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id")
LOCK = ("x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold")
NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


@dataclass
class Version:
    """One version of a key."""

    id: str
    body: bytes
    headers: dict[str, str]
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def etag(self) -> str:
        return hashlib.md5(self.body, usedforsecurity=False).hexdigest()


@dataclass
class Bucket:
    """What a test may look into and spoil.

    Attributes:
        versions: of each key, the oldest first.
        uploads: parts of unfinished uploads: key, headers, parts by number.
        trouble: called with method and path before the work (may raise ``Refusal``) .
        lost_answer: called after the work; true: the connection is cut instead of an answer.
        keeps_locks: whether lock headers are kept; some servers take them and do not.
        enforces: what a lock protects from: ``delete``, ``bypass``, ``shorten``; some servers show a lock and
            do not keep it.
        versioned, locked: how the bucket was made.
        keys: access keys that are taken; all are when there are none.
        ahead: how far the clock of the server is before ours; a request from another time is refused.
        longest: the longest lock that is taken; any is when not given.
        encrypts: whether encryption that is asked for is done, and said.
        locks_with_bytes: whether an answer with bytes tells of the lock; some servers tell only on HEAD.
        requests: method and address of each request.
        heads: the first line and all headers of each request, as they came.
    """

    versions: dict[str, list[Version]] = field(default_factory=dict)
    uploads: dict[str, tuple[str, dict[str, str], dict[int, bytes]]] = field(default_factory=dict)
    trouble: Callable[[str, str], None] = lambda _method, _path: None
    lost_answer: Callable[[str, str], bool] = lambda _method, _path: False
    keeps_locks: bool = True
    enforces: set[str] = field(default_factory=lambda: {"delete", "bypass", "shorten"})
    versioned: bool = True
    locked: bool = True
    keys: set[str] = field(default_factory=set)
    ahead: timedelta = timedelta()
    longest: timedelta | None = None
    encrypts: bool = True
    locks_with_bytes: bool = True
    requests: list[str] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    guard: threading.RLock = field(default_factory=threading.RLock)


class Refusal(Exception):  # noqa: N818  it is an answer of the server, not a fault of the test
    """An answer of the server that is no success."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


Answer = tuple[int, dict[str, str], bytes]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        key = unquote(parts.path).partition("/")[2].partition("/")[2]
        with self.bucket.guard:
            self.bucket.requests.append(f"{self.command} {parts.path}?{parts.query}")
            self.bucket.heads.append(f"{self.requestline}\n{self.headers}".encode())
        try:
            self._check_request()
            self.bucket.trouble(self.command, self.path)
            with self.bucket.guard:
                answer = self._answer(key, query, body)
        except Refusal as refusal:
            text = f"<Error><Code>{refusal.code}</Code><Message/><Resource>x</Resource></Error>"
            answer = (refusal.status, {}, text.encode())
        if self.bucket.lost_answer(self.command, self.path):
            self.close_connection = True
            return
        self._send(answer)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _serve  # noqa: N815

    def _check_request(self) -> None:
        named = self.headers.get("authorization", "").partition("Credential=")[2].partition("/")[0]
        if self.bucket.keys and named not in self.bucket.keys:
            raise Refusal(403, "InvalidAccessKeyId")
        sent = datetime.strptime(self.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) + self.bucket.ahead - sent) > MOST_SKEWED:
            raise Refusal(403, "RequestTimeTooSkewed")

    def _send(self, answer: Answer) -> None:
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "content-length" not in headers:
            self.send_header("content-length", str(len(body)))
        self.send_header("content-type", headers.get("content-type", "application/xml"))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _answer(self, key: str, query: dict[str, str], body: bytes) -> Answer:
        if not key and "delete" in query:
            return 200, {}, self._delete_many(body)
        if not key:
            return self._of_bucket(query)
        if "uploads" in query or "uploadId" in query:
            return self._of_upload(key, query, body)
        if self.command == "PUT":
            return self._put(key, query, body)
        if self.command == "DELETE":
            self._delete(key, query.get("versionId"))
            return 204, {}, b""
        version = self._find(key, query)
        headers = version.headers | {
            "etag": f'"{version.etag}"',
            "x-amz-version-id": version.id,
            "content-length": str(len(version.body)),
            "content-type": "application/octet-stream",
        }
        if self.command == "GET" and not self.bucket.locks_with_bytes:
            headers = {name: value for name, value in headers.items() if name not in LOCK}
        return 200, headers, version.body

    def _put(self, key: str, query: dict[str, str], body: bytes) -> Answer:
        if "retention" in query:
            lock = {LOCK[0]: _text(body, "Mode"), LOCK[1]: _text(body, "RetainUntilDate")}
            version = self._find(key, query)
            longest = self.bucket.longest
            if longest is not None and _moment(lock[LOCK[1]]) > datetime.now(UTC) + longest:
                raise Refusal(400, "InvalidArgument")
            if "shorten" in self.bucket.enforces and _is_weaker(lock, version.headers):
                raise Refusal(403, "AccessDenied")
            self._keep_lock(version, lock)
        elif "legal-hold" in query:
            self._keep_lock(self._find(key, query), {LOCK[2]: _text(body, "Status")})
        else:
            made = self._add(key, body, self._kept_headers(lock=True))
            return 200, {"etag": f'"{made.etag}"', "x-amz-version-id": made.id}, b""
        return 200, {}, b""

    def _delete(self, key: str, wanted: str | None) -> None:
        """Without a version nothing goes: a real server lays a marker on top, which removes nothing."""
        if wanted is None:
            return
        version = self._find(key, {"versionId": wanted})
        bypassing = self.headers.get("x-amz-bypass-governance-retention") == "true"
        guarded = "bypass" if bypassing else "delete"
        if guarded in self.bucket.enforces and _is_locked(version.headers, bypassing=bypassing):
            raise Refusal(403, "AccessDenied")
        self.bucket.versions[key].remove(version)
        if not self.bucket.versions[key]:
            del self.bucket.versions[key]

    def _delete_many(self, body: bytes) -> bytes:
        found = ""
        for piece in body.decode().split("<Object>")[1:]:
            key, version = _text(piece.encode(), "Key"), _text(piece.encode(), "VersionId")
            try:
                self._delete(key, version or None)
            except Refusal as refusal:
                found += f"<Error><Code>{refusal.code}</Code><Key>{escape(key)}</Key></Error>"
        return f"<DeleteResult {NAMESPACE}>{found}</DeleteResult>".encode()

    def _of_upload(self, key: str, query: dict[str, str], body: bytes) -> Answer:
        upload = query.get("uploadId") or uuid.uuid4().hex
        if self.command == "DELETE":
            self.bucket.uploads.pop(upload)
            return 204, {}, b""
        if "uploads" in query:
            self.bucket.uploads[upload] = (key, self._kept_headers(lock=False), {})
            return 200, {}, _xml("InitiateMultipartUploadResult", UploadId=upload, Key=key)
        if self.command == "GET":
            return 200, {}, self._list_parts(upload)
        if self.command == "PUT":
            self.bucket.uploads[upload][2][int(query["partNumber"])] = body
            return 200, {"etag": f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'}, b""
        _, headers, sent = self.bucket.uploads.pop(upload)
        made = self._add(key, b"".join(sent[number] for number in sorted(sent)), headers)
        return 200, {"x-amz-version-id": made.id}, _xml("CompleteMultipartUploadResult", Key=key)

    def _of_bucket(self, query: dict[str, str]) -> Answer:
        match query:
            case {"versioning": _}:
                status = "<Status>Enabled</Status>" if self.bucket.versioned else ""
                text = f"<VersioningConfiguration {NAMESPACE}>{status}</VersioningConfiguration>"
                return 200, {}, text.encode()
            case {"object-lock": _}:
                if not self.bucket.locked:
                    raise Refusal(404, "ObjectLockConfigurationNotFoundError")
                return 200, {}, _xml("ObjectLockConfiguration", ObjectLockEnabled="Enabled")
            case {"uploads": _}:
                found = "".join(
                    f"<Upload><Key>{escape(key)}</Key><UploadId>{upload}</UploadId>"
                    f"<Initiated>{_time(datetime.now(UTC))}</Initiated></Upload>"
                    for upload, (key, _, _) in self.bucket.uploads.items()
                    if key.startswith(query.get("prefix", ""))
                )
                text = f"<ListMultipartUploadsResult {NAMESPACE}><IsTruncated>false</IsTruncated>{found}"
                return 200, {}, f"{text}</ListMultipartUploadsResult>".encode()
            case {"versions": _}:
                return 200, {}, self._list_versions(query.get("prefix", ""))
            case {"list-type": _}:
                return 200, {}, self._list(query.get("prefix", ""), query.get("start-after", ""))
        raise Refusal(501, "NotImplemented")

    def _list(self, prefix: str, start_after: str) -> bytes:
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{_time(versions[-1].at)}</LastModified>"
            f"<Size>{len(versions[-1].body)}</Size></Contents>"
            for key, versions in sorted(self.bucket.versions.items())
            if key.startswith(prefix) and key > start_after
        )
        head = f"<ListBucketResult {NAMESPACE}><Name>b</Name><IsTruncated>false</IsTruncated>"
        return f"{head}{found}</ListBucketResult>".encode()

    def _list_versions(self, prefix: str) -> bytes:
        found = "".join(
            f"<Version><Key>{escape(key)}</Key><VersionId>{version.id}</VersionId>"
            f"<IsLatest>false</IsLatest><LastModified>{_time(version.at)}</LastModified>"
            f"<Size>{len(version.body)}</Size></Version>"
            for key, versions in sorted(self.bucket.versions.items())
            if key.startswith(prefix)
            for version in reversed(versions)
        )
        head = f"<ListVersionsResult {NAMESPACE}><Name>b</Name><IsTruncated>false</IsTruncated>"
        return f"{head}{found}</ListVersionsResult>".encode()

    def _list_parts(self, upload: str) -> bytes:
        if upload not in self.bucket.uploads:
            raise Refusal(404, "NoSuchUpload")
        found = "".join(
            f"<Part><PartNumber>{number}</PartNumber><Size>{len(body)}</Size>"
            f"<LastModified>{_time(datetime.now(UTC))}</LastModified>"
            f"<ETag>&quot;{hashlib.md5(body, usedforsecurity=False).hexdigest()}&quot;</ETag></Part>"
            for number, body in sorted(self.bucket.uploads[upload][2].items())
        )
        head = f"<ListPartsResult {NAMESPACE}><IsTruncated>false</IsTruncated>"
        return f"{head}{found}</ListPartsResult>".encode()

    def _find(self, key: str, query: dict[str, str]) -> Version:
        versions = self.bucket.versions.get(key, [])
        wanted = query.get("versionId")
        for version in reversed(versions):
            if wanted in (None, version.id):
                return version
        raise Refusal(404, "NoSuchKey")

    def _add(self, key: str, body: bytes, headers: dict[str, str]) -> Version:
        made = Version(uuid.uuid4().hex, body, headers)
        self.bucket.versions.setdefault(key, []).append(made)
        return made

    def _kept_headers(self, *, lock: bool) -> dict[str, str]:
        wanted: tuple[str, ...] = LOCK if lock and self.bucket.keeps_locks else ()
        wanted += SSE if self.bucket.encrypts else ()
        return {
            name.lower(): value
            for name, value in self.headers.items()
            if name.lower().startswith("x-amz-meta-") or name.lower() in wanted
        }

    def _keep_lock(self, version: Version, lock: dict[str, str]) -> None:
        if self.bucket.keeps_locks:
            version.headers |= lock


@contextmanager
def s3_server(bucket: Bucket, *, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """The server on a port of this machine, a free one by default; gives host and port."""
    handler = type("Handler", (_Handler,), {"bucket": bucket})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    if tls is not None:
        # The thread of a connection greets, so that a client that hangs up stops nobody else.
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _xml(root: str, **entries: str) -> bytes:
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in entries.items())
    return f"<{root} {NAMESPACE}>{inside}</{root}>".encode()


def _text(body: bytes, name: str) -> str:
    text = body.decode()
    return text.partition(f"<{name}>")[2].partition(f"</{name}>")[0]


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC)


def _is_locked(headers: dict[str, str], *, bypassing: bool) -> bool:
    if headers.get(LOCK[2]) == "ON":
        return True
    mode, until = headers.get(LOCK[0]), headers.get(LOCK[1], "")
    runs = bool(until) and _moment(until) > datetime.now(UTC)
    return runs and (mode == "COMPLIANCE" or not bypassing)


def _is_weaker(lock: dict[str, str], standing: dict[str, str]) -> bool:
    if not _is_locked(standing, bypassing=False):
        return False
    sooner = lock[LOCK[1]][:19] < standing.get(LOCK[1], "")[:19]
    return sooner or (standing.get(LOCK[0]) == "COMPLIANCE" and lock[LOCK[0]] != "COMPLIANCE")
