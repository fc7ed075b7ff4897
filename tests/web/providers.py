"""An identity provider for tests: keys made here, tokens signed here, and a tiny JWKS server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

ISSUER: Final = "https://danh-tinh.mau.example/realms/tinh"
AUDIENCE: Final = "motlan"
PROVIDED: Final = {
    "MOTLAN_OIDC_ISSUER": ISSUER,
    "MOTLAN_OIDC_AUDIENCE": AUDIENCE,
    "MOTLAN_OIDC_JWKS_URL": "https://danh-tinh.mau.example/jwks",
}
"""Settings of an installation that heeds this provider."""
RIGHTS: Final = {"role": "one_stop", "offices": ["H26"], "procedures": ["*"], "fields": "basic"}

# Keys cost more than everything else in these tests, so there is one of each.
RSA: Final = RSAKey.generate_key(2048)
EC: Final = ECKey.generate_key("P-256")
OTHER_EC: Final = ECKey.generate_key("P-256")
Key = RSAKey | ECKey


class Provider:
    """Publishes keys and signs tokens."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {"rsa": RSA, "ec": EC}
        self.extra: list[dict[str, object]] = []
        self.fetched = 0
        self.down = False

    def document(self) -> bytes:
        """The JWKS document, as an address would give it."""
        self.fetched += 1
        if self.down:
            raise OSError("down")
        published = [
            {**key.as_dict(private=False), "kid": kid, "use": "sig"} for kid, key in self.keys.items()
        ]
        return json.dumps({"keys": [*published, *self.extra]}).encode()

    def claims(self, now: datetime, **changes: object) -> dict[str, object]:
        """What a good token says; a change to ``None`` takes a claim away."""
        at = int(now.timestamp())
        told: dict[str, object] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "can-bo-mau-01",
            "iat": at,
            "nbf": at,
            "exp": at + 300,
            "motlan": RIGHTS,
        }
        return {name: value for name, value in {**told, **changes}.items() if value is not None}

    def token(
        self,
        now: datetime,
        *,
        algorithm: str = "ES256",
        kid: str = "ec",
        key: Key | None = None,
        header: Mapping[str, object] | None = None,
        **changes: object,
    ) -> str:
        """A signed token."""
        told: dict[str, Any] = {"alg": algorithm, "kid": kid, "typ": "at+jwt", **(header or {})}
        return jws.serialize_compact(
            {name: value for name, value in told.items() if value is not None},
            json.dumps(self.claims(now, **changes)).encode(),
            key or self.keys[kid],
            algorithms=[algorithm],
            registry=jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False),
        )

    def citizen(self, now: datetime, number: str) -> dict[str, str]:
        """The header of an invented person who signed in to the portal."""
        rights = {"role": "citizen", "number": number}
        return {"Authorization": f"Bearer {self.token(now, sub=f'mau-{number}', motlan=rights)}"}


def unsigned(claims: Mapping[str, object], *, algorithm: str = "none", kid: str = "ec") -> str:
    """A token that nobody signed."""
    return f"{part({'alg': algorithm, 'kid': kid, 'typ': 'JWT'})}.{part(claims)}."


def confused(claims: Mapping[str, object], secret: bytes, *, kid: str) -> str:
    """A token by HMAC, with a public key for the secret."""
    text = f"{part({'alg': 'HS256', 'kid': kid, 'typ': 'JWT'})}.{part(claims)}"
    made = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def part(value: object) -> str:
    """JSON as a token carries it."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@contextmanager
def jwks_server(provider: Provider) -> Iterator[str]:
    """The address of the provider's keys on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", "/jwks")
                self.end_headers()
                return
            body = provider.document() if self.path == "/jwks" else b"{" + b" " * 300_000
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
