"""Keys whose owner confirms on a phone: what they can do beyond signing, and the wait for the person.

A request to sign has an id that we choose and write down before it is sent, so a process that starts again
after a crash asks about the same request instead of bothering the person a second time.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from dossier.errors import KeyUnusableError, SigningExpiredError, SigningWaitingError
from signing.keys import SigningKey
from signing.schemes import fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to sign that was sent to a service.

    Attributes:
        id: chosen by us.
        ticket: what the service wants to see when signatures are fetched; a secret with some services.
        expires: aware; after it the person can no longer confirm.
    """

    id: str
    ticket: str = field(repr=False)
    expires: datetime


@runtime_checkable
class ConfirmedKey(SigningKey, Protocol):
    """A :class:`signing.keys.SigningKey` whose owner confirms each request on a phone.

    ``sign`` and ``sign_many`` wait for the person; ``ask`` and ``collect`` are the same in two steps, which
    may be taken by two processes.
    """

    @property
    def at_once(self) -> int:
        """How many digests one request may hold."""

    @property
    def patience(self) -> Patience:
        """How long its owner is waited for."""

    def ask(self, request_id: str, digests: Sequence[bytes], *, asked_before: bool) -> Request:
        """Send a request, or find it again.

        Args:
            request_id: a UUID, chosen by the caller and written down before this call.
            digests: SHA-256, 32 bytes each.
            asked_before: an earlier process may have sent it already. Where the service knows requests by
                their id, the request that stands is used.

        Raises:
            SigningDeclinedError, SigningExpiredError, SigningServiceError.
        """

    def collect(self, request: Request, digests: Sequence[bytes]) -> list[bytes] | None:
        """The signatures, in the order of the digests; ``None`` while the person has not confirmed.

        Raises:
            SigningDeclinedError, SigningExpiredError, SigningServiceError.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How to wait for a person.

    Attributes:
        wait_s: for how long, in seconds.
        every_s: between two looks, in seconds.
        clock: the present; aware.
        pause: waits that many seconds.
    """

    wait_s: float
    every_s: float = 3.0
    clock: Callable[[], datetime]
    pause: Callable[[float], object] = field(default=time.sleep, repr=False)

    def until_collected(self, key: ConfirmedKey, request: Request, digests: Sequence[bytes]) -> list[bytes]:
        """Look until the signatures are there.

        Raises:
            SigningWaitingError: not confirmed within ``wait_s``; the request still stands.
            SigningExpiredError: the request is over.
            SigningDeclinedError, SigningServiceError: see :class:`ConfirmedKey`.
        """
        waited = 0.0
        while True:
            found = key.collect(request, digests)
            if found is not None:
                return found
            if self.clock() >= request.expires:
                raise SigningExpiredError(key.item)
            if waited >= self.wait_s:
                raise SigningWaitingError(key.item)
            self.pause(self.every_s)
            waited += self.every_s


def sign_confirmed(key: ConfirmedKey, datas: Sequence[bytes]) -> list[bytes]:
    """Sign with as few confirmations as the service allows; every signature is checked.

    Raises:
        KeyUnusableError: a signature does not fit the certificate.
        SigningError: see :meth:`Patience.until_collected`.
    """
    made: list[bytes] = []
    for start in range(0, len(datas), key.at_once):
        part = datas[start : start + key.at_once]
        digests = [hashlib.sha256(data).digest() for data in part]
        request = key.ask(str(uuid.uuid4()), digests, asked_before=False)
        signatures = key.patience.until_collected(key, request, digests)
        check_all(key, part, signatures)
        made.extend(signatures)
    return made


def check_all(key: SigningKey, datas: Sequence[bytes], signatures: Sequence[bytes]) -> None:
    """Refuse signatures that are too few, too many or do not fit.

    Raises:
        KeyUnusableError: with the reason.
    """
    if len(datas) != len(signatures):
        raise KeyUnusableError(key.item, reason="dịch vụ trả về không đủ chữ ký")
    for data, signature in zip(datas, signatures, strict=True):
        if not fits(key.certificate, key.scheme, data=data, signature=signature):
            raise KeyUnusableError(key.item, reason="chữ ký của dịch vụ không khớp chứng thư số")
