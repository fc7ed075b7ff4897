"""Connections to an S3 server: where it is, with which keys, and what its refusals mean.

The endpoint, its certificate and its clock are things of a machine room: each trouble with them has an error
of its own, so that the operator need not read a trace.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import certifi
import urllib3
from minio import Minio
from minio.credentials.credentials import Credentials
from minio.credentials.providers import Provider
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError

from dossier.errors import (
    MotlanError,
    ObjectMissingError,
    StoreBucketError,
    StoreCertificateError,
    StoreClockError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreUnavailableError,
)

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
        access_key, secret_key: asked for every request, so that a new pair counts without a restart.
        path_style: the bucket stands in the path of an address, not in front of the host.
        timeout_s: for connecting and for every single wait; seconds.
    """

    endpoint: str
    bucket: str
    access_key: Callable[[], str] = field(repr=False)
    secret_key: Callable[[], str] = field(repr=False)
    region: str = "us-east-1"
    secure: bool = True
    ca: Path | None = None
    path_style: bool = True
    timeout_s: float = 30.0


class SourcedCredentials(Provider):
    """Keys from a secret source. Put new ones in place, and the next request is signed with them."""

    def __init__(self, place: S3Place) -> None:
        self._place = place
        self._kept: Credentials | None = None

    def retrieve(self) -> Credentials:
        """The keys as their source has them now.

        Raises:
            StoreCredentialsError: a key is not there, empty, or others may read it.
        """
        try:
            access, secret = self._place.access_key(), self._place.secret_key()
        except (MotlanError, OSError) as error:
            cause = error.code if isinstance(error, MotlanError) else type(error).__name__
            raise StoreCredentialsError(self._place.bucket, cause=cause) from error
        if not access or not secret:
            raise StoreCredentialsError(self._place.bucket, cause="an empty key")
        kept = self._kept
        if kept is None or (kept.access_key, kept.secret_key) != (access, secret):
            self._kept = kept = Credentials(access, secret)
        return kept


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
    client = Minio(
        place.endpoint,
        region=place.region,
        secure=place.secure,
        http_client=pool,
        credentials=SourcedCredentials(place),
    )
    if not place.path_style:
        client.enable_virtual_style_endpoint()  # type: ignore[no-untyped-call]
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
