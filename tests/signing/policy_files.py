"""Policies of an office, written by tests."""

from __future__ import annotations

from pathlib import Path

from signing.policies import POLICIES_FOLDER, SignaturePolicy, load_policies

BASE = """
id = "so-mau"
version = "3"
name_vi = "Chính sách MẪU của cơ quan"
source = "Quyết định MẪU"
verified = false
since = 2020-01-01
key_usage = ["non_repudiation"]
signature_timestamp = true

[[digest]]
names = ["sha256", "sha512"]

[[rsa]]
bits = 2048

[[ec]]
bits = 256

[[scheme]]
name = "rsassa-pss"

[[scheme]]
name = "ecdsa"
"""


def office(folder: Path, text: str = BASE, *, name: str = "so-mau.toml") -> Path:
    """The rulebook folder of an office with one policy file more."""
    (folder / POLICIES_FOLDER).mkdir(parents=True, exist_ok=True)
    (folder / POLICIES_FOLDER / name).write_text(text, encoding="utf-8")
    return folder


def policy(folder: Path, *changes: tuple[str, str]) -> SignaturePolicy:
    """The office's policy with parts of its text changed."""
    text = BASE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return load_policies(office(folder, text)).named("so-mau")
