"""Folders of a watch lie apart, whatever leads to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossier.watch_errors import WatchOverlapError
from storage.hot_folder.overlap import need_apart


def test_folders_beside_each_other_are_apart_also_before_they_exist(tmp_path: Path) -> None:
    (tmp_path / "vao").mkdir()
    need_apart({"a": tmp_path / "vao", "b": tmp_path / "vao-loi", "c": tmp_path / "x" / "data"})


@pytest.mark.parametrize("other", ["vao", "vao/loi", ".", "vao/../vao/x", "link", "link/loi", "up/vao"])
def test_one_folder_in_another_or_twice_is_refused_by_what_the_folders_are_for(
    tmp_path: Path, other: str
) -> None:
    (tmp_path / "vao").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "vao", target_is_directory=True)
    (tmp_path / "up").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(WatchOverlapError) as caught:
        need_apart({"thư mục theo dõi": tmp_path / "vao", "kho dữ liệu": tmp_path / other})
    assert str(tmp_path) not in caught.value.message()
    with pytest.raises(WatchOverlapError):
        need_apart({"b": tmp_path / other, "a": tmp_path / "vao"})
