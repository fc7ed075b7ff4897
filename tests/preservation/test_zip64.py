"""The ZIP writer against the standard library, beyond what a plain ZIP can say."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.moments import VIETNAM
from preservation.writing.zip64 import ZipWriter
from tests.preservation.packing import AT, make_zip, spool


def written(files: dict[str, bytes]) -> io.BytesIO:
    target = io.BytesIO()
    with spool() as directory:
        writer = ZipWriter(target, directory=directory, prefix="p", at=AT)
        for path, content in files.items():
            writer.add(path, len(content), [content[:7], content[7:]])
        writer.close()
    return target


_NAMES = st.from_regex(r"\A[a-z0-9]{1,8}(/[a-z0-9]{1,8})?\.(xml|pdf|txt)\Z")


@given(files=st.dictionaries(_NAMES, st.binary(max_size=300), max_size=8))
def test_any_files_are_read_back_by_the_standard_library(files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(written(files)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"p/{path}": content for path, content in files.items()
        }


def test_entries_bear_the_moment_of_the_package(tmp_path: Path) -> None:
    with zipfile.ZipFile(make_zip(tmp_path)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 2, 15, 30, 0)}


def test_more_entries_than_a_plain_zip_can_count_are_all_found() -> None:
    with zipfile.ZipFile(written({f"{order}.pdf": b"x" for order in range(66_000)})) as archive:
        assert len(archive.namelist()) == 66_000
        assert archive.read("p/65999.pdf") == b"x"


class Sparse(io.FileIO):
    """A file in which zeros take no room on the disk."""

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if len(data) >= 1 << 20:
            self.seek(len(data), io.SEEK_CUR)
            return len(data)
        return super().write(data)


def zeros(size: int) -> Iterator[bytes]:
    piece = bytes(1 << 24)
    while size:
        part = piece[: min(size, len(piece))]
        size -= len(part)
        yield part


@pytest.mark.slow
def test_a_file_of_more_than_four_gigabytes_keeps_its_size(tmp_path: Path) -> None:
    size = (1 << 32) + (1 << 24)
    with Sparse(str(tmp_path / "large.zip"), "w+b") as target, spool() as directory:
        writer = ZipWriter(target, directory=directory, prefix="p", at=AT.astimezone(VIETNAM))
        writer.add("large.pdf", size, zeros(size))
        writer.add("after.pdf", 3, [b"abc"])
        writer.close()
    with zipfile.ZipFile(tmp_path / "large.zip") as archive:
        assert [entry.file_size for entry in archive.infolist()] == [size, 3]
        assert archive.read("p/after.pdf") == b"abc"
        with archive.open("p/large.pdf") as stream:
            assert stream.read(5) == bytes(5)


@pytest.mark.parametrize("size", [2, 4])
def test_pieces_of_another_size_than_announced_are_refused(size: int) -> None:
    with spool() as directory:
        writer = ZipWriter(io.BytesIO(), directory=directory, prefix="p", at=AT)
        with pytest.raises(ValueError, match=f"not {size} bytes"):
            writer.add("a.pdf", size, [b"abc"])
