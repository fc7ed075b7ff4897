"""Passwords: how they are kept, and that they count whole."""

from __future__ import annotations

import unicodedata

import pytest

from dossier.staff_errors import PasswordRuleError
from flows.staff.passwords import MOST, Passwords, check_password, start_password
from tests.web.station.conftest import CHEAP


def test_a_password_is_kept_as_argon2id_with_the_parameters_of_the_rfc() -> None:
    passwords = Passwords()
    kept = passwords.hashed("ba con trâu đen gặm cỏ")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(kept, "ba con trâu đen gặm cỏ")
    assert not passwords.matches(kept, "Ba con trâu đen gặm cỏ")


@pytest.mark.parametrize(
    "password", ["ba con trâu đen gặm cỏ", "三匹の黒い水牛が草を食べる", "🐃" * 12, " x" * 100]
)
def test_a_password_counts_whole_in_any_script_and_from_any_keyboard(password: str) -> None:
    kept = CHEAP.hashed(password)
    assert CHEAP.matches(kept, unicodedata.normalize("NFD", password))
    assert not CHEAP.matches(kept, password[:-1])
    assert not CHEAP.matches(kept, password + "x" * MOST)
    assert not CHEAP.matches(kept, password.strip() + ".")


def test_nobody_has_no_password() -> None:
    assert not CHEAP.matches("", "")
    assert not CHEAP.matches("no hash", "no hash")


def test_a_password_that_is_handed_out_could_be_kept_by_the_rules() -> None:
    made = {start_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_password(password, login="mau.cua")


def test_two_common_words_are_no_better_than_one() -> None:
    for password in ("password-2026", "Quản trị 123456", "một cửa, một lần", "hà nội sài gòn"):
        with pytest.raises(PasswordRuleError):
            check_password(password, login="")
    check_password("hà nội mùa này vắng những cơn mưa", login="")
