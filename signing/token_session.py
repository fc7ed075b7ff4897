"""One opened session of a PKCS#11 token: what is on it, and signatures with it. Used by one thread only.

Handles are looked up once in a session. Who owns it, and what happens when the token is pulled, stands in
``signing.token_owner``.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, cast

import pkcs11
from cryptography import x509
from pkcs11 import MGF, Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11.util.ec import encode_ecdsa_signature

from signing.schemes import DIGEST_SIZE, Scheme

# DigestInfo of SHA-256 (RFC 8017, 9.2, note 1), for devices that pad but do not hash.
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
_PSS = (Mechanism.SHA256, MGF.SHA256, DIGEST_SIZE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCertificate:
    """A certificate on a token: its label, the id that it shares with its key, and itself."""

    label: str
    id: bytes
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKeyKind:
    """What a private key on a token can do: ``elliptic`` or RSA, and the mechanisms of the token."""

    elliptic: bool
    mechanisms: frozenset[int]


class TokenSession(Protocol):
    """What :class:`signing.token_owner.TokenOwner` needs of an opened session.

    Every call may raise what the PKCS#11 library raises (``pkcs11.PKCS11Error``).
    """

    def certificates(self) -> list[TokenCertificate]:
        """All certificates on the token that can be read."""

    def kind(self, key_id: bytes) -> TokenKeyKind | None:
        """What the private key of that id can do; ``None`` if there is none."""

    def sign(self, key_id: bytes, scheme: Scheme, data: bytes, *, pin: str) -> bytes:
        """A signature over the SHA-256 digest of ``data``; ECDSA in DER."""

    def close(self) -> None:
        """Close it; never raises."""


class TokenDriver(Protocol):
    """Opens sessions of one token."""

    def open(self, pin: str) -> TokenSession:
        """Find the token, open a session, log in.

        Raises:
            pkcs11.NoSuchToken: it is not plugged in.
            pkcs11.PKCS11Error: of the many kinds of the library.
        """

    def after_fork(self) -> None:
        """Make the library usable in a child process (PKCS#11 2.40, 6.6.1: a child initialises anew)."""

    def tries_left(self) -> TriesLeft:
        """What the token says about further tries after a PIN that was wrong."""

    def shown(self) -> list[TokenCertificate]:
        """Certificates that anybody may read, without a PIN."""


class TriesLeft(StrEnum):
    """What a token tells of how often its PIN may still be tried (PKCS#11 2.40, 3.2: CKF_USER_PIN_…)."""

    UNTOLD = ""
    LOW = "low"
    """A PIN was wrong since the last right one."""
    LAST = "last"
    NONE = "none"
    """It is locked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pkcs11Driver:
    """A token reached through the library of its maker; see :class:`TokenDriver`.

    Attributes:
        module: the library, ``….so``.
        token: label of the token.
        serial: serial number of the token; needed only where two have the same label.
        proves_pin: refuse a token that this process is logged in to already: it would ask for no PIN.
    """

    module: Path
    token: str
    serial: str = ""
    proves_pin: bool = False

    def open(self, pin: str) -> TokenSession:
        """See :class:`TokenDriver`."""
        serial = self.serial.encode() or None
        found = pkcs11.lib(str(self.module)).get_token(token_label=self.token, token_serial=serial)
        try:
            return _LibrarySession(found.open(user_pin=pin))
        except pkcs11.UserAlreadyLoggedIn:
            if self.proves_pin:
                raise
            # A login holds for all sessions of a process with that token.
            return _LibrarySession(found.open())

    def after_fork(self) -> None:
        """See :class:`TokenDriver`."""
        library = pkcs11.lib(str(self.module))
        with suppress(pkcs11.PKCS11Error):
            library.finalize()
        library.initialize()

    def shown(self) -> list[TokenCertificate]:
        """See :class:`TokenDriver`."""
        serial = self.serial.encode() or None
        token = pkcs11.lib(str(self.module)).get_token(token_label=self.token, token_serial=serial)
        session = _LibrarySession(token.open())
        try:
            return session.certificates()
        finally:
            session.close()

    def tries_left(self) -> TriesLeft:
        """See :class:`TokenDriver`."""
        serial = self.serial.encode() or None
        try:
            token = pkcs11.lib(str(self.module)).get_token(token_label=self.token, token_serial=serial)
        except pkcs11.PKCS11Error:
            return TriesLeft.UNTOLD
        for flag, told in _TRIES.items():
            if token.flags & flag:
                return told
        return TriesLeft.UNTOLD


_TRIES = {
    TokenFlag.USER_PIN_LOCKED: TriesLeft.NONE,
    TokenFlag.USER_PIN_FINAL_TRY: TriesLeft.LAST,
    TokenFlag.USER_PIN_COUNT_LOW: TriesLeft.LOW,
}


class _PrivateKey(Protocol):
    """What we use of a private key of the library, whose types leave signing out."""

    key_type: KeyType

    def __getitem__(self, attribute: Attribute) -> object: ...

    def sign(self, data: bytes, **options: object) -> bytes: ...


class _LibrarySession:
    """See :class:`TokenSession`."""

    def __init__(self, session: pkcs11.Session) -> None:
        self._session = session
        self._mechanisms = frozenset(int(one) for one in session.token.slot.get_mechanisms())
        self._keys: dict[bytes, _PrivateKey] = {}

    def certificates(self) -> list[TokenCertificate]:
        """See :class:`TokenSession`."""
        found = []
        for one in self._session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
            with suppress(ValueError):
                certificate = x509.load_der_x509_certificate(bytes(one[Attribute.VALUE]))
                label, key_id = str(one[Attribute.LABEL]), bytes(one[Attribute.ID])
                found.append(TokenCertificate(label=label, id=key_id, certificate=certificate))
        return found

    def kind(self, key_id: bytes) -> TokenKeyKind | None:
        """See :class:`TokenSession`."""
        try:
            key = self._key(key_id)
        except pkcs11.NoSuchKey:
            return None
        return TokenKeyKind(elliptic=key.key_type is KeyType.EC, mechanisms=self._mechanisms)

    def sign(self, key_id: bytes, scheme: Scheme, data: bytes, *, pin: str) -> bytes:
        """See :class:`TokenSession`."""
        key = self._key(key_id)
        extra = {"pin": pin} if _asks_every_time(key) else {}
        if scheme == "ecdsa":
            return self._sign_elliptic(key, data, extra)
        whole, raw = _RSA_MECHANISMS[scheme]
        parameter = _PSS if scheme == "rsa-pss" else None
        if whole in self._mechanisms:
            return bytes(key.sign(data, mechanism=whole, mechanism_param=parameter, **extra))
        digest = hashlib.sha256(data).digest()
        message = digest if scheme == "rsa-pss" else _DIGEST_INFO + digest
        return bytes(key.sign(message, mechanism=raw, mechanism_param=parameter, **extra))

    def close(self) -> None:
        """See :class:`TokenSession`."""
        with suppress(pkcs11.PKCS11Error):
            self._session.close()

    def _sign_elliptic(self, key: _PrivateKey, data: bytes, extra: dict[str, str]) -> bytes:
        if Mechanism.ECDSA_SHA256 in self._mechanisms:
            pair = key.sign(data, mechanism=Mechanism.ECDSA_SHA256, **extra)
        else:
            pair = key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA, **extra)
        return bytes(encode_ecdsa_signature(pair))

    def _key(self, key_id: bytes) -> _PrivateKey:
        if key_id not in self._keys:
            found = self._session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=key_id)
            self._keys[key_id] = cast("_PrivateKey", found)
        return self._keys[key_id]


_RSA_MECHANISMS = {
    "rsa-pss": (Mechanism.SHA256_RSA_PKCS_PSS, Mechanism.RSA_PKCS_PSS),
    "rsa-pkcs1": (Mechanism.SHA256_RSA_PKCS, Mechanism.RSA_PKCS),
}


def _asks_every_time(key: _PrivateKey) -> bool:
    """Keys for qualified signatures may want the PIN for each signature; we give it, the person once."""
    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except (pkcs11.AttributeTypeInvalid, pkcs11.AttributeSensitive):
        return False


def best_scheme(kind: TokenKeyKind) -> Scheme:
    """ECDSA for curves; RSASSA-PSS where the token lists it, else PKCS#1 v1.5."""
    if kind.elliptic:
        return "ecdsa"
    return "rsa-pss" if kind.mechanisms.intersection(_RSA_MECHANISMS["rsa-pss"]) else "rsa-pkcs1"
