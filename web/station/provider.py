"""Sign-in at the identity provider: OpenID Connect, authorization code with PKCE (RFC 7636, RFC 9700).

What the browser brings back is worth nothing by itself: ``state`` ties it to the browser that was sent away,
the code becomes a token only together with a verifier that never left this house, and ``nonce`` ties the
token to this very sign-in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self
from urllib.parse import urlencode

import httpx

from dossier.admission import FieldScope
from dossier.api_errors import CredentialsError, ProviderUnavailableError
from dossier.staff import StaffRole, StaffScopes
from dossier.staff_errors import ProviderRefusedError
from web.api.context import Context
from web.auth.jwks import Jwks, fetch_from
from web.auth.tokens import TokenJudge
from wiring.station_settings import SignInProvider

BACK: Final = "/sign-in/provider/back"
"""Where the provider sends the browser back to."""

Exchange = Callable[[Mapping[str, str]], bytes]
"""Sends the fields of a form to the token address and gives the answer."""

_RANDOM_BYTES: Final = 32
_SECONDS: Final = 10.0
_MOST_BYTES: Final = 100_000
_MOST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Errand:
    """What is remembered of a browser that was sent to the provider, and where it goes afterwards."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    after: str

    @classmethod
    def new(cls, after: str) -> Self:
        """One with random parts."""
        return cls(_random(), _random(), _random(), after)

    @classmethod
    def kept(cls, text: str) -> Self:
        """As it was kept with a session."""
        return cls(**json.loads(text))

    def as_text(self) -> str:
        """As it is kept."""
        told = {"state": self.state, "nonce": self.nonce, "verifier": self.verifier, "after": self.after}
        return json.dumps(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom the provider vouches for."""

    actor: str
    name: str = field(repr=False)
    scopes: StaffScopes


class Provider:
    """The identity provider, as people sign in there."""

    def __init__(
        self,
        context: Context,
        *,
        fetch: Callable[[], bytes] | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        """Use the provider of the settings.

        Args:
            context: of the service.
            fetch: gives its keys; by its address in the settings when not given.
            exchange: turns codes into tokens; by its address in the settings when not given.
        """
        services = context.services
        settings, provider = services.settings.api.provider, services.settings.station.provider
        if settings is None or provider is None:
            raise ProviderUnavailableError
        self._services = services
        self._claim, self._issuer = settings.claim, settings.issuer
        self._skew = settings.skew_seconds
        self._provider: SignInProvider = provider
        self._exchange = exchange or _exchange_at(provider.token_url, str(settings.ca or ""))
        self._judge = TokenJudge(
            # An ID token is for the client that asked for it, not for the service for machines.
            replace(settings, audience=provider.client_id, one_time=False),
            keys=Jwks(fetch or fetch_from(settings.jwks_url, settings.ca), clock=context.seconds),
            clock=services.clock,
            reference=services.store.records.owner_ref,
            use_once=lambda _reference, _ends: True,
        )

    @property
    def _longest(self) -> int:
        """Seconds that a sign-in at the provider may lie back."""
        return self._services.settings.station.session_hours * 3600

    def address(self, errand: Errand) -> str:
        """Where the browser is sent."""
        digest = hashlib.sha256(errand.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": self._redirect,
            "scope": "openid profile",
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "max_age": str(self._longest),
        }
        if self._provider.acr:
            asked["acr_values"] = " ".join(self._provider.acr)
        return f"{self._provider.authorize_url}?{urlencode(asked)}"

    def came_back(self, errand: Errand, *, code: str, state: str, issuer: str) -> Vouched:
        """Whom the provider vouches for.

        Args:
            errand: of this browser.
            code: as it was brought back.
            state: as it was brought back.
            issuer: as it was brought back (RFC 9207); empty when it was not.

        Raises:
            ProviderRefusedError: nobody, or somebody without a role; the cause, for the log, says why.
            ProviderUnavailableError: it cannot be reached.
        """
        if not code or not hmac.compare_digest(state.encode(), errand.state.encode()):
            raise ProviderRefusedError(cause="state")
        if issuer and issuer != self._issuer:
            raise ProviderRefusedError(cause="issuer")
        token = self._token(code, errand.verifier)
        try:
            claims = self._judge.claims(token)
        except CredentialsError as error:
            raise ProviderRefusedError(cause=error.cause) from error
        self._check(claims, errand)
        subject = claims.get("sub")
        if not isinstance(subject, str) or not subject:
            raise ProviderRefusedError(cause="sub")
        reference = self._services.store.records.owner_ref(f"sub:{self._issuer}:{subject}")
        return Vouched(
            actor=f"oidc-{reference[:16]}",
            name=_shown(claims.get("name")),
            scopes=_scopes(claims.get(self._claim)),
        )

    @property
    def _redirect(self) -> str:
        return f"{self._services.settings.station.url}{BACK}"

    def _token(self, code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "client_id": self._provider.client_id,
            "code_verifier": verifier,
        }
        if self._provider.client_secret is not None:
            form["client_secret"] = self._provider.client_secret()
        try:
            token = json.loads(self._exchange(form))["id_token"]
        except (httpx.HTTPError, OSError) as error:
            raise ProviderUnavailableError(cause=type(error).__name__) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ProviderRefusedError(cause="answer") from error
        if not isinstance(token, str):
            raise ProviderRefusedError(cause="answer")
        return token

    def _check(self, claims: Mapping[str, object], errand: Errand) -> None:
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), errand.nonce.encode()):
            raise ProviderRefusedError(cause="nonce")
        if self._provider.acr and claims.get("acr") not in self._provider.acr:
            raise ProviderRefusedError(cause="acr")
        at, now = claims.get("auth_time"), self._services.clock().timestamp()
        if not isinstance(at, int) or isinstance(at, bool) or now - at > self._longest + self._skew:
            raise ProviderRefusedError(cause="auth_time")


def _random() -> str:
    return secrets.token_urlsafe(_RANDOM_BYTES)


def _exchange_at(address: str, authority: str) -> Exchange:
    def exchange(form: Mapping[str, str]) -> bytes:
        trusted = ssl.create_default_context(cafile=authority or None)
        with (
            httpx.Client(verify=trusted, timeout=_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", address, data=dict(form)) as answer,
        ):
            if answer.status_code != 200:
                raise ProviderRefusedError(cause=f"token {answer.status_code}")
            body = b""
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise ProviderRefusedError(cause="too much")
            return body

    return exchange


def _scopes(told: object) -> StaffScopes:
    """Rights as the provider states them; what is missing gives no right."""
    if not isinstance(told, dict):
        raise ProviderRefusedError(cause="no rights")
    try:
        scopes = StaffScopes(
            roles=frozenset(StaffRole(each) for each in _texts(told["staff"])),
            offices=_texts(told.get("offices", [])),
            procedures=_texts(told.get("procedures", [])),
            fields=FieldScope(told.get("fields", "none")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ProviderRefusedError(cause="rights") from error
    if not scopes.roles:
        raise ProviderRefusedError(cause="no role")
    return scopes


def _texts(told: object) -> tuple[str, ...]:
    if not isinstance(told, list) or not all(isinstance(each, str) and each for each in told):
        raise TypeError
    return tuple(told)


def _shown(name: object) -> str:
    text = unicodedata.normalize("NFC", " ".join(name.split())) if isinstance(name, str) else ""
    return "".join(mark for mark in text if mark.isprintable())[:_MOST_NAME]
