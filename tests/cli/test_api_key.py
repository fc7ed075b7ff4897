"""``motlan api-key``: issued once, listed without the secret, revoked for good."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main


def run(capsys: pytest.CaptureFixture[str], data: Path, *arguments: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "vi", "--data", str(data), *arguments])
    said, complained = capsys.readouterr()
    assert int(ended.value.code or 0) == code, complained
    return said + complained


def test_a_key_is_shown_once_kept_as_a_digest_and_revoked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    run(capsys, data, "init")
    options = ("--role", "one_stop", "--office", "h26.5.12", "--procedure", "1.004222", "--days", "30")
    made = json.loads(run(capsys, data, "api-key", "new", "mot-cua-mau", *options, "--json"))
    secret = made.pop("secret")
    assert secret.startswith(f"motlan_{made['key']}_")
    assert (made["offices"], made["procedures"]) == (["H26.5.12"], ["1.004222"])
    listed = json.loads(run(capsys, data, "api-key", "list", "--json"))
    assert listed == {**made, "counts": True}
    kept = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert secret.rpartition("_")[2].encode() not in kept
    assert json.loads(run(capsys, data, "api-key", "revoke", made["key"], "--json"))["counts"] is False
    assert "đã thu hồi" in run(capsys, data, "api-key", "list")
    run(capsys, data, "api-key", "revoke", "0" * 16, code=17)


@pytest.mark.parametrize(
    "arguments",
    [
        ("Nguyễn Văn A", "--role", "verifier"),
        ("mau", "--role", "admin"),
        ("mau", "--role", "one_stop"),
        ("mau", "--role", "one_stop", "--office", "../etc"),
        ("mau", "--role", "one_stop", "--office", "H26", "--fields", "all"),
        ("mau", "--role", "one_stop", "--office", "H26", "--procedure", "x"),
    ],
)
def test_a_key_without_a_clear_scope_is_not_issued(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    said = run(capsys, tmp_path / "none", "api-key", "new", *arguments, code=10)
    assert "[input.argument]" in said
