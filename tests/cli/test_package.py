"""``motlan package`` as an archivist meets it: words, exit codes, JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import Desk, desk, only, ready
from tests.flows.filing import DOSSIER, GIVEN, file_dossier
from wiring.services import Services
from wiring.settings import read_settings

__all__ = ["desk", "ready"]

SET = [part for name, value in GIVEN.items() for part in ("--set", f"{name}={value}")]


@pytest.fixture
def filled(ready: Desk, tmp_path: Path) -> Desk:
    """A desk with one dossier."""
    with Services(read_settings({"MOTLAN_DATA": str(ready.data)})) as services:
        file_dossier(services, tmp_path)
    return ready


def test_making_checking_and_listing_a_package(filled: Desk, tmp_path: Path) -> None:
    place = tmp_path / "out"
    place.mkdir()
    assert (
        filled.run("package", "make", "--kind", "aip", "--dossier", DOSSIER, "-o", place, *SET, "--json") == 0
    )
    made = only(filled.lines)
    assert Path(str(made["path"])).parent == place
    assert filled.run("package", "check", str(made["path"])) == 0
    assert "ĐẠT – AIP" in filled.said
    assert filled.run("package", "check", str(made["path"]), "--json") == 0
    assert (only(filled.lines)["valid"], only(filled.lines)["documents"]) == (True, 3)
    assert filled.run("package", "list", "--json") == 0
    assert only(filled.lines)["objid"] == made["package"]


def test_what_is_missing_is_asked_and_can_come_from_a_file(filled: Desk, tmp_path: Path) -> None:
    make = ("package", "make", "--kind", "aip", "--dossier", DOSSIER, "-o", tmp_path / "a.zip")
    assert filled.run(*make) == 10
    assert "paperFileCode (Mã hồ sơ gốc giấy)" in filled.complained
    assert "[package.fields]" in filled.complained
    fields = tmp_path / "fields.toml"
    fields.write_text("\n".join(f'{name} = "{value}"' for name, value in GIVEN.items()), encoding="utf-8")
    assert filled.run(*make, "--fields", fields) == 0
    assert "Đã tạo gói AIP" in filled.said


@pytest.mark.parametrize(
    "wrong",
    [("--set", "no equals"), ("--as", "rar"), ("--set", "unheard=1")],
)
def test_a_malformed_option_exits_with_ten(filled: Desk, tmp_path: Path, wrong: tuple[str, str]) -> None:
    assert (
        filled.run("package", "make", "--kind", "sip", "--dossier", DOSSIER, "-o", tmp_path / "a.zip", *wrong)
        == 10
    )
    assert "[input.argument]" in filled.complained


def test_a_changed_package_is_not_valid_and_an_unreadable_one_is_no_package(
    filled: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "package"
    assert (
        filled.run(
            "package", "make", "--kind", "aip", "--dossier", DOSSIER, "-o", folder, "--as", "folder", *SET
        )
        == 0
    )
    paper = next(folder.rglob("*.pdf"))
    paper.write_bytes(paper.read_bytes()[::-1])
    assert filled.run("package", "check", folder) == 1
    assert "KHÔNG ĐẠT" in filled.said
    assert "mã băm khác METS" in filled.said
    (tmp_path / "text.zip").write_text("no package")
    assert filled.run("package", "check", tmp_path / "text.zip") == 4
    assert "[package.unreadable]" in filled.complained
    assert filled.run("package", "check", tmp_path / "text.zip", folder, "--json") == 1
    assert len(filled.lines) == 2
