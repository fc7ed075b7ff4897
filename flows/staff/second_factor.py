"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and recovery codes. Home of pyotp."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp

STEP_SECONDS: Final = 30
RECOVERY_CODES: Final = 8
_RECOVERY_BYTES: Final = 15
"""120 bits: nobody guesses one, so a plain digest of it is enough (ASVS 6.5.2)."""
_ISSUER: Final = "Mot Lan"
# A clock of a telephone may be a step behind or ahead.
_AROUND: Final = (0, -1, 1)


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """New recovery codes: the texts, shown once, and their hashes, which are kept."""

    texts: tuple[str, ...]
    hashes: tuple[str, ...]


def new_secret() -> str:
    """160 random bits in base32, as authenticator apps take them."""
    return pyotp.random_base32()


def address_of(secret: str, *, login: str) -> str:
    """The ``otpauth://`` address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)


def step_of(secret: str, code: str, *, at: datetime) -> int:
    """The number of the step whose code it is.

    Args:
        secret: of the account.
        code: as typed; spaces do not count.
        at: now, aware.

    Returns:
        0 when it is no code of now, of the step before or of the one after.
    """
    typed = "".join(code.split())
    now = int(at.timestamp()) // STEP_SECONDS
    made = pyotp.TOTP(secret)
    matching = [
        now + away
        for away in _AROUND
        if hmac.compare_digest(made.at((now + away) * STEP_SECONDS).encode(), typed.encode())
    ]
    return matching[0] if matching else 0


def new_recovery_codes(random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> RecoveryCodes:
    """Codes that each let somebody in once without the app.

    Args:
        random_bytes: where they come from.
    """
    plain = [base64.b32encode(random_bytes(_RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    texts = tuple("-".join(text[at : at + 4] for at in range(0, len(text), 4)) for text in plain)
    return RecoveryCodes(texts, tuple(recovery_hash(text) for text in texts))


def recovery_hash(text: str) -> str:
    """The hash of a recovery code as typed: case, spaces and dashes do not count."""
    bare = "".join(mark for mark in text.upper() if mark.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()


def is_recovery(text: str) -> bool:
    """Whether what was typed has the length of a recovery code rather than of a code of the app."""
    return sum(mark.isalnum() for mark in text) > RECOVERY_CODES
