"""Signed answers: what was answered, to whom and when, as a JWS (RFC 7515) that can be proven years later.

An answer is a compact JWS by ES256. Its payload holds the request id (``jti``), the moment (``iat``), the
office (``iss``), the caller (``aud``), the address that was asked (``sub``) and the answer itself, so the
JWS alone is the proof. ``kid`` is the thumbprint of the key (RFC 7638); a demo key says so in ``kid`` and
payload.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from dossier.api_errors import AnswerInvalidError
from dossier.errors import SettingsError
from dossier.events import EventKind
from wiring.answer_key import answer_key
from wiring.services import Services

TYPE: Final = "motlan-answer+jws"
_ALGORITHM: Final = "ES256"
_DEMO: Final = "demo-"
_MOST_BYTES: Final = 20_000_000

Keys = Mapping[str, ECKey]
"""Public keys by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an answer says besides the answer: who asked what, under which request id, when (aware)."""

    request: str
    caller: str
    endpoint: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """An answer whose signature holds.

    Attributes:
        given: who asked what and when.
        office: who answered.
        answer: what was answered.
        kid: of the key; ``demo`` when it is a demo key.
        sha256: of the compact JWS, as the journal has it.
    """

    given: Given
    office: str
    answer: object
    kid: str
    demo: bool
    sha256: str


class AnswerSigner:
    """Signs answers with one key. Safe for threads."""

    def __init__(self, key: ECKey, *, office: str, demo: bool, old_keys: Keys) -> None:
        """Sign with a P-256 key.

        Args:
            key: private.
            office: who answers; an opaque name.
            demo: whether it is a demo key.
            old_keys: public keys of earlier answers, published beside it.
        """
        self._key = key
        self._office = office
        self.demo = demo
        self.kid = _kid(key, demo=demo)
        self._old_keys = old_keys
        # The same for every answer; the library would make and check it anew each time.
        header = {"alg": _ALGORITHM, "kid": self.kid, "typ": TYPE}
        self._header = _base64url(orjson.dumps(header))
        self._algorithm = jws.JWSRegistry(algorithms=[_ALGORITHM]).get_alg(_ALGORITHM)

    def sign(self, given: Given, answer: object) -> str:
        """The answer as a compact JWS."""
        return self.sign_text(given, orjson.dumps(answer))

    def sign_text(self, given: Given, answer: bytes) -> str:
        """The answer as a compact JWS.

        Args:
            given: what it says besides.
            answer: as JSON in UTF-8; it is signed as it is written.
        """
        told: dict[str, object] = {
            "iss": self._office,
            "aud": given.caller,
            "sub": given.endpoint,
            "jti": given.request,
            "iat": int(given.at.timestamp()),
        }
        if self.demo:
            told["demo"] = True
        payload = b'%s,"answer":%s}' % (orjson.dumps(told)[:-1], answer)
        signed = b"%s.%s" % (self._header, _base64url(payload))
        signature = self._algorithm.sign(signed, self._key)
        return f"{signed.decode()}.{_base64url(signature).decode()}"

    @property
    def keys(self) -> Keys:
        """Public keys that answers are checked with, the present one first."""
        return {self.kid: self._key, **self._old_keys}

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys as a JWKS document (RFC 7517)."""
        return {"keys": [_public(key, kid) for kid, key in self.keys.items()]}


def open_signer(services: Services) -> AnswerSigner:
    """The signer of an installation.

    Raises:
        DemoKeyError: production without a key of its own.
        SettingsError: the key is no P-256 key, or the file of old keys is no JWKS.
    """
    settings = services.settings
    found = answer_key(settings, _make_pem)
    try:
        key = ECKey.import_key(found.pem)
    except (JoseError, ValueError, TypeError) as error:
        raise SettingsError("MOTLAN_ANSWER_KEY", reason="không phải khóa PEM P-256") from error
    if key.curve_name != "P-256" or not key.is_private:
        raise SettingsError("MOTLAN_ANSWER_KEY", reason="không phải khóa riêng P-256")
    old_keys = _old_keys(settings.api.answer_old_keys) if settings.api.answer_old_keys else {}
    return AnswerSigner(key, office=settings.actor, demo=found.demo, old_keys=old_keys)


