"""Timestamp authorities (RFC 3161) behind one Protocol: inside the process, or on the network."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from cryptography import x509

from dossier.errors import SettingsError
from signing.keys import SigningKey, is_demo, says_demo
from signing.revocation import RevocationSource

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

    from signing.tsa_client import FailoverTimeStamper

# The service of the Government Cipher Committee is known to answer after 2 to 131 seconds.
TIMEOUT_S = 150
AT_ONCE = 4
# What is kept free for a token while none of an authority was seen: tokens with their whole chain stay below.
TOKEN_BYTES = 20_480


class TimestampSource(Protocol):
    """An authority that stamps digests with the time."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Certificates needed to check its tokens: authorities, root last; its own may be missing."""

    @property
    def demo(self) -> bool:
        """Whether its stamps prove nothing outside a demonstration."""

    @property
    def token_bytes(self) -> int:
        """Bytes to keep free for a token; 0 when a first token, asked for at once, shall tell."""

    def client(self) -> TimeStamper:
        """A client of the authority, for use in one event loop."""


@dataclass(frozen=True, slots=True)
class LocalTimestampAuthority:
    """An authority inside this process, for demonstration and tests; see :class:`TimestampSource`.

    Attributes:
        key: its key.
        clock: gives the time that it vouches for; aware.
    """

    key: SigningKey
    clock: Callable[[], datetime]

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Its own certificate and those above."""
        return (self.key.certificate, *self.key.chain)

    @property
    def demo(self) -> bool:
        """Whether its key is a demonstration key."""
        return is_demo(self.key)

    @property
    def token_bytes(self) -> int:
        """A first token costs nothing here."""
        return 0

    def client(self) -> TimeStamper:
        """A client that asks nobody else."""
        from signing.local_tsa import LocalTimeStamper  # noqa: PLC0415  the library takes a second to load

        return LocalTimeStamper(self.key, clock=self.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTimestampAuthority:
    """An authority reached by HTTP; see :class:`TimestampSource`.

    Attributes:
        url: where it is asked, ``https://`` or ``http://`` (tokens are signed, digests reveal nothing).
        chain: authorities above its certificate, root last.
        timeout_s: how long one answer may take, in seconds.
        at_once: how many stamps may be asked for together.
        tls_ca: PEM file of the authority of an ``https://`` service; those of the system when ``None``.
    """

    url: str
    chain: tuple[x509.Certificate, ...]
    timeout_s: int = TIMEOUT_S
    at_once: int = AT_ONCE
    tls_ca: Path | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SettingsError("signing.tsa.url", reason="cần địa chỉ http:// hoặc https://")
        if parts.username or parts.password:
            raise SettingsError("signing.tsa.url", reason="không ghi tài khoản, mật khẩu trong địa chỉ")
        if self.tls_ca is not None and not self.tls_ca.is_file():
            raise SettingsError("signing.tsa.tls_ca", reason="không có tệp này")

    @property
    def demo(self) -> bool:
        """Whether its authorities say DEMO."""
        return any(says_demo(certificate) for certificate in self.chain)

    @property
    def token_bytes(self) -> int:
        """One authority alone is asked once how large its tokens are."""
        return 0

    def client(self) -> TimeStamper:
        """A client that opens one connection for each stamp."""
        from pyhanko.sign.timestamps import HTTPTimeStamper  # noqa: PLC0415  takes a second to load

        return HTTPTimeStamper(self.url, timeout=self.timeout_s)


def read_chain(files: Sequence[Path]) -> tuple[x509.Certificate, ...]:
    """The certificates of PEM files, each file with one or several.

    Raises:
        SettingsError: a file cannot be read or holds none.
    """
    found: list[x509.Certificate] = []
    for path in files:
        try:
            found += x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            reason = "không đọc được chứng thư số (PEM)"
            raise SettingsError(path.name, reason=reason, cause=type(error).__name__) from error
    return tuple(found)


class TimestampAuthorities:
    """Several authorities, asked in order; see :class:`TimestampSource`.

    One that fails is left alone for a while, longer each time. Only tokens that were checked are given out:
    an authority that nobody here trusts counts as one that failed.
    """

    def __init__(
        self,
        authorities: tuple[HttpTimestampAuthority, ...],
        *,
        clock: Callable[[], datetime],
        revocation: RevocationSource,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Keep them in the order in which they are asked.

        Args:
            authorities: at least one.
            clock: gives the present; aware.
            revocation: where revocation lists come from.
            chance: a number from 0 to below 1, for waits.

        Raises:
            SettingsError: there is none.
        """
        if not authorities:
            raise SettingsError("timestamps", reason="chưa có dịch vụ dấu thời gian nào")
        from signing.tsa_health import Health  # noqa: PLC0415  keeps this module light

        self.authorities = authorities
        self.health = tuple(Health() for _ in authorities)
        self.clock = clock
        self.chance = chance
        self.largest_token = 0
        self._revocation = revocation
        self._client: tuple[asyncio.AbstractEventLoop, FailoverTimeStamper] | None = None

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The authorities above all of them, each once."""
        return tuple(dict.fromkeys(one for authority in self.authorities for one in authority.chain))

    @property
    def demo(self) -> bool:
        """Whether any of them is for demonstrations."""
        return any(authority.demo for authority in self.authorities)

    @property
    def at_once(self) -> int:
        """How many stamps are asked for together: what the first of them allows."""
        return self.authorities[0].at_once

    @property
    def token_bytes(self) -> int:
        """The largest token seen; before the first one, more than any is known to need."""
        return self.largest_token or TOKEN_BYTES

    def client(self) -> FailoverTimeStamper:
        """The client of the running event loop; it keeps its connections."""
        from signing.tsa_client import FailoverTimeStamper  # noqa: PLC0415  takes a second to load
        from signing.tsa_token import TokenTrust  # noqa: PLC0415

        loop = asyncio.get_running_loop()
        if self._client is None or self._client[0] is not loop:
            trusts = [
                TokenTrust(authority.chain, clock=self.clock, revocation=self._revocation)
                for authority in self.authorities
            ]
            self._client = (loop, FailoverTimeStamper(self, trusts))
        return self._client[1]
