"""The public keys of the identity provider (RFC 7517): kept for a while, fetched anew on rotation."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from dossier.api_errors import ProviderUnavailableError

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""The only ones that count; each key serves the family of its own type and no other."""

FRESH_SECONDS: Final = 600.0
"""So long keys are used without asking again."""
STALE_SECONDS: Final = 86_400.0
"""So long they go on counting while the provider cannot be reached."""
RETRY_SECONDS: Final = 10.0
"""An unknown key id makes us ask again, but no more often than this: the id comes from a stranger."""

_MOST_BYTES: Final = 256 * 1024
_TIMEOUT_SECONDS: Final = 5.0
_RSA_BITS: Final = 2048

PublicKey = RSAKey | ECKey


class NoKeysError(ValueError):
    """What an address gave is no document of keys."""


class Jwks:
    """The keys of one provider. Safe for threads: one fetches; who has a key already does not wait."""

    def __init__(self, fetch: Callable[[], bytes], *, clock: Callable[[], float]) -> None:
        """Use keys from there.

        Args:
            fetch: gives the document; any exception means that it cannot be had now.
            clock: seconds that only grow.
        """
        self._fetch = fetch
        self._clock = clock
        self._turn = threading.Lock()
        self._keys: dict[tuple[str, str], PublicKey] = {}
        self._fetched: float | None = None
        self._tried: float | None = None

    def key(self, kid: str, algorithm: str) -> PublicKey | None:
        """The key of that id for that algorithm; nothing when the provider has none.

        Raises:
            ProviderUnavailableError: no keys can be had, or those we have are too old.
        """
        wanted = (kid, algorithm)
        now = self._clock()
        known = wanted in self._keys and self._age(now) <= STALE_SECONDS
        if known and self._age(now) <= FRESH_SECONDS:
            return self._keys.get(wanted)
        if self._turn.acquire(blocking=not known):
            try:
                # Whoever had the turn before may have fetched it.
                if self._age(now) > FRESH_SECONDS or wanted not in self._keys:
                    self._renew(now)
            finally:
                self._turn.release()
        if self._age(now) > STALE_SECONDS:
            raise ProviderUnavailableError
        return self._keys.get(wanted)

    def _age(self, now: float) -> float:
        return float("inf") if self._fetched is None else now - self._fetched

    def _renew(self, now: float) -> None:
        if self._tried is not None and now - self._tried < RETRY_SECONDS:
            return
        self._tried = now
        try:
            self._keys = read_keys(self._fetch())
        except Exception:  # noqa: BLE001 - whatever a stranger's server does, the keys we have go on counting
            return
        self._fetched = now


def read_keys(document: bytes) -> dict[tuple[str, str], PublicKey]:
    """Usable keys of a JWKS document by id and algorithm; others in it are passed over.

    Symmetric keys never count: a public document that holds one would let anybody sign.

    Raises:
        NoKeysError: it is no JWKS, or too large.
    """
    if len(document) > _MOST_BYTES:
        raise NoKeysError("too large")
    try:
        told = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise NoKeysError("no JSON") from error
    keys = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(keys, list):
        raise NoKeysError("no list of keys")
    found: dict[tuple[str, str], PublicKey] = {}
    for each in keys:
        if isinstance(each, dict) and isinstance(each.get("kid"), str):
            found |= {(each["kid"], algorithm): key for algorithm, key in _usable(each)}
    return found


def _usable(told: Mapping[str, object]) -> list[tuple[str, PublicKey]]:
    if told.get("use", "sig") != "sig" or told.get("alg", "ES256") not in ALGORITHMS:
        return []
    # Only what belongs to a public key is looked at.
    names = ("kty", "kid", "n", "e", "crv", "x", "y")
    public = {name: value for name, value in told.items() if name in names and isinstance(value, str)}
    try:
        if public.get("kty") == "RSA":
            rsa = RSAKey.import_key(dict(public))
            key: PublicKey = rsa
            algorithms: tuple[str, ...] = ("RS256", "PS256") if rsa.raw_value.key_size >= _RSA_BITS else ()
        elif public.get("kty") == "EC" and public.get("crv") == "P-256":
            key, algorithms = ECKey.import_key(dict(public)), ("ES256",)
        else:
            return []
    except (JoseError, ValueError, TypeError, KeyError):
        return []
    return [(each, key) for each in algorithms if told.get("alg", each) == each]


def fetch_from(url: str, ca: Path | None) -> Callable[[], bytes]:
    """What fetches the document from its address: bounded in time and size, no redirects.

    Args:
        url: of the document.
        ca: PEM file of the authorities for it; the system's when ``None``.
    """

    def fetch() -> bytes:
        import httpx  # noqa: PLC0415  only installations with a provider pay for it

        trusted = ssl.create_default_context(cafile=str(ca) if ca else None)
        with (
            httpx.Client(verify=trusted, timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise NoKeysError("no keys there")
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > _MOST_BYTES:
                    raise NoKeysError("too large")
            return body

    return fetch
