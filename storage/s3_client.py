"""Connections to an S3 server: where it is, with which keys, and what its refusals mean.

The endpoint, its certificate and its clock are things of a machine room: each trouble with them has an error
of its own, so that the operator need not read a trace.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import certifi
import urllib3
from minio import Minio
from minio.credentials.credentials import Credentials
from minio.credentials.providers import Provider
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from minio.helpers import DictType
from urllib3.response import BaseHTTPResponse

from dossier.errors import (
    ObjectMissingError,
    StoreBucketError,
    StoreCertificateError,
    StoreClockError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreUnavailableError,
)
from storage.s3_encryption import ServerEncryption

_FULL: Final = frozenset({"QuotaExceeded", "EntityTooLarge", "InsufficientStorage", "XMinioStorageFull"})
_KINDS: Final[dict[str, type[StoreError]]] = {
    **dict.fromkeys(("NoSuchKey", "NoSuchVersion"), ObjectMissingError),
    **dict.fromkeys(
        (
            "AccessDenied",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "AllAccessDisabled",
            "AccountProblem",
        ),
        StoreCredentialsError,
    ),
    **dict.fromkeys(
        ("SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout"), StoreUnavailableError
    ),
    "RequestTimeTooSkewed": StoreClockError,
}
_REFUSED_KEYS: Final = frozenset(
    # A HEAD has no body to say more.
    ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "ExpiredToken", "InvalidToken")
)
_INSUFFICIENT_STORAGE: Final = 507
_SERVER_FAULT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Place:
    """One bucket on one server.

    Attributes:
        endpoint: host and port, without scheme.
        bucket: its name; made with Object Lock.
        region: sent with every request, so that nobody has to ask the server for it.
        secure: HTTPS; plain HTTP is for servers on the same machine.
        ca: PEM file of the authority of the endpoint's certificate; the usual ones when not given.
        access_key, secret_key: files that hold one line each; read again whenever they change.
        timeout_s: for connecting and for every single wait; seconds.
        encryption: how the server is to encrypt; nothing is asked of it when not given.
    """

    endpoint: str
    bucket: str
    access_key: Path
    secret_key: Path
    region: str = "us-east-1"
    secure: bool = True
    ca: Path | None = None
    timeout_s: float = 30.0
    encryption: ServerEncryption | None = None


class FileCredentials(Provider):
    """Keys from two files. Put new ones in place, and the next request is signed with them."""

    def __init__(self, access_key: Path, secret_key: Path) -> None:
        self._files = (access_key, secret_key)
        self._seen: tuple[int, ...] = ()
        self._kept: Credentials | None = None

    def retrieve(self) -> Credentials:
        """The keys as the files have them now; read only when a file has changed.

        Raises:
            StoreCredentialsError: a file is missing or empty.
        """
        try:
            seen = tuple(file.stat().st_mtime_ns for file in self._files)
            if self._kept is None or seen != self._seen:
                self._kept, self._seen = self._read(), seen
        except OSError as error:
            raise StoreCredentialsError("s3", cause=type(error).__name__) from error
        return self._kept

    def renewed(self, refused: Credentials) -> bool:
        """Whether the files hold other keys than those a server just refused; they are read in any case.

        A secret source may put new keys in place between the signing of a request and its answer, or keep
        the time of the file as it was.

        Raises:
            StoreCredentialsError: a file is missing or empty.
        """
        self._seen = ()
        found = self.retrieve()
        return (found.access_key, found.secret_key) != (refused.access_key, refused.secret_key)

    def _read(self) -> Credentials:
        access, secret = (file.read_text("utf-8").strip() for file in self._files)
        if not access or not secret:
            raise StoreCredentialsError("s3", cause="an empty key file")
        return Credentials(access, secret)


class _RotatingClient(Minio):
    """The client, with one thing more: keys that were refused and are not the newest are no last word.

    Every request goes through this one place, whatever the upload or download it is part of, and its body
    is held in memory: so it can be signed once more, and the rest goes on.
    """

    keys: FileCredentials

    def _url_open(  # noqa: PLR0913, PLR0917  as the client has it; its version is pinned
        self,
        method: str,
        region: str,
        bucket_name: str | None = None,
        object_name: str | None = None,
        body: bytes | None = None,
        headers: DictType | None = None,
        query_params: DictType | None = None,
        preload_content: bool = True,
        no_body_trace: bool = False,
    ) -> BaseHTTPResponse:
        def request() -> BaseHTTPResponse:
            return super(_RotatingClient, self)._url_open(
                method,
                region,
                bucket_name,
                object_name,
                body,
                headers,
                query_params,
                preload_content,
                no_body_trace,
            )

        signed_with = self.keys.retrieve()
        try:
            return request()
        except S3Error as error:
            if error.code not in _REFUSED_KEYS or not self.keys.renewed(signed_with):
                raise
            return request()


def connect(place: S3Place) -> Minio:
    """A client of a server. It never repeats a request by itself: a lost answer may be a stored object.

    Raises:
        StoreCertificateError: the authority's file cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=str(place.ca or certifi.where()))
    except (OSError, ssl.SSLError) as error:
        raise StoreCertificateError(place.endpoint, cause=type(error).__name__) from error
    pool = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=place.timeout_s, read=place.timeout_s),
        retries=False,
        maxsize=16,
        ssl_context=context,
    )
    keys = FileCredentials(place.access_key, place.secret_key)
    client = _RotatingClient(
        place.endpoint, region=place.region, secure=place.secure, http_client=pool, credentials=keys
    )
    client.keys = keys
    return client


@contextmanager
def s3_errors(item: str) -> Iterator[None]:
    """Turn what client and server say into errors of ours.

    Args:
        item: what was being done, an opaque name.

    Raises:
        StoreUnavailableError: no answer, or one that says to come back later; may be tried again.
        ObjectMissingError, StoreFullError, StoreCredentialsError, StoreBucketError, StoreClockError,
        StoreCertificateError, StoreError.
    """
    try:
        yield
    except S3Error as error:
        raise _of_code(error.code or "", item, status=error.response.status) from error
    except (ServerError, InvalidResponseError) as error:
        status = getattr(error, "status_code", 0) or getattr(error, "_code", 0)
        raise _of_code("", item, status=int(status)) from error
    except MinioException as error:
        raise StoreError(item, cause=type(error).__name__) from error
    except urllib3.exceptions.HTTPError as error:
        raise _of_connection(error, item) from error
    except (ValueError, ET.ParseError) as error:
        raise StoreUnavailableError(item, cause="an answer that is none") from error


def _of_code(code: str, item: str, *, status: int) -> StoreError:
    if code == "NoSuchBucket":
        return StoreBucketError(item, cause=code, reason="không có thùng chứa (bucket) này")
    full = code in _FULL or status == _INSUFFICIENT_STORAGE
    kind = StoreFullError if full else _KINDS.get(code)
    if kind is None:
        kind = StoreUnavailableError if status >= _SERVER_FAULT else StoreError
    return kind(item, cause=code or f"HTTP {status}")


def _of_connection(error: urllib3.exceptions.HTTPError, item: str) -> StoreError:
    reason: object = getattr(error, "reason", None) or error
    cause = type(reason).__name__
    behind = reason if isinstance(reason, BaseException) else error
    if isinstance(behind, urllib3.exceptions.SSLError) or isinstance(behind.__cause__, ssl.SSLError):
        return StoreCertificateError(item, cause=cause)
    return StoreUnavailableError(item, cause=cause)
