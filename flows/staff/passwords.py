"""Passwords: what makes one usable, and its hash. The only home of argon2-cffi and zxcvbn.

Rules of NIST SP 800-63B and OWASP ASVS 6.2: length and a list of common ones, nothing about kinds of
characters, no change by the calendar.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dossier.staff_errors import (
    PasswordBreachedError,
    PasswordCommonError,
    PasswordLoginError,
    PasswordLongError,
    PasswordShortError,
)
from flows.staff.breached import is_breached

LEAST: Final = 12
MOST: Final = 200
_AT_ONCE: Final = 2
"""Each hash takes 64 MiB: so many together, the others wait their turn."""
_LEAST_LOGIN: Final = 4
_LEAST_GUESSES: Final = 10**8
"""Beyond whoever tries at the door all their life, whatever waits it makes."""
_LOOKED_AT: Final = 72
"""Characters that are weighed: what is hard to guess by then is not made easier by more."""
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mixed up when they are read from paper."""


class Passwords:
    """Argon2id (RFC 9106, section 4: the parameters for machines with little memory). Safe for threads."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Use a hasher; one with the parameters of the RFC when none is given."""
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = ""

    def hashed(self, password: str) -> str:
        """The hash to keep."""
        with self._room:
            return self._hasher.hash(_normal(password))

    def matches(self, kept: str, password: str) -> bool:
        """Whether a password is the one of a hash; an empty hash costs as much time as a wrong password."""
        if not kept:
            self._nobody = self._nobody or self.hashed(secrets.token_hex())
        # What is longer than any password can be is wrong; it is cut to be as dear as a wrong one.
        typed = _normal(password)
        try:
            with self._room:
                self._hasher.verify(kept or self._nobody, typed[:MOST])
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept) and len(typed) <= MOST


def check_password(password: str, *, login: str, breached: Path | None = None) -> None:
    """Refuse a password that is easy to guess.

    Args:
        password: as typed.
        login: whose it is to be.
        breached: a list of stolen passwords (``flows.staff.breached``), where the operator keeps one.

    Raises:
        PasswordRuleError: or one of its kinds.
        SettingsError: the list cannot be read.
    """
    length = len(_normal(password))
    if length < LEAST:
        raise PasswordShortError(least=LEAST)
    if length > MOST:
        raise PasswordLongError(most=MOST)
    bare, own = _bare(password), _bare(login)
    if len(own) >= _LEAST_LOGIN and own in bare:
        raise PasswordLoginError
    # Also as lists of guesses are tried: without accents, spaces and signs.
    if min(_guesses(password, own), _guesses(bare, own)) < _LEAST_GUESSES:
        raise PasswordCommonError
    if breached is not None and is_breached(password, breached):
        raise PasswordBreachedError


def start_password() -> str:
    """A password to hand out: 80 random bits in four groups that can be read aloud."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _normal(password: str) -> str:
    """The same letters are the same password, whichever keyboard wrote them."""
    return unicodedata.normalize("NFC", password)


def _bare(text: str) -> str:
    """Lower case without accents, spaces and signs: as lists of guesses are tried."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(mark for mark in apart if mark.isalnum())


def _guesses(password: str, login: str) -> float:
    """How many guesses a good list needs for a password: words, names, dates, rows of keys, and ours."""
    from zxcvbn import zxcvbn  # noqa: PLC0415  its lists take a moment to load

    found = zxcvbn(password[:_LOOKED_AT] or "-", user_inputs=[login, *_common()])
    return float(found["guesses"])


@cache
def _common() -> tuple[str, ...]:
    """Common words here, the most common first."""
    text = (files("flows") / "staff" / "common_passwords.txt").read_text("utf-8")
    lines = (_bare(line) for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(dict.fromkeys(lines))
