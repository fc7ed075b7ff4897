"""Temporary files stay in the data folder and do not outlive the run."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from flows.private_temp import private_temp


def test_temporary_files_are_made_in_the_private_folder(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "tmp"
    before = tempfile.gettempdir()
    with private_temp(folder), tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).parent == folder
        assert folder.stat().st_mode & 0o077 == 0
    assert tempfile.gettempdir() == before
    assert not folder.exists()


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    (folder / "trang.pgm").write_bytes(b"page")
    with private_temp(folder):
        assert list(folder.iterdir()) == []


def test_an_error_in_the_run_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), private_temp(tmp_path / "tmp"):
        raise RuntimeError
    assert not (tmp_path / "tmp").exists()
