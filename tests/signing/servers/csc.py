"""A small signing service with the CSC API, version 1 and version 2, over invented people."""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.signing.issued import Issued

CLIENT, SECRET, USER = "motlan-mau", "bi-mat-mau", "MAU-0001"
PSS, PKCS1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.11"
Body = dict[str, object]


@dataclass
class Behaviour:
    """How the service behaves, and what it saw."""

    algorithms: tuple[str, ...] = (PSS, PKCS1)
    multisign: int = 100
    credentials: tuple[str, ...] = ("khoa-mau",)
    authorize_error: str = ""
    confirmed: threading.Event = field(default_factory=threading.Event)
    broken: dict[str, int] = field(default_factory=dict)
    garbage: tuple[str, ...] = ()
    leave_out: int = 0
    sad_s: int = 300
    token_s: int = 3600
    wrong_key: bool = False
    calls: list[tuple[str, Body]] = field(default_factory=list)

    def asked(self, name: str) -> list[Body]:
        return [body for call, body in self.calls if call == name]


def make_app(issued: Issued, how: Behaviour) -> FastAPI:
    """The service, with its pages for both versions."""
    app = FastAPI()
    how.confirmed.set()

    @app.post("/v1/login")
    async def login(request: Request) -> Response:
        body = await request.json()
        known = {"client_id": CLIENT, "client_secret": SECRET, "user_id": USER, "profile_id": "ho-so-mau"}
        return _token(how, body, good=body == known)

    @app.post("/oauth2/token")
    async def token(request: Request) -> Response:
        form = (await request.body()).decode()
        good = f"client_id={CLIENT}" in form and f"client_secret={SECRET}" in form
        return _token(how, {}, good=good and "grant_type=client_credentials" in form)

    @app.post("/csc/{version}/{group}/{call}")
    def ask(version: str, group: str, call: str, request: Request, body: Body) -> Response:
        name = f"{group}/{call}"
        how.calls.append((name, body))
        if request.headers.get("authorization") != "Bearer the-mau":
            return JSONResponse({"error": "invalid_token"}, 401)
        if how.broken.get(name, 0):
            how.broken[name] -= 1
            return JSONResponse({"error": "server_error"}, 500)
        if name in how.garbage:
            return Response("<html>Trang bảo trì</html>", 200)
        return _answer(issued, how, version, name, body)

    return app


def _token(how: Behaviour, body: Body, *, good: bool) -> Response:
    how.calls.append(("login", body))
    if not good:
        return JSONResponse({"error": "invalid_client", "error_description": "Nguyễn Văn MẪU"}, 401)
    return JSONResponse({"access_token": "the-mau", "token_type": "Bearer", "expires_in": how.token_s})


def _answer(issued: Issued, how: Behaviour, version: str, name: str, body: Body) -> Response:
    if name == "credentials/list":
        return JSONResponse({"credentialIDs": list(how.credentials)})
    if name == "credentials/info":
        chain = [issued.certificate, *issued.chain]
        certificates = [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in chain]
        return JSONResponse(
            {
                "key": {"status": "enabled", "algo": list(how.algorithms), "len": 2048},
                "cert": {"status": "valid", "certificates": certificates},
                "authMode": "explicit",
                "multisign": how.multisign,
            }
        )
    hashed = body["hashes" if version == "v2" else "hash"]
    assert isinstance(hashed, list)
    if name == "credentials/authorize":
        how.confirmed.wait(timeout=30)
        if how.authorize_error:
            return JSONResponse({"error": how.authorize_error}, 400)
        return JSONResponse({"SAD": "|".join(hashed), "expiresIn": how.sad_s})
    # The authorisation holds for exactly these digests.
    if body["SAD"] != "|".join(hashed):
        return JSONResponse({"error": "invalid_request"}, 400)
    signatures = [sign_digest(issued, str(body["signAlgo"]), base64.b64decode(one), how) for one in hashed]
    return JSONResponse({"signatures": signatures[: len(signatures) - how.leave_out]})


def sign_digest(issued: Issued, algorithm: str, digest: bytes, how: Behaviour) -> str:
    """A signature over a SHA-256 digest, in base64."""
    ready = utils.Prehashed(hashes.SHA256())
    if isinstance(issued.key, ec.EllipticCurvePrivateKey):
        made = issued.key.sign(digest, ec.ECDSA(ready))
    else:
        key = rsa.generate_private_key(65537, 2048) if how.wrong_key else issued.key
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        made = key.sign(digest, pss if algorithm == PSS else padding.PKCS1v15(), ready)
    return base64.b64encode(made).decode()
