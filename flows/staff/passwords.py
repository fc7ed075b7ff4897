"""Passwords: what makes one usable, and its hash. The only home of argon2-cffi.

Rules of NIST SP 800-63B and OWASP ASVS 6.2: length and a list of common ones, nothing about kinds of
characters, no change by the calendar.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dossier.staff_errors import PasswordRuleError

LEAST: Final = 12
MOST: Final = 200
_AT_ONCE: Final = 2
"""Each hash takes 64 MiB: so many together, the others wait their turn."""
_LEAST_LETTERS: Final = 5
_LEAST_LOGIN: Final = 4
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


def check_password(password: str, *, login: str) -> None:
    """Refuse a password that is easy to guess.

    Args:
        password: as typed.
        login: whose it is to be.

    Raises:
        PasswordRuleError: too short, too long, common, or made of the login.
    """
    length = len(_normal(password))
    if length < LEAST:
        raise PasswordRuleError(reason=f"phải có từ {LEAST} ký tự")
    if length > MOST:
        raise PasswordRuleError(reason=f"dài quá {MOST} ký tự")
    bare = _bare(password)
    if len(set(bare)) < _LEAST_LETTERS or _is_made_of_common(bare):
        raise PasswordRuleError(reason="quá phổ biến, dễ đoán")
    if len(_bare(login)) >= _LEAST_LOGIN and _bare(login) in bare:
        raise PasswordRuleError(reason="không được chứa tên đăng nhập")


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


def _is_made_of_common(bare: str) -> bool:
    """Whether nothing is left once common words are taken out, also when they follow each other."""
    reached = {0}
    for end in range(1, len(bare) + 1):
        if any(bare[begin:end] in _common() for begin in reached):
            reached.add(end)
    return len(bare) in reached


@cache
def _common() -> frozenset[str]:
    text = (files("flows") / "staff" / "common_passwords.txt").read_text("utf-8")
    return frozenset(_bare(line) for line in text.splitlines() if line and not line.startswith("#"))
