"""A small signing service with a hash API: sign, then ask for the status until the phone has confirmed."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.signing.issued import Issued
from tests.signing.servers import csc

SP, PASSWORD, USER = "motlan-mau", "mat-khau-mau", "MAU-0002"
Body = dict[str, object]


@dataclass
class Behaviour:
    """How the service behaves, and what it saw.

    ``looks`` is how often the status says "waiting" before the phone confirms, ``late`` how often after that
    the last signature is missing, ``end`` what the phone says instead.
    """

    looks: int = 0
    late: int = 0
    end: str = ""
    lifetime: int = 300
    broken: dict[str, int] = field(default_factory=dict)
    garbage: tuple[str, ...] = ()
    own_ids: bool = False
    lose_answers: int = 0
    wrong_key: bool = False
    certificates: int = 1
    requests: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)


def make_app(issued: Issued, how: Behaviour) -> FastAPI:
    """The service."""
    app = FastAPI()

    @app.post("/credentials/get_certificate")
    def certificate(body: Body) -> Response:
        how.calls.append("certificate")
        if (body["sp_id"], body["sp_password"], body["user_id"]) != (SP, PASSWORD, USER):
            return JSONResponse({"status_code": 401, "message": "Sai tài khoản của ông MẪU"}, 401)
        if "certificate" in how.garbage:
            return Response("[1, 2", 200)
        return _ok(
            {"user_certificates": [_certificate(issued, number) for number in range(how.certificates)]}
        )

    @app.post("/signatures/sign")
    def sign(body: Body) -> Response:
        how.calls.append("sign")
        identity = str(body["transaction_id"])
        if how.own_ids:
            identity = f"dv-{len(how.requests)}"
        files = body["sign_files"]
        assert isinstance(files, list)
        if identity in how.requests:
            return JSONResponse({"status_code": 400, "message": "DUPLICATE"}, 400)
        how.requests[identity] = [(one["doc_id"], bytes.fromhex(one["data_to_be_signed"])) for one in files]
        if how.lose_answers:
            how.lose_answers -= 1
            return JSONResponse({"status_code": 502}, 502)
        return _ok({"transaction_id": identity, "tran_code": "0001", "expired_in": how.lifetime})

    @app.post("/signatures/sign/{identity}/status")
    def status(identity: str, request: Request) -> Response:
        how.calls.append("status")
        return _status(issued, how, identity)

    return app


def _status(issued: Issued, how: Behaviour, identity: str) -> Response:
    if how.broken.get("status", 0):
        how.broken["status"] -= 1
        return JSONResponse({}, 500)
    if identity not in how.requests:
        return JSONResponse({"status_code": 404, "message": "NOT_FOUND"}, 404)
    if how.looks:
        how.looks -= 1
        return _ok({"transaction_id": identity}, "PENDING")
    if how.end:
        return _ok({"transaction_id": identity}, how.end)
    return _ok({"transaction_id": identity, "signatures": _signatures(issued, how, identity)}, "SUCCESS")


def _ok(data: Body, message: str = "SUCCESS") -> Response:
    return JSONResponse({"status_code": 200, "message": message, "data": data})


def _certificate(issued: Issued, number: int) -> Body:
    issuing, root = issued.chain
    return {
        "serial_number": f"540100{number}",
        "cert_status": "Đang hoạt động",
        "cert_data": base64.b64encode(issued.certificate.public_bytes(Encoding.DER)).decode(),
        "chain_data": {
            "ca_cert": issuing.public_bytes(Encoding.PEM).decode(),
            "root_cert": base64.b64encode(root.public_bytes(Encoding.DER)).decode(),
        },
    }


def _signatures(issued: Issued, how: Behaviour, identity: str) -> list[Body]:
    wrong = csc.Behaviour(wrong_key=how.wrong_key)
    made: list[Body] = [
        {"doc_id": name, "signature_value": csc.sign_digest(issued, csc.PKCS1, digest, wrong)}
        for name, digest in how.requests[identity]
    ]
    if how.late:
        how.late -= 1
        del made[-1]
    return made[::-1]
