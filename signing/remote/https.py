"""Questions to a signing service over HTTPS: JSON both ways, bounded, certificates always verified.

No proxy, certificate store or credential is taken from the environment: only what the operator configured.
Nothing that a service says in words goes into an error: it may name a person.
"""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from dossier.errors import SettingsError, SigningExpiredError, SigningServiceError

MAX_ANSWER_BYTES = 8 * 1024 * 1024
TRIES = 3
_FIRST_PAUSE_S = 0.5
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")

Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service said: the HTTP status and the object in the body (empty if there was none)."""

    status: int
    body: Json = field(repr=False)

    @property
    def code(self) -> str:
        """The error code of the service, if it looks like a code and not like a sentence."""
        for name in ("error", "code", "status_code"):
            value = str(self.body.get(name, ""))
            if _CODE.fullmatch(value):
                return value
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpsService:
    """A service at one address.

    Attributes:
        item: how to name it to a person.
        base_url: ``https://…``, without the path of a call.
        ca_file: PEM of the authorities to believe; those of the system when not set.
        timeout_s: how long one answer may take, in seconds, unless the call says otherwise.
        pause: waits that many seconds between two tries.
        clock: seconds that only grow.
    """

    item: str
    base_url: str
    ca_file: Path | None = None
    timeout_s: float = 30.0
    pause: Callable[[float], object] = field(default=time.sleep, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme != "https" or not parts.hostname or parts.username or parts.query:
            raise SettingsError(f"{self.item}: base_url", reason="cần địa chỉ https:// không kèm tài khoản")

    def post(  # noqa: PLR0913  one word for each thing that differs between calls
        self,
        path: str,
        body: Mapping[str, object],
        *,
        bearer: str = "",
        harmless: bool = False,
        form: bool = False,
        person_s: float = 0.0,
    ) -> Answer:
        """Ask once; ask again only where that cannot do harm.

        Args:
            path: of the call, with a leading slash.
            body: sent as JSON.
            bearer: access token, if any.
            harmless: asking twice changes nothing: a failed answer is asked for again. Otherwise only a
                connection that never stood is tried again.
            form: send a form instead of JSON (OAuth 2.0, RFC 6749).
            person_s: the answer comes when a person has decided, at the latest after so many seconds.

        Raises:
            SigningExpiredError: the person did not decide in time.
            SigningServiceError: it cannot be reached, breaks off, or answers no JSON object.
        """
        sent: dict[str, Any] = {"data" if form else "json": dict(body)}
        if bearer:
            sent["headers"] = {"Authorization": f"Bearer {bearer}"}
        limit_s = person_s or self.timeout_s
        with self._client(limit_s) as client:
            for left in range(TRIES - 1, -1, -1):
                try:
                    answer = self._ask(client, path, sent, limit_s)
                except httpx.ConnectError as error:
                    self._again_or_raise(left, error)
                except httpx.ReadTimeout as error:
                    if person_s:
                        raise SigningExpiredError(self.item, cause="ReadTimeout") from error
                    self._again_or_raise(left if harmless else 0, error)
                except httpx.HTTPError as error:
                    self._again_or_raise(left if harmless else 0, error)
                else:
                    if not (harmless and left and answer.status >= httpx.codes.INTERNAL_SERVER_ERROR):
                        return answer
                self.pause(_FIRST_PAUSE_S * 2 ** (TRIES - 1 - left))
        raise AssertionError

    def refuse(self, answer: Answer) -> SigningServiceError:
        """The error for an answer that is not what was asked for."""
        if answer.status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            reason = "dịch vụ không chấp nhận tài khoản"
        elif answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            reason = "dịch vụ đang lỗi"
        elif answer.status >= httpx.codes.BAD_REQUEST:
            reason = "dịch vụ từ chối yêu cầu"
        else:
            reason = "câu trả lời của dịch vụ không đúng dạng"
        return SigningServiceError(self.item, reason=reason, cause=f"HTTP {answer.status} {answer.code}")

    def _client(self, limit_s: float) -> httpx.Client:
        try:
            verify = _tls(self.ca_file)
        except (OSError, ssl.SSLError) as error:
            reason = "không đọc được tệp chứng thư"
            raise SettingsError(f"{self.item}: ca_file", reason=reason) from error
        return httpx.Client(
            base_url=self.base_url.rstrip("/"),
            verify=verify,
            timeout=httpx.Timeout(self.timeout_s, read=limit_s),
            follow_redirects=False,
            trust_env=False,
        )

    def _ask(self, client: httpx.Client, path: str, sent: Mapping[str, Any], limit_s: float) -> Answer:
        started = self.clock()
        with client.stream("POST", path, **sent) as response:
            data = bytearray()
            for chunk in response.iter_bytes():
                data += chunk
                # The library limits the time between two pieces; a trickle never ends by that.
                if self.clock() - started > limit_s:
                    msg = "the whole answer takes too long"
                    raise httpx.ReadTimeout(msg)
                if len(data) > MAX_ANSWER_BYTES:
                    reason = "câu trả lời của dịch vụ quá lớn"
                    raise SigningServiceError(self.item, reason=reason)
        failed = response.status_code >= httpx.codes.BAD_REQUEST
        return Answer(status=response.status_code, body=self._parsed(bytes(data), failed=failed))

    def _parsed(self, data: bytes, *, failed: bool) -> Json:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            return value
        if failed:
            return {}
        raise SigningServiceError(self.item, reason="câu trả lời của dịch vụ không đúng dạng")

    def _again_or_raise(self, left: int, error: httpx.HTTPError) -> None:
        if left:
            return
        slow = isinstance(error, httpx.TimeoutException)
        reason = "dịch vụ không trả lời kịp" if slow else "không kết nối được"
        raise SigningServiceError(self.item, reason=reason, cause=type(error).__name__) from error


@lru_cache(maxsize=8)
def _tls(ca_file: Path | None) -> ssl.SSLContext:
    """Reading the authorities of a system costs more than the question itself."""
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
