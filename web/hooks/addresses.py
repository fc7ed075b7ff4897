"""Where webhooks may go: public https addresses, and hosts of private networks that the settings name.

A name is looked up once and the connection goes to the very address that was checked, so that a second
look-up cannot lead it elsewhere (DNS rebinding); redirects are not followed.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from dossier.service_errors import WebhookAddressError

MOST_CHARACTERS: Final = 2000

Resolve = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: how to connect, and what to ask for there."""

    secure: bool
    host: str
    port: int
    address: str
    path: str


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host by the system's resolver; empty when it has none."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []


def checked(url: str, *, private_hosts: frozenset[str], look_up: Resolve = resolve) -> Target:
    """Where a URL leads, when something may be sent there.

    Args:
        url: of a receiver.
        private_hosts: hosts that may be inside a private network, and may then be plain http.
        look_up: gives the addresses of a host.

    Raises:
        WebhookAddressError: nothing is sent there.
    """
    if len(url) > MOST_CHARACTERS or not url.isascii() or not url.isprintable() or " " in url:
        raise WebhookAddressError("—", reason="không phải địa chỉ")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise WebhookAddressError("—", reason="không phải địa chỉ") from error
    named = host in private_hosts
    if parts.scheme != "https" and not (parts.scheme == "http" and named):
        raise WebhookAddressError(host or "—", reason="phải là https")
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise WebhookAddressError(host or "—", reason="không phải địa chỉ")
    port = port or (443 if parts.scheme == "https" else 80)
    addresses = look_up(host, port)
    if not addresses:
        raise WebhookAddressError(host, reason="không tìm thấy máy này")
    if not named and not all(is_public(address) for address in addresses):
        raise WebhookAddressError(host, reason="địa chỉ trong mạng riêng")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port, addresses[0], path)


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet; what is written in another's clothes is undressed."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        found = inner or found
    return found.is_global and not found.is_multicast and not found.is_reserved
