"""The mark in a folder: whose it is, and whether the folder is there at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossier.watch_errors import WatchAwayError, WatchTakenError
from storage.hot_folder.mark import MARK, FolderMark


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "vao"
    made.mkdir()
    return made


def mark(folder: Path, home: str = "home") -> FolderMark:
    return FolderMark(folder, home=folder.with_name(home))


def test_a_folder_has_one_id_for_ever(folder: Path) -> None:
    first = mark(folder).claim()
    assert mark(folder).claim() == first
    mark(folder).check(first)


def test_the_mark_names_nobody_and_no_path(folder: Path) -> None:
    mark(folder).claim()
    raw = (folder / MARK).read_bytes()
    assert b"vao" not in raw
    assert len(raw) < 200


def test_an_empty_mount_point_is_away_and_not_a_new_folder(folder: Path) -> None:
    mark(folder).claim()
    folder.rename(folder.with_name("mounted"))
    with pytest.raises(WatchAwayError):
        mark(folder).claim()
    folder.mkdir()
    with pytest.raises(WatchAwayError):
        mark(folder).claim()
    new = mark(folder).claim(take_over=True)
    assert mark(folder).claim() == new


def test_another_folder_in_its_place_is_away(folder: Path) -> None:
    first = mark(folder).claim()
    with pytest.raises(WatchAwayError):
        mark(folder).check(first.replace(first[0], "0" if first[0] != "0" else "1", 1))


def test_another_installation_is_refused_until_it_takes_over(folder: Path) -> None:
    ours = mark(folder)
    first = ours.claim()
    with pytest.raises(WatchTakenError):
        mark(folder, "other").claim()
    assert mark(folder, "other").claim(take_over=True) == first
    with pytest.raises(WatchTakenError):
        ours.check(first)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"folder": "../x", "seat": 1}', b"\xff" * 2000])
def test_a_mark_that_is_none_is_away_until_it_is_made_anew(folder: Path, raw: bytes) -> None:
    mark(folder).claim()
    (folder / MARK).write_bytes(raw)
    with pytest.raises(WatchAwayError):
        mark(folder).claim()
    mark(folder).claim(take_over=True)


def test_a_link_is_no_mark(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("{}")
    (folder / MARK).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WatchAwayError):
        mark(folder).claim()
