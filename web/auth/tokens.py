"""Bearer tokens of the identity provider: JWT (RFC 7519), judged by the rules of RFC 8725 and RFC 9068.

Which key and which algorithms count is ours to say, never the token's: it may only choose among the keys of
the provider by ``kid``, and its ``alg`` must be one that this kind of key serves. So ``none``, HMAC with a
public key, and keys that a token brings along are all refused before anything in it is believed.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError

from dossier.admission import FieldScope, Role, Scopes
from dossier.api_errors import CredentialsError
from web.auth.caller import Caller
from web.auth.jwks import ALGORITHMS, Jwks
from wiring.api_settings import ProviderSettings

MOST_BYTES: Final = 8192
_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_HEADERS: Final = frozenset({"alg", "kid", "typ"})
_MOST_SCOPES: Final = 1000
_NUMBER: Final = re.compile(r"^[0-9]{12}\Z", re.ASCII)

UseOnce = Callable[[str, datetime], bool]
"""Notes that the token of a reference, which ends then, was used; ``False`` when it was before."""


class TokenJudge:
    """Judges the tokens of one provider."""

    def __init__(
        self,
        provider: ProviderSettings,
        *,
        keys: Jwks,
        clock: Callable[[], datetime],
        reference: Callable[[str], str],
        use_once: UseOnce,
    ) -> None:
        """Judge by these.

        Args:
            provider: whose tokens count.
            keys: its public keys.
            clock: the present moment.
            reference: makes an opaque reference of a text.
            use_once: see ``UseOnce``.
        """
        self._provider = provider
        self._keys = keys
        self._clock = clock
        self._reference = reference
        self._use_once = use_once

    def caller(self, token: str) -> Caller:
        """Who a token proves to be.

        Raises:
            CredentialsError: it does not count; the cause, for the log, says why.
            ProviderUnavailableError: the keys of the provider cannot be had.
        """
        claims = self._proven(token)
        ends = self._check(claims)
        told = claims.get(self._provider.claim)
        scopes = _scopes(told)
        person = ""
        if scopes.role is Role.CITIZEN:
            self._need_strength(claims)
            person = _person(told)
        subject = _text(claims, "sub")
        if self._provider.one_time:
            once = self._reference(f"jti:{self._provider.issuer}:{_text(claims, 'jti')}")
            if not self._use_once(once, ends):
                raise CredentialsError(cause="used before")
        reference = self._reference(f"sub:{self._provider.issuer}:{subject}")
        return Caller(
            f"oidc-{reference[:16]}", scopes, person, ends_at=None if self._provider.one_time else ends
        )

    def claims(self, token: str) -> Mapping[str, object]:
        """What a token says, once signature, issuer, audience and times hold; rights are not looked at.

        Raises:
            CredentialsError: it does not count; the cause, for the log, says why.
            ProviderUnavailableError: the keys of the provider cannot be had.
        """
        claims = self._proven(token)
        self._check(claims)
        return claims

    def _need_strength(self, claims: Mapping[str, object]) -> None:
        """How surely and how lately a person was known, where the operator demands it (RFC 9470, section 3).

        Machines come by the credentials of their client: nobody signed in for their tokens.
        """
        wanted, most = self._provider.token_acr, self._provider.token_age_seconds
        if wanted and claims.get("acr") not in wanted:
            raise CredentialsError(cause="acr")
        skew = self._provider.skew_seconds
        if most and self._clock().timestamp() - _moment(claims, "auth_time") > most + skew:
            raise CredentialsError(cause="auth_time")

    def _proven(self, token: str) -> Mapping[str, object]:
        """What the token says, once its signature holds."""
        if len(token) > MOST_BYTES or token.count(".") != 2:
            raise CredentialsError(cause="no compact token")
        header = _header(token)
        kid, algorithm = header.get("kid"), header.get("alg")
        if not isinstance(kid, str) or not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            raise CredentialsError(cause="algorithm or key id")
        if set(header) - _HEADERS or str(header.get("typ", "JWT")).lower() not in _TYPES:
            raise CredentialsError(cause="header")
        key = self._keys.key(kid, algorithm)
        if key is None:
            raise CredentialsError(cause="unknown key")
        try:
            signed = jws.deserialize_compact(token, key, algorithms=[algorithm])
            claims = json.loads(signed.payload)
        except (JoseError, ValueError, TypeError) as error:
            raise CredentialsError(cause=type(error).__name__) from error
        if not isinstance(claims, dict):
            raise CredentialsError(cause="claims")
        return claims

    def _check(self, claims: Mapping[str, object]) -> datetime:
        """Issuer, audience and times; gives the end of the token."""
        told = claims.get("aud")
        audiences = told if isinstance(told, list) else [told]
        if claims.get("iss") != self._provider.issuer or self._provider.audience not in audiences:
            raise CredentialsError(cause="issuer or audience")
        now, skew = self._clock().timestamp(), self._provider.skew_seconds
        ends, begins = _moment(claims, "exp"), claims.get("nbf", claims.get("iat", 0))
        issued = claims.get("iat", 0)
        if now >= ends + skew:
            raise CredentialsError(cause="expired")
        for start in (begins, issued):
            if not _is_number(start) or float(str(start)) > now + skew:
                raise CredentialsError(cause="not yet valid")
        # What a far-away year cannot hold is remembered for ever as well as for a day.
        return datetime.fromtimestamp(min(ends + skew, now + _MOST_SECONDS), UTC)


_MOST_SECONDS: Final = 86_400.0 * 366


def _header(token: str) -> Mapping[str, object]:
    part = token.partition(".")[0]
    try:
        told = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError) as error:
        raise CredentialsError(cause="header") from error
    if not isinstance(told, dict):
        raise CredentialsError(cause="header")
    return told


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise CredentialsError(cause=name)
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124


def _moment(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    if not _is_number(value) or not isinstance(value, int | float):
        raise CredentialsError(cause=name)
    return float(value)


def _scopes(told: object) -> Scopes:
    """Rights as the provider states them; what is missing gives no right."""
    if not isinstance(told, dict):
        raise CredentialsError(cause="scopes")
    try:
        if told["role"] == Role.CITIZEN:
            # Their own papers only: neither offices nor procedures, and every field of them.
            return Scopes(role=Role.CITIZEN, offices=(), procedures=(), fields=FieldScope.SENSITIVE)
        return Scopes(
            role=Role(told["role"]),
            offices=_texts(told["offices"]),
            procedures=_texts(told.get("procedures", [])),
            fields=FieldScope(told.get("fields", "none")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CredentialsError(cause="scopes") from error


def _person(told: object) -> str:
    """The identity number of a citizen, as the provider proved it."""
    number = told.get("number") if isinstance(told, dict) else None
    if not isinstance(number, str) or not _NUMBER.match(number):
        raise CredentialsError(cause="number")
    return number


def _texts(told: object) -> tuple[str, ...]:
    if not isinstance(told, Sequence) or isinstance(told, str) or len(told) > _MOST_SCOPES:
        raise TypeError
    texts = tuple(each for each in told if isinstance(each, str) and each)
    if len(texts) != len(told):
        raise TypeError
    return texts
