"""Passwords: how they are kept, and that they count whole."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

from dossier.errors import SettingsError
from dossier.staff_errors import PasswordBreachedError, PasswordRuleError
from flows.staff.breached import is_breached, need_list
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


def breached(folder: Path, passwords: Sequence[str], *, end: str = "\n") -> Path:
    made = [hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest() for one in passwords]
    hashes = sorted(one.upper() for one in made)
    listed = folder / "breached.txt"
    listed.write_text("".join(f"{one}:{number}{end}" for number, one in enumerate(hashes)), newline="")
    return listed


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 400])
def test_a_password_on_the_list_of_stolen_ones_is_refused_and_no_other(
    tmp_path: Path, count: int, end: str
) -> None:
    stolen = [f"con trâu số {number} gặm cỏ" for number in range(count)]
    listed = breached(tmp_path, stolen, end=end)
    assert [is_breached(one, listed) for one in stolen] == [True] * count
    assert not any(is_breached(f"con bò số {number} gặm cỏ", listed) for number in range(100))
    for one in stolen[:1]:
        with pytest.raises(PasswordBreachedError):
            check_password(one, login="mau.cua", breached=listed)
    check_password("con bò số 7 gặm cỏ", login="mau.cua", breached=listed)


@pytest.mark.parametrize("content", ["password\n", "x" * 10_000, f"{'5baa61e4c9' * 4}\n"])
def test_what_is_no_such_list_is_told_to_the_operator(tmp_path: Path, content: str) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(content)
    with pytest.raises(SettingsError, match="MOTLAN_STATION_BREACHED_PASSWORDS"):
        need_list(listed)
    with pytest.raises(SettingsError):
        need_list(tmp_path / "missing.txt")


def test_two_common_words_are_no_better_than_one() -> None:
    for password in ("password-2026", "Quản trị 123456", "một cửa, một lần", "hà nội sài gòn"):
        with pytest.raises(PasswordRuleError):
            check_password(password, login="")
    check_password("hà nội mùa này vắng những cơn mưa", login="")
