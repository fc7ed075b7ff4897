"""Who proved themselves a moment ago need not do it again with each request.

A proof costs a look at the records or a signature. It is remembered for a few seconds, so that a key that
was revoked, or a token whose key the provider withdrew, counts for no longer than that. Kept is the SHA-256
of what the caller sent, never the secret itself.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from dossier.admission import Role
from dossier.ports import Clock
from web.auth.caller import Caller

KNOWN_SECONDS: Final = 5.0
"""So long a proof is remembered: the longest that a revoked key goes on counting."""
WATCHING_SECONDS: Final = 3600.0
"""So long a watcher is still known while the records are away, and with them the list of keys: just then
somebody has to be told. It gets figures of the whole and nothing of anybody."""
_SPREAD: Final = 0.5
MOST_KNOWN: Final = 10_000
"""Callers remembered; the one that proved itself longest ago is forgotten first."""


class KnownCallers:
    """Proofs of the last seconds. Safe for threads."""

    def __init__(self, *, clock: Clock, seconds: Callable[[], float], most: int = MOST_KNOWN) -> None:
        """Remember by two clocks: the moment ends keys and tokens, seconds that only grow the memory."""
        self._clock = clock
        self._seconds = seconds
        self._most = most
        self._guard = threading.Lock()
        self._found: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()
        self._watching: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()

    def find(self, header: str) -> Caller | None:
        """Who proved themselves by this ``Authorization`` header; nothing when that is too long ago."""
        return self._counting(self._found.get(_digest(header)))

    def find_watcher(self, header: str) -> Caller | None:
        """An observer who proved themselves within the hour: for figures, and while nobody can be asked."""
        return self._counting(self._watching.get(_digest(header)))

    def forget(self, header: str) -> None:
        """It proves nobody any more."""
        with self._guard:
            for known in (self._found, self._watching):
                known.pop(_digest(header), None)

    def _counting(self, known: tuple[Caller, float] | None) -> Caller | None:
        if known is None:
            return None
        caller, until = known
        if self._seconds() >= until or caller.ends_at is None or self._clock() >= caller.ends_at:
            return None
        return caller

    def keep(self, header: str, caller: Caller) -> None:
        """Remember a proof just made; one that counts once is none to remember."""
        if caller.ends_at is None:
            return
        with self._guard:
            key = _digest(header)
            self._keep(self._found, key, caller, _life(key))
            if caller.scopes.role is Role.OBSERVER:
                self._keep(self._watching, key, caller, WATCHING_SECONDS)

    def _keep(
        self, known: OrderedDict[bytes, tuple[Caller, float]], key: bytes, caller: Caller, life: float
    ) -> None:
        known.pop(key, None)
        known[key] = (caller, self._seconds() + life)
        while len(known) > self._most:
            known.popitem(last=False)


def _life(key: bytes) -> float:
    """Seconds, another number for each proof: those that came at one moment are not all made again at one."""
    return KNOWN_SECONDS * (1 - _SPREAD * key[0] / 255)


def _digest(header: str) -> bytes:
    return hashlib.sha256(header.encode("utf-8", "surrogatepass")).digest()
