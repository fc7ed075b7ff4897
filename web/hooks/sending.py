"""One signed POST to a receiver, by the rules of Standard Webhooks; bounded in time and in what is read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from dossier.service_errors import WebhookFailedError
from dossier.webhooks import Webhook
from web.hooks.addresses import Resolve, Target, checked, resolve

_TIMEOUT_SECONDS: Final = 10.0
GONE: Final = 410


def signature(secret: str, *, delivery: str, at: datetime, body: bytes) -> str:
    """What ``webhook-signature`` says: HMAC-SHA-256 over id, second and body (Standard Webhooks, ``v1``).

    Args:
        secret: base64.
        delivery: id; the same for every try.
        at: aware.
        body: as sent.
    """
    signed = f"{delivery}.{int(at.timestamp())}.".encode() + body
    made = hmac.new(base64.b64decode(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


class Sender:
    """Sends to receivers. Safe for threads."""

    def __init__(
        self,
        *,
        private_hosts: frozenset[str],
        ca: Path | None = None,
        look_up: Resolve = resolve,
        timeout_s: float = _TIMEOUT_SECONDS,
    ) -> None:
        """Send by these rules.

        Args:
            private_hosts: see ``checked``.
            ca: PEM file for receivers; the system's authorities when ``None``.
            look_up: gives the addresses of a host.
            timeout_s: for the whole of one try, in seconds.
        """
        self._private_hosts = private_hosts
        self._trusted = ssl.create_default_context(cafile=str(ca) if ca else None)
        self._look_up = look_up
        self._timeout_s = timeout_s

    def check(self, url: str) -> Target:
        """Where a URL leads.

        Raises:
            WebhookAddressError: nothing is sent there.
        """
        return checked(url, private_hosts=self._private_hosts, look_up=self._look_up)

    def send(self, webhook: Webhook, told: Mapping[str, object], *, delivery: str, at: datetime) -> int:
        """Send something and give the status that came back.

        Args:
            webhook: to whom.
            told: what, as JSON.
            delivery: id by which the receiver knows it when it comes again.
            at: aware.

        Raises:
            WebhookAddressError: nothing is sent there.
            WebhookFailedError: no proper answer came in time.
        """
        target = self.check(webhook.url)
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "motlan-webhooks",
            "webhook-id": delivery,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature(webhook.secret, delivery=delivery, at=at, body=body),
        }
        try:
            return self._post(target, body, headers)
        except (OSError, http.client.HTTPException) as error:
            raise WebhookFailedError(webhook.id, reason=type(error).__name__) from error

    def _post(self, target: Target, body: bytes, headers: Mapping[str, str]) -> int:
        connected = socket.create_connection((target.address, target.port), timeout=self._timeout_s)
        # An answer that comes drop by drop resets the time of each read; this ends the whole.
        ended = threading.Timer(self._timeout_s, _cut, [connected])
        ended.daemon = True
        ended.start()
        connection = http.client.HTTPConnection(target.host, target.port, timeout=self._timeout_s)
        try:
            with connected:
                connection.sock = (
                    self._trusted.wrap_socket(connected, server_hostname=target.host)
                    if target.secure
                    else connected
                )
                connection.request("POST", target.path, body=body, headers=dict(headers))
                return connection.getresponse().status
        finally:
            ended.cancel()
            connection.close()


def _cut(connected: socket.socket) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It was closed already.
        return
