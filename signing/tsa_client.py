"""The client of several timestamp authorities: asks them in order, believes none of them unchecked."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from typing import TYPE_CHECKING

import httpx
from asn1crypto import cms, x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from signing.tsa_token import TokenFaultError, TokenTrust

if TYPE_CHECKING:
    from asn1crypto import tsp

    from signing.timestamps import HttpTimestampAuthority, TimestampAuthorities

# A token with a long chain has some 10 KB; nobody has to hold what a strange service sends without end.
MAX_ANSWER_BYTES = 262_144
_HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
    "Accept-Encoding": "identity",
}
_MEDIA_TYPE = "application/timestamp-reply"


class AllAuthoritiesFailedError(TimestampRequestError):
    """No authority gave a token, or none may be asked yet; says why by codes only."""


class _SkippedError(Exception):
    """It failed while we stood in its line."""


class FailoverTimeStamper(TimeStamper):
    """Asks the authorities in their order until one gives a token that may be used.

    Attributes:
        certificates: those of the paths of all checked tokens, by SHA-256.
    """

    def __init__(self, source: TimestampAuthorities, trusts: Sequence[TokenTrust]) -> None:
        super().__init__()
        self._source = source
        self._trusts = trusts
        self._sessions: dict[str, httpx.AsyncClient] = {}
        self._turns = [asyncio.Semaphore(authority.at_once) for authority in source.authorities]
        self.certificates: dict[bytes, x509.Certificate] = {}

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A checked token for a digest.

        Raises:
            AllAuthoritiesFailedError: nobody gave one.
        """
        for index, health in enumerate(self._source.health):
            if not health.may_be_asked(self._source.clock()):
                continue
            try:
                return await self._from(index, digest=message_digest, algorithm=md_algorithm)
            except _SkippedError:
                continue
            except TokenFaultError as error:
                now = self._source.clock()
                health.failed(error.fault, now=now, share=self._source.chance())
        faults = ", ".join(health.fault for health in self._source.health if health.fault)
        raise AllAuthoritiesFailedError(faults)

    async def aclose(self) -> None:
        """Close the connections; a later stamp opens new ones."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.aclose()

    async def _from(self, index: int, *, digest: bytes, algorithm: str) -> cms.ContentInfo:
        authority = self._source.authorities[index]
        _, request = self.request_cms(digest, algorithm)
        async with self._turns[index]:
            # Those who stood in line while it failed need not find that out for themselves.
            if not self._source.health[index].may_be_asked(self._source.clock()):
                raise _SkippedError
            answer = await self._answer(authority, request)
        token, path = await self._trusts[index].check(answer, request=request)
        self._source.health[index].well()
        self._source.largest_token = max(self._source.largest_token, len(token.dump()))
        self.certificates.update({certificate.sha256: certificate for certificate in path})
        return token

    async def _answer(self, authority: HttpTimestampAuthority, request: tsp.TimeStampReq) -> bytes:
        """The bytes of an answer within the time limit, bounded in size; redirections are not followed."""
        try:
            async with (
                asyncio.timeout(authority.timeout_s),
                self._session(authority).stream("POST", authority.url, content=request.dump()) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    raise TokenFaultError(f"http_{response.status_code}")
                if response.headers.get("Content-Type", "").partition(";")[0].strip() != _MEDIA_TYPE:
                    raise TokenFaultError("media_type")
                return await _bounded(response)
        except TimeoutError as error:
            raise TokenFaultError("timeout") from error
        except (httpx.HTTPError, ssl.SSLError, OSError) as error:
            raise TokenFaultError("connection") from error

    def _session(self, authority: HttpTimestampAuthority) -> httpx.AsyncClient:
        """One session for each authority; its connections are kept between stamps."""
        if authority.url not in self._sessions:
            context = ssl.create_default_context(cafile=authority.tls_ca)
            self._sessions[authority.url] = httpx.AsyncClient(
                headers=_HEADERS,
                # The whole answer has one time limit, see above.
                timeout=None,  # noqa: S113
                verify=context,
                follow_redirects=False,
                # Nothing but what was configured decides where a request goes.
                trust_env=False,
                limits=httpx.Limits(max_connections=authority.at_once),
            )
        return self._sessions[authority.url]


async def _bounded(response: httpx.Response) -> bytes:
    data = bytearray()
    async for piece in response.aiter_bytes():
        data += piece
        if len(data) > MAX_ANSWER_BYTES:
            raise TokenFaultError("too_large")
    return bytes(data)