def read_keys(document: bytes, *, item: str) -> Keys:
    """Public keys of a JWKS document by id.

    Raises:
        AnswerInvalidError: it is none.
    """
    try:
        told = json.loads(document)["keys"]
        keys = {str(each["kid"]): ECKey.import_key({**each, "kid": str(each["kid"])}) for each in told}
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise AnswerInvalidError(item, reason="bộ khóa công khai không đọc được") from error
    return {kid: key for kid, key in keys.items() if key.curve_name == "P-256"}


def prove(kept: bytes, keys: Keys, *, item: str) -> Proven:
    """Check a kept answer: the JSON as it was received, or the compact JWS alone.

    Args:
        kept: content of the file.
        keys: public keys of whoever answered.
        item: name of the file, for errors.

    Raises:
        AnswerInvalidError: it is no answer, was changed, or was signed by none of these keys.
    """
    compact, told = _parts(kept, item)
    try:
        signed = jws.extract_compact(compact.encode("ascii"))
        kid = str(signed.headers().get("kid"))
        if kid not in keys:
            raise AnswerInvalidError(item, reason=f"không có khóa công khai {kid[:80]}")
        signed = jws.deserialize_compact(compact, keys[kid], algorithms=[_ALGORITHM])
        payload = json.loads(signed.payload)
        proven = Proven(
            given=Given(
                request=str(payload["jti"]),
                caller=str(payload["aud"]),
                endpoint=str(payload["sub"]),
                at=datetime.fromtimestamp(payload["iat"], UTC),
            ),
            office=str(payload["iss"]),
            answer=payload["answer"],
            kid=kid,
            demo=kid.startswith(_DEMO),
            sha256=digest(compact),
        )
    except (JoseError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise AnswerInvalidError(item, reason="chữ ký không đúng với nội dung") from error
    if signed.headers().get("typ") != TYPE:
        raise AnswerInvalidError(item, reason="không phải câu trả lời của dịch vụ")
    if told is not None and (told.get("answer"), told.get("request")) != (
        proven.answer,
        proven.given.request,
    ):
        raise AnswerInvalidError(item, reason="phần đọc được khác với phần đã ký")
    return proven


def in_journal(services: Services, proven: Proven) -> bool:
    """Whether the journal of an installation holds this very answer."""
    entries = services.store.records.journal_about(proven.given.request)
    return any(
        entry.event.kind is EventKind.API_ANSWERED and entry.event.details.get("sha256") == proven.sha256
        for entry in entries
    )


def digest(compact: str) -> str:
    """SHA-256 of a compact JWS (hexadecimal)."""
    return hashlib.sha256(compact.encode()).hexdigest()


def _parts(kept: bytes, item: str) -> tuple[str, Mapping[str, object] | None]:
    """The compact JWS, and the readable answer around it where there is one."""
    if len(kept) > _MOST_BYTES:
        raise AnswerInvalidError(item, reason="tệp quá lớn")
    try:
        text = kept.decode("utf-8").strip()
        if not text.startswith("{"):
            return text, None
        told = json.loads(text)
        return str(told["jws"]), told
    except (ValueError, KeyError, RecursionError) as error:
        raise AnswerInvalidError(item, reason="không phải câu trả lời của dịch vụ") from error


def _base64url(text: bytes) -> bytes:
    """Without filling (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(text).rstrip(b"=")


def _kid(key: ECKey, *, demo: bool) -> str:
    return f"{_DEMO if demo else ''}{key.thumbprint()}"


def _public(key: ECKey, kid: str) -> dict[str, str]:
    told = key.as_dict(private=False)
    names = ("kty", "crv", "x", "y")
    return {
        **{name: str(told[name]) for name in names},
        "kid": kid,
        "use": "sig",
        "alg": _ALGORITHM,
    }


def _make_pem() -> bytes:
    return bytes(ECKey.generate_key("P-256").as_pem(private=True))


def _old_keys(path: Path) -> Keys:
    try:
        return read_keys(path.read_bytes(), item=path.name)
    except (OSError, AnswerInvalidError) as error:
        raise SettingsError("MOTLAN_ANSWER_OLD_KEYS", reason="không đọc được bộ khóa") from error
