"""The scanner for personal data finds what is planted, in every disguise, and nothing where nothing is."""

from __future__ import annotations

import base64
import json
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.personal_data import Finding, Scanner, main

NAME, NUMBER, BIRTH, PAPER, PHONE = "Đỗ Thị Mẫu", "001185000017", "1985-03-07", "12/QĐ-MẪU", "0912345678"
SCANNER = Scanner.of((NAME, NUMBER, BIRTH, PAPER, PHONE))

Disguise = Callable[[str], bytes]

DISGUISES: dict[str, tuple[str, Disguise]] = {
    "as printed": ("text", str.encode),
    "in capitals": ("text", lambda text: text.upper().encode()),
    "in small letters": ("text", lambda text: text.lower().encode()),
    "without accents": (
        "text",
        lambda text: (
            unicodedata.normalize("NFD", text)
            .replace("Đ", "D")
            .translate(dict.fromkeys(range(0x300, 0x370)))
            .encode()
        ),
    ),
    "decomposed": ("text", lambda text: unicodedata.normalize("NFD", text).encode()),
    "as the name of a file": ("text", lambda text: text.replace(" ", "_").encode() + b".pdf"),
    "without spaces": ("text", lambda text: text.replace(" ", "").encode()),
    "in UTF-16": ("utf-16", lambda text: text.encode("utf-16-le")),
    "in UTF-16 of the other order": ("utf-16", lambda text: text.encode("utf-16-be")),
    "in a URL": ("url", lambda text: quote(text).encode()),
    "in a form": ("url", lambda text: quote_plus(text).lower().encode()),
    "escaped in JSON": ("json", lambda text: json.dumps(text).encode()),
    "in hexadecimal": ("hex", lambda text: text.encode().hex().encode()),
    "in hexadecimal capitals": ("hex", lambda text: text.encode().hex().upper().encode()),
    "in base64": ("base64", lambda text: base64.b64encode(text.encode())),
    "in base64, shifted by one": ("base64", lambda text: base64.b64encode(b"x" + text.encode())),
    "in base64, shifted by two": ("base64", lambda text: base64.b64encode(b"xy" + text.encode() + b"z")),
    "in base64 for URLs": ("base64", lambda text: base64.urlsafe_b64encode(text.encode())),
}


@pytest.mark.parametrize("how", DISGUISES)
def test_a_planted_name_is_found_in_every_disguise(how: str) -> None:
    disguise, hide = DISGUISES[how]
    raw = b"2026-11-02T08:30:00Z info \x00\x01 paper.read " + hide(NAME) + b" done\n"
    assert Finding("log", 1, disguise) in SCANNER.findings("log", raw)


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        (2, "001185000017"),
        (2, "001 185 000 017"),
        (2, "001.185.000017"),
        (2, "H26.001185000017.KS01.1"),
        (3, "1985-03-07"),
        (3, "07/03/1985"),
        (3, "07.03.1985"),
        (4, "12/QĐ-MẪU"),
        (4, "12-qd-mau"),
        (5, "0912.345.678"),
    ],
)
def test_numbers_dates_and_numbers_of_papers_are_found_as_people_write_them(
    secret: int, written: str
) -> None:
    assert Finding("log", secret, "text") in SCANNER.findings("log", f"value={written};".encode())


@pytest.mark.parametrize("written", ["001185000018", "1985-03-08", "Đỗ Thị Mầm", "Mẫu", "2007-03-19851"])
def test_what_is_only_like_a_secret_is_none(written: str) -> None:
    assert SCANNER.findings("log", f"value={written};".encode()) == []


def test_bytes_of_chance_hold_nobody() -> None:
    assert SCANNER.findings("noise", os.urandom(100_000)) == []


@given(before=st.binary(max_size=40), after=st.binary(max_size=40))
def test_base64_is_read_at_any_offset(before: bytes, after: bytes) -> None:
    raw = base64.b64encode(before + NUMBER.encode() + after)
    assert Finding("x", 2, "base64") in SCANNER.findings("x", raw) or _touches_digits(before, after)


def _touches_digits(before: bytes, after: bytes) -> bool:
    """A run of very many digits is no number of a person."""
    return before[-1:].isdigit() or after[:1].isdigit()


def test_the_command_says_where_and_never_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secrets, logs = tmp_path / "secrets.txt", tmp_path / "logs"
    secrets.write_text(f"{NAME}\n{NUMBER}\n", "utf-8")
    logs.mkdir()
    (logs / "clean.log").write_text("nothing\n")
    assert main([str(secrets), str(logs)]) == 0
    (logs / "bad.log").write_text(f"owner={NUMBER}\n")
    (logs / f"{NAME}.log").write_text("")
    assert main([str(secrets), str(logs)]) == 1
    said = capsys.readouterr().out
    assert "logs/bad.log: secret of line 2 as text" in said
    assert "a name of a file: secret of line 1 as text" in said
    assert NAME not in said
    assert NUMBER not in said
