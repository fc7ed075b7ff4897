"""Timestamp authorities (RFC 3161) behind one Protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from cryptography import x509

from dossier.errors import SettingsError
from signing.keys import SigningKey, is_demo, says_demo

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

# The service of the Government Cipher Committee is known to answer after 2 to 131 seconds.
TIMEOUT_S = 150


class TimestampSource(Protocol):
    """An authority that stamps digests with the time."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Certificates needed to check its tokens: authorities, root last; its own may be missing."""

    @property
    def demo(self) -> bool:
        """Whether its stamps prove nothing outside a demonstration."""

    def client(self) -> TimeStamper:
        """A new client of the authority, for use in one event loop."""


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
    """

    url: str
    chain: tuple[x509.Certificate, ...]
    timeout_s: int = TIMEOUT_S

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SettingsError("signing.tsa.url", reason="cần địa chỉ http:// hoặc https://")

    @property
    def demo(self) -> bool:
        """Whether its authorities say DEMO."""
        return any(says_demo(certificate) for certificate in self.chain)

    def client(self) -> TimeStamper:
        """A client that opens one connection for each stamp."""
        from pyhanko.sign.timestamps import HTTPTimeStamper  # noqa: PLC0415  takes a second to load

        return HTTPTimeStamper(self.url, timeout=self.timeout_s)
