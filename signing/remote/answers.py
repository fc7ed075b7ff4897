"""Reading what services send: certificates and values out of JSON that nobody promised to be right."""

from __future__ import annotations

import base64
import binascii

from cryptography import x509

from signing.remote.https import Json

_PEM = "-----BEGIN"


def text(body: Json, name: str) -> str:
    """A string; empty if it is missing or something else."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def number(body: Json, name: str, default: int) -> int:
    """A whole number above zero, also when sent as a string of digits; else the default."""
    value = body.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else default


def table(body: Json, name: str) -> Json:
    """An object; empty if it is missing or something else."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def rows(body: Json, name: str) -> list[Json]:
    """The objects of a list; empty if it is missing or something else."""
    value = body.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def texts(body: Json, name: str) -> list[str]:
    """The strings of a list; empty if it is missing or something else."""
    value = body.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def decoded(value: str) -> bytes | None:
    """Bytes from base64; ``None`` if it is not."""
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def certificate(value: str) -> x509.Certificate | None:
    """A certificate from PEM or from base64 of DER; ``None`` if it is neither."""
    try:
        if value.lstrip().startswith(_PEM):
            return x509.load_pem_x509_certificate(value.encode())
        return x509.load_der_x509_certificate(decoded(value) or b"")
    except ValueError:
        return None
