"""From the ``Authorization`` header to a caller: a key that was issued here, or a token of the provider."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from dossier.api_errors import CredentialsError, RateLimitError
from flows.admission import is_key, key_of
from web.auth.caller import Caller
from web.auth.jwks import Jwks, fetch_from
from web.auth.known import KnownCallers
from web.auth.rates import Buckets
from web.auth.tokens import TokenJudge
from wiring.services import Services

_FAILURES_PER_MINUTE = 60


class Authenticator:
    """Proves who asks. Everything here may wait for the database or the network: call it in a thread."""

    def __init__(
        self,
        services: Services,
        *,
        seconds: Callable[[], float] = time.monotonic,
        fetch: Callable[[], bytes] | None = None,
    ) -> None:
        """Use the keys and the provider of an installation.

        Args:
            services: of the installation.
            seconds: that only grow, for caches and rates.
            fetch: gives the keys of the provider; its address in the settings by default.
        """
        self._services = services
        self._seconds = seconds
        self._fetch = fetch
        self._failures = Buckets(_FAILURES_PER_MINUTE, clock=seconds)
        self._known = KnownCallers(clock=services.clock, seconds=seconds)

    def known(self, header: str) -> Caller | None:
        """Who proved themselves by this very header a moment ago. Waits for nothing."""
        return self._known.find(header)

    def watcher(self, header: str) -> Caller | None:
        """An observer who proved themselves by it within the hour; see ``KnownCallers.find_watcher``."""
        return self._known.find_watcher(header)

    def caller(self, header: str, *, peer: str) -> Caller:
        """Who asks.

        Args:
            header: the ``Authorization`` header, empty when there is none.
            peer: address of the other side; one that fails too often is slowed down.

        Raises:
            CredentialsError: it proves nobody.
            RateLimitError: this peer failed too often.
            ProviderUnavailableError: the keys of the provider cannot be had.
        """
        try:
            found = self._caller(header)
        except CredentialsError:
            self._known.forget(header)
            wait = self._failures.take(peer)
            if wait:
                raise RateLimitError(seconds=wait) from None
            raise
        self._known.keep(header, found)
        return found

    def _caller(self, header: str) -> Caller:
        scheme, _, credentials = header.partition(" ")
        if scheme.lower() != "bearer" or not credentials:
            raise CredentialsError(cause="no bearer")
        if is_key(credentials):
            key = key_of(self._services, credentials)
            if key is None:
                raise CredentialsError(cause="key")
            return Caller(f"key-{key.id}", key.scopes, ends_at=key.ends_at)
        if self._judge is None:
            raise CredentialsError(cause="no provider")
        return self._judge.caller(credentials)

    @cached_property
    def _judge(self) -> TokenJudge | None:
        provider = self._services.settings.api.provider
        if provider is None:
            return None
        fetch = self._fetch or fetch_from(provider.jwks_url, provider.ca)
        return TokenJudge(
            provider,
            keys=Jwks(fetch, clock=self._seconds),
            clock=self._services.clock,
            reference=self._services.store.records.owner_ref,
            use_once=self._use_once,
        )

    def _use_once(self, reference: str, ends_at: datetime) -> bool:
        admissions = self._services.store.records.admissions
        return admissions.use_token(reference, ends_at=ends_at, now=self._services.clock())
